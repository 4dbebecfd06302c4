"""Imports (台账导入): a file is uploaded, read and shown, corrected by a person where needed, written as one act, undone.

Reading and writing are jobs of the worker (`tasks`); what a person does here only decides and queues. One import is one
act with the file's hash: everything it stated can be taken back together, and stays known as it was known.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from greenmine.accounts.models import Organisation, Person
from greenmine.editions import queries as editions
from greenmine.facts import actions as facts
from greenmine.facts.models import FactRecord
from greenmine.facts.statements import EARLIEST_DAY
from greenmine.ledger import actions as ledger
from greenmine.registry import progress, queries, tasks
from greenmine.registry.models import Enterprise, ImportBatch, ImportMatch, Mine, MineName, MiningRight
from greenmine.registry.permissions import NotAllowed, check_can_commit, check_can_undo, check_in_region

MEGABYTE = 1024 * 1024
State = ImportBatch.State


class Upload(Protocol):
    """A file as a form or a command brings it."""

    name: Any

    def chunks(self) -> Iterable[bytes]:
        """The content piece by piece."""
        ...


class CannotImport(ValueError):
    """Why a file cannot be taken or a step not be done now, in words."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en


def upload(upload_of: Upload, *, by: Person, organisation: Organisation, as_of: date) -> ImportBatch:
    """Take a ledger in (上传台账); the worker reads it. `as_of` is the day it speaks of."""
    if not EARLIEST_DAY <= as_of <= timezone.localdate():
        raise CannotImport(
            f"台账截至日应在 {EARLIEST_DAY.isoformat()} 至今天之间",
            f"the day a ledger speaks of lies between {EARLIEST_DAY.isoformat()} and today",
        )
    name = Path(str(upload_of.name)).name[:255]
    digest, place = _keep(upload_of, name)
    with transaction.atomic():
        batch = ImportBatch.objects.create(
            filename=name, sha256=digest, path=place, source=organisation.actor, source_label=organisation.name,
            organisation=organisation.key, region_code=organisation.division, as_of=as_of,
            uploaded_by=f"{organisation.name} · {by.name}", uploaded_by_id=by.pk, uploaded_at=timezone.now(),
        )  # fmt: skip
        tasks.read_import.enqueue(batch.pk)
    return batch


def remap(batch: ImportBatch, mapping: Mapping[str, str]) -> None:
    """Say what the headings mean (表头对应): heading → fact name, '' to leave a column aside; the file is read again."""
    if batch.state not in (State.PREVIEW, State.REFUSED):
        raise CannotImport(f"该导入{batch.get_state_display()}，不能再改表头", "the headings can no longer be changed")
    known = editions.active().dictionary
    for heading, name in mapping.items():
        if name and name not in known:
            raise CannotImport(f"“{heading}”对应的事实“{name}”不存在", f"{name!r}, given for {heading!r}, is no fact")
    batch.mapping, batch.state = {**batch.mapping, **mapping}, State.UPLOADED
    with transaction.atomic():
        batch.save(update_fields=["mapping", "state"])
        tasks.read_import.enqueue(batch.pk)


def recognise(batch: ImportBatch, row: int, mine_key: str, *, by: Person) -> None:
    """Say which mine a row speaks of (人工识别); an empty key makes it a new mine."""
    if batch.state != State.PREVIEW:
        raise CannotImport("只有待确认的导入可以识别", "rows can be recognised only before the import is written")
    if mine_key:
        found = queries.standing_mines().filter(key=mine_key).first()
        if found is None:
            raise CannotImport(f"没有编号为“{mine_key}”的矿山", f"there is no mine {mine_key!r}")
        check_in_region(editions.active().divisions.prefix(batch.region_code or "000000"), found.region_code)
    match = batch.matches.filter(row=row).first()
    if match is None:
        raise CannotImport(f"没有第 {row} 行", f"there is no row {row}")
    match.how, match.mine_key, match.decided_by = ImportMatch.How.PERSON, mine_key, by.name
    match.save(update_fields=["how", "mine_key", "decided_by"])


