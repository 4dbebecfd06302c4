"""Near-copied text (文字雷同): two reports that say the same in other places, whatever figures were changed. Pure.

Everybody quotes the checklist, so its own wording counts for nothing; nor do phrases that many agencies use (套语).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from hashlib import blake2b
from itertools import combinations
from typing import Final

LETTERS: Final = 6  # characters in a shingle
FIGURES = re.compile(r"[0-9０-９零〇一二三四五六七八九十百千万亿]+(?:[.．][0-9０-９]+)?")
NOISE = re.compile(r"[^\w#]+|_+")
SKETCH: Final = 128


def plain(text: str) -> str:
    """The text without what a copyist changes: figures become #, blanks and punctuation go."""
    return NOISE.sub("", FIGURES.sub("#", unicodedata.normalize("NFKC", text).lower()))


def shingles(text: str) -> frozenset[str]:
    """Every run of six characters."""
    clean = plain(text)
    return frozenset(clean[at : at + LETTERS] for at in range(len(clean) - LETTERS + 1))


@dataclass(frozen=True)
class Text:
    """What one report says (报告文字): who wrote it about which mine, in all."""

    key: str
    agency: str
    mine: str
    text: str


@dataclass(frozen=True)
class Copied:
    """That two reports share text (文字雷同): how many shingles, and their share in the shorter one."""

    one: str
    other: str
    shared: int
    share: float


def everyday(texts: Iterable[Text], *, agencies: int) -> frozenset[str]:
    """The phrases that at least so many agencies use: nobody's property."""
    users: dict[str, set[str]] = {}
    for text in texts:
        for shingle in shingles(text.text):
            users.setdefault(shingle, set()).add(text.agency)
    return frozenset(shingle for shingle, found in users.items() if len(found) >= agencies)


def copied(
    texts: Iterable[Text],
    *,
    checklist: str,
    share: float,
    shared: int,
    agencies: int,
    only: AbstractSet[str] | None = None,
) -> list[Copied]:
    """The pairs of reports on different mines that share at least so much; with `only`, pairs with one of these."""
    listed = sorted(texts, key=lambda one: one.key)
    common = shingles(checklist) | everyday(listed, agencies=agencies)
    own = {one.key: shingles(one.text) - common for one in listed}
    mines = {one.key: one.mine for one in listed}
    found = []
    for (first, second), counted in _shared(own).items():
        if mines[first] == mines[second] or (only is not None and first not in only and second not in only):
            continue
        least = min(len(own[first]), len(own[second]))
        if counted >= shared and least and counted / least >= share:
            found.append(Copied(first, second, counted, counted / least))
    return sorted(found, key=lambda one: (-one.share, one.one, one.other))


def _shared(own: Mapping[str, frozenset[str]]) -> Counter[tuple[str, str]]:
    """Pair → shingles both have, exactly; only pairs whose sketches meet are counted."""
    places: dict[int, list[str]] = {}
    for key in sorted(own):
        for number in sketch(own[key]):
            places.setdefault(number, []).append(key)
    pairs = {pair for keys in places.values() if len(keys) > 1 for pair in combinations(keys, 2)}
    return Counter({pair: len(own[pair[0]] & own[pair[1]]) for pair in sorted(pairs)})


def sketch(found: AbstractSet[str]) -> list[int]:
    """The smallest hashes of a set: two sets that share a good part share some of these."""
    return sorted(int.from_bytes(blake2b(one.encode(), digest_size=8).digest()) for one in found)[:SKETCH]


def marked(text: str, other: str, *, checklist: str = "") -> list[tuple[str, bool]]:
    """A text in pieces, each with whether the other report says it too: for two columns side by side."""
    common = shingles(other) - shingles(checklist)
    kept, places = _with_places(text)
    hit = [False] * len(text)
    for at in range(len(kept) - LETTERS + 1):
        if kept[at : at + LETTERS] in common:
            for place in range(places[at][0], places[at + LETTERS - 1][1]):
                hit[place] = True
    return _pieces(text, hit)


def _with_places(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The plain text, and for each of its characters the place in the text as written."""
    kept, places = [], []
    figures = {found.start(): found.end() for found in FIGURES.finditer(text)}
    at = 0
    while at < len(text):
        until = figures.get(at, at + 1)
        for letter in plain(text[at:until]):
            kept.append(letter)
            places.append((at, until))
        at = until
    return "".join(kept), places


def _pieces(text: str, hit: list[bool]) -> list[tuple[str, bool]]:
    pieces: list[tuple[str, bool]] = []
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or hit[at] != hit[start]:
            pieces.append((text[start:at], hit[start]))
            start = at
    return [piece for piece in pieces if piece[0]]
