"""How an assessment is drawn, for every desk that shows one: items with their claims, bounds against marks, what is said.

Pure presentation: what counts, fails or is missing was decided by `law.indicators` and gathered by `assessment.queries`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from greenmine.assessment import scoring
from greenmine.law.indicators import Indicator, Levels, Measured, Precondition, Range, Result, Standard, YesNo
from greenmine.web.components.desk import current_edition
from greenmine.web.components.templatetags.regime import both, language
from greenmine.web.components.templatetags.scoring import points as points_in_words

NONE, NOT_APPLICABLE, MET, UNMET, TYPED = "none", "na", "yes", "no", "typed"
POINT = 100
Spec = Indicator | Precondition
Bounds = tuple[int, int]


@dataclass(frozen=True)
class Choice:
    """One thing a person may claim of an item: the value of the form, words, and the points it brings."""

    value: str
    words: str
    points: int | None = None


@dataclass(frozen=True)
class Row:
    """One item or precondition as a page shows it: what is asked, claimed, counted, proven, and what does not fit."""

    spec: Spec
    answer: Any
    item: Any
    fields: Mapping[str, str]
    choices: Sequence[Choice]
    evidence: Sequence[Any] = ()
    unproven: Sequence[Any] = ()
    flags: Sequence[Any] = ()
    facts: Sequence[Any] = ()
    last: str = ""
    vetoed: bool = False

    @property
    def id(self) -> str:
        """The id of the indicator or precondition."""
        return self.spec.id

    @property
    def name(self) -> Mapping[str, str]:
        """Its name in both languages."""
        return self.spec.name

    @property
    def is_precondition(self) -> bool:
        """Whether it is a precondition."""
        return isinstance(self.spec, Precondition)

    @property
    def version(self) -> int:
        """The version the person sees; whoever saves says which one he saw."""
        return int(self.answer.version)

    @property
    def said(self) -> str:
        """The claim in words."""
        return said(self.spec, self.answer)

    @property
    def step(self) -> str:
        """The step of a range, in points; nothing where the scale is another."""
        scale = getattr(self.spec, "scale", None)
        return points_in_words(scale.step) if isinstance(scale, Range) else ""

    @property
    def is_short(self) -> bool:
        """Whether the choices fit beside one another."""
        return isinstance(self.spec, Precondition) or isinstance(self.spec.scale, YesNo | Measured)

    @property
    def tone(self) -> str:
        """How the item is edged: failed, open, settled, or aside."""
        if self.vetoed or getattr(self.item, "outcome", None) is False:
            return "item-failed"
        if getattr(self.item, "applies", True) is False or self.answer.state == "not_applicable":
            return "item-aside"
        settled = self.answer.state != "unanswered" or bool(getattr(self.item, "decided_by_fact", False))
        return "item-answered" if settled else "item-open"


@dataclass(frozen=True)
class Part:
    """A category with its rows."""

    name: Mapping[str, str]
    points: int | None
    rows: Sequence[Row]


@dataclass(frozen=True)
class Drawn:
    """A dimension with its categories."""

    id: str
    name: Mapping[str, str]
    points: int | None
    parts: Sequence[Part]


def page_of(view: Any) -> dict[str, Any]:
    """Everything the pages of one assessment draw: summary, preconditions, sections, returns."""
    rows = rows_of(view)
    return {
        "standard": view.standard,
        "summary": summary_of(view.standard, view.result, flags=view.flags),
        "preconditions": [rows[one.part.id] for one in view.preconditions],
        "sections": [
            Drawn(
                section.dimension.id,
                section.dimension.name,
                section.dimension.points,
                [
                    Part(group.category.name, group.category.points, [rows[one.part.id] for one in group.items])
                    for group in section.groups
                ],
            )
            for section in view.sections
        ],
        "returns": returns_of(view),
        "blocking": view.blocking,
        "asking": view.asking,
        "flags": view.flags,
    }


def rows_of(view: Any) -> dict[str, Row]:
    """Every item of an assessment by id."""
    outcomes = {one.id: one for one in view.result.preconditions}
    return {
        one.part.id: _row(
            one.part,
            one.item,
            outcomes.get(one.part.id) if one.is_precondition else one.scored,
            view.result,
            evidence=one.links,
            unproven=one.missing,
            flags=one.flags,
            facts=one.facts,
            last=said(one.part, one.last) if one.last is not None else "",
        )
        for one in view.items
    }


def row_of_saved(spec: Spec, saved: Any) -> Row:
    """The item just saved, as far as the fragment shows it."""
    outcomes = {one.id: one for one in (*saved.result.preconditions, *saved.result.items)}
    return _row(spec, saved.item, outcomes.get(spec.id), saved.result, flags=saved.flags)


def summary_of(standard: Standard, result: Result, *, flags: Iterable[Any] = ()) -> dict[str, Any]:
    """Total and dimensions with their bounds against the marks, vetoes, and why."""
    names = {part.id: part.name for part in scoring.parts(standard)}
    marks = standard.pass_marks
    due = [one for one in result.items if one.applies is not False]
    return {
        **headline(standard, result.total, result.possible, result.scaled),
        "verdict": result.verdict,
        "dimensions": [
            {
                "id": one.id,
                "name": standard.dimension(one.id).name,
                "low": one.low,
                "high": one.high,
                "possible": one.possible[1],
                "mark": one.possible[1] * marks.dimension_ratio if marks.dimension_ratio else None,
                "reached": one.reached,
            }
            for one in result.dimensions
        ],
        "vetoes": [{"id": one, "name": names.get(one, {"zh": one, "en": one})} for one in result.vetoes],
        "reasons": [*([result.refused] if result.refused else []), *result.reasons],
        "answered": sum(one.state != "unanswered" or one.decided_by_fact for one in due)
        + sum(one.outcome is not None for one in result.preconditions),
        "asked": len(due) + len(result.preconditions),
        "flags": sum(one.is_open for one in flags),
    }


def headline(standard: Standard, total: Bounds, possible: Bounds, on_scale: Bounds | None) -> dict[str, Any]:
    """The score as it is held against the mark: on the full scale (折算得分) where items that do not apply are left out.

    The points as counted (实得) stand beside it, because a set of 100 of which 92 apply is read in both ways.
    """
    marks, points = standard.pass_marks, standard.points
    counted = {"low": total[0], "high": total[1], "possible": possible[1], "mark": marks.total, "counted": None}
    if standard.not_applicable != "rescale" or not points or on_scale is None or possible == (points, points):
        return counted
    return {"low": on_scale[0], "high": on_scale[1], "possible": points, "mark": marks.total, "counted": counted}


def choices_of(spec: Spec) -> list[Choice]:
    """What may be claimed of an item by its scale; a claim beside the scale is refused by the room, not here."""
    if isinstance(spec, Precondition):
        return [Choice(NONE, _("未作答")), Choice(MET, _("满足")), Choice(UNMET, _("不满足"))]
    found, scale = [Choice(NONE, _("未作答"))], spec.scale
    if isinstance(scale, Levels):
        found += [Choice(str(level.points), both(level.words), level.points) for level in scale.levels]
    elif isinstance(scale, YesNo):
        found += [Choice(MET, _("是"), spec.points), Choice(UNMET, _("否"), 0)]
    elif isinstance(scale, Measured):
        found += _bands(scale)
    elif isinstance(scale, Range):
        found.append(Choice(TYPED, _("填写得分")))
    if spec.may_not_apply:
        found.append(Choice(NOT_APPLICABLE, _("不适用（说明理由）")))
    return found


def _bands(scale: Measured) -> list[Choice]:
    """What each score of a measured scale asks of the figure, best first."""
    fact = current_edition().dictionary[scale.fact.rpartition(".")[2]]
    asked = {"at_least": _("不低于 %(value)s"), "at_most": _("不高于 %(value)s"), "is": "%(value)s"}
    said_of: dict[int, list[str]] = {}
    for band in scale.bands:
        values = _("、").join(fact.words(value, language()) for value in band.values)
        said_of.setdefault(band.points, []).append(asked[band.how] % {"value": values})
    said_of.setdefault(scale.otherwise, []).append(_("其他"))
    if scale.when_none is not None:
        said_of.setdefault(scale.when_none, []).append(_("明确为“无”"))
    return [Choice(str(points), _("；").join(said_of[points]), points) for points in sorted(said_of, reverse=True)]


def fields_of(spec: Spec, answer: Any) -> dict[str, str]:
    """An answer as the form's fields hold it."""
    claim, effort = _claim(answer, choices_of(spec)), getattr(answer, "effort", None)
    return {
        "claim": claim,
        "score": points_in_words(answer.score) if claim == TYPED and answer.score is not None else "",
        "reason": answer.reason,
        "comment": getattr(answer, "comment", ""),  # an answer as the engine reads it has none
        "effort": "" if effort is None else str(effort),
    }


