"""Opinions of departments: asked at once, in writing, late is late and never agreement."""

from __future__ import annotations

from datetime import date

import pytest

from greenmine.accounts.permissions import NotAllowed
from greenmine.ledger.models import Record
from greenmine.notifications.models import Notice
from greenmine.procedures import actions, queries, tasks
from greenmine.procedures.models import Opinion
from greenmine.procedures.permissions import CannotTake
from tests.procedures.conftest import ON

DUE = date(2026, 11, 23)  # ten working days after Monday the 9th
AFTER = date(2026, 11, 24)
PASS = {"reasons": "材料齐全"}


def standings(case, on):
    return [(one.department, one.standing(on)) for one in queries.opinions_of(case)]


def test_opinions_are_asked_at_once_given_in_writing_and_then_the_review_passes(cast, departments, reviewing):
    assert standings(reviewing, ON) == [("ecology", "waiting"), ("forestry", "waiting")]
    rows = list(queries.opinions_for(departments["ecology"], on=ON))
    assert [(row.to_kind, row.to_key, row.due_on) for row in rows] == [("ecology", "620422", DUE)]
    actions.give_opinion(rows[0], "agree", "位于红线外", by=departments["ecology"], on=date(2026, 11, 12))
    second = queries.opinions_of(reviewing)[1]
    actions.give_opinion(second, "disagree", "占用林地未批", by=departments["forestry"], on=DUE)
    actions.take(reviewing, "pass_review", PASS, by=cast.county_reviewer, on=DUE)
    record = Record.objects.filter(verb="procedures.taken").latest("id")
    assert [(one["department"], one["standing"], one["verdict"]) for one in record.payload["opinions"]] == [
        ("ecology", "given", "agree"), ("forestry", "given", "disagree"),
    ]  # fmt: skip
    said = Record.objects.filter(verb="procedures.opinion_given").order_by("id")
    assert [one.zh for one in said] == [
        "BL-2026-0001 会宁生态环境分局反馈意见：同意", "BL-2026-0001 会宁县林草局反馈意见：不同意",
    ]  # fmt: skip
    assert said[0].cite == ["cn-2024-1/8.1"]


def test_the_review_waits_for_every_opinion_until_its_last_day(cast, departments, reviewing):
    first = queries.opinions_of(reviewing)[0]
    actions.give_opinion(first, "agree", "同意", by=departments["ecology"], on=ON)
    with pytest.raises(CannotTake, match="尚待反馈意见：林业和草原部门（期限 2026-11-23）"):
        actions.take(reviewing, "pass_review", PASS, by=cast.county_reviewer, on=DUE)
    assert reviewing.state == "reviewing"
    assert standings(reviewing, AFTER) == [("ecology", "given"), ("forestry", "late")]
    actions.take(reviewing, "pass_review", PASS, by=cast.county_reviewer, on=AFTER)
    record = Record.objects.filter(verb="procedures.taken").latest("id")
    assert record.payload["opinions"][1] == {
        "department": "forestry", "standing": "late", "verdict": "", "opinion": str(queries.opinions_of(reviewing)[1].pk),
    }  # fmt: skip
    assert standings(reviewing, date(2027, 1, 1)) == [("ecology", "given"), ("forestry", "late")]


def test_a_late_opinion_is_still_taken_while_the_case_waits_and_called_late(departments, reviewing):
    one = queries.opinions_of(reviewing)[0]
    actions.give_opinion(one, "supplement", "请补环评批复", by=departments["ecology"], on=AFTER)
    assert one.standing(AFTER) == "given_late"
    assert Record.objects.get(verb="procedures.opinion_given").zh.endswith("需补充材料（逾期反馈）")


def test_what_is_not_waited_for_any_more_cannot_be_given(cast, departments, reviewing):
    one = queries.opinions_of(reviewing)[0]
    actions.take(reviewing, "return_review", {"defects": ["缺图件"]}, by=cast.county_reviewer, on=ON)
    assert standings(reviewing, AFTER) == [("ecology", "ended"), ("forestry", "ended")]
    with pytest.raises(CannotTake, match="不再等候"):
        actions.give_opinion(one, "agree", "同意", by=departments["ecology"], on=ON)
    assert not Notice.objects.filter(about_kind="opinion", done_at=None).exists()


