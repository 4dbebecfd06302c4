"""Reused photographs (影像复用): found again although copied, recompressed, made smaller, mirrored or cropped. Pure.

Three steps. Hashes of the whole picture and of windows of it leave few of many thousands (a cropped copy is the whole of
one and a window of the other). These are put in order by how much of the sought picture's own spectrum disagrees: a bit
that hung by a hair counts little. The nearest are laid over the sought picture and compared point by point: what is only
alike (the same slope in another season) does not fit, what was reused does.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grey = NDArray[np.float32]
Hashes = NDArray[np.uint64]
Box = tuple[float, float, float, float]  # left, top, right, bottom as shares of the picture

MOST_PIXELS: Final = 80_000_000
LOOKED_AT: Final = 256  # points along each edge that are looked at
SIDE: Final = 32  # points along each edge of a window when it is hashed
FREQUENCIES: Final = 8
PARTS: Final = (
    (1.0, 1),
    (0.9, 2),
    (0.8, 3),
    (0.7, 4),
)  # how much of an edge a cropped copy may have left, at how many places
WHOLE: Final[Box] = (0.0, 0.0, 1.0, 1.0)
LAID_OVER: Final = 64  # points along each edge when two pictures are laid over one another
SETTLED: Final = 6  # first guesses that are followed up
CLEAR: Final = 95  # a fit that needs no other guess
HOPELESS: Final = 0.2  # a fit that is below this after the first moves is no fit
SMALLEST_PART: Final = 0.4
CANDIDATES: Final = 8  # of one picture, that are looked at point by point
LOUD: Final = 3  # times the median: no single frequency says more than that
AT_ONCE: Final = 512  # pictures whose windows are unpacked together
PLAIN: Final = 6.0  # a picture whose points differ less than this shows nothing to recognise


class NotAPicture(Exception):
    """What cannot be read as a picture, or unfolds into more points than any camera takes."""


@dataclass(frozen=True)
class Print:
    """What a photograph is recognised by (影像指纹): itself, itself in the mirror, and its windows."""

    whole: int
    mirror: int
    windows: Hashes
    is_plain: bool = False

    def packed(self) -> bytes:
        """As bytes, for keeping: whole, mirror, plain, windows."""
        head = np.array([self.whole, self.mirror, int(self.is_plain)], dtype="<u8")
        return bytes(np.concatenate([head, self.windows.astype("<u8")]).tobytes())

    @classmethod
    def unpacked(cls, content: bytes) -> Print:
        """Read again from bytes."""
        numbers = np.frombuffer(content, dtype="<u8")
        return cls(int(numbers[0]), int(numbers[1]), numbers[3:].astype(np.uint64), bool(numbers[2]))


@dataclass(frozen=True)
class Alike:
    """That two photographs fit (相符): how well in hundredths, in the mirror or not, and the part that fits."""

    fit: int
    mirrored: bool
    box: Box
    distance: int

    @property
    def cropped(self) -> bool:
        """Whether one is only a part of the other."""
        return (self.box[2] - self.box[0]) * (self.box[3] - self.box[1]) < 0.9  # noqa: PLR2004 -- nine tenths of it


def look(content: bytes | Path) -> Image.Image:
    """A picture in grey, small, decoded no larger than needed; NotAPicture for what is none."""
    source: Any = io.BytesIO(content) if isinstance(content, bytes) else content
    try:
        with Image.open(source) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise NotAPicture("too many points")
            opened.draft("L", (LOOKED_AT * 2, LOOKED_AT * 2))
            return opened.convert("L").resize((LOOKED_AT, LOOKED_AT), Image.Resampling.BOX)
    except (OSError, ValueError, Image.DecompressionBombError, SyntaxError) as problem:
        raise NotAPicture(str(problem)) from problem


@dataclass(frozen=True)
class Sought:
    """A photograph that is looked for (待比对影像): its print, and how loud each frequency is, straight and mirrored."""

    print: Print
    spectra: Grey  # whole, windows, whole mirrored, windows mirrored; each less its median


def print_of(picture: Image.Image) -> Print:
    """The print of a picture."""
    return seek(picture).print


def seek(picture: Image.Image) -> Sought:
    """The print of a picture with all that is needed to look for it."""
    tiles = np.stack([_tile(picture, WHOLE), *(_tile(picture, box) for box in windows())])
    low = _spectra(tiles)
    straight, mirrored = _levelled(low), _levelled(low * _MIRROR)
    hashed = _packed(np.concatenate([straight, mirrored[:1]]) > 0)
    found = Print(int(hashed[0]), int(hashed[-1]), hashed[1:-1], bool(tiles[0].std() < PLAIN))
    return Sought(found, np.concatenate([straight, mirrored]))


@lru_cache(maxsize=1)
def windows() -> tuple[Box, ...]:
    """The windows that are hashed beside the whole: parts of either edge, evenly spread."""
    edges = [(float(at), float(at + part)) for part, count in PARTS for at in np.linspace(0.0, 1.0 - part, count)]
    found = [(left, top, right, bottom) for top, bottom in edges for left, right in edges]
    return tuple(box for box in found if box != WHOLE)


def _tile(picture: Image.Image, box: Box) -> Grey:
    pixels = tuple(edge * picture.width for edge in box)
    small = picture.resize((SIDE, SIDE), Image.Resampling.BILINEAR, box=pixels)  # type: ignore[arg-type]
    return np.asarray(small, dtype=np.float32)


@lru_cache(maxsize=1)
def _cosines() -> Grey:
    """The first rows of the discrete cosine transform."""
    points = np.arange(SIDE)
    rows = np.arange(FREQUENCIES + 1)[:, None]
    return np.cos(np.pi * (2 * points + 1) * rows / (2 * SIDE)).astype(np.float32)


_MIRROR: Final = np.tile(np.where(np.arange(1, FREQUENCIES + 1) % 2 == 1, -1, 1), FREQUENCIES).astype(np.float32)


def _spectra(tiles: Grey) -> Grey:
    """The low frequencies of each tile, the constant part left out."""
    cosines = _cosines()
    spectrum = np.einsum("fy,nyx,gx->nfg", cosines, tiles, cosines, optimize=True)
    return np.ascontiguousarray(spectrum[:, 1:, 1:].reshape(len(tiles), -1), dtype=np.float32)


def _levelled(low: Grey) -> Grey:
    return np.asarray(low - np.median(low, axis=1, keepdims=True), dtype=np.float32)


def _packed(bits: NDArray[np.bool_]) -> Hashes:
    return np.packbits(bits, axis=1).view(">u8").reshape(-1).astype(np.uint64)


def _bits(hashes: Hashes) -> Grey:
    """Each hash as 64 noughts and ones."""
    found = np.unpackbits(hashes.astype(">u8").view(np.uint8)).reshape(*hashes.shape, FREQUENCIES * FREQUENCIES)
    return found.astype(np.float32)


def _hashes(tiles: Grey) -> Hashes:
    """64 bits each: which low frequencies lie above the median."""
    return _packed(_levelled(_spectra(tiles)) > 0)


class Album:
    """Photographs already seen, searched by a new one in one sweep."""

    def __init__(self, prints: Iterable[tuple[str, Print]] = ()) -> None:
        self.keys: list[str] = []
        self._wholes: list[int] = []
        self._windows: list[Hashes] = []
        self._stacked: tuple[Hashes, Hashes] | None = None
        for key, found in prints:
            self.add(key, found)

    def add(self, key: str, found: Print) -> None:
        """Remember one more; plain pictures (fog, a wall) recognise nothing and are left out."""
        if found.is_plain:
            return
        self.keys.append(key)
        self._wholes.append(found.whole)
        self._windows.append(found.windows)
        self._stacked = None

    def candidates(self, sought: Sought, *, within: int, leave_out: Collection[str] = ()) -> list[tuple[str, float]]:
        """The keys whose hashes lie within so many bits of the sought one's, nearest first by loudness, in bits."""
        if sought.print.is_plain or not self.keys:
            return []
        out = frozenset(leave_out)
        near = np.array(
            [place for place in np.flatnonzero(self._bits_apart(sought) <= within) if self.keys[place] not in out], dtype=np.intp
        )  # fmt: skip
        apart = np.concatenate(
            [
                np.zeros(0),
                *(self._loudness_apart(sought, near[at : at + AT_ONCE]) for at in range(0, len(near), AT_ONCE)),
            ]
        )
        order = np.argsort(apart, kind="stable")[:CANDIDATES]
        return [(self.keys[near[place]], round(float(apart[place]) * FREQUENCIES**2, 1)) for place in order]

    def _bits_apart(self, sought: Sought) -> NDArray[np.uint8]:
        """For every picture, the bits between the nearest two of its hashes and the sought one's."""
        wholes, stacked = self._arrays()
        asked = _packed(sought.spectra > 0)
        half = len(asked) // 2
        nearest = np.bitwise_count(wholes[:, None] ^ asked[None, :]).min(axis=1)  # an old one is a part of the new one
        for one in (asked[0], asked[half]):  # the new one is a part of an old one
            nearest = np.minimum(nearest, np.bitwise_count(stacked ^ one).min(axis=1))
        return np.asarray(nearest, dtype=np.uint8)

    def _loudness_apart(self, sought: Sought, places: NDArray[np.intp]) -> NDArray[np.float64]:
        """The same for these pictures, each bit weighed by how loud its frequency is in the sought one: a share of 1."""
        wholes, stacked = self._arrays()
        level = np.abs(sought.spectra)
        level = np.minimum(level, LOUD * np.median(level, axis=1, keepdims=True) + 1e-6)
        weights = level / level.sum(axis=1, keepdims=True)
        ones = sought.spectra > 0
        signed, base = np.where(ones, -weights, weights), (weights * ones).sum(axis=1)
        half = len(base) // 2
        nearest = (_bits(wholes[places]) @ signed.T + base).min(axis=1)
        parts = _bits(stacked[places]) @ signed[[0, half]].T + base[[0, half]]
        return np.asarray(np.minimum(nearest, parts.min(axis=(1, 2))), dtype=np.float64)

    def _arrays(self) -> tuple[Hashes, Hashes]:
        if self._stacked is None:
            self._stacked = np.array(self._wholes, dtype=np.uint64), np.stack(self._windows)
        return self._stacked


