"""Filling in by workbook: out with what stands, in with a preview, nothing written over, nothing written in silence."""

from __future__ import annotations

import io

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook


def page(name, found):
    return reverse(f"enterprise:{name}", args=[found.number])


def rewritten(content, changes):
    """The same workbook with some cells typed anew: (id of the item, column) → text."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True})
    for name in book.sheet_names:
        sheet = made.add_worksheet(name)
        for place, row in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False)):
            for column, cell in enumerate(row):
                sheet.write_string(place, column, str(changes.get((row[0], column), cell)))
    made.close()
    return out.getvalue()


def upload(content):
    return SimpleUploadedFile("自评.xlsx", content)


def test_a_filled_workbook_is_previewed_and_written_on_a_second_word(world, firm, at_desk, opened) -> None:
    client = at_desk(firm.clerk)
    content = rewritten(client.get(page("workbook_out", opened)).content, {("zones", 4): "已填", ("zones", 6): "是"})
    preview = client.post(page("workbook", opened), {"file": upload(content)})
    assert [one["difference"].indicator for one in preview.context["rows"]] == ["zones"]
    assert "将写入" in preview.content.decode()
    assert opened.items.get(indicator="zones").state == "unanswered"
    client.post(page("workbook", opened), {"kept": preview.context["kept"], "apply": "1"})
    assert opened.items.get(indicator="zones").met is True


def test_what_somebody_changed_since_is_shown_and_not_written_over(world, firm, at_desk, opened) -> None:
    from greenmine.assessment import actions

    client = at_desk(firm.clerk)
    content = rewritten(client.get(page("workbook_out", opened)).content, {("zones", 4): "已填", ("zones", 6): "是"})
    draft = actions.Draft("scored", None, False, comment="同事刚填的")
    actions.answer(opened, "zones", draft, seen=0, by=firm.colleague, on=timezone.localdate())
    preview = client.post(page("workbook", opened), {"file": upload(content)})
    assert "下载后被他人改过，不覆盖" in preview.content.decode()
    client.post(page("workbook", opened), {"kept": preview.context["kept"], "apply": "1"})
    assert opened.items.get(indicator="zones").comment == "同事刚填的"


def test_rows_that_cannot_be_read_are_named_and_nothing_is_written(world, firm, at_desk, opened) -> None:
    client = at_desk(firm.clerk)
    content = rewritten(client.get(page("workbook_out", opened)).content, {("zones", 4): "已填", ("zones", 6): "也许"})
    preview = client.post(page("workbook", opened), {"file": upload(content)})
    shown = preview.content.decode()
    assert "也许" in shown
    assert "改正全部问题后重新上传" in shown
    refused = client.post(page("workbook", opened), {"kept": preview.context["kept"], "apply": "1"})
    assert refused.status_code == 400
    assert opened.items.get(indicator="zones").state == "unanswered"


def test_what_is_no_workbook_of_this_assessment_is_refused_in_words(world, firm, at_desk, opened) -> None:
    client = at_desk(firm.clerk)
    for form in (
        {"file": upload("不是工作簿".encode())},
        {"file": upload(b"PK\x03\x04 broken")},
        {"kept": "forged:signature", "apply": "1"},
        {},
    ):
        answer = client.post(page("workbook", opened), form)
        assert answer.status_code == 400
        assert 'class="alert alert-danger"' in answer.content.decode()
