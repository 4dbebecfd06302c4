"""Indicator sets at the operator's desk: nothing is loaded before it was looked at, nothing hostile is opened."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from greenmine.editions import standards
from greenmine.editions.models import IndicatorMapping, IndicatorSet
from greenmine.editions.standards import pairs, shelf
from greenmine.editions.standards.workbook import workbook
from greenmine.web.components.workbooks import workbook as plain_workbook

pytestmark = pytest.mark.django_db
PREVIEW, LOAD = reverse("operator:indicator_set_preview"), reverse("operator:indicator_set_load")


@pytest.fixture
def operator(law, cast, sign_in):
    return sign_in(cast.operator)


def upload(client, content, name="table.xlsx", source="附件3，2024年4月15日印发"):
    given = {"file": SimpleUploadedFile(name, content), "source": source}
    response = client.post(PREVIEW, given)
    assert response.status_code == 200
    return response.content.decode()


def official():
    """The demonstration set under the national id, as an operator would fill it."""
    import dataclasses

    demo = standards.get("demo-2026")
    named = dataclasses.replace(
        demo, id="cn-2024", status="official", tier="national", title={"zh": "国家级指标", "en": "national"}
    )
    return workbook(named)


def hidden(page, name):
    import html

    return html.unescape(re.search(rf'name="{name}" value="([^"]*)"', page)[1])


def test_an_official_table_is_looked_at_and_then_loaded_by_a_named_person(operator):
    page = upload(operator, official())
    assert "内容齐备，载入后可以据此出具结论" in page
    assert "新增 57 项" in page
    assert not IndicatorSet.objects.filter(loaded=True).exists()
    given = {"text": hidden(page, "text"), "digest": hidden(page, "digest"), "source": "附件3"}
    operator.post(LOAD, given)
    assert not IndicatorSet.objects.filter(loaded=True).exists()
    operator.post(LOAD, given | {"looked": "1"})
    row = IndicatorSet.objects.get(loaded=True)
    assert (row.identifier, row.by, row.source) == ("cn-2024", "何运维", "附件3")
    assert standards.get("cn-2024").can_decide
    listed = operator.get(reverse("operator:indicator_sets")).content.decode()
    assert "何运维 于" in listed
    operator.post(reverse("operator:indicator_set_withdraw"), {"digest": row.digest, "reason": "误"})
    assert not standards.get("cn-2024").can_decide


def test_a_text_that_differs_from_what_was_looked_at_is_not_loaded(operator):
    page = upload(operator, official())
    given = {"text": hidden(page, "text"), "digest": "0" * 64, "source": "附件3", "looked": "1"}
    assert "内容与预览不一致" in operator.post(LOAD, given).content.decode()
    operator.post(LOAD, given | {"text": "a: ["})
    assert not IndicatorSet.objects.filter(loaded=True).exists()


def test_problems_come_with_row_and_column_and_the_source_stays_typed(operator):
    from tests.editions.standards.conftest import sheets_of

    found = sheets_of(official())
    found["指标"][1][found["指标"][0].index("类型")] = "重要"
    content = plain_workbook([(name, rows[0], rows[1:]) for name, rows in found.items()])
    page = upload(operator, content)
    assert "发现 1 处问题" in page
    assert "指标 第 2 行 类型" in page
    assert "附件3，2024年4月15日印发" in page


def bomb():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 200_000_000)
    return file.getvalue()


def macro():
    file = io.BytesIO(official())
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    return file.getvalue()


def formula():
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    book.add_worksheet("指标").write_formula(0, 0, '=HYPERLINK("http://x")', None, "x")
    book.close()
    return file.getvalue()


def far_cell():
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("指标")
    sheet.write(0, 0, "x")
    sheet.write(1_048_575, 16_000, "x")
    book.close()
    return file.getvalue()


def many_rows():
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    for name in ("基本信息", "先决条件", "结构", "指标"):
        sheet = book.add_worksheet(name)
        for row in range(3000 if name == "指标" else 1):
            sheet.write(row, 0, "x")
    book.close()
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (bomb, "table.xlsx", "解"),
        (macro, "table.xlsx", "含有宏"),
        (formula, "table.xlsx", "含有公式"),
        (far_cell, "table.xlsx", "延伸到"),
        (many_rows, "table.xlsx", "超过 2000 行"),
        (lambda: b"PK\x03\x04broken", "table.xlsx", "损坏"),
        (lambda: b"%PDF-1.4", "table.xlsx", "与扩展名不符"),
        (lambda: b"<html></html>", "table.xlsx", "表"),
        (lambda: b"\xff\xfe\x00", "table.yaml", "UTF-8"),
        (lambda: b"a: [", "table.yaml", "YAML"),
        (lambda: b"x" * (5 * 1024 * 1024 + 1), "table.yaml", "超过 5 MB"),
        (lambda: b"x", "table.exe", "请上传"),
        (lambda: b"", "table.xlsx", "空"),
    ],
)
def test_hostile_or_broken_files_are_refused_in_words(operator, content, name, sentence):
    assert sentence in upload(operator, content(), name)
    assert not IndicatorSet.objects.exists()


def test_every_set_comes_as_template_or_text_and_two_are_compared(operator):
    template = operator.get(reverse("operator:indicator_set_template", args=["cn-2024"]))
    assert template.content.startswith(b"PK")
    text = operator.get(reverse("operator:indicator_set_text", args=["demo-2026-gansu"])).content.decode()
    assert text == shelf.text_of("demo-2026-gansu")
    page = operator.get(reverse("operator:indicator_set_compare"), {"before": "demo-2026", "after": "demo-2027"})
    assert "新增 4 项，取消 4 项，改变 1 项" in page.content.decode()
    for name, args in (
        ("indicator_set_template", ["x"]),
        ("indicator_set_text", ["x"]),
        ("indicator_mapping", ["x", "y"]),
    ):
        assert operator.get(reverse(f"operator:{name}", args=args)).status_code == 404
    assert operator.get(reverse("operator:indicator_set_compare"), {"before": "x", "after": "y"}).status_code == 404


def test_a_mapping_is_uploaded_looked_at_and_loaded(operator):
    address = reverse("operator:indicator_mapping", args=["demo-2026", "demo-2027"])
    old, new = standards.get("demo-2026"), standards.get("demo-2027")
    rows = pairs.rows(old, new)
    content = plain_workbook([(pairs.SHEET, pairs.TITLES, rows)])
    given = {"from_id": old.id, "to_id": new.id, "source": "专家意见", "file": SimpleUploadedFile("p.xlsx", content)}
    page = operator.post(address, given).content.decode()
    assert "检查无误" in page
    assert not IndicatorMapping.objects.exists()
    operator.post(address, {"deed": "load", "text": hidden(page, "text"), "source": "专家意见"})
    assert IndicatorMapping.objects.get().source == "专家意见"
    short = plain_workbook([(pairs.SHEET, pairs.TITLES, rows[1:])])
    given["file"] = SimpleUploadedFile("p.xlsx", short)
    assert "未写明对应关系" in operator.post(address, given).content.decode()


@pytest.mark.parametrize("who", ["county", "province", "enterprise", "agency", "auditor"])
def test_nobody_but_the_operator_loads_a_table(law, cast, sign_in, who):
    client = sign_in(getattr(cast, who))
    assert client.get(reverse("operator:indicator_sets")).status_code == 403
    for address in (PREVIEW, LOAD, reverse("operator:indicator_set_withdraw")):
        assert client.post(address, {"text": "x"}).status_code == 403
    assert not IndicatorSet.objects.exists()


def test_the_list_names_what_is_unknown_of_each_set(operator):
    page = operator.get(reverse("operator:indicator_sets")).content.decode()
    assert "counts.indicators (0/49)" in page
    assert "下载模板（已填骨架）" in page
