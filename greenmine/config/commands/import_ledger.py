"""`./run import FILE`: take a ledger into the database as one act of a named person, with progress, as the desk does."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from greenmine.config import starting
from greenmine.config.environment import read
from greenmine.config.keys import make_key
from greenmine.config.starting import refuse, say

if TYPE_CHECKING:
    from greenmine.accounts.models import Person
    from greenmine.registry.models import ImportBatch

PROBLEMS_SHOWN = 50


def parser() -> argparse.ArgumentParser:
    """The command's arguments; `--help` prints them."""
    arguments = argparse.ArgumentParser(
        prog="./run import", description="导入台账 · Take a ledger (.xlsx .xls .csv) into the database, as one act."
    )
    arguments.add_argument("file", type=Path, metavar="FILE")
    arguments.add_argument(
        "--as", dest="username", required=True, metavar="USERNAME", help="who imports it: a sign-in name"
    )
    arguments.add_argument(
        "--as-of", type=date.fromisoformat, metavar="DATE", help="day the ledger speaks of (default: today)"
    )
    arguments.add_argument("--good-rows-only", action="store_true", help="leave rows with problems out")
    arguments.add_argument("--preview", action="store_true", help="read and show, write nothing")
    arguments.add_argument("--data", type=Path, metavar="DIR", help="data folder (default ./data)")
    return arguments


def main(argv: Sequence[str]) -> int:
    """Read, show what is wrong, and write; 0 when written (or previewed), otherwise a sentence and 2."""
    options = parser().parse_args(argv)
    data = options.data.resolve() if options.data else read("GREENMINE_DATA")
    starting.prepare_folder(data)
    make_key(data)
    starting.set_up()
    starting.migrate()
    if not options.file.is_file():
        return refuse(f"找不到文件 {options.file} · there is no file {options.file}")
    from greenmine.accounts.models import Person  # noqa: PLC0415 -- after set-up

    person = Person.objects.filter(username=options.username, is_active=True).first()
    if person is None:
        return refuse(f"没有可用的账号“{options.username}” · there is no active account {options.username!r}")
    return _import(options, person)


def _import(options: argparse.Namespace, person: Person) -> int:
    from django.core.files import File  # noqa: PLC0415 -- after set-up

    from greenmine.accounts import permissions, queries  # noqa: PLC0415 -- after set-up
    from greenmine.accounts.permissions import NotAllowed  # noqa: PLC0415 -- after set-up
    from greenmine.editions import queries as editions  # noqa: PLC0415 -- after set-up
    from greenmine.registry import import_reading, import_writing, imports  # noqa: PLC0415 -- after set-up

    on = queries.today()
    try:
        permissions.check_can(person, "ledgers.import", on=on)
        edition = editions.active()
    except (NotAllowed, editions.NoEditionActive) as refused:
        return refuse(f"{refused.zh} · {refused.en}")
    organisation = queries.acting_for(person, "ledgers.import", on=on)
    if organisation is None:
        return refuse("该人员目前没有单位 · this person acts for no organisation")
    try:
        with options.file.open("rb") as content:
            upload = File(content, name=options.file.name)
            batch = imports.upload(upload, by=person, organisation=organisation, as_of=options.as_of or on)
        import_reading.read(edition, batch)
        batch.refresh_from_db()
        _show(batch)
        if options.preview or batch.state == batch.State.REFUSED:
            return 0 if options.preview and batch.state != batch.State.REFUSED else 2
        imports.commit(batch, good_rows_only=options.good_rows_only, by=person, on=on)
        import_writing.write(edition, type(batch).objects.get(pk=batch.pk))
    except (imports.CannotImport, imports.NotAllowed) as refused:
        return refuse(f"{refused.zh} · {refused.en}")
    batch.refresh_from_db()
    left = batch.rows - batch.done
    say(
        f"{batch.get_state_display()}：写入 {batch.done} 行，略过 {left} 行 · {batch.done} rows written, {left} left out（{batch.act}）"
    )
    return 0


def _show(batch: ImportBatch) -> None:
    """What was read, and what is wrong with it, on stderr."""
    if batch.problem:
        print(f"{batch.problem['zh']} · {batch.problem['en']}", file=sys.stderr)
    for problem in batch.problems.order_by("row", "id")[:PROBLEMS_SHOWN]:
        where = f"第 {problem.row} 行：" if problem.row else ""
        print(f"{where}{problem.zh} · {problem.en}", file=sys.stderr)
    say(f"{batch.rows} 行 · rows，{batch.bad_rows} 行有问题 · with problems")
