"""Which text of the law is active (规则版本): what the next one would change, and who makes it the law here."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from greenmine.accounts import permissions
from greenmine.accounts.models import Person
from greenmine.accounts.permissions import NotAllowed
from greenmine.editions import queries as editions
from greenmine.editions.actions import CannotActivate
from greenmine.editions.edition import Edition, edition_id
from greenmine.editions.models import Activation
from greenmine.law import RulebookError
from greenmine.registry import queries as registry
from greenmine.web.components.clock import today
from greenmine.web.components.numbers import number_in
from greenmine.web.components.templatetags.regime import both
from greenmine.web.operator import actions, queries
from greenmine.web.operator.models import ComparedFlip, EditionComparison
from greenmine.web.operator.permissions import check_can_activate

PAGE = 50
HISTORY = 50
SEEN = "comparisons_seen"
SEEN_KEPT = 20


def page(request: HttpRequest) -> HttpResponse:
    """The active edition, the candidate, the last comparison of the two, and the history of activations."""
    active = editions.active_id()
    candidate, problems = _candidate()
    context = {
        "active": active,
        "candidate": candidate,
        "problems": problems,
        "changed": bool(candidate) and candidate != active,
        "comparison": queries.latest_comparison(active, candidate) if active and candidate else None,
        "why_not_activate": _refusal(request),
        "activations": list(editions.activations().defer("edition__content")[:HISTORY]),
    }
    return render(request, "operator/editions.html", context)


@require_POST
def compare(request: HttpRequest) -> HttpResponse:
    """Have the worker judge every mine under both editions."""
    try:
        made = actions.compare(by=cast("Person", request.user), on=today())
    except (NotAllowed, CannotActivate) as refused:
        messages.error(request, both(refused))
    except RulebookError as refused:
        messages.error(request, both(refused.problems[0]))
    else:
        return redirect("operator:comparison", made.pk)
    return redirect("operator:editions")


def comparison(request: HttpRequest, number: int) -> HttpResponse:
    """The difference: how far it is, which findings flip by rule, and for one rule the mines."""
    found = get_object_or_404(EditionComparison, pk=number)
    rule = request.GET.get("rule", "")
    done = found.state == EditionComparison.State.DONE
    if done:
        _note_seen(request, number)
    laws = [editions.stored(found.after), editions.stored(found.before)] if done else []
    rows = queries.flips_by_rule(found) if done else []
    context: dict[str, Any] = {
        "found": found,
        "rows": [(row, title_of(laws, row.rule)) for row in rows],
        "flips": sum(row.mines for row in rows),
        "mines_flipped": queries.mines_flipped(found) if done else 0,
        "rule": rule,
        "rule_title": title_of(laws, rule) if rule else None,
        "why_not": _refusal(request) or _why_not(request, found),
        "active": editions.active_id(),
        "sees_mines": permissions.can(request.user, "mines.see", on=today()),
    }
    if rule and done:
        context |= _mines(request, found, rule)
    return render(request, "operator/comparison.html", context)


@require_POST
def activate(request: HttpRequest) -> HttpResponse:
    """Make the candidate the law here; without a comparison only where nothing is active yet."""
    found = EditionComparison.objects.filter(pk=number_in(request.POST.get("comparison", "")) or 0).first()
    seen = found is not None and found.pk in request.session.get(SEEN, []) and request.POST.get("looked") == "1"
    try:
        actions.activate(found, seen=seen, by=cast("Person", request.user), on=today())
    except (NotAllowed, CannotActivate) as refused:
        messages.error(request, both(refused))
        return redirect("operator:comparison", found.pk) if found else redirect("operator:editions")
    except RulebookError as refused:
        messages.error(request, both(refused.problems[0]))
    else:
        messages.success(request, _("已启用。全部矿山将由后台按新版本重新判定。"))
    return redirect("operator:editions")


def activation(request: HttpRequest, number: int) -> HttpResponse:
    """One activation of the past: who, when, and the difference that was seen then."""
    found = get_object_or_404(Activation.objects.defer("edition__content").select_related("edition"), pk=number)
    laws = [editions.stored(found.edition_id)]
    rules = [
        (rule, title_of(laws, rule), [queries.Change(*change) for change in changes])
        for rule, changes in sorted(found.seen.get("rules", {}).items())
    ]
    return render(request, "operator/activation.html", {"found": found, "rules": rules})


def title_of(laws: list[Edition], rule: str) -> Any:
    """The title of a rule in the first of the editions that has it; the id where none has."""
    for law in laws:
        try:
            return law.rule(rule).title
        except KeyError:
            continue
    return rule


def _candidate() -> tuple[str, list[Any]]:
    """The id of the edition that would be next, or why its files are refused."""
    try:
        return edition_id(editions.candidate_text()), []
    except RulebookError as refused:
        return "", refused.problems


def _refusal(request: HttpRequest) -> NotAllowed | None:
    """Why this person may not activate; None if he may."""
    try:
        permissions.check_can(request.user, "editions.activate", on=today())
    except NotAllowed as refused:
        return refused
    return None


def _why_not(request: HttpRequest, found: EditionComparison) -> CannotActivate | None:
    candidate, _problems = _candidate()
    seen = found.pk in request.session.get(SEEN, [])
    try:
        check_can_activate(found, active=editions.active_id(), candidate=candidate, seen=seen, on=today())
    except CannotActivate as refused:
        return refused
    return None


def _note_seen(request: HttpRequest, number: int) -> None:
    """Remember with the sign-in that this person opened this difference when it was finished."""
    seen = request.session.get(SEEN, [])
    if number not in seen:
        request.session[SEEN] = [*seen, number][-SEEN_KEPT:]


def _mines(request: HttpRequest, found: EditionComparison, rule: str) -> dict[str, Any]:
    rows = queries.flips_of_rule(found, rule)
    if (after := number_in(request.GET.get("after", ""))) is not None:
        rows = rows.filter(pk__gt=after)
    shown: list[ComparedFlip] = list(rows[: PAGE + 1])
    return {"mines": registry.with_names(shown[:PAGE]), "next_after": shown[PAGE - 1].pk if len(shown) > PAGE else ""}
