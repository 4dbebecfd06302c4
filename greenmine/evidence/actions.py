"""What can happen: a file is kept, once, under its hash, and who brought it is remembered."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction

from greenmine.accounts import queries as accounts
from greenmine.accounts.models import Person
from greenmine.evidence.contents import NotKept, recognise
from greenmine.evidence.models import File, Opening, Provenance
from greenmine.evidence.places import path_of

MEGABYTE = 1024 * 1024


class Upload(Protocol):
    """A file as a form or a command brings it."""

    name: Any

    def chunks(self) -> Iterable[bytes]:
        """The content piece by piece."""
        ...


def keep(
    upload: Upload,
    *,
    by: Person,
    on: date,
    subject: tuple[str, str] = ("", ""),
    title: str = "",
    region_code: str = "",
) -> Provenance:
    """Keep a file as evidence of a subject (上传佐证). NotKept says why not. The same content is kept once."""
    name = Path(str(upload.name)).name[:255]
    folder = Path(settings.DATA) / "files"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, waiting = tempfile.mkstemp(dir=folder, prefix=".incoming-")
    try:
        with os.fdopen(descriptor, "wb") as out:
            digest, size = _receive(upload, out, name)
        recognised = recognise(Path(waiting), name)
        final = path_of(digest)
        final.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        Path(waiting).replace(final)
    finally:
        Path(waiting).unlink(missing_ok=True)
    organisation = accounts.main_organisation(by, on=on)
    now = datetime.now(UTC)
    with transaction.atomic():
        kept, _ = File.objects.get_or_create(
            sha256=digest, defaults={"size": size, "media_type": recognised.media_type, "kept_at": now}
        )
        return Provenance.objects.create(
            file=kept,
            name=name,
            title=title,
            subject_kind=subject[0],
            subject_key=subject[1],
            region_code=region_code,
            organisation=organisation.key if organisation else "",
            brought_by=by.name,
            on=on,
            at=now,
        )


def note_opening(found: Provenance, *, by: Person, on: date) -> Opening:
    """Remember that this person opens this file (查阅留痕), for whom he works on that day."""
    organisation = accounts.main_organisation(by, on=on)
    return Opening.objects.create(
        provenance=found,
        person=by.username,
        name=by.name,
        organisation=organisation.key if organisation else "",
        organisation_kind=organisation.kind if organisation else "",
        on=on,
        at=datetime.now(UTC),
    )


def _receive(upload: Upload, out: Any, name: str) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in upload.chunks():
        size += len(chunk)
        if size > settings.UPLOAD_BYTES:
            most = settings.UPLOAD_BYTES // MEGABYTE
            raise NotKept(
                f"文件“{name}”超过 {most} MB，请压缩或拆分后再上传。",
                f"“{name}” is larger than {most} MB; compress or split it.",
            )
        digest.update(chunk)
        out.write(chunk)
    return digest.hexdigest(), size
