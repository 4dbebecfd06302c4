"""What this installation adds to the shipped law (本地补充): effective days, confirmed readings, replaced files.

An addition counts only from the next activation, which a decider makes after seeing what it changes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from greenmine.accounts.models import Person
from greenmine.editions import actions, queries, rulebook_files
from greenmine.editions.actions import CannotActivate
from greenmine.editions.edition import Edition
from greenmine.editions.models import Confirmation, OverlayEntry
from greenmine.law import RulebookError
from greenmine.web.components.clock import today
from greenmine.web.components.desk import current_edition, refuse_unless
from greenmine.web.components.numbers import number_in
from greenmine.web.components.templatetags.regime import both
from greenmine.web.operator.forms import ConfirmationForm, EffectiveDayForm, ReplacedFileForm

Forms = dict[str, forms.Form]


def page(request: HttpRequest) -> HttpResponse:
    """All additions that stand, and a form for each kind; a refused one comes back with the sentence."""
    edition = current_edition()
    filled = _forms(request, edition)
    deed = request.POST.get("deed", "")
    if request.method == "POST":
        refuse_unless(request, "system.operate")
        if _done(request, deed, filled):
            return redirect("operator:additions")
    context = {
        "forms": filled,
        "deed": deed,
        "days": _standing(OverlayEntry.Kind.EFFECTIVE_DAY),
        "files": _standing(OverlayEntry.Kind.FILE),
        "unconfirmed_days": _without_a_day(edition),
        "readings": _readings(edition),
        "shipped_files": _shipped_files(),
    }
    return render(request, "operator/additions.html", context)


def shipped_file(request: HttpRequest) -> HttpResponse:
    """The text of a values file as it counts now, to be taken as the beginning of a replacement."""
    path = request.GET.get("path", "")
    entry = _standing(OverlayEntry.Kind.FILE).filter(subject=path).first()
    text = entry.content if entry else _texts().get(path)
    if text is None or not path.startswith("values/"):
        raise Http404
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{path.rsplit("/", 1)[-1]}"'
    return response


def _forms(request: HttpRequest, edition: Edition) -> Forms:
    """The three forms, the one that was sent filled with what was sent."""
    deed = request.POST.get("deed", "")

    def sent(name: str) -> tuple[Any, ...]:
        return (request.POST, request.FILES) if deed == name else ()

    instruments = [(one.id, f"{one.number} {both(one.title)}") for one in _may_get_a_day(edition)]
    rules = [(rule.id, f"{rule.id} {both(rule.title)}") for rule in edition.rules]
    return {
        "day": EffectiveDayForm(*sent("day"), instruments=instruments),
        "confirm": ConfirmationForm(
            *sent("confirm"), rules=rules, on=today(), initial={"rule": request.GET.get("rule", ""), "day": today()}
        ),
        "file": ReplacedFileForm(*sent("file")),
    }


def _done(request: HttpRequest, deed: str, filled: Forms) -> bool:
    """Do what was asked; False, with the reason on the form, where it is refused."""
    if deed == "withdraw":
        _withdraw(request)
        return True
    form = filled.get(deed)
    if form is None:
        raise Http404
    if not form.is_valid():
        return False
    try:
        _enter(request, deed, form.cleaned_data)
    except CannotActivate as refused:
        form.add_error(None, both(refused))
    except RulebookError as refused:
        for problem in refused.problems[:10]:
            form.add_error(None, f"{problem.where}：{both(problem)}")
    else:
        messages.success(request, _("已登记。须由签发人查看差异并启用后才生效。"))
        return True
    return False


def _enter(request: HttpRequest, deed: str, given: dict[str, Any]) -> None:
    by, on = cast("Person", request.user), today()
    deeds: dict[str, Callable[[], object]] = {
        "day": lambda: actions.enter_effective_day(
            given["instrument"], given["day"], source=given["source"], by=by, on=on
        ),
        "confirm": lambda: actions.confirm(
            given["rule"], reason=given["reason"], document=given["document"], settles=given["settles"], by=by,
            on=given["day"],
        ),
        "file": lambda: actions.replace_file(given["path"], given["file"], source=given["source"], by=by, on=on),
    }  # fmt: skip
    deeds[deed]()


def _withdraw(request: HttpRequest) -> None:
    kinds: dict[str, Any] = {"confirmation": Confirmation, "entry": OverlayEntry}
    kind, asked = kinds.get(request.POST.get("kind", "")), number_in(request.POST.get("number", "")) or 0
    found = kind.objects.filter(pk=asked, withdrawn_on__isnull=True).first() if kind else None
    if found is None:
        messages.error(request, _("该补充不存在或已撤回。"))
        return
    actions.withdraw(found, by=cast("Person", request.user), on=today())
    messages.success(request, _("已撤回；下一次启用时不再包含。"))


def _standing(kind: str) -> Any:
    return OverlayEntry.objects.filter(kind=kind, withdrawn_on__isnull=True).order_by("subject")


def _without_a_day(edition: Edition) -> list[Any]:
    """The documents whose effective day is in neither the text nor the active edition's additions."""
    return [one for one in edition.instruments.values() if one.not_before is not None]


def _may_get_a_day(edition: Edition) -> list[Any]:
    """Those, and the ones whose day was entered here and may be corrected."""
    entered = {day.instrument for day in edition.overlay.effective_days}
    return [one for one in edition.instruments.values() if one.not_before is not None or one.id in entered]


def _readings(edition: Edition) -> list[dict[str, Any]]:
    """Every rule that is a reading by default or was confirmed here, with what was confirmed."""
    confirmed: dict[str, list[Confirmation]] = {}
    for row in queries.confirmations():
        confirmed.setdefault(row.rule, []).append(row)
    return [
        {"rule": rule, "confirmed": confirmed.get(rule.id, []), "cite": [edition.cite(p) for p in rule.provisions]}
        for rule in edition.rules
        if rule.needs_confirmation or rule.id in confirmed
    ]


def _texts() -> dict[str, str]:
    return rulebook_files.read_texts(rulebook_files.folder())


def _shipped_files() -> list[str]:
    return [name for name in _texts() if name.startswith("values/")]
