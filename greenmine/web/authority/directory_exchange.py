"""Exchange with other systems (信息交换) and news between departments (信息通报) at the desk."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from greenmine.accounts import permissions as accounts
from greenmine.directory import actions as directory
from greenmine.directory import permissions, queries, sending, sharing, taking_in
from greenmine.directory.formats import FORMATS
from greenmine.directory.models import IncomingFile, OutgoingPackage
from greenmine.directory.permissions import why_not
from greenmine.web.authority import directory_forms as forms
from greenmine.web.authority.asked import day_in, number_in
from greenmine.web.authority.directory_forms import ActForm, Input
from greenmine.web.authority.directory_shared import paged, tabs
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for
from greenmine.web.components.files import file_response
from greenmine.web.components.templatetags.regime import both

SHOWN_FILES = 20
SHOWN_ROWS = 200


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """Packages and files of one's own authority, and the forms that make them."""
    return _listed(request)


def _listed(request: HttpRequest) -> HttpResponse:
    person, organisation = acting_for(request)
    on = today()
    rows, after = paged(request, queries.packages_for(person, on=on).prefetch_related("deliveries"))
    refusal = why_not(permissions.check_can_exchange, person, organisation, on=on)
    context = {
        "rows": [(one, FORMATS[one.format].title) for one in rows], "next_after": after, "tabs": tabs(request), "active": "directory_exchange",
        "incoming": list(queries.incoming_for(person, on=on)[:SHOWN_FILES]), "formats": list(FORMATS.values()),
        "forms": forms.filled([_making(refusal), _extract(refusal), _bringing(person)], request),
        "action": reverse("authority:exchange_make"),
    }  # fmt: skip
    return render(request, "authority/directory_exchange.html", context)


def _making(refusal: Any) -> ActForm:
    choices = [(one.id, str(both(one.title))) for one in FORMATS.values() if one.out and not one.consent]
    inputs = [
        Input("format", _("格式"), "choice", choices=choices), Input("from_on", _("自（不填为全部）"), "day", required=False),
        Input("until_on", _("至"), "day", value=today().isoformat()),
        Input("recipient", _("接收单位（不填按格式规定）"), required=False),
    ]  # fmt: skip
    return ActForm(
        "make",
        _("生成交换包"),
        inputs,
        refusal,
        _("本地区数据，CSV 和 Excel 各一份，附清单和哈希。未决定的移出事项不在其中。"),
    )


def _extract(refusal: Any) -> ActForm:
    inputs = [
        Input("mines", _("矿山编号"), hint=_("多个用空格分开")), Input("recipient", _("查询机构")), Input("purpose", _("用途")),
        Input("consent", _("企业授权书"), "file"),
    ]  # fmt: skip
    return ActForm(
        "extract",
        str(both(FORMATS["bank-extract"].title)),
        inputs,
        refusal,
        str(both(FORMATS["bank-extract"].note)),
        "outline-primary",
    )


def _bringing(person: Any) -> ActForm:
    choices = [(one.id, str(both(one.title))) for one in FORMATS.values() if one.into]
    levels = [("city", _("市州级")), ("county", _("县级"))]
    inputs = [
        Input("format", _("格式"), "choice", choices=choices), Input("title", _("名称")), Input("origin", _("来源文件或系统")),
        Input("level", _("名单级别（存量名单填写）"), "choice", required=False, choices=levels), Input("upload", _("文件（xlsx、xls 或 csv）"), "file"),
    ]  # fmt: skip
    verbs = ("exchange.run", "directory.enter", "directory.change")
    refused = (
        None
        if any(accounts.can(person, verb, on=today()) for verb in verbs)
        else why_not(accounts.check_can, person, verbs[0], on=today())
    )
    return ActForm(
        "bring",
        _("接收文件（先预览）"),
        inputs,
        refused,
        _("逐行识别矿山并列出问题，确认后才导入。"),
        "outline-primary",
    )


