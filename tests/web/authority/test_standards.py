"""The catalogue and the sets of indicators at the desk: read by everybody, registered by few, published by another."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
import python_calamine
from django.urls import reverse
from django.utils import timezone

from greenmine.editions.models import CatalogueEntry, CatalogueStage, Checklist, ModeChoice, StandardUse
from greenmine.editions.standards import registering
from tests.conftest import person
from tests.web.authority.conftest import say

pytestmark = pytest.mark.django_db
LOCAL = {
    "level": "local", "stage": "drafting", "subject": "construction", "title": "煤炭行业绿色矿山建设规范", "stage_on": "2026-01-10",
    "lead": "甘肃省地矿局", "participants": "省市场监管局、矿业协会", "territory": "620000", "industries": ["coal"], "source": "立项通知",
}  # fmt: skip


def words(response: Any) -> str:
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def open_page(at_desk, who, name, *args, **given):
    return words(at_desk(who).get(reverse(f"authority:{name}", args=args), given))


def second_decider(world):
    from greenmine.accounts import queries

    house = queries.main_organisation(world.decider, on=timezone.localdate())
    return person(house, "w-second", "马签发", "decider")


@pytest.mark.parametrize("who", ["province", "decider", "auditor", "county", "ecology", "firm"])
def test_everybody_with_a_desk_reads_the_catalogue_the_gaps_and_a_set(world, at_desk, who):
    someone = getattr(world, who)
    assert "DZ/T 0315-2018" in open_page(at_desk, someone, "standards")
    assert "尚缺" in open_page(at_desk, someone, "standards_gaps")
    assert "矿容矿貌整洁" in open_page(at_desk, someone, "indicator_set", "demo-2026")
    assert "绿色矿山评价通则" in open_page(at_desk, someone, "standard", "gb-t-44823-2024")


def test_a_set_of_which_only_the_structure_is_held_says_so(world, at_desk):
    page = open_page(at_desk, world.county, "indicator_set", "cn-2024")
    assert "不能据此出具结论" in page
    assert "23 个二级指标、49 个三级指标" in page
    assert "演示用指标表" not in page


@pytest.mark.parametrize(
    ("name", "args"), [("indicator_set", ["cn-1999"]), ("standard", ["BZ999999"]), ("mine_standards", ["M99999999"])]
)
def test_what_does_not_exist_is_a_page_that_says_so(world, at_desk, name, args):
    assert at_desk(world.county).get(reverse(f"authority:{name}", args=args)).status_code == 404
    assert (
        at_desk(world.county).get(reverse("authority:indicator_set", args=["demo-2026"]), {"digest": "x"}).status_code
        == 404
    )


def test_the_catalogue_is_filtered_and_exported_as_filtered(world, at_desk):
    page = open_page(at_desk, world.county, "standards", industry="gold", level="local")
    assert "DB15/T 3962.3-2025" in page
    assert "DB6530" in page  # a text without industries speaks of all
    assert "DZ/T 0315-2018" not in page
    assert "没有符合条件的标准" in open_page(at_desk, world.county, "standards", q="没有这样的标准")
    response = at_desk(world.county).get(reverse("authority:standards_export"), {"q": "0315"})
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    rows = book.get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows[1:]] == ["DZ/T 0315-2018"]


@pytest.mark.parametrize("who", ["county", "auditor", "firm"])
def test_who_may_not_register_is_refused_in_words(world, at_desk, who):
    response = at_desk(getattr(world, who)).post(reverse("authority:standard_new"), LOCAL)
    assert response.status_code == 403
    assert "您的岗位不能" in response.content.decode()
    assert not CatalogueEntry.objects.exists()


@pytest.mark.shows("nm-2020/5.2.e.3", by="record")
def test_the_department_publishes_a_version_another_person_than_registered_it(world, at_desk):
    at_desk(world.decider).post(reverse("authority:standard_new"), LOCAL)
    row = CatalogueEntry.objects.get()
    given = {"stage": "issued", "stage_on": "2026-06-01", "number": "DB62/T 9-2026", "source": "公告"}
    refused = at_desk(world.decider).post(reverse("authority:standard_publish", args=[row.key]), given)
    assert refused.status_code == 403
    assert "提出人不能同时作出决定" in refused.content.decode()
    at_desk(second_decider(world)).post(reverse("authority:standard_publish", args=[row.key]), given)
    stage = CatalogueStage.objects.get()
    assert (stage.stage, stage.number, stage.by) == ("issued", "DB62/T 9-2026", "马签发")


@pytest.mark.shows("nm-2020/5.2.e.3", by="record", refusal=True)
@pytest.mark.parametrize("who", ["province", "ecology", "county", "firm"])
def test_nobody_else_publishes_a_local_standard(world, at_desk, who):
    at_desk(world.decider).post(reverse("authority:standard_new"), LOCAL)
    row = CatalogueEntry.objects.get()
    given = {"stage": "issued", "stage_on": "2026-06-01", "number": "DB62/T 9-2026", "source": "公告"}
    for name in ("standard_publish", "standard_advance"):
        response = at_desk(getattr(world, who)).post(reverse(f"authority:{name}", args=[row.key]), given)
        assert response.status_code == 403
    assert not CatalogueStage.objects.exists()


def test_a_local_standard_of_another_province_is_not_ours_to_register(world, at_desk):
    response = at_desk(world.province).post(reverse("authority:standard_new"), LOCAL | {"territory": "530000"})
    assert response.status_code == 403
    assert not CatalogueEntry.objects.exists()


def test_a_refused_form_keeps_what_was_typed(world, at_desk):
    response = at_desk(world.province).post(reverse("authority:standard_new"), LOCAL | {"lead": ""})
    page = words(response)
    assert "起草单位" in page
    assert "煤炭行业绿色矿山建设规范" in page
    bad = at_desk(world.province).post(
        reverse("authority:standard_new"), LOCAL | {"stage_on": "2026-02-30", "territory": "六二"}
    )
    assert "请填写六位行政区代码" in words(bad)
    assert not CatalogueEntry.objects.exists()


def test_a_stage_that_goes_back_is_a_sentence_on_the_form(world, at_desk):
    at_desk(world.province).post(reverse("authority:standard_new"), LOCAL)
    key = CatalogueEntry.objects.get().key
    given = {"stage": "consultation", "stage_on": "2026-01-09", "source": "公告"}
    page = words(at_desk(world.province).post(reverse("authority:standard_advance", args=[key]), given))
    assert "不能早于上一阶段的日期 2026-01-10" in page
    response = at_desk(world.province).post(
        reverse("authority:standard_advance", args=[key]), given | {"stage_on": "2026-02-01"}
    )
    assert response.status_code == 302
    assert "征求意见" in open_page(at_desk, world.county, "standard", key)


OWN = {
    "level": "enterprise", "stage": "in_force", "subject": "construction", "title": "青山矿业管理标准", "number": "Q/QS 1-2026",
    "stage_on": "2026-01-05", "in_force_on": "2026-01-05", "territory": "620422", "version": "2026版", "source": "企业发布",
}  # fmt: skip


def test_an_enterprise_registers_its_standard_takes_it_up_at_its_own_mine_and_gives_it_up(world, at_desk):
    at_desk(world.firm).post(reverse("authority:standard_own"), OWN)
    key = CatalogueEntry.objects.get().key
    page = open_page(at_desk, world.firm, "standard", key)
    assert "青山煤矿" in page
    assert "红柳石灰岩矿" not in page
    foreign = at_desk(world.firm).post(
        reverse("authority:standard_use", args=[key]), {"mine": world.red.key, "since": "2026-02-01"}
    )
    assert foreign.status_code == 200
    assert not StandardUse.objects.exists()
    at_desk(world.firm).post(
        reverse("authority:standard_use", args=[key]), {"mine": world.green.key, "since": "2026-02-01"}
    )
    assert "Q/QS 1-2026" in open_page(at_desk, world.firm, "mine_standards", world.green.key)
    at_desk(world.firm).post(reverse("authority:standard_end_use", args=[key]), {"mine": world.green.key})
    assert StandardUse.objects.get().until == timezone.localdate()


def test_a_rival_neither_takes_up_nor_sees_who_uses_an_enterprise_standard(world, at_desk):
    at_desk(world.firm).post(reverse("authority:standard_own"), OWN)
    key = CatalogueEntry.objects.get().key
    at_desk(world.firm).post(
        reverse("authority:standard_use", args=[key]), {"mine": world.green.key, "since": "2026-02-01"}
    )
    assert "青山煤矿" not in open_page(at_desk, world.rival, "standard", key)
    at_desk(world.rival).post(
        reverse("authority:standard_use", args=[key]), {"mine": world.red.key, "since": "2026-02-01"}
    )
    at_desk(world.rival).post(reverse("authority:standard_end_use", args=[key]), {"mine": world.green.key})
    assert [(one.mine, one.until) for one in StandardUse.objects.all()] == [(world.green.key, None)]


@pytest.mark.shows("cn-2024-1/4.1.c", by="record")
def test_a_mine_shows_its_texts_its_set_and_every_requirement_with_its_evidence(world, at_desk):
    say(
        world.law, world.green, "county_nr", mining_method="underground", scale="large", functional_zones_divided="true"
    )
    page = open_page(at_desk, world.county, "mine_standards", world.green.key)
    assert "DZ/T 0315-2018" in page
    assert "演示指标·甘肃补充（2026版，非官方）" in page
    assert "功能分区</td>" in re.sub(r"\s+</td>", "</td>", page)
    assert "由事实判定" in page
    assert "缺，应有 1 种" in page
    assert "露天台阶与边坡" not in page


@pytest.mark.shows("cn-2024-1/4.1.c", by="record", refusal=True)
def test_another_countys_mine_is_not_shown_and_an_unknown_mineral_says_what_is_missing(world, at_desk):
    assert (
        at_desk(world.other_county).get(reverse("authority:mine_standards", args=[world.green.key])).status_code == 404
    )
    assert "是否适用待核实" in open_page(at_desk, world.county, "mine_standards", world.green.key)


@pytest.mark.shows("nm-2020/3.5.e.1", by="record")
def test_the_alternatives_to_the_declared_mode_are_shown_and_the_reason_is_asked_for(world, at_desk):
    say(world.law, world.green, "county_nr", mining_method="open_pit", scale="large")
    address = reverse("authority:mine_standards", args=[world.green.key])
    page = open_page(at_desk, world.firm, "mine_standards", world.green.key)
    assert "露天开采（已填报）" in page
    assert "地下开采" in page
    assert "尚未说明选择理由" in page
    assert "请说明选择该开采方式的理由" in words(at_desk(world.firm).post(address, {"reason": "省钱"}))
    at_desk(world.firm).post(address, {"reason": "矿体出露地表，地下开采将造成大面积沉陷，露天破坏较小"})
    kept = ModeChoice.objects.get()
    assert (kept.mine, kept.method) == (world.green.key, "open_pit")


@pytest.mark.shows("nm-2020/3.5.e.1", by="record", refusal=True)
def test_no_reason_is_taken_from_a_rival_or_before_a_mode_is_declared(world, at_desk):
    address = reverse("authority:mine_standards", args=[world.green.key])
    given = {"reason": "矿体出露地表，地下开采将造成大面积沉陷，露天破坏较小"}
    assert at_desk(world.rival).post(address, given).status_code == 404
    assert "请先填报开采方式" in words(at_desk(world.firm).post(address, given))
    assert at_desk(world.auditor).post(address, given).status_code == 403
    assert not ModeChoice.objects.exists()


def test_a_checklist_is_loaded_by_the_office_and_shown_at_the_exploring_mine(world, at_desk):
    given = {"items": "2.1 | 钻孔封孔\n场地恢复", "source": "规范文本"}
    address = reverse("authority:standard_checklist", args=["dz-t-0374-2021"])
    assert at_desk(world.county).post(address, given).status_code == 403
    assert "为空或过长" in words(at_desk(world.province).post(address, given | {"items": "1 |"}))
    at_desk(world.province).post(address, given)
    assert [one["number"] for one in Checklist.objects.get().items] == ["2.1", "2"]
    say(world.law, world.green, "county_nr", exploration_project="true")
    page = open_page(at_desk, world.firm, "mine_standards", world.green.key)
    assert "钻孔封孔" in page
    assert "检查清单尚未载入" in page  # the guide of Gansu


@pytest.mark.shows("gs-2023/3.2.h", by="record", refusal=True)
def test_without_submitted_assessments_the_effect_says_so_and_names_no_mine(world, at_desk):
    page = open_page(at_desk, world.province, "standards_effect")
    assert "还没有按这套指标表提交的评估" in page
    assert world.green.name not in page
    assert at_desk(world.ecology).get(reverse("authority:standards_effect")).status_code in (200, 403)


def test_pages_ask_the_same_number_of_questions_with_one_text_and_with_thirty(
    world, at_desk, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(name, *args):
        client = at_desk(world.province)
        client.get(reverse(f"authority:{name}", args=args))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(reverse(f"authority:{name}", args=args))
        return len(asked)

    before = {name: count(name) for name in ("standards", "standards_gaps")} | {
        "mine": count("mine_standards", world.green.key)
    }
    for number in range(30):
        draft = registering.Draft(
            title=f"标准{number}", level="group", stage="in_force", source="公告", number=f"T/X {number}-2026", issuer="协会",
            in_force_on=timezone.localdate(), stage_on=timezone.localdate(), industries=("coal",),
        )  # fmt: skip
        registering.register(draft, by="韩审核", on=timezone.localdate())
    after = {name: count(name) for name in ("standards", "standards_gaps")} | {
        "mine": count("mine_standards", world.green.key)
    }
    assert after == before
