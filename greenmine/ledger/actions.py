"""What can happen: an act is written down. Nothing else, ever."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Protocol

from django.db import connection, transaction

from greenmine.ledger.chain import GENESIS, link, payload_hash
from greenmine.ledger.models import Record, Salt
from greenmine.ledger.shape import private_part, public_part

SALT_BYTES = 16
CHAIN_LOCK = 0x6772656E  # an arbitrary number by which PostgreSQL's writers of this chain wait for each other
SYSTEM: Mapping[str, Any] = {
    "id": None,
    "username": "",
    "name": "系统 · the system",
    "organisation": "",
    "organisation_name": "",
    "roles": [],
}


class Actor(Protocol):
    """Somebody who can say who he is on a day."""

    def snapshot(self, on: date) -> dict[str, Any]:
        """Id, name, organisation and roles as plain values."""
        ...


class Capacity(Protocol):
    """The organisation for which somebody acts."""

    key: str
    name: str


def record(
    verb: str,
    *,
    subject: tuple[str, str],
    by: Actor | Mapping[str, Any] | str,
    on: date,
    zh: str = "",
    en: str = "",
    sentence: Mapping[str, str] | None = None,
    organisation: Capacity | None = None,
    cite: Sequence[str] = (),
    payload: Mapping[str, Any] | None = None,
    region_code: str = "",
    at: datetime | None = None,
) -> Record:
    """Write one act down, in the caller's transaction: `subject` is (kind, permanent key), the sentences say it all.

    `by` is a person (or the name of one, where commands act), or SYSTEM for what a task did; `organisation` the one acted
    for. The sentences are given as zh and en, or as one {zh, en}. The hash covers the record before: the order is the truth.
    """
    said = {"zh": zh, "en": en} if sentence is None else sentence
    with transaction.atomic():
        _wait_for_the_chain()
        previous = Record.objects.order_by("-id").values_list("hash", flat=True).first() or GENESIS
        entry = Record(
            verb=verb,
            subject_kind=subject[0],
            subject_key=subject[1],
            region_code=region_code,
            by=_actor(by, organisation, on),
            on=on,
            at=at or datetime.now(UTC),
            zh=said["zh"],
            en=said["en"],
            cite=list(cite),
            payload=dict(payload or {}),
            previous=previous,
        )
        salt = secrets.token_hex(SALT_BYTES)
        entry.payload_hash = payload_hash(salt, private_part(entry))
        entry.hash = link(previous, public_part(entry))
        entry.save(force_insert=True)
        Salt.objects.create(record=entry.pk, salt=salt)
    return entry


def _actor(by: Actor | Mapping[str, Any] | str, organisation: Capacity | None, on: date) -> dict[str, Any]:
    """The actor as he is now, as plain values."""
    named = {**SYSTEM, "name": by} if isinstance(by, str) else by
    found = dict(named) if isinstance(named, Mapping) else named.snapshot(on)
    if organisation is not None:
        found |= {"organisation": organisation.key, "organisation_name": organisation.name}
    return found


def _wait_for_the_chain() -> None:
    """Two writers must not follow the same record. SQLite's writers queue at BEGIN; PostgreSQL's wait for a lock."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