@login_required
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Make a package, an extract, or read a file."""

    def onward(made: Any) -> str:
        name = "authority:incoming_file" if isinstance(made, IncomingFile) else "authority:package"
        return reverse(name, args=[made.number])

    return forms.carry_out(request, MAKES, None, lambda: _listed(request), onward)


def _day(request: HttpRequest, name: str, *, needed: bool) -> Any:
    given = request.POST.get(name, "")
    day = day_in(given)
    if day is None and (needed or given):
        raise directory.CannotExchange("请填写有效日期", "give a day")
    return day


def _make(request: HttpRequest, _none: Any, who: dict[str, Any]) -> OutgoingPackage:
    wanted = directory.Wanted(
        request.POST.get("format", ""), _day(request, "until_on", needed=True), _day(request, "from_on", needed=False),
        recipient=request.POST.get("recipient", ""),
    )  # fmt: skip
    return directory.make_package(wanted, **who)


def _make_extract(request: HttpRequest, _none: Any, who: dict[str, Any]) -> OutgoingPackage:
    mines = request.POST.get("mines", "").upper().replace("，", " ").replace(",", " ").split()[:200]
    wanted = directory.Wanted(
        "bank-extract",
        today(),
        mines=mines,
        recipient=request.POST.get("recipient", ""),
        purpose=request.POST.get("purpose", ""),
    )
    return directory.make_package(wanted, consent=request.FILES.get("consent"), **who)


def _bring(request: HttpRequest, _none: Any, who: dict[str, Any]) -> IncomingFile:
    upload = request.FILES.get("upload")
    if upload is None:
        raise directory.CannotExchange("请选择文件", "choose a file")
    asked = request.POST
    brought = directory.Brought(
        asked.get("format", ""), asked.get("title", ""), asked.get("origin", ""), asked.get("level", "")
    )
    return directory.bring(brought, upload, **who)


MAKES: forms.Acts = {"make": _make, "extract": _make_extract, "bring": _bring}


def package_or_404(request: HttpRequest, number: str) -> OutgoingPackage:
    """A package of the person's own authority."""
    found = (
        queries.packages_for(request.user, on=today())
        .filter(number=number)
        .select_related("file__file", "consent__file")
        .first()
    )
    if found is None:
        raise Http404
    return found


@login_required
def package(request: HttpRequest, number: str) -> HttpResponse:
    """One package: what is in it, to whom it went, which receipts came."""
    return _package(request, package_or_404(request, number))


def _package(request: HttpRequest, found: OutgoingPackage) -> HttpResponse:
    person, organisation = acting_for(request)
    refusal = why_not(permissions.check_can_exchange, person, organisation, on=today())
    deliveries = list(found.deliveries.select_related("receipt").order_by("id"))
    ways = [(key, str(both({"zh": zh, "en": en}))) for key, (zh, en) in sending.WAYS.items()]
    listed = [
        ActForm(
            "deliver", _("登记交付"),
            [Input("way", _("交付方式"), "choice", choices=ways), Input("where", _("交付地点或系统")),
             Input("day", _("交付日期"), "day", value=today().isoformat())], refusal,
        )
    ]  # fmt: skip
    listed += [
        ActForm(
            "receipt", _("登记回执：%(where)s（%(day)s）") % {"where": one.where, "day": one.on},
            [Input("delivery", "", "hidden", value=str(one.pk)), Input("number", _("回执编号或说明")), Input("day", _("回执日期"), "day"),
             Input("receipt", _("回执文件"), "file", required=False)], refusal, "", "outline-primary", key=f"receipt-{one.pk}", button=_("登记回执"),
        )
        for one in deliveries if one.receipt_on is None
    ]  # fmt: skip
    context = {
        "package": found, "format": FORMATS[found.format], "deliveries": [(one, sending.WAYS[one.way]) for one in deliveries],
        "tabs": tabs(request), "active": "directory_exchange", "forms": forms.filled(listed, request),
        "action": reverse("authority:package_act", args=[found.number]),
    }  # fmt: skip
    return render(request, "authority/directory_package.html", context)


@login_required
@require_POST
def package_act(request: HttpRequest, number: str) -> HttpResponse:
    """Log that a package was handed over, or a receipt."""
    found = package_or_404(request, number)
    return forms.carry_out(
        request,
        PACKAGE_ACTS,
        found,
        lambda: _package(request, found),
        lambda _made: reverse("authority:package", args=[found.number]),
    )


def _deliver(request: HttpRequest, found: OutgoingPackage, who: dict[str, Any]) -> Any:
    handover = directory.Handover(
        request.POST.get("way", ""), request.POST.get("where", ""), _day(request, "day", needed=True)
    )
    return directory.hand_over(found, handover, **who)


