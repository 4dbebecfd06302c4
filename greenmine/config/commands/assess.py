"""`./run assess FILE`: judge every mine of a ledger or a fact file on a day, and say why. Opens no database."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from greenmine.editions.edition import Edition
from greenmine.editions.shipped import load_shipped
from greenmine.evaluation.judging import Judgement, any_text_in_force, finding_as_json, judge_all
from greenmine.evaluation.standing import StandingTable
from greenmine.law import Bound, Sheet, bind
from greenmine.registry.ledgers.subjects import Subject, SubjectsRefused, read_subjects

REFUSED = 2
NOT_RECORDED = "依据文本未收录：该日没有任何已收录的文本 · no recorded text speaks on this day: {on}"
PROGRESS_FROM = 2000
PROGRESS_EVERY = 1000


def parser() -> argparse.ArgumentParser:
    """The command's arguments; `--help` prints them."""
    arguments = argparse.ArgumentParser(
        prog="./run assess",
        description="判定台账中的每座矿山 · Judge every mine of FILE (.xlsx .xls .csv ledger, or a .json list of facts).",
    )
    arguments.add_argument("file", type=Path, metavar="FILE")
    arguments.add_argument("--on", type=date.fromisoformat, metavar="DATE", help="day judged for (default: today)")
    arguments.add_argument("--json", action="store_true", help="print every finding as JSON")
    arguments.add_argument("--out", type=Path, metavar="FILE.xlsx", help="write a workbook to forward")
    return arguments


def main(argv: Sequence[str]) -> int:
    """Judge the file and print; 0 when judged, 2 when the input was refused."""
    options = parser().parse_args(argv)
    on = options.on or datetime.now(ZoneInfo("Asia/Shanghai")).date()
    edition = load_shipped()
    try:
        read = read_subjects(options.file, dictionary=edition.dictionary, divisions=edition.divisions)
    except SubjectsRefused as refused:
        for problem in refused.problems:
            print(problem, file=sys.stderr)
        return REFUSED
    for notice in read.notices:
        print(notice, file=sys.stderr)
    bound = bind(edition, on)
    if not any_text_in_force(bound):
        print(NOT_RECORDED.format(on=on.isoformat()), file=sys.stderr)
    return _judge(options, edition, bound, read.subjects)


def _judge(options: argparse.Namespace, edition: Edition, bound: Bound, subjects: Sequence[Subject]) -> int:
    table = StandingTable.read(edition.standing)
    sheets = [subject.sheet() for subject in subjects]
    judged = judge_all(bound, table, sheets, progress=_progress(len(sheets), sys.stderr))
    keep = list(judged) if options.out or not options.json else judged
    if options.json:
        _print_json(bound, edition, subjects, keep)
    if options.out:
        from greenmine.evaluation.workbook import write_workbook  # noqa: PLC0415 -- slow import

        write_workbook(options.out, edition=edition, on=bound.on, subjects=subjects, judgements=list(keep))
        print(f"已写出 · written: {options.out}", file=sys.stderr)
    if not options.json:
        _print_summary(bound, table, subjects, list(keep))
    return 0


def _progress(total: int, stream: TextIO) -> Callable[[int], None] | None:
    """A line that renews itself on long runs; nothing on short ones."""
    if total < PROGRESS_FROM:
        return None

    def tell(done: int) -> None:
        if done % PROGRESS_EVERY == 0 or done == total:
            stream.write(f"\r判定 · judged {done}/{total}" + ("\n" if done == total else ""))
            stream.flush()

    return tell


def _print_json(
    bound: Bound, edition: Edition, subjects: Sequence[Subject], judged: Sequence[Judgement] | object
) -> None:
    """The published shape, written mine by mine so that a large ledger needs no second copy in memory."""
    out = sys.stdout
    out.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    head = {"on": bound.on.isoformat(), "edition": edition.id}
    out.write(_compact(head)[:-1] + ',"mines":[')
    for position, (subject, judgement) in enumerate(zip(subjects, judged, strict=True)):  # type: ignore[call-overload]
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
