"""What acts of the directory publish (公开写入): the only way anything becomes public, in the act's own transaction.

    publish_mine(PublicMine(...), on=)            a mine's row and page, made or renewed
    state(kind, mine=, notice=, region_code=, on=, title={zh,en}, body={…}, office=, files=())   a statement, into the public log
    publish_notice(PublicNoticeRow(...))          a notice with its mines, and its statement
    close_notice(number, outcome={zh,en}, on=)    the notice's end, and its statement
    withdraw(statement_number, reason={zh,en}, on=)
    unlist(mine_key)                              the mine's row and page go; its statements stay or are withdrawn one by one

People's names are redacted here whatever the caller gives (`redaction`), and only the keys of `redaction.PUBLIC_KEYS` pass.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction

from greenmine.directory.published import folding, places, redaction, tallies
from greenmine.directory.published.models import (
    Counter,
    Gram,
    MineDetail,
    NoticeRow,
    PublicFile,
    PublishedMine,
    PublishedNotice,
    SearchText,
    Standing,
    Statement,
    Tier,
)
from greenmine.editions import queries as editions
from greenmine.editions.edition import Edition
from greenmine.publiclog import actions as publiclog

Words = Mapping[str, str]
CHUNK = 500
LONGEST_TITLE = 300
LARGEST_FILE = 20 * 1024 * 1024
# Of several tiers the highest counts, and of one tier what stands before what has ended.
_TIERS = (Tier.NATIONAL, Tier.PROVINCIAL, "")
_STANDINGS = (
    Standing.LISTED, Standing.RECTIFYING, Standing.CHANGING, Standing.NOTICE, Standing.REMOVED, Standing.ENDED,
)  # fmt: skip


class CannotPublish(Exception):
    """Why something cannot be published or withdrawn, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class TierStanding:
    """Where a mine stands in one tier, as it may be known. A proposed removal is `listed`: nothing is decided."""

    tier: str  # provincial national, '' where only a notice runs
    standing: str  # listed rectifying changing notice removed ended
    number: str = ""
    entered_on: date | None = None
    until: date | None = None
    decision_number: str = ""
    certificate_number: str = ""
    owner: str = ""  # name of the owning authority
    reason: Words = field(default_factory=dict)  # of a removal or an end, with its clause


@dataclass(frozen=True)
class DimensionResult:
    """What an assessment found in one dimension (一级指标); points in hundredths."""

    title: Words
    points: int | None
    possible: int | None
    note: Words = field(default_factory=dict)


@dataclass(frozen=True)
class PublicMine:
    """Everything that is published about a mine. The point is coarsened here unless `released`."""

    key: str
    name: str
    region_code: str
    mineral: str = ""
    scale: str = ""
    holder: str = ""
    credit_code: str = ""
    standings: Sequence[TierStanding] = ()
    results: Sequence[DimensionResult] = ()
    results_of: Words = field(default_factory=dict)  # which assessment, by which standard, on which day
    why: Mapping[str, Any] = field(default_factory=dict)  # {decision, opinions: [], lines: [{zh,en,outcome,cite}], …}
    commitments: Sequence[Mapping[str, Any]] = ()  # [{title: {zh,en}, due_on, state}]
    longitude: float | None = None
    latitude: float | None = None
    released: bool | None = None  # None keeps what an authority decided before


@dataclass(frozen=True)
class NoticeMine:
    """One mine of a notice, with the proposed result in words."""

    mine: str
    name: str
    holder: str = ""
    region_code: str = ""
    result: Words = field(default_factory=dict)


@dataclass(frozen=True)
class PublicNoticeRow:
    """A public notice (公示): stage league, provincial or national; days inclusive."""

    number: str
    stage: str
    office: str
    organisation: str
    region_code: str
    title: Words
    from_on: date
    until_on: date
    contact: str
    mines: Sequence[NoticeMine]


@dataclass(frozen=True)
class OpenFile:
    """A paper copied for the public; whoever gives it has seen to it that it names nobody."""

    name: str
    media_type: str
    content: bytes


