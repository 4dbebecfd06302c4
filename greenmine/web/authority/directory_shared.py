"""What the pages of the directory share: the row of tabs, the page of a list, what a paper of a case still needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from greenmine.accounts import permissions as accounts
from greenmine.papers.models import Paper
from greenmine.web.authority.asked import number_in
from greenmine.web.components.clock import today

PAGE = 50
WAYS = Paper.Way.choices


def tabs(request: HttpRequest) -> list[tuple[str, str, str]]:
    """The pages of the directory this person may open."""
    listed = [
        ("directory", _("名录"), "directory.see"),
        ("directory_notices", _("公示"), "directory.see"),
        ("directory_objections", _("异议"), "objections.handle"),
        ("directory_removals", _("移出"), "directory.see"),
        ("directory_changes", _("变更"), "directory.see"),
        ("directory_legacy", _("存量名单"), "directory.see"),
        ("directory_campaigns", _("衔接复核"), "directory.see"),
        ("directory_exchange", _("信息交换"), "exchange.run"),
        ("directory_news", _("信息通报"), "directory.see"),
    ]
    on = today()
    return [
        (reverse(f"authority:{name}"), words, name)
        for name, words, verb in listed
        if accounts.can(request.user, verb, on=on)
    ]


def paged(request: HttpRequest, rows: QuerySet[Any]) -> tuple[list[Any], Any]:
    """One page of rows that stand the latest first, and the key the next page comes after."""
    if (after := number_in(request.GET.get("after", ""))) is not None:
        rows = rows.filter(pk__lt=after)
    page = list(rows[: PAGE + 1])
    return page[:PAGE], page[PAGE - 1].pk if len(page) > PAGE else ""


def next_of(papers: Sequence[Paper], kind: str) -> Paper | None:
    """The latest standing paper of a kind."""
    found = [one for one in papers if one.kind == kind]
    return found[-1] if found else None
