"""`./run assess FILE`: judge every mine of a ledger or a fact file on a day, and say why. Opens no database."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from greenmine.editions.edition import Edition
from greenmine.editions.shipped import load_shipped
from greenmine.evaluation.judging import Judgement, any_text_in_force, finding_as_json, judge_all
from greenmine.evaluation.standing import StandingTable
from greenmine.law import Bound, Sheet, bind
from greenmine.law.days import read_day
from greenmine.registry.ledgers.subjects import Subject, SubjectsRefused, read_subjects

REFUSED = 2
NOT_RECORDED = "依据文本未收录：该日没有任何已收录的文本 · no recorded text speaks on this day: {on}"
NOT_COVERED = (
    "依据文本未收录：{on} 没有已收录的文本适用于 {count} 座矿山（{ids}）"
    " · on {on} no recorded text covers {count} of the mines ({ids})"
)
NO_DAY = (
    "--on “{on}”不是 1900 至 2199 年间的日期：请写成 2025-12-31"
    " · --on “{on}” is no day from 1900 to 2199: write it like 2025-12-31"
)
CANNOT_WRITE = (
    "写不了“{path}”（{why}）：请核对文件夹和权限 · “{path}” cannot be written ({why}): check folder and permission"
)
SAME_FILE = (
    "--out “{path}”就是被判定的文件：请另取文件名 · --out “{path}” is the file being judged: choose another name"
)
NAMED_MINES = 10
PROGRESS_FROM = 2000
PROGRESS_EVERY = 1000


def parser() -> argparse.ArgumentParser:
    """The command's arguments; `--help` prints them."""
    arguments = argparse.ArgumentParser(
        prog="./run assess",
        description="判定台账中的每座矿山 · Judge every mine of FILE (.xlsx .xls .csv ledger, or a .json list of facts).",
    )
    arguments.add_argument("file", type=Path, metavar="FILE")
    arguments.add_argument("--on", metavar="DATE", help="day judged for, like 2025-12-31 (default: today)")
    arguments.add_argument("--json", action="store_true", help="print every finding as JSON")
    arguments.add_argument("--out", type=Path, metavar="FILE.xlsx", help="write a workbook to forward")
    return arguments