def commit(batch: ImportBatch, *, good_rows_only: bool, by: Person, on: date) -> None:
    """Have the import written (确认导入): all rows or, where a person chose so, the good ones only."""
    with transaction.atomic():
        held = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        held.good_rows_only = good_rows_only
        check_can_commit(held)
        held.state, held.committed_by_id, held.committed_on = State.COMMITTING, by.pk, on
        held.save(update_fields=["good_rows_only", "state", "committed_by_id", "committed_on"])
        progress.tell(held.job, 0, held.rows)
        tasks.write_import.enqueue(held.pk)
    batch.refresh_from_db()


@transaction.atomic
def undo(batch: ImportBatch, *, by: Person, on: date, reason: str = "") -> None:
    """Take an import back (撤销导入): its statements, and the mines and enterprises nobody else has said anything of."""
    held = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    check_can_undo(held)
    at = timezone.now()
    said = facts.withdraw(editions.active(), held.act)
    MiningRight.objects.filter(act=held.act, withdrawn_at__isnull=True).update(withdrawn_at=at)
    MineName.objects.filter(act=held.act, withdrawn_at__isnull=True).update(withdrawn_at=at)
    others = FactRecord.objects.filter(withdrawn_at__isnull=True)
    mines = Mine.objects.filter(act=held.act, withdrawn_at__isnull=True)
    mines.exclude(key__in=others.filter(subject_kind="mine").values("subject_key")).update(withdrawn_at=at)
    firms = Enterprise.objects.filter(act=held.act, withdrawn_at__isnull=True)
    firms = firms.exclude(mines__withdrawn_at__isnull=True, mines__isnull=False)
    firms.exclude(key__in=others.filter(subject_kind="enterprise").values("subject_key")).update(
        withdrawn_at=at, credit_code=""
    )
    held.state, held.undone_at = State.UNDONE, at
    held.save(update_fields=["state", "undone_at"])
    ledger.record(
        "registry.import_undone", subject=("import", str(held.pk)), by=by, on=on, region_code=held.region_code,
        zh=f"撤销导入 {held.filename}：{said} 条事实{'，' + reason if reason else ''}",
        en=f"import of {held.filename} undone: {said} statements", payload={"sha256": held.sha256},
    )  # fmt: skip
    batch.refresh_from_db()


def progress_of(batch: ImportBatch) -> progress.Progress:
    """How far reading or writing has come."""
    if batch.state in (State.COMMITTED, State.UNDONE):
        return progress.Progress(batch.rows, batch.rows)
    return progress.of(batch.job)


def _keep(upload_of: Upload, name: str) -> tuple[str, str]:
    """Write the upload below the data folder under its hash; its hash and place."""
    folder = Path(settings.DATA) / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, waiting = tempfile.mkstemp(dir=folder, prefix=".incoming-")
    digest, size = hashlib.sha256(), 0
    try:
        with os.fdopen(descriptor, "wb") as out:
            for chunk in upload_of.chunks():
                size += len(chunk)
                if size > settings.UPLOAD_BYTES:
                    raise CannotImport(
                        f"“{name}”超过 {settings.UPLOAD_BYTES // MEGABYTE} MB：请按地区拆成几个文件",
                        f"{name!r} is over {settings.UPLOAD_BYTES // MEGABYTE} MB: split it by region",
                    )
                digest.update(chunk)
                out.write(chunk)
        if size == 0:
            raise CannotImport(f"“{name}”是空文件", f"{name!r} is empty")
        place = folder / digest.hexdigest()
        Path(waiting).replace(place)
    finally:
        Path(waiting).unlink(missing_ok=True)
    return digest.hexdigest(), f"imports/{digest.hexdigest()}"


__all__ = ["CannotImport", "NotAllowed", "commit", "progress_of", "recognise", "remap", "undo", "upload"]
