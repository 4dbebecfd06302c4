"""The catalogue of standards (标准目录): shipped rows and registered ones, each with its level, stage and scope.

Four public levels and the enterprises' own; a text counts for a mine by territory, mineral, method, scale and day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any

from greenmine.editions import rulebook_files as files
from greenmine.editions.edition import Edition
from greenmine.editions.models import CatalogueEntry, CatalogueStage, Checklist, StandardUse
from greenmine.editions.standards import shelf
from greenmine.law.days import read_day
from greenmine.law.sheets import Sheet
from greenmine.law.strict_yaml import load

Words = Mapping[str, str]
LEVELS: dict[str, dict[str, str]] = {
    "national": {"zh": "国家", "en": "national"},
    "industry": {"zh": "行业", "en": "industry"},
    "local": {"zh": "地方", "en": "local"},
    "group": {"zh": "团体", "en": "group"},
    "enterprise": {"zh": "企业", "en": "enterprise"},
}
STAGES: dict[str, dict[str, str]] = {
    "planned": {"zh": "拟制定", "en": "planned"},
    "drafting": {"zh": "起草", "en": "drafting"},
    "consultation": {"zh": "征求意见", "en": "consultation"},
    "issued": {"zh": "已发布", "en": "issued"},
    "in_force": {"zh": "现行", "en": "in force"},
    "abolished": {"zh": "废止", "en": "abolished"},
}
SUBJECTS: dict[str, dict[str, str]] = {
    "construction": {"zh": "绿色矿山建设", "en": "green mines"},
    "evaluation": {"zh": "评价", "en": "evaluation"},
    "exploration": {"zh": "绿色勘查", "en": "green exploration"},
    "other": {"zh": "其他", "en": "other"},
}
ORDER = list(STAGES)
PUBLISHED = ("issued", "in_force", "abolished")
FACETS = (("minerals", "mineral"), ("methods", "mining_method"), ("scales", "scale"))


class UnknownText(LookupError):
    """The catalogue has no such text."""

    def __init__(self, key: str) -> None:
        self.zh, self.en = f"标准目录中没有“{key}”", f"the catalogue has no “{key}”"
        super().__init__(f"{self.zh} · {self.en}")


@dataclass(frozen=True, slots=True)
class Step:
    """A stage a text reached, on a day, by whose word."""

    stage: str
    on: date | None
    by: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """One text of the catalogue as it stands on a day."""

    key: str
    number: str
    title: Words
    level: str
    subject: str
    stage: str
    territory: str
    stage_on: date | None = None
    issued: str = ""
    in_force_on: date | None = None
    issuer: str = ""
    lead: str = ""
    participants: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    minerals: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    scales: tuple[str, ...] = ()
    replaces: str = ""
    version: str = ""
    provisions: tuple[str, ...] = ()
    confidence: str = "S"
    source: str = ""
    note: Words = field(default_factory=dict)
    enterprise: str = ""
    organisation: str = ""
    by: str = ""
    by_id: int | None = None
    on: date | None = None
    history: tuple[Step, ...] = ()
    replaced_by: str = ""

    @property
    def is_shipped(self) -> bool:
        """Whether it came with the program; otherwise somebody registered it."""
        return self.on is None

    @property
    def is_published(self) -> bool:
        """Whether it has been issued and not abolished."""
        return self.stage in ("issued", "in_force")

    def holds_on(self, on: date) -> bool:
        """Whether it is in force on a day."""
        return self.stage == "in_force" and (self.in_force_on is None or self.in_force_on <= on)


@dataclass(frozen=True, slots=True)
class Applicable:
    """A text and whether it is for a mine; `missing` facts would settle what is unknown."""

    text: Text
    applies: bool | None
    missing: tuple[str, ...] = ()
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """An industry a territory names, and the local texts it has; none is a gap."""

    territory: str
    industry: str
    name: Words
    provision: str
    texts: tuple[Text, ...]

    @property
    def is_missing(self) -> bool:
        """Whether no local standard is in force for it."""
        return not self.texts


def entries(on: date) -> list[Text]:
    """Every text as it stands on a day, by level, then number."""
    steps: dict[str, list[CatalogueStage]] = {}
    for step in CatalogueStage.objects.order_by("stage_on", "id"):
        steps.setdefault(step.entry, []).append(step)
    rows = [*_shipped().entries, *(_of_row(row) for row in CatalogueEntry.objects.filter(on__lte=on).order_by("key"))]
    found = [_standing(text, steps.get(text.key, []), on) for text in rows]
    replaced = {text.replaces: text.number for text in found if text.replaces and text.holds_on(on)}
    found = [replace(text, replaced_by=replaced.get(text.number, "")) if text.number else text for text in found]
    levels = list(LEVELS)
    return sorted(found, key=lambda text: (levels.index(text.level), text.number == "", text.number, text.key))


def entry(key: str, on: date) -> Text:
    """One text; UnknownText where there is none."""
    for text in entries(on):
        if text.key == key:
            return text
    raise UnknownText(key)


def applicable(sheet: Sheet, region_code: str | None, *, on: date) -> list[Applicable]:
    """Which texts in force a mine must carry out, and those of which it is unknown; the most binding level first."""
    law = shelf.law_in_use()
    uses = {
        use.entry: use.since for use in StandardUse.objects.filter(mine=sheet.key, until__isnull=True, since__lte=on)
    }
    found = []
    for text in entries(on):
        if not text.holds_on(on) or text.replaced_by or not law.divisions.covers(text.territory, region_code, on):
            continue
        if text.level == "enterprise" and text.key not in uses:
            continue
        applies, missing = _applies(text, sheet, law)
        if applies is not False:
            found.append(Applicable(text, applies, missing, uses.get(text.key)))
    return found


def industry_of(mineral: str) -> str | None:
    """The industry class of a mineral; None where no class has it."""
    return next((one.id for one in shelf.classes().values() if mineral in one.minerals), None)


def group_of(territory: str, mineral: str) -> str | None:
    """The industry in a territory's own division of industries; None where it names none for the mineral."""
    industry = industry_of(mineral)
    for group in _shipped().groups:
        if group["territory"] == territory:
            return next((one["id"] for one in group["industries"] if industry in one["classes"]), None)
    return None


