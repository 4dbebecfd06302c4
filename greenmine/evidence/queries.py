"""What can be asked: the evidence about a subject, and whether a kept file is still what it was."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from greenmine.evidence.models import File, Opening, Provenance
from greenmine.evidence.places import path_of

if TYPE_CHECKING:
    from django.db.models import QuerySet


def about(kind: str, key: str) -> QuerySet[Provenance]:
    """Everything brought about one subject, newest first."""
    return Provenance.objects.filter(subject_kind=kind, subject_key=key).select_related("file").order_by("-id")


def openings(kind: str, key: str) -> QuerySet[Opening]:
    """Who opened the files about one subject, newest first."""
    return (
        Opening.objects.filter(provenance__subject_kind=kind, provenance__subject_key=key)
        .select_related("provenance")
        .order_by("-id")
    )


def is_whole(file: File) -> bool:
    """Whether the content still has the hash it was kept under."""
    path = path_of(file.sha256)
    if not path.exists():
        return False
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest() == file.sha256
