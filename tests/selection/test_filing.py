"""Batches and filing: open days, the decider's signature, every missing fact named, the gate, who sees what."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from greenmine.accounts.permissions import NotAllowed
from greenmine.selection import actions as selection
from greenmine.selection import queries
from greenmine.selection.models import Application, Batch
from greenmine.selection.permissions import CannotSelect
from tests.gates import ground as facts
from tests.selection import ground


def test_a_batch_is_the_provinces_and_issued_by_another_than_its_drafter(world: ground.World) -> None:
    new = selection.NewBatch("第二批", world.on, world.on + timedelta(days=10))
    with pytest.raises(CannotSelect, match="由省级自然资源主管部门组织"):
        selection.open_batch(new, **world.act("county.decider"))
    batch = selection.open_batch(new, **world.act("province.decider"))
    with pytest.raises(NotAllowed, match="不能同时作出决定"):
        selection.issue_batch(batch, "文号1", **world.act("province.decider"))
    issued = selection.issue_batch(batch, "文号1", **world.act("province.reviewer"))
    assert (issued.document, issued.issued_on) == ("文号1", world.on)
    with pytest.raises(CannotSelect, match="已于 2026-08-03 印发"):
        selection.issue_batch(batch, "文号2", **world.act("province.reviewer"))
    with pytest.raises(CannotSelect, match="只有国家级和省级两级"):
        selection.open_batch(
            selection.NewBatch("市级", world.on, world.on, tier="city"), **world.act("province.reviewer")
        )


@pytest.mark.parametrize(
    ("days", "words"), [(-1, "自 2026-08-03 起受理"), (0, ""), (30, ""), (31, "已于 2026-09-02 截止")]
)  # the first and the last day are both open
def test_a_batch_takes_applications_from_its_first_to_its_last_day(world: ground.World, days: int, words: str) -> None:
    world.wait(days)
    if words == "":
        assert ground.filed(world).filed_on == world.on
        return
    Batch.objects.update(issued_on=date(2026, 8, 1))
    world.batch.refresh_from_db()
    with pytest.raises(CannotSelect, match=words):
        ground.filed(world)


@pytest.mark.shows("cn-2024-1/7.2.c", by="act")
def test_facts_are_taken_over_with_their_source_and_the_application_reaches_the_county(world: ground.World) -> None:
    from greenmine.notifications.models import Notice
    from greenmine.procedures.models import Case

    draft = selection.prepare(world.batch, world.mine.key, **world.act("firm.clerk"))
    tasks = draft.materials.get(item="tasks")
    assert [(one["name"], one["source"]) for one in tasks.facts] == [("construction_tasks_done_on", "县自然资源局")]
    assert draft.materials.get(item="self_assessment").reference == draft.assessment
    filed = selection.file(draft, agreed=True, **world.act("firm.decider"))
    case = Case.objects.get(number=filed.case)
    assert (case.organisation, case.mine) == (world.people["county"][""].key, world.mine.key)
    assert Notice.objects.filter(to_kind="county_nr", to_key=world.place.county, about_key=case.number).exists()
    assert (filed.filed_by, len(filed.filed_hash), filed.commitment[:8]) == ("青山decider", 64, "本单位郑重承诺：")


@pytest.mark.shows("cn-2024-1/7.2.c", by="act", refusal=True)
def test_the_clerk_does_not_file_and_nothing_is_filed_without_the_commitment(world: ground.World) -> None:
    draft = selection.prepare(world.batch, world.mine.key, **world.act("firm.clerk"))
    with pytest.raises(NotAllowed, match="不能提交申报"):
        selection.file(draft, agreed=True, **world.act("firm.clerk"))
    with pytest.raises(CannotSelect, match="真实性承诺"):
        selection.file(draft, agreed=False, **world.act("firm.decider"))
    draft.refresh_from_db()
    assert (draft.state, draft.case, draft.filed_on) == ("draft", "", None)


@pytest.mark.shows("gs-2023/3.3.q", by="act", refusal=True)
def test_a_missing_required_fact_is_named(world_of: Any) -> None:
    world = world_of(ground.GANSU)
    facts.say(world.edition, world.mine.key, "county_nr", {"construction_tasks_done_on": "none"}, since=world.on)
    with pytest.raises(CannotSelect) as refused:
        ground.filed(world)
    assert refused.value.missing == ("construction_tasks_done_on",)
    assert "绿色矿山建设任务完成日期" in refused.value.zh


@pytest.mark.shows("gs-2023/3.3.q", by="act")
def test_once_the_tasks_are_done_the_application_goes_to_the_county(world_of: Any) -> None:
    world = world_of(ground.GANSU)
    filed = ground.filed(world)
    assert (filed.receiver, filed.table) == (world.people["county"][""].key, "selection-620000-2024")


@pytest.mark.shows(
    "nm-2020/3.5.f.1", "nm-2020/3.5.g", "nm-2020/3.5.i.1", "nm-2020/5.2.b.1", "nm-2020/5.2.b.2", "nm-2020/5.2.b.3",
    by="record", refusal=True,
)  # fmt: skip
def test_a_new_mine_of_inner_mongolia_names_each_approval_it_lacks(world_of: Any) -> None:
    world = world_of(ground.INNER_MONGOLIA)
    facts.say(world.edition, world.mine.key, "county_nr", {"construction_nature": "new"}, since=world.on)
    with pytest.raises(CannotSelect) as refused:
        ground.filed(world)
    assert set(refused.value.missing) == APPROVALS.keys()


APPROVALS = {
    "eia_approved_on": "2024-03-04", "eia_approval_number": "内环审〔2024〕3号", "water_plan_approved_on": "2024-03-05",
    "water_plan_number": "内水保〔2024〕8号", "safety_design_approved_on": "2024-04-01",
    "safety_design_number": "内应急〔2024〕6号", "project_approval_body": "industry",
    "project_approval_number": "内工信〔2024〕2号", "project_approved_on": "2024-02-01",
}  # fmt: skip


@pytest.mark.shows(
    "nm-2020/3.5.f.1", "nm-2020/3.5.g", "nm-2020/3.5.i.1", "nm-2020/5.2.b.1", "nm-2020/5.2.b.2", "nm-2020/5.2.b.3",
    by="record",
)  # fmt: skip
@pytest.mark.parametrize("body", ["industry", "energy", "dev_reform"])
def test_approvals_are_held_with_body_number_and_day(world_of: Any, body: str) -> None:
    world = world_of(ground.INNER_MONGOLIA)
    said = {**APPROVALS, "construction_nature": "new", "project_approval_body": body}
    facts.say(world.edition, world.mine.key, "county_nr", said, since=world.on)
    draft = selection.prepare(world.batch, world.mine.key, **world.act("firm.clerk"))
    held = {one["name"]: one["value"] for row in draft.materials.all() for one in row.facts}
    assert {name: held[name] for name in APPROVALS} == {**APPROVALS, "project_approval_body": body}
    assert [
        row.missing
        for row in draft.materials.filter(item__in=("eia", "water_plan", "safety_design", "project_approval"))
    ] == [[]] * 4


@pytest.mark.parametrize(("verdict", "words"), [("fail", "未达标"), ("undecided", "结论待定")])
def test_a_failed_or_undecided_self_assessment_is_no_ground_to_apply(
    world: ground.World, verdict: str, words: str
) -> None:
    from greenmine.assessment.models import Assessment

    Assessment.objects.update(verdict=verdict)
    with pytest.raises(CannotSelect, match=words):
        ground.filed(world)
    assert Application.objects.get().state == "draft"


def test_a_closed_gate_stops_the_filing_and_leaves_no_case(world: ground.World) -> None:
    from greenmine.gates.permissions import GateClosed
    from greenmine.procedures.models import Case

    due = (world.on - timedelta(days=40)).isoformat()
    facts.say(world.edition, world.mine.key, "market", {"earliest_unperformed_penalty_due_on": due}, since=world.on)
    with pytest.raises(GateClosed, match="关口未通过"):
        ground.filed(world)
    assert (Case.objects.count(), Application.objects.get().state) == (0, "draft")


def test_one_application_at_a_time_and_none_for_a_listed_mine(world: ground.World) -> None:
    ground.filed(world)
    with pytest.raises(CannotSelect, match="已有办理中的申报"):
        selection.prepare(world.batch, world.mine.key, **world.act("firm.clerk"))
    other = ground.clean_mine(world, "白石矿")
    facts.say(
        world.edition,
        other.key,
        "province_nr",
        {"provincial_entry": "listed", "provincial_entered_on": "2026-01-01"},
        since=world.on,
    )
    with pytest.raises(CannotSelect, match="已在省级名录"):
        selection.prepare(world.batch, other.key, **world.act("firm.clerk"))


def test_another_region_or_enterprise_sees_nothing_and_authorities_see_no_drafts(world: ground.World) -> None:
    on = world.on
    neighbour = ground.staffed("邻县自然资源局", "near", since=on - timedelta(days=9), kind="authority", department="natural_resources", level="county", division="140107")  # fmt: skip
    rival = ground.staffed("白石矿业", "rival", since=on - timedelta(days=9), kind="enterprise", division="140106", enterprise="E00000002")  # fmt: skip
    draft = selection.prepare(world.batch, world.mine.key, **world.act("firm.clerk"))

    def seen(person: Any) -> list[str]:
        return [one.number for one in queries.applications_for(person, on=on)]

    everybody = [world.people[office]["decider"] for office in ("county", "city", "province", "ministry", "ecology")]
    assert seen(world.people["firm"]["clerk"]) == [draft.number]
    assert [seen(one) for one in everybody] == [[]] * 5
    filed = selection.file(draft, agreed=True, **world.act("firm.decider"))
    assert [seen(one) for one in everybody] == [[filed.number]] * 5
    assert (seen(neighbour["decider"]), seen(rival["decider"])) == ([], [])
    with pytest.raises(NotAllowed):
        selection.take(filed, "accept", {}, by=neighbour["clerk"], organisation=neighbour[""], on=on)
    with pytest.raises(NotAllowed):
        selection.prepare(
            world.batch, ground.clean_mine(world, "青山二矿").key, by=rival["clerk"], organisation=rival[""], on=on
        )
    Batch.objects.update(region_code="650000")
    world.batch.refresh_from_db()
    with pytest.raises(CannotSelect, match="不受理其他地区"):
        selection.prepare(world.batch, world.mine.key, **world.act("firm.clerk"))


def test_a_batch_is_seen_by_enterprises_once_it_is_issued(world: ground.World) -> None:
    new = selection.NewBatch("第二批", world.on, world.on)
    batch = selection.open_batch(new, **world.act("province.reviewer"))
    firm = world.people["firm"]["clerk"]
    assert batch not in queries.batches_for(firm, on=world.on)
    selection.issue_batch(batch, "文号", **world.act("province.decider"))
    assert batch in queries.batches_for(firm, on=world.on)
    assert set(queries.open_batches(world.place.county, on=world.on)) == {world.batch, batch}
    assert not queries.open_batches("530112", on=world.on).exists()


def test_files_and_notes_are_brought_to_a_draft_and_not_afterwards(world: ground.World) -> None:
    from greenmine.selection.models import Material

    draft = selection.prepare(world.batch, world.mine.key, **world.act("firm.clerk"))
    brought = selection.bring(draft, "images", ground.paper("照片说明.txt"), "北帮边坡", **world.act("firm.clerk"))
    assert (brought.note, brought.by, brought.file is not None) == ("北帮边坡", "青山clerk", True)
    with pytest.raises(CannotSelect, match="没有这一项"):
        selection.bring(draft, "nothing", None, "x", **world.act("firm.clerk"))
    with pytest.raises(CannotSelect, match="请上传文件或填写说明"):
        selection.bring(draft, "images", None, " ", **world.act("firm.clerk"))
    filed = selection.file(draft, agreed=True, **world.act("firm.decider"))
    with pytest.raises(CannotSelect, match="退回补正后方可修改"):
        selection.bring(filed, "images", None, "晚了", **world.act("firm.clerk"))
    assert Material.objects.get(application=filed, item="images").file == brought.file


def test_a_draft_is_thrown_away_and_begun_anew(world: ground.World) -> None:
    draft = selection.prepare(world.batch, world.mine.key, **world.act("firm.clerk"))
    selection.discard(draft, **world.act("firm.clerk"))
    again = selection.prepare(world.batch, world.mine.key, **world.act("firm.clerk"))
    assert (again.before, again.state) == (draft, "draft")


def test_before_any_text_that_is_held_nothing_is_filed(law: Any) -> None:
    from greenmine.selection.filing import table_for

    asked = Application(region_code="150423")
    with pytest.raises(CannotSelect, match="未收录"):
        table_for(asked, date(2020, 11, 4))
    assert table_for(asked, date(2020, 11, 5)).id == "selection-150000-2020"
    assert table_for(asked, date(2024, 4, 14)).id == "selection-150000-2020"
    assert table_for(asked, date(2024, 4, 15)).id == "selection-150000-2024"
    yunnan = Application(region_code="530112")
    assert table_for(yunnan, date(2025, 3, 31)).id == "selection-000000-2024"
    assert table_for(yunnan, date(2025, 4, 1)).id == "selection-530000-2025"
    kizilsu = Application(region_code="653022")
    assert table_for(kizilsu, date(2024, 7, 25)).id == "selection-000000-2024"
    assert table_for(kizilsu, date(2024, 7, 26)).id == "selection-653000-2024"
    assert table_for(Application(region_code="620422"), date(2024, 4, 14)).id == "selection-620000-2023"
