"""A draft of one answer (填写内容) before it is written: what may be claimed on which scale, in words where it may not."""

from __future__ import annotations

from dataclasses import dataclass

from greenmine.assessment.permissions import LONGEST_REASON, LONGEST_TEXT, CannotAssess
from greenmine.law.indicators import YesNo, allows, asked
from greenmine.law.indicators.points import said
from greenmine.law.indicators.standard import Indicator, Precondition

STATES = ("unanswered", "scored", "not_applicable")
MOST_EFFORT = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to say of one item; points in hundredths, effort in whatever unit the enterprise counts in."""

    state: str = "unanswered"
    score: int | None = None
    met: bool | None = None
    comment: str = ""
    reason: str = ""
    effort: int | None = None


def points_words(hundredths: int | None) -> str:
    """Hundredths as a person reads points: 7.5, 10; a dash where unknown."""
    return "—" if hundredths is None else said(hundredths)


def settled(draft: Draft, of: Indicator | Precondition) -> Draft:
    """The draft as it is written, or CannotAssess saying what is wrong with it."""
    comment, reason = draft.comment.strip(), draft.reason.strip()
    _check_texts(draft, comment, reason)
    score = draft.score
    if draft.state == "unanswered":
        return Draft("unanswered", None, None, comment, reason, draft.effort)
    if draft.state == "not_applicable":
        _check_not_applicable(of, reason)
        return Draft("not_applicable", None, None, comment, reason, draft.effort)
    if isinstance(of, Precondition):
        if draft.met is None:
            raise CannotAssess("请选择是否满足该先决条件。", "Say whether the precondition is met.")
        return Draft("scored", None, draft.met, comment, reason, draft.effort)
    if isinstance(of.scale, YesNo) and of.points is not None and draft.met is not None:
        score = of.points if draft.met else 0
    _check_score(score, of)
    met = draft.met
    if isinstance(of.scale, YesNo) and met is None:
        met = score == of.points
    return Draft("scored", score, met, comment, reason, draft.effort)


def score_problem(score: int, of: Indicator) -> tuple[str, str] | None:
    """Why a score lies outside an item's scale, or None where it lies within."""
    if of.points is None:
        return (
            "该项分值尚未载入，不能计分。请由系统运维载入正式指标表。",
            "The points of this item are not held: an operator has to load the official table.",
        )
    if allows(of, score):
        return None
    words = asked(of)
    return f"得分{words['zh']}。", f"The score {words['en']}."


def _check_score(score: int | None, of: Indicator) -> None:
    if score is None:
        raise CannotAssess("请选择或填写得分。", "Choose or give a score.")
    wrong = score_problem(score, of)
    if wrong is not None:
        raise CannotAssess(*wrong)


def _check_not_applicable(of: Indicator | Precondition, reason: str) -> None:
    if not of.may_not_apply:
        what, what_en = ("先决条件", "a precondition") if isinstance(of, Precondition) else ("约束性指标", "binding")
        raise CannotAssess(
            f"该项为{what}，不能自行认定不适用。", f"This is {what_en}: nobody may claim that it does not apply."
        )
    if not reason:
        raise CannotAssess("请说明不适用的理由。", "Say why the item does not apply.")


def _check_texts(draft: Draft, comment: str, reason: str) -> None:
    if draft.state not in STATES:
        raise CannotAssess("请选择填写状态。", "Choose whether it is answered.")
    if len(comment) > LONGEST_TEXT:
        raise CannotAssess(
            f"说明最多 {LONGEST_TEXT} 字，请缩短。", f"A comment has at most {LONGEST_TEXT} characters: shorten it."
        )
    if len(reason) > LONGEST_REASON:
        raise CannotAssess(
            f"理由最多 {LONGEST_REASON} 字，请缩短。", f"A reason has at most {LONGEST_REASON} characters: shorten it."
        )
    if "\x00" in comment or "\x00" in reason:
        raise CannotAssess("文字中含有不能保存的控制字符。", "The text holds a character that cannot be kept.")
    if draft.effort is not None and not 0 <= draft.effort <= MOST_EFFORT:
        raise CannotAssess("投入请填写非负整数。", "The effort is a whole number, not below nothing.")