def test_opinions_are_asked_anew_when_the_state_is_entered_again(cast, reviewing):
    actions.take(reviewing, "return_review", {"defects": ["缺图件"]}, by=cast.county_reviewer, on=ON)
    actions.take(reviewing, "resubmit_review", {"answers": ["已补"]}, by=cast.enterprise_decider, on=date(2026, 11, 16))
    rows = queries.opinions_of(reviewing)
    assert [(row.entry, row.standing(date(2026, 11, 16))) for row in rows] == [
        (2, "ended"), (2, "ended"), (4, "waiting"), (4, "waiting"),
    ]  # fmt: skip
    with pytest.raises(CannotTake, match="期限 2026-11-30"):
        actions.take(reviewing, "pass_review", PASS, by=cast.county_reviewer, on=AFTER)


@pytest.mark.parametrize(
    "who", ["county", "county_reviewer", "other_county", "province", "enterprise", "agency", "operator"]
)
def test_nobody_but_the_department_asked_gives_its_opinion(cast, reviewing, who):
    with pytest.raises(NotAllowed):
        actions.give_opinion(queries.opinions_of(reviewing)[0], "agree", "同意", by=getattr(cast, who), on=ON)
    assert Opinion.objects.filter(given_on=None).count() == 2


@pytest.mark.parametrize("who", ["forestry", "elsewhere"])
def test_another_department_or_county_neither_sees_nor_gives_it(departments, reviewing, who):
    one = queries.opinions_of(reviewing)[0]
    assert one not in queries.opinions_for(departments[who], on=ON)
    with pytest.raises(NotAllowed):
        actions.give_opinion(one, "agree", "同意", by=departments[who], on=ON)


@pytest.mark.parametrize(("verdict", "text"), [("yes", "同意"), ("", "同意"), ("agree", " "), ("agree", "\0")])
def test_an_opinion_is_one_of_three_and_in_writing(departments, reviewing, verdict, text):
    with pytest.raises(CannotTake):
        actions.give_opinion(queries.opinions_of(reviewing)[0], verdict, text, by=departments["ecology"], on=ON)


def test_an_opinion_is_given_once(departments, reviewing):
    mine, yours = queries.opinions_of(reviewing)[0], queries.opinions_of(reviewing)[0]
    actions.give_opinion(mine, "agree", "同意", by=departments["ecology"], on=ON)
    with pytest.raises(CannotTake, match="冯环保 已反馈意见"):
        actions.give_opinion(yours, "disagree", "不同意", by=departments["ecology"], on=ON)


def test_the_enterprise_hears_nothing_of_what_departments_say(cast, departments, reviewing):
    actions.give_opinion(queries.opinions_of(reviewing)[0], "disagree", "秘密理由", by=departments["ecology"], on=ON)
    tasks.remind_overdue(on=AFTER)
    tasks.escalate(on=date(2026, 12, 24))
    told = Notice.objects.filter(to_kind="enterprise")
    assert not told.filter(verb__contains="opinion").exists()
    assert Notice.objects.filter(verb="procedures.opinion_given", to_kind="county_nr", to_key="620422").exists()


def test_the_picture_shows_open_opinions_and_days_left(departments, reviewing):
    actions.give_opinion(queries.opinions_of(reviewing)[0], "agree", "同意", by=departments["ecology"], on=ON)
    drawing = queries.picture(reviewing, on=date(2026, 11, 20))
    assert [one.text("zh") for one in drawing.opinions] == ["生态环境部门：已反馈", "林业和草原部门：待反馈，剩 3 天"]
    assert "林业和草原部门：待反馈，剩 3 天" in drawing.svg_zh
    late = queries.picture(reviewing, on=AFTER)
    assert late.opinions[1].text("en") == "forestry: not given in time"


