"""The workbook of an assessment (判定结果表): what an official forwards after `./run assess --out` or from the desk.

Four sheets: by county, what to complete first, one row a mine, one row a finding. Values are written as text or
numbers, never as formulas, so that a ledger cell cannot become code in somebody's spreadsheet.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import xlsxwriter

from greenmine.evaluation.judging import Judgement
from greenmine.law import Finding

NO_REGION = "（未填行政区）"
HEAD = {"bold": True, "bg_color": "#E6F0EA", "border": 1, "text_wrap": True, "valign": "vcenter"}
WIDEST = 60


class AssessedSubject(Protocol):
    """What the workbook needs of a subject: its number, name and region."""

    @property
    def id(self) -> str:
        """The number of the mine, or of the edition."""
        ...

    @property
    def name(self) -> str | None:
        """Its name, where it has one."""
        ...

    @property
    def region_code(self) -> str | None:
        """Six digits, where known."""
        ...


class Words(Protocol):
    """What the workbook needs of an edition: its id, words, dictionary and divisions."""

    @property
    def id(self) -> str:
        """The number of the mine, or of the edition."""
        ...

    @property
    def words(self) -> Mapping[str, Any]:
        """Codes and their words."""
        ...

    @property
    def dictionary(self) -> Any:
        """The fact dictionary."""
        ...

    @property
    def divisions(self) -> Any:
        """The table of divisions."""
        ...

    def cite(self, provision: str) -> str:
        """How a clause is quoted."""
        ...


def write_workbook(
    path: Path, *, edition: Words, on: date, subjects: Sequence[AssessedSubject], judgements: Sequence[Judgement]
) -> None:
    """Write the four sheets to `path`."""
    book = xlsxwriter.Workbook(
        str(path),
        {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "constant_memory": True},
    )
    pairs = list(zip(subjects, judgements, strict=True))
    head = book.add_format(HEAD)
    source = f"判定日 {on.isoformat()}　规则版本 {edition.id}"
    _sheet(book, head, "按县汇总", *_by_county(edition, pairs), note=source)
    _sheet(book, head, "先补什么", *_what_to_complete(edition, pairs), note=source)
    _sheet(book, head, "矿山", *_mines(edition, pairs), note=source)
    _sheet(book, head, "判定", *_findings(edition, pairs), note=source)
    book.close()


def _sheet(
    book: xlsxwriter.Workbook, head: Any, name: str, titles: Sequence[str], rows: Iterable[Sequence[Any]], *, note: str
) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(2, 0)
    rows = list(rows)
    for column, title in enumerate(titles):
        longest = max([len(str(title)), *(len(str(row[column])) for row in rows[:500])], default=8)
        sheet.set_column(column, column, min(WIDEST, longest * 1.7 + 2))
    sheet.write_string(0, 0, note)
    for column, title in enumerate(titles):
        sheet.write_string(1, column, title, head)
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(number, column, value)
            elif value:  # an empty cell is not written: a third of a large result is empty
                sheet.write_string(number, column, str(value))
    if rows:
        sheet.autofilter(1, 0, len(rows) + 1, len(titles) - 1)


def _label(edition: Words, name: str) -> str:
    """The label of a fact as a mine's rule reads it, or the id of a missing value."""
    if name not in edition.dictionary:
        return name
    label = str(edition.dictionary[name].label["zh"])
    return f"采矿权人：{label}" if name.startswith("holder.") else label


def _evidence(edition: Words, name: str) -> str:
    return str(edition.dictionary[name].evidence.get("zh", "")) if name in edition.dictionary else ""


def _place(edition: Words, region_code: str | None) -> str:
    return edition.divisions.full_name(region_code) if region_code else NO_REGION


def _by_county(edition: Words, pairs: Sequence[tuple[AssessedSubject, Judgement]]) -> tuple[list[str], list[list[Any]]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    labels: dict[str, str] = {}
    for subject, judgement in pairs:
        counts[subject.region_code or ""][judgement.standing.state] += 1
        labels[judgement.standing.state] = judgement.standing.label["zh"]
    titles = ["行政区代码", "地区", "矿山数", *labels.values()]
    rows = [
        [code, _place(edition, code or None), sum(states.values()), *(states[state] for state in labels)]
        for code, states in sorted(counts.items())
    ]
    return titles, rows


def _what_to_complete(
    edition: Words, pairs: Sequence[tuple[AssessedSubject, Judgement]]
) -> tuple[list[str], list[list[Any]]]:
    """Each missing fact with how many findings and mines it holds up: the shortest way to a decided ledger."""
    findings: Counter[str] = Counter()
    mines: dict[str, set[str]] = defaultdict(set)
    for subject, judgement in pairs:
        for finding in judgement.findings:
            for name in finding.missing:
                findings[name] += 1
                mines[name].add(subject.id)
    rows = [
        [_label(edition, name), name, count, len(mines[name]), _evidence(edition, name)]
        for name, count in findings.most_common()
    ]
    return ["事实", "代码", "涉及判定数", "涉及矿山数", "可用的佐证"], rows


def _mines(edition: Words, pairs: Sequence[tuple[AssessedSubject, Judgement]]) -> tuple[list[str], list[list[Any]]]:
    outcomes = ["breached", "unknown", "pending", "satisfied", "not_applicable"]
    words = [edition.words["outcome"][outcome]["zh"] for outcome in outcomes]
    rows = []
    for subject, judgement in pairs:
        own = [finding for finding in judgement.findings if finding.rule.bound == "enterprise"]
        counts = Counter(str(finding.outcome) for finding in own)
        missing = sorted({name for finding in own for name in finding.missing})
        rows.append(
            [
                subject.id,
                subject.name or "",
                subject.region_code or "",
                _place(edition, subject.region_code),
                judgement.standing.label["zh"],
                *(counts[outcome] for outcome in outcomes),
                "、".join(_label(edition, name) for name in missing),
            ]
        )
    return ["编号", "矿山", "行政区代码", "地区", "状态", *words, "缺少的事实"], rows


def _findings(edition: Words, pairs: Sequence[tuple[AssessedSubject, Judgement]]) -> tuple[list[str], list[list[Any]]]:
    rows = [
        [subject.id, subject.name or "", *_finding_row(edition, finding)]
        for subject, judgement in pairs
        for finding in sorted(judgement.findings, key=lambda found: (not found.missing, found.rule.id))
    ]
    titles = ["编号", "矿山", "条款", "规则", "事项", "类别", "义务主体", "判定", "期限", "缺少的事实", "标记", "理由"]
    return titles, rows


def _finding_row(edition: Words, finding: Finding) -> list[Any]:
    words = edition.words
    rule = finding.rule
    return [
        "、".join(edition.cite(provision) for provision in sorted(rule.provisions)),
        rule.id,
        rule.title["zh"],
        words["kind"][rule.kind]["zh"],
        words["actor"][rule.bound]["zh"],
        outcome_words(words, finding)["zh"],
        finding.due_on.isoformat() if finding.due_on else "",
        "、".join(_label(edition, name) for name in finding.missing),
        "、".join(words["flag"][flag]["zh"] for flag in finding.flags),
        finding.reason["zh"],
    ]


def outcome_words(words: Mapping[str, Any], finding: Finding) -> Mapping[str, str]:
    """The words of an outcome; a removal ground that seems present is never called a breach."""
    outcome = str(finding.outcome)
    special: Mapping[str, Mapping[str, str]] = words["removal_outcome"] if finding.rule.kind == "removal" else {}
    return special.get(outcome) or words["outcome"][outcome]
