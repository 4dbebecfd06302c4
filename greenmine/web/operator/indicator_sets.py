"""Sets of indicators at the operator's desk (指标表): the list with unknown cells, upload, preview, load, compare, mapping.

An upload changes nothing. What it would load is shown first, with every unknown cell and the difference to what stands;
the text travels with the page, so that nothing is lost between looking and loading.
"""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from greenmine.accounts.models import Person
from greenmine.editions import standards
from greenmine.editions.queries import NoEditionActive
from greenmine.editions.standards import UnknownStandard, actions, pairs, shelf
from greenmine.editions.standards.actions import CannotLoad
from greenmine.editions.standards.comparing import difference
from greenmine.editions.standards.reading import read_sheets
from greenmine.editions.standards.workbook import workbook
from greenmine.law.indicators import Standard, StandardError, load_mapping
from greenmine.law.problems import Problem
from greenmine.web.components.clock import today
from greenmine.web.components.desk import current_edition, refuse_unless
from greenmine.web.components.templatetags.regime import both
from greenmine.web.components.workbooks import XLSX, workbook_response
from greenmine.web.operator.indicator_sets_opening import is_workbook, sheets_in, text_in

PROBLEMS_SHOWN = 100


class UploadForm(forms.Form):
    """A table, and where it comes from."""

    file = forms.FileField(
        label=gettext_lazy("指标表"), help_text=gettext_lazy("按模板填写的 .xlsx，或 .yaml 文本；不接受宏和公式")
    )
    source = forms.CharField(
        label=gettext_lazy("来源"), max_length=500, help_text=gettext_lazy("文件名称、文号、附件号和取得途径")
    )


