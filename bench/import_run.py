"""What `./run bench import` does: a ledger of 60,000 rows, one in a hundred bad, read and written into a fresh database."""

from __future__ import annotations

import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from bench import page, rules_bench
from bench.measuring import say

ROWS, QUICK_ROWS, BAD_EVERY, SEED = 60_000, 1_000, 100, 7
ON = date(2026, 6, 30)
MEBIBYTE = 1024 * 1024
HEADINGS = (
    "矿山编号", "矿山名称", "采矿权人", "行政区代码", "矿种", "开采方式", "生产状态", "设计生产能力（万吨/年）",
    "保有可采储量（万吨）", "投产年份", "经度（东经）", "纬度（北纬）", "采矿许可证有效期至", "安全生产许可证有效期至", "备注",
)  # fmt: skip
BAD = {7: "很多", 12: "2026-02-30", 3: "999999"}  # a figure in words, a day that is none, a division that is none
RESULTS = Path(__file__).parent / "results" / "import.json"


def make_ledger(place: Path, rows: int, divisions: list[str]) -> None:
    """The workbook, written line by line so that it costs no memory."""
    chance, spoiled = random.Random(SEED), list(BAD)
    with xlsxwriter.Workbook(place, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("矿山台账")
        sheet.write(0, 0, "矿山台账")
        sheet.write_row(1, 0, HEADINGS)
        for number in range(rows):
            row: list[Any] = [
                f"G{number:06d}", f"第{number}号矿", f"矿业第{number // 3}有限公司", chance.choice(divisions),
                chance.choice(["煤", "金矿", "铁矿", "石灰岩"]), chance.choice(["露天", "地下"]),
                chance.choice(["生产", "停产", "在建"]), chance.randint(1, 1500), chance.randint(10, 90_000), f"{chance.randint(1980, 2025)}年",
                round(chance.uniform(93, 108), 6), round(chance.uniform(33, 42), 6),
                f"{chance.randint(2022, 2034)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
                f"{chance.randint(2022, 2034)}年{chance.randint(1, 12)}月{chance.randint(1, 28)}日", "",
            ]  # fmt: skip
            if number % BAD_EVERY == 0:
                at = spoiled[number // BAD_EVERY % len(spoiled)]
                row[at] = BAD[at]
            sheet.write_row(number + 2, 0, row)


def peak_mib() -> float:
    """The most memory this process has held so far."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / MEBIBYTE if sys.platform == "darwin" else most / 1024


class Steps:
    """Seconds and peak memory, step by step."""

    def __init__(self) -> None:
        self.done: list[dict[str, Any]] = []

    def take(self, name: str, run: Callable[[], Any]) -> Any:
        say(name)
        began = time.perf_counter()
        result = run()
        self.done.append(
            {"name": name, "seconds": round(time.perf_counter() - began, 2), "peak_mib": round(peak_mib(), 1)}
        )
        return result


def main(*, quick: bool) -> int:
    """Measure, print, write; 1 where other rows were found bad than those made bad."""
    rows = QUICK_ROWS if quick else ROWS
    with tempfile.TemporaryDirectory(prefix="greenmine-bench-") as folder:
        found = measure(Path(folder), rows)
    for line in found["steps"]:
        print(f"{line['name']:<24} {line['seconds']:>8.2f} s  {line['peak_mib']:>8.1f} MiB")
    print(found["said"])
    if not quick:
        rules_bench.write(found, RESULTS)
        page.write()
    return int(found["bad_rows"] != found["made_bad"] or found["written"] != rows - found["made_bad"])


def measure(folder: Path, rows: int) -> dict[str, Any]:
    """A database of its own in the folder, a province's official, the ledger through upload, reading and writing."""
    from greenmine.config import starting  # noqa: PLC0415 -- the folder first
    from greenmine.config.keys import make_key  # noqa: PLC0415

    os.environ.pop("GREENMINE_DATABASE_URL", None)
    began, steps = datetime.now(UTC), Steps()
    starting.prepare_folder(folder / "data")
    make_key(folder / "data")
    starting.set_up()
    steps.take("database made", starting.migrate)
    edition, organisation, person = steps.take("rulebook activated", _office)
    listed = sorted(
        {
            str(row.code)
            for row in edition.divisions.rows
            if str(row.code).startswith("62") and str(row.code)[4:] not in ("00", "01")
        }
    )
    place = folder / "台账.xlsx"
    steps.take("ledger made", lambda: make_ledger(place, rows, listed))
    batch = _import(steps, place, edition, organisation, person)
    from greenmine.registry.models import Mine  # noqa: PLC0415 -- after set-up

    written, size = Mine.objects.count(), place.stat().st_size
    return {
        "command": "./run bench import", "began": began.isoformat(timespec="seconds"), "rows": rows,
        "made_bad": len(range(0, rows, BAD_EVERY)), "bad_rows": batch.bad_rows, "written": written, "columns": len(HEADINGS),
        "size_mib": round(size / MEBIBYTE, 2), "database": "SQLite in a fresh file", "steps": steps.done,
        "said": f"{batch.bad_rows:,} rows found bad, {written:,} mines written.",
    }  # fmt: skip


def _office() -> tuple[Any, Any, Any]:
    from greenmine.accounts import actions as accounts  # noqa: PLC0415 -- after set-up
    from greenmine.editions import actions, queries  # noqa: PLC0415
    from greenmine.facts import actions as facts  # noqa: PLC0415

    actions.activate(queries.candidate_text(), by="bench", on=ON)
    facts.rebuild(queries.active(), on=ON)
    organisation = accounts.found_organisation(
        kind="authority",
        name="甘肃省自然资源厅",
        by=None,
        on=ON,
        level="province",
        division="620000",
        department="natural_resources",
    )
    asked = accounts.invite(organisation, username="bench", name="bench", role="clerk", by=None, on=ON)
    person = accounts.activate(username="bench", code=asked.code, password="a-ledger-of-60000-rows", on=ON)
    return queries.active(), organisation, person


def _import(steps: Steps, place: Path, edition: Any, organisation: Any, person: Any) -> Any:
    from django.core.files import File  # noqa: PLC0415 -- after set-up

    from greenmine.registry import import_reading, import_writing, imports  # noqa: PLC0415

    with place.open("rb") as content:
        upload = File(content, name=place.name)
        batch = steps.take("uploaded", lambda: imports.upload(upload, by=person, organisation=organisation, as_of=ON))
    steps.take("read and recognised", lambda: import_reading.read(edition, batch))
    batch.refresh_from_db()
    imports.commit(batch, good_rows_only=True, by=person, on=ON)
    fresh = type(batch).objects.get(pk=batch.pk)
    steps.take("written as one act", lambda: import_writing.write(edition, fresh))
    batch.refresh_from_db()
    return batch
