"""What can happen to the catalogue: a text is registered, moves on a stage, is used by a mine; a checklist is loaded.

Rights and scope are asked by the desks; here every act is a named person's, with its source, in the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from greenmine.editions.models import CatalogueEntry, CatalogueStage, Checklist, ModeChoice, StandardUse
from greenmine.editions.standards import catalogue, shelf
from greenmine.editions.standards.catalogue import FACETS, LEVELS, ORDER, PUBLISHED, STAGES, SUBJECTS
from greenmine.ledger import actions as ledger

Who = ledger.Actor | str
LEVEL_CITE = {
    "national": ["cn-2024-1/15.8.a", "gs-2023/3.2.a"],
    "industry": ["cn-2024-1/15.8.b", "cn-2024-1/13.1.a"],
    "local": ["cn-2024-1/14.1.a", "gs-2023/3.2.a", "yn-2025/A.4.a"],
    "group": ["gs-2023/3.2.b"],
    "enterprise": ["cn-2024-1/14.2.a", "kz-2024/20.2.a"],
}
MOST_ITEMS = 300
LONGEST_ITEM = 1000


class CannotRegister(ValueError):
    """Why a text, a stage or a use is refused, in words."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class Draft:
    """What is said of a text when it is registered."""

    title: str
    level: str
    stage: str
    source: str
    number: str = ""
    title_en: str = ""
    subject: str = "construction"
    stage_on: date | None = None
    in_force_on: date | None = None
    issuer: str = ""
    lead: str = ""
    participants: Sequence[str] = ()
    territory: str = "000000"
    industries: Sequence[str] = ()
    minerals: Sequence[str] = ()
    methods: Sequence[str] = ()
    scales: Sequence[str] = ()
    replaces: str = ""
    version: str = ""
    provisions: Sequence[str] = ()
    enterprise: str = ""


@transaction.atomic
def register(draft: Draft, *, by: Who, on: date, organisation: str = "", by_id: int | None = None) -> CatalogueEntry:
    """Register a text (登记标准): draft or issued, of any of the five levels."""
    _check_draft(draft, on)
    fields = {key: list(value) if isinstance(value, (list, tuple)) else value for key, value in asdict(draft).items()}
    row = CatalogueEntry(**fields, key="", by=str(by), by_id=by_id, on=on, organisation=organisation)
    row.key = _next_key()
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise _twice(draft.number) from None
    level, stage = LEVELS[draft.level], STAGES[draft.stage]
    ledger.record(
        "standards.registered", subject=("standard", row.key), by=by, on=on, cite=LEVEL_CITE[draft.level],
        region_code=draft.territory,
        zh=f"登记{level['zh']}标准 {draft.number}《{draft.title}》（{stage['zh']}）",
        en=f"{level['en']} standard {draft.number} “{draft.title}” registered ({stage['en']})",
    )  # fmt: skip
    return row


@transaction.atomic
def advance(
    key: str, stage: str, *, stage_on: date, source: str, by: Who, on: date, number: str = "", title: str = "",
    by_id: int | None = None,
) -> CatalogueStage:  # fmt: skip
    """Move a text on (推进标准阶段): forward only; a text is issued with its number and its source."""
    text = catalogue.entry(key, max(on, stage_on))
    _check_stage(text, stage, stage_on, on, number=number, source=source)
    if number and number != text.number and _is_taken(number):
        raise _twice(number)
    row = CatalogueStage.objects.create(
        entry=key, stage=stage, stage_on=stage_on, number=number.strip(), title=title.strip(), source=source,
        by=str(by), by_id=by_id, on=on,
    )  # fmt: skip
    verb = "standards.published" if stage in PUBLISHED else "standards.advanced"
    ledger.record(
        verb, subject=("standard", key), by=by, on=on, cite=[*text.provisions, *LEVEL_CITE[text.level]][:6],
        region_code=text.territory,
        zh=f"{number or text.number}《{title or text.title['zh']}》进入“{STAGES[stage]['zh']}”，{stage_on.isoformat()}：{source}",
        en=f"{number or text.number} “{title or text.title['en']}” is {STAGES[stage]['en']} from {stage_on}: {source}",
    )  # fmt: skip
    return row


