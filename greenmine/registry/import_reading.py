"""Reading an import (读取台账): the file's rows, what is wrong with them, and which mines they speak of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction

from greenmine.editions.edition import Edition
from greenmine.facts import bulk
from greenmine.registry import progress, queries
from greenmine.registry.confined import TooMuch, confined
from greenmine.registry.ledgers.ledger import Ledger, read_ledger
from greenmine.registry.ledgers.problems import NOTICE, LedgerProblem, LedgerRefused, refuse
from greenmine.registry.ledgers.rows import LedgerRow
from greenmine.registry.matching import Identity, Match, Register, doubles
from greenmine.registry.models import ImportBatch, ImportMatch, ImportProblem, MiningRight

State = ImportBatch.State
MOST_SECONDS = 300  # 60,000 rows take about six; a file that needs more is no ledger
MOST_MEGABYTES = 1500


def read(edition: Edition, batch: ImportBatch) -> ImportBatch:
    """Read the batch's file and keep the preview; a file that cannot be taken is refused with every reason."""
    batch.state = State.READING
    batch.save(update_fields=["state"])
    try:
        ledger = open_ledger(edition, batch)
    except LedgerRefused as refused:
        return _refused(batch, refused)
    progress.tell(batch.job, 0, len(ledger.rows))
    matches = recognise(edition, ledger.rows)
    problems = [*ledger.problems, *_outside(edition, batch, ledger.rows, matches), *_doubles(ledger.rows, matches)]
    bad = {one.row for one in problems if one.row is not None and one.severity != NOTICE}
    with transaction.atomic():
        _clear(batch)
        _keep_problems(batch, problems)
        _keep_matches(batch, ledger.rows, matches)
        batch.columns = [{"heading": c.heading, "role": c.role, "name": c.name, "unit": c.unit} for c in ledger.columns]
        batch.unmapped, batch.problem = list(ledger.unmapped), {}
        batch.rows, batch.bad_rows, batch.state = len(ledger.rows), len(bad), State.PREVIEW
        batch.save()
    progress.tell(batch.job, len(ledger.rows), len(ledger.rows))
    return batch


def open_ledger(edition: Edition, batch: ImportBatch) -> Ledger:
    """The batch's file as a ledger, read in a child with limits; LedgerRefused where it cannot be taken."""

    def ledger() -> Ledger:
        return read_ledger(
            Path(settings.DATA) / batch.path, batch.filename, dictionary=edition.dictionary,
            divisions=edition.divisions, mapping=batch.mapping,
        )  # fmt: skip

    try:
        return confined(ledger, seconds=MOST_SECONDS, megabytes=MOST_MEGABYTES)
    except TooMuch:
        raise refuse(
            f"“{batch.filename}”读取时占用的时间或内存超出限度：请删去空白行列和图片，或拆分后再导入",
            f"“{batch.filename}” needs more time or memory than is allowed: delete blank rows, columns and pictures, or split it",
        ) from None


def recognise(edition: Edition, rows: list[LedgerRow]) -> list[Match]:
    """Which mine of the registry each row speaks of."""
    register = _register()
    return [register.match(identity(edition, row)) for row in rows]


def identity(edition: Edition, row: LedgerRow) -> Identity:
    """What a row can be recognised by."""
    mineral = row.facts.get("mineral")
    return Identity(
        licence=row.texts.get("mining_license_number", ""),
        number=row.id if row.id != f"row-{row.number}" else "",
        name=row.name,
        region=row.region_code or "",
        mineral="" if mineral is None else str(edition.dictionary["mineral"].show(mineral)),
    )


def _register() -> Register:
    register = Register()
    known = queries.standing_mines().filter(ended_on__isnull=True)
    for key, number, name, region, mineral in known.values_list(
        "key", "ledger_number", "name", "region_code", "mineral"
    ).iterator():
        register.add(key, Identity("", number, name, region, mineral))
    rights = MiningRight.objects.filter(withdrawn_at__isnull=True, ended_on__isnull=True).exclude(licence_number="")
    for key, licence in rights.values_list("mine__key", "licence_number").iterator():
        register.add(key, Identity(licence=licence))
    return register


def _outside(
    edition: Edition, batch: ImportBatch, rows: list[LedgerRow], matches: list[Match]
) -> Iterator[LedgerProblem]:
    """Rows of another region, or recognised as a mine there: an authority writes only within its own."""
    prefix = edition.divisions.prefix(batch.region_code) if batch.region_code else ""
    recognised = {match.mines[0] for match in matches if len(match.mines) == 1} if prefix else set()
    foreign = set(queries.standing_mines().exclude(region_code__startswith=prefix).values_list("key", flat=True))
    foreign &= recognised
    for row, match in zip(rows, matches, strict=True):
        if row.region_code and not row.region_code.startswith(prefix):
            yield LedgerProblem(
                f"“{row.name}”在{edition.divisions.full_name(row.region_code)}，不在本单位辖区：请从文件中删去这一行",
                f"{row.name!r} lies in {row.region_code}, outside your region: take the row out of the file",
                row.number,
            )
        elif len(match.mines) == 1 and match.mines[0] in foreign:
            yield LedgerProblem(
                f"“{row.name}”的许可证号属于本单位辖区以外的一座矿山：请核对证号，或从文件中删去这一行",
                f"the licence number of {row.name!r} is that of a mine outside your region: check it, or take the row out",
                row.number,
            )


def _doubles(rows: list[LedgerRow], matches: list[Match]) -> Iterator[LedgerProblem]:
    for row, earlier in doubles((row.number, match) for row, match in zip(rows, matches, strict=True)).items():
        yield LedgerProblem(
            f"与第 {earlier} 行识别为同一座矿山：请合并为一行，或补填编号加以区分",
            f"recognised as the same mine as row {earlier}: make them one row, or tell them apart by a number",
            row,
        )


def _refused(batch: ImportBatch, refused: LedgerRefused) -> ImportBatch:
    with transaction.atomic():
        _clear(batch)
        _keep_problems(batch, list(refused.problems))
        batch.state = State.REFUSED
        batch.problem = {"zh": refused.problems[0].zh, "en": refused.problems[0].en}
        batch.save(update_fields=["state", "problem"])
    return batch


def _clear(batch: ImportBatch) -> None:
    ImportProblem.objects.filter(batch=batch).delete()
    ImportMatch.objects.filter(batch=batch).delete()


def _keep_problems(batch: ImportBatch, problems: list[LedgerProblem]) -> None:
    rows = ((batch.pk, p.row, p.column[:200], p.zh, p.en, p.severity != NOTICE) for p in problems)
    bulk.insert(ImportProblem, ("batch", "row", "column", "zh", "en", "is_error"), rows)


def _keep_matches(batch: ImportBatch, rows: list[LedgerRow], matches: list[Match]) -> None:
    kept = (
        (
            batch.pk,
            row.number,
            row.name[:200],
            match.how,
            match.mines[0] if len(match.mines) == 1 else "",
            list(match.mines),
            "",
        )
        for row, match in zip(rows, matches, strict=True)
    )
    bulk.insert(ImportMatch, ("batch", "row", "name", "how", "mine_key", "candidates", "decided_by"), kept)
