"""Photographs: what was reused is found again, what is only alike is not; strange files are no pictures."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
import pytest
from PIL import Image

from greenmine.integrity.likeness import Album, NotAPicture, Print, compare, look, print_of, seek
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
        assert album.candidates(seek(look(asked)), within=18)[0][0] == "kept"
        assert "kept" not in dict(album.candidates(seek(look(asked)), within=18, leave_out=["kept"]))


@pytest.mark.parametrize("how", CHEATS)
def test_the_original_stands_first_among_many(how: str) -> None:
    album = Album((key, Print.unpacked(content)) for key, content in crowd())
    album.add("original", print_of(look(FIRST)))
    assert album.candidates(seek(look(cheat(FIRST, how, 5))), within=18)[0][0] == "original"


@lru_cache(maxsize=1)
def crowd() -> list[tuple[str, bytes]]:
    return [(f"{site}", print_of(look(jpeg(scene(site, 0)))).packed()) for site in range(800, 830)]


def test_a_mirrored_picture_is_sought_like_the_picture_itself() -> None:
    picture = look(FIRST)
    straight, mirrored = seek(picture), seek(picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    half = len(straight.spectra) // 2
    assert np.allclose(straight.spectra[half], mirrored.spectra[0], atol=1e-2)
    assert abs((mirrored.print.whole ^ straight.print.mirror).bit_count()) <= 2
    album = Album([("picture", straight.print), ("other", print_of(look(OTHER)))])
    key, bits = album.candidates(mirrored, within=18)[0]
    assert (key, bits < 1) == ("picture", True)


def test_hashes_by_which_nobody_is_near_leave_no_candidate() -> None:
    assert Album([("other", print_of(look(OTHER)))]).candidates(seek(look(FIRST)), within=0) == []


def test_a_print_survives_being_kept() -> None:
    found = print_of(look(FIRST))
    again = Print.unpacked(found.packed())
    assert (again.whole, again.mirror, again.windows.tolist()) == (found.whole, found.mirror, found.windows.tolist())


def test_fog_recognises_nothing() -> None:
    out = io.BytesIO()
    Image.new("RGB", (400, 300), (200, 200, 200)).save(out, "JPEG")
    fog = seek(look(out.getvalue()))
    assert fog.print.is_plain
    assert Album([("fog", fog.print)]).candidates(fog, within=64) == []


@pytest.mark.parametrize("content", [b"", b"text", FIRST[:200], b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPicture):
        look(content)


def test_a_picture_that_unfolds_too_far_is_refused_before_it_is_unfolded() -> None:
    out = io.BytesIO()
    Image.new("1", (12_000, 9_000)).save(out, "PNG")
    with pytest.raises(NotAPicture):
        look(out.getvalue())
