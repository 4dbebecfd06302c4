"""State a fact (填报事实) about a mine or its holder, with evidence: one form for every type the dictionary knows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from greenmine.editions.edition import Edition
from greenmine.evaluation import actions as evaluation
from greenmine.evaluation import queries as evaluation_queries
from greenmine.evidence.contents import NotKept
from greenmine.facts import queries as facts_queries
from greenmine.facts.statements import EARLIEST_DAY, CannotState, Statement
from greenmine.law import Fact
from greenmine.law.problems import ValueProblem
from greenmine.registry.models import Mine
from greenmine.web.authority import undecided
from greenmine.web.authority.mine_page import fact_rows, mine_or_404
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for, current_edition, refuse_unless
from greenmine.web.components.templatetags.regime import both, label_of, language

HOLDER = "holder."


class FactForm(forms.Form):
    """Value, day, evidence and note for one fact of the dictionary."""

    value = forms.CharField(label=gettext_lazy("值"), required=False)
    is_none = forms.BooleanField(label=gettext_lazy("没有（明确为“无”）"), required=False)
    since = forms.DateField(
        label=gettext_lazy("自何日起"), required=False, widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}),
        help_text=gettext_lazy("该值开始成立的日期；不知道可留空"),
    )  # fmt: skip
    evidence = forms.FileField(
        label=gettext_lazy("佐证文件"), required=False, widget=forms.ClearableFileInput(attrs={"class": "form-control"})
    )
    note = forms.CharField(
        label=gettext_lazy("说明"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )

    def __init__(self, *args: Any, fact: Fact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fact = fact
        self.fields["value"] = _value_field(fact)
        self.order_fields(["value", "is_none", "since", "evidence", "note"])
        if not fact.may_be_none:
            del self.fields["is_none"]
        else:
            self.fields["is_none"].widget.attrs["class"] = "form-check-input"

    def clean(self) -> dict[str, Any]:
        """The value as the dictionary reads it; a refusal is the dictionary's own sentence."""
        cleaned = super().clean() or {}
        since = cleaned.get("since")
        if since is not None and not EARLIEST_DAY <= since <= today():
            self.add_error("since", _("起始日应在 %(first)s 至今天之间") % {"first": EARLIEST_DAY.isoformat()})
        raw = "none" if cleaned.get("is_none") else cleaned.get("value", "")
        if raw == "":
            raise ValidationError(_("请填写值，或勾选“没有”"))
        try:
            self.fact.parse(raw)
        except ValueProblem as refused:
            self.add_error("value", both(refused))
        cleaned["raw"] = raw
        return cleaned


@login_required
def page(request: HttpRequest, number: str) -> HttpResponse:
    """Choose a fact, then state it."""
    mine = mine_or_404(request, number)
    refuse_unless(request, "facts.state", region=mine.region_code, enterprise=mine.holder.key if mine.holder else None)
    edition = current_edition()
    name = request.GET.get("fact", "").strip()
    context: dict[str, Any] = {"mine": mine, "mine_url": reverse("authority:mine", args=[mine.key])}
    if not name:
        context["fact_options"] = options(edition)
        return render(request, "authority/state_fact.html", context)
    fact = _fact_or_404(edition, name)
    form = FactForm(request.POST or None, request.FILES or None, fact=fact)
    if request.method == "POST" and form.is_valid() and _stated(request, edition, mine, name, form):
        messages.success(request, _("已填报：%(fact)s") % {"fact": label_of(name, language())})
        return redirect("authority:mine", mine.key)
    sheet = facts_queries.sheet_of(edition, "mine", mine.key, on=today(), known_at=timezone.now())
    seen = undecided.shown(request, edition)(sheet)
    context |= {
        "fact": fact,
        "form": form,
        "current": next((row for row in fact_rows(edition, seen) if row["name"] == name), None),
        "settles": evaluation_queries.rules_reading(edition, name.removeprefix(HOLDER), on=today()),
    }
    return render(request, "authority/state_fact.html", context)


def options(edition: Edition) -> list[tuple[str, str]]:
    """The facts a party may state about a mine and its holder."""
    own = [
        (fact.name, fact.label[language()])
        for fact in edition.dictionary.for_subject("mine")
        if fact.kept_by != "system"
    ]
    holder = [
        (HOLDER + fact.name, label_of(HOLDER + fact.name, language()))
        for fact in edition.dictionary.for_subject("enterprise")
        if fact.kept_by != "system"
    ]
    return own + holder


def _fact_or_404(edition: Edition, name: str) -> Fact:
    if name not in edition.dictionary or edition.dictionary[name].kept_by == "system":
        raise Http404
    return edition.dictionary[name]


def _stated(request: HttpRequest, edition: Edition, mine: Mine, name: str, form: FactForm) -> bool:
    """One call: state the fact with its evidence and note the answer; False with the sentence on the form where refused."""
    person, organisation = acting_for(request)
    holder = name.startswith(HOLDER)
    if holder and mine.holder is None:
        form.add_error(None, _("该矿山还没有登记采矿权人，无法填报企业事实"))
        return False
    statement = Statement(
        kind="enterprise" if holder else "mine",
        key=mine.holder.key if holder and mine.holder else mine.key,
        name=name.removeprefix(HOLDER),
        value=form.cleaned_data["raw"],
        since=form.cleaned_data["since"],
        note=form.cleaned_data["note"],
    )
    try:
        evaluation.state_fact(
            edition,
            statement,
            upload=form.cleaned_data["evidence"],
            mine=mine.key,
            asked_as=name,
            by=person,
            organisation=organisation,
            on=today(),
            region_code=mine.region_code,
        )
    except (CannotState, NotKept) as refused:
        form.add_error("evidence" if isinstance(refused, NotKept) else None, both(refused))
        return False
    return True


def _value_field(fact: Fact) -> forms.Field:
    label, hint = gettext_lazy("值"), both(fact.help)
    if fact.type == "enum":
        choices = [("", "—"), *((code, both(words)) for code, words in fact.domain.items())]
        return forms.ChoiceField(
            label=label,
            choices=choices,
            required=False,
            widget=forms.Select(attrs={"class": "form-select"}),
            help_text=hint,
        )
    if fact.type == "boolean":
        choices = [("", "—"), ("true", _("是")), ("false", _("否"))]
        return forms.ChoiceField(
            label=label,
            choices=choices,
            required=False,
            widget=forms.Select(attrs={"class": "form-select"}),
            help_text=hint,
        )
    kind = {"date": "date"}.get(fact.type, "text")
    unit = f"（{fact.unit_in(language())}）" if fact.unit_in(language()) else ""
    example = _("比率写成 0 到 1 的小数，如 0.85") if fact.is_ratio else hint
    attributes = {"type": kind, "class": "form-control", "autocomplete": "off"}
    return forms.CharField(
        label=f"{label}{unit}", required=False, widget=forms.TextInput(attrs=attributes), help_text=example
    )
