"""What the how-to guides print is tried: the fact is added to a copy, the rule and its cases are entered again."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

import pytest

from greenmine.config.commands import rulebook
from greenmine.editions.shipped import load_shipped
from greenmine.registry.ledgers.subjects import read_subjects

ROOT = Path(__file__).parents[2]
GUIDES = ROOT / "docs" / "how-to"


def _block(guide: str, kind: str) -> str:
    found = re.search(
        rf"^```{kind}\n(.*?)^```$", (GUIDES / guide).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    assert found is not None
    return found.group(1)


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped rulebook where it may be changed."""
    where = tmp_path / "rulebook"
    shutil.copytree(ROOT / "rulebook", where)
    monkeypatch.setenv("GREENMINE_RULEBOOK", str(where))
    return where


def test_the_fact_of_the_guide_is_read_from_a_column_of_its_heading(copy: Path, tmp_path: Path) -> None:
    with (copy / "facts.yaml").open("a", encoding="utf-8") as facts:
        facts.write(_block("add-a-fact.md", "yaml"))
    edition = load_shipped()
    ledger = tmp_path / "ledger.csv"
    with ledger.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(
            [["矿山编号", "矿山名称", "行政区代码", "边坡雷达"], ["T0001", "青山煤矿", "150121", 2]]
        )
    read = read_subjects(ledger, dictionary=edition.dictionary, divisions=edition.divisions)
    assert read.subjects[0].sheet().values["slope_radar_count"] == 2


def test_the_rule_of_the_guide_is_the_one_in_the_rulebook() -> None:
    shipped = (ROOT / "rulebook" / "rules" / "cn-2024-1" / "removal.yaml").read_text(encoding="utf-8")
    printed = _block("add-a-rule.md", "rule")
    assert "".join(f"  {line}\n" for line in printed.splitlines()) in shipped


def test_the_rule_and_its_cases_pass_the_check(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _enter_again(copy, _block("add-a-rule.md", "rule"), _block("add-a-rule.md", "cases"))
    assert rulebook.main(["check"]) == 0
    printed = capsys.readouterr()
    assert printed.out.endswith(", 0 处问题 · problems\n")
    assert "cn-2024-1.removal.closed-again" in {rule.id for rule in load_shipped().rules}
    assert printed.err == ""


def test_a_literal_outside_its_domain_is_refused_in_the_words_of_the_guide(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _enter_again(copy, _block("add-a-rule.md", "rule").replace("'closed'", "'shut'"), _block("add-a-rule.md", "cases"))
    assert rulebook.main(["check"]) == 2
    refused = capsys.readouterr().err
    assert "rules/cn-2024-1/again.yaml:9: " in refused
    assert _block("add-a-rule.md", "text").strip() in refused


def _enter_again(copy: Path, rule: str, cases: str) -> None:
    known, again = "cn-2024-1.removal.closed", "cn-2024-1.removal.closed-again"
    text = "rules:\n" + "".join(f"  {line}\n" for line in rule.replace(known, again).splitlines())
    (copy / "rules" / "cn-2024-1" / "again.yaml").write_text(text, encoding="utf-8")
    (copy / "cases" / "cn-2024-1" / "again.yaml").write_text(cases.replace(known, again), encoding="utf-8")