def gaps(on: date) -> list[Gap]:
    """Of every industry a territory names, which local standards it has on a day."""
    local = [text for text in entries(on) if text.level == "local" and text.holds_on(on)]
    return [
        Gap(
            group["territory"], one["id"], dict(one["name"]), one["provision"],
            tuple(t for t in local if t.territory == group["territory"] and set(t.industries) & set(one["classes"])),
        )
        for group in _shipped().groups
        for one in group["industries"]
    ]  # fmt: skip


def planned(on: date) -> list[Text]:
    """The slots that are kept for texts nobody has issued yet."""
    return [text for text in entries(on) if text.stage in ("planned", "drafting", "consultation")]


def uses_of(key: str) -> list[StandardUse]:
    """Which mines carry an enterprise standard out, and since when."""
    return list(StandardUse.objects.filter(entry=key).order_by("since", "mine"))


def checklist_of(key: str) -> Checklist | None:
    """The checklist somebody loaded for a text."""
    return Checklist.objects.filter(entry=key, withdrawn_on__isnull=True).first()


def checklists_for(sheet: Sheet, region_code: str | None, *, on: date) -> list[tuple[Text, Checklist | None]]:
    """The exploration texts a mine's exploration must follow, each with its checklist; None where nobody loaded one."""
    texts = [
        one.text for one in applicable(sheet, region_code, on=on) if one.text.subject == "exploration" and one.applies
    ]
    return [(text, checklist_of(text.key)) for text in texts]