@transaction.atomic
def publish_mine(mine: PublicMine, *, on: date) -> PublishedMine:
    """A mine as the public sees it from now on: made, or renewed."""
    before = PublishedMine.objects.select_for_update().filter(key=mine.key).first()
    counted = tallies.cells(before) if before else []
    if mine.released is None:
        mine = replace(mine, released=bool(before and before.released))
    row = _row(mine, on, editions.active())
    if before:
        row.pk = before.pk
    row.save()
    MineDetail.objects.update_or_create(mine=row, defaults=_detail(mine, row, redaction.known_people()))
    _index(row)
    tallies.move(counted, tallies.cells(row))
    return row


@transaction.atomic
def publish_mines(mines: Iterable[PublicMine], *, on: date) -> int:
    """Many mines that were never published (legacy directories, benches): few statements instead of many."""
    rows, count, law, people = [], 0, editions.active(), redaction.known_people()
    for mine in mines:
        rows.append((mine, _row(mine, on, law)))
        if len(rows) == CHUNK:
            count += _write_many(rows, people)
            rows = []
    return count + _write_many(rows, people)


def _write_many(pairs: Sequence[tuple[PublicMine, PublishedMine]], people: Sequence[str]) -> int:
    rows = PublishedMine.objects.bulk_create([row for _, row in pairs])
    texts = [(row, _text(row)) for row in rows]
    MineDetail.objects.bulk_create([MineDetail(mine=row, **_detail(mine, row, people)) for mine, row in pairs])
    SearchText.objects.bulk_create([SearchText(mine=row, text=text) for row, text in texts])
    Gram.objects.bulk_create(
        [Gram(gram=gram, mine=row) for row, text in texts for gram in sorted(folding.grams(text))], batch_size=5000
    )
    tallies.move([], [cell for row in rows for cell in tallies.cells(row)])
    return len(rows)


def _row(mine: PublicMine, on: date, law: Edition) -> PublishedMine:
    best = _best(mine.standings)
    place = places.of(mine.region_code, on, law)
    point = places.point(mine.longitude, mine.latitude, on=on, released=bool(mine.released), law=law)
    mineral = places.mineral(mine.mineral, law)
    return PublishedMine(
        key=mine.key, name=mine.name, holder=redaction.holder_name(mine.holder, mine.credit_code),
        credit_code=mine.credit_code if redaction.holder_name(mine.holder, mine.credit_code) != redaction.PERSON else "",
        region_code=mine.region_code, prefecture=place.prefecture, province=place.province, place=place.name,
        mineral=mine.mineral, mineral_zh=mineral["zh"], mineral_en=mineral["en"], scale=mine.scale, tier=best.tier,
        standing=best.standing, number=best.number, entered_on=best.entered_on,
        year=best.entered_on.year if best.entered_on else 0, longitude=point.longitude, latitude=point.latitude,
        cell=point.cell, released=bool(mine.released), changed_on=on, changed_at=datetime.now(UTC),
    )  # fmt: skip


def _best(standings: Sequence[TierStanding]) -> TierStanding:
    """What the list shows: what stands before what ended, the higher tier before the lower."""
    if not standings:
        raise CannotPublish("未给出该矿山的名录状态，不能公开", "a mine without a standing is not published")
    ended = (Standing.REMOVED, Standing.ENDED)
    return min(
        standings, key=lambda one: (one.standing in ended, _TIERS.index(one.tier), _STANDINGS.index(one.standing))
    )


def _detail(mine: PublicMine, row: PublishedMine, people: Sequence[str]) -> dict[str, Any]:
    spare = (mine.name, row.holder, row.place)
    standings = [_plain(asdict(one)) for one in mine.standings]
    for one in standings:
        one["reason"] = {
            lang: redaction.scrub(text, spare=spare, people=people) for lang, text in one["reason"].items()
        }
    return {
        "standings": standings,
        "results": {
            "of": _plain(dict(mine.results_of)),
            "dimensions": redaction.scrubbed(
                [
                    {"title": dict(one.title), "points": one.points, "score": one.possible, "text": dict(one.note)}
                    for one in mine.results
                ],
                spare=spare,
                people=people,
            ),
        }
        if mine.results
        else {},
        "why": redaction.scrubbed(_plain(dict(mine.why)), spare=spare, people=people),
        "commitments": redaction.scrubbed(_plain([dict(one) for one in mine.commitments]), spare=spare, people=people),
    }


