"""The site pack (现场核查包): a page that opens on a phone without signal, and what it needs for that."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from greenmine.accounts.permissions import NotAllowed
from greenmine.assessment.scoring import standard_by
from greenmine.assessors import queries as assessors
from greenmine.fieldwork import engaged, queries
from greenmine.fieldwork.models import Fieldwork, Visit
from greenmine.fieldwork.permissions import REFUSALS, CannotWork, check_can_work, check_is_on_visit
from greenmine.registry.models import Mine
from greenmine.web.assessor.site_items import checklist, item_lines, pack_of
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for

FILES = (
    "vendor/tabler/tabler.min.css", "vendor/tabler/tabler.min.js", "vendor/htmx/htmx.min.js", "vendor/icons/sprite.svg",
    "greenmine/greenmine.css", "greenmine/greenmine.js", "greenmine/icon.svg", "greenmine/site.css",
    "greenmine/site-store.js", "greenmine/site-sync.js", "greenmine/site.js",
)  # fmt: skip
WORKER = "greenmine/site-worker.js"


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """The visits on which the person goes, and the fieldwork of his agency."""
    on = today()
    files = list(queries.fieldwork_for(request.user, on=on).select_related("leader").order_by("-pk")[:50])
    visits = list(
        Visit.objects.filter(members__person=request.user.pk, state=Visit.State.PLANNED)
        .select_related("fieldwork")
        .order_by("from_on", "pk")[:50]
    )
    names = _mine_names([file.mine for file in files] + [visit.fieldwork.mine for visit in visits])
    for file in files:
        file.mine_name = names.get(file.mine, file.mine)  # type: ignore[attr-defined]
    for visit in visits:
        visit.mine_name = names.get(visit.fieldwork.mine, visit.fieldwork.mine)  # type: ignore[attr-defined]
    waiting = engaged.without_fieldwork(request.user, on=on)
    response = render(request, "assessor/site_list.html", {"files": files, "visits": visits, "waiting": waiting})
    response["X-Site-Pack"] = "list"  # where an installed page begins: it opens without signal too
    return response


@login_required
def page(request: HttpRequest, engagement: str, number: int) -> HttpResponse:
    """The page that is installed: checklist of exactly the visit's indicator set, working without signal."""
    visit = visit_or_404(request, engagement, number)
    check_work_on(request, visit)
    file = visit.fieldwork
    context = {
        "visit": visit,
        "file": file,
        "mine": Mine.objects.filter(key=file.mine).first(),
        "standard": standard_by(file.standard, file.standard_digest),
        "groups": checklist(visit),
        "pack_id": f"{engagement}/{number}",
        "scope": reverse("assessor:site_list"),
        "here": request.path,
    }
    response = render(request, "assessor/site_pack.html", context)
    response["X-Site-Pack"] = file.standard_digest
    response["Cache-Control"] = "no-store"
    return response


@login_required
def data(request: HttpRequest, engagement: str, number: int) -> HttpResponse:
    """The checklist and everything else the phone keeps, with the server's clock."""
    visit = visit_or_404(request, engagement, number)
    try:
        check_work_on(request, visit)
    except REFUSALS as refused:
        return refusal(refused)
    person, _organisation = acting_for(request)
    urls = {
        "sync": reverse("assessor:site_sync", args=[engagement, number]),
        "photo": reverse("assessor:site_photo", args=[engagement, number, "OPERATION"]),
    }
    answer = {
        **pack_of(visit, person),
        "urls": urls,
        "top": top_of(visit),
        "lines": item_lines(visit),
        "server_ms": server_ms(),
    }
    response = JsonResponse(answer)
    response["Cache-Control"] = "no-store"
    return response


def worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- the same for everybody: it holds nothing private
    """The service worker; its scope is the folder it is served from."""
    version, text = _worker()
    listed_files = ",".join(f'"{static(name)}"' for name in FILES)
    body = f'self.SITE = {{"version":"{version}","files":[{listed_files}]}};\n{text}'
    response = HttpResponse(body, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def manifest(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- browsers ask without saying who is there
    """The manifest with which a phone puts the page on its home screen."""
    start = reverse("assessor:site_list")
    icon = {"src": static("greenmine/icon.svg"), "sizes": "any", "type": "image/svg+xml"}
    return JsonResponse(
        {
            "name": _("绿矿现场核查"),
            "short_name": _("现场核查"),
            "start_url": start,
            "scope": start,
            "display": "standalone",
            "background_color": "#ffffff",
            "theme_color": "#12301f",
            "icons": [icon],
        },
        content_type="application/manifest+json",
    )


def _worker() -> tuple[str, str]:
    """(version, text): the version is the hash of every file the worker keeps, so that a changed file is fetched anew."""
    return _read_worker() if not settings.DEBUG else _read_worker.__wrapped__()


@cache
def _read_worker() -> tuple[str, str]:
    found = sha256()
    text = ""
    for name in (*FILES, WORKER):
        path = finders.find(name)
        if not isinstance(path, str):
            raise FileNotFoundError(name)
        with open(path, "rb") as opened:  # noqa: PTH123 -- finders give text
            content = opened.read()
        found.update(content)
        text = content.decode() if name == WORKER else text
    return found.hexdigest()[:16], text


def visit_or_404(request: HttpRequest, engagement: str, number: int) -> Visit:
    """A visit within the person's reach; 404 otherwise."""
    file = file_or_404(request, engagement)
    found = Visit.objects.select_related("fieldwork__leader", "fieldwork__desk_review").filter(
        fieldwork=file, number=number
    )
    visit = found.first()
    if visit is None:
        raise Http404
    return visit


def file_or_404(request: HttpRequest, engagement: str) -> Fieldwork:
    """The fieldwork of an engagement within the person's reach; 404 otherwise."""
    found = queries.fieldwork_for(request.user, on=today()).select_related("leader", "desk_review")
    file = found.filter(engagement=engagement).first()
    if file is None:
        raise Http404
    return file


def open_file_or_404(request: HttpRequest, engagement: str) -> Fieldwork:
    """The same, where its content may still be read: an agency reads it only while it is engaged."""
    file = file_or_404(request, engagement)
    if not assessors.content_is_open(request.user, engaged.engagement(engagement), on=today()):
        raise NotAllowed(
            "该委托已办结或终止，评估机构不再查看其中内容。",
            "This engagement has ended: the agency no longer reads what lies within.",
        )
    return file


def check_work_on(request: HttpRequest, visit: Visit) -> None:
    """Refuse whoever is not on the visit, and everybody when the engagement has ended."""
    person, _organisation = acting_for(request)
    try:
        check_can_work(person, visit.fieldwork, on=today())
        check_is_on_visit(person, visit)
    except (CannotWork, engaged.NotEngaged) as refused:
        raise NotAllowed(refused.zh, refused.en) from refused


def refusal(refused: Any, status: int = 409) -> HttpResponse:
    """A refusal as a device reads it."""
    return JsonResponse({"zh": refused.zh, "en": refused.en}, status=status)


def server_ms() -> int:
    """The server's clock, for measuring a device's."""
    return int(timezone.now().timestamp() * 1000)


def top_of(visit: Visit) -> int:
    """The largest sequence any device has sent: the next one on a phone is larger."""
    return max(visit.operations.values_list("sequence", flat=True), default=0)


def _mine_names(keys: list[str]) -> dict[str, str]:
    return dict(Mine.objects.filter(key__in=set(keys)).values_list("key", "name"))
