"""What an enterprise's forms and addresses carry, read: the assessment, its mine, and the claim a person typed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.dateparse import parse_date

from greenmine.assessment import queries as assessment
from greenmine.assessment.actions import Draft
from greenmine.assessment.models import Assessment
from greenmine.assessment.permissions import CannotAssess
from greenmine.registry import queries as registry
from greenmine.registry.models import Mine
from greenmine.web.components.assessments import MET, NONE, NOT_APPLICABLE, POINT, TYPED, UNMET
from greenmine.web.components.clock import today

MOST_POINTS = 10**6
MOST_EFFORT = 10**9
MOST_CHOSEN = 200
LONGEST_FIGURE = 20


def assessment_or_404(request: HttpRequest, number: str) -> Assessment:
    """The assessment with this number, if the person may see it; otherwise it does not exist for them."""
    found = assessment.assessments_for(request.user, on=today()).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def mine_or_404(request: HttpRequest, key: str) -> Mine:
    """The mine with this number, if it is the enterprise's."""
    found = registry.mines_for(request.user).select_related("holder").filter(key=key).first()
    if found is None:
        raise Http404
    return found


def draft_in(form: Any) -> Draft:
    """The claim of a form; CannotAssess says what cannot be read, and nothing is saved."""
    claim = form.get("claim", NONE)
    typed = form.get("score", "").strip()
    if claim == NONE and typed:  # a figure typed where no script marks the choice
        claim = TYPED
    state, score, met = "scored", None, None
    if claim == NONE:
        state = "unanswered"
    elif claim == NOT_APPLICABLE:
        state = "not_applicable"
    elif claim in {MET, UNMET}:
        met = claim == MET
    elif claim == TYPED:
        score = points_in(typed)
    else:
        score = _whole(claim, MOST_POINTS)
        if score is None:
            raise CannotAssess("选择的得分无法识别，请重新选择。", "The points chosen cannot be read; choose again.")
    return Draft(
        state=state,
        score=score,
        met=met,
        comment=form.get("comment", "").strip(),
        reason=form.get("reason", "").strip() if state == "not_applicable" else "",
        effort=effort_in(form.get("effort", "")),
    )


def points_in(text: str) -> int:
    """Points as a person types them (7.5), in hundredths."""
    try:
        if len(text) > LONGEST_FIGURE or "e" in text.lower():  # 1e900000 is a number that nobody types as points
            raise ValueError
        hundredths = Decimal(text) * POINT
        whole = int(hundredths)
    except (ArithmeticError, ValueError):
        whole, hundredths = -1, Decimal(0)
    if whole != hundredths or not 0 <= whole <= MOST_POINTS:
        raise CannotAssess(
            f"得分“{text[:20]}”不是有效数字，请填写 0 以上、最多两位小数的数。",
            f"“{text[:20]}” is no number of points; type a number with at most two decimals.",
        )
    return whole


def effort_in(text: str) -> int | None:
    """What mending an item costs, as the enterprise states it; nothing where nothing is typed."""
    text = text.strip()
    if not text:
        return None
    found = _whole(text, MOST_EFFORT)
    if found is None:
        raise CannotAssess(
            f"改进投入“{text[:20]}”不是有效数字，请填写整数。", f"“{text[:20]}” is no effort; type a whole number."
        )
    return found


def seen_in(form: Any) -> int:
    """Which version of the item the person saw; none counts as the first."""
    return _whole(form.get("seen", ""), MOST_EFFORT) or 0


def _whole(text: str, most: int) -> int | None:
    """A whole number in plain digits up to a limit; None otherwise."""
    text = text.strip()
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(most)):
        return None
    return int(text) if int(text) <= most else None


def day_or_refusal(text: str) -> date | None:
    """A day typed; none where nothing is; CannotAssess where it is no day of the calendar."""
    if not text.strip():
        return None
    try:
        found = parse_date(text.strip())
    except ValueError:
        found = None
    if found is None:
        raise CannotAssess("材料日期不是有效日期。", "The day of the document is not a real day.")
    return found


def keys_in(texts: list[str]) -> list[int]:
    """The plain numbers among what a form names; whatever else is none of ours."""
    return [found for text in texts[:MOST_CHOSEN] if (found := _whole(text, MOST_EFFORT)) is not None]
