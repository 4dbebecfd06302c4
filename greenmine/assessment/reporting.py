"""The self-assessment report (自评估报告): the frozen text kept as a file, and the report as Word and PDF."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from greenmine.accounts.models import Organisation, Person
from greenmine.assessment.drafts import points_words
from greenmine.assessment.freezing import Frozen
from greenmine.assessment.queries.views import ItemView, View, applies, gaps
from greenmine.evidence import actions as evidence
from greenmine.law.indicators.standard import Indicator
from greenmine.papers import actions as papers
from greenmine.registry import queries as registry
from greenmine.registry.models import Mine

KIND = "self-assessment-report"
VERDICTS = {"pass": "达标", "fail": "未达标"}
UNDECIDED = "待核实，暂不能得出结论"
STATUSES = {
    "official": "正式指标", "local": "地方指标", "demonstration": "演示指标，不作为正式评价依据", "structure_only": "仅有结构",
}  # fmt: skip
OUTCOMES = {True: "满足", False: "不满足", None: "待核实"}
MOST_GAPS = 60
MOST_FILES = 300
LONGEST_CELL = 200  # what is longer stands whole in the frozen text


@dataclass(slots=True)
class _Content:
    """A content made here, in the shape in which evidence takes files."""

    name: Any
    content: bytes

    def chunks(self) -> Iterable[bytes]:
        """All of it."""
        return [self.content]


def report_of(
    view: View, mine: Mine, *, frozen: Frozen, by: Person, organisation: Organisation, on: date
) -> tuple[str, tuple[str, ...]]:
    """Keep what was submitted as a file, and make and sign the report: (number of the paper here, ids of the evidence)."""
    number = view.assessment.number
    kept = evidence.keep(
        _Content(f"{number}.json", frozen.text.encode()), by=by, on=on, subject=("mine", mine.key),
        title=f"自评估报告存档 {number}", region_code=mine.region_code,
    )  # fmt: skip
    paper = papers.make(
        KIND, fields_of(view, mine, on=on), subject=view.assessment.subject, region_code=mine.region_code, by=by,
        organisation=organisation, on=on, enterprise=view.assessment.holder,
    )  # fmt: skip
    signed = papers.sign(paper, by=by, on=on)
    return str(signed.pk), (str(kept.pk), str(signed.pdf_id))


def fields_of(view: View, mine: Mine, *, on: date) -> dict[str, Any]:
    """The named fields of the report, as the paper's kind asks for them; what is not known is left out."""
    standard, assessment = view.standard, view.assessment
    right = registry.rights_of(mine).first()
    fields: dict[str, Any] = {
        "mine": mine.name,
        "holder": mine.holder.name if mine.holder else assessment.holder,
        "year": assessment.year,
        "place": view.ground.edition.divisions.full_name(mine.region_code, on),
        "right_number": right.licence_number if right is not None else "",
        "mineral": _mineral(view),
        "number": assessment.number,
        "standard": standard.title["zh"],
        "standard_status": STATUSES.get(standard.status, standard.status),
        "assessed_on": on,
        "total": total_words(view),
        "verdict": VERDICTS.get(str(view.result.verdict), UNDECIDED),
        "summary": [reason["zh"] for reason in view.result.reasons],
        "preconditions": [
            [one.part.name["zh"], OUTCOMES[one.outcome], _short(one.item.comment or _names(one))]
            for one in view.preconditions
        ],
        "dimensions": [_dimension(section) for section in view.sections],
        "items": [_item(one) for one in view.items if not one.is_precondition],
        "gaps": [f"{gap.view.part.name['zh']}：{gap.zh}{_needed(gap.evidence)}" for gap in gaps(view)[:MOST_GAPS]],
        "evidence_list": _evidence(view),
    }
    return {name: value for name, value in fields.items() if value not in ("", [], None)}


def total_words(view: View) -> str:
    """The total as a person reads it, with its bounds where something is still open."""
    low, high = view.result.total
    most = points_words(view.standard.points)
    if low == high:
        return f"{points_words(low)}分（满分{most}分）"
    return f"{points_words(low)}至{points_words(high)}分（满分{most}分，尚有未定项）"


def _dimension(section: Any) -> list[str]:
    dimension, result = section.dimension, section.result
    score = points_words(result.low)
    if result.low != result.high:
        score = f"{score}至{points_words(result.high)}"
    reached = {True: "是", False: "否", None: "待核实"}[result.reached]
    return [dimension.name["zh"], score, points_words(dimension.points), reached]


def _item(one: ItemView) -> list[str]:
    part = one.part
    points = points_words(part.points if isinstance(part, Indicator) else None)
    said = "；".join(text for text in (one.item.reason or one.item.comment, _names(one)) if text)
    return [part.id, part.name["zh"], points, _score(one), _short(said)]


def _score(one: ItemView) -> str:
    if applies(one) is False or one.item.state == "not_applicable":
        return "不适用"
    if one.scored is None or (one.item.state == "unanswered" and not one.decided_by_fact):
        return "未填"
    return points_words(one.scored.low)


def _names(one: ItemView) -> str:
    return "、".join(str(link.provenance or link.fact) for link in one.links)


def _needed(needs: Sequence[Any]) -> str:
    return f"（需提供：{'、'.join(need.name['zh'] for need in needs)}）" if needs else ""


def _evidence(view: View) -> list[str]:
    """Each file once, with the beginning of its hash."""
    listed: dict[str, str] = {}
    for one in view.items:
        for link in one.links:
            if link.provenance is not None:
                listed.setdefault(link.sha256, f"{link.provenance}（{link.day}，校验值 {link.sha256[:12]}）")
    return list(listed.values())[:MOST_FILES]


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…（全文见存档）"


def _mineral(view: View) -> str:
    dictionary = view.ground.edition.dictionary
    value = view.ground.sheet.values.get("mineral")
    return dictionary["mineral"].words(value, "zh") if value is not None else ""
