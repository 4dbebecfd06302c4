"""Submitted self-assessments on the authority's desk: the list, one as it was submitted, giving it back."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tests.web.enterprise import conftest as enterprise
from tests.web.enterprise.conftest import open_one, submit

firm, opened = enterprise.firm, enterprise.opened  # the same fixtures


@pytest.fixture
def submitted(world, firm, opened):
    """青山煤矿's self-assessment, submitted."""
    return submit(opened, firm)


def page(name, found, *more):
    return reverse(f"authority:{name}", args=[found.number, *more])


def test_the_list_holds_what_was_submitted_in_the_region_and_goes_out_as_it_is_seen(world, at_desk, submitted) -> None:
    client, listed = at_desk(world.county), reverse("authority:assessments")
    shown = client.get(listed).content.decode()
    for words in (submitted.number, "青山煤矿", "青山矿业有限公司", "已提交"):
        assert words in shown, words
    for query in (
        "?q=青山",
        "?state=submitted",
        f"?verdict={submitted.verdict}",
        f"?year={submitted.year}",
        "?region=620400",
    ):
        assert submitted.number in client.get(listed + query).content.decode(), query
    for query in ("?q=白石", "?state=returned", "?year=1999", "?year=²", "?region=620500", "?after=0"):
        assert (submitted.number in client.get(listed + query).content.decode()) is (query == "?year=²"), query
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(reverse("authority:assessments_export")).content))
    rows = book.get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows] == ["编号", submitted.number]


def test_another_county_finds_no_trace(world, at_desk, submitted) -> None:
    client = at_desk(world.other_county)
    assert submitted.number not in client.get(reverse("authority:assessments")).content.decode()
    for name, more in (("assessment", []), ("assessment_compare", []), ("assessment_file", ["json"])):
        assert client.get(page(name, submitted, *more)).status_code == 404, name
    assert client.post(page("assessment_return", submitted), {"text": "x", "indicator": ""}).status_code in {403, 404}


def test_the_report_is_read_as_it_was_submitted_with_items_evidence_and_hints(world, at_desk, submitted) -> None:
    shown = at_desk(world.city).get(page("assessment", submitted)).content.decode()
    for words in (
        "功能分区",
        "提交时的提示与说明",
        "已核对，情况属实",
        submitted.frozen_hash,
        "对本项提出退回意见",
        "按默认口径",
    ):
        assert words in shown, words


def test_a_report_goes_back_with_all_its_reasons_and_what_is_typed_stays_when_refused(
    world, at_desk, submitted
) -> None:
    client = at_desk(world.city)
    empty = client.post(page("assessment_return", submitted), {"indicator": ["", "zones"], "text": ["", " "]})
    assert (empty.status_code, "请填写退回理由" in empty.content.decode()) == (400, True)
    long = client.post(page("assessment_return", submitted), {"indicator": ["zones"], "text": ["长" * 1001]})
    assert "长" * 1001 in long.content.decode()
    client.post(
        page("assessment_return", submitted), {"indicator": ["zones", ""], "text": ["缺少分区图", "请核对产量"]}
    )
    submitted.refresh_from_db()
    assert submitted.state == "returned"
    assert submitted.returns.get().reasons == [
        {"indicator": "zones", "text": "缺少分区图"},
        {"indicator": "", "text": "请核对产量"},
    ]
    shown = client.get(page("assessment", submitted)).content.decode()
    assert "企业正在修改" in shown
    again = client.post(page("assessment_return", submitted), {"indicator": [""], "text": ["再退一次"]})
    assert "只有已提交的自评报告可以退回" in again.content.decode()


def test_a_clerk_reads_and_is_told_why_he_may_not_give_it_back(world, at_desk, submitted) -> None:
    client = at_desk(world.county)
    assert "您的岗位不能退回自评报告" in client.get(page("assessment", submitted)).content.decode()
    assert client.post(page("assessment_return", submitted), {"indicator": [""], "text": ["退"]}).status_code == 403


def test_while_it_is_mended_nothing_of_the_draft_is_seen(world, firm, at_desk, submitted) -> None:
    from django.utils import timezone

    from greenmine.assessment import actions

    client = at_desk(world.city)
    client.post(page("assessment_return", submitted), {"indicator": [""], "text": ["请核对"]})
    item = submitted.items.get(indicator="zones")
    draft = actions.Draft("scored", None, False, comment="改到一半的草稿")
    actions.answer(submitted, "zones", draft, seen=item.version, by=firm.clerk, on=timezone.localdate())
    for name in ("assessment", "assessment_compare"):
        assert "改到一半的草稿" not in client.get(page(name, submitted)).content.decode()
    listed = client.get(reverse("authority:assessments")).content.decode()
    assert "企业修改中" in listed


def test_it_is_compared_with_the_one_before(world, firm, at_desk, submitted) -> None:
    client = at_desk(world.city)
    assert "此前没有提交过自评报告" in client.get(page("assessment_compare", submitted)).content.decode()
    second = submit(open_one(world.green, firm.clerk, firm.house), firm)
    shown = client.get(page("assessment_compare", second)).content.decode()
    assert submitted.number in shown
