"""A ledger as departments keep it, read without anybody mapping a heading."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from greenmine.law import NONE, Dictionary
from greenmine.registry.ledgers.headings import plain_heading
from greenmine.registry.ledgers.problems import LedgerRefused
from tests.registry.ledgers.conftest import HEADINGS, MINE, Read, changed, ledger, workbook

DAY = datetime(2027, 1, 5)  # noqa: DTZ001 -- a cell of a workbook knows no zone


def shown(row: Any, dictionary: Dictionary) -> dict[str, Any]:
    return {name: dictionary[name].show(value) for name, value in row.facts.items()}


def test_title_and_unit_rows_are_passed_over_and_every_fact_is_read(read: Read, dictionary: Dictionary) -> None:
    found = read(ledger(MINE))
    assert (found.heading_row, found.unmapped, found.problems) == (3, (), [])
    (row,) = found.rows
    assert (row.number, row.id, row.name, row.region_code) == (4, "M1", "敖汉旗一号煤矿", "150430")
    assert shown(row, dictionary) == {
        "region_code": "150430", "mineral": "coal", "mining_method": "open_pit", "operating_status": "producing",
        "designed_capacity": "120.00", "recoverable_reserves": "9100.50", "commissioning_year": 2022,
        "longitude": "120.771111", "latitude": "43.702500",
    }  # fmt: skip
    assert row.texts == {
        "mine_name": "敖汉旗一号煤矿", "holder_name": "某某煤业有限公司", "city_name": "赤峰市", "county_name": "敖汉旗"
    }  # fmt: skip


def test_blank_cells_stay_unknown(read: Read) -> None:
    (row,) = read(ledger(changed(开采方式="", 生产状态="—", 投产时间="不详", 设计生产=""))).rows
    assert not {"mining_method", "operating_status", "commissioning_year", "designed_capacity"} & row.facts.keys()


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("拟建", "planned"),
        ("在建", "building"),
        ("停产", "suspended"),
        ("关闭", "closed"),
        ("闭坑", "closing"),
        ("缓建", "planned"),
    ],
)
def test_the_words_of_departments_are_understood(read: Read, dictionary: Dictionary, said: str, code: str) -> None:
    (row,) = read(ledger(changed(生产状态=said))).rows
    assert dictionary["operating_status"].show(row.facts["operating_status"]) == code


def test_a_word_outside_the_domain_is_said_and_left_unknown(read: Read) -> None:
    found = read(ledger(changed(生产状态="取消")))
    assert "operating_status" not in found.rows[0].facts
    assert [(p.row, p.column, p.severity) for p in found.problems] == [(4, "生产状态", "notice")]
    assert found.bad_rows == frozenset()


def test_an_unmapped_heading_is_named_and_a_person_may_map_it(read: Read, dictionary: Dictionary) -> None:
    content = workbook((*HEADINGS, "矿山级别"), (*MINE, "大型"))
    assert read(content).unmapped == ("矿山级别",)
    mapped = read(content, mapping={"矿山级别": "scale"})
    assert mapped.unmapped == ()
    assert dictionary["scale"].show(mapped.rows[0].facts["scale"]) == "large"
    assert read(content, mapping={"矿山级别": ""}).unmapped == ()


def test_units_in_headings_and_beside_figures_are_turned_into_the_dictionarys(
    read: Read, dictionary: Dictionary
) -> None:
    rows = (
        ("矿山名称", "矿种", "设计生产能力（吨/年）", "损毁土地面积（亩）", "开采回采率（%）", "绿化覆盖率"),
        ("甲矿", "铁", 300000, 30, 85.5, "62.5%"),
    )
    (row,) = read(workbook(*rows)).rows
    assert shown(row, dictionary) == {
        "mineral": "iron", "designed_capacity": "30.00", "disturbed_area": "2.00", "mining_recovery_rate": "0.8550",
        "greening_coverage": "0.6250",
    }  # fmt: skip


def test_unit_columns_of_the_national_table_speak_for_the_figures_before_them(
    read: Read, dictionary: Dictionary
) -> None:
    text = (
        "编号,矿山名称,英文名,行政区代码,矿种,状态,设计生产能力,能力单位,保有可采储量,储量单位,投产年份\n"
        "M1,甲矿,Jia,150430,煤,生产,1200000,吨/年,2,亿吨,2012\n"
    )
    found = read(text.encode(), "全国.csv")
    assert found.unmapped == ()
    assert shown(found.rows[0], dictionary)["designed_capacity"] == "120.00"
    assert shown(found.rows[0], dictionary)["recoverable_reserves"] == "20000.00"


def test_a_unit_row_under_the_headings_is_read_as_units(read: Read, dictionary: Dictionary) -> None:
    content = workbook(("矿山名称", "矿种", "设计生产能力"), ("", "", "吨/年"), ("甲矿", "煤", 900000))
    found = read(content)
    assert [row.number for row in found.rows] == [3]
    assert shown(found.rows[0], dictionary)["designed_capacity"] == "90.00"


def test_headings_in_two_lines_are_read_together(read: Read) -> None:
    content = workbook(
        ("矿山名称", "矿种", "采矿许可证", ""),
        ("", "", "采矿许可证号", "采矿许可证有效期至"),
        ("甲矿", "煤", "", "2027-01-01"),
    )
    found = read(content)
    assert [column.name for column in found.columns] == [
        "mine_name",
        "mineral",
        "mining_license_number",
        "mining_license_valid_until",
    ]
    assert [row.number for row in found.rows] == [3]


def test_a_unit_that_is_not_understood_leaves_the_column_unread(read: Read) -> None:
    found = read(workbook(("矿山名称", "矿种", "设计生产能力（车/天）"), ("甲矿", "煤", 90)))
    assert found.rows[0].facts.keys() == {"mineral"}
    assert found.unmapped == ("设计生产能力（车/天）",)
    assert [p.column for p in found.problems if p.row is None] == ["设计生产能力（车/天）"]


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2027-01-05", "2027-01-05"), ("2027/1/5", "2027-01-05"), ("2027.1.5", "2027-01-05"), ("2027年1月5日", "2027-01-05"),
        ("20270105", "2027-01-05"), ("2017-01-05至2027-01-05", "2027-01-05"), (DAY, "2027-01-05"), (46392, "2027-01-05"),
    ],
)  # fmt: skip
def test_days_are_read_as_people_write_them(read: Read, dictionary: Dictionary, said: Any, day: str) -> None:
    def dated(book: Any, sheet: Any) -> None:
        if isinstance(said, datetime):
            sheet.write_datetime(1, 1, said, book.add_format({"num_format": "yyyy-mm-dd"}))

    cell = "" if isinstance(said, datetime) else said
    (row,) = read(workbook(("矿山名称", "采矿许可证有效期至"), ("甲矿", cell), more=dated)).rows
    assert shown(row, dictionary) == {"mining_license_valid_until": day}


@pytest.mark.parametrize("said", ["2027年", "2027-02-30", "2027年1月", "下月"])
def test_what_is_no_full_day_never_becomes_one(read: Read, said: str) -> None:
    found = read(workbook(("矿山名称", "采矿许可证有效期至"), ("甲矿", said)))
    assert found.rows[0].facts == {}
    assert found.bad_rows == frozenset({2})


def test_none_is_said_where_the_dictionary_allows_it(read: Read) -> None:
    (row,) = read(workbook(("矿山名称", "省级入名录日期", "省级绿色矿山名录"), ("甲矿", "无", "未入名录"))).rows
    assert row.facts["provincial_entered_on"] is NONE


def test_an_entry_that_contradicts_its_day_makes_a_bad_row(read: Read) -> None:
    found = read(
        workbook(
            ("矿山名称", "省级绿色矿山名录", "省级入名录日期"), ("甲矿", "在册", "无"), ("乙矿", "在册", "2024-01-01")
        )
    )
    assert found.bad_rows == frozenset({2})


def test_a_percentage_heading_over_a_share_is_asked_about(read: Read) -> None:
    found = read(workbook(("矿山名称", "矿种", "开采回采率（%）"), ("甲矿", "煤", 0.85), ("乙矿", "煤", 85)))
    assert "mining_recovery_rate" not in found.rows[0].facts
    assert found.rows[1].facts["mining_recovery_rate"] == 8500
    assert found.bad_rows == frozenset({2})


def test_the_county_is_found_by_its_names_where_the_code_is_missing(read: Read) -> None:
    found = read(
        workbook(
            ("矿山名称", "矿种", "省", "市", "县"),
            ("甲矿", "煤", "内蒙古自治区", "赤峰市", "敖汉旗"),
            ("乙矿", "煤", "", "", "不存在县"),
        )
    )
    assert [row.region_code for row in found.rows] == ["150430", None]
    assert [(p.row, p.severity) for p in found.problems] == [(3, "notice")]


def test_totals_footnotes_and_blank_rows_are_no_mines(read: Read) -> None:
    rows = (
        ("矿山名称", "矿种", "设计生产能力"),
        ("甲矿", "煤", 90),
        ("", "", ""),
        ("合计", "", 90),
        ("注：产能为核定数", "", ""),
    )
    assert [row.name for row in read(workbook(*rows)).rows] == ["甲矿"]


def test_cells_merged_down_a_column_hold_for_every_row(read: Read) -> None:
    def merge(book: Any, sheet: Any) -> None:
        sheet.merge_range(1, 2, 2, 2, "150430")

    content = workbook(
        ("矿山名称", "矿种", "行政区代码"), ("甲矿", "煤"), ("乙矿", "铁"), ("丙矿", "铁", "150421"), more=merge
    )
    assert [row.region_code for row in read(content).rows] == ["150430", "150430", "150421"]


def test_a_formula_that_failed_or_has_no_result_is_pointed_at(read: Read) -> None:
    def formulas(book: Any, sheet: Any) -> None:
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
        sheet.write_formula(2, 2, "=B9", None, "")
        sheet.write_formula(3, 2, "=60+30", None, 90)

    content = workbook(
        ("矿山名称", "矿种", "设计生产能力"), ("甲矿", "煤"), ("乙矿", "煤"), ("丙矿", "煤"), more=formulas
    )
    found = read(content)
    assert [(p.row, p.column) for p in found.problems if p.severity == "error"] == [
        (2, "设计生产能力"),
        (3, "设计生产能力"),
    ]
    assert found.rows[2].facts["designed_capacity"] == 9000


def test_a_number_that_stands_twice_is_said_and_both_rows_are_read(read: Read) -> None:
    found = read(ledger(MINE, changed(矿山名称="二号煤矿")))
    assert [row.id for row in found.rows] == ["M1", "M1"]
    assert [(p.row, p.severity) for p in found.problems] == [(5, "notice")]


def test_licence_numbers_and_credit_codes_are_checked(read: Read) -> None:
    rows = (
        ("矿山名称", "采矿许可证号", "统一社会信用代码"),
        ("甲矿", "C1500002009051120016226", "91110000802100433B"),
        ("乙矿", "C15000020090511200162", "91110000802100433A"),
    )
    found = read(workbook(*rows))
    errors = [(p.row, p.column) for p in found.problems if p.severity == "error"]
    assert errors == [(3, "采矿许可证号"), (3, "统一社会信用代码")]
    assert found.rows[0].id == "row-2"


def test_holder_facts_stand_under_the_holder(read: Read) -> None:
    (row,) = read(workbook(("矿山名称", "矿种", "研发投入占主营业务收入比例（%）"), ("甲矿", "煤", 1.5))).rows
    assert row.facts["holder.rnd_spend_ratio"] == 150


def test_two_columns_of_one_fact_are_not_mixed(read: Read) -> None:
    found = read(workbook(("矿山名称", "矿种", "主矿种"), ("甲矿", "煤", "铁")))
    assert found.unmapped == ("主矿种",)


def test_values_outside_the_domain_make_a_bad_row_and_keep_the_rest(read: Read) -> None:
    found = read(ledger(changed(经度东经="200", 投产时间="很早")))
    assert {p.column for p in found.problems} == {"经度（东经）", "投产时间"}
    assert found.bad_rows == frozenset({4})
    assert found.rows[0].facts["designed_capacity"] == 12000


def test_a_file_without_headings_is_refused_in_words(read: Read) -> None:
    with pytest.raises(LedgerRefused, match="找不到表头"):
        read(workbook(("一", "二"), ("三", "四")))


def test_headings_without_mines_are_refused_in_words(read: Read) -> None:
    with pytest.raises(LedgerRefused, match="其下没有矿山"):
        read(workbook(HEADINGS))


def test_every_heading_of_the_dictionary_leads_to_one_fact(dictionary: Dictionary) -> None:
    speakers: dict[str, set[str]] = {}
    for fact in dictionary.for_subject("mine"):
        for word in (fact.label["zh"], *fact.headings):
            speakers.setdefault(plain_heading(word), set()).add(fact.name)
    assert {word: names for word, names in speakers.items() if len(names) > 1} == {}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("煤炭", "coal"), ("铁矿", "iron"), ("地热(热气)", "geothermal_steam"), ("地热（热水）", "geothermal_water"), ("地热", "geothermal_water"),
        ("金(砂金)", "gold_placer"), ("金矿", "gold_lode"), ("铅锌矿", "lead_zinc"), ("建筑石料用灰岩", "building_stone"), ("铜、钼", "copper"),
    ],
)  # fmt: skip
def test_minerals_are_known_by_the_names_licences_use(read: Read, dictionary: Dictionary, said: str, code: str) -> None:
    (row,) = read(ledger(changed(矿种=said))).rows
    assert dictionary["mineral"].show(row.facts["mineral"]) == code


def test_a_row_beyond_the_last_problem_listed_is_still_a_bad_row(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("greenmine.registry.ledgers.ledger.MOST_PROBLEMS", 3)
    lines = "".join(f"A{n},坏{n}矿,150430,煤,abc,xyz\n" for n in range(10))
    found = read(f"矿山编号,矿山名称,行政区代码,矿种,设计生产能力（万吨/年）,投产时间\n{lines}".encode(), "台账.csv")
    assert {problem.row for problem in found.problems if problem.severity == "error"} == set(range(2, 12))