def _text(row: PublishedMine) -> str:
    return folding.search_text(
        (row.name, row.holder, row.place, row.mineral_zh, row.mineral_en, row.key, row.number, row.credit_code)
    )


def _index(row: PublishedMine) -> None:
    """Renew what the mine is found by; nothing is written where nothing changed."""
    text = _text(row)
    kept = SearchText.objects.filter(mine=row).first()
    if kept and kept.text == text:
        return
    SearchText.objects.update_or_create(mine=row, defaults={"text": text})
    wanted = folding.grams(text)
    have = set(Gram.objects.filter(mine=row).values_list("gram", flat=True))
    Gram.objects.filter(mine=row, gram__in=have - wanted).delete()
    Gram.objects.bulk_create([Gram(gram=gram, mine=row) for gram in sorted(wanted - have)])


@transaction.atomic
def unlist(mine_key: str) -> None:
    """The mine's row and page go (it should never have been public); what was stated stays until it is withdrawn."""
    row = PublishedMine.objects.select_for_update().filter(key=mine_key).first()
    if row is None:
        return
    tallies.move(tallies.cells(row), [])
    Gram.objects.filter(mine=row).delete()
    row.delete()


@transaction.atomic
def state(
    kind: str,
    *,
    region_code: str,
    on: date,
    title: Words,
    body: Mapping[str, Any],
    office: str,
    mine: str = "",
    notice: str = "",
    files: Sequence[OpenFile] = (),
    by_enterprise: bool = False,
    spare: Sequence[str] = (),
) -> Statement:
    """Publish a statement and commit to it in the public log, in the caller's transaction."""
    if kind not in Statement.Kind.values:
        raise CannotPublish(f"未知的公开类别：{kind}", f"no such kind of statement: {kind}")
    row = PublishedMine.objects.filter(key=mine).first() if mine else None
    place = places.of(region_code, on)
    known = (office, row.name if row else "", row.holder if row else "", row.place if row else "", place.name, *spare)
    names = {lang: redaction.scrub(text, spare=known)[:LONGEST_TITLE] for lang, text in title.items()}
    said = redaction.scrubbed(_plain(dict(body)), spare=known)
    copies = [_copy(one) for one in files]
    made = Statement(
        number=_number("GK", on, 6), kind=kind, mine=mine, mine_name=row.name if row else "", notice=notice,
        region_code=region_code, province=place.province, on=on, at=datetime.now(UTC), title_zh=names.get("zh", ""),
        title_en=names.get("en", ""), body=said, office=office, by_enterprise=by_enterprise,
    )  # fmt: skip
    leaf = publiclog.append(kind, mine or notice or region_code, committed(made, copies), on=on)
    made.leaf = leaf.pk
    made.save()
    for one in copies:
        one.statement = made
    PublicFile.objects.bulk_create(copies)
    return made


def committed(one: Statement, files: Sequence[PublicFile]) -> dict[str, Any]:
    """What the public log commits to: what a reader sees, and the hashes of the papers."""
    return {
        "number": one.number, "kind": one.kind, "mine": one.mine, "mine_name": one.mine_name, "notice": one.notice,
        "region_code": one.region_code, "on": one.on.isoformat(), "title": {"zh": one.title_zh, "en": one.title_en}, "body": one.body,
        "office": one.office, "by_enterprise": one.by_enterprise,
        "files": [{"name": file.name, "sha256": file.sha256} for file in files],
    }  # fmt: skip


def _copy(file: OpenFile) -> PublicFile:
    if len(file.content) > LARGEST_FILE:
        raise CannotPublish(f"公开文件“{file.name}”过大", f"the file “{file.name}” is too large to be published")
    return PublicFile(
        name=file.name[-255:], media_type=file.media_type, sha256=hashlib.sha256(file.content).hexdigest(),
        size=len(file.content), content=file.content,
    )  # fmt: skip


