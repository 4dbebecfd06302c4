"""The shelf of indicator sets (指标表): shipped files and what operators loaded, side by side, each text by its digest.

A digest never changes its meaning: whatever was scored on a text can be scored on it again, with the dictionary,
classes and base it was read with, even after the file on disk has moved on.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from greenmine.editions import queries as editions
from greenmine.editions import rulebook_files as files
from greenmine.editions.edition import Edition
from greenmine.editions.models import IndicatorMapping, IndicatorSet
from greenmine.editions.queries import NoEditionActive
from greenmine.editions.shipped import load_shipped
from greenmine.law.indicators import Mapping as IndicatorMap
from greenmine.law.indicators import Standard, StandardError, load_mapping, load_standard
from greenmine.law.indicators.classes import Classes, load_classes
from greenmine.law.problems import RulebookError
from greenmine.law.strict_yaml import Map, load

FOLDER = "standards"
NOT_SETS = ("classes.yaml", "catalogue.yaml")
KEPT_IN_MEMORY = 32
_read: OrderedDict[str, Standard] = OrderedDict()


class UnknownStandard(LookupError):
    """No set of indicators has this id, or this digest."""

    def __init__(self, identifier: str, digest: str | None = None) -> None:
        which = f"（{digest[:12]}）" if digest else ""
        self.zh = f"没有指标表“{identifier}”{which}：请在指标表目录中选择"
        self.en = f"there is no indicator set “{identifier}”{which}: choose one of the list"
        super().__init__(f"{self.zh} · {self.en}")


@dataclass(frozen=True, slots=True)
class StandardEntry:
    """One row of the list: a set of indicators and where its text comes from."""

    standard: Standard
    loaded_by: str = ""
    loaded_on: date | None = None
    source: str = ""

    @property
    def id(self) -> str:
        """The id of the set."""
        return self.standard.id

    @property
    def title(self) -> Mapping[str, str]:
        """Its title in both languages."""
        return self.standard.title

    @property
    def status(self) -> str:
        """official, structure_only, demonstration or local."""
        return self.standard.status

    @property
    def territory(self) -> str:
        """The division it is for."""
        return self.standard.territory

    @property
    def in_force(self) -> tuple[date | None, date | None]:
        """From and to, both included."""
        return self.standard.in_force

    @property
    def digest(self) -> str:
        """What names the text."""
        return self.standard.digest

    @property
    def can_decide(self) -> bool:
        """Whether a verdict can be issued on it."""
        return self.standard.can_decide

    @property
    def is_loaded(self) -> bool:
        """Whether an operator loaded it; otherwise it is shipped."""
        return self.loaded_on is not None


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a text is read with."""

    law: Edition
    classes: Classes
    provisions: frozenset[str]


def listed(on: date | None = None) -> list[StandardEntry]:
    """Every set, the shipped and the loaded side by side; a loaded text stands in place of the one with its id.

    With a day, only those in force on it.
    """
    found = {one.id: StandardEntry(one) for one in shipped().values()}
    for row in loaded_rows():
        found[row.identifier] = StandardEntry(_of_row(row), row.by, row.on, row.source)
    rows = sorted(found.values(), key=lambda entry: (entry.territory, entry.id))
    return [entry for entry in rows if on is None or entry.standard.in_force_on(on)]


def entry_of(identifier: str) -> StandardEntry:
    """The row of a set as it stands now; UnknownStandard where there is none."""
    for entry in listed():
        if entry.id == identifier:
            return entry
    raise UnknownStandard(identifier)


def get(identifier: str, digest: str | None = None) -> Standard:
    """The set as it stands now or, with a digest, exactly that text; UnknownStandard where there is none."""
    if digest is None:
        return entry_of(identifier).standard
    if digest in _read:
        _read.move_to_end(digest)
        return _read[digest]
    found = next((one for one in shipped().values() if one.digest == digest), None)
    if found is None:
        row = IndicatorSet.objects.filter(digest=digest, identifier=identifier).first()
        if row is None:
            raise UnknownStandard(identifier, digest)
        found = _of_row(row)
    return _remember(found) if found.id == identifier else _unknown(identifier, digest)


def mapping(from_id: str, to_id: str) -> IndicatorMap | None:
    """How the indicators of one set correspond to another's: the loaded table, else the shipped, else None.

    An overlay has its base's indicators: where nobody mapped it, its base's mapping serves.
    """
    for old, new in ((from_id, to_id), (_base_id(from_id), to_id), (_base_id(from_id), _base_id(to_id))):
        text = _mapping_text(old, new)
        if text is not None:
            return replace(load_mapping(text), from_id=from_id, to_id=to_id)
    return None


def mappings() -> list[IndicatorMap]:
    """Every mapping that stands, shipped and loaded."""
    rows = IndicatorMapping.objects.filter(withdrawn_on__isnull=True)
    names = {(row.from_id, row.to_id) for row in rows}
    names |= {tuple(path.stem.split("--", 1)) for path in _mapping_folder().glob("*--*.yaml")}  # type: ignore[misc]
    found = [mapping(old, new) for old, new in sorted(names)]
    return [one for one in found if one is not None]