def said(spec: Spec, answer: Any) -> str:
    """A claim in words: the level with its points, yes or no, not applicable, or nothing yet."""
    fields = fields_of(spec, answer)
    if fields["claim"] == TYPED:
        return _("%(points)s 分") % {"points": points_in_words(answer.score)}
    for choice in choices_of(spec):
        if choice.value == fields["claim"]:
            brings = (
                "" if choice.points is None else " · " + _("%(points)s 分") % {"points": points_in_words(choice.points)}
            )
            return f"{choice.words}{brings}"
    return points_in_words(answer.score)


def with_typed(row: Row, form: Any) -> Row:
    """The same row with what a person typed and could not be saved: nothing is lost."""
    return replace(row, fields={name: form.get(name, value) for name, value in row.fields.items()})


def returns_of(view: Any) -> list[dict[str, Any]]:
    """What the authority asked to be put right and is still open, with the names of the items."""
    names = {one.part.id: one.part.name for one in view.items}
    return [
        {
            "on": one.on,
            "by": one.by,
            "reasons": [{**reason, "name": both(names.get(reason["indicator"], ""))} for reason in one.reasons],
        }
        for one in view.returns
        if one.answered_on is None
    ]


def history_rows(spec: Spec, changes: Iterable[Any]) -> list[dict[str, Any]]:
    """The history of one item, latest first: what was said by whom, and what became of it."""
    return [{"change": change, "said": said(spec, change)} for change in changes]


