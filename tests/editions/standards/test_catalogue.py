"""The catalogue of standards: five levels, stages, scope, gaps, enterprise standards in use, checklists."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from greenmine.editions import standards
from greenmine.editions.models import CatalogueEntry, CatalogueStage, ModeChoice, StandardUse
from greenmine.editions.standards import catalogue, registering
from greenmine.editions.standards.registering import CannotRegister, Draft
from greenmine.editions.standards.reviewing import needing_review
from greenmine.ledger.models import Record

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 20)
ISSUED = Draft(
    title="绿色矿山建设规范 第2部分：煤炭行业", level="local", stage="issued", source="公告", number="DB15/T 3962.2-2026",
    stage_on=date(2026, 5, 1), in_force_on=date(2026, 8, 1), issuer="内蒙古自治区市场监督管理局", lead="自治区地质调查院",
    participants=("神东煤炭",), territory="150000", industries=("coal",),
)  # fmt: skip
DRAFT = replace(ISSUED, stage="drafting", number="", issuer="", stage_on=date(2026, 3, 1), in_force_on=None)


def register(draft, **more):
    return registering.register(draft, by="韩审核", on=ON, **more)


def numbers(sheet, region="620422", on=ON):
    return [one.text.number for one in catalogue.applicable(sheet, region, on=on) if one.applies]


@pytest.mark.shows("cn-2024-1/13.1.a", "nm-2020/2.2.2", by="record")
def test_the_catalogue_holds_number_days_stage_and_scope_and_is_in_order_of_level(law):
    found = catalogue.entries(ON)
    assert [text.level for text in found] == sorted((t.level for t in found), key=list(catalogue.LEVELS).index)
    coal = catalogue.entry("dz-t-0315-2018", ON)
    assert (coal.number, coal.stage, coal.in_force_on, coal.industries) == (
        "DZ/T 0315-2018", "in_force", date(2018, 10, 1), ("coal",),
    )  # fmt: skip
    kizilsu = catalogue.entry("db6530-t-0001-2025", ON)
    assert (kizilsu.territory, kizilsu.in_force_on) == ("653000", date(2025, 7, 7))
    assert catalogue.entry("db6530-t-0001-2025", date(2025, 7, 6)).stage == "issued"
    assert not catalogue.entry("db6530-t-0001-2025", date(2025, 7, 6)).holds_on(date(2025, 7, 6))


@pytest.mark.shows("cn-2024-1/13.1.a", "nm-2020/2.2.2", by="record", refusal=True)
@pytest.mark.parametrize(
    ("draft", "sentence"),
    [
        (replace(ISSUED, number=""), "必须有编号"),
        (replace(ISSUED, stage_on=None, in_force_on=None), "发布日或施行日"),
        (replace(ISSUED, territory="000000"), "适用地区"),
        (replace(ISSUED, territory="159999"), "没有行政区"),
        (replace(ISSUED, number="DZ/T 0315-2018"), "已在目录中"),
        (replace(ISSUED, number="dz/t  0315-2018"), "已在目录中"),
        (replace(ISSUED, title=" "), "名称和来源"),
        (replace(ISSUED, stage_on=date(2026, 11, 21)), "不能晚于今天"),
        (replace(ISSUED, issuer=""), "发布单位"),
        (replace(ISSUED, industries=("fishing",)), "没有行业"),
        (replace(ISSUED, minerals=("cheese",)), "不是矿种"),
        (replace(ISSUED, provisions=("cn-2024-1/99",)), "没有条款"),
        (replace(ISSUED, level="galactic"), "不在目录中"),
    ],
)
def test_a_standard_that_lacks_number_day_or_scope_is_refused_in_words(law, draft, sentence):
    with pytest.raises(CannotRegister, match=sentence):
        register(draft)
    assert not CatalogueEntry.objects.exists()


@pytest.mark.shows("cn-2024-1/13.1.b", by="record")
def test_a_slot_is_kept_for_open_pit_mines_and_counts_once_a_text_is_entered(law, sheet):
    mine = sheet(mineral="copper", mining_method="open_pit", scale="large")
    assert "slot-open-pit" in {text.key for text in catalogue.planned(ON)}
    registering.advance(
        "slot-open-pit", "in_force", stage_on=date(2026, 10, 1), number="DZ/T 0999-2026", title="露天开采矿山绿色矿山建设规范",
        source="公告2026年第9号", by="韩审核", on=ON,
    )  # fmt: skip
    assert "slot-open-pit" not in {text.key for text in catalogue.planned(ON)}
    assert "DZ/T 0999-2026" in numbers(mine)
    assert "DZ/T 0999-2026" not in numbers(mine, on=date(2026, 9, 30))
    assert "DZ/T 0999-2026" not in numbers(sheet(mineral="copper", mining_method="underground", scale="large"))


@pytest.mark.shows("cn-2024-1/13.1.b", "cn-2024-1/13.1.c", by="record", refusal=True)
@pytest.mark.parametrize("slot", ["slot-open-pit", "slot-geothermal", "slot-mineral-water"])
def test_a_planned_slot_without_a_text_binds_nobody_and_cannot_be_issued_without_a_number(law, sheet, slot):
    mine = sheet(mineral="mineral_water", mining_method="open_pit", scale="small")
    assert slot not in {one.text.key for one in catalogue.applicable(mine, "620422", on=ON)}
    with pytest.raises(CannotRegister, match="没有编号的标准不能发布"):
        registering.advance(slot, "issued", stage_on=ON, source="公告", by="韩审核", on=ON)
    assert not CatalogueStage.objects.exists()


@pytest.mark.shows("cn-2024-1/13.1.c", by="record")
@pytest.mark.parametrize(
    ("slot", "mineral"), [("slot-geothermal", "geothermal_water"), ("slot-mineral-water", "mineral_water")]
)
def test_slots_are_kept_for_geothermal_and_mineral_water_until_a_text_is_entered(law, sheet, slot, mineral):
    assert catalogue.entry(slot, ON).stage == "planned"
    assert numbers(sheet(mineral=mineral, mining_method="other", scale="small")) == ["GB/T 44823-2024"]
    registering.advance(slot, "in_force", stage_on=ON, number="DZ/T 0998-2026", source="公告", by="韩审核", on=ON)
    assert "DZ/T 0998-2026" in numbers(sheet(mineral=mineral, mining_method="other", scale="small"))


@pytest.mark.shows("cn-2024-1/13.3", by="record")
def test_indicators_are_listed_for_review_when_a_cited_text_lapses_or_is_replaced(law):
    demo = standards.get("demo-2026")
    found = {(one.item, one.source) for one in needing_review(demo, on=ON)}
    assert ("order", "gs-2023/3.7.e") in found
    assert ("order", "yn-2025/2.3.3.l") not in found
    register(replace(ISSUED, number="DZ/T 0315-2026", level="industry", territory="000000", replaces="DZ/T 0315-2018"))
    after = {(one.item, one.source) for one in needing_review(demo, on=ON)} - found
    assert after == {
        ("storage-solid", "DZ/T 0315-2018"),
        ("water-mine", "DZ/T 0315-2018"),
        ("gas-coal", "DZ/T 0315-2018"),
    }


@pytest.mark.shows("cn-2024-1/13.3", by="record", refusal=True)
def test_nothing_is_up_for_review_while_every_source_stands(law):
    assert needing_review(standards.get("demo-2026"), on=date(2025, 12, 31)) == []


@pytest.mark.shows("cn-2024-1/14.1.a", "nm-2020/3.2.a", by="record")
def test_a_regional_standard_is_scoped_by_region_mineral_size_and_method(law, sheet):
    coal = {"mineral": "coal", "mining_method": "underground", "scale": "large"}
    register(replace(ISSUED, methods=("underground",), scales=("large", "medium")))
    wanted = "DB15/T 3962.2-2026"
    assert wanted in numbers(sheet("150602", **coal), "150602")
    assert wanted not in numbers(sheet("150602", **coal), "150602", on=date(2026, 7, 31))
    assert wanted not in numbers(sheet("620422", **coal), "620422")
    assert wanted not in numbers(sheet("150602", **coal | {"mineral": "copper"}), "150602")
    assert wanted not in numbers(sheet("150602", **coal | {"scale": "small"}), "150602")
    assert wanted not in numbers(sheet("150602", **coal | {"mining_method": "open_pit"}), "150602")


@pytest.mark.shows("cn-2024-1/14.1.a", "nm-2020/3.2.a", "gs-2023/3.2.c", "cn-2024-1/4.1.c", by="record", refusal=True)
def test_while_the_mineral_is_unknown_so_is_the_standard_and_what_would_settle_it_is_said(law, sheet):
    found = {one.text.number: one for one in catalogue.applicable(sheet(), "620422", on=ON)}
    assert found["DZ/T 0315-2018"].applies is None
    assert found["DZ/T 0315-2018"].missing == ("mineral",)
    assert found["GB/T 44823-2024"].applies is True


@pytest.mark.shows("gs-2023/3.2.c", "cn-2024-1/4.1.c", by="record")
def test_a_mine_is_bound_to_the_texts_of_every_level_for_its_mineral_and_region(law, sheet):
    register(replace(ISSUED, territory="620000", number="DB62/T 1-2026"))
    register(replace(ISSUED, territory="000000", level="group", number="T/GSKX 1-2026", issuer="甘肃省矿业协会"))
    coal = sheet(mineral="coal", mining_method="underground", scale="large")
    found = [(one.text.level, one.text.number) for one in catalogue.applicable(coal, "620422", on=ON) if one.applies]
    assert found == [
        ("national", "GB/T 44823-2024"), ("national", "国土资规〔2017〕4号附件"), ("industry", "DZ/T 0315-2018"),
        ("local", "DB62/T 1-2026"), ("group", "T/GSKX 1-2026"),
    ]  # fmt: skip


OWN = Draft(
    title="青山矿业绿色矿山管理标准", level="enterprise", stage="in_force", source="企业发布文件", number="Q/QS 01-2026",
    stage_on=date(2026, 2, 1), in_force_on=date(2026, 2, 1), enterprise="E00000001", version="2026版", industries=("coal",),
)  # fmt: skip


@pytest.mark.shows("cn-2024-1/14.2.a", "kz-2024/20.2.a", by="record")
def test_an_enterprise_registers_its_own_standard_with_scope_and_version(law):
    row = register(OWN, organisation="O00000004")
    text = catalogue.entry(row.key, ON)
    assert (text.level, text.version, text.industries, text.enterprise) == (
        "enterprise",
        "2026版",
        ("coal",),
        "E00000001",
    )
    assert Record.objects.get(verb="standards.registered").cite == ["cn-2024-1/14.2.a", "kz-2024/20.2.a"]


@pytest.mark.shows("cn-2024-1/14.2.a", "kz-2024/20.2.a", by="record", refusal=True)
@pytest.mark.parametrize("without", [{"version": ""}, {"enterprise": "", "issuer": "青山矿业"}])
def test_an_enterprise_standard_without_enterprise_or_version_is_refused(law, without):
    with pytest.raises(CannotRegister, match="企业和版本"):
        register(replace(OWN, **without))


@pytest.mark.shows("cn-2024-1/14.2.b", "kz-2024/20.2.b", by="record")
def test_which_mines_use_the_enterprise_standard_and_since_when_is_on_record(law, sheet):
    key = register(OWN).key
    registering.use(key, "M00000001", since=date(2026, 3, 1), enterprise="E00000001", by="陈填报", on=ON)
    assert [(one.mine, one.since) for one in catalogue.uses_of(key)] == [("M00000001", date(2026, 3, 1))]
    coal = sheet(mineral="coal", mining_method="underground", scale="large")
    assert numbers(coal)[-1] == "Q/QS 01-2026"
    assert "Q/QS 01-2026" not in numbers(coal, on=date(2026, 2, 28))
    registering.end_use(key, "M00000001", enterprise="E00000001", until=ON, by="陈填报", on=ON)
    assert StandardUse.objects.get().until == ON
    assert "Q/QS 01-2026" not in numbers(coal)


@pytest.mark.shows("cn-2024-1/14.2.b", "kz-2024/20.2.b", by="record", refusal=True)
def test_a_mine_takes_up_no_foreign_or_future_or_public_standard(law, sheet):
    key = register(OWN).key
    given = {"since": date(2026, 3, 1), "enterprise": "E00000001", "by": "陈填报", "on": ON}
    for change, sentence in (
        ({"enterprise": "E00000002"}, "本企业"),
        ({"since": date(2026, 1, 31)}, "施行之后"),
        ({"since": date(2026, 11, 21)}, "施行之后"),
    ):
        with pytest.raises(CannotRegister, match=sentence):
            registering.use(key, "M00000001", **given | change)
    with pytest.raises(CannotRegister, match="只有企业标准"):
        registering.use("dz-t-0315-2018", "M00000001", **given)
    assert numbers(sheet(mineral="coal", mining_method="underground", scale="large"))[-1] == "DZ/T 0315-2018"
    registering.use(key, "M00000001", **given)
    with pytest.raises(CannotRegister, match="已在采用"):
        registering.use(key, "M00000001", **given)


STAGED = [
    pytest.param("national", "000000", marks=pytest.mark.shows("cn-2024-1/15.8.a", by="record"), id="national"),
    pytest.param("industry", "000000", marks=pytest.mark.shows("cn-2024-1/15.8.b", by="record"), id="industry"),
    pytest.param("local", "530000", marks=pytest.mark.shows("yn-2025/A.4.a", by="record"), id="local"),
    pytest.param("local", "620000", marks=pytest.mark.shows("gs-2023/3.2.a", by="record"), id="gansu"),
    pytest.param("group", "620000", marks=pytest.mark.shows("gs-2023/3.2.b", by="record"), id="group"),
]


@pytest.mark.parametrize(("level", "territory"), STAGED)
def test_a_text_is_followed_from_draft_through_revision_with_its_bodies(law, level, territory):
    row = register(
        replace(DRAFT, level=level, territory=territory, participants=("省市场监管局", "矿业协会"), issuer="矿业协会")
    )
    for stage, day, number in (("consultation", 4, ""), ("issued", 6, "X/T 7-2026"), ("in_force", 9, "")):
        registering.advance(
            row.key, stage, stage_on=date(2026, day, 1), number=number, source="公告", by="韩审核", on=ON
        )
    text = catalogue.entry(row.key, ON)
    assert [step.stage for step in text.history] == ["drafting", "consultation", "issued", "in_force"]
    assert [step.on for step in text.history] == [date(2026, month, 1) for month in (3, 4, 6, 9)]
    assert (text.number, text.lead, text.issuer) == ("X/T 7-2026", "自治区地质调查院", "矿业协会")
    assert text.participants == ("省市场监管局", "矿业协会")
    assert (text.level, text.stage) == (level, "in_force")
    assert catalogue.entry(row.key, date(2026, 11, 20)).holds_on(ON)


REFUSED = [
    pytest.param(
        "national", "000000", marks=pytest.mark.shows("cn-2024-1/15.8.a", by="record", refusal=True), id="national"
    ),
    pytest.param(
        "industry", "000000", marks=pytest.mark.shows("cn-2024-1/15.8.b", by="record", refusal=True), id="industry"
    ),
    pytest.param("local", "530000", marks=pytest.mark.shows("yn-2025/A.4.a", by="record", refusal=True), id="local"),
    pytest.param("local", "620000", marks=pytest.mark.shows("gs-2023/3.2.a", by="record", refusal=True), id="gansu"),
    pytest.param("group", "620000", marks=pytest.mark.shows("gs-2023/3.2.b", by="record", refusal=True), id="group"),
]


@pytest.mark.parametrize(("level", "territory"), REFUSED)
def test_a_text_neither_goes_back_nor_skips_its_number_nor_its_bodies(law, level, territory):
    with pytest.raises(CannotRegister, match="起草单位"):
        register(replace(DRAFT, level=level, territory=territory, lead=""))
    with pytest.raises(CannotRegister, match="发布单位"):
        register(replace(ISSUED, level=level, territory=territory, issuer=""))
    row = register(replace(DRAFT, level=level, territory=territory))
    given = {"source": "公告", "by": "韩审核", "on": ON}
    for stage, day, sentence in (
        ("planned", date(2026, 4, 1), "不能回到"),
        ("consultation", date(2026, 2, 28), "不能早于上一阶段"),
        ("consultation", date(2026, 11, 21), "不能晚于今天"),
        ("issued", date(2026, 4, 1), "没有编号"),
        ("final", date(2026, 4, 1), "没有阶段"),
    ):
        with pytest.raises(CannotRegister, match=sentence):
            registering.advance(row.key, stage, stage_on=day, **given)
    with pytest.raises(CannotRegister, match="依据"):
        registering.advance(row.key, "consultation", stage_on=date(2026, 4, 1), **given | {"source": " "})
    with pytest.raises(CannotRegister, match="已在目录中"):
        registering.advance(row.key, "issued", stage_on=date(2026, 4, 1), number="GB/T 44823-2024", **given)
    assert catalogue.entry(row.key, ON).stage == "drafting"


@pytest.mark.shows("gs-2023/3.1.b", by="record")
def test_a_draft_of_an_exploration_standard_names_its_body_kind_and_stage(law):
    row = register(
        replace(DRAFT, subject="exploration", territory="620000", lead="甘肃省地矿局", title="绿色勘查验收标准")
    )
    text = catalogue.entry(row.key, ON)
    assert (text.subject, text.lead, text.stage) == ("exploration", "甘肃省地矿局", "drafting")
    missing = [
        one.title["zh"] for one in catalogue.planned(ON) if one.subject == "exploration" and one.stage == "planned"
    ]
    assert len(missing) == 2


@pytest.mark.shows("gs-2023/3.1.b", by="record", refusal=True)
def test_a_draft_without_a_drafting_body_is_refused(law):
    with pytest.raises(CannotRegister, match="起草单位"):
        register(replace(DRAFT, subject="exploration", territory="620000", lead=" "))


GROUPS = {
    "coal": ("1", "coal"), "nonferrous": ("2", "copper"), "gold": ("3", "gold_lode"), "metallurgy": ("4", "iron"),
    "chemical": ("5", "phosphate"), "nonmetal": ("6", "graphite"), "sand-clay": ("7", "building_sand"),
}  # fmt: skip
SEVEN = [
    pytest.param(group, mineral, marks=pytest.mark.shows(f"nm-2020/3.2.b.{number}", by="record"), id=group)
    for group, (number, mineral) in GROUPS.items()
]
SEVEN_REFUSED = [
    pytest.param(
        group, mineral, marks=pytest.mark.shows(f"nm-2020/3.2.b.{number}", by="record", refusal=True), id=group
    )
    for group, (number, mineral) in GROUPS.items()
]


@pytest.mark.parametrize(("group", "mineral"), SEVEN)
def test_the_standard_of_each_of_the_seven_industries_is_held_and_applied_to_its_mines(law, sheet, group, mineral):
    wanted = "DB15/T 3962.3-2025"
    if group != "gold":
        industry = catalogue.industry_of(mineral)
        wanted = f"DB15/T 3962-{group.upper()}"
        register(replace(ISSUED, number=wanted, industries=(industry,)))
    found = {gap.industry: [text.number for text in gap.texts] for gap in catalogue.gaps(ON)}
    assert wanted in found[group]
    assert wanted in numbers(sheet("150602", mineral=mineral, mining_method="open_pit", scale="large"), "150602")
    assert wanted not in numbers(sheet("150602", mineral="petroleum", mining_method="other", scale="large"), "150602")


@pytest.mark.parametrize(("group", "mineral"), SEVEN_REFUSED)
def test_an_industry_without_a_regional_standard_is_reported_missing(law, sheet, group, mineral):
    before = date(2025, 12, 30)
    found = {gap.industry: gap for gap in catalogue.gaps(before)}
    assert found[group].is_missing
    assert found[group].provision == f"nm-2020/3.2.b.{GROUPS[group][0]}"
    mine = sheet("150602", mineral=mineral, mining_method="open_pit", scale="large")
    assert not any(number.startswith("DB15") for number in numbers(mine, "150602", on=before))


@pytest.mark.shows("nm-2020/3.2.b", by="record")
def test_each_mineral_belongs_to_one_of_seven_industries_and_what_lacks_a_standard_is_said(law):
    assert {group: catalogue.group_of("150000", mineral) for group, (_, mineral) in GROUPS.items()} == {
        g: g for g in GROUPS
    }
    missing = [gap.industry for gap in catalogue.gaps(ON) if gap.is_missing]
    assert missing == ["coal", "nonferrous", "metallurgy", "chemical", "nonmetal", "sand-clay"]


@pytest.mark.shows("nm-2020/3.2.b", by="record", refusal=True)
@pytest.mark.parametrize("mineral", ["petroleum", "geothermal_water", "other", "radioactive"])
def test_a_mineral_of_none_of_the_seven_industries_is_in_none(law, mineral):
    assert catalogue.group_of("150000", mineral) is None


ITEMS = [{"zh": "钻孔封孔"}, {"number": "2.1", "zh": "场地恢复", "en": "site restored"}]


def exploring(sheet, value="true", region="620422"):
    return sheet(region, mineral="copper", mining_method="underground", scale="large", exploration_project=value)


@pytest.mark.shows("gs-2023/3.1.d", by="act")
def test_the_exploration_specification_is_in_the_catalogue_and_its_checklist_is_loaded(law, sheet):
    registering.load_checklist("dz-t-0374-2021", ITEMS, source="规范文本第5章", by="韩审核", on=ON)
    text, items = catalogue.checklists_for(exploring(sheet), "620422", on=ON)[0]
    assert text.title["zh"] == "绿色地质勘查工作规范"
    assert [one["zh"] for one in items.items] == ["钻孔封孔", "场地恢复"]
    assert Record.objects.get(verb="standards.checklist_loaded").cite == ["gs-2023/3.1.d"]


@pytest.mark.shows("gs-2023/3.1.d", by="act", refusal=True)
def test_an_empty_or_unsourced_checklist_is_refused_and_a_missing_one_is_said(law, sheet):
    for items, source, sentence in (
        ([], "文本", "1 至"),
        ([{"zh": " "}], "文本", "第 1 项为空"),
        (ITEMS, " ", "文本来源"),
    ):
        with pytest.raises(CannotRegister, match=sentence):
            registering.load_checklist("dz-t-0374-2021", items, source=source, by="韩审核", on=ON)
    assert [items for _, items in catalogue.checklists_for(exploring(sheet), "620422", on=ON)] == [None, None]


@pytest.mark.shows("gs-2023/3.1.e", by="act")
def test_the_gansu_guide_is_a_further_checklist_of_exploration_in_gansu_only(law, sheet):
    registering.load_checklist("gs-exploration-guide", ITEMS, source="指南文本", by="韩审核", on=ON)
    assert [text.key for text, _ in catalogue.checklists_for(exploring(sheet), "620422", on=ON)] == [
        "dz-t-0374-2021", "gs-exploration-guide",
    ]  # fmt: skip
    elsewhere = catalogue.checklists_for(exploring(sheet, region="530100"), "530100", on=ON)
    assert [text.key for text, _ in elsewhere] == ["dz-t-0374-2021"]


@pytest.mark.shows("gs-2023/3.1.e", by="act", refusal=True)
def test_a_mine_that_does_not_explore_or_of_which_it_is_unknown_has_no_exploration_checklist(law, sheet):
    assert catalogue.checklists_for(exploring(sheet, "false"), "620422", on=ON) == []
    unknown = sheet(mineral="copper", mining_method="underground", scale="large")
    assert catalogue.checklists_for(unknown, "620422", on=ON) == []
    found = {one.text.key: one for one in catalogue.applicable(unknown, "620422", on=ON)}
    assert found["gs-exploration-guide"].missing == ("exploration_project",)


@pytest.mark.shows("nm-2020/3.5.e.1", by="record")
def test_the_reason_for_a_mining_mode_is_kept_with_what_it_was_compared_with(law):
    reason = "矿体埋深大，地下充填开采对地表草原破坏最小"
    registering.choose_mode("M00000001", "underground", reason=reason, by="陈填报", on=ON)
    kept = registering.mode_choice("M00000001")
    assert (kept.method, kept.compared_with, kept.reason) == ("underground", ["open_pit", "both", "other"], reason)


@pytest.mark.shows("nm-2020/3.5.e.1", by="record", refusal=True)
def test_a_mining_mode_without_a_reason_or_that_does_not_exist_is_refused(law):
    with pytest.raises(CannotRegister, match="理由"):
        registering.choose_mode("M00000001", "open_pit", reason="方便", by="陈填报", on=ON)
    with pytest.raises(CannotRegister, match="没有开采方式"):
        registering.choose_mode("M00000001", "moon", reason="理由很长很长很长很长很长很长", by="陈填报", on=ON)
    assert not ModeChoice.objects.exists()
