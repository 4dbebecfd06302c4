"""A visit: planned, recorded by several, settled, signed as seen, ended; and everything on the way that is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from greenmine.accounts.permissions import NotAllowed
from greenmine.assessment.models import Assessment, ItemEvidence
from greenmine.assessors.models import Engagement
from greenmine.fieldwork import actions as fieldwork
from greenmine.fieldwork import engaged, merging, queries
from greenmine.fieldwork.models import Capture, Operation, Signature, Visit
from greenmine.fieldwork.permissions import CannotWork, ChangedSince
from greenmine.ledger.models import Record
from greenmine.notifications.models import Notice

from .world import ON, SITE, FieldWorld, capture, finding, operation, photograph


def seen(visit: Visit) -> dict:
    return {"seen_hash": merging.digest(queries.canonical_of(visit)), "seen_op": queries.last_operation(visit)}


def recorded(world: FieldWorld) -> Visit:
    """Both items found alike by the leader and the other, each with a photograph."""
    visit = world.planned()
    for place, item in enumerate(SITE):
        best = world.best(visit.fieldwork, item)
        world.send(visit, "agency", operation("finding", item, best))
        world.shoot(visit, "agency", item, shade=place)
    return visit


def test_opening_fixes_the_indicator_set_and_lists_everything_to_look_at_on_paper(world: FieldWorld) -> None:
    file = world.opened()
    found = Assessment.objects.get(number=file.assessment)
    assert (found.party, found.engagement, found.mine) == ("third_party", world.engagement, world.mine.key)
    assert (file.standard, file.standard_digest) == (found.standard, found.standard_digest)
    assert file.leader == world.cast.agency
    kinds = set(file.desk_review.items.values_list("kind", flat=True))
    assert kinds == {"precondition", "paper"}
    assert fieldwork.open_fieldwork(world.engagement, **world.as_("agency")).pk == file.pk


@pytest.mark.shows("cn-2024-1/8.2.c", "nm-2020/4.2.e.3", by="act")
def test_a_visit_is_planned_recorded_signed_and_ended(world: FieldWorld) -> None:
    visit = recorded(world)
    for who in ("agency", world.second):
        fieldwork.sign(visit, **seen(visit), **world.as_(who))
    ended = fieldwork.close_visit(visit, **world.as_("agency"))
    assert ended.state == Visit.State.CLOSED
    plan = Record.objects.get(verb="fieldwork.visit_planned")
    assert "许评估、宋评估" in plan.zh
    assert "采场—排土场—办公区" in plan.zh
    assert "2026-11-20 至 2026-11-21" in plan.zh
    closed = Record.objects.get(verb="fieldwork.visit_closed")
    assert closed.cite == ["cn-2024-1/8.2.c", "cn-2024-1/8.6.c", "cn-2024-1/8.6.d", "nm-2020/4.2.e.3"]
    answers = dict(Assessment.objects.get(number=visit.fieldwork.assessment).items.values_list("indicator", "score"))
    assert {item: answers[item] for item in SITE} == {item: world.best(visit.fieldwork, item)["score"] for item in SITE}
    proofs = ItemEvidence.objects.filter(assessment__number=visit.fieldwork.assessment, detached_at=None)
    assert set(SITE) <= set(proofs.values_list("indicator", flat=True))
    assert Engagement.objects.get(number=world.engagement).state == "visited"


@pytest.mark.shows("cn-2024-1/8.2.c", by="act", refusal=True)
@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"from_on": None}, "起止日期"),
        ({"until_on": ON - timedelta(days=1)}, "不能早于开始"),
        ({"from_on": ON - timedelta(days=1)}, "不能安排在过去"),
        ({"until_on": ON + timedelta(days=60)}, "最长 60 天"),
        ({"route": "  "}, "路线"),
        ({"items": []}, "至少选择一项"),
        ({"items": ["nothing-of-this-name"]}, "指标表中没有"),
    ],
)
def test_a_plan_without_days_route_or_items_is_refused(world: FieldWorld, changes: dict, why: str) -> None:
    file = world.desk_done()
    plan = {"from_on": ON, "until_on": ON, "route": "采场", "items": list(SITE), "members": [], **changes}
    with pytest.raises(CannotWork, match=why):
        fieldwork.plan_visit(file, **plan, **world.as_("agency"))
    assert not file.visits.exists()


def test_only_the_team_goes_and_the_leader_always_does(world: FieldWorld) -> None:
    file = world.desk_done()
    plan = {"from_on": ON, "until_on": ON, "route": "采场", "items": list(SITE)}
    with pytest.raises(CannotWork, match="评估组成员"):
        fieldwork.plan_visit(file, **plan, members=[world.cast.agency_reviewer.pk], **world.as_("agency"))
    visit = fieldwork.plan_visit(file, **plan, members=[], **world.as_("agency"))
    assert [member.person for member in visit.members.all()] == [world.cast.agency]
    assert Notice.objects.filter(verb="assessors.entry_notice", to_key=world.mine.holder.key).exists()


def test_no_visit_before_the_desk_review_is_done(world: FieldWorld) -> None:
    file = world.opened()
    with pytest.raises(CannotWork, match="书面审查"):
        fieldwork.plan_visit(
            file, from_on=ON, until_on=ON, route="采场", items=list(SITE), members=[], **world.as_("agency")
        )


@pytest.mark.shows("nm-2020/4.2.e.3", by="act", refusal=True)
def test_a_visit_does_not_end_before_everybody_signed_what_stands(world: FieldWorld) -> None:
    visit = recorded(world)
    fieldwork.sign(visit, **seen(visit), **world.as_("agency"))
    with pytest.raises(CannotWork, match="宋评估"):
        fieldwork.close_visit(visit, **world.as_("agency"))
    fieldwork.sign(visit, **seen(visit), **world.as_(world.second))
    world.send(visit, world.second, operation("note", SITE[0], {"text": "补充：洒水车在用"}))
    with pytest.raises(CannotWork, match="许评估、宋评估"):  # what they signed is not what stands any more
        fieldwork.close_visit(visit, **world.as_("agency"))
    assert Visit.objects.get(pk=visit.pk).state == Visit.State.PLANNED


def test_nobody_signs_what_he_has_not_seen_and_is_told_what_changed(world: FieldWorld) -> None:
    visit = recorded(world)
    before = seen(visit)
    world.send(visit, world.second, operation("note", SITE[1], {"text": "道路破损"}))
    with pytest.raises(ChangedSince, match="生产配套设施完好") as refused:
        fieldwork.sign(visit, **before, **world.as_("agency"))
    assert "矿容矿貌整洁" not in refused.value.zh
    assert not Signature.objects.exists()
    made = fieldwork.sign(visit, **seen(visit), **world.as_("agency"))
    assert merging.digest(made.record) == made.record_hash
    assert "道路破损" in made.record


def test_two_who_differ_are_both_shown_and_the_leader_settles_it_with_a_reason(world: FieldWorld) -> None:
    visit = recorded(world)
    item = SITE[0]
    world.send(visit, world.second, finding(item, 0, comment="办公区脏乱"))
    record = queries.record_of(visit).item(item)
    assert record.is_open
    assert sorted(op.author_name for op in record.findings.values()) == ["宋评估", "许评估"]
    with pytest.raises(CannotWork, match="不一致"):
        fieldwork.sign(visit, **seen(visit), **world.as_("agency"))
    ops = sorted(record.findings_by_op())
    chosen = next(op.op for op in record.findings.values() if op.author == world.second.pk)
    with pytest.raises(CannotWork, match="项目负责人"):
        fieldwork.settle(visit, item, chosen=chosen, between=ops, reason="以照片为准", by=world.second, on=ON)
    with pytest.raises(CannotWork, match="裁定理由"):
        fieldwork.settle(visit, item, chosen=chosen, between=ops, reason=" ", by=world.cast.agency, on=ON)
    fieldwork.settle(visit, item, chosen=chosen, between=ops, reason="以照片为准", by=world.cast.agency, on=ON)
    settled = queries.record_of(visit).item(item)
    assert (settled.is_open, settled.holds["score"]) == (False, 0)
    assert len(settled.findings) == 2
    world.send(visit, world.second, finding(item, 300, sequence=9))  # thought again: the settlement did not know it
    assert queries.record_of(visit).item(item).settlement is None


def test_photographs_still_on_a_phone_keep_the_visit_open(world: FieldWorld) -> None:
    visit = recorded(world)
    world.shoot(visit, "agency", SITE[0], shade=77, upload=False)
    for who in ("agency", world.second):
        fieldwork.sign(visit, **seen(visit), **world.as_(who))
    with pytest.raises(CannotWork, match="1 张照片在设备上"):
        fieldwork.close_visit(visit, **world.as_("agency"))


def test_a_visit_with_records_is_not_cancelled(world: FieldWorld) -> None:
    visit = world.planned()
    with pytest.raises(CannotWork, match="取消原因"):
        fieldwork.cancel_visit(visit, reason=" ", **world.as_("agency"))
    world.send(visit, "agency", operation("note", SITE[0], {"text": "到场"}))
    with pytest.raises(CannotWork, match="已有现场记录"):
        fieldwork.cancel_visit(visit, reason="暴雨", **world.as_("agency"))
    Operation.objects.all().delete()
    fieldwork.cancel_visit(visit, reason="暴雨", **world.as_("agency"))
    assert not queries.visits_of(visit.fieldwork.assessment).exists()
    with pytest.raises(CannotWork, match="不再接收"):
        world.send(visit, "agency", operation("note", SITE[0], {"text": "到场"}))


def test_another_agency_and_an_ended_engagement_are_refused(world: FieldWorld) -> None:
    visit = world.planned()
    with pytest.raises(NotAllowed):
        world.send(visit, "other_agency", operation("note", SITE[0], {"text": "到场"}))
    with pytest.raises(CannotWork, match="不是本次现场核查的成员"):
        world.send(visit, "agency_reviewer", operation("note", SITE[0], {"text": "到场"}))
    Engagement.objects.filter(number=world.engagement).update(state="cancelled")
    with pytest.raises(engaged.NotEngaged, match="已结束"):
        world.send(visit, "agency", operation("note", SITE[0], {"text": "到场"}))
    assert Operation.objects.count() == 0


def test_what_integrity_reads(world: FieldWorld) -> None:
    visit = recorded(world)
    number = visit.fieldwork.assessment
    world.send(visit, "agency", operation("note", SITE[0], {"text": "标识齐全"}))
    assert [one.pk for one in queries.visits_of(number)] == [visit.pk]
    assert queries.captures_of(number).count() == Capture.objects.count() == 2
    assert queries.findings_of(number)[SITE[0]] == "现场属实\n标识齐全"
    assert list(queries.filed_reports()) == []


def test_a_withdrawn_photograph_leaves_the_record_but_not_the_store(world: FieldWorld) -> None:
    visit = world.planned()
    raw = capture(SITE[0], photograph(3))
    world.send(visit, "agency", raw)
    world.send(visit, world.second, operation("withdraw", "", {"op": raw["op"], "reason": ""}))
    assert len(queries.record_of(visit).item(SITE[0]).captures) == 1  # nobody takes back another's
    world.send(visit, "agency", operation("withdraw", "", {"op": raw["op"], "reason": "拍糊了"}))
    assert queries.record_of(visit).item(SITE[0]).captures == []
    assert Capture.objects.count() == 1