def _row(spec: Spec, answer: Any, item: Any, result: Result, **more: Any) -> Row:
    return Row(
        spec=spec,
        answer=answer,
        item=item,
        fields=fields_of(spec, answer),
        choices=choices_of(spec),
        vetoed=spec.id in result.vetoes,
        **more,
    )


def _claim(answer: Any, choices: Iterable[Choice]) -> str:
    if answer.state == "unanswered":
        return NONE
    if answer.state == "not_applicable":
        return NOT_APPLICABLE
    offered = {choice.value for choice in choices}
    if MET in offered and answer.met is not None:
        return MET if answer.met else UNMET
    return str(answer.score) if str(answer.score) in offered else TYPED


def advice_of(standard: Standard, advice: Any) -> dict[str, Any]:
    """Gap to passing and what to mend first, with names: vetoes, then the least effort that reaches every mark."""
    names = {part.id: part.name for part in scoring.parts(standard)}
    dimensions = {one.id: one.name for one in standard.dimensions}
    return {
        "advice": advice,
        "gaps": [{"gap": gap, "name": dimensions.get(gap.id)} for gap in advice.gaps],
        "vetoes": [{"step": step, "name": names[step.id]} for step in advice.vetoes],
        "items": [{"step": step, "name": names[step.id]} for step in advice.items],
        "without_effort": [{"id": one, "name": names[one]} for one in advice.without_effort],
        "assumed": [{"id": one, "name": names[one]} for one in advice.assumed],
    }


def compared_rows(now: Any, comparison: Any) -> list[dict[str, Any]]:
    """Item by item: what was said before, what is said now, and the change where both lie on one scale."""
    new, old = (scoring.parts_by_id(scoring.standard_of(one)) for one in (now, comparison.before))
    return [
        {
            "id": one.indicator,
            "name": one.name,
            "before": _said_before(old, one),
            "now": said(new[one.indicator], one.now) if one.now is not None else "",
            "change": one.change,
            "relation": one.relation,
            "in_other": one.in_other,
        }
        for one in comparison.items
    ]


def _said_before(old: Mapping[str, Spec], one: Any) -> str:
    return said(old[one.before.indicator], one.before) if one.before is not None and one.before.indicator in old else ""