class MappingForm(UploadForm):
    """A mapping between two sets."""

    from_id = forms.CharField(label=gettext_lazy("旧指标表"), max_length=60, widget=forms.HiddenInput)
    to_id = forms.CharField(label=gettext_lazy("新指标表"), max_length=60, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = _("指标对应表")
        self.fields["file"].help_text = _("按模板填写的 .xlsx，或 .yaml 文本")


def page(request: HttpRequest) -> HttpResponse:
    """Every set with what is unknown of it, and the form to upload one."""
    current_edition()
    form = UploadForm()
    context = {"entries": standards.listed(), "form": form, "mappings": standards.mappings(), "on": today()}
    return render(request, "operator/indicator_sets.html", context)


def template(request: HttpRequest, identifier: str) -> HttpResponse:  # noqa: ARG001 -- a view
    """The workbook of a set: what is held, and as many empty rows as the text is known to have."""
    found = _set(identifier)
    content = workbook(found)
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{found.id}.xlsx"'
    return response


def text(request: HttpRequest, identifier: str) -> HttpResponse:  # noqa: ARG001 -- a view
    """The text of a set as it stands."""
    found = _set(identifier)
    response = HttpResponse(shelf.text_of(found.id), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.id}.yaml"'
    return response


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What an upload contains: its problems by row and column, or the set, its unknown cells and what would change."""
    refuse_unless(request, "standards.load")
    form = UploadForm(request.POST, request.FILES)
    context: dict[str, Any] = {"form": form, "entries": standards.listed(), "mappings": standards.mappings()}
    if form.is_valid():
        try:
            standard, canonical, problems = _read(form.cleaned_data["file"])
        except CannotLoad as refused:
            form.add_error("file", both(refused))
        else:
            if standard is not None:
                return _shown(request, standard, canonical, form.cleaned_data["source"])
            context |= {"problems": problems[:PROBLEMS_SHOWN], "count": len(problems)}
    return render(request, "operator/indicator_sets.html", context)


@require_POST
def load(request: HttpRequest) -> HttpResponse:
    """Load what was looked at: a named person's act."""
    refuse_unless(request, "standards.load")
    given, source = _sent(request), request.POST.get("source", "")
    try:
        standard = shelf.read(given)
        if request.POST.get("digest") != standard.digest or request.POST.get("looked") != "1":
            messages.error(request, _("请先查看预览并勾选确认；内容与预览不一致的不会载入。"))
            return _shown(request, standard, given, source)
        row = actions.load_indicator_set(given, by=cast("Person", request.user), on=today(), source=source)
    except StandardError as refused:
        messages.error(request, both(refused.problems[0]))
    except (CannotLoad, NoEditionActive) as refused:
        messages.error(request, both(refused))
    else:
        messages.success(request, _("已载入指标表，可用于新的评估；已开展的评估仍按原指标表，由人决定是否换用。"))
        return redirect("authority:indicator_set", row.identifier)
    return redirect("operator:indicator_sets")


@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """Take a loaded table back, with a reason."""
    refuse_unless(request, "standards.load")
    try:
        actions.withdraw_indicator_set(
            request.POST.get("digest", ""), by=cast("Person", request.user), on=today(),
            reason=request.POST.get("reason", ""),
        )  # fmt: skip
    except CannotLoad as refused:
        messages.error(request, both(refused))
    else:
        messages.success(request, _("已撤回；此前按它作出的评估结果仍可复算。"))
    return redirect("operator:indicator_sets")


def compare(request: HttpRequest) -> HttpResponse:
    """Two sets beside each other."""
    context: dict[str, Any] = {"entries": standards.listed()}
    before, after = request.GET.get("before", ""), request.GET.get("after", "")
    context |= {"before": before, "after": after}
    if before and after:
        one, two = _set(before), _set(after)
        context |= {"one": one, "two": two, "diff": difference(one, two)}
    return render(request, "operator/indicator_set_compare.html", context)


def mapping(request: HttpRequest, before: str, after: str) -> HttpResponse:
    """How two sets correspond: what stands, a sheet to fill, and the upload with its preview."""
    old, new = _set(before), _set(after)
    form = MappingForm(request.POST or None, request.FILES or None, initial={"from_id": old.id, "to_id": new.id})
    context: dict[str, Any] = {"old": old, "new": new, "form": form, "standing": standards.mapping(old.id, new.id)}
    if request.method == "POST":
        refuse_unless(request, "standards.load")
        if request.POST.get("deed") == "load":
            return _load_mapping(request, old, new)
        if form.is_valid():
            context |= _mapping_preview(form, old, new)
    return render(request, "operator/indicator_mapping.html", context)


def mapping_template(request: HttpRequest, before: str, after: str) -> HttpResponse:  # noqa: ARG001 -- a view
    """The sheet of pairs, filled with what is known."""
    old, new = _set(before), _set(after)
    return workbook_response(f"{old.id}--{new.id}.xlsx", [(pairs.SHEET, pairs.TITLES, pairs.rows(old, new))])


def _load_mapping(request: HttpRequest, old: Standard, new: Standard) -> HttpResponse:
    try:
        actions.load_indicator_mapping(
            _sent(request),
            by=cast("Person", request.user),
            on=today(),
            source=request.POST.get("source", ""),
        )
    except StandardError as refused:
        messages.error(request, both(refused.problems[0]))
    except CannotLoad as refused:
        messages.error(request, both(refused))
    else:
        messages.success(request, _("已载入指标对应表。"))
    return redirect("operator:indicator_mapping", old.id, new.id)


def _mapping_preview(form: MappingForm, old: Standard, new: Standard) -> dict[str, Any]:
    upload = form.cleaned_data["file"]
    try:
        if is_workbook(upload):
            sheets = sheets_in(upload)
            written = pairs.text_of(sheets.get(pairs.SHEET, next(iter(sheets.values()), [])), old.id, new.id)
        else:
            written = text_in(upload)
        read = load_mapping(written)
    except CannotLoad as refused:
        form.add_error("file", both(refused))
        return {}
    except StandardError as refused:
        return {"problems": refused.problems[:PROBLEMS_SHOWN], "count": len(refused.problems)}
    problems = actions.mapping_problems(read)
    return {
        "read": read, "text": written, "source": form.cleaned_data["source"], "problems": problems[:PROBLEMS_SHOWN],
        "count": len(problems),
    }  # fmt: skip


def _read(upload: Any) -> tuple[Standard | None, str, tuple[Problem, ...]]:
    """The set in an upload with its text, or its problems."""
    if is_workbook(upload):
        parsed = read_sheets(sheets_in(upload))
        return parsed.standard, parsed.text, parsed.problems
    written = text_in(upload)
    try:
        return shelf.read(written), written, ()
    except StandardError as refused:
        return None, written, tuple(refused.problems)


def _sent(request: HttpRequest) -> str:
    """The text that travelled with the page; browsers send line ends of their own."""
    return str(request.POST.get("text", "")).replace("\r\n", "\n")


def _shown(request: HttpRequest, standard: Standard, canonical: str, source: str) -> HttpResponse:
    standing = next((entry for entry in standards.listed() if entry.id == standard.id), None)
    context = {
        "standard": standard, "text": canonical, "source": source, "standing": standing,
        "diff": difference(standing.standard, standard) if standing else None,
        "same": standing is not None and standing.digest == standard.digest,
    }  # fmt: skip
    return render(request, "operator/indicator_set_preview.html", context)


def _set(identifier: str) -> Standard:
    try:
        return standards.get(identifier)
    except UnknownStandard:
        raise Http404 from None
