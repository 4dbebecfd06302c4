"""Writing an import (写入台账): every good row becomes a mine of the registry and statements of its facts, as one act.

All in one transaction, some hundreds of rows at a time so that memory stays small; a failure leaves nothing behind.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from greenmine.accounts.models import Person
from greenmine.editions.edition import Edition
from greenmine.facts import actions as facts
from greenmine.facts import bulk
from greenmine.facts.models import Relation
from greenmine.facts.statements import lowered_text
from greenmine.law import Fact
from greenmine.ledger import actions as ledger
from greenmine.registry import progress
from greenmine.registry import queries as registry
from greenmine.registry.actions import search_text
from greenmine.registry.import_reading import open_ledger, recognise
from greenmine.registry.ledgers.identifiers import credit_code_problem
from greenmine.registry.ledgers.rows import LedgerRow
from greenmine.registry.models import Enterprise, ImportBatch, ImportMatch, Mine, MineName, MiningRight
from greenmine.registry.numbers import take
from greenmine.registry.scale import size_class

MATCHES_AT_ONCE = 500
CHUNK = 500
State = ImportBatch.State
SUBJECTS = {"holder": "enterprise", "region": "region"}
# What a thing is, rather than how it stands on a day: it holds for all earlier days too.
TIMELESS_TYPES = frozenset({"text", "division", "year"})
TIMELESS = frozenset({"mineral", "longitude", "latitude"})
MINE = (
    "key",
    "name",
    "region_code",
    "mineral",
    "ledger_number",
    "holder",
    "longitude",
    "latitude",
    "search",
    "act",
    "recorded_at",
)
RIGHT = ("mine", "licence_number", "holder", "minerals", "act", "recorded_at")
RELATION = ("path", "subject_kind", "subject_key", "other_kind", "other_key", "act", "recorded_at")


@dataclass(frozen=True, slots=True)
class Placed:
    """A row with the mine and holder it belongs to."""

    row: LedgerRow
    mine: str
    holder: str


@transaction.atomic
def write(edition: Edition, batch: ImportBatch) -> ImportBatch:
    """Write the batch's good rows; ends committed, or leaves everything as it was."""
    writer = _Writer(edition, batch)
    rows = list(writer.good_rows())
    writer.recognise_again(rows)
    with _lasting_objects_set_apart():
        for done, chunk in enumerate(bulk.chunks(rows, CHUNK), start=1):
            writer.write(chunk)
            progress.tell(batch.job, min(done * CHUNK, len(rows)), len(rows))
    batch.state, batch.done, batch.committed_at = State.COMMITTED, len(rows), writer.at
    batch.save(update_fields=["state", "done", "committed_at"])
    by = Person.objects.filter(pk=batch.committed_by_id or 0).first()
    ledger.record(
        "registry.ledger_imported", subject=("import", str(batch.pk)), by=by or batch.uploaded_by,
        on=batch.committed_on or batch.as_of, region_code=batch.region_code,
        zh=f"导入台账 {batch.filename}：{len(rows)} 座矿山（共 {batch.rows} 行）",
        en=f"ledger {batch.filename} imported: {len(rows)} mines of {batch.rows} rows",
        payload={"sha256": batch.sha256, "rows": batch.rows, "written": len(rows), "as_of": batch.as_of.isoformat()},
    )  # fmt: skip
    return batch


