"""The tutorial is run as printed: its files are written, its commands called, what it says of the result is asserted."""

from __future__ import annotations

import io
import json
import re
import shlex
from contextlib import chdir, redirect_stdout
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from greenmine.__main__ import main
from greenmine.editions.shipped import load_shipped
from greenmine.registry.ledgers.subjects import read_subjects

PAGE = Path(__file__).parents[2] / "docs" / "tutorials" / "judge-your-first-ledger.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NAMED = re.compile(r"as `([a-z-]+\.(?:csv|json))`:\n\n```\w+\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PENALTY = "cn-2024-1.removal.penalty-unperformed"


@dataclass(frozen=True)
class Done:
    """One command of the page, and what it printed."""

    command: str
    out: str


@dataclass(frozen=True)
class Worked:
    """The whole page, worked through in an empty folder."""

    folder: Path
    done: list[Done]


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def worked(page: str, tmp_path_factory: pytest.TempPathFactory) -> Worked:
    folder = tmp_path_factory.mktemp("checkout")
    for name, text in NAMED.findall(page):
        (folder / name).write_text(text, encoding="utf-8")
    commands = [line for kind, text in BLOCK.findall(page) if kind == "sh" for line in text.splitlines()]
    with chdir(folder):
        return Worked(folder, [_run(command) for command in commands])


def _run(command: str) -> Done:
    words = shlex.split(command)
    assert words[0] == "./run"
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with redirect_stdout(out):
        assert main(words[1:]) == 0, command
    out.flush()
    return Done(command, out.buffer.getvalue().decode())  # type: ignore[attr-defined]


@pytest.fixture
def done(worked: Worked) -> list[Done]:
    return worked.done


def _findings(done: Done) -> dict[str, dict[str, Any]]:
    return {mine["id"]: {one["rule"]: one for one in mine["findings"]} for mine in json.loads(done.out)["mines"]}


def test_every_command_of_the_page_runs_and_prints_what_the_page_shows(page: str, done: list[Done]) -> None:
    assert len(done) == 6
    shown = [text.splitlines() for kind, text in BLOCK.findall(page) if kind == "text"]
    printed = [done[0].out.splitlines(), done[4].out.splitlines()]
    for lines, out in zip(shown, printed, strict=True):
        places = [out.index(line) for line in lines]
        assert places == sorted(places)


def test_the_fact_named_first_is_the_one_the_page_names(done: list[Done]) -> None:
    after = done[0].out.partition("facts that would settle the most findings:\n")[2]
    assert after.splitlines()[0].endswith("(provincial_entry)")


def test_what_the_ledger_does_not_say_is_unknown(done: list[Done]) -> None:
    mines = _findings(done[1])
    assert list(mines) == ["T0001", "T0002", "T0003"]
    assert {one["outcome"] for key in ("T0001", "T0002") for one in mines[key].values()} == {"unknown"}


def test_the_year_stays_a_year_and_the_title_row_is_skipped(worked: Worked) -> None:
    edition = load_shipped()
    read = read_subjects(
        worked.folder / "first-ledger.csv", dictionary=edition.dictionary, divisions=edition.divisions
    ).subjects
    said = read[0].sheet().values
    assert [subject.name for subject in read] == ["青山煤矿", "白石露天煤矿", "旧井煤矿"]
    assert said["commissioning_year"] == 2019
    assert said["designed_capacity"] == int(Decimal(150) * 10 ** edition.dictionary["designed_capacity"].scale)
    assert "commissioned_on" not in said


def test_the_finding_printed_on_the_page_is_the_one_found(page: str, done: list[Done]) -> None:
    shown = next(json.loads(text) for kind, text in BLOCK.findall(page) if kind == "finding")
    assert _findings(done[2])["T0001"][PENALTY] == shown


def test_on_the_due_day_the_penalty_is_in_time(done: list[Done]) -> None:
    assert _findings(done[3])["T0001"][PENALTY]["outcome"] == "satisfied"


def test_the_workbook_has_the_four_sheets_the_page_names(worked: Worked) -> None:
    names = CalamineWorkbook.from_path(str(worked.folder / "first-result.xlsx")).sheet_names
    assert names == ["按县汇总", "先补什么", "矿山", "判定"]