def _applies(text: Text, sheet: Sheet, law: Edition) -> tuple[bool | None, tuple[str, ...]]:
    """Three-valued: every facet that is given must hold."""
    outcomes: list[bool | None] = []
    missing: list[str] = []
    for facet, fact in FACETS:
        allowed = _minerals(text, law) if facet == "minerals" else frozenset(getattr(text, facet))
        if not allowed:
            continue
        value = sheet.shown(fact, law.dictionary)
        outcomes.append(None if value is None else value in allowed)
        if value is None:
            missing.append(fact)
    if text.subject == "exploration":
        explores = sheet.shown("exploration_project", law.dictionary)
        outcomes.append(explores if explores is None else bool(explores))
        if explores is None:
            missing.append("exploration_project")
    if False in outcomes:
        return False, ()
    return (None, tuple(missing)) if None in outcomes else (True, ())


def _minerals(text: Text, law: Edition) -> frozenset[str]:
    """Its minerals and those of its industries; empty where it speaks of every mineral."""
    table = shelf.classes(law)
    return frozenset(text.minerals) | {m for name in text.industries if name in table for m in table[name].minerals}


def _standing(text: Text, steps: Iterable[CatalogueStage], on: date) -> Text:
    """The text with the stages reached by a day; an issued text is in force from its day on."""
    reached = [step for step in steps if step.stage_on <= on]
    history: tuple[Step, ...] = (Step(text.stage, text.stage_on, text.by, text.source),)
    for step in reached:
        text = replace(
            text, stage=step.stage, stage_on=step.stage_on, number=step.number or text.number,
            title={"zh": step.title, "en": step.title} if step.title else text.title,
            in_force_on=step.stage_on if step.stage == "in_force" else text.in_force_on,
            issued=step.stage_on.isoformat() if step.stage == "issued" else text.issued,
        )  # fmt: skip
        history += (Step(step.stage, step.stage_on, step.by, step.source),)
    if text.stage == "issued" and text.in_force_on is not None and text.in_force_on <= on:
        text = replace(text, stage="in_force", stage_on=text.in_force_on)
    elif text.stage == "in_force" and text.in_force_on is not None and text.in_force_on > on:
        text = replace(text, stage="issued")
    return replace(text, history=history)


def _of_row(row: CatalogueEntry) -> Text:
    return Text(
        key=row.key, number=row.number, title={"zh": row.title, "en": row.title_en or row.title}, level=row.level,
        subject=row.subject, stage=row.stage, stage_on=row.stage_on, in_force_on=row.in_force_on, issuer=row.issuer,
        lead=row.lead, participants=tuple(row.participants), territory=row.territory, industries=tuple(row.industries),
        minerals=tuple(row.minerals), methods=tuple(row.methods), scales=tuple(row.scales), replaces=row.replaces,
        version=row.version, provisions=tuple(row.provisions), source=row.source, enterprise=row.enterprise,
        organisation=row.organisation, by=row.by, by_id=row.by_id, on=row.on,
        issued=row.stage_on.isoformat() if row.stage_on and row.stage in PUBLISHED else "",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Shipped:
    groups: tuple[Any, ...]
    entries: tuple[Text, ...]


def _shipped() -> _Shipped:
    path = files.folder() / shelf.FOLDER / "catalogue.yaml"
    return _read(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=2)
def _read(text: str) -> _Shipped:
    data = load(text, file="standards/catalogue.yaml")
    return _Shipped(tuple(data["groups"]), tuple(_of_file(one) for one in data["entries"]))


def _of_file(one: Mapping[str, Any]) -> Text:
    begins = one.get("in_force_on")
    listed: dict[str, Any] = {
        key: tuple(one.get(key, ()))
        for key in ("participants", "industries", "minerals", "methods", "scales", "provisions")
    }
    return Text(
        key=one["key"], number=one.get("number", ""), title=dict(one["title"]), level=one["level"], subject=one["subject"],
        stage=one["stage"], territory=one["territory"], issued=one.get("issued", ""),
        in_force_on=date.fromordinal(read_day(begins)) if begins else None, issuer=one.get("issuer", ""),
        lead=one.get("lead", ""), replaces=one.get("replaces", ""), confidence=one["confidence"],
        source=one.get("source", ""), note=dict(one.get("note", {})), **listed,
    )  # fmt: skip
