"""Drawn pictures for the demonstration (演示图片): each place looks like itself, no photograph of any real mine."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw

SIZE = (640, 480)
QUALITY = 82


def site_picture(place: str, number: int = 0) -> bytes:
    """A JPEG of a drawn landscape: hills, a pit, sheds, trees; the same place and number give the same picture."""
    dice = random.Random(f"{place}:{number}")  # noqa: S311 -- drawing, not secrecy
    sky = (dice.randint(150, 205), dice.randint(185, 220), dice.randint(215, 245))
    picture = Image.new("RGB", SIZE, sky)
    pen = ImageDraw.Draw(picture)
    for layer in range(4):
        _hills(pen, dice, layer)
    for _ in range(dice.randint(2, 5)):
        _shed(pen, dice)
    for _ in range(dice.randint(10, 40)):
        _tree(pen, dice)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _hills(pen: ImageDraw.ImageDraw, dice: random.Random, layer: int) -> None:
    width, height = SIZE
    top = 120 + layer * 80
    ridge = [(x, top + dice.randint(-45, 45)) for x in range(0, width + 80, 80)]
    shade = (90 + dice.randint(0, 80), 80 + dice.randint(0, 70) - layer * 5, 60 + dice.randint(0, 40))
    pen.polygon([(0, height), *ridge, (width, height)], fill=shade)


def _shed(pen: ImageDraw.ImageDraw, dice: random.Random) -> None:
    left, top = dice.randint(10, 540), dice.randint(250, 400)
    wide, high = dice.randint(30, 110), dice.randint(18, 50)
    shade = dice.choice([(200, 60, 50), (70, 110, 180), (220, 220, 210), (120, 125, 130)])
    pen.rectangle([left, top, left + wide, top + high], fill=shade)
    pen.polygon([(left - 5, top), (left + wide // 2, top - 16), (left + wide + 5, top)], fill=(90, 60, 50))


def _tree(pen: ImageDraw.ImageDraw, dice: random.Random) -> None:
    x, y, size = dice.randint(0, 640), dice.randint(260, 470), dice.randint(6, 22)
    pen.ellipse([x, y, x + size, y + size], fill=(30 + dice.randint(0, 50), 90 + dice.randint(0, 80), 40))