def _receipt(request: HttpRequest, found: OutgoingPackage, who: dict[str, Any]) -> Any:
    delivery = found.deliveries.filter(pk=number_in(request.POST.get("delivery", "")) or 0).first()
    if delivery is None:
        raise directory.CannotExchange("没有该次交付", "there is no such delivery")
    return directory.note_receipt(
        delivery,
        request.POST.get("number", ""),
        day=_day(request, "day", needed=True),
        upload=request.FILES.get("receipt"),
        **who,
    )


PACKAGE_ACTS: forms.Acts = {"deliver": _deliver, "receipt": _receipt}


@login_required
def package_file(request: HttpRequest, number: str, provenance: int) -> HttpResponseBase:
    """The package itself, the consent it rests on, or a receipt."""
    found = package_or_404(request, number)
    kept = [found.file, found.consent, *(one.receipt for one in found.deliveries.select_related("receipt__file"))]
    for one in kept:
        if one is not None and one.pk == provenance:
            return file_response(request, one)
    raise Http404


def incoming_or_404(request: HttpRequest, number: str) -> IncomingFile:
    """A file brought to the person's own authority."""
    found = queries.incoming_for(request.user, on=today()).filter(number=number).select_related("file__file").first()
    if found is None:
        raise Http404
    return found


@login_required
def incoming_file(request: HttpRequest, number: str) -> HttpResponse:
    """One file: its rows, what is wrong with each, and whether it is taken over."""
    return _incoming(request, incoming_or_404(request, number))


def _incoming(request: HttpRequest, found: IncomingFile) -> HttpResponse:
    listed = []
    if found.state == IncomingFile.State.PREVIEW:
        inputs = (
            [Input("good_only", _("有问题的行"), "checks", required=False, choices=[("yes", _("只导入合格行"))])]
            if found.bad
            else []
        )
        listed = [
            ActForm("load", _("确认导入 %(count)s 行") % {"count": found.good}, inputs),
            ActForm("drop", _("不予导入"), [], None, "", "outline-secondary"),
        ]
    columns = FORMATS[found.format].columns
    rows = [
        (row, [row.values.get(column.name, "") for column in columns])
        for row in found.rows.order_by("row")[:SHOWN_ROWS]
    ]
    context = {
        "file": found, "format": FORMATS[found.format], "columns": columns, "rows": rows, "tabs": tabs(request), "active": "directory_exchange",
        "forms": forms.filled(listed, request), "action": reverse("authority:incoming_file_act", args=[found.number]), "shown": SHOWN_ROWS,
        "total": found.good + found.bad,
    }  # fmt: skip
    return render(request, "authority/directory_incoming.html", context)


@login_required
@require_POST
def incoming_file_act(request: HttpRequest, number: str) -> HttpResponse:
    """Take a file over, or not."""
    found = incoming_or_404(request, number)
    return forms.carry_out(
        request,
        INCOMING_ACTS,
        found,
        lambda: _incoming(request, found),
        lambda _made: reverse("authority:incoming_file", args=[found.number]),
    )


INCOMING_ACTS: forms.Acts = {
    "load": lambda request, found, who: taking_in.load(
        found, good_only="yes" in request.POST.getlist("good_only"), **who
    ),
    "drop": lambda _request, found, who: taking_in.drop(found, **who),
}


@login_required
def news(request: HttpRequest) -> HttpResponse:
    """News between departments about the mines of one's region."""
    _person, organisation = acting_for(request)
    rows, after = paged(request, queries.news_for(request.user, on=today()))
    shown = [
        (one, sharing.unread(one), organisation.key in {told["organisation"] for told in one.told},
         organisation.key in {read["organisation"] for read in one.read})
        for one in rows
    ]  # fmt: skip
    return render(
        request, "authority/directory_news.html",
        {"rows": shown, "next_after": after, "tabs": tabs(request), "active": "directory_news"},
    )  # fmt: skip


@login_required
@require_POST
def news_read(request: HttpRequest, number: str) -> HttpResponse:
    """Say that one's department has read it."""
    found = queries.news_for(request.user, on=today()).filter(number=number).first()
    if found is None:
        raise Http404
    acts: forms.Acts = {"read": lambda _request, note, who: sharing.acknowledge(note, **who)}
    return forms.carry_out(
        request, acts, found, lambda: news(request), lambda _made: reverse("authority:directory_news")
    )
