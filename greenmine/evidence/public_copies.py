"""Copies of photographs for the public (公开副本): the same picture without where, when and by what device it was taken."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from greenmine.evidence.contents import MOST_PIXELS, NotKept
from greenmine.evidence.models import File
from greenmine.evidence.places import path_of

LONGEST_SIDE = 2048
QUALITY = 85


def public_copy(file: File) -> bytes:
    """A JPEG made from the pixels alone: turned upright, no metadata, no larger than a screen needs.

    NotKept where the file is no picture or cannot be read.
    """
    try:
        with Image.open(path_of(file.sha256)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise NotKept("图片过大，不能生成公开副本。", "The picture is too large for a public copy.")
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, Image.DecompressionBombError, ValueError, SyntaxError) as problem:
        raise NotKept("该文件不是可读的图片，不能生成公开副本。", "This is not a readable picture.") from problem
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
