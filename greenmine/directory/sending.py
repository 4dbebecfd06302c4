"""Packages that go out (交换包): made from what is kept, with a manifest and hashes; a person hands them over and logs it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlsxwriter
from django.db import transaction
from django.utils import timezone

from greenmine.accounts.models import Organisation, Person
from greenmine.directory import permissions
from greenmine.directory.acts import Act, next_number, write
from greenmine.directory.formats import FORMATS, NUMBER, Format
from greenmine.directory.models import Delivery, Entry, OutgoingPackage, Removal, Tier
from greenmine.directory.permissions import CannotExchange, check_words
from greenmine.editions import queries as editions
from greenmine.evidence import actions as evidence
from greenmine.evidence.models import Provenance
from greenmine.facts import queries as facts
from greenmine.facts.models import CollectionRecord
from greenmine.papers.actions import Written
from greenmine.registry import queries as registry
from greenmine.registry.models import Mine

Row = dict[str, Any]
GUARDED = ("=", "+", "-", "@", "\t", "\r")
STATES = {
    "listed": "在册", "rectifying": "整改中", "removal_proposed": "在册", "removed": "已移出", "ended": "已终止",
}  # fmt: skip
WAYS = {
    "upload": ("系统上传", "uploaded"),
    "medium": ("介质交付", "handed over on a medium"),
    "mail": ("公文交换或邮件", "by official mail"),
    "interface": ("接口", "by an interface"),
}


@dataclass(frozen=True)
class Wanted:
    """What is asked for: the format, the days, for an extract its mines, the institution, purpose and consent."""

    format: str
    until_on: date
    from_on: date | None = None
    mines: Sequence[str] = ()
    recipient: str = ""
    purpose: str = ""


@transaction.atomic
def make_package(
    wanted: Wanted, *, by: Person, organisation: Organisation, on: date, consent: evidence.Upload | None = None
) -> OutgoingPackage:
    """Make a package (生成交换包) of one's own region: rows as CSV and XLSX, manifest with hashes. Nothing undecided is in it."""
    act = Act(by, organisation, on)
    permissions.check_can_exchange(by, organisation, on=on)
    found = FORMATS.get(wanted.format)
    if found is None or not found.out:
        raise CannotExchange("请选择交换格式", "choose a format")
    if wanted.until_on > on or (wanted.from_on is not None and wanted.from_on > wanted.until_on):
        raise CannotExchange("起止日期有误", "these days are no period up to today")
    recipient = check_words(
        wanted.recipient or found.recipient["zh"], "接收单位", "the recipient", CannotExchange, most=200
    )
    kept_consent = _consent(found, wanted, consent, act) if found.consent else None
    prefix = editions.active().divisions.prefix(organisation.division)
    rows = ROWS[found.id](Selected(prefix, wanted.from_on, wanted.until_on, tuple(wanted.mines)))
    if found.consent and not rows:
        raise CannotExchange("所选矿山不在本地区", "none of these mines lies in this region")
    _check_rows(found, rows)
    number = next_number("JH", on)
    content = _packed(found, rows, number, act)
    file = evidence.keep(
        Written(f"{number}-{found.id}.zip", content), by=by, on=on, subject=("package", number), title=found.title["zh"][:200],
    )  # fmt: skip
    package = OutgoingPackage.objects.create(
        number=number, format=found.id, version=found.version, recipient=recipient, organisation=organisation.key,
        region_code=organisation.division, from_on=wanted.from_on, until_on=wanted.until_on, rows=len(rows), file=file,
        sha256=hashlib.sha256(content).hexdigest(), consent=kept_consent, purpose=wanted.purpose.strip()[:300],
        mines=sorted({str(row["_mine"]) for row in rows}), made_by=act.who, made_on=on,
    )  # fmt: skip
    write(
        act, "package_made", ("package", number), f"生成交换包 {number}：{found.title['zh']}，{len(rows)} 行，致{recipient}",
        f"package {number} made: {found.title['en']}, {len(rows)} rows", found.provisions, region=package.region_code,
        payload={"sha256": package.sha256, "format": found.id, "rows": len(rows)},
    )  # fmt: skip
    return package


