"""The catalogue of standards at the desk (标准目录): tree and filters, one text, gaps, registering and moving a text on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from greenmine.accounts import permissions
from greenmine.accounts.permissions import NotAllowed, check_is_not_proposer
from greenmine.editions import standards
from greenmine.editions.standards import catalogue, registering
from greenmine.editions.standards.catalogue import LEVELS, ORDER, PUBLISHED, STAGES, SUBJECTS, Text, UnknownText
from greenmine.editions.standards.registering import CannotRegister
from greenmine.registry import queries as registry
from greenmine.web.authority.standards_forms import ChecklistForm, StageForm, StandardForm, UseForm
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for, current_edition, refuse_unless
from greenmine.web.components.templatetags.regime import both, place
from greenmine.web.components.workbooks import workbook_response

COUNTRY = "000000"
MINES_OFFERED = 500
FILTERS = ("level", "stage", "subject", "industry", "territory")


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """The tree: level by level, with filters; the sets of indicators beside it."""
    current_edition()
    found = _filtered(request)
    tree = [(words, [text for text in found if text.level == level]) for level, words in LEVELS.items()]
    context: dict[str, Any] = {
        "tree": [(words, texts) for words, texts in tree if texts],
        "count": len(found),
        "asked": {name: request.GET.get(name, "") for name in (*FILTERS, "q")},
        "levels": LEVELS, "stages": STAGES, "subjects": SUBJECTS, "industries": standards.classes().values(),
        "entries": standards.listed(),
        "missing": sum(gap.is_missing for gap in catalogue.gaps(today())),
    }  # fmt: skip
    return render(request, "authority/standards/index.html", context)


@login_required
def export(request: HttpRequest) -> HttpResponse:
    """The list as filtered, as a workbook."""
    titles = [_("级别"), _("编号"), _("名称"), _("类别"), _("阶段"), _("施行日"), _("发布单位"), _("牵头单位"), _("参与单位"),
              _("适用地区"), _("行业"), _("代替"), _("来源"), _("可信度")]  # fmt: skip
    table = standards.classes(current_edition())
    rows = [
        [both(LEVELS[t.level]), t.number, both(t.title), both(SUBJECTS[t.subject]), both(STAGES[t.stage]),
         t.in_force_on.isoformat() if t.in_force_on else "", t.issuer, t.lead, "、".join(t.participants), place(t.territory),
         "、".join(both(table[name].name) for name in t.industries if name in table), t.replaces, t.source, t.confidence]
        for t in _filtered(request)
    ]  # fmt: skip
    return workbook_response(f"{_('标准目录')}-{today().isoformat()}.xlsx", [(_("标准目录"), titles, rows)])


@login_required
def gaps(request: HttpRequest) -> HttpResponse:
    """What is missing: industries without a local standard, exploration standards, planned slots."""
    current_edition()
    slots = catalogue.planned(today())
    context = {
        "gaps": catalogue.gaps(today()),
        "exploration": [text for text in catalogue.entries(today()) if text.subject == "exploration"],
        "slots": [text for text in slots if text.subject != "exploration"],
        "stages": STAGES,
    }
    return render(request, "authority/standards/gaps.html", context)


@login_required
def page(request: HttpRequest, key: str) -> HttpResponse:
    """One text: scope, bodies, history, citations, checklist, which mines use it, and what may be done."""
    return _page(request, key)


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Register a public text: national, industry, local, group."""
    levels = [level for level in LEVELS if level != "enterprise"]
    form = StandardForm(request.POST or None, levels=levels)
    if request.method == "POST" and form.is_valid():
        draft = form.draft()
        where = {"region": draft.territory} if draft.level == "local" else {}
        refuse_unless(request, "standards.register", **where)
        if draft.level == "local" and draft.stage in PUBLISHED:
            refuse_unless(request, "standards.publish", region=draft.territory)
        if (made := _register(request, form, draft)) is not None:
            return made
    return render(request, "authority/standards/new.html", {"form": form})


