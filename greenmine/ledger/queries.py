"""What can be asked: the acts about a subject, and whether the chain still holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from greenmine.ledger.chain import GENESIS, link, payload_hash
from greenmine.ledger.models import Record, Salt
from greenmine.ledger.shape import private_part, public_part

if TYPE_CHECKING:
    from django.db.models import QuerySet

CHUNK = 2000


@dataclass(frozen=True)
class Verification:
    """How many records were read, the last hash, and what is wrong with which record."""

    records: int
    head: str
    broken: tuple[tuple[int, str], ...]

    @property
    def holds(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.broken


def about(kind: str, key: str) -> QuerySet[Record]:
    """The acts about one subject, newest first."""
    return Record.objects.filter(subject_kind=kind, subject_key=key).order_by("-id")


def last(kind: str, key: str) -> Record | None:
    """The newest act about one subject."""
    return about(kind, key).first()


def verify() -> Verification:
    """Recompute the whole chain. Erased payloads (no salt) are left out; their hash still has to fit the chain."""
    previous, broken, count = GENESIS, [], 0
    salts = dict(Salt.objects.values_list("record", "salt"))
    for entry in Record.objects.order_by("id").iterator(chunk_size=CHUNK):
        count += 1
        if entry.previous != previous:
            broken.append((entry.pk, "前一条不符 · does not follow the record before"))
        salt = salts.get(entry.pk)
        if salt is not None and payload_hash(salt, private_part(entry)) != entry.payload_hash:
            broken.append((entry.pk, "内容被改 · the content was changed"))
        if link(entry.previous, public_part(entry)) != entry.hash:
            broken.append((entry.pk, "记录被改 · the record was changed"))
        previous = entry.hash
    return Verification(count, previous, tuple(broken))
