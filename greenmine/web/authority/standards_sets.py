"""A set of indicators to read (指标表), and what applies to one mine: texts, requirements with their evidence, the method."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from greenmine.accounts import permissions
from greenmine.assessment.models import Assessment, ItemAnswer, ItemEvidence
from greenmine.assessment.queries import assessments_for
from greenmine.editions import standards
from greenmine.editions.standards import UnknownStandard, catalogue, registering
from greenmine.editions.standards.registering import CannotRegister
from greenmine.editions.standards.reviewing import needing_review
from greenmine.facts import queries as facts
from greenmine.law import Sheet
from greenmine.law.indicators import Standard, score
from greenmine.registry import queries as registry
from greenmine.registry.models import Mine
from greenmine.web.authority.standards_forms import ModeForm
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for, current_edition
from greenmine.web.components.templatetags.regime import both

METHOD = "mining_method"


@login_required
def indicator_set(request: HttpRequest, identifier: str) -> HttpResponse:
    """One set to read and print: preconditions, dimensions, items with scale, evidence and citation."""
    law = current_edition()
    digest = request.GET.get("digest") or None
    try:
        found = standards.get(identifier, digest)
    except UnknownStandard:
        raise Http404 from None
    review: dict[str, list[Any]] = {}
    for one in needing_review(found, on=today()):
        review.setdefault(one.item, []).append(one)
    entry = next((one for one in standards.listed() if one.digest == found.digest), None)
    context = {
        "standard": found, "entry": entry, "review": review, "review_count": len(review),
        "industries": {name: both(one.name) for name, one in standards.classes().items()},
        "codes": _codes(law), "superseded": entry is None,
        "changes": [(one, found.by_id[one.subject].name if one.subject in found.by_id else "") for one in found.changes],
    }  # fmt: skip
    return render(request, "authority/standards/set.html", context)


@login_required
def mine(request: HttpRequest, number: str) -> HttpResponse:
    """What a mine must carry out: texts of every level, the set it is assessed by, each requirement with its evidence."""
    law, on = current_edition(), today()
    found = _mine(request, number)
    sheet = facts.stored_sheets(law, "mine", [found.key]).get(found.key) or Sheet(
        "mine", found.key, found.region_code, {}, dictionary=law.dictionary
    )
    form = ModeForm(request.POST or None)
    may_reason = permissions.can(
        request.user,
        "facts.state",
        on=on,
        region=found.region_code,
        enterprise=found.holder.key if found.holder else None,
    )
    declared = sheet.shown(METHOD, law.dictionary)
    if request.method == "POST":
        if not may_reason:
            permissions.check_can(request.user, "facts.state", on=on, region=found.region_code)
        if declared is None:
            messages.error(request, _("请先填报开采方式这一事实。"))
        elif form.is_valid():
            try:
                registering.choose_mode(
                    found.key, str(declared), reason=form.cleaned_data["reason"], by=acting_for(request)[0], on=on
                )
            except CannotRegister as refused:
                form.add_error("reason", both(refused))
            else:
                messages.success(request, _("已登记开采方式比选理由。"))
                return redirect("authority:mine_standards", found.key)
    choice = standards.choose(found.region_code, sheet, tier="provincial", on=on)
    context: dict[str, Any] = {
        "mine": found, "texts": catalogue.applicable(sheet, found.region_code, on=on), "choice": choice,
        "levels": catalogue.LEVELS, "checklists": catalogue.checklists_for(sheet, found.region_code, on=on),
        "modes": [(code, code == declared) for code in law.dictionary[METHOD].codes], "codes": _codes(law),
        "declared": declared, "mode_choice": registering.mode_choice(found.key), "form": form, "may_reason": may_reason,
        **_requirements(request, found, choice.standard, sheet),
    }  # fmt: skip
    return render(request, "authority/standards/mine.html", context)


def _requirements(request: HttpRequest, mine_of: Mine, standard: Standard | None, sheet: Sheet) -> dict[str, Any]:
    """Each requirement of the set with its evidence in the mine's latest assessment the person may see."""
    if standard is None:
        return {"rows": []}
    last = (
        assessments_for(request.user, on=today())
        .filter(mine=mine_of.key, party=Assessment.Party.SELF).defer("frozen").order_by("-year", "-number").first()
    )  # fmt: skip
    proven: dict[str, int] = {}
    answered: dict[str, str] = {}
    if last is not None:
        for indicator in ItemEvidence.objects.filter(assessment=last, detached_at__isnull=True).values_list(
            "indicator", flat=True
        ):
            proven[indicator] = proven.get(indicator, 0) + 1
        answered = dict(ItemAnswer.objects.filter(assessment=last).values_list("indicator", "state"))
    applying = {item.id: item for item in score(standard, {}, sheet, on=today()).items}
    rows = [
        {"item": one, "applies": applying[one.id].applies, "by_fact": applying[one.id].decided_by_fact,
         "files": proven.get(one.id, 0), "needs": len(one.evidence), "state": answered.get(one.id, "")}
        for one in standard.indicators
        if applying[one.id].applies is not False
    ]  # fmt: skip
    return {"rows": rows, "assessment": last}


def _mine(request: HttpRequest, number: str) -> Mine:
    found = registry.mines_for(request.user).filter(key=number).select_related("holder").first()
    if found is None:
        raise Http404
    return found


def _codes(law: Any) -> dict[str, str]:
    """Codes of method, size and climate in the language of the page."""
    table = {}
    for name in (METHOD, "scale", "climate_zone"):
        known = law.dictionary[name]
        for place, code in enumerate(known.codes):
            table[code] = both({lang: known.words(place, lang) for lang in ("zh", "en")})
    return table