@contextmanager
def _lasting_objects_set_apart() -> Iterator[None]:
    """The edition's and the ledger's objects stay; looking through them for garbage again and again costs a quarter more."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


class _Writer:
    """Holds what all chunks of one import share: the edition, the act, the moment, the enterprises met so far."""

    def __init__(self, edition: Edition, batch: ImportBatch) -> None:
        self.edition, self.batch, self.act, self.at = edition, batch, batch.act, timezone.now()
        self.matches = {m.row: m for m in ImportMatch.objects.filter(batch=batch).only("row", "how", "mine_key")}
        self.firms: dict[str, Enterprise] = {}

    def good_rows(self) -> Iterator[LedgerRow]:
        """The rows to write: without errors, and recognised or new."""
        errors = self.batch.problems.filter(is_error=True, row__isnull=False)
        bad = set(errors.values_list("row", flat=True))
        for row in open_ledger(self.edition, self.batch).rows:
            if row.number not in bad and self.matches[row.number].how != ImportMatch.How.AMBIGUOUS:
                yield row

    def recognise_again(self, rows: list[LedgerRow]) -> None:
        """Since the preview another import may have registered these mines, or an undone one taken them away."""
        prefix = self.edition.divisions.prefix(self.batch.region_code) if self.batch.region_code else ""
        within = registry.standing_mines().filter(region_code__startswith=prefix)
        standing = set(within.values_list("key", flat=True))
        changed = []
        for row, now in zip(rows, recognise(self.edition, rows), strict=True):
            match = self.matches[row.number]
            if match.how == ImportMatch.How.PERSON and match.mine_key in {"", *standing}:
                continue
            found = now.mines[0] if len(now.mines) == 1 and now.mines[0] in standing else ""
            if match.mine_key not in standing and match.mine_key != found:
                match.mine_key, match.how = found, now.how if found else ImportMatch.How.NEW
                changed.append(match)
        ImportMatch.objects.bulk_update(changed, ["mine_key", "how"], batch_size=CHUNK)

    def write(self, rows: list[LedgerRow]) -> None:
        """Registry rows first, then relations, then facts: the stored sheets then find their holders."""
        holders = self._holders(rows)
        fresh = [row for row in rows if not self.matches[row.number].mine_key]
        numbers = dict(zip((row.number for row in fresh), take("mine", len(fresh)) if fresh else [], strict=True))
        placed = [
            Placed(row, self.matches[row.number].mine_key or numbers[row.number], holders.get(row.number, ""))
            for row in rows
        ]
        self._mines([one for one in placed if one.row.number in numbers])
        self._say_which(numbers)
        self._known([one for one in placed if one.row.number not in numbers])
        mines = {mine.key: mine for mine in Mine.objects.filter(key__in=[one.mine for one in placed])}
        self._rights(placed, mines)
        self._relations(placed, mines)
        facts.record(self.edition, [row for one in placed for row in self._statements(one)], act=self.act, at=self.at)

    def _say_which(self, numbers: Mapping[int, str]) -> None:
        """Remember which mine each new row became, so that the import's page leads there."""
        became = [self.matches[row] for row in numbers]
        for match in became:
            match.mine_key = numbers[match.row]
        ImportMatch.objects.bulk_update(became, ["mine_key"], batch_size=MATCHES_AT_ONCE)

    # -- registry -------------------------------------------------------------------------------------------------

    def _holders(self, rows: Iterable[LedgerRow]) -> dict[int, str]:
        """Row number → key of its holder, known or newly registered."""
        asked = {row.number: _holder(row) for row in rows}
        wanted = {
            code or name: (name or code, code, row.region_code or "")
            for row in rows
            for name, code in (asked[row.number],)
            if (name or code) and (code or name) not in self.firms
        }
        self._find_firms(wanted)
        return {number: self.firms[code or name].key for number, (name, code) in asked.items() if name or code}

    def _find_firms(self, wanted: Mapping[str, tuple[str, str, str]]) -> None:
        """The enterprises known by these codes or names; the others are registered, all at once."""
        known = Enterprise.objects.filter(withdrawn_at__isnull=True)
        by_code = {
            firm.credit_code: firm for firm in known.filter(credit_code__in=[c for _, c, _ in wanted.values() if c])
        }
        names = [name for name, code, _ in wanted.values() if not code]
        by_name = {firm.name: firm for firm in known.filter(name__in=names).order_by("-id")}
        found = {key: by_code.get(code) if code else by_name.get(name) for key, (name, code, _) in wanted.items()}
        fresh = [key for key, firm in found.items() if firm is None]
        numbers = take("enterprise", len(fresh)) if fresh else []
        made = [
            Enterprise(
                key=number, name=wanted[key][0], credit_code=wanted[key][1], region_code=wanted[key][2], act=self.act,
                recorded_at=self.at,
            )
            for key, number in zip(fresh, numbers, strict=True)
        ]  # fmt: skip
        Enterprise.objects.bulk_create(made, batch_size=CHUNK)
        self.firms |= {key: firm for key, firm in found.items() if firm is not None}
        self.firms |= dict(zip(fresh, made, strict=True))

    def _mines(self, fresh: list[Placed]) -> None:
        """New mines with their names."""
        bulk.insert(Mine, MINE, (self._mine(one) for one in fresh))
        ids = dict(Mine.objects.filter(key__in=[one.mine for one in fresh]).values_list("key", "id"))
        names = ((ids[one.mine], _name(one.row), self.act) for one in fresh)
        bulk.insert(MineName, ("mine", "name", "act"), names)

    def _mine(self, one: Placed) -> tuple[Any, ...]:
        row, firm = one.row, self._firm_of(one)
        number = "" if row.id == f"row-{row.number}" else row.id
        words = [_name(row), one.mine, number, firm.name if firm else "", row.texts.get("mining_license_number", "")]
        longitude, latitude = self._point(row)
        return (
            one.mine, _name(row), row.region_code or self.batch.region_code, self._mineral(row), number,
            firm.pk if firm else None, longitude, latitude, search_text(words), self.act, self.at,
        )  # fmt: skip

    def _known(self, known: list[Placed]) -> None:
        """Mines already registered: only what is still missing of them is filled in; nothing is renamed or transferred."""
        mines = {mine.key: mine for mine in Mine.objects.filter(key__in=[one.mine for one in known])}
        for one in known:
            mine, firm = mines[one.mine], self._firm_of(one)
            mine.mineral = mine.mineral or self._mineral(one.row)
            mine.holder = mine.holder or firm
            if mine.longitude is None:
                mine.longitude, mine.latitude = self._point(one.row)
            if not mine.ledger_number and one.row.id != f"row-{one.row.number}":
                mine.ledger_number = one.row.id
            mine.search = search_text([*mine.search.split(), mine.ledger_number, firm.name if firm else ""])
        Mine.objects.bulk_update(
            mines.values(), ["mineral", "holder", "longitude", "latitude", "ledger_number", "search"], batch_size=100
        )

    def _rights(self, placed: list[Placed], mines: Mapping[str, Mine]) -> None:
        """A mining right for each licence number not yet recorded of its mine."""
        known = MiningRight.objects.filter(mine__in=mines.values(), withdrawn_at__isnull=True)
        recorded = set(known.values_list("mine_id", "licence_number"))
        rows = []
        for one in placed:
            licence = one.row.texts.get("mining_license_number", "")
            mine, firm = mines[one.mine], self._firm_of(one)
            if licence and (mine.pk, licence) not in recorded:
                minerals = [self._mineral(one.row)] if self._mineral(one.row) else []
                rows.append((mine.pk, licence, firm.pk if firm else None, minerals, self.act, self.at))
        bulk.insert(MiningRight, RIGHT, rows)

    def _relations(self, placed: list[Placed], mines: Mapping[str, Mine]) -> None:
        """Who holds a mine, where the registry agrees with the row and does not yet say so."""
        keys = [one.mine for one in placed]
        said = Relation.objects.filter(
            path="holder", subject_kind="mine", subject_key__in=keys, withdrawn_at__isnull=True
        )
        known = set(said.values_list("subject_key", flat=True))
        rows = []
        for one in placed:
            firm = self._firm_of(one)
            if firm and one.mine not in known and mines[one.mine].holder_id == firm.pk:
                rows.append(("holder", "mine", one.mine, "enterprise", firm.key, self.act, self.at))
        bulk.insert(Relation, RELATION, rows)

    def _firm_of(self, one: Placed) -> Enterprise | None:
        name, code = _holder(one.row)
        return self.firms.get(code or name)

    def _mineral(self, row: LedgerRow) -> str:
        value = row.facts.get("mineral")
        return "" if value is None else str(self.edition.dictionary["mineral"].show(value))

    def _point(self, row: LedgerRow) -> tuple[Decimal | None, Decimal | None]:
        shown = [self._shown(name, row.facts.get(name)) for name in ("longitude", "latitude")]
        if None in shown:
            return None, None
        return Decimal(str(shown[0])), Decimal(str(shown[1]))

    def _shown(self, name: str, value: Any) -> Any:
        shown = None if value is None else self.edition.dictionary[name].show(value)
        return None if shown == "none" else shown

    # -- facts ----------------------------------------------------------------------------------------------------

    def _statements(self, one: Placed) -> Iterator[tuple[Any, ...]]:
        """The rows of fact records that a ledger row states."""
        batch = self.batch
        for name, value in (*one.row.facts.items(), *self._texts(one.row)):
            fact, kind, key = self._about(name, one)
            if key:
                yield self._record(kind, key, fact, value, batch.source, batch.organisation, batch.source_label)
        if "scale" in self.edition.dictionary and one.row.facts.get("scale") is None:
            made = size_class(self.edition, one.row.facts, on=batch.as_of)
            if made is not None and made.sure:
                fact = self.edition.dictionary["scale"]
                yield self._record("mine", one.mine, fact, fact.parse(made.code), "system", "", made.words["zh"])

    def _record(
        self, kind: str, key: str, fact: Fact, value: Any, source: str, organisation: str, label: str
    ) -> tuple[Any, ...]:
        timeless = fact.type in TIMELESS_TYPES or fact.name in TIMELESS
        since: date | None = None if timeless else self.batch.as_of
        moment: datetime = self.at
        return (
            kind, key, fact.name, lowered_text(fact, value), since, None, source, organisation, label, [], "", self.act,
            moment,
        )  # fmt: skip

    def _texts(self, row: LedgerRow) -> Iterator[tuple[str, str]]:
        for name, text in row.texts.items():
            if name in self.edition.dictionary and self.edition.dictionary[name].type == "text" and text:
                yield name, text

    def _about(self, name: str, one: Placed) -> tuple[Fact, str, str]:
        """The fact, and the subject it is stated of: the mine, its holder, or its region."""
        fact = self.edition.dictionary[name]
        path = name.partition(".")[0] if "." in name else ""
        key = {"": one.mine, "holder": one.holder, "region": one.row.region_code or ""}.get(path, "")
        return fact, SUBJECTS.get(path, "mine"), key


def _holder(row: LedgerRow) -> tuple[str, str]:
    """Name and credit code of the holder as the row has them; a code that fails its check is no code."""
    code = row.texts.get("holder_credit_code", "")
    return row.texts.get("holder_name", "")[:200], code if code and credit_code_problem(code) is None else ""


def _name(row: LedgerRow) -> str:
    """A mine without a name in the ledger is called by its number."""
    return (row.name or row.texts.get("mining_license_number", "") or row.id)[:200]
