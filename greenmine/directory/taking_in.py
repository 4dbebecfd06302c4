"""Files that come in (接收文件): read, shown with the problems of each row, then taken over by a person. Nothing is typed twice.

Formats: `directory` (entries of before, as history), `old-list` (city and county lists: history, never entries),
`mining-licences` (numbers and days from the mining-right system, as facts).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from greenmine.accounts import permissions as accounts
from greenmine.accounts.models import Organisation, Person
from greenmine.accounts.vocabulary import Level
from greenmine.directory import legacy, permissions, publishing
from greenmine.directory.acts import Act, event, lock, next_number, state_entry, write
from greenmine.directory.formats import DAY, FORMATS, Column, Format
from greenmine.directory.models import Entry, EntryEvent, ImportRow, IncomingFile, Tier
from greenmine.directory.permissions import LEVEL_OF_TIER, CannotExchange, check_words
from greenmine.editions import queries as editions
from greenmine.evidence import actions as evidence
from greenmine.facts import actions as facts
from greenmine.facts.statements import CannotState, Source, Statement
from greenmine.law.problems import ValueProblem
from greenmine.registry import queries as registry
from greenmine.registry.ledgers.grids import read_grids
from greenmine.registry.ledgers.opening import open_ledger
from greenmine.registry.ledgers.problems import LedgerRefused
from greenmine.registry.models import Mine, MiningRight

MOST_ROWS = 5000
MOST_HEADING_ROWS = 10
TIERS = {"国家级": Tier.NATIONAL, "省级": Tier.PROVINCIAL, "national": Tier.NATIONAL, "provincial": Tier.PROVINCIAL}
GONE = {"已移出": Entry.State.REMOVED, "已终止": Entry.State.ENDED}
LEVELS = {"city": "市州级", "county": "县级"}
EXCEL_EPOCH = date(1899, 12, 30)
Problem = dict[str, str]


@dataclass(frozen=True)
class Brought:
    """A file as it is brought: its format, what it is called, which document or system it comes from."""

    format: str
    title: str
    origin: str
    level: str = ""


@dataclass
class _Buffer:
    """The bytes of an upload, kept so that it can be read and then kept as evidence."""

    name: str
    data: bytes

    def chunks(self) -> Iterable[bytes]:
        """The content in one piece."""
        return (self.data,)


@transaction.atomic
def bring(
    brought: Brought, upload: evidence.Upload, *, by: Person, organisation: Organisation, on: date
) -> IncomingFile:
    """Read a file (预览): every row is shown with the mine it speaks of and what is wrong with it; nothing is taken over yet."""
    act = Act(by, organisation, on)
    found = FORMATS.get(brought.format)
    if found is None or not found.into:
        raise CannotExchange("请选择文件格式", "choose a format")
    _check_may_bring(found, act)
    title = check_words(brought.title, "名称", "what it is", CannotExchange, most=300)
    origin = check_words(brought.origin, "来源文件或系统", "where it comes from", CannotExchange, most=300)
    if found.id == "old-list" and brought.level not in LEVELS:
        raise CannotExchange("请选择名单级别（市州级或县级）", "say whether it is a city or a county list")
    buffer = _Buffer(str(upload.name), b"".join(upload.chunks()))
    rows = list(_rows(found, buffer))
    if not rows or len(rows) > MOST_ROWS:
        raise CannotExchange(f"文件应有 1 至 {MOST_ROWS} 行数据", f"the file has between 1 and {MOST_ROWS} rows")
    number = next_number("JS", on)
    file = evidence.keep(buffer, by=by, on=on, subject=("incoming", number), title=title[:200])
    made = IncomingFile.objects.create(
        number=number, format=found.id, title=title, origin=origin, organisation=organisation.key, region_code=organisation.division,
        options={"level": brought.level} if brought.level else {}, file=file, sha256=file.file_id, brought_by=act.who,
        brought_by_id=by.pk, brought_on=on,
    )  # fmt: skip
    reader = _Reader(found, act)
    read = [reader.row(line, values) for line, values in rows]
    ImportRow.objects.bulk_create(
        [ImportRow(file=made, row=one.row, values=one.values, mine=one.mine, problems=one.problems) for one in read]
    )
    made.bad = sum(bool(one.problems) for one in read)
    made.good = len(read) - made.bad
    made.save()
    write(
        act, "file_read", ("incoming", number), f"读取文件 {number}（{title}）：{made.good} 行可用，{made.bad} 行有问题",
        f"{number} read: {made.good} good rows, {made.bad} with problems", found.provisions, region=made.region_code,
    )  # fmt: skip
    return made


def _check_may_bring(found: Format, act: Act) -> None:
    verb = {"directory": "directory.enter", "old-list": "directory.change", "mining-licences": "exchange.run"}[found.id]
    permissions.check_is_of(act.by, act.organisation, on=act.on)
    accounts.check_can(act.by, verb, on=act.on, region=act.organisation.division)
    if found.id == "directory" and act.organisation.level not in LEVEL_OF_TIER.values():
        raise CannotExchange(*permissions.NO_LOWER_LIST)


def _rows(found: Format, buffer: _Buffer) -> Iterable[tuple[int, dict[str, str]]]:
    """Line number and values by column name; the heading row names the columns in Chinese or English."""
    try:
        grids = read_grids(open_ledger(buffer.data, buffer.name), buffer.name)
        lines = list(grids[0].rows()) if grids else []
    except LedgerRefused as refused:
        raise CannotExchange(refused.problems[0].zh, refused.problems[0].en) from None
    names = (
        {one.zh: one for one in found.columns}
        | {one.en: one for one in found.columns}
        | {one.name: one for one in found.columns}
    )
    at, columns = _heading(found, names, lines)
    for number, line in enumerate(lines[at + 1 :], at + 2):
        values = {
            column.name: _text(cell, column.type)
            for column, cell in zip(columns, line, strict=False)
            if column is not None
        }
        if any(values.values()):
            yield number, values


def _heading(
    found: Format, names: Mapping[str, Column], lines: Sequence[Sequence[object]]
) -> tuple[int, list[Column | None]]:
    """Where the heading row lies, and which column each of its cells names."""
    for at, line in enumerate(lines[:MOST_HEADING_ROWS]):
        columns = [names.get(str(cell).strip()) for cell in line]
        if sum(column is not None for column in columns) >= min(2, len(found.columns)):
            return at, columns
    wanted = "、".join(column.zh for column in found.columns)
    raise CannotExchange(f"未找到表头，应有：{wanted}", "there is no heading row with the columns of this format")


def _text(cell: object, kind: str) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and kind == DAY and 0 < cell < 100_000:  # noqa: PLR2004 -- a day as Excel counts it
        return (EXCEL_EPOCH + timedelta(days=int(cell))).isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell).strip()
    if text.startswith("'") and text[1:2] in "=+-@":
        text = text[1:]
    return text.replace("/", "-").replace(".", "-") if kind == DAY else text


class _Reader:
    """Reads rows of one file: recognises the mine, and says what is wrong, in words."""

    def __init__(self, found: Format, act: Act) -> None:
        self.format, self.act = found, act
        self.prefix = editions.active().divisions.prefix(act.organisation.division)
        self.seen: set[tuple[str, str]] = set()

    def row(self, line: int, values: dict[str, str]) -> ImportRow:
        """One row with its mine and its problems."""
        problems: list[Problem] = []
        for column in self.format.columns:
            value = values.get(column.name, "")
            if column.required and not value:
                problems.append(_problem(column.zh, "必填", "is required"))
            elif value and column.type == DAY:
                self._day(column.zh, column.name, value, problems)
            elif value and column.choices and value not in column.choices:
                problems.append(_problem(column.zh, f"只能为{'、'.join(column.choices)}", f"is not {value}"))
        mine = self._mine(values, problems)
        if mine is not None:
            self._fits(mine, values, problems)
        return ImportRow(row=line, values=values, mine=mine.key if mine else "", problems=problems)

    def _day(self, title: str, name: str, value: str, problems: list[Problem]) -> None:
        try:
            day = date.fromisoformat(value)
        except ValueError:
            problems.append(_problem(title, f"“{value}”不是日期（应为 2024-01-31）", f"“{value}” is no day"))
            return
        if day > self.act.on and name != "valid_until":
            problems.append(_problem(title, "不能晚于今天", "lies in the future"))

    def _mine(self, values: Mapping[str, str], problems: list[Problem]) -> Mine | None:
        mines = registry.standing_mines()
        if number := values.get("mine", ""):
            found = list(mines.filter(key=number)[:1])
        elif (licence := values.get("licence_number", "")) and self.format.id == "mining-licences":
            found = list(mines.filter(rights__licence_number=licence, rights__withdrawn_at__isnull=True).distinct()[:2])
            found = found or self._named(values)
        else:
            found = self._named(values)
        if len(found) != 1:
            zh = "未找到该矿山，请先登记矿山或填写矿山编号" if not found else "多座矿山符合，请填写矿山编号"
            en = (
                "no such mine: register it first, or give its number"
                if not found
                else "several mines fit: give the number"
            )
            problems.append(_problem("矿山名称", zh, en))
            return None
        if not found[0].region_code.startswith(self.prefix):
            problems.append(_problem("行政区划代码", "不在本地区", "lies outside this region"))
        return found[0]

    def _named(self, values: Mapping[str, str]) -> list[Mine]:
        region, name = values.get("region_code", ""), values.get("mine_name", "")
        return (
            list(registry.standing_mines().filter(names__name=name, region_code=region).distinct()[:2]) if name else []
        )

    def _fits(self, mine: Mine, values: Mapping[str, str], problems: list[Problem]) -> None:
        tier = values.get("tier", "")
        if (mine.key, tier) in self.seen:
            problems.append(_problem("矿山名称", "同一矿山在文件中重复", "stands in the file twice"))
        self.seen.add((mine.key, tier))
        if self.format.id == "directory" and tier in TIERS:
            self._entry(mine, TIERS[tier], values, problems)

    def _entry(self, mine: Mine, tier: Tier, values: Mapping[str, str], problems: list[Problem]) -> None:
        if LEVEL_OF_TIER[tier] != self.act.organisation.level:
            problems.append(_problem("名录级别", "该级名录不由本单位管理", "another authority keeps this directory"))
        standing = Entry.objects.filter(mine=mine.key, tier=tier, left_on__isnull=True).first()
        if standing is not None:
            problems.append(
                _problem("矿山名称", f"已在名录中（{standing.number}）", f"is listed already ({standing.number})")
            )
        gone = values.get("state", "") in GONE
        if gone != bool(values.get("left_on", "")):
            problems.append(_problem("移出日期", "与名录状态不一致", "does not fit the standing"))
        if values.get("left_on", "") and values["left_on"] < values.get("entered_on", ""):
            problems.append(_problem("移出日期", "早于纳入日期", "lies before the entry"))


def _problem(column: str, zh: str, en: str) -> Problem:
    return {"column": column, "zh": f"“{column}”{zh}", "en": f"“{column}” {en}"}


@transaction.atomic
def load(
    file: IncomingFile, *, by: Person, organisation: Organisation, on: date, good_only: bool = False
) -> IncomingFile:
    """Take a file over (确认导入). With bad rows it is refused unless a person says to take the good ones only."""
    now, act = lock(file), Act(by, organisation, on)
    _check_may_bring(FORMATS[now.format], act)
    if now.organisation != organisation.key:
        raise CannotExchange("该文件由其他单位接收", "this file was brought to another authority")
    if now.state != IncomingFile.State.PREVIEW:
        raise CannotExchange(f"该文件{now.get_state_display()}", f"this file is {now.state}")
    if now.bad and not good_only:
        raise CannotExchange(
            f"有 {now.bad} 行存在问题：请改正后重新上传，或选择只导入合格行",
            f"{now.bad} rows have problems: correct the file, or take the good rows only",
        )
    rows = [one for one in now.rows.order_by("row") if not one.problems]
    if not rows:
        raise CannotExchange("没有可导入的行", "there is no row to take over")
    loader: Callable[[IncomingFile, ImportRow, Act], str] = {
        "directory": _load_entry, "old-list": legacy.load_row, "mining-licences": _load_licence,
    }[now.format]  # fmt: skip
    for row in rows:
        row.result = loader(now, row, act)
    ImportRow.objects.bulk_update(rows, ["result"])
    now.state, now.loaded_by, now.loaded_on = IncomingFile.State.LOADED, act.who, on
    now.save()
    write(
        act, "file_loaded", ("incoming", now.number), f"导入 {now.number}（{now.title}）：{len(rows)} 行", f"{now.number} taken over: {len(rows)} rows",
        FORMATS[now.format].provisions, region=now.region_code, payload={"sha256": now.sha256, "rows": len(rows)},
    )  # fmt: skip
    return now


@transaction.atomic
def drop(file: IncomingFile, *, by: Person, organisation: Organisation, on: date) -> IncomingFile:
    """Do not take a file over (不予导入); it stays as it was brought."""
    now, act = lock(file), Act(by, organisation, on)
    permissions.check_is_of(by, organisation, on=on)
    if now.organisation != organisation.key or now.state != IncomingFile.State.PREVIEW:
        raise CannotExchange("该文件已处理或由其他单位接收", "this file was dealt with, or is another authority's")
    now.state = IncomingFile.State.DROPPED
    now.save()
    write(
        act,
        "file_dropped",
        ("incoming", now.number),
        f"不予导入 {now.number}",
        f"{now.number} was not taken over",
        region=now.region_code,
    )
    return now


def _load_entry(file: IncomingFile, row: ImportRow, act: Act) -> str:
    """An entry of before (历史名录): with its tier, its days and where it was published; as the list said it."""
    values, tier = row.values, TIERS[row.values["tier"]]
    mine = Mine.objects.select_related("holder").get(key=row.mine)
    if Entry.objects.filter(mine=mine.key, tier=tier, left_on__isnull=True).exists():
        raise CannotExchange(f"{mine.name}已在名录中", f"{mine.name} is listed already")
    left = date.fromisoformat(values["left_on"]) if values.get("left_on") else None
    state = GONE.get(values.get("state", ""), Entry.State.LISTED)
    entered = date.fromisoformat(values["entered_on"])
    entry = Entry.objects.create(
        number=next_number("ML", act.on), mine=mine.key, mine_name=mine.name, region_code=mine.region_code,
        holder=mine.holder.key if mine.holder else "", holder_name=mine.holder.name if mine.holder else "", tier=tier,
        owner=act.organisation.key, owner_name=act.organisation.name, state=state, entered_on=entered, left_on=left,
        decision_number=values["decision_number"][:100], certificate_number=values.get("certificate_number", "")[:100],
        edition=editions.active().id, legacy=True, source=f"{file.origin}（{file.number}）"[:300], entered_by=act.who, recorded_on=act.on,
    )  # fmt: skip
    event(
        entry, EntryEvent.Kind.IMPORTED, act, f"历史名录导入：{values['tier']}，{entered} 纳入（{entry.decision_number}），来源 {file.origin}",
        f"imported as history: entered on {entered}", ["cn-2024-1/2.3.b"], day=entered,
    )  # fmt: skip
    if left is not None:
        kind = EntryEvent.Kind.REMOVED if state == Entry.State.REMOVED else EntryEvent.Kind.ENDED
        event(
            entry,
            kind,
            act,
            f"{values['state']}（{left}，历史记录）",
            f"{state} on {left} (history)",
            ["cn-2024-1/2.3.b"],
            day=left,
        )
    state_entry(entry, act, "listed", since=entered, entered=True)
    if left is not None:
        state_entry(entry, act, "removed" if state == Entry.State.REMOVED else "none", since=left)
    publishing.publish(mine.key, on=act.on)
    return entry.number


def _load_licence(_: IncomingFile, row: ImportRow, act: Act) -> str:
    """Number and last day of a licence: the right of the registry, and the facts the law reads."""
    values, mine = row.values, Mine.objects.get(key=row.mine)
    until = date.fromisoformat(values["valid_until"])
    right, _made = MiningRight.objects.get_or_create(
        mine=mine, licence_number=values["licence_number"][:40], withdrawn_at=None,
        defaults={"holder": mine.holder, "recorded_at": datetime.now().astimezone()},
    )  # fmt: skip
    right.valid_until = until
    right.save(update_fields=["valid_until"])
    edition = editions.active()
    source = Source(_licence_source(act), act.organisation.key, act.who)
    said = [("mining_license_number", values["licence_number"]), ("mining_license_valid_until", until.isoformat())]
    try:
        facts.state_many(
            edition,
            [Statement("mine", mine.key, name, value) for name, value in said],
            source=source,
            act=f"licence:{right.pk}",
            imported=True,
        )
    except (CannotState, ValueProblem) as refused:
        raise CannotExchange(f"第 {row.row} 行：{refused.zh}", f"row {row.row}: {refused.en}") from None
    return f"{mine.key} {values['licence_number']}"[:64]


def _licence_source(act: Act) -> str:
    """Licences of the mining-right system speak for whoever granted them."""
    return act.organisation.actor if act.organisation.level == Level.COUNTY else "granting_authority"
