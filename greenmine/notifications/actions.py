"""What can happen: somebody is told something, is chased, and does it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from greenmine.accounts.models import Organisation, Person
from greenmine.notifications.models import Notice

Addressee = Organisation | Person | tuple[str, str]


def tell(
    verb: str,
    *,
    to: Addressee,
    text: Mapping[str, str],
    about: tuple[str, str] = ("", ""),
    role: str = "",
    url: str = "",
    due_on: date | None = None,
    todo: bool = True,
    at: datetime | None = None,
) -> Notice:
    """Tell somebody that something waits for him (待办), or, without `todo`, that something happened (消息).

    `to` is a person, an organisation, or (actor, key): ("enterprise", permanent key) or ("county_nr", division code).
    """
    return Notice.objects.create(
        kind=Notice.Kind.TODO if todo else Notice.Kind.MESSAGE,
        verb=verb,
        zh=text["zh"],
        en=text["en"],
        url=url,
        role=role,
        about_kind=about[0],
        about_key=about[1],
        due_on=due_on,
        told_at=at or datetime.now(UTC),
        **_addressee(to),
    )


def _addressee(to: Addressee) -> dict[str, Any]:
    if isinstance(to, Person):
        return {"person": to}
    kind, key = to.address if isinstance(to, Organisation) else to
    return {"to_kind": kind, "to_key": key}


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