def _consent(found: Format, wanted: Wanted, consent: evidence.Upload | None, act: Act) -> Provenance:
    """What is not public goes to a named institution, for a purpose, with the enterprise's consent, and only so."""
    check_words(wanted.recipient, "查询机构", "the institution", CannotExchange, most=200)
    check_words(wanted.purpose, "用途", "the purpose", CannotExchange, most=300)
    if not wanted.mines:
        raise CannotExchange("请选择矿山", "choose the mines")
    if consent is None:
        raise CannotExchange(
            f"“{found.title['zh']}”含非公开信息，须附企业授权书",
            "this extract holds what is not public: add the enterprise's consent",
        )
    return evidence.keep(consent, by=act.by, on=act.on, subject=("package", wanted.mines[0]), title="企业授权书")


def _check_rows(found: Format, rows: Iterable[Row]) -> None:
    """A package with a hole where the format knows none is not made: the mine and the column are named."""
    for row in rows:
        for column in found.columns:
            if column.required and row.get(column.name) in (None, ""):
                raise CannotExchange(
                    f"{row.get('mine_name', '')}缺“{column.zh}”，请补齐后再生成",
                    f"{row.get('mine_name', '')} has no {column.en}: complete it first",
                )


def _packed(found: Format, rows: Sequence[Row], number: str, act: Act) -> bytes:
    table, book = _csv(found, rows), _xlsx(found, rows)
    manifest = {
        "number": number, "format": found.id, "version": found.version, "title": dict(found.title), "made_on": act.on.isoformat(),
        "organisation": act.organisation.name, "division": act.organisation.division, "rows": len(rows),
        "provisions": list(found.provisions), "columns": [one.as_json() for one in found.columns], "encoding": "UTF-8",
        "text_guard": "a text that begins with = + - @ carries a leading apostrophe",
        "files": {
            "data.csv": hashlib.sha256(table).hexdigest(),
            "data.xlsx": hashlib.sha256(book).hexdigest(),
        },
    }  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("data.csv", table)
        packed.writestr("data.xlsx", book)
        packed.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
    return out.getvalue()


def guarded(value: Any) -> str:
    """A cell as text that no spreadsheet takes for a formula."""
    text = "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
    return f"'{text}" if text.startswith(GUARDED) else text


def _csv(found: Format, rows: Sequence[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.zh for column in found.columns])
    writer.writerows([[guarded(row.get(column.name)) for column in found.columns] for row in rows])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _xlsx(found: Format, rows: Sequence[Row]) -> bytes:
    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"created": timezone.now().replace(tzinfo=None)})
    sheet = book.add_worksheet("data")
    for at, column in enumerate(found.columns):
        sheet.write_string(0, at, column.zh)
        sheet.set_column(at, at, 18)
        for line, row in enumerate(rows, 1):
            value = row.get(column.name)
            if column.type == NUMBER and isinstance(value, int):
                sheet.write_number(line, at, value)
            else:
                sheet.write_string(line, at, guarded(value))
    book.close()
    return out.getvalue()


@dataclass(frozen=True)
class Selected:
    """Which rows: of a region, of a period, for an extract of these mines."""

    prefix: str
    from_on: date | None
    until_on: date
    mines: tuple[str, ...] = ()

    def within(self, day: date | None) -> bool:
        """Whether a day lies in the period."""
        return day is not None and day <= self.until_on and (self.from_on is None or day >= self.from_on)


def _entries(selected: Selected) -> list[Entry]:
    found = Entry.objects.filter(region_code__startswith=selected.prefix, entered_on__lte=selected.until_on)
    return list(found.order_by("id"))


def _codes(keys: Iterable[str]) -> dict[str, Mine]:
    return {one.key: one for one in registry.standing_mines().select_related("holder").filter(key__in=list(keys))}


def _common(entry: Entry, mines: Mapping[str, Mine]) -> Row:
    mine = mines.get(entry.mine)
    return {
        "_mine": entry.mine, "mine": entry.mine, "mine_name": entry.mine_name, "region_code": entry.region_code,
        "holder": entry.holder_name, "credit_code": mine.holder.credit_code if mine and mine.holder else "", "entry": entry.number,
        "tier": {"national": "国家级", "provincial": "省级"}[entry.tier], "state": STATES[entry.state], "entered_on": entry.entered_on,
        "decision_number": entry.decision_number, "certificate_number": entry.certificate_number, "left_on": entry.left_on,
    }  # fmt: skip


def directory_rows(selected: Selected) -> list[Row]:
    """Every entry that stood or ended by the last day; with a first day, those that entered or left in the period."""
    entries = _entries(selected)
    mines = _codes(one.mine for one in entries)
    return [
        _common(one, mines)
        for one in entries
        if selected.from_on is None or selected.within(one.entered_on) or selected.within(one.left_on)
    ]


