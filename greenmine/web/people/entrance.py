"""The ways in: home, language, activation with a one-time code; and whether the system is well."""

from __future__ import annotations

import json
import time

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from greenmine.accounts import actions as accounts
from greenmine.accounts import queries
from greenmine.accounts.permissions import NotAllowed
from greenmine.web.components.menus import menu_of

WORKER_SILENT_SECONDS = 60


def home(request: HttpRequest) -> HttpResponse:
    """The first page of the person's menu; without any, a page that says whom to ask."""
    entries = menu_of(request.user, request, language="zh")
    if entries:
        return redirect(entries[0].href)
    return render(request, "people/nothing.html")


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language and come back."""
    chosen, back = request.POST.get("language", ""), request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    response = redirect(back if safe else "/")
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=365 * 24 * 3600,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


class Activation(forms.Form):
    """Sign-in name, one-time code, and the password chosen."""

    username = forms.CharField(label=gettext_lazy("登录名"), max_length=64)
    code = forms.CharField(
        label=gettext_lazy("激活码"), max_length=20, help_text=gettext_lazy("由本单位管理员提供，7 天内有效")
    )
    password = forms.CharField(
        label=gettext_lazy("新密码"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("至少 10 个字符，不能全为数字，不能是常见密码"),
    )
    again = forms.CharField(
        label=gettext_lazy("再次输入新密码"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, str]:
        """Both passwords are the same."""
        given: dict[str, str] = super().clean() or {}
        if given.get("password") != given.get("again"):
            self.add_error("again", _("两次输入的密码不一致。"))
        return given


def activate(request: HttpRequest) -> HttpResponse:
    """Set the first password with the one-time code (激活)."""
    form = Activation(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            accounts.activate(
                username=given["username"], code=given["code"], password=given["password"], on=queries.today()
            )
        except NotAllowed as refused:
            form.add_error(None, refused.en if get_language() == "en" else refused.zh)
        else:
            messages.success(request, _("账号已激活，请登录。"))
            return redirect("account_login")
    return render(request, "people/activate.html", {"form": form})


def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- a page
    """503 when the database does not answer; a worker that does not beat is told in the body. Nothing else is told."""
    state = {"database": _database_answers(), "worker": _worker_beats()}
    return JsonResponse(state, status=200 if state["database"] else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone())
    except DatabaseError:
        return False


def _worker_beats() -> bool:
    try:
        beat = json.loads((settings.DATA / "worker.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(time.time() - beat["at"] < WORKER_SILENT_SECONDS)