def compare(one: Image.Image, other: Image.Image) -> Alike:
    """Lay one over the other, whole or in part, straight or mirrored, and say how well the best place fits."""
    turned = one.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    tries = [
        found
        for mine, mirrored in ((one, False), (turned, True))
        for part, whole in ((mine, other), (other, mine))
        for found in _tries(part, whole, mirrored=mirrored)
    ]
    tries.sort(key=lambda found: -found.fit)
    best = _settled(tries[0])
    for found in tries[1:SETTLED]:
        if best.fit >= CLEAR:
            break
        best = max(best, _settled(found), key=lambda one: one.fit)
    return best


@dataclass(frozen=True)
class _Try:
    """A first guess: these contours lie in that window of the other picture."""

    wanted: Grey
    whole: Image.Image
    box: Box
    fit: float
    distance: int
    mirrored: bool


def _tries(part: Image.Image, whole: Image.Image, *, mirrored: bool) -> Iterator[_Try]:
    """Where `part` may lie in `whole`: the nearest windows by hash."""
    tile = _hashes(_tile(part, WHOLE)[None])[0]
    boxes = [WHOLE, *windows()]
    distances = np.bitwise_count(_hashes(np.stack([_tile(whole, box) for box in boxes])) ^ tile)
    wanted = _contours(part, WHOLE)
    for place in np.argsort(distances, kind="stable")[:SETTLED]:
        fit = _correlation(wanted, _contours(whole, boxes[place]))
        yield _Try(wanted, whole, boxes[place], fit, int(distances[place]), mirrored)


