"""Each stage: defects told once, opinions, the review before the assessment, results that are read, draws, notices, votes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from greenmine.accounts.permissions import NotAllowed
from greenmine.gates.permissions import GateClosed
from greenmine.law.draw import draw as draw_again
from greenmine.law.steps import OutOfTurn
from greenmine.procedures.permissions import CannotTake, Overtaken
from greenmine.selection import actions as selection
from greenmine.selection import queries
from greenmine.selection.permissions import CannotSelect
from greenmine.selection.standing import case_of
from tests.gates import ground as facts
from tests.selection import ground

FORM = {"defects": [{"item": "form", "text": "联系人未填"}]}


# ---- turn


def test_a_step_out_of_turn_says_what_is_open(world: ground.World) -> None:
    application = ground.filed(world)
    with pytest.raises(
        OutOfTurn, match="目前为“已提交，待受理”，不能办理“纳入名录”；当前可办：受理、退回补正、不予受理、企业撤回申报"
    ):
        ground.take(world, application, "enter", "province.decider", ground.DECISION)
    draft = selection.prepare(world.batch, ground.clean_mine(world, "青山二矿").key, **world.act("firm.clerk"))
    with pytest.raises(CannotSelect, match="尚未提交"):
        ground.take(world, draft, "accept", "county.clerk")


@pytest.mark.parametrize("who", ["city.clerk", "ecology.clerk", "firm.decider", "county.org", "province.clerk"])
def test_only_the_receiving_bureau_accepts(world: ground.World, who: str) -> None:
    application = ground.filed(world)
    world.people["county"]["org"] = world.people["ecology"]["decider"]
    with pytest.raises(NotAllowed):
        ground.take(world, application, "accept", who)
    assert case_of(application).state == "filed"


def test_of_two_officers_one_wins_and_the_other_is_told(world: ground.World) -> None:
    application = ground.filed(world)
    seen = case_of(application).version
    selection.take(application, "accept", {}, seen=seen, **world.act("county.clerk"))
    with pytest.raises(Overtaken, match="已由他人办理，目前为“初审中”；您的操作未保存"):
        selection.take(application, "return_for_correction", FORM, seen=seen, **world.act("county.reviewer"))
    application.refresh_from_db()
    assert (application.state, application.returns.count(), application.accepted_on) == ("reviewing", 0, world.on)


def test_a_button_says_why_it_is_grey(world: ground.World) -> None:
    application = ground.filed(world)

    def said(who: str) -> dict[str, Any]:
        act = world.act(who)
        found = queries.choices(application, act["by"], act["organisation"], on=world.on)
        return {one.step.id: getattr(one.refusal, "zh", None) for one in found}

    assert said("county.clerk")["accept"] is None
    assert "县级" in said("province.clerk")["accept"]
    assert [one.name for one in queries.choices(application, **_who(world, "county.clerk"))[1].fields] == ["defects"]
    application = ground.take(world, application, "accept", "county.clerk")
    assert said("county.reviewer")["pass_review"].startswith("尚待反馈意见：生态环境")


def _who(world: ground.World, who: str) -> dict[str, Any]:
    act = world.act(who)
    return {"person": act["by"], "organisation": act["organisation"], "on": world.on}


# ---- what is given back


def test_a_second_return_names_only_what_was_told_or_what_changed(world: ground.World) -> None:
    application = ground.take(world, ground.filed(world), "return_for_correction", "county.clerk", FORM)
    selection.bring(application, "images", ground.paper("新照片.txt"), "", **world.act("firm.clerk"))
    application = ground.take(world, application, "resubmit", "firm.decider", {"answers": ["已补"]})
    for item in ("licences", "rule:cn-2024-1.scope", "opinion:ecology"):
        with pytest.raises(CannotSelect, match="首次补正时未一次性告知"):
            ground.take(
                world, application, "return_for_correction", "county.clerk", {"defects": [{"item": item, "text": "x"}]}
            )
    with pytest.raises(CannotSelect, match="材料清单中没有"):
        ground.take(
            world, application, "return_for_correction", "county.clerk", {"defects": [{"item": "bogus", "text": "x"}]}
        )
    again = {"defects": [*FORM["defects"], {"item": "images", "text": "新照片看不清"}]}
    application = ground.take(world, application, "return_for_correction", "county.clerk", again)
    assert [(one["item"], one["told"], one["changed"]) for one in application.returns.get(round=2).defects] == [
        ("form", True, False), ("images", False, True),
    ]  # fmt: skip


def test_what_a_department_asks_for_may_be_returned_later(world: ground.World) -> None:
    application = ground.take(world, ground.filed(world), "return_for_correction", "county.clerk", FORM)
    application = ground.take(world, application, "resubmit", "firm.decider", {"answers": ["已补"]})
    application = ground.take(world, application, "accept", "county.clerk")
    ground.opine(world, application, ecology="supplement")
    asked = {"defects": [{"item": "opinion:ecology", "text": "补充排污许可执行报告"}]}
    assert ground.take(world, application, "return_review", "county.reviewer", asked).state == "returned_in_review"


def test_every_defect_is_answered(world: ground.World) -> None:
    application = ground.take(world, ground.filed(world), "return_for_correction", "county.clerk", FORM)
    for answers in ([], ["", ""], ["一", "二"]):
        with pytest.raises(CannotSelect):
            ground.take(world, application, "resubmit", "firm.decider", {"answers": answers})
    with pytest.raises(NotAllowed):
        ground.take(world, application, "resubmit", "county.clerk", {"answers": ["已补"]})
    application = ground.take(world, application, "resubmit", "firm.decider", {"answers": ["已补"]})
    bad = {"defects": [{"item": "form", "text": ""}]}
    with pytest.raises(CannotSelect, match="第 1 行"):
        ground.take(world, application, "return_for_correction", "county.clerk", bad)


# ---- review and opinions


@pytest.mark.shows("cn-2024-1/8.1", by="act")
def test_the_review_sees_findings_and_every_departments_word(world: ground.World) -> None:
    from greenmine.papers.models import Paper

    application = ground.take(world, ground.filed(world), "accept", "county.clerk")
    ground.opine(world, application, forestry="supplement")
    remarks = [
        {"item": "cn-2024-1.apply.tasks-done", "text": "验收意见已核对", "met": True}, {"item": "林草意见", "text": "已补充", "met": None},
    ]  # fmt: skip
    application = ground.take(
        world, application, "pass_review", "county.reviewer", ground.REASONS | {"remarks": remarks}
    )
    review = application.reviews.get()
    checklist = Paper.objects.get(kind="review-opinion", subject_key=application.number).fields["checklist"]
    assert [row[3] for row in checklist if row[3]] == ["验收意见已核对", "已补充"]
    assert (review.passed, application.review_passed_on) == (True, world.on)
    assert {one["rule"] for one in review.findings} >= {
        "cn-2024-1.apply.tasks-done",
        "cn-2024-1.apply.self-assessment-passed",
    }
    assert [(one["department"], one["verdict"]) for one in review.opinions] == [
        ("ecology", "agree"),
        ("forestry", "supplement"),
    ]
    kinds = Paper.objects.filter(subject_key=application.number).order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["acceptance-notice", "review-opinion", "joint-opinion"]


@pytest.mark.shows("nm-2020/4.2.e.1", by="act")
def test_the_banner_reviews_with_ecology_and_industry(world_of: Any) -> None:
    world = world_of(ground.INNER_MONGOLIA)
    application = ground.walk(world, ground.filed(world), "review_passed")
    assert [one["department"] for one in application.reviews.get().opinions] == ["ecology", "industry"]


@pytest.mark.shows("yn-2025/5.2.b", "yn-2025/A.1.i", "yn-2025/A.2.d", "yn-2025/A.7.d", by="act")
@pytest.mark.shows("yn-2025/A.2.c", by="record")
def test_three_departments_of_yunnan_each_give_their_own_opinion(world_of: Any) -> None:
    from greenmine.notifications.models import Notice

    world = world_of(ground.YUNNAN)
    application = ground.take(world, ground.filed(world), "accept", "county.clerk")
    assert Notice.objects.filter(verb="procedures.opinion", to_kind="ecology", to_key=world.place.county).count() == 1
    ground.opine(world, application, natural_resources="disagree")
    application = ground.take(world, application, "pass_review", "county.reviewer", ground.REASONS)
    said = {one["department"]: (one["verdict"], one["text"]) for one in application.reviews.get().opinions}
    assert said == {
        "natural_resources": ("disagree", "经审核，提出如上意见"), "ecology": ("agree", "经审核，提出如上意见"),
        "forestry": ("agree", "经审核，提出如上意见"),
    }  # fmt: skip


@pytest.mark.shows("yn-2025/5.2.b", "yn-2025/A.1.i", "yn-2025/A.2.d", "yn-2025/A.7.d", by="act", refusal=True)
@pytest.mark.shows("yn-2025/A.2.c", by="record", refusal=True)
@pytest.mark.parametrize("silent", ["natural_resources", "ecology", "forestry"])
def test_the_review_of_yunnan_waits_for_each_of_the_three(world_of: Any, silent: str) -> None:
    from greenmine.procedures import actions as procedures
    from greenmine.procedures.models import Opinion

    world = world_of(ground.YUNNAN)
    application = ground.take(world, ground.filed(world), "accept", "county.clerk")
    for one in Opinion.objects.exclude(department=silent):
        office = {"natural_resources": "county"}.get(one.department, one.department)
        procedures.give_opinion(one, "agree", "同意", by=world.people[office]["clerk"], on=world.on)
    with pytest.raises(CannotTake, match="尚待反馈意见"):
        ground.take(world, application, "pass_review", "county.reviewer", ground.REASONS)


@pytest.mark.shows("nm-2020/4.2.e.1", by="act", refusal=True)
def test_a_department_that_does_not_answer_is_late_and_never_agrees(world_of: Any) -> None:
    from greenmine.procedures.models import Opinion

    world = world_of(ground.INNER_MONGOLIA)
    application = ground.take(world, ground.filed(world), "accept", "county.clerk")
    last = max(one.due_on for one in Opinion.objects.all())
    world.on = last
    with pytest.raises(CannotTake, match="尚待反馈意见"):
        ground.take(world, application, "pass_review", "county.reviewer", ground.REASONS)
    world.on = last + timedelta(days=1)
    application = ground.take(world, application, "pass_review", "county.reviewer", ground.REASONS)
    assert {(one["standing"], one["verdict"]) for one in application.reviews.get().opinions} == {("late", "")}


def test_who_accepted_does_not_review(world: ground.World) -> None:
    application = ground.take(world, ground.filed(world), "accept", "county.reviewer")
    ground.opine(world, application)
    with pytest.raises(NotAllowed, match="须由另一人"):
        ground.take(world, application, "pass_review", "county.reviewer", ground.REASONS)


# ---- assessment


@pytest.mark.shows("cn-2024-1/8.2.a", "yn-2025/A.1.d", by="act")
def test_after_the_review_the_province_engages_on_the_day_it_was_passed(world_of: Any) -> None:
    from greenmine.assessors.models import Engagement

    world = world_of(ground.YUNNAN)
    application = ground.walk(world, ground.filed(world), "review_passed")
    world.wait(3)
    application = ground.take(world, application, "commission", "province.clerk", {"agency": ground.agency().key})
    engaged = Engagement.objects.get(number=application.engagement)
    assert (engaged.mine, engaged.first_review_passed_on, engaged.state) == (
        world.mine.key,
        application.review_passed_on,
        "drafted",
    )
    assert application.state == "assessing"


@pytest.mark.shows("cn-2024-1/8.2.a", "yn-2025/A.1.d", by="act", refusal=True)
def test_nobody_is_engaged_before_the_review_is_passed(world_of: Any) -> None:
    from greenmine.assessors.models import Engagement

    world = world_of(ground.YUNNAN)
    application = ground.take(world, ground.filed(world), "accept", "county.clerk")
    with pytest.raises(OutOfTurn, match="目前为“初审中”，不能办理“委托评估”"):
        ground.take(world, application, "commission", "province.clerk", {"agency": ground.agency().key})
    ground.opine(world, application)
    application = ground.take(world, application, "pass_review", "county.reviewer", ground.REASONS)
    with pytest.raises(NotAllowed):
        ground.take(world, application, "commission", "county.clerk", {"agency": ground.agency().key})
    assert Engagement.objects.count() == 0


def test_the_result_is_read_from_the_accepted_report_and_never_typed(world: ground.World) -> None:
    from greenmine.fieldwork.models import Report

    application = ground.walk(world, ground.filed(world), "review_passed")
    application = ground.take(world, application, "commission", "province.clerk", {"agency": ground.agency().key})
    with pytest.raises(CannotSelect, match="尚未验收（报告尚未提交）"):
        ground.take(world, application, "pass_assessment", "province.reviewer", {"verdict": "pass"})
    report = ground.reported(world, application, "fail", state="filed")
    with pytest.raises(CannotSelect, match="尚未验收"):
        ground.take(world, application, "pass_assessment", "province.reviewer")
    Report.objects.filter(pk=report.pk).update(state="accepted", accepted_on=world.on)
    with pytest.raises(CannotSelect, match="结论为“未通过”，不能登记为通过"):
        ground.take(world, application, "pass_assessment", "province.reviewer")
    application = ground.take(world, application, "fail_assessment", "province.reviewer", {"reasons": "未达标"})
    assert (application.report, application.third_party_points) == (report.number, 8450)


def test_another_agency_is_engaged_only_when_the_first_came_to_nothing(world: ground.World) -> None:
    from greenmine.assessors.models import Engagement

    application = ground.walk(world, ground.filed(world), "review_passed")
    application = ground.take(world, application, "commission", "province.clerk", {"agency": ground.agency().key})
    other = {"agency": ground.agency("A0000002").key, "reasons": "原机构未接受"}
    with pytest.raises(CannotSelect, match="尚在办理"):
        ground.take(world, application, "commission_again", "province.clerk", other)
    Engagement.objects.update(state="declined")
    again = ground.take(world, application, "commission_again", "province.clerk", other)
    assert (again.state, again.engagement == application.engagement) == ("assessing", False)


# ---- forwarding and consent


@pytest.mark.shows("gs-2023/3.3.s", by="act")
def test_the_city_reports_what_passed_with_the_report_attached(world_of: Any) -> None:
    world = world_of(ground.GANSU)
    application = ground.walk(world, ground.filed(world), "reported")
    sent = application.forwardings.get(step="report_passed")
    assert {"kind": "report", "key": application.report, "digest": "ab" * 32} in sent.bundle
    assert (sent.to_level, sent.received_on, sent.received_at is not None) == ("province", world.on, True)


@pytest.mark.shows("gs-2023/3.3.s", by="act", refusal=True)
def test_the_city_reports_nothing_that_did_not_pass(world_of: Any) -> None:
    from greenmine.fieldwork.models import Report

    world = world_of(ground.GANSU)
    application = ground.walk(world, ground.filed(world), "at_province")
    with pytest.raises(OutOfTurn):
        ground.take(world, application, "report_passed", "city.decider")
    application = ground.walk(world, _assessed(world, application), "assessed")
    Report.objects.update(state="returned")
    with pytest.raises(CannotSelect, match="尚未验收"):
        ground.take(world, application, "report_passed", "city.decider")


def _assessed(world: ground.World, application: Any) -> Any:
    application = ground.take(world, application, "commission", "province.clerk", {"agency": ground.agency().key})
    ground.reported(world, application)
    return ground.take(world, application, "pass_assessment", "province.reviewer")


@pytest.mark.shows("nm-2020/4.2.f.1", "nm-2020/4.2.f.2", "nm-2020/4.2.g.1", by="act")
def test_the_banner_government_consents_and_the_league_receives(world_of: Any) -> None:
    world = world_of(ground.INNER_MONGOLIA)
    application = ground.walk(world, ground.filed(world), "at_league")
    consent, sent = application.consents.get(), application.forwardings.get(step="forward_league")
    assert (consent.given, consent.document, consent.evidence is not None) == (True, "政函〔2026〕9号", True)
    assert ("consent", "政函〔2026〕9号") in [(one["kind"], one["key"]) for one in sent.bundle]
    assert (sent.received_by.endswith("clerk"), sent.received_at is not None) == (True, True)


@pytest.mark.shows("nm-2020/4.2.f.2", "nm-2020/4.2.g.1", by="act", refusal=True)
def test_without_consent_and_its_document_nothing_leaves_the_banner(world_of: Any) -> None:
    world = world_of(ground.INNER_MONGOLIA)
    application = ground.walk(world, ground.filed(world), "consent_asked")
    with pytest.raises(OutOfTurn):
        ground.take(world, application, "forward_league", "county.decider")
    with pytest.raises(CannotSelect, match="请填写同意文件"):
        ground.take(world, application, "consent", "government.decider", {"document": "政函9号", "dated_on": world.on})
    with pytest.raises(NotAllowed):
        ground.take(world, application, "consent", "county.decider", ground._day_of_consent(world))
    declined = ground.take(world, application, "decline_consent", "government.decider", {"reasons": "与城镇规划冲突"})
    assert (declined.state, declined.consents.get().given, declined.outcome) == ("assessed", False, "")


# ---- verification


def test_every_assessed_mine_is_verified_by_default(world: ground.World) -> None:
    application = ground.walk(world, ground.filed(world), "assessed")
    with pytest.raises(CannotSelect, match="逐矿核查"):
        ground.take(world, application, "pass_unsampled", "province.reviewer", ground.REASONS)
    drawn = selection.draw(world.batch, selection.Sample(), **world.act("province.reviewer"))
    assert (drawn.all_of_them, drawn.drawn, drawn.reading["confidence"]) == (True, [application.number], "I")


def sampled(world: ground.World) -> None:
    """The province confirmed that it verifies a sample."""
    from greenmine.procedures import readings

    readings.confirm(
        "verification-scope", world.place.province, "sample", document="厅发〔2026〕5号", reason="抽样办法已印发",
        by=world.people["province"]["decider"], on=world.on,
    )  # fmt: skip


@pytest.mark.shows("cn-2024-1/9.1.a", "yn-2025/A.1.e", by="act")
def test_a_sample_is_drawn_by_a_seed_anybody_can_repeat(world_of: Any) -> None:
    world = world_of(ground.YUNNAN)
    sampled(world)
    mines = [world.mine, *(ground.clean_mine(world, f"青山{n}矿") for n in range(2))]
    listed = [ground.walk(world, ground.filed(world, mine), "assessed") for mine in mines]
    sample = selection.Sample(1, "20260803大盘收盘点位", "上交所2026-08-03收盘公告", "厅发〔2026〕5号", "纪检组")
    with pytest.raises(CannotSelect, match="请先在批次中抽取"):
        ground.take(
            world, listed[0], "plan_verification", "province.reviewer", {"team": ground.TEAM, "planned_on": world.on}
        )
    made = selection.draw(world.batch, sample, **world.act("province.reviewer"))
    assert made.drawn == draw_again([one.number for one in listed], 1, seed=sample.seed)
    inside = next(one for one in listed if one.number in made.drawn)
    outside = next(one for one in listed if one.number not in made.drawn)
    with pytest.raises(CannotSelect, match="未被抽中"):
        ground.take(
            world, outside, "plan_verification", "province.reviewer", {"team": ground.TEAM, "planned_on": world.on}
        )
    with pytest.raises(CannotSelect, match="已被抽中，须核查"):
        ground.take(world, inside, "pass_unsampled", "province.reviewer", ground.REASONS)
    assert ground.take(world, outside, "pass_unsampled", "province.reviewer", ground.REASONS).verified_on is None
    inside = ground.walk(world, _planned(world, inside), "verifying")
    inside = ground.take(world, inside, "record_verification", "province.reviewer", ground.sight(world))
    inside = ground.take(world, inside, "confirm_verification", "province.decider", ground.REASONS)
    done = inside.verifications.get()
    assert (done.confirmed, [one["agrees"] for one in done.views], inside.verified_on) == (True, [True, True], world.on)
    with pytest.raises(CannotSelect, match="没有待抽取"):
        selection.draw(world.batch, sample, **world.act("province.reviewer"))


def _planned(world: ground.World, application: Any) -> Any:
    return ground.take(
        world, application, "plan_verification", "province.reviewer", {"team": ground.TEAM, "planned_on": world.on}
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"policy": ""}, "抽样办法"),
        ({"seed_source": " "}, "公开来源"),
        ({"seed": "短"}, "至少 8 个字符"),
        ({"count": 2}, "1 至 1"),
        ({"count": None}, "1 至 1"),
    ],
)
def test_a_sample_without_policy_or_public_seed_is_refused(
    world: ground.World, change: dict[str, Any], words: str
) -> None:
    sampled(world)
    ground.walk(world, ground.filed(world), "assessed")
    given = {"count": 1, "seed": "八个字符的公开种子", "seed_source": "公告", "policy": "文号"} | change
    with pytest.raises(CannotSelect, match=words):
        selection.draw(world.batch, selection.Sample(**given), **world.act("province.reviewer"))


def test_verification_is_joint_signed_by_each_and_confirmed_by_another(world: ground.World) -> None:
    application = ground.walk(world, ground.filed(world), "assessed")
    alone = [{**one, "department": "natural_resources"} for one in ground.TEAM]
    with pytest.raises(CannotSelect, match="至少来自两个部门"):
        ground.take(
            world, application, "plan_verification", "province.reviewer", {"team": alone, "planned_on": world.on}
        )
    application = _planned(world, application)
    with pytest.raises(CannotSelect, match="尚未登记核查情况"):
        ground.take(world, application, "confirm_verification", "province.decider", ground.REASONS)
    given = ground.sight(world)
    with pytest.raises(CannotSelect, match="逐人签署意见：组员"):
        ground.take(
            world, application, "record_verification", "province.reviewer", given | {"views": given["views"][:1]}
        )
    for met, words in ((False, "存在不符合"), (None, "尚有待核实")):
        application = ground.take(
            world, application, "record_verification", "province.reviewer", ground.sight(world, met=met)
        )
        with pytest.raises(CannotSelect, match=words):
            ground.take(world, application, "confirm_verification", "province.decider", ground.REASONS)
    application = ground.take(world, application, "record_verification", "province.reviewer", ground.sight(world))
    with pytest.raises(NotAllowed, match="须由另一人"):
        ground.take(world, application, "confirm_verification", "province.reviewer", ground.REASONS)


# ---- notice


@pytest.mark.shows("cn-2024-1/9.1.b", by="act")
def test_one_notice_names_every_mine_that_waits_with_its_days(world: ground.World) -> None:
    from greenmine.directory.models import PublicNotice
    from greenmine.papers.models import Paper

    mines = [world.mine, ground.clean_mine(world, "青山二矿")]
    listed = [ground.walk(world, ground.filed(world, mine), "confirmed") for mine in mines]
    made = selection.open_notice(world.batch, "provincial", days=7, contact="0351-1", **world.act("province.decider"))
    notice = PublicNotice.objects.get(number=made.number)
    assert [row.application for row in notice.rows.order_by("application")] == [one.number for one in listed]
    assert (notice.from_on, notice.until_on, notice.days, notice.days_kind) == (
        world.on,
        world.on + timedelta(days=9),
        7,
        "working",
    )
    assert {ground.again(one).state for one in listed} == {"in_notice"}
    assert Paper.objects.filter(kind="public-notice", subject_key=world.batch.number).count() == 1
    with pytest.raises(CannotSelect, match="没有待公示"):
        selection.open_notice(world.batch, "provincial", days=7, contact="0351-1", **world.act("province.decider"))


@pytest.mark.shows("nm-2020/4.2.g.2", "nm-2020/4.2.g.3", "nm-2020/4.2.h", by="act")
def test_the_league_gives_notice_for_the_days_the_officer_enters_and_reports(world_of: Any) -> None:
    from greenmine.directory.models import PublicNotice

    world = world_of(ground.INNER_MONGOLIA)
    application = ground.walk(world, ground.filed(world), "at_region")
    notice = PublicNotice.objects.get()
    assert (notice.stage, notice.organisation, notice.days, notice.state) == (
        "league",
        world.people["city"][""].key,
        7,
        "ended",
    )
    sent = application.forwardings.get(step="forward_region")
    assert {"kind": "notice", "key": notice.number, "digest": ""} in sent.bundle


@pytest.mark.shows("nm-2020/4.2.g.2", "nm-2020/4.2.g.3", "nm-2020/4.2.h", by="act", refusal=True)
def test_the_league_reports_nothing_while_the_notice_runs_or_an_objection_is_open(world_of: Any) -> None:
    from greenmine.directory import actions as directory
    from greenmine.directory.models import PublicNotice
    from greenmine.selection.models import BatchNotice

    world = world_of(ground.INNER_MONGOLIA)
    application = ground.walk(world, ground.filed(world), "at_league")
    for days, words in ((0, "1 至 365"), (366, "1 至 365")):
        with pytest.raises(CannotSelect, match=words):
            selection.open_notice(application.batch, "league", days=days, contact="0476-1", **world.act("city.decider"))
    with pytest.raises(NotAllowed):
        selection.open_notice(application.batch, "league", days=7, contact="0476-1", **world.act("county.decider"))
    made = selection.open_notice(application.batch, "league", days=7, contact="0476-1", **world.act("city.decider"))
    notice = PublicNotice.objects.get(number=made.number)
    world.on = notice.until_on
    with pytest.raises(CannotSelect):
        selection.end_notice(made, **world.act("city.decider"))
    directory.register_objection(
        notice, world.mine.key, "越界", objector=directory.Objector("张三", "139"), **world.act("city.clerk")
    )
    world.wait()
    with pytest.raises(CannotSelect, match="异议"):
        selection.end_notice(made, **world.act("city.decider"))
    with pytest.raises(OutOfTurn, match="目前为“盟市公示中”"):
        ground.take(world, ground.again(application), "forward_region", "city.decider")
    assert BatchNotice.objects.get().ended_on is None


def test_one_closed_gate_refuses_the_list_and_the_mine_may_be_left_out(world: ground.World) -> None:
    other = ground.clean_mine(world, "青山二矿")
    good, bad = (ground.walk(world, ground.filed(world, mine), "confirmed") for mine in (world.mine, other))
    facts.say(world.edition, other.key, "county_nr", {"mining_license_status": "expired"}, since=world.on)
    with pytest.raises(CannotSelect, match="青山二矿：“公示”关口未通过") as refused:
        selection.open_notice(world.batch, "provincial", days=7, contact="0351-1", **world.act("province.decider"))
    assert refused.value.missing == (bad.number,)
    selection.open_notice(
        world.batch, "provincial", days=7, contact="0351-1", leave_out=[bad.number], **world.act("province.decider")
    )
    assert (ground.again(good).state, ground.again(bad).state) == ("in_notice", "confirmed")
    later = ground.opened_batch(world, title="第二批")
    moved = selection.move(bad, later, "许可证延续办理中", **world.act("province.reviewer"))
    assert (moved.batch, moved.state) == (later, "confirmed")
    with pytest.raises(CannotSelect, match="不能转批次"):
        selection.move(good, later, "x", **world.act("province.reviewer"))
    with pytest.raises(CannotSelect, match="请在批次页面"):
        ground.take(world, good, "close_notice", "province.decider")


# ---- decision and entry


@pytest.mark.shows("gs-2023/3.3.t", by="act")
def test_a_collective_decision_keeps_minutes_votes_and_reasons(world_of: Any) -> None:
    world = world_of(ground.GANSU)
    application = ground.walk(world, ground.filed(world), "noticed")
    application = ground.take(world, application, "decide", "province.decider", ground.meeting(world, 4, 1))
    held = application.meetings.get()
    assert (held.favour, held.against, held.carried, held.reasons) == (4, 1, True, "经集体研究，形成一致意见")
    assert [(one.name, one.vote, one.reason) for one in held.votes.order_by("id")][-1] == (
        "反对0",
        "against",
        "指标存疑",
    )
    assert (
        application.materials.filter(required=True, missing=[]).count()
        == application.materials.filter(required=True).count()
    )


@pytest.mark.shows("gs-2023/3.3.t", by="act", refusal=True)
def test_a_decision_without_majority_minutes_or_three_members_is_refused(world_of: Any) -> None:
    world = world_of(ground.GANSU)
    application = ground.walk(world, ground.filed(world), "noticed")
    for given in (ground.meeting(world, 2, 2), ground.meeting(world, 2)):
        with pytest.raises(CannotSelect):
            ground.take(world, application, "decide", "province.decider", given)
    for name in ("minutes", "reasons", "votes"):
        given = {key: value for key, value in ground.meeting(world).items() if key != name}
        with pytest.raises(CannotSelect, match="请填写"):
            ground.take(world, application, "decide", "province.decider", given)
    with pytest.raises(CannotSelect, match="会议日期不能晚于今天"):
        ground.take(
            world,
            application,
            "decide",
            "province.decider",
            ground.meeting(world) | {"held_on": world.on + timedelta(days=1)},
        )
    with pytest.raises(CannotSelect, match="已过半数"):
        ground.take(world, application, "reconsider", "province.decider", ground.meeting(world))
    lost = ground.take(world, application, "reconsider", "province.decider", ground.meeting(world, 1, 2))
    assert (lost.state, lost.outcome, lost.decided_on) == ("reported", "", None)


def test_what_changes_before_entry_closes_the_gate_of_entry(world: ground.World) -> None:
    from greenmine.directory.models import Entry

    application = ground.walk(world, ground.filed(world), "decided")
    facts.say(world.edition, world.mine.key, "county_nr", {"mining_license_status": "revoked"}, since=world.on)
    with pytest.raises(GateClosed):
        ground.take(world, application, "enter", "province.decider", ground.DECISION)
    assert (Entry.objects.count(), ground.again(application).state) == (0, "decided")
    with pytest.raises(CannotSelect, match="决定文号"):
        ground.take(world, application, "enter", "province.decider", {})


def test_the_announcement_names_what_was_listed_once_nothing_is_open(world: ground.World) -> None:
    other = ground.filed(world, ground.clean_mine(world, "青山二矿"))
    application = ground.walk(world, ground.filed(world))
    with pytest.raises(CannotSelect, match="还有 1 件未办结：青山二矿"):
        selection.announce(world.batch, **world.act("province.decider"))
    ground.take(world, other, "withdraw", "firm.decider", {"reasons": "拟整改后再报"})
    paper = selection.announce(world.batch, **world.act("province.decider"))
    assert [row[1:3] for row in paper.fields["mines"]] == [[application.entry, "青山铁矿"]]
    with pytest.raises(CannotSelect, match="已于"):
        selection.announce(world.batch, **world.act("province.decider"))


# ---- the end and a new beginning


def test_a_withdrawn_application_is_filed_again_at_once(world: ground.World) -> None:
    application = ground.walk(world, ground.filed(world), "review_passed")
    with pytest.raises(NotAllowed):
        ground.take(world, application, "withdraw", "county.decider", {"reasons": "x"})
    application = ground.take(world, application, "withdraw", "firm.decider", {"reasons": "拟改扩建"})
    assert (application.state, application.outcome, application.closed_on) == ("withdrawn", "withdrawn", world.on)
    assert ground.filed(world).before == application


def test_who_commissioned_hears_of_a_withdrawal_while_the_agency_works(world: ground.World) -> None:
    from greenmine.notifications.models import Notice

    application = ground.walk(world, ground.filed(world), "review_passed")
    application = ground.take(world, application, "commission", "province.clerk", {"agency": ground.agency().key})
    ground.take(world, application, "withdraw", "firm.decider", {"reasons": "拟改扩建"})
    told = Notice.objects.get(verb="selection.withdrawn_while_engaged")
    assert (told.to_kind, told.to_key, told.about_key) == ("province_nr", world.place.province, application.engagement)


def test_what_a_return_asks_of_the_enterprise_is_settled_by_its_answer(world: ground.World) -> None:
    from greenmine.notifications.models import Notice

    application = ground.take(world, ground.filed(world), "return_for_correction", "county.clerk", FORM)
    asked = Notice.objects.get(verb="selection.return_for_correction")
    assert (asked.to_kind, asked.kind, asked.done_at, asked.due_on) == ("enterprise", "todo", None, application.due_on)
    ground.take(world, application, "resubmit", "firm.decider", {"answers": ["已补"]})
    asked.refresh_from_db()
    assert asked.done_by == "青山decider"


@pytest.mark.shows("gs-2023/3.10.c", by="record")
def test_a_province_configures_levels_days_and_the_interval(world_of: Any) -> None:
    from greenmine.procedures import readings

    world = world_of(ground.GANSU)
    said = {"receiving-level": "city", "review-level": "city", "opinion-days": "3", "reapplication-months": "2"}
    for name, value in said.items():
        readings.confirm(
            name, "620000", value, document="甘自然资发〔2026〕8号", reason="细化遴选程序",
            by=world.people["province"]["decider"], on=world.on,
        )  # fmt: skip
    application = ground.filed(world)
    assert application.receiver == world.people["city"][""].key
    with pytest.raises(NotAllowed):
        ground.take(world, application, "accept", "county.clerk")
    application = ground.take(world, application, "not_accept", "city.reviewer", {"reasons": "不在受理范围"})
    with pytest.raises(CannotSelect, match="2026-10-03 起方可再次申报（甘自然资发〔2026〕8号）"):
        ground.filed(world)
    world.on = application.closed_on.replace(month=10, day=3)
    batch = ground.opened_batch(world, title="第二批")
    assert ground.filed(world, batch=batch).state == "filed"


@pytest.mark.shows("gs-2023/3.10.c", by="record", refusal=True)
def test_nobody_but_a_deciding_person_of_the_province_configures(world_of: Any) -> None:
    from greenmine.procedures import readings

    world = world_of(ground.GANSU)
    for office, role in (("county", "decider"), ("province", "clerk"), ("province", "reviewer")):
        with pytest.raises(NotAllowed):
            readings.confirm(
                "opinion-days",
                "620000",
                "3",
                document="文号",
                reason="细化",
                by=world.people[office][role],
                on=world.on,
            )
    with pytest.raises(Exception, match="文"):
        readings.confirm(
            "opinion-days",
            "620000",
            "3",
            document="",
            reason="细化",
            by=world.people["province"]["decider"],
            on=world.on,
        )
