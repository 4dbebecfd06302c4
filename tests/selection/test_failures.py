"""Six failures are six different endings, or a return, each with its own word, in every table."""

from __future__ import annotations

from typing import Any

import pytest

from tests.selection import ground

PLACES = [ground.SHANXI, ground.GANSU, ground.INNER_MONGOLIA, ground.YUNNAN, ground.KIZILSU]
NAMED = {"ids": lambda place: place.table}
DEFECTS = {
    "defects": [{"item": "licences", "text": "安全生产许可证扫描件不清晰"}, {"item": "form", "text": "联系人未填"}]
}
WORDS = {
    "not_accepted": "不予受理",
    "returned": "退回补正",
    "review_failed": "初审不合格",
    "assessment_failed": "评估未通过",
    "verification_failed": "核查不予确认",
    "objection_upheld": "异议成立",
}


def papers_of(application: Any) -> list[str]:
    from greenmine.papers.models import Paper

    found = Paper.objects.filter(subject_kind="application", subject_key=application.number)
    return [one.kind for one in found.order_by("id")]


@pytest.mark.parametrize(
    "name", sorted(table for table in ground.WALKS if "-2020" not in table and "-2023" not in table)
)
def test_every_table_in_force_knows_the_six_by_six_words(name: str) -> None:
    from greenmine.editions import procedures

    table = procedures.table(name)
    said = {step.failure: table.states[step.to].title["zh"] for step in table.steps.values() if step.failure}
    assert said | {"returned": "退回补正"} == WORDS
    assert {state for state in table.states if table.is_final(state)} == {*WORDS, "listed", "withdrawn"} - {"returned"}


@pytest.mark.parametrize("place", PLACES, **NAMED)
def test_what_is_returned_is_corrected_and_goes_on_to_entry(world_of: Any, place: ground.Place) -> None:
    world = world_of(place)
    application = ground.filed(world)
    application = ground.take(world, application, "return_for_correction", "county.clerk", DEFECTS)
    assert (application.state, application.closed_on, papers_of(application)) == (
        "returned",
        None,
        ["correction-notice"],
    )
    answers = {"answers": ["已重新上传", "已补填"]}
    application = ground.take(world, application, "resubmit", "firm.decider", answers)
    application = ground.take(world, application, "accept", "county.clerk")
    ground.opine(world, application)
    again = {"defects": [{"item": "form", "text": "联系人电话仍不完整"}]}
    application = ground.take(world, application, "return_review", "county.reviewer", again)
    assert application.state == "returned_in_review"
    application = ground.take(world, application, "resubmit_review", "firm.decider", {"answers": ["已补"]})
    ground.opine(world, application)
    application = ground.take(world, application, "pass_review", "county.reviewer", ground.REASONS)
    assert application.state == "review_passed"


@pytest.mark.parametrize("place", PLACES, **NAMED)
def test_an_application_that_is_not_accepted_ends_with_a_refusal(world_of: Any, place: ground.Place) -> None:
    world = world_of(place)
    reasons = {"reasons": "采矿权属争议尚未解决"}
    application = ground.take(world, ground.filed(world), "not_accept", "county.reviewer", reasons)
    assert (application.state, application.outcome, application.closed_on) == ("not_accepted", "not_accepted", world.on)
    assert application.outcome_reason == "采矿权属争议尚未解决"
    assert papers_of(application) == ["refusal-notice"]


@pytest.mark.parametrize("place", PLACES, **NAMED)
@pytest.mark.shows("cn-2024-1/8.1", by="act", refusal=True)
def test_a_failed_review_ends_with_its_reasons(world_of: Any, place: ground.Place) -> None:
    world = world_of(place)
    application = ground.take(world, ground.filed(world), "accept", "county.clerk")
    ground.opine(world, application, ecology="disagree")
    application = ground.take(world, application, "fail_review", "county.reviewer", {"reasons": "生态环境部门不同意"})
    assert (application.state, application.outcome) == ("review_failed", "review_failed")
    assert papers_of(application)[-1] == "failure-notice"
    review = application.reviews.get()
    assert (review.passed, {one["department"]: one["verdict"] for one in review.opinions}["ecology"]) == (
        False,
        "disagree",
    )


@pytest.mark.parametrize("place", PLACES, **NAMED)
@pytest.mark.shows("nm-2020/4.2.f.1", by="act", refusal=True)
def test_a_failed_assessment_stops_the_case_and_a_new_one_may_follow(world_of: Any, place: ground.Place) -> None:
    world = world_of(place)
    application = ground.filed(world)
    application = ground.walk(world, application, "assessing")
    ground.reported(world, application, "fail")
    application = ground.take(
        world, application, "fail_assessment", "province.reviewer", {"reasons": "三项约束性指标未达标"}
    )
    assert (application.state, application.outcome, application.report[:2]) == (
        "assessment_failed",
        "assessment_failed",
        "PG",
    )
    later = ground.filed(world)
    assert (later.before, later.state) == (application, "filed")


@pytest.mark.parametrize("place", PLACES, **NAMED)
@pytest.mark.shows("cn-2024-1/9.1.a", "yn-2025/A.1.e", by="act", refusal=True)
def test_a_verification_that_is_refused_ends_the_case(world_of: Any, place: ground.Place) -> None:
    world = world_of(place)
    application = ground.walk(world, ground.filed(world), "verifying")
    application = ground.take(
        world, application, "record_verification", "province.reviewer", ground.sight(world, met=False)
    )
    application = ground.take(
        world, application, "refuse_verification", "province.decider", {"reasons": "边坡治理与报告不符"}
    )
    assert (application.state, application.outcome) == ("verification_failed", "verification_failed")
    verification = application.verifications.get()
    assert (verification.confirmed, verification.reasons) == (False, "边坡治理与报告不符")


@pytest.mark.parametrize("place", PLACES, **NAMED)
@pytest.mark.shows("cn-2024-1/9.1.b", by="act", refusal=True)
def test_an_upheld_objection_ends_the_case(world_of: Any, place: ground.Place) -> None:
    from greenmine.directory.models import Objection

    world = world_of(place)
    application = ground.walk(world, ground.filed(world), "in_notice")
    with pytest.raises(Exception, match="没有经核查认定成立的异议"):
        ground.take(world, application, "uphold_objection", "province.decider", {"reasons": "异议成立"})
    objected(world, application)
    application = ground.take(world, application, "uphold_objection", "province.decider", {"reasons": "越界开采查实"})
    assert (application.state, application.outcome) == ("objection_upheld", "objection_upheld")
    assert Objection.objects.get().outcome == "upheld"


def objected(world: ground.World, application: Any) -> Any:
    """An objection in writing and by name, investigated, decided as upheld and answered."""
    from greenmine.directory import actions as directory
    from greenmine.directory.models import Objection, PublicNotice

    notice = PublicNotice.objects.get(number=application.notice)
    objection = directory.register_objection(
        notice, application.mine, "矿区西侧越界开采", objector=directory.Objector("张三", "13900000000", "某村"),
        **world.act("province.clerk"),
    )  # fmt: skip
    directory.investigate_objection(objection, **world.act("province.clerk"))
    found = ground.paper("测量记录.txt", "越界 12 米")
    directory.record_investigation(objection, "实测越界 12 米", upload=found, **world.act("province.clerk"))
    directory.conclude(objection, "越界开采属实", **world.act("province.clerk"))
    directory.decide_objection(objection, "upheld", "越界开采属实", **world.act("province.decider"))
    return Objection.objects.get(pk=objection.pk)
