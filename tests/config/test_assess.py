"""`./run assess` held against its specification: the bytes it prints, and everything it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from greenmine.config.commands.assess import main
from greenmine.editions.shipped import load_shipped

MINE_KEYS = ["id", "name", "region_code", "findings"]
FINDING_KEYS = [
    "rule", "provisions", "kind", "bound", "outcome", "due_on", "missing", "flags", "facts", "reason",
]  # fmt: skip
OUTCOMES = {"satisfied", "breached", "pending", "unknown", "not_applicable"}
FLAGS = {"lapsed", "needs_confirmation", "low_confidence", "conflict", "disputed", "remedied", "yielded"}


class Ran:
    """What one run left: exit code, stdout, stderr."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def mines(self) -> list[dict[str, Any]]:
        return list(json.loads(self.out)["mines"])

    def finding(self, rule: str, position: int = 0) -> dict[str, Any]:
        return next(found for found in self.mines[position]["findings"] if found["rule"] == rule)


@pytest.fixture
def assess(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(content: Any, *options: str, on: str = "2025-09-02", name: str = "facts.json") -> Ran:
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif content is not None:
            path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        try:
            code = main([str(path), "--on", on, *(options or ("--json",))])
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return run


def mine(key: Any = "M1", region: str | None = "620123", name: str | None = "甲矿", **facts: Any) -> dict[str, Any]:
    return {"id": key, "name": name, "region_code": region, "facts": facts}


def refused(ran: Ran, *sentences: str) -> None:
    assert (ran.code, ran.out) == (2, "")
    for sentence in sentences:
        assert sentence in ran.err
    assert "Traceback" not in ran.err
    for line in ran.err.strip().splitlines():
        assert " · " in line, line


# --- the shape


def test_the_shape_is_the_published_one_byte_by_byte(assess: Any) -> None:
    ran = assess([mine("M2", rnd_spend_ratio="0.015"), mine("M1", None, None)])
    assert (ran.code, ran.err) == (0, "")
    whole = json.loads(ran.out)
    assert list(whole) == ["on", "edition", "mines"]
    assert (whole["on"], whole["edition"]) == ("2025-09-02", load_shipped().id)
    assert ran.out == json.dumps(whole, ensure_ascii=False, separators=(",", ":")) + "\n"
    assert [(m["id"], m["name"], m["region_code"]) for m in whole["mines"]] == [
        ("M2", "甲矿", "620123"),
        ("M1", None, None),
    ]
    for each in whole["mines"]:
        assert list(each) == MINE_KEYS
        rules = [found["rule"] for found in each["findings"]]
        assert rules == sorted(set(rules))
        assert rules
        for found in each["findings"]:
            assert list(found) == FINDING_KEYS
            assert found["outcome"] in OUTCOMES
            assert set(found["flags"]) <= FLAGS
            assert list(found["reason"]) == ["zh", "en"]
            assert found["reason"]["zh"]
            assert found["reason"]["en"]
            assert list(found["facts"]) == sorted(found["facts"])
            for listed in (found["provisions"], found["missing"], found["flags"]):
                assert listed == sorted(set(listed))
            assert (found["outcome"] == "unknown") or found["missing"] == []


def test_an_empty_list_gives_an_empty_list(assess: Any) -> None:
    ran = assess([])
    assert (ran.code, ran.out) == (0, f'{{"on":"2025-09-02","edition":"{load_shipped().id}","mines":[]}}\n')


def test_without_a_region_national_rules_only_and_with_one_its_own_and_its_parents(assess: Any) -> None:
    def documents(region: str | None) -> set[str]:
        return {found["rule"].split(".")[0] for found in assess([mine(region=region)]).mines[0]["findings"]}

    assert documents(None) == {"cn-2024-1"}
    assert documents("110101") == {"cn-2024-1"}
    assert documents("620123") == {"cn-2024-1", "gs-2023"}
    assert documents("150421") == {"cn-2024-1", "nm-2020"}
    assert documents("653001") == {"cn-2024-1", "kz-2024"}
    assert documents("653101") == {"cn-2024-1"}
    assert documents("530111") == {"cn-2024-1", "yn-2025"}


def test_listed_is_every_rule_of_the_mine_and_of_its_holder_that_covers_it(assess: Any) -> None:
    found = {each["rule"] for each in assess([mine()]).mines[0]["findings"]}
    expected = {
        rule.id for rule in load_shipped().rules
        if rule.subject in ("mine", "enterprise") and rule.kind != "quota" and rule.id.split(".")[0] in ("cn-2024-1", "gs-2023")
    }  # fmt: skip
    assert found == expected


def test_facts_show_what_was_read_at_the_dictionarys_scale_and_null_for_unknown(assess: Any) -> None:
    ran = assess([mine(**{"holder.rnd_spend_ratio": 0.015, "beneficiation_water_recycling_rate": "0.85"})])
    shown = {name: value for found in ran.mines[0]["findings"] for name, value in found["facts"].items()}
    assert shown["holder.rnd_spend_ratio"] == "0.0150"
    assert shown["beneficiation_water_recycling_rate"] == "0.8500"
    assert shown["operating_status"] is None
    assert "rnd_spend_ratio" not in shown


def test_the_same_input_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps([mine(scale="large"), mine("M2", "150421")], ensure_ascii=False), encoding="utf-8")
    outputs = set()
    for seed in ("1", "2"):
        ran = subprocess.run(
            [sys.executable, "-m", "greenmine", "assess", str(path), "--on", "2025-09-02", "--json"],
            capture_output=True, check=True, cwd=Path(__file__).parents[2],
            env={"PYTHONHASHSEED": seed, "LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        )  # fmt: skip
        outputs.add(ran.stdout)
    (output,) = outputs
    assert "甲矿".encode() in output
    assert output.endswith(b"]}\n")
    assert not output.endswith(b"\n\n")


def test_a_terminal_that_calls_itself_ascii_still_gets_chinese(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_text("矿山名称,行政区代码,奇怪的列\n甲,620123,1\n", encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "greenmine", "assess", str(path), "--on", "2025-09-02"], capture_output=True, check=True,
        cwd=Path(__file__).parents[2], env={"PYTHONIOENCODING": "ascii", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert "1 座矿山".encode() in ran.stdout
    assert "“奇怪的列”".encode() in ran.stderr


# --- the worked example of the design, end to end

EXAMPLE = [
    ("2025-09-02", {"construction_nature": "new", "normal_operation_since": "2024-09-01", "provincial_entered_on": "none"},
     "breached", "2025-09-01", [], []),
    ("2025-09-01", {"construction_nature": "new", "normal_operation_since": "2024-09-01", "provincial_entered_on": "none"},
     "pending", "2025-09-01", [], []),
    ("2025-03-02", {"construction_nature": "new"},
     "unknown", None, ["normal_operation_since", "provincial_entered_on"], []),
    ("2026-03-02", {"construction_nature": "new", "normal_operation_since": "2025-06-01", "provincial_entered_on": "none"},
     "pending", "2026-06-01", [], ["lapsed", "needs_confirmation"]),
    ("2023-06-02", {"construction_nature": "new", "normal_operation_since": "2022-06-01", "provincial_entered_on": "none"},
     "breached", "2023-06-01", [], ["needs_confirmation"]),
    ("2025-10-01", {"construction_nature": "new", "normal_operation_since": "2024-09-01", "provincial_entered_on": "2025-09-20"},
     "breached", "2025-09-01", [], ["remedied"]),
    ("2025-10-01", {"construction_nature": "existing"}, "not_applicable", None, [], []),
]  # fmt: skip


@pytest.mark.parametrize("row", EXAMPLE, ids=[f"{row[0]} {row[2]}" for row in EXAMPLE])
def test_the_example_of_the_design_end_to_end(assess: Any, row: Any) -> None:
    on, facts, outcome, due, missing, flags = row
    found = assess([mine(**facts)], on=on).finding("gs-2023.new-mine.within-one-year")
    assert (found["outcome"], found["due_on"], found["missing"], found["flags"]) == (outcome, due, missing, flags)


# --- days before any text


def test_before_any_text_there_are_no_findings_and_stderr_says_so(assess: Any) -> None:
    ran = assess([mine()], on="2019-01-01")
    assert (ran.code, ran.mines[0]["findings"]) == (0, [])
    assert "依据文本未收录" in ran.err


def test_a_mine_no_text_covers_on_the_day_is_said_though_another_region_has_one(assess: Any) -> None:
    ran = assess([mine("N1", "150421"), mine("Y1", "530111")], on="2022-01-01")
    assert ran.code == 0
    assert [bool(each["findings"]) for each in ran.mines] == [True, False]
    assert "依据文本未收录" in ran.err
    assert "Y1" in ran.err
    assert "N1" not in ran.err


# --- what is refused


@pytest.mark.parametrize("value", [None, "absent"])
def test_null_and_absent_are_both_unknown(assess: Any, value: Any) -> None:
    facts = {} if value else {"construction_nature": None}
    found = assess([mine(**facts)]).finding("gs-2023.new-mine.within-one-year")
    assert (found["outcome"], found["facts"]["construction_nature"]) == ("unknown", None)
    assert "construction_nature" in found["missing"]


ACCEPTED = ["0.85", 0.85, "0.8500", "8.5e-1"]


@pytest.mark.parametrize("raw", ACCEPTED)
def test_numbers_and_their_strings_are_the_same_number(assess: Any, raw: Any) -> None:
    ran = assess([mine(beneficiation_water_recycling_rate=raw)])
    shown = {name: value for found in ran.mines[0]["findings"] for name, value in found["facts"].items()}
    assert shown["beneficiation_water_recycling_rate"] == "0.8500"


OUTSIDE = [
    ("beneficiation_water_recycling_rate", raw)
    for raw in ("0.80001", "1.0001", "-0.1", "0,85", "85%", "٠.٥", "0_1", "", "nan", "Infinity", "1e999999999", True, [], {})
] + [
    ("staff_training_count_year", raw) for raw in (1.5, "1.5", True, "1_0", 10**30, "none")
] + [
    ("commissioned_on", raw)
    for raw in ("2024-02-30", "20240201", "2024-W05-1", "2024-2-1", "2024-02-01T00:00:00", "2024/02/01", 20240201, "0000-00-00")
] + [
    ("produced_normally_last_3_years", raw) for raw in (1, "yes please", "none", 0.5)
] + [("scale", raw) for raw in ("huge", 0, "Large", True, "none")]  # fmt: skip


@pytest.mark.parametrize(("name", "raw"), OUTSIDE, ids=[f"{name} {raw!r}"[:60] for name, raw in OUTSIDE])
def test_a_value_outside_its_domain_refuses_the_file(assess: Any, name: str, raw: Any) -> None:
    refused(assess([mine(), mine("M2", **{name: raw})]), name, "M2")


EXACT = [
    "0.8500000000000000000000000000001",
    "0.85000001",
    "1.00000000000000000000000000000000000000000000001",
    "1e999999999",
    "NaN",
]


@pytest.mark.parametrize("number", EXACT)
def test_a_json_number_is_never_rounded_into_its_domain(assess: Any, number: str) -> None:
    text = '[{"id":"M1","facts":{"beneficiation_water_recycling_rate":' + number + "}}]"
    refused(assess(text.encode()))


def test_every_problem_is_said_at_once_duplicates_among_them(assess: Any) -> None:
    ran = assess([
        mine("A", nosuch_fact=1, scale="huge"), mine("A", mining_method="nowhere"), mine("B"), mine("B", other_thing=1),
        mine("C", commissioned_on="2024-02-30"), "text", {"id": "D", "facts": {}, "extra": 1}, mine(None), mine("B"),
        mine("E", provincial_entry="none", provincial_entered_on="2024-01-01"),
        mine("F", provincial_entry="listed", provincial_entered_on="none"),
    ])  # fmt: skip
    refused(ran, "nosuch_fact", "huge", "nowhere", "other_thing", "2024-02-30", "extra")
    for where in (1, 2, 4, 5, 6, 7, 8, 10, 11):
        assert f"第 {where} 座" in ran.err, where
    assert len([line for line in ran.err.splitlines() if "重复" in line]) == 3


def test_a_key_written_twice_is_refused_with_its_place_and_the_other_problems(assess: Any) -> None:
    text = '[{"id":"M1","facts":{"scale":"large","scale":"small","nosuch_fact":1}},{"id":"M2","id":"M3","facts":{}}]'
    ran = assess(text.encode())
    refused(ran, "scale", "nosuch_fact", "第 1 座", "第 2 座")


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b'"text"', b"null", b"[1]", b"[null]", b"[", b"[" * 100_000, b"\xff\xfe[]", b"\xb2\xe2", b'[{"id":"M1","facts":[]}]',
     b'[{"id":true,"facts":{}}]', b'[{"id":"","facts":{}}]', b'[{"id":"  ","facts":{}}]', b'[{"facts":{}}]', b'[{"id":[],"facts":{}}]',
     b'[{"id":1.5,"facts":{}}]', b'[{"id":"M1","name":5,"facts":{}}]', b'[{"id":"M1","region_code":"62","facts":{}}]',
     b'[{"id":"M1","region_code":[],"facts":{}}]', b'[{"id":"M1","name":"\\ud800","facts":{}}]', b'[{"id":"\\ud800","facts":{}}]',
     b'[{"id":"M1","facts":{"\\ud800":1}}]', b'[{"id":"M1","facts":{"scale":"\\ud800"}}]', b'[{"id":"M1","region_code":"none"}]'],
    ids=lambda content: repr(content)[:50],
)  # fmt: skip
def test_what_is_no_list_of_mines_is_refused_in_a_sentence(assess: Any, content: bytes) -> None:
    refused(assess(content))


def test_a_byte_order_mark_is_no_problem(assess: Any) -> None:
    ran = assess(b"\xef\xbb\xbf" + json.dumps([mine()]).encode())
    assert (ran.code, len(ran.mines)) == (0, 1)


def test_a_region_no_table_knows_is_judged_by_its_digits_and_said(assess: Any) -> None:
    ran = assess([mine("A", "629999"), mine("B", "999999"), mine("C")])
    documents = [{found["rule"].split(".")[0] for found in each["findings"]} for each in ran.mines]
    assert documents == [{"cn-2024-1", "gs-2023"}, {"cn-2024-1"}, {"cn-2024-1", "gs-2023"}]
    assert [line[0] for line in ran.err.splitlines()] == ["A", "B"]


def test_a_number_as_id_is_the_same_id_as_its_text(assess: Any) -> None:
    assert assess([mine(7)]).mines[0]["id"] == "7"
    refused(assess([mine(7), mine("7")]), "重复")


def test_a_file_that_is_not_there_or_cannot_be_read_is_said(assess: Any, tmp_path: Path) -> None:
    refused(assess(None, name="nothing.json"), "nothing.json")
    refused(assess(None, name="nothing.xlsx"), "nothing.xlsx")
    (tmp_path / "folder.json").mkdir()
    refused(assess(None, name="folder.json"), "folder.json")
    (tmp_path / "folder.xlsx").mkdir()
    refused(assess(None, name="folder.xlsx"), "folder.xlsx")


@pytest.mark.parametrize("day", ["2024-02-30", "20240201", "2024-W05-1", "tomorrow", "", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_refused_in_both_languages(assess: Any, day: str) -> None:
    refused(assess([mine()], on=day), "2025-12-31")


def test_help_says_what_the_command_takes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    said = capsys.readouterr().out
    assert stopped.value.code == 0
    for word in ("FILE", "--on", "--json", "--out"):
        assert word in said


# --- the workbook


def test_a_workbook_that_cannot_be_written_is_said_before_anything_is_printed(assess: Any, tmp_path: Path) -> None:
    for target in (tmp_path / "no" / "such" / "r.xlsx", tmp_path):
        refused(assess([mine()], "--json", "--out", str(target)), str(target))


def test_a_workbook_is_never_written_over_its_own_ledger(assess: Any, tmp_path: Path) -> None:
    refused(assess([mine()], "--out", str(tmp_path / "facts.json")), "facts.json")
    assert json.loads((tmp_path / "facts.json").read_text(encoding="utf-8"))[0]["id"] == "M1"


def test_a_hostile_ledger_becomes_neither_formula_nor_crash(assess: Any, tmp_path: Path) -> None:
    hostile = (
        '矿山名称,行政区代码,生产规模\n"=cmd|\'/c calc\'!A1",620123,大型\n@SUM(A1),620123,<script>\n"+1\x07",620123,\n'
    )
    out = tmp_path / "r.xlsx"
    ran = assess(hostile.encode(), "--json", "--out", str(out), name="ledger.csv")
    assert ran.code == 0
    assert len(ran.mines) == 3
    with ZipFile(out) as book:
        sheets = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 4
    assert not any("<f>" in text or "<script>" in text or "\x07" in text for text in sheets)
