"""What can happen: somebody is told something, is chased, and does it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from greenmine.accounts.models import Organisation, Person
from greenmine.notifications.models import Notice


def tell(
    to: Organisation | Person,
    verb: str,
    *,
    zh: str,
    en: str,
    role: str = "",
    about: tuple[str, str] = ("", ""),
    url: str = "",
    due_on: date | None = None,
    todo: bool = False,
    at: datetime | None = None,
) -> Notice:
    """Tell an organisation (or one role in it) or a person; `todo` when something waits to be done (待办)."""
    where: dict[str, Any] = {"person": to} if isinstance(to, Person) else {"organisation": to, "role": role}
    return Notice.objects.create(
        kind=Notice.Kind.TODO if todo else Notice.Kind.MESSAGE,
        verb=verb,
        zh=zh,
        en=en,
        url=url,
        about_kind=about[0],
        about_key=about[1],
        due_on=due_on,
        told_at=at or datetime.now(UTC),
        **where,
    )


def done(notice: Notice, *, by: Person, at: datetime | None = None) -> None:
    """A to-do is done, or a message read (已办)."""
    Notice.objects.filter(pk=notice.pk, done_at=None).update(done_at=at or datetime.now(UTC), done_by=by.name)


def settle(kind: str, key: str, verb: str, *, by: str, at: datetime | None = None) -> int:
    """Close every open to-do of this verb about a subject, because what it waited for happened."""
    waiting = Notice.objects.filter(about_kind=kind, about_key=key, verb=verb, done_at=None)
    return waiting.update(done_at=at or datetime.now(UTC), done_by=by)


def chase(notice: Notice, *, on: date) -> None:
    """Ask again (催办); the addressee sees how often."""
    notice.chased += 1
    notice.chased_on = on
    notice.save(update_fields=["chased", "chased_on"])


def hand_over(leaving: Person, successor: Person) -> int:
    """Give the open to-dos of somebody who leaves to his successor (交接)."""
    return Notice.objects.filter(person=leaving, kind=Notice.Kind.TODO, done_at=None).update(person=successor)