@login_required
def own(request: HttpRequest) -> HttpResponse:
    """An enterprise registers a standard of its own."""
    person, organisation = acting_for(request)
    form = StandardForm(
        request.POST or None, levels=["enterprise"], initial={"stage": "in_force", "territory": organisation.division}
    )
    if request.method == "POST" and form.is_valid():
        permissions.check_can(person, "standards.own", on=today(), organisation=organisation.key)
        if (made := _register(request, form, form.draft(organisation.enterprise))) is not None:
            return made
    return render(request, "authority/standards/new.html", {"form": form, "own": True})


@login_required
@require_POST
def advance(request: HttpRequest, key: str) -> HttpResponse:
    """Record that a text reached the next stage."""
    return _advance(request, key)


@login_required
@require_POST
def publish(request: HttpRequest, key: str) -> HttpResponse:
    """Publish a local standard's version: another person than the one who registered it."""
    return _advance(request, key)


@login_required
@require_POST
def advance_own(request: HttpRequest, key: str) -> HttpResponse:
    """An enterprise moves its own standard on."""
    return _advance(request, key)


@login_required
@require_POST
def checklist(request: HttpRequest, key: str) -> HttpResponse:
    """Enter the checklist of a text."""
    text, form = _text(key), ChecklistForm(request.POST)
    where = {"region": text.territory} if text.level == "local" else {}
    refuse_unless(request, "standards.register", **where)
    if not form.is_valid():
        return _page(request, key, checklist_form=form)

    def act() -> object:
        return registering.load_checklist(
            key, form.listed(), source=form.cleaned_data["source"], by=acting_for(request)[0], on=today()
        )

    return _done(request, key, act, form, "checklist_form", _("已载入检查清单。"))


@login_required
@require_POST
def use(request: HttpRequest, key: str) -> HttpResponse:
    """A mine takes its enterprise's standard up."""
    person, organisation = acting_for(request)
    form = UseForm(request.POST, mines=_mines(request))
    if not form.is_valid():
        return _page(request, key, use_form=form)
    refuse_unless(request, "standards.own", organisation=organisation.key)

    def act() -> object:
        return registering.use(
            key, form.cleaned_data["mine"], since=form.cleaned_data["since"], enterprise=organisation.enterprise,
            by=person, on=today(),
        )  # fmt: skip

    return _done(request, key, act, form, "use_form", _("已登记采用。"))


@login_required
@require_POST
def end_use(request: HttpRequest, key: str) -> HttpResponse:
    """A mine gives its enterprise's standard up."""
    person, organisation = acting_for(request)
    refuse_unless(request, "standards.own", organisation=organisation.key)
    try:
        registering.end_use(
            key, request.POST.get("mine", ""), enterprise=organisation.enterprise, until=today(), by=person, on=today()
        )
    except (CannotRegister, UnknownText) as refused:
        messages.error(request, both(refused))
    else:
        messages.success(request, _("已登记停止采用。"))
    return redirect("authority:standard", key)


def _advance(request: HttpRequest, key: str) -> HttpResponse:
    text, person = _text(key), acting_for(request)[0]
    form = StageForm(request.POST, stages=_next_stages(text))
    if not form.is_valid():
        return _page(request, key, stage_form=form)
    given = form.cleaned_data
    _check_may_advance(person, text, given["stage"])

    def act() -> object:
        return registering.advance(key, **given, by=person, by_id=person.pk, on=today())

    return _done(request, key, act, form, "stage_form", _("已登记阶段。"))


def _check_may_advance(person: Any, text: Text, stage: str) -> None:
    """A local standard is published by the department that leads it, and by another person than registered it."""
    if text.level == "enterprise":
        if not permissions.can(person, "standards.own", on=today(), organisation=text.organisation):
            raise NotAllowed(
                "只有登记该企业标准的企业可以推进其阶段。", "Only the enterprise itself moves its standard on."
            )
        return
    if text.level == "local" and stage in PUBLISHED:
        permissions.check_can(person, "standards.publish", on=today(), region=text.territory)
        check_is_not_proposer(person, text.by_id)
        return
    where = {"region": text.territory} if text.level == "local" else {}
    permissions.check_can(person, "standards.register", on=today(), **where)