def loaded_rows() -> list[IndicatorSet]:
    """What operators loaded and nobody withdrew, the latest text of each id."""
    rows = IndicatorSet.objects.filter(loaded=True, withdrawn_on__isnull=True).order_by("identifier", "at", "digest")
    return list({row.identifier: row for row in rows}.values())


def texts() -> dict[str, str]:
    """The shipped sets: id → text of the file."""
    paths = sorted(_folder().glob("*.yaml"))
    return {path.stem: path.read_text(encoding="utf-8") for path in paths if path.name not in NOT_SETS}


def text_of(identifier: str) -> str:
    """The text of a set as it stands now."""
    for row in loaded_rows():
        if row.identifier == identifier:
            return row.text
    shelf = texts()
    if identifier not in shelf:
        raise UnknownStandard(identifier)
    return shelf[identifier]


def classes_text() -> str:
    """The table of industry classes."""
    return (_folder() / "classes.yaml").read_text(encoding="utf-8")


def classes(law: Edition | None = None) -> Classes:
    """The nine industry classes with their minerals."""
    return _reading(law or law_in_use()).classes


def shipped() -> Mapping[str, Standard]:
    """The shipped sets by id, read once until a file or the dictionary changes."""
    law = law_in_use()
    shelf = texts()
    return _read_shipped(law.id, files.fingerprint(shelf, classes_text()))


def read(text: str, *, base: Standard | None = None, file: str = "") -> Standard:
    """A text as the active law reads it; an overlay is laid over the standing base. StandardError lists what is wrong."""
    reading = _reading(law_in_use())
    if base is None and (wanted := base_of(text)):
        try:
            base = get(wanted)
        except UnknownStandard:
            base = None
    return load_standard(
        text, reading.law.dictionary, base=base, provisions=reading.provisions, classes=reading.classes, file=file
    )


def base_of(text: str) -> str:
    """The id of the base an overlay names, or ''."""
    try:
        data = load(text)
    except RulebookError:
        return ""
    wanted = data.get("base", "") if isinstance(data, Map) and data.get("kind") == "overlay" else ""
    return wanted if isinstance(wanted, str) else ""


def forget() -> None:
    """Forget what was read (tests that change files)."""
    _read.clear()
    _read_shipped.cache_clear()
    _reading_of.cache_clear()


def law_in_use() -> Edition:
    """The active law; before any is active, the shipped."""
    try:
        return editions.active()
    except NoEditionActive:
        return load_shipped()


def _folder() -> Path:
    return files.folder() / FOLDER


def _mapping_folder() -> Path:
    return _folder() / "mappings"


def _mapping_text(from_id: str, to_id: str) -> str | None:
    row = IndicatorMapping.objects.filter(from_id=from_id, to_id=to_id, withdrawn_on__isnull=True).first()
    if row is not None:
        return row.text
    paths = {path.stem: path for path in _mapping_folder().glob("*.yaml")}
    path = paths.get(f"{from_id}--{to_id}")
    return None if path is None else path.read_text(encoding="utf-8")


def _base_id(identifier: str) -> str:
    try:
        return get(identifier).base or identifier
    except UnknownStandard:
        return identifier


def _reading(law: Edition, table: str | None = None) -> _Reading:
    return _reading_of(law.id, classes_text() if table is None else table)


@lru_cache(maxsize=8)
def _reading_of(edition: str, table: str) -> _Reading:
    law = _law_of(edition)
    return _Reading(law, load_classes(table, law.dictionary), frozenset(one.id for one in law.provisions()))


def _law_of(edition: str) -> Edition:
    shipped_law = load_shipped()
    return shipped_law if shipped_law.id == edition else editions.stored(edition)


@lru_cache(maxsize=2)
def _read_shipped(edition: str, fingerprint: str) -> dict[str, Standard]:  # noqa: ARG001 -- the key of the cache
    reading = _reading(_law_of(edition))
    shelf = texts()
    found: dict[str, Standard] = {}
    for identifier in sorted(shelf, key=lambda one: (bool(base_of(shelf[one])), one)):
        base = found.get(base_of(shelf[identifier]))
        found[identifier] = load_standard(
            shelf[identifier], reading.law.dictionary, base=base, provisions=reading.provisions,
            classes=reading.classes, file=f"{FOLDER}/{identifier}.yaml",
        )  # fmt: skip
    return found


def _of_row(row: IndicatorSet) -> Standard:
    """A kept text, read with what it was read with first."""
    if row.digest in _read:
        _read.move_to_end(row.digest)
        return _read[row.digest]
    reading = _reading(_law_of(row.edition), row.classes)
    base = get(base_of(row.text), row.base_digest) if row.base_digest else None
    found = load_standard(
        row.text, reading.law.dictionary, base=base, provisions=reading.provisions, classes=reading.classes
    )
    return _remember(found)


def _remember(found: Standard) -> Standard:
    _read[found.digest] = found
    if len(_read) > KEPT_IN_MEMORY:
        _read.popitem(last=False)
    return found


def _unknown(identifier: str, digest: str) -> Standard:
    raise UnknownStandard(identifier, digest)


__all__ = ["StandardEntry", "StandardError", "UnknownStandard", "classes", "get", "listed", "mapping", "read"]