@transaction.atomic
def use(key: str, mine: str, *, since: date, enterprise: str, by: Who, on: date) -> StandardUse:
    """A mine begins to carry out its enterprise's own standard (采用企业标准)."""
    text = catalogue.entry(key, on)
    if text.level != "enterprise":
        raise CannotRegister("只有企业标准需要登记采用", "only an enterprise's own standard is taken up by mines")
    if not text.holds_on(on):
        raise CannotRegister("该企业标准尚未施行或已废止", "this standard is not in force")
    if text.enterprise != enterprise:
        raise CannotRegister("只能采用本企业登记的标准", "a mine takes up its own enterprise's standard")
    if since > on or (text.in_force_on is not None and since < text.in_force_on):
        raise CannotRegister("采用日应在标准施行之后、今天之前", "the day lies between its coming into force and today")
    if StandardUse.objects.filter(entry=key, mine=mine, until__isnull=True).exists():
        raise CannotRegister("该矿山已在采用这项标准", "the mine already uses this standard")
    row = StandardUse.objects.create(entry=key, mine=mine, enterprise=enterprise, since=since, by=str(by), on=on)
    ledger.record(
        "standards.taken_up", subject=("mine", mine), by=by, on=on, cite=["cn-2024-1/14.2.b", "kz-2024/20.2.b"],
        zh=f"自 {since.isoformat()} 起采用企业标准《{text.title['zh']}》", en=f"uses “{text.title['en']}” from {since}",
    )  # fmt: skip
    return row


@transaction.atomic
def end_use(key: str, mine: str, *, enterprise: str, until: date, by: Who, on: date) -> StandardUse:
    """A mine no longer carries an enterprise standard out (停止采用)."""
    row = StandardUse.objects.select_for_update().filter(entry=key, mine=mine, until__isnull=True).first()
    if row is None or row.enterprise != enterprise:
        raise CannotRegister("该矿山没有在采用这项标准", "the mine does not use this standard")
    if not row.since <= until <= on:
        raise CannotRegister("停止日应在采用之后、今天之前", "the day lies between taking it up and today")
    row.until = until
    row.save(update_fields=["until"])
    ledger.record(
        "standards.given_up", subject=("mine", mine), by=by, on=on, cite=["cn-2024-1/14.2.b"],
        zh=f"{until.isoformat()} 起不再采用企业标准 {key}", en=f"no longer uses {key} from {until}",
    )  # fmt: skip
    return row


@transaction.atomic
def load_checklist(key: str, items: Iterable[dict[str, str]], *, source: str, by: Who, on: date) -> Checklist:
    """Enter the checklist of a text that is not shipped (载入检查清单), from the text itself."""
    text = catalogue.entry(key, on)
    listed = _items(items)
    if not source.strip():
        raise CannotRegister("请写明文本来源", "say where the text comes from")
    Checklist.objects.filter(entry=key, withdrawn_on__isnull=True).update(withdrawn_on=on)
    row = Checklist.objects.create(entry=key, items=listed, source=source, by=str(by), on=on)
    ledger.record(
        "standards.checklist_loaded", subject=("standard", key), by=by, on=on, cite=list(text.provisions),
        region_code=text.territory,
        zh=f"载入《{text.title['zh']}》检查清单 {len(listed)} 项：{source}",
        en=f"checklist of “{text.title['en']}” loaded, {len(listed)} items: {source}",
    )  # fmt: skip
    return row


@transaction.atomic
def choose_mode(mine: str, method: str, *, reason: str, by: Who, on: date) -> ModeChoice:
    """Say why a mine is worked this way (开采方式比选): the alternatives are kept beside the reason."""
    known = shelf.law_in_use().dictionary["mining_method"].codes
    if method not in known:
        raise CannotRegister(f"没有开采方式“{method}”", f"there is no mining method {method!r}")
    if len(reason.strip()) < len("理由应说明对环境的影响"):
        raise CannotRegister(
            "请说明选择该开采方式的理由：与其他方式相比对环境的破坏如何",
            "give the reason for this method: what it does to the environment compared with the others",
        )
    ModeChoice.objects.filter(mine=mine, superseded_on__isnull=True).update(superseded_on=on)
    row = ModeChoice.objects.create(
        mine=mine, method=method, compared_with=[code for code in known if code != method], reason=reason.strip(),
        by=str(by), on=on,
    )  # fmt: skip
    ledger.record(
        "standards.mode_reasoned", subject=("mine", mine), by=by, on=on, cite=["nm-2020/3.5.e.1"],
        zh=f"说明开采方式“{method}”的比选理由：{reason.strip()}", en=f"reason given for the method {method}: {reason.strip()}",
    )  # fmt: skip
    return row


def mode_choice(mine: str) -> ModeChoice | None:
    """The reason that stands for a mine's method."""
    return ModeChoice.objects.filter(mine=mine, superseded_on__isnull=True).first()


def _check_draft(draft: Draft, on: date) -> None:
    for name, value, table in (
        ("级别", draft.level, LEVELS),
        ("阶段", draft.stage, STAGES),
        ("类别", draft.subject, SUBJECTS),
    ):
        if value not in table:
            raise CannotRegister(f"{name}“{value}”不在目录中", f"“{value}” is not in the list")
    for wrong, zh, en in _wanting(draft, on):
        if wrong:
            raise CannotRegister(zh, en)
    _check_scope(draft, on)
    if draft.number.strip() and _is_taken(draft.number):
        raise _twice(draft.number)