def test_an_opinion_can_be_given_to_one_person_of_the_department(departments, reviewing):
    from tests.conftest import person

    house = departments["ecology"].memberships.get().organisation
    other = person(house, "ecology2", "陆环保", "clerk")
    chief = person(house, "ecology3", "康环保", "reviewer")
    one = queries.opinions_of(reviewing)[0]
    actions.assign(one, other, by=chief, on=ON)
    assert list(queries.opinions_for(departments["ecology"], on=ON)) == []
    assert list(queries.opinions_for(other, on=ON)) == [one]


@pytest.fixture
def in_yunnan(cast):
    """An application in a county of Yunnan, accepted: natural resources, ecology and forestry are asked."""
    from greenmine.accounts import actions as accounts
    from tests.conftest import person

    def clerk(department):
        house = accounts.found_organisation(
            kind="authority", name=f"五华区{department}", by=None, on=date(2026, 1, 5), level="county", division="530102",
            department=department,
        )  # fmt: skip
        return person(house, f"yn-{department}", f"云{department}", "clerk")

    people = {name: clerk(name) for name in ("natural_resources", "ecology", "forestry")}
    county = people["natural_resources"].memberships.get().organisation
    firm = cast.enterprise_decider.memberships.get().organisation
    case = actions.open_case(
        "selection-530000-2025", subject=("application", "SB-2026-000002"), region_code="530102", by=cast.enterprise_decider,
        organisation=firm, on=ON, runs=county, parties={"enterprise": firm.key, "authority": county.key},
        payload={"application": "SB-2026-000002", "commitment": "承诺"},
    )  # fmt: skip
    actions.take(case, "accept", by=people["natural_resources"], on=ON)
    return case, people, person(county, "yn-reviewer", "云审核", "reviewer")


@pytest.mark.shows("yn-2025/A.1.i", by="act")
@pytest.mark.shows("yn-2025/A.2.d", by="act")
@pytest.mark.shows("yn-2025/A.7.d", by="act")
def test_in_yunnan_three_departments_each_give_their_opinion_with_reasons(in_yunnan):
    case, people, reviewer = in_yunnan
    said = {"natural_resources": "agree", "ecology": "supplement", "forestry": "disagree"}
    for one in queries.opinions_of(case):
        actions.give_opinion(one, said[one.department], f"{one.department}的理由", by=people[one.department], on=ON)
    assert [(one.department, one.verdict, one.text) for one in queries.opinions_of(case)] == [
        (name, verdict, f"{name}的理由") for name, verdict in said.items()
    ]
    actions.take(case, "pass_review", PASS, by=reviewer, on=ON)
    assert Record.objects.filter(verb="procedures.opinion_given").first().cite == [
        "yn-2025/5.2.b", "yn-2025/A.1.i", "yn-2025/A.2.d", "yn-2025/A.7.d",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("department", "words"),
    [
        pytest.param(
            "natural_resources", "自然资源部门", marks=pytest.mark.shows("yn-2025/A.1.i", by="act", refusal=True)
        ),
        pytest.param("ecology", "生态环境部门", marks=pytest.mark.shows("yn-2025/A.2.d", by="act", refusal=True)),
        pytest.param("forestry", "林业和草原部门", marks=pytest.mark.shows("yn-2025/A.7.d", by="act", refusal=True)),
    ],
)
def test_in_yunnan_no_review_passes_without_the_opinion_of(in_yunnan, department, words):
    case, people, reviewer = in_yunnan
    for one in queries.opinions_of(case):
        if one.department != department:
            actions.give_opinion(one, "agree", "同意", by=people[one.department], on=ON)
    with pytest.raises(CannotTake, match=f"尚待反馈意见：{words}（期限 2026-11-23）"):
        actions.take(case, "pass_review", PASS, by=reviewer, on=ON)
    other = next(who for name, who in people.items() if name != department)
    one = next(one for one in queries.opinions_of(case) if one.department == department)
    with pytest.raises(NotAllowed, match="由被征求意见的部门出具"):
        actions.give_opinion(one, "agree", "代为同意", by=other, on=ON)