@transaction.atomic
def publish_notice(notice: PublicNoticeRow) -> PublishedNotice:
    """A public notice with its list, dates, days and contact, and the statement that it began."""
    made = PublishedNotice.objects.create(
        number=notice.number, stage=notice.stage, office=notice.office, organisation=notice.organisation,
        region_code=notice.region_code, province=places.of(notice.region_code, notice.from_on).province,
        title_zh=notice.title["zh"], title_en=notice.title.get("en", ""),
        contact=redaction.scrub(notice.contact, spare=(notice.office,)), from_on=notice.from_on, until_on=notice.until_on,
    )  # fmt: skip
    law = editions.active()
    rows = [
        NoticeRow(
            notice=made, order=order, mine=one.mine, name=one.name, holder=redaction.holder_name(one.holder),
            region_code=one.region_code, place=places.of(one.region_code, notice.from_on, law).name if one.region_code else "",
            result_zh=redaction.scrub(one.result.get("zh", ""), spare=(one.name, one.holder)),
            result_en=redaction.scrub(one.result.get("en", ""), spare=(one.name, one.holder)),
        )
        for order, one in enumerate(notice.mines, 1)
    ]  # fmt: skip
    NoticeRow.objects.bulk_create(rows)
    body = {
        "from_on": notice.from_on, "until_on": notice.until_on, "contact": notice.contact, "stage": notice.stage,
        "mines": [{"key": one.mine, "name": one.name, "holder": one.holder, "result": one.result_zh} for one in rows],
    }  # fmt: skip
    state(
        Statement.Kind.NOTICE, notice=notice.number, region_code=notice.region_code, on=notice.from_on, title=notice.title, body=body,
        office=notice.office, spare=[name for one in rows for name in (one.name, one.holder)],
    )  # fmt: skip
    return made


@transaction.atomic
def close_notice(number: str, outcome: Words | str, *, on: date, withdrawn: bool = False) -> PublishedNotice:
    """The end of a notice (公示结束), or its withdrawal, with its outcome in words."""
    found = PublishedNotice.objects.select_for_update().get(number=number)
    said = {"zh": outcome, "en": outcome} if isinstance(outcome, str) else outcome
    found.state = PublishedNotice.State.WITHDRAWN if withdrawn else PublishedNotice.State.ENDED
    found.outcome_zh, found.outcome_en = (redaction.scrub(said.get(lang, ""))[:500] for lang in ("zh", "en"))
    found.closed_on = on
    found.save()
    title = {"zh": f"{found.title_zh}：公示结束", "en": f"{found.title_en or found.title_zh}: notice ended"}
    if withdrawn:
        title = {"zh": f"{found.title_zh}：公示撤回", "en": f"{found.title_en or found.title_zh}: notice withdrawn"}
    body = {
        "outcome": {"zh": found.outcome_zh, "en": found.outcome_en},
        "from_on": found.from_on,
        "until_on": found.until_on,
    }
    state(
        Statement.Kind.NOTICE_END, notice=number, region_code=found.region_code, on=on, title=title, body=body, office=found.office
    )  # fmt: skip
    return found


@transaction.atomic
def withdraw(statement_number: str, reason: Words | str, on: date) -> Statement:
    """Withdraw a statement (撤回公开信息): its text goes, its number, day, reason and place in the log stay."""
    found = Statement.objects.select_for_update().filter(number=statement_number).first()
    if found is None:
        raise CannotPublish("没有这条公开信息", "there is no such statement")
    if found.withdrawn_on is not None:
        raise CannotPublish("该公开信息已撤回", "this statement was withdrawn already")
    said = {"zh": reason, "en": reason} if isinstance(reason, str) else reason
    if not said.get("zh", "").strip():
        raise CannotPublish("请说明撤回理由", "say why it is withdrawn")
    if found.leaf is not None:
        publiclog.withdraw(found.leaf, reason=redaction.scrub(said["zh"]), on=on)
    found.withdrawn_on = on
    found.withdrawn_zh, found.withdrawn_en = (
        redaction.scrub(said.get(lang, said["zh"]))[:500] for lang in ("zh", "en")
    )
    found.body, found.title_zh, found.title_en = {}, "", ""
    found.save()
    found.files.all().delete()
    return found


def _number(letters: str, on: date, digits: int) -> str:
    """The next number of a year; two transactions never get the same."""
    kind = f"{letters}-{on.year}"
    Counter.objects.get_or_create(kind=kind)
    counter = Counter.objects.select_for_update().get(kind=kind)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{kind}-{counter.last:0{digits}d}"


def _plain(value: Any) -> Any:
    """Days as text; everything else as JSON has it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
