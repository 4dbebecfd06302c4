"""Photographs: what was reused is found again, what is only alike is not; strange files are no pictures."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from greenmine.integrity.likeness import Album, NotAPicture, Print, compare, look, mirrored_windows, print_of, windows
from tests.integrity.worlds import CHEATS, cheat, jpeg, scene

FIRST, OTHER = jpeg(scene(1, 1)), jpeg(scene(2, 1))


@pytest.mark.parametrize("how", CHEATS)
def test_a_reused_photograph_fits_and_another_does_not(how: str) -> None:
    reused = look(cheat(FIRST, how, 3))
    assert compare(reused, look(FIRST)).fit >= 85
    assert compare(reused, look(OTHER)).fit < 60


def test_it_is_said_what_was_done_to_it() -> None:
    found = compare(look(cheat(FIRST, "mirrored cropped", 1)), look(FIRST))
    assert (found.mirrored, found.cropped) == (True, True)
    same = compare(look(FIRST), look(FIRST))
    assert (same.fit, same.mirrored, same.cropped) == (100, False, False)


def test_the_same_place_in_another_season_is_another_photograph() -> None:
    assert compare(look(jpeg(scene(1, 1, season=2, visit=1))), look(FIRST)).fit < 85


def test_an_album_finds_the_original_whichever_of_the_two_was_cropped() -> None:
    part = cheat(FIRST, "cropped", 2)
    for kept, asked in ((FIRST, part), (part, FIRST)):
        album = Album([("kept", print_of(look(kept))), ("other", print_of(look(OTHER)))])
        assert album.candidates(print_of(look(asked)), within=16)[0][0] == "kept"
        assert "kept" not in dict(album.candidates(print_of(look(asked)), within=16, leave_out=["kept"]))


def test_a_mirrored_print_is_that_of_the_mirrored_picture() -> None:
    picture = look(FIRST)
    mirror = print_of(picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    assert abs((mirror.whole ^ print_of(picture).mirror).bit_count()) <= 2
    boxes = list(windows())
    places = [
        boxes.index(
            min(
                boxes,
                key=lambda b, a=box: (
                    abs(b[0] - (1 - a[2])) + abs(b[1] - a[1]) + abs(b[2] - (1 - a[0])) + abs(b[3] - a[3])
                ),
            )
        )
        for box in boxes
    ]
    apart = np.bitwise_count(mirrored_windows(print_of(picture)) ^ mirror.windows[places])
    assert float(np.median(apart)) <= 2


def test_a_print_survives_being_kept() -> None:
    found = print_of(look(FIRST))
    again = Print.unpacked(found.packed())
    assert (again.whole, again.mirror, again.windows.tolist()) == (found.whole, found.mirror, found.windows.tolist())


def test_fog_recognises_nothing() -> None:
    out = io.BytesIO()
    Image.new("RGB", (400, 300), (200, 200, 200)).save(out, "JPEG")
    fog = print_of(look(out.getvalue()))
    assert fog.is_plain
    assert Album([("fog", fog)]).candidates(fog, within=64) == []


@pytest.mark.parametrize("content", [b"", b"text", FIRST[:200], b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPicture):
        look(content)


def test_a_picture_that_unfolds_too_far_is_refused_before_it_is_unfolded() -> None:
    out = io.BytesIO()
    Image.new("1", (12_000, 9_000)).save(out, "PNG")
    with pytest.raises(NotAPicture):
        look(out.getvalue())
