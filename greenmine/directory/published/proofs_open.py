"""Open data (开放数据): once a day the published directory as CSV and JSON, with the log, dated, with hashes, kept for a year and more.

The files of a day lie in one folder that appears whole or not at all; the hashes of its files are a leaf of the public log.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from greenmine.directory.published.models import PublishedMine, PublishedNotice, Statement
from greenmine.directory.published.proofs_figures import figure
from greenmine.directory.published.proofs_log import positions
from greenmine.directory.published.proofs_status import status_list
from greenmine.publiclog import actions as publiclog
from greenmine.publiclog import queries as log

LEAF_KIND = "log.open-data"  # no act of the directory states this kind
MANIFEST = "manifest.json"
WITH_TEXTS = ("statements.json", "log.ndjson")
CHUNK = 2000
MEDIA_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".ndjson": "application/x-ndjson",
    ".txt": "text/plain; charset=utf-8",
}
COLUMNS: Mapping[str, str] = {
    "key": "矿山编号", "name": "矿山名称", "holder": "矿业权人", "credit_code": "统一社会信用代码", "province": "省级代码",
    "prefecture": "地级代码", "region_code": "县级代码", "place": "所在地", "mineral": "矿种代码", "mineral_zh": "矿种",
    "mineral_en": "矿种英文", "scale": "规模", "tier": "名录级别", "standing": "状态", "number": "名录编号", "entered_on": "入名录日期",
    "longitude": "经度", "latitude": "纬度", "changed_on": "更新日期",
}  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def folder() -> Path:
    """Where the days lie; within the folder of kept files, so that a backup has them."""
    return Path(settings.DATA) / "files" / "open"


def kept() -> list[dict[str, Any]]:
    """The days that are kept, newest first, each with its files, their hashes and sizes."""
    found = []
    for place in sorted(folder().glob("????-??-??"), reverse=True):
        if (place / MANIFEST).exists():
            manifest = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
            files = [{**one, "kept": (place / one["name"]).exists()} for one in manifest["files"]]
            found.append({**manifest, "files": files})
    return found


def file_of(day: str, name: str) -> Path | None:
    """A kept file; None where none of this name is kept, whatever the name tries to be."""
    try:
        place = folder() / date.fromisoformat(day).isoformat()
    except ValueError:
        return None
    return next((one for one in place.iterdir() if one.name == name), None) if place.is_dir() else None


def write_day(*, on: date, at: datetime | None = None) -> Path:
    """The files of a day; nothing is done again where they are kept already."""
    place = folder() / on.isoformat()
    if place.exists():
        return place
    making = folder() / f"{on.isoformat()}.new"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    checkpoint = log.checkpoint()  # before the log: what is exported then reaches at least as far
    rows = {
        "mines.csv": _csv(making / "mines.csv", _mines()),
        "mines.json": _json(making / "mines.json", "mines", _mines(), on),
        "notices.json": _json(making / "notices.json", "notices", _notices(), on),
        "statements.json": _json(making / "statements.json", "statements", _statements(), on),
        "log.ndjson": _lines(making / "log.ndjson", log.export()),
    }
    (making / "checkpoint.txt").write_text(checkpoint.note if checkpoint else "", encoding="utf-8")
    (making / "status-list.json").write_text(json.dumps(status_list(on=on, at=at)), encoding="utf-8")
    files = [_described(file, rows.get(file.name)) for file in sorted(making.iterdir())]
    moment = (at or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with transaction.atomic():  # short: whoever publishes meanwhile waits for no file
        leaf = publiclog.append(LEAF_KIND, on.isoformat(), {"files": files}, on=on)
        manifest = {"on": on.isoformat(), "at": moment, "sha256_in_log": leaf.sha256, "files": files}
        text = json.dumps(manifest, ensure_ascii=False, indent=1)
        (making / MANIFEST).write_text(text, encoding="utf-8")
        making.rename(place)
    return place


def forget_withdrawn(*, on: date) -> int:
    """Files with the texts of statements are kept of the newest day only, and not even of that once one of them was withdrawn.

    What they were stays provable: their hashes stand in the list of the day and in the public log. How many files went.
    """
    gone = 0
    for day in kept():
        is_old = day["on"] < on.isoformat()
        if is_old or log.withdrawn_since(str(day["sha256_in_log"])):
            for name in WITH_TEXTS:
                file = folder() / day["on"] / name
                gone += file.exists()
                file.unlink(missing_ok=True)
    return gone


def forget_old(*, on: date) -> int:
    """Days beyond the term go; what their files were stays in the public log. How many went."""
    first = (on - timedelta(days=figure("open-data-kept-days", on))).isoformat()
    old = [one for one in folder().glob("????-??-??") if one.name < first]
    for one in old:
        shutil.rmtree(one)
    return len(old)


def _described(file: Path, rows: int | None) -> dict[str, Any]:
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return {"name": file.name, "sha256": digest, "bytes": file.stat().st_size, "rows": rows}


def _mines() -> Iterator[dict[str, Any]]:
    names = list(COLUMNS)
    rows = PublishedMine.objects.order_by("key").values(*names)
    for row in rows.iterator(chunk_size=CHUNK):
        yield {name: _plain(row[name]) for name in names}


def _notices() -> Iterator[dict[str, Any]]:
    notices = PublishedNotice.objects.prefetch_related("rows").order_by("pk")
    for one in notices.iterator(chunk_size=CHUNK):
        yield {
            "number": one.number, "stage": one.stage, "office": one.office, "region_code": one.region_code,
            "title": {"zh": one.title_zh, "en": one.title_en}, "from_on": one.from_on.isoformat(),
            "until_on": one.until_on.isoformat(), "state": one.state, "outcome": {"zh": one.outcome_zh, "en": one.outcome_en},
            "mines": [{"key": row.mine, "name": row.name, "holder": row.holder, "result": {"zh": row.result_zh, "en": row.result_en}} for row in one.rows.all()],
        }  # fmt: skip


def _statements() -> Iterator[dict[str, Any]]:
    batch: list[Statement] = []
    for one in Statement.objects.order_by("pk").iterator(chunk_size=CHUNK):
        batch.append(one)
        if len(batch) == CHUNK:
            yield from _numbered(batch)
            batch = []
    yield from _numbered(batch)


def _numbered(batch: list[Statement]) -> Iterator[dict[str, Any]]:
    numbers = positions(batch)
    for one in batch:
        yield {
            "number": one.number, "kind": one.kind, "mine": one.mine, "mine_name": one.mine_name, "notice": one.notice,
            "region_code": one.region_code, "on": one.on.isoformat(), "title": {"zh": one.title_zh, "en": one.title_en},
            "body": one.body, "office": one.office, "by_enterprise": one.by_enterprise,
            "log_number": numbers.get(one.leaf) if one.leaf is not None else None,
            "withdrawn_on": _plain(one.withdrawn_on),
            "withdrawn": {"zh": one.withdrawn_zh, "en": one.withdrawn_en} if one.withdrawn_on else None,
        }  # fmt: skip


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _csv(file: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    """Codes as the header, Chinese below it; a text that a spreadsheet would run as a formula is kept from it."""
    count = 0
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        writer.writerow(COLUMNS.values())
        for row in rows:
            count += 1
            writer.writerow("" if value is None else _harmless(value) for value in row.values())
    return count


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _json(file: Path, name: str, rows: Iterable[Mapping[str, Any]], on: date) -> int:
    count = 0
    with file.open("w", encoding="utf-8") as out:
        out.write(f'{{"on":"{on.isoformat()}","{name}":[')
        for row in rows:
            out.write(("," if count else "") + "\n" + json.dumps(row, ensure_ascii=False, separators=(",", ":")))
            count += 1
        out.write("\n]}\n")
    return count


def _lines(file: Path, rows: Iterable[str]) -> int:
    count = 0
    with file.open("w", encoding="utf-8") as out:
        for row in rows:
            count += 1
            out.write(row + "\n")
    return count
