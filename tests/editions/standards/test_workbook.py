"""The Excel form of a set: out and back to the same digest; what is wrong is a sentence with sheet, row and column."""

from __future__ import annotations

import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from greenmine.editions import standards
from greenmine.editions.standards import columns as form
from greenmine.editions.standards import pairs
from greenmine.editions.standards.actions import CannotLoad
from greenmine.editions.standards.comparing import difference
from greenmine.editions.standards.reading import MOST_ROWS, read_sheets
from greenmine.editions.standards.steps import CannotRead, evidence_of, scale_of
from greenmine.editions.standards.workbook import workbook
from greenmine.law.indicators import load_mapping
from tests.editions.standards.conftest import sheets_of

pytestmark = pytest.mark.django_db
SETS = ["cn-2020", "cn-2024", "nm-2024", "demo-2026", "demo-2027"]


def sheets(identifier="demo-2026"):
    return sheets_of(workbook(standards.get(identifier)))


def cell(found, sheet, row, title):
    return found[sheet][row - 1], found[sheet][0].index(title)


def put(found, sheet, row, title, value):
    line, column = cell(found, sheet, row, title)
    line[column] = value


@pytest.mark.parametrize("identifier", SETS)
def test_a_set_comes_back_from_its_workbook_with_the_same_digest(law, identifier):
    parsed = read_sheets(sheets(identifier))
    assert parsed.problems == ()
    assert parsed.standard.digest == standards.get(identifier).digest


def test_the_national_template_leaves_49_rows_to_fill_and_23_categories(law):
    found = sheets("cn-2024")
    assert [row[1] for row in found[form.STRUCTURE][1:7]] == [
        "environment", "extraction", "utilisation", "low-carbon", "restoration", "management",
    ]  # fmt: skip
    assert len([row for row in found[form.STRUCTURE][1:] if row[0] == "二级"]) == 23
    assert len(found[form.INDICATORS]) == 1 + 49
    assert "黄色表头" in found[form.GUIDE][0][0]


def test_the_choices_of_every_column_stand_on_a_sheet_of_their_own(law):
    lists = sheets()[form.LISTS]
    assert "climates" in lists[0]
    assert "煤炭" in {row[lists[0].index("industries")] for row in lists[1:]}


WRONG = [
    (form.INDICATORS, 2, "类型", "重要", "指标 第 2 行 类型", "应为：约束性、提升性、未知"),
    (form.INDICATORS, 3, "分值", "5", "结构 第 3 行", "其下各项合计"),
    (form.INDICATORS, 3, "编号", "zones", "指标 第 3 行", "重复"),
    (form.INDICATORS, 3, "所属二级指标", "nowhere", "指标 第 3 行", "不在结构表中"),
    (form.INDICATORS, 3, "所属二级指标", "", "指标 第 3 行", "没有写所属二级指标"),
    (form.INDICATORS, 3, "评分内容", "3 分", "指标 第 3 行 评分内容", "分值 | 说明"),
    (form.INDICATORS, 3, "评分内容", "9 | 好\n0 | 坏", "指标 第 3 行", "高于分值"),
    (form.INDICATORS, 2, "评分内容", "no_such_fact = 1", "指标 第 2 行", "no_such_fact"),
    (form.INDICATORS, 2, "依据条款", "cn-2024-1/99", "指标 第 2 行", "没有条款"),
    (form.INDICATORS, 2, "行业", "渔业", "指标 第 2 行 行业", "应为"),
    (form.INDICATORS, 2, "佐证", "a | b | c | d | e | f", "指标 第 2 行 佐证", "编号 | 名称"),
    (form.INDICATORS, 2, "分值", "很多", "指标 第 2 行", "“分值”的“很多”不是"),
    (form.INDICATORS, 2, "填报说明", "长" * 5000, "指标 第 2 行 填报说明", "超过 4000 字"),
    (form.STRUCTURE, 2, "级别", "二级", "结构 第 2 行", "前面没有一级"),
    (form.PRECONDITIONS, 2, "核验条件式", "mining_license_status =", "先决条件 第 2 行", "check"),
    (form.HEAD, 5, "内容", "很正式", "基本信息 第 5 行", "应为：正式"),
    (form.HEAD, 2, "项目", "编好", "基本信息 第 2 行", "不认识的项目"),
]


