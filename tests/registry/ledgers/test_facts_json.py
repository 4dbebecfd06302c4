"""The strict JSON list: exact, or refused whole with every reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from greenmine.editions.territories import Divisions
from greenmine.law import NONE, Dictionary
from greenmine.registry.ledgers.facts_json import read_facts
from greenmine.registry.ledgers.problems import LedgerRefused
from greenmine.registry.ledgers.subjects import read_subjects


def mine(**facts: Any) -> dict[str, Any]:
    return {"id": "M1", "name": "甲矿", "region_code": "150430", "facts": facts}


def read(dictionary: Dictionary, *mines: Any) -> Any:
    return read_facts(json.dumps(mines).encode(), "事实.json", dictionary=dictionary)


def problems(dictionary: Dictionary, *mines: Any) -> list[str]:
    with pytest.raises(LedgerRefused) as refused:
        read(dictionary, *mines)
    return [problem.zh for problem in refused.value.problems]


def test_numbers_and_strings_are_parsed_exactly(dictionary: Dictionary) -> None:
    text = b'[{"id":"M1","facts":{"mining_recovery_rate":0.8501,"greening_coverage":"0.1","complaints_open":3,"designed_capacity":1e2}}]'
    (found,) = read_facts(text, "事实.json", dictionary=dictionary)
    assert dict(found.facts) == {
        "mining_recovery_rate": 8501, "greening_coverage": 1000, "complaints_open": 3, "designed_capacity": 10000
    }  # fmt: skip


def test_null_and_absent_are_unknown_and_none_is_said(dictionary: Dictionary) -> None:
    (found,) = read(dictionary, mine(provincial_entered_on="none", rectified_on=None, scale="large"))
    assert dict(found.facts) == {"provincial_entered_on": NONE, "scale": 0, "region_code": 150430}


def test_facts_of_the_holder_and_the_region_stand_under_their_path(dictionary: Dictionary) -> None:
    (found,) = read(dictionary, mine(**{"holder.rnd_spend_ratio": "0.015", "region.publicity_event_count_year": 1}))
    assert found.facts["holder.rnd_spend_ratio"] == 150
    assert found.facts["region.publicity_event_count_year"] == 1


def test_a_fact_of_the_holder_may_be_written_without_its_path_but_not_two_ways(dictionary: Dictionary) -> None:
    (found,) = read(dictionary, mine(rnd_spend_ratio="0.015"))
    assert found.facts["holder.rnd_spend_ratio"] == 150
    assert problems(dictionary, mine(**{"rnd_spend_ratio": 0.01, "holder.rnd_spend_ratio": 0.02})) == [
        "第 1 座（M1）：“holder.rnd_spend_ratio”写了两个不同的值：请改正其一"
    ]


def test_an_unknown_name_refuses_the_file_and_the_nearest_is_offered(dictionary: Dictionary) -> None:
    assert problems(dictionary, mine(mining_licence_status="valid")) == [
        "第 1 座（M1）：不认识的事实“mining_licence_status”，是否“mining_license_status”"
    ]


def test_every_problem_of_the_file_is_listed(dictionary: Dictionary) -> None:
    found = problems(
        dictionary,
        mine(scale="huge", tailings_pond=1, mining_recovery_rate=1.5, rectified_on="2025-02-30", nonsense=1),
        {"id": "M2", "facts": {"greening_coverage": 0.12345}},
        {"id": "M3", "fact": {}},
        {"name": "无编号"},
        "不是对象",
    )
    assert len(found) == 9


def test_a_duplicate_id_refuses_the_file(dictionary: Dictionary) -> None:
    assert problems(dictionary, mine(), mine()) == ["第 2 座（M1）：编号与第 1 座重复：请改正其一"]


@pytest.mark.parametrize(
    ("entry", "day"), [("none", "2024-01-01"), ("listed", "none")]
)  # an entry that contradicts its day
def test_an_entry_that_contradicts_its_day_is_refused(dictionary: Dictionary, entry: str, day: str) -> None:
    assert len(problems(dictionary, mine(provincial_entry=entry, provincial_entered_on=day))) == 1


@pytest.mark.parametrize("region", ["15043", "1504300", 1.5, "内蒙古", True])
def test_a_region_that_is_no_code_is_refused(dictionary: Dictionary, region: Any) -> None:
    assert len(problems(dictionary, {"id": "M1", "region_code": region})) == 1


@pytest.mark.parametrize(
    "text",
    [
        b"", b"{}", b"[1,", b'[{"id":"M1","id":"M2"}]', b'[{"id":"M1","facts":{"scale":"large","scale":"small"}}]',
        b'[{"id":"M1","facts":{"greening_coverage":NaN}}]', b'[{"id":"M1","facts":{"complaints_open":' + b"9" * 5000 + b"}}]",
        b"[" * 100_000, "[]".encode("utf-16"),
    ],
)  # fmt: skip
def test_what_is_no_such_list_gets_one_sentence(dictionary: Dictionary, text: bytes) -> None:
    with pytest.raises(LedgerRefused) as refused:
        read_facts(text, "事实.json", dictionary=dictionary)
    assert len(refused.value.problems) == 1


def test_subjects_keep_the_order_of_the_file(dictionary: Dictionary, divisions: Divisions, tmp_path: Path) -> None:
    file = tmp_path / "事实.json"
    file.write_text(json.dumps([{"id": "B"}, {"id": "A", "name": "甲矿"}]), "utf-8")
    found = read_subjects(file, dictionary=dictionary, divisions=divisions)
    assert [(one.id, one.name, one.region_code) for one in found.subjects] == [("B", None, None), ("A", "甲矿", None)]
    assert found.subjects[0].sheet().kind == "mine"


def test_an_unmapped_heading_of_a_ledger_is_a_notice(
    dictionary: Dictionary, divisions: Divisions, tmp_path: Path
) -> None:
    file = tmp_path / "台账.csv"
    file.write_text("矿山名称,矿种,行政区代码,颜色\n甲矿,煤,150430,绿\n", "utf-8")
    found = read_subjects(file, dictionary=dictionary, divisions=divisions)
    assert [str(notice) for notice in found.notices] == [
        "表头“颜色”对不上任何事实，未读取 · the heading “颜色” matches no fact and is ignored"
    ]
