"""`./run verify`: whether the public log and the ledger of this house still hold. A convenience, and it says so."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from greenmine.config import starting
from greenmine.config.environment import read
from greenmine.config.starting import refuse, say

OWN_LOOK = "这是本机自查，仅供方便：不能证明数据库保管者没有改动。可信的核对用 docs/verify_public_log.py、导出的日志文件和另处保存的检查点。"
CONVENIENCE = (
    "This is the house looking at itself, for convenience: it proves nothing against its own keepers. Trust comes from "
    "docs/verify_public_log.py, an exported log, and a checkpoint kept elsewhere."
)


def parser() -> argparse.ArgumentParser:
    """The command's arguments; `--help` prints them."""
    arguments = argparse.ArgumentParser(
        prog="./run verify",
        description="自查公开日志和行为台账 · Look whether the public log and the ledger still hold.",
    )
    arguments.add_argument("--data", type=Path, metavar="DIR", help="data folder (default ./data)")
    arguments.add_argument(
        "--export",
        type=Path,
        metavar="DIR",
        help="导出日志和最新检查点 · write log.ndjson, checkpoint.txt and key.txt there",
    )
    arguments.add_argument(
        "--to", metavar="NAME", help="登记导出的检查点交给了谁 · write down to whom the exported checkpoint goes"
    )
    return arguments


def main(argv: Sequence[str]) -> int:
    """0 where both hold, 1 where something is wrong, 2 where nothing could be looked at."""
    options = parser().parse_args(argv)
    if options.to and not options.export:
        return refuse("--to 须与 --export 一同使用。 · --to goes with --export.")
    data = options.data.resolve() if options.data else read("GREENMINE_DATA")
    if not data.exists():
        return refuse(f"没有数据目录 {data} · there is no data folder {data}")
    starting.prepare_folder(data)
    starting.set_up()
    from django.db import DatabaseError  # noqa: PLC0415 -- after set-up

    from greenmine.publiclog import tasks  # noqa: PLC0415 -- after set-up

    try:
        tasks.seal()
        wrong = _look()
        return max(wrong, _export(options.export, options.to or "")) if options.export else wrong
    except DatabaseError as problem:
        return refuse(f"读不了数据库（{problem}），请先运行 ./run admin prepare · the database cannot be read")


def _look() -> int:
    from greenmine.ledger import queries as ledger  # noqa: PLC0415 -- after set-up
    from greenmine.publiclog import verifying  # noqa: PLC0415 -- after set-up

    log, chain = verifying.verify(), ledger.verify()
    for number, sentence in log.broken:
        say(f"公开日志 · public log {number}: {sentence}")
    for number, sentence in chain.broken:
        say(f"行为台账 · ledger {number}: {sentence}")
    say(
        f"公开日志 · public log: {log.leaves} 条 · leaves, {log.head or '—'}",
        f"行为台账 · ledger: {chain.records} 条 · records, {chain.head}",
        OWN_LOOK,
        CONVENIENCE,
    )
    return 0 if log.holds and chain.holds else 1


def _export(folder: Path, name: str) -> int:
    from greenmine.publiclog import actions, queries  # noqa: PLC0415 -- after set-up

    checkpoint = queries.checkpoint()
    if checkpoint is None:
        return refuse("公开日志还没有检查点。 · The public log has no checkpoint yet.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "log.ndjson").open("w", encoding="utf-8") as out:
            out.writelines(f"{line}\n" for line in queries.export())
        (folder / "checkpoint.txt").write_text(checkpoint.note, encoding="utf-8")
        keys = [f"{key['algorithm']} {key['public_key']}\n" for key in queries.public_keys()]
        (folder / "key.txt").write_text("".join(keys), encoding="ascii")
    except OSError as problem:
        return refuse(f"写不了 {folder}（{problem}） · {folder} cannot be written")
    if name:
        actions.hand_out(checkpoint, to=(name[:64], name[:200]), way="file", at=datetime.now(UTC))
    say(f"已导出 · written: {folder}")
    return 0