@pytest.mark.parametrize(("sheet", "row", "title", "value", "where", "sentence"), WRONG)
def test_what_is_wrong_is_said_with_sheet_row_and_column(law, sheet, row, title, value, where, sentence):
    found = sheets()
    put(found, sheet, row, title, value)
    parsed = read_sheets(found)
    assert parsed.standard is None
    told = [(problem.where, problem.zh) for problem in parsed.problems]
    assert any(one.startswith(where) and sentence in zh for one, zh in told), told
    assert all(problem.en for problem in parsed.problems)


def test_a_missing_sheet_an_unknown_heading_and_too_many_rows_are_refused(law):
    found = sheets()
    assert read_sheets({k: v for k, v in found.items() if k != form.INDICATORS}).problems[0].zh == "缺少工作表“指标”"
    changed = copy.deepcopy(found)
    changed[form.INDICATORS][0][3] = "别的"
    assert "不认识的表头“别的”" in {one.zh for one in read_sheets(changed).problems}
    found[form.INDICATORS] += [[]] * MOST_ROWS
    assert read_sheets(found).problems[0].zh == f"超过 {MOST_ROWS} 行"


def test_numbers_and_english_may_be_left_out(law):
    found = sheets()
    for row in range(2, 12):
        put(found, form.INDICATORS, row, "编号", "")
        put(found, form.INDICATORS, row, "英文名称", "")
    parsed = read_sheets(found)
    assert parsed.problems == ()
    first = parsed.standard.indicators[0]
    assert (first.id, first.name["en"]) == ("i-01", first.name["zh"])


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_no_cell_makes_the_reader_fall_over(law, data):
    found = sheets("demo-2026")
    sheet = data.draw(st.sampled_from(form.SHEETS))
    row = data.draw(st.integers(0, len(found[sheet]) - 1))
    column = data.draw(st.integers(0, len(found[sheet][row]) - 1))
    junk = st.one_of(st.text(max_size=40), st.floats(), st.booleans(), st.none(), st.integers(), st.just('"}]{\\'))
    found[sheet][row][column] = data.draw(junk)
    parsed = read_sheets(found)
    assert (parsed.standard is None) == bool(parsed.problems)


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("levels", "一"),
        ("range", ""),
        ("range", "1\n2"),
        ("measured", ""),
        ("measured", "fact\n多 : 2"),
        ("unknown", "1 | 好"),
    ],
)
def test_steps_that_cannot_be_read_are_refused_in_both_languages(name, steps):
    with pytest.raises(CannotRead) as refused:
        scale_of(name, steps)
    assert refused.value.zh
    assert refused.value.en


def test_evidence_may_be_only_a_name(law):
    assert evidence_of("营业执照\n p | 照片 | photo | photo | 12") == [
        {"id": "evidence-1", "name": {"zh": "营业执照", "en": "营业执照"}},
        {"id": "p", "name": {"zh": "照片", "en": "photo"}, "kinds": ["photo"], "valid_months": "12"},
    ]


def test_the_difference_between_two_editions_is_named_item_by_item(law):
    found = difference(standards.get("demo-2026"), standards.get("demo-2027"))
    assert {one.id for one in found.added} == {"order-site", "order-road", "carbon-footprint", "people"}
    assert {one.id for one in found.dropped} == {"order", "greening-care", "training", "disclosure"}
    assert [(one.after.id, [field["zh"] for field in one.fields]) for one in found.changed] == [("rnd", ["评分标准"])]
    assert difference(standards.get("demo-2026"), standards.get("demo-2026")).is_nothing


def test_a_mapping_goes_out_as_pairs_and_comes_back(law):
    old, new = standards.get("demo-2026"), standards.get("demo-2027")
    lines = [list(pairs.TITLES), *pairs.rows(old, new)]
    assert load_mapping(pairs.text_of(lines, old.id, new.id)) == standards.mapping(old.id, new.id)


def test_pairs_nobody_mapped_wait_for_a_relation_and_a_wrong_one_names_its_row(law):
    old, new = standards.get("demo-2027"), standards.get("demo-2026")
    lines = [list(pairs.TITLES), *pairs.rows(old, new)]
    with pytest.raises(CannotLoad, match="第 2 行“关系”应为：相同、变窄、变宽、无对应"):
        pairs.text_of(lines, old.id, new.id)
    with pytest.raises(CannotLoad, match="表头应为"):
        pairs.text_of([["旧", "新"]], old.id, new.id)
