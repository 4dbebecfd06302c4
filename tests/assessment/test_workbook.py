from __future__ import annotations

import io

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from greenmine.accounts.permissions import NotAllowed
from greenmine.assessment import actions as assessment
from greenmine.assessment import workbook
from greenmine.assessment.permissions import CannotAssess
from tests.assessment.conftest import ON, new_mine


def changed(content: bytes, changes: dict[tuple[str, int], str], *, drop: str = "") -> bytes:
    """The same workbook with other cells: (item id, column) → text."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    out = io.BytesIO()
    new = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    for name in book.sheet_names:
        if name == drop:
            continue
        sheet = new.add_worksheet(name)
        for row, cells in enumerate(book.get_sheet_by_name(name).to_python()):
            for column, cell in enumerate(cells):
                sheet.write_string(row, column, changes.get((str(cells[0]), column), str(cell)))
    new.close()
    return out.getvalue()


STATE, SCORE, MET, REASON, COMMENT, EFFORT, VERSION = range(4, 11)


def test_the_template_holds_a_sheet_for_each_dimension_and_says_nothing_new(opened, say):
    say(opened, "order", score=300, comment="=1+1")
    content = workbook.write(opened)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert len(book.sheet_names) == 8
    found = workbook.preview(opened, content)
    assert (found.differences, found.problems) == ([], [])
    assert found.same == opened.items.count()


def test_a_filled_workbook_is_previewed_and_written_with_history(opened, say, cast):
    content = changed(
        workbook.write(opened),
        {
            ("order", SCORE): "3",
            ("order", COMMENT): "每日清扫",
            ("order", EFFORT): "2000",
            ("no-open-dispute", MET): "是",
            ("greening-care", STATE): "不适用",
            ("greening-care", REASON): "无绿地",
        },
    )
    found = workbook.preview(opened, content)
    assert found.problems == []
    assert sorted(one.indicator for one in found.differences) == ["greening-care", "no-open-dispute", "order"]
    assert opened.items.exclude(state="unanswered").count() == 0
    assert workbook.apply(opened, found, by=cast.enterprise, on=ON) == 3
    rows = {row.indicator: row for row in opened.items.exclude(state="unanswered")}
    assert (rows["order"].score, rows["order"].comment, rows["order"].effort) == (300, "每日清扫", 2000)
    assert rows["no-open-dispute"].met is True
    assert rows["greening-care"].reason == "无绿地"
    assert opened.changes.count() == 3


def test_what_somebody_changed_since_is_shown_and_not_written_over(opened, say, cast):
    content = changed(workbook.write(opened), {("order", SCORE): "3", ("no-open-dispute", MET): "是"})
    say(opened, "order", score=0, comment="另一人")
    found = workbook.preview(opened, content)
    assert [one.indicator for one in found.overtaken] == ["order"]
    assert workbook.apply(opened, found, by=cast.enterprise, on=ON) == 1
    row = opened.items.get(indicator="order")
    assert (row.score, row.comment) == (0, "另一人")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (("order", SCORE), "99"),
        (("order", SCORE), "三"),
        (("order", SCORE), "-3"),
        (("order", STATE), "随便"),
        (("order", VERSION), "x"),
        (("order", EFFORT), "-5"),
        (("no-open-dispute", MET), "也许"),
        (("order", 0), "no-such-item"),
        (("order", 0), "zones"),
    ],
)
def test_each_bad_row_is_a_sentence_with_its_place_and_nothing_is_written(opened, cast, cell, text):
    found = workbook.preview(opened, changed(workbook.write(opened), {cell: text}))
    assert len(found.problems) == 1
    assert found.problems[0].row > 1
    assert found.problems[0].zh
    assert found.problems[0].en
    with pytest.raises(CannotAssess):
        workbook.apply(opened, found, by=cast.enterprise, on=ON)
    assert opened.changes.count() == 0


def test_a_workbook_of_another_assessment_or_none_at_all_is_refused(edition, opened, cast, house):
    other = new_mine(edition, cast, "另一煤矿")
    another = assessment.open_self(other.key, by=cast.enterprise, organisation=house, on=ON)
    content = workbook.write(another)
    for wrong in (content, b"", b"not a workbook", changed(workbook.write(opened), {}, drop="说明")):
        with pytest.raises(CannotAssess):
            workbook.preview(opened, wrong)


def test_another_enterprise_cannot_write(opened, cast):
    found = workbook.preview(opened, changed(workbook.write(opened), {("order", SCORE): "3"}))
    with pytest.raises(NotAllowed):
        workbook.apply(opened, found, by=cast.other_enterprise, on=ON)