def _settled(start: _Try) -> Alike:
    """Move the edges of a window, ever less, as long as it fits better."""
    best, fit = start.box, start.fit
    for step in (0.04, 0.02, 0.01, 0.005):
        improved = True
        while improved:
            improved = False
            for tried in _moved(best, step):
                now = _correlation(start.wanted, _contours(start.whole, tried))
                if now > fit + 1e-3:
                    best, fit, improved = tried, now, True
        if fit < HOPELESS:
            break
    return Alike(max(0, round(fit * 100)), start.mirrored, best, start.distance)


def _moved(box: Box, step: float) -> Iterator[Box]:
    """The windows a step away: one edge moved, or the window shifted."""
    for edges in ((0,), (1,), (2,), (3,), (0, 2), (1, 3)):
        for way in (-step, step):
            moved = [min(1.0, max(0.0, edge + way)) if place in edges else edge for place, edge in enumerate(box)]
            if moved[2] - moved[0] >= SMALLEST_PART and moved[3] - moved[1] >= SMALLEST_PART:
                yield (moved[0], moved[1], moved[2], moved[3])


def _contours(picture: Image.Image, box: Box) -> Grey:
    """A window without its slow changes of light: what is left are the contours, which no two pictures share."""
    pixels = tuple(edge * picture.width for edge in box)
    side = LAID_OVER
    small = np.asarray(picture.resize((side, side), Image.Resampling.BILINEAR, box=pixels), dtype=np.float32)  # type: ignore[arg-type]
    blurred = small
    for axis in (0, 1):
        padded = np.concatenate(
            [
                np.repeat(np.take(blurred, [0], axis), 4, axis),
                blurred,
                np.repeat(np.take(blurred, [-1], axis), 4, axis),
            ],
            axis,
        )
        running = np.cumsum(padded, axis=axis, dtype=np.float64)
        blurred = ((np.take(running, range(8, side + 8), axis) - np.take(running, range(side), axis)) / 8).astype(
            np.float32
        )
    return small - blurred


def _correlation(one: Grey, other: Grey) -> float:
    first, second = one - one.mean(), other - other.mean()
    size = float(np.sqrt((first * first).sum() * (second * second).sum()))
    return float((first * second).sum()) / size if size > 0 else 0.0
