"""What the frame of every page shows: the desk's menu as far as the person may go, languages, what waits for him."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from greenmine.accounts import permissions, queries
from greenmine.accounts.matrix import matrix
from greenmine.notifications import queries as notifications


@dataclass(frozen=True)
class Entry:
    """One line of the menu."""

    words: str
    icon: str
    href: str
    here: bool


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """Context of base.html. Nobody signed in: no menu."""
    frame = {"DEMO": settings.DEMO, "LANGUAGE": get_language() or settings.LANGUAGE_CODE}
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return frame
    on = queries.today()
    return {
        **frame,
        "menu": menu_of(person, request, language="en" if str(frame["LANGUAGE"]).startswith("en") else "zh"),
        "organisation": queries.main_organisation(person, on=on),
        "waiting_count": notifications.waiting(person, on=on).count(),
    }


def menu_of(person: Any, request: HttpRequest, *, language: str) -> list[Entry]:
    """The pages in the matrix that have a menu entry and open to this person."""
    on = queries.today()
    entries = []
    for page in matrix().pages.values():
        if page.menu is None or not permissions.can(person, page.verb, on=on):
            continue
        try:
            href = reverse(page.url)
        except NoReverseMatch:  # a desk that is not installed here
            continue
        entries.append((page.menu[language], page.menu["icon"], href))
    return [Entry(*entry, here=entry[2] == _nearest([one[2] for one in entries], request.path)) for entry in entries]


def _nearest(addresses: list[str], path: str) -> str:
    """The menu's address under which this page lies; the longest where several do, nothing where none."""
    return max((address for address in addresses if path.startswith(address)), key=len, default="")
