"""Acts of the directory as forms (办理表单): what each asks for, and, where it may not be done, the sentence that says why.

What was typed stays when an act is refused: the page is shown again with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from greenmine.accounts.permissions import NotAllowed
from greenmine.directory.permissions import CannotAct
from greenmine.directory.published.writing import CannotPublish
from greenmine.evidence import actions as evidence
from greenmine.evidence.contents import NotKept
from greenmine.evidence.models import Provenance
from greenmine.papers.actions import CannotIssue, CannotMake
from greenmine.procedures.permissions import CannotTake
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for
from greenmine.web.components.templatetags.regime import both

REFUSALS = (CannotAct, CannotIssue, CannotMake, CannotTake, CannotPublish, NotKept, NotAllowed)
MOST_FILES = 10


@dataclass(frozen=True)
class Input:
    """One input of a form: text, area, day, number, choice, checks, file, files or hidden."""

    name: str
    label: str
    kind: str = "text"
    required: bool = True
    choices: Sequence[tuple[str, Any]] = ()
    value: str = ""
    hint: str = ""
    chosen: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ActForm:
    """One act that is open: its button, its inputs, and, if this person may not do it today, why not."""

    act: str
    title: str
    inputs: Sequence[Input] = ()
    refusal: Any = None
    note: str = ""
    style: str = "primary"
    due: Any = None
    key: str = field(default="")
    button: str = ""
    open: bool = False

    @property
    def may(self) -> bool:
        """Whether this person may do it today."""
        return self.refusal is None

    @property
    def has_files(self) -> bool:
        """Whether files come with it."""
        return any(one.kind in ("file", "files") for one in self.inputs)


def reasons(label: str, name: str = "reasons", *, value: str = "") -> Input:
    """A text that has to be there."""
    return Input(name, label, "area", value=value)


def filled(forms: Iterable[ActForm], request: HttpRequest) -> list[ActForm]:
    """The same forms with what was typed into the one that was refused."""
    if request.method != "POST":
        return list(forms)
    asked, key = request.POST, request.POST.get("form", "")
    return [
        one
        if (one.key or one.act) != key
        else replace(one, inputs=[_typed(into, asked) for into in one.inputs], open=True)
        for one in forms
    ]


def _typed(one: Input, asked: Any) -> Input:
    if one.kind in ("file", "files", "hidden"):
        return one
    if one.kind == "checks":
        return replace(one, chosen=frozenset(asked.getlist(one.name)))
    return replace(one, value=asked.get(one.name, one.value))


def kept_files(request: HttpRequest, name: str, subject: tuple[str, str], title: str) -> list[Provenance]:
    """The files that came with a form, kept as evidence of the subject."""
    person, _house = acting_for(request)
    files = [one for one in request.FILES.getlist(name)[:MOST_FILES] if one.name]
    return [evidence.keep(one, by=person, on=today(), subject=subject, title=title) for one in files]


Acts = Mapping[str, Callable[[HttpRequest, Any, dict[str, Any]], Any]]


def carry_out(
    request: HttpRequest, acts: Acts, subject: Any, show: Callable[[], HttpResponse], onward: Callable[[Any], str]
) -> HttpResponse:
    """Do the act that was asked for; refused, the page is shown again with what was typed and the sentence."""
    step = acts.get(request.POST.get("act", ""))
    if step is None:
        raise Http404
    person, organisation = acting_for(request)
    try:
        with transaction.atomic():
            made = step(request, subject, {"by": person, "organisation": organisation, "on": today()})
    except REFUSALS as refused:
        messages.error(request, both(refused))
        return show()
    messages.success(request, _("已办理"))
    return redirect(onward(made))