def rights_rows(selected: Selected) -> list[Row]:
    """The same, keyed by the mining licence; a mine whose licence number is not known is left to be completed."""
    rows = directory_rows(selected)
    mines = (
        registry.standing_mines().prefetch_related("rights").in_bulk([row["mine"] for row in rows], field_name="key")
    )
    for row in rows:
        mine = mines.get(row["mine"])
        held = [one for one in mine.rights.all() if one.withdrawn_at is None] if mine else []
        row["licence_number"] = next(
            (one.licence_number for one in sorted(held, key=lambda r: r.pk, reverse=True) if one.licence_number), ""
        )
    return rows


def _removal_grounds(entries: Iterable[Entry]) -> dict[int, str]:
    edition = editions.active()
    done = Removal.objects.filter(
        entry__in=[one.pk for one in entries], outcome=Removal.Outcome.REMOVED, notified_on__isnull=False
    )
    return {one.entry_id: edition.cite(one.provision) for one in done if edition.has_provision(one.provision)}


def credit_rows(selected: Selected) -> list[Row]:
    """One row for each entry and each removal of the period, for Credit China."""
    entries = _entries(selected)
    mines, grounds, rows = _codes(one.mine for one in entries), _removal_grounds(entries), []
    for one in entries:
        common = _common(one, mines)
        if selected.within(one.entered_on):
            rows.append({**common, "event": "入库", "on": one.entered_on})
        if one.state == Entry.State.REMOVED and selected.within(one.left_on):
            rows.append({**common, "event": "移出", "on": one.left_on, "ground": grounds.get(one.pk, "")})
    return rows


def bureau_rows(selected: Selected) -> list[Row]:
    """Entries, removals and penalties of the period, for the credit system."""
    rows = []
    for one in credit_rows(selected):
        kind = "在册" if one["event"] == "入库" else "移出"
        content = f"{one['tier']}绿色矿山名录" + (f"：{one['ground']}" if one.get("ground") else "")
        rows.append({**one, "event": kind, "document": one["decision_number"], "content": content})
    listed = {one.mine for one in _entries(selected)}
    rows.extend({**one, "event": "行政处罚"} for one in penalty_rows(selected) if one["_mine"] in listed)
    return rows


def penalty_rows(selected: Selected) -> list[Row]:
    """The penalties of mines and their holders in the region, the latest correction of each."""
    mines = registry.standing_mines().select_related("holder").filter(region_code__startswith=selected.prefix)
    by_key = {one.key: one for one in mines}
    holders = {one.holder.key: one for one in by_key.values() if one.holder}
    latest: dict[tuple[str, str, str], CollectionRecord] = {}
    for one in CollectionRecord.objects.filter(record="penalty", withdrawn_at__isnull=True).order_by("id"):
        if (one.subject_kind == "mine" and one.subject_key in by_key) or (
            one.subject_kind == "enterprise" and one.subject_key in holders
        ):
            latest[one.subject_kind, one.subject_key, one.row_key] = one
    rows = []
    for (kind, key, row_key), one in latest.items():
        mine = by_key[key] if kind == "mine" else holders[key]
        if not selected.within(one.from_on):
            continue
        fields = one.fields
        rows.append(
            {
                "_mine": mine.key, "mine_name": mine.name, "region_code": mine.region_code, "holder": mine.holder.name if mine.holder else "",
                "credit_code": mine.holder.credit_code if mine.holder else "", "document": str(fields.get("document") or row_key),
                "on": one.from_on, "content": str(fields.get("content") or fields.get("kind") or ""), "due_on": fields.get("due_on"),
                "closed_on": one.closed_on,
            }
        )  # fmt: skip
    return sorted(rows, key=lambda row: (str(row["on"]), row["document"]))


