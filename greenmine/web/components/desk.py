"""What every desk needs: for whom the person acts, refusals as pages, and one edition of the law for one request."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, cast

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from greenmine.accounts import permissions
from greenmine.accounts import queries as accounts
from greenmine.accounts.models import Organisation, Person
from greenmine.accounts.permissions import NotAllowed
from greenmine.editions import queries as editions
from greenmine.editions.edition import Edition
from greenmine.editions.queries import NoEditionActive

BUSY = {
    "zh": "正在写入大批量数据，暂时不能保存，请一分钟后重试；您填写的内容没有丢失，返回即可看到。",
    "en": "A large amount of data is being written and nothing can be saved for a moment. Go back and try again in a minute.",
}
STALE = {
    "zh": "页面打开的时间过长，或已在另一个窗口重新登录，这次提交未被接受。请返回上一页、刷新后再提交；您填写的内容仍在上一页。",
    "en": "The page was open too long, or you signed in again elsewhere, so this was not taken. Go back, reload and submit again; what you wrote is still on that page.",
}
_edition: ContextVar[Edition | None] = ContextVar("edition of this request", default=None)


def current_edition() -> Edition:
    """The active edition, asked for once in a request: a page is made under one text of the law."""
    found = _edition.get()
    if found is None:
        found = editions.active()
        _edition.set(found)
    return found


class DeskMiddleware:
    """Forgets the edition of the last request, and turns a refusal raised in a view into the page that says why."""

    def __init__(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """One request, one edition."""
        token = _edition.set(None)
        try:
            return self.respond(request)
        finally:
            _edition.reset(token)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Anticipated refusals are pages; everything else surfaces."""
        if isinstance(exception, OperationalError) and "locked" in str(exception):
            return render(request, "503.html", {"refused": BUSY}, status=503)
        if isinstance(exception, NotAllowed | NoEditionActive):
            status = 403 if isinstance(exception, NotAllowed) else 503
            return render(request, f"{status}.html", {"refused": exception}, status=status)
        return None


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 -- Django's own reason is in English
    """A form whose token is not this session's: said in words, nothing written."""
    return render(request, "403.html", {"refused": STALE}, status=403)


def acting_for(request: HttpRequest) -> tuple[Person, Organisation]:
    """The person, and the organisation for which he acts; NotAllowed where he holds no role."""
    person = cast("Person", request.user)
    organisation = accounts.main_organisation(person, on=accounts.today())
    if organisation is None:
        raise NotAllowed("您目前没有任何岗位。", "You hold no role at present.")
    return person, organisation


def refuse_unless(request: HttpRequest, verb: str, **where: Any) -> None:
    """NotAllowed unless the matrix lets the person do this (there)."""
    permissions.check_can(request.user, verb, on=accounts.today(), **where)