def _wanting(draft: Draft, on: date) -> Iterator[tuple[bool, str, str]]:
    """What a text must say at its stage and level: (is it wanting, zh, en)."""
    out, level = draft.stage in PUBLISHED, draft.level
    yield (
        not (draft.title.strip() and draft.source.strip()),
        "请填写标准名称和来源",
        "give the title and where it comes from",
    )
    yield out and not draft.number.strip(), "已发布的标准必须有编号", "an issued standard has a number"
    no_day = draft.stage_on is None and draft.in_force_on is None
    yield out and no_day, "已发布的标准必须有发布日或施行日", "an issued standard has a day"
    ahead = draft.stage_on is not None and draft.stage_on > on
    yield ahead, "发布日不能晚于今天", "the day it was issued cannot lie ahead"
    yield (
        out and not (draft.issuer or draft.enterprise).strip(),
        "已发布的标准必须有发布单位",
        "an issued standard has an issuing body",
    )
    drafted = draft.stage in ("drafting", "consultation")
    yield (
        drafted and not (draft.lead or draft.enterprise).strip(),
        "起草中的标准必须有起草单位",
        "a draft has a drafting body",
    )
    own = bool(draft.enterprise and draft.version.strip())
    yield (
        level == "enterprise" and not own,
        "企业标准必须写明企业和版本",
        "an enterprise standard names its enterprise and version",
    )
    yield (
        level == "local" and draft.territory == "000000",
        "地方标准必须有适用地区",
        "a local standard has its territory",
    )


def _check_scope(draft: Draft, on: date) -> None:
    law, table = shelf.law_in_use(), shelf.classes()
    if draft.territory != "000000" and law.divisions.get(draft.territory, on) is None:
        raise CannotRegister(f"没有行政区“{draft.territory}”", f"there is no division {draft.territory}")
    for industry in draft.industries:
        if industry not in table:
            raise CannotRegister(f"没有行业“{industry}”", f"there is no industry {industry!r}")
    for facet, fact in FACETS:
        for code in getattr(draft, facet):
            if code not in law.dictionary[fact].codes:
                raise CannotRegister(f"“{code}”不是{law.dictionary[fact].label['zh']}", f"{code!r} is no {fact}")
    for provision in draft.provisions:
        if not law.has_provision(provision):
            raise CannotRegister(f"没有条款“{provision}”", f"there is no provision {provision}")


def _check_stage(text: Any, stage: str, stage_on: date, on: date, *, number: str, source: str) -> None:
    if stage not in STAGES:
        raise CannotRegister(f"没有阶段“{stage}”", f"there is no stage {stage!r}")
    if ORDER.index(stage) <= ORDER.index(text.stage):
        raise CannotRegister(
            f"该标准已处于“{STAGES[text.stage]['zh']}”，不能回到“{STAGES[stage]['zh']}”",
            f"it is {STAGES[text.stage]['en']} already and cannot become {STAGES[stage]['en']}",
        )
    if not source.strip():
        raise CannotRegister("请写明依据：公告或文件名称", "give the document: an announcement or its title")
    if stage in PUBLISHED and not (number.strip() or text.number):
        raise CannotRegister("没有编号的标准不能发布：请填写标准编号", "a standard without a number cannot be issued")
    if stage != "in_force" and stage_on > on:
        raise CannotRegister("日期不能晚于今天（施行日除外）", "only the day it comes into force may lie ahead")
    if text.stage_on is not None and stage_on < text.stage_on:
        raise CannotRegister(
            f"不能早于上一阶段的日期 {text.stage_on.isoformat()}", f"not before the stage before it, {text.stage_on}"
        )


def _is_taken(number: str) -> bool:
    wanted = "".join(number.split()).upper()
    return any("".join(text.number.split()).upper() == wanted for text in catalogue.entries(date.max) if text.number)


def _twice(number: str) -> CannotRegister:
    return CannotRegister(f"编号“{number}”已在目录中", f"the number {number} is in the catalogue already")


def _next_key() -> str:
    last = CatalogueEntry.objects.order_by("-key").values_list("key", flat=True).first()
    return f"BZ{int(last[2:]) + 1 if last else 1:06}"


def _items(items: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    found = []
    for number, one in enumerate(items, start=1):
        zh = one.get("zh", "").strip()
        if not zh or len(zh) > LONGEST_ITEM:
            raise CannotRegister(f"第 {number} 项为空或过长", f"item {number} is empty or too long")
        found.append(
            {"number": one.get("number", "").strip() or str(number), "zh": zh, "en": one.get("en", "").strip() or zh}
        )
    if not 1 <= len(found) <= MOST_ITEMS:
        raise CannotRegister(f"检查清单应有 1 至 {MOST_ITEMS} 项", f"a checklist has 1 to {MOST_ITEMS} items")
    return found
