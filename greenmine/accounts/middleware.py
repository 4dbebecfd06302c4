"""What every request passes: an idle sign-in ends, a signature needs its second factor, a page opens to whom it should."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import quote

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from greenmine.accounts import permissions, queries
from greenmine.accounts.matrix import Page, matrix
from greenmine.accounts.permissions import NotAllowed

TOUCH_SECONDS = 60
Respond = Callable[[HttpRequest], HttpResponse]
# Pages of the frame itself; every other page stands in the matrix.
FRAMES = ("account_", "mfa_")


class IdleMiddleware:
    """Signs out whoever did nothing for half an hour. A page that renews itself (`?poll=1`) is not the person doing something."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """End an idle sign-in, or note that its person is there, at most once a minute."""
        if request.user.is_authenticated:
            now = int(time.time())
            seen = request.session.get("seen", now)
            if now - seen > settings.IDLE_SECONDS:
                logout(request)
            elif "poll" not in request.GET and (now - seen > TOUCH_SECONDS or "seen" not in request.session):
                request.session["seen"] = now
        return self.respond(request)


class SecondFactorMiddleware:
    """Holds the matrix before every page, and leads who signs for others to his second factor first."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing before the page is known."""
        return self.respond(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:  # noqa: ARG002
        """Refuse with a sentence, or lead to sign-in or second factor, before the page does anything."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        page = matrix().pages.get(name)
        if name.startswith(FRAMES) or (page and page.verb == "anyone"):
            return None
        if not request.user.is_authenticated:
            return redirect(f"{settings.LOGIN_URL_PATH}?next={quote(request.get_full_path())}")
        on = queries.today()
        if not settings.DEMO and queries.needs_second_factor(request.user, on=on) and not is_mfa_enabled(request.user):
            return redirect("mfa_activate_totp")
        try:
            _check_page(request, page, on)
        except NotAllowed as refused:
            return render(request, "403.html", {"refused": refused}, status=403)
        return None


def _check_page(request: HttpRequest, page: Page | None, on: date) -> None:
    """A page that nobody put into the matrix opens for nobody."""
    if page is None:
        raise NotAllowed("该页面未登记权限。", "This page is not in the matrix of permissions.")
    permissions.check_can(request.user, page.verb, on=on)
