"""The checklist of a visit (核查清单) as the site page and the phone read it: items of exactly one indicator set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from greenmine.accounts.models import Person
from greenmine.assessment.drafts import points_words
from greenmine.assessment.scoring import standard_by
from greenmine.fieldwork import places, queries
from greenmine.fieldwork.merging import ItemRecord
from greenmine.fieldwork.models import Fieldwork, Visit
from greenmine.law.indicators import Levels, Measured, Range, Standard, YesNo
from greenmine.law.indicators.standard import Band, Dimension, Indicator
from greenmine.registry.models import Mine

HOW = {
    "at_least": {"zh": "不低于 ", "en": "at least "}, "at_most": {"zh": "不高于 ", "en": "at most "}, "is": {"zh": "", "en": ""},
}  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """One score that may be given, in hundredths, and what it stands for."""

    value: int
    points: str
    words: Mapping[str, str]


@dataclass(frozen=True)
class Line:
    """One item of the checklist with the control its scale asks for: choices · number · yes_no · none."""

    indicator: Indicator
    control: str
    choices: tuple[Choice, ...] = ()
    step: str = ""
    most: str = ""
    draft: Any = None  # what stands, where the page is filled from the server

    @property
    def most_points(self) -> str:
        """The points of the item as people write them."""
        return points_words(self.indicator.points)

    @property
    def typed(self) -> str:
        """The score that stands, as it would be typed."""
        return points_words(self.draft.score) if self.draft and self.draft.score is not None else ""


@dataclass(frozen=True)
class Group:
    """The items of one dimension."""

    dimension: Dimension
    lines: tuple[Line, ...]


def checklist(visit: Visit) -> list[Group]:
    """The items of a visit by dimension, in the order of the text."""
    return groups_of(visit.fieldwork, visit.items)


def groups_of(file: Fieldwork, items: list[str]) -> list[Group]:
    """Some items of a file's indicator set by dimension."""
    standard, wanted = standard_by(file.standard, file.standard_digest), set(items)
    groups = [
        Group(dimension, tuple(line_of(standard, one) for one in dimension.indicators if one.id in wanted))
        for dimension in standard.dimensions
    ]
    return [group for group in groups if group.lines]


def line_of(standard: Standard, indicator: Indicator) -> Line:
    """The control for an item's scale."""
    scale = indicator.scale
    if isinstance(scale, Levels):
        found = tuple(Choice(one.points, points_words(one.points), one.words) for one in scale.levels)
        return Line(indicator, "choices", found)
    if isinstance(scale, Range):
        return Line(indicator, "number", step=points_words(scale.step), most=points_words(indicator.points))
    if isinstance(scale, YesNo):
        return Line(indicator, "yes_no")
    if isinstance(scale, Measured):
        return Line(indicator, "choices", _bands(standard, scale))
    return Line(indicator, "none")


def _bands(standard: Standard, scale: Measured) -> tuple[Choice, ...]:
    """The scores a measured item can come to; several bands of equal points are one choice."""
    fact = standard.dictionary[scale.fact]

    def words(band: Band) -> dict[str, str]:
        return {
            key: HOW[band.how][key] + mark.join(fact.words(value, key) for value in band.values)
            for key, mark in (("zh", "、"), ("en", ", "))
        }

    found = {band.points: Choice(band.points, points_words(band.points), words(band)) for band in scale.bands}
    rest = {"zh": "其他", "en": "otherwise"}
    found.setdefault(scale.otherwise, Choice(scale.otherwise, points_words(scale.otherwise), rest))
    if scale.when_none is not None:
        none = {"zh": "明确为“无”", "en": "known to be none"}
        found.setdefault(scale.when_none, Choice(scale.when_none, points_words(scale.when_none), none))
    return tuple(sorted(found.values(), key=lambda one: -one.value))


def pack_of(visit: Visit, person: Person) -> dict[str, Any]:
    """What a phone keeps of a visit: whose, where, when, and the checklist of exactly this edition."""
    file = visit.fieldwork
    mine = Mine.objects.filter(key=file.mine).first()
    standard = standard_by(file.standard, file.standard_digest)
    return {
        "engagement": file.engagement,
        "visit": visit.number,
        "mine": {
            "key": file.mine,
            "name": mine.name if mine else file.mine,
            "point": places.point_of(mine),
            "areas": places.outline(file.mine, on=visit.from_on),
        },
        "standard": {"id": standard.id, "digest": file.standard_digest, "title": dict(standard.title)},
        "days": [visit.from_on.isoformat(), visit.until_on.isoformat()],
        "route": visit.route,
        "members": [
            [member.person_id, member.person.name]
            for member in visit.members.select_related("person").order_by("-leads", "id")
        ],
        "me": {"id": person.pk, "name": person.name},
        "items": [_plain(line) for group in checklist(visit) for line in group.lines],
    }


def _plain(line: Line) -> dict[str, Any]:
    one = line.indicator
    return {
        "id": one.id,
        "name": dict(one.name),
        "points": one.points,
        "control": line.control,
        "choices": [[choice.value, dict(choice.words)] for choice in line.choices],
        "step": line.step,
    }


def item_lines(visit: Visit) -> dict[str, list[dict[str, Any]]]:
    """What the server holds of each item, one line a finding or note: what a phone shows of the others' work."""
    record = queries.record_of(visit)
    return {name: _lines(one) for name, one in sorted(record.items.items())}


def _lines(one: ItemRecord) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = []
    for op in sorted(one.findings.values(), key=lambda op: (op.author, op.place)):
        zh, en = finding_words(op.payload)
        said.append({"zh": f"{op.author_name}：{zh}", "en": f"{op.author_name}: {en}", "differs": one.is_open})
    said += [
        {"zh": f"{op.author_name}：{op.payload['text']}", "en": f"{op.author_name}: {op.payload['text']}"}
        for op in one.notes
    ]
    if one.captures:
        count = len(one.captures)
        said.append({"zh": f"影像 {count} 张", "en": f"{count} photographs"})
    if one.settlement is not None:
        reason = one.settlement.payload["reason"]
        said.append({"zh": f"组长裁定：{reason}", "en": f"Settled by the leader: {reason}"})
    return said


def finding_words(payload: Mapping[str, Any]) -> tuple[str, str]:
    """A finding in both languages."""
    comment = f" — {payload['comment']}" if payload.get("comment") else ""
    if payload["state"] == "not_applicable":
        return f"不适用：{payload['reason']}{comment}", f"does not apply: {payload['reason']}{comment}"
    if payload["state"] != "scored":
        return f"未下结论{comment}", f"no result{comment}"
    if payload["score"] is None:
        return ("满足" if payload["met"] else "不满足") + comment, ("met" if payload["met"] else "not met") + comment
    points = points_words(payload["score"])
    return f"{points} 分{comment}", f"{points} points{comment}"