def extract_rows(selected: Selected) -> list[Row]:
    """Standing, history and risk of the chosen mines of the region: what is not known is said to be unknown."""
    chosen = (
        registry.standing_mines()
        .select_related("holder")
        .filter(key__in=selected.mines, region_code__startswith=selected.prefix)
    )
    edition = editions.active()
    sheets = facts.stored_sheets(edition, "mine", [one.key for one in chosen])
    rows = []
    for mine in chosen.order_by("key"):
        entries = {one.tier: one for one in Entry.objects.filter(mine=mine.key).order_by("id")}
        sheet = sheets.get(mine.key)
        own = [
            one for one in penalty_rows(Selected(selected.prefix, None, selected.until_on)) if one["_mine"] == mine.key
        ]

        def shown(name: str, sheet: Any = sheet) -> str:
            value = sheet.shown(name, edition.dictionary) if sheet is not None else None
            return "未知" if value is None else "无" if value == "none" else str(value)

        rows.append(
            {
                "_mine": mine.key, "mine_name": mine.name, "region_code": mine.region_code, "holder": mine.holder.name if mine.holder else "",
                "credit_code": mine.holder.credit_code if mine.holder else "",
                "national_state": STATES[entries[Tier.NATIONAL].state] if Tier.NATIONAL in entries else "未入名录",
                "provincial_state": STATES[entries[Tier.PROVINCIAL].state] if Tier.PROVINCIAL in entries else "未入名录",
                "history": "；".join(_history(list(entries.values()))), "penalties": len(own),
                "unperformed": shown("earliest_unperformed_penalty_due_on"), "accident": shown("safety_accident_level"),
                "environmental_event": shown("environmental_event_level"),
            }
        )  # fmt: skip
    return rows


def _history(entries: Sequence[Entry]) -> list[str]:
    return [
        f"{event.on} {event.zh}" for one in entries for event in one.events.filter(public=True).order_by("on", "id")
    ]


ROWS: Mapping[str, Callable[[Selected], list[Row]]] = {
    "directory": directory_rows,
    "mining-rights": rights_rows,
    "credit-china": credit_rows,
    "credit-bureau": bureau_rows,
    "penalties": penalty_rows,
    "bank-extract": extract_rows,
}


@dataclass(frozen=True)
class Handover:
    """How a package was handed over: which way, where, on which day."""

    way: str
    where: str
    day: date


@transaction.atomic
def hand_over(
    package: OutgoingPackage, handover: Handover, *, by: Person, organisation: Organisation, on: date
) -> Delivery:
    """Log that a package was handed over (交付登记): by whom, where, when."""
    act = Act(by, organisation, on)
    _check_own(package, act)
    if handover.way not in WAYS:
        raise CannotExchange("请选择交付方式", "say how it was handed over")
    where = check_words(handover.where, "交付地点或系统", "where it was handed over", CannotExchange, most=300)
    if not package.made_on <= handover.day <= on:
        raise CannotExchange("交付日期应在生成之后、今天以前", "it was handed over between its making and today")
    made = Delivery.objects.create(
        package=package, way=handover.way, where=where, on=handover.day, by=act.who, recorded_on=on
    )
    write(
        act, "package_delivered", ("package", package.number), f"{package.number} 交付：{where}（{handover.day}）",
        f"{package.number} handed over on {handover.day}", FORMATS[package.format].provisions, region=package.region_code,
    )  # fmt: skip
    return made


@transaction.atomic
def note_receipt(
    delivery: Delivery, number: str, *, day: date, upload: evidence.Upload | None = None, by: Person,
    organisation: Organisation, on: date,
) -> Delivery:  # fmt: skip
    """Log what the other side gave as a receipt (回执)."""
    act = Act(by, organisation, on)
    now = Delivery.objects.select_for_update(of=("self",)).select_related("package").get(pk=delivery.pk)
    _check_own(now.package, act)
    if now.receipt_on is not None:
        raise CannotExchange("回执已登记", "the receipt was logged already")
    words = check_words(number, "回执编号或说明", "the receipt's number", CannotExchange, most=100)
    if not now.on <= day <= on:
        raise CannotExchange("回执日期应在交付之后、今天以前", "the receipt's day lies between handing over and today")
    if upload is not None:
        now.receipt = evidence.keep(upload, by=by, on=on, subject=("package", now.package.number), title="交付回执")
    now.receipt_number, now.receipt_on = words, day
    now.save()
    write(
        act, "package_received", ("package", now.package.number), f"{now.package.number} 回执：{words}", f"{now.package.number}: receipt {words}",
        FORMATS[now.package.format].provisions, region=now.package.region_code,
    )  # fmt: skip
    return now


def _check_own(package: OutgoingPackage, act: Act) -> None:
    permissions.check_can_exchange(act.by, act.organisation, on=act.on)
    if package.organisation != act.organisation.key:
        raise CannotExchange("该交换包由其他单位生成", "this package is another authority's")
