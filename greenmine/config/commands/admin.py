"""`./run admin`: the operator's commands: prepare a data folder, first people, backup, verify."""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import tarfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from greenmine.config import starting
from greenmine.config.environment import read
from greenmine.config.keys import make_key
from greenmine.config.starting import refuse, say


def parser() -> argparse.ArgumentParser:
    """The command's arguments; `--help` prints them."""
    arguments = argparse.ArgumentParser(prog="./run admin", description="运维命令 · operator's commands")
    arguments.add_argument("--data", type=Path, metavar="DIR", help="data folder (default ./data)")
    commands = arguments.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("prepare", help="建立数据目录、密钥和数据表 · folder, key and tables")
    first = commands.add_parser(
        "first-operator", help="建立运行单位和首位运维人员，打印激活码 · house, first operator, code"
    )
    first.add_argument("--organisation", required=True)
    first.add_argument("--name", required=True)
    first.add_argument("--username", required=True)
    commands.add_parser("verify", help="核对行为台账链和佐证文件 · check the ledger's chain and the kept files")
    commands.add_parser("migrate", help="更新数据表 · bring the tables up to date")
    back = commands.add_parser("backup", help="备份数据目录（SQLite）· a copy of the data folder")
    back.add_argument("to", type=Path, metavar="FILE.tar.gz")
    commands.add_parser("jobs", help="后台任务：等待、卡住、失败 · jobs that wait, are stuck, failed")
    retry = commands.add_parser("retry", help="重新排队失败的任务 · queue a failed job again")
    retry.add_argument("job")
    for named in commands.choices.values():
        named.add_argument("--data", type=Path, metavar="DIR", default=argparse.SUPPRESS, help="data folder")
    return arguments


def main(argv: Sequence[str]) -> int:
    """Prepare Django and call the command."""
    options = parser().parse_args(argv)
    data = options.data.resolve() if options.data else read("GREENMINE_DATA")
    starting.prepare_folder(data)
    make_key(data)
    starting.set_up()
    deeds: dict[str, Callable[[argparse.Namespace, Path], int]] = {
        "prepare": _prepare,
        "migrate": _prepare,
        "first-operator": _first_operator,
        "verify": _verify,
        "backup": _backup,
        "jobs": _jobs,
        "retry": _retry,
    }
    return deeds[options.command](options, data)


def _prepare(options: argparse.Namespace, data: Path) -> int:  # noqa: ARG001 -- one shape for all
    starting.migrate()
    say(f"数据目录已就绪 · ready: {data}")
    return 0


def _first_operator(options: argparse.Namespace, data: Path) -> int:  # noqa: ARG001 -- one shape for all
    from greenmine.accounts import actions, queries  # noqa: PLC0415 -- after set-up
    from greenmine.accounts.models import Organisation  # noqa: PLC0415 -- after set-up
    from greenmine.accounts.vocabulary import Kind, Role  # noqa: PLC0415 -- after set-up

    if Organisation.objects.filter(kind=Kind.OPERATOR).exists():
        return refuse(
            "运行单位已存在，请由其管理员邀请人员。 · An operating house exists: its administrator invites people."
        )
    on = queries.today()
    house = actions.found_organisation(kind=Kind.OPERATOR, name=options.organisation, by=None, on=on)
    invited = actions.invite(house, username=options.username, name=options.name, role=Role.OPERATOR, by=None, on=on)
    say(f"激活码（只显示这一次） · one-time code, shown once: {invited.code}")
    return 0


def _verify(options: argparse.Namespace, data: Path) -> int:  # noqa: ARG001 -- one shape for all
    from greenmine.evidence import queries as evidence  # noqa: PLC0415 -- after set-up
    from greenmine.evidence.models import File  # noqa: PLC0415 -- after set-up
    from greenmine.ledger import queries as ledger  # noqa: PLC0415 -- after set-up

    chain = ledger.verify()
    for number, wrong in chain.broken:
        say(f"台账 · record {number}: {wrong}")
    damaged = [file.sha256 for file in File.objects.order_by("sha256").iterator() if not evidence.is_whole(file)]
    for digest in damaged:
        say(f"佐证文件缺失或被改 · a kept file is missing or changed: {digest}")
    say(f"{chain.records} 条记录 · records, {chain.head}")
    return 0 if chain.holds and not damaged else 1


def _backup(options: argparse.Namespace, data: Path) -> int:
    """The database by SQLite's own backup, so that a running system may go on; then files and keys."""
    source = data / "greenmine.sqlite3"
    if not source.exists():
        return refuse("使用 PostgreSQL 时请用 pg_dump 备份数据库。 · With PostgreSQL, back the database up by pg_dump.")
    copy = data / f"backup-{datetime.now(UTC):%Y%m%dT%H%M%S}.sqlite3"
    with sqlite3.connect(source) as live, sqlite3.connect(copy) as kept:
        live.backup(kept)
    with tarfile.open(options.to, "w:gz") as archive:
        archive.add(copy, "greenmine.sqlite3")
        for part in ("files", "keys"):
            if (data / part).exists():
                archive.add(data / part, part)
    copy.unlink()
    shutil.copymode(source, options.to)
    options.to.chmod(0o600)
    (data / "backup.json").write_text(json.dumps({"at": time.time(), "to": str(options.to)}), encoding="utf-8")
    say(f"已备份 · kept: {options.to}")
    return 0


def _jobs(options: argparse.Namespace, data: Path) -> int:  # noqa: ARG001 -- one shape for all
    from greenmine.web.operator.jobs import overview  # noqa: PLC0415 -- after set-up

    for job in overview():
        say(f"{job.id}  {job.state:<8} {job.task}  {job.since:%Y-%m-%d %H:%M}  {job.problem}")
    return 0


def _retry(options: argparse.Namespace, data: Path) -> int:  # noqa: ARG001 -- one shape for all
    from greenmine.web.operator.jobs import retry  # noqa: PLC0415 -- after set-up

    if not retry(options.job):
        return refuse("没有这个失败或卡住的任务。 · There is no failed or stuck job of this number.")
    return 0