def _page(request: HttpRequest, key: str, **forms: Any) -> HttpResponse:
    text = _text(key)
    person, organisation = acting_for(request)
    own_standard = text.level == "enterprise"
    where = {"region": text.territory} if text.level == "local" else {}
    may_register = permissions.can(person, "standards.register", on=today(), **where)
    may_publish = permissions.can(person, "standards.publish", on=today(), region=text.territory)
    is_own = own_standard and bool(organisation.enterprise) and text.enterprise == organisation.enterprise
    may_own = is_own and permissions.can(person, "standards.own", on=today(), organisation=organisation.key)
    stages, table = _next_stages(text), standards.classes(current_edition())
    context: dict[str, Any] = {
        "text": text, "history": [(STAGES[step.stage], step) for step in text.history],
        "level": LEVELS[text.level], "stage": STAGES[text.stage], "subject": SUBJECTS[text.subject],
        "industries": [table[one].name for one in text.industries if one in table],
        "facets": _facets(text), "checklist": catalogue.checklist_of(key),
        "uses": registry.with_names(catalogue.uses_of(key)) if is_own or may_register else [],
        "use_count": len(catalogue.uses_of(key)),
        "may_own": may_own, "may_checklist": may_register and not own_standard,
        "may_advance": bool(stages) and (may_own or (not own_standard and (may_register or may_publish))),
        "publishes": may_publish,
        "stage_form": StageForm(stages=stages), "use_form": UseForm(mines=_mines(request) if may_own else []),
        "checklist_form": ChecklistForm(),
    }  # fmt: skip
    return render(request, "authority/standards/text.html", context | forms)


def _facets(text: Text) -> list[tuple[str, list[str]]]:
    """The scope in words: label of the fact, and its values."""
    dictionary = current_edition().dictionary
    shown = []
    for name, fact in (("minerals", "mineral"), ("methods", "mining_method"), ("scales", "scale")):
        known = dictionary[fact]
        words = [
            both({lang: known.words(known.codes.index(code), lang) for lang in ("zh", "en")})
            for code in getattr(text, name)
        ]
        if words:
            shown.append((both(known.label), words))
    return shown


def _filtered(request: HttpRequest) -> list[Text]:
    asked = {name: request.GET.get(name, "") for name in FILTERS}
    words = request.GET.get("q", "").lower().split()
    table = standards.classes(current_edition())
    found = catalogue.entries(today())
    for name in ("level", "stage", "subject", "territory"):
        if asked[name]:
            found = [text for text in found if getattr(text, name) == asked[name]]
    if asked["industry"] in table:
        found = [text for text in found if not text.industries or asked["industry"] in text.industries]
    return [
        text
        for text in found
        if all(w in f"{text.number} {text.title['zh']} {text.title['en']}".lower() for w in words)
    ]


def _text(key: str) -> Text:
    try:
        return catalogue.entry(key, today())
    except UnknownText:
        raise Http404 from None


def _next_stages(text: Text) -> list[str]:
    return ORDER[ORDER.index(text.stage) + 1 :]


def _mines(request: HttpRequest) -> list[tuple[str, str]]:
    return list(registry.mines_for(request.user).order_by("key").values_list("key", "name")[:MINES_OFFERED])


def _register(request: HttpRequest, form: StandardForm, draft: Any) -> HttpResponse | None:
    person, organisation = acting_for(request)
    try:
        row = registering.register(draft, by=person, by_id=person.pk, on=today(), organisation=organisation.key)
    except CannotRegister as refused:
        form.add_error(None, both(refused))
        return None
    messages.success(request, _("已登记。"))
    return redirect("authority:standard", row.key)


def _done(request: HttpRequest, key: str, act: Callable[[], object], form: Any, name: str, said: str) -> HttpResponse:
    """Do it, or show the page again with the sentence on the form and everything that was typed."""
    try:
        act()
    except UnknownText:
        raise Http404 from None
    except CannotRegister as refused:
        form.add_error(None, both(refused))
        return _page(request, key, **{name: form})
    messages.success(request, said)
    return redirect("authority:standard", key)