def main(argv: Sequence[str]) -> int:
    """Judge the file and print; 0 when judged, 2 when the input was refused."""
    _speak_utf8()
    options = parser().parse_args(argv)
    try:
        on = _today() if options.on is None else date.fromordinal(read_day(options.on))
    except ValueError:
        return _refuse(NO_DAY.format(on=options.on))
    if options.out is not None and (why := _unwritable(options.out, options.file)):
        return _refuse(why)
    edition = load_shipped()
    try:
        read = read_subjects(options.file, dictionary=edition.dictionary, divisions=edition.divisions)
    except SubjectsRefused as refused:
        return _refuse(*refused.problems)
    _say(*read.notices)
    bound = bind(edition, on)
    if not any_text_in_force(bound):
        _say(NOT_RECORDED.format(on=on.isoformat()))
    try:
        return _judge(options, edition, bound, read.subjects)
    except BrokenPipeError:  # the reader of the output has gone, as `| head` does: nothing is left to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _speak_utf8() -> None:
    """Chinese comes out whole whatever the terminal says of itself, and lines end alike everywhere."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", newline="\n")


def _today() -> date:
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def _say(*sentences: object) -> None:
    """Each sentence on one line of stderr; whatever cannot be printed in it is shown by its number."""
    for sentence in sentences:
        shown = "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in str(sentence))
        print(shown, file=sys.stderr)


def _refuse(*sentences: object) -> int:
    _say(*sentences)
    return REFUSED


def _unwritable(out: Path, judged: Path) -> str:
    """Why the workbook cannot be written there, before a long run finds it out; empty where it can."""
    if out.exists() and judged.exists() and out.samefile(judged):
        return SAME_FILE.format(path=out)
    if out.is_dir():
        return CANNOT_WRITE.format(path=out, why="是文件夹 · a folder")
    if not out.parent.is_dir():
        return CANNOT_WRITE.format(path=out, why="没有这个文件夹 · no such folder")
    return ""


def _judge(options: argparse.Namespace, edition: Edition, bound: Bound, subjects: Sequence[Subject]) -> int:
    table = StandingTable.read(edition.standing)
    sheets = [subject.sheet() for subject in subjects]
    uncovered: list[str] = []
    judged = _noting(judge_all(bound, table, sheets, progress=_progress(len(sheets), sys.stderr)), uncovered)
    keep: Iterable[Judgement] = list(judged) if options.out or not options.json else judged
    if options.out and (why := _write(options.out, edition, bound, subjects, list(keep))):
        return _refuse(why)
    if options.json:
        _print_json(bound, edition, subjects, keep)
    else:
        _print_summary(bound, table, subjects, list(keep))
    if uncovered and any_text_in_force(bound):
        ids = "、".join(uncovered[:NAMED_MINES]) + (" …" if len(uncovered) > NAMED_MINES else "")
        _say(NOT_COVERED.format(on=bound.on.isoformat(), count=len(uncovered), ids=ids))
    return 0


def _noting(judged: Iterable[Judgement], uncovered: list[str]) -> Iterator[Judgement]:
    """The judgements as they come; the ids of mines about which no text says anything are kept."""
    for judgement in judged:
        if not judgement.findings:
            uncovered.append(judgement.sheet.key)
        yield judgement


def _write(
    out: Path, edition: Edition, bound: Bound, subjects: Sequence[Subject], judgements: Sequence[Judgement]
) -> str:
    """Write the workbook; why it could not be, or nothing."""
    from xlsxwriter.exceptions import XlsxWriterException  # noqa: PLC0415 -- slow import

    from greenmine.evaluation.workbook import write_workbook  # noqa: PLC0415 -- slow import

    try:
        write_workbook(out, edition=edition, on=bound.on, subjects=subjects, judgements=judgements)
    except (OSError, XlsxWriterException) as problem:
        return CANNOT_WRITE.format(path=out, why=problem)
    _say(f"已写出 · written: {out}")
    return ""


def _progress(total: int, stream: TextIO) -> Callable[[int], None] | None:
    """A line that renews itself on long runs; nothing on short ones."""
    if total < PROGRESS_FROM:
        return None

    def tell(done: int) -> None:
        if done % PROGRESS_EVERY == 0 or done == total:
            stream.write(f"\r判定 · judged {done}/{total}" + ("\n" if done == total else ""))
            stream.flush()

    return tell


def _print_json(bound: Bound, edition: Edition, subjects: Sequence[Subject], judged: Iterable[Judgement]) -> None:
    """The published shape, written mine by mine so that a large ledger needs no second copy in memory."""
    out = sys.stdout
    head = {"on": bound.on.isoformat(), "edition": edition.id}
    out.write(_compact(head)[:-1] + ',"mines":[')
    for position, (subject, judgement) in enumerate(zip(subjects, judged, strict=True)):
        mine = {
            "id": subject.id,
            "name": subject.name,
            "region_code": subject.region_code,
            "findings": [finding_as_json(finding) for finding in judgement.findings],
        }
        out.write(("," if position else "") + _compact(mine))
    out.write("]}\n")
    out.flush()


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _print_summary(
    bound: Bound, table: StandingTable, subjects: Sequence[Subject], judgements: Sequence[Judgement]
) -> None:
    """How many mines stand where, and which unknown facts would settle the most findings."""
    print(f"{len(subjects)} 座矿山 · mines, {bound.on.isoformat()}")
    standings = Counter(judgement.standing.state for judgement in judgements)
    for row in table.states:
        if standings[row.state]:
            print(f"  {standings[row.state]:>6}  {row.label['zh']} · {row.label['en']}")
    missing = Counter(name for judgement in judgements for finding in judgement.findings for name in finding.missing)
    if missing:
        print("补齐后可判定最多的事实 · facts that would settle the most findings:")
        for name, count in missing.most_common(10):
            print(f"  {count:>6}  {bound.words_of(name)} ({name})")
    print("逐条结果用 --json，转发用 --out FILE.xlsx · every finding: --json, a workbook: --out FILE.xlsx")


def sheets_of(subjects: Sequence[Subject]) -> list[Sheet]:
    """The sheets of the subjects, in input order."""
    return [subject.sheet() for subject in subjects]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
