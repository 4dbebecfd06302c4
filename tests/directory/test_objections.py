"""Objections: in writing, by name, sealed, investigated, decided by another, answered; anonymous ones are clues."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from greenmine.directory import actions as directory
from greenmine.directory import objecting, queries
from greenmine.directory.models import Objection, ObjectorOpening
from greenmine.directory.published.models import Statement
from greenmine.ledger.models import Record
from tests.conftest import TODAY
from tests.directory.conftest import WORDS, Upload, known, signed

pytestmark = pytest.mark.django_db
NAME = "马秀英"


@pytest.fixture
def notice(world: Any) -> Any:
    return world.noticed()


def registered(world: Any, notice: Any, *, name: str = NAME, **more: Any) -> Objection:
    objector = directory.Objector(name, "13900001111", "会宁县某村") if name else None
    given = {"way": "post", **world.as_("province_clerk"), **more}
    return directory.register_objection(notice, world.mine.key, WORDS, objector=objector, **given)


def decided(world: Any, notice: Any, outcome: str) -> Objection:
    made = registered(world, notice, evidence_files=[world.file()])
    made = directory.investigate_objection(made, **world.as_("province_clerk"))
    directory.record_investigation(
        made, "现场核对拐点坐标", upload=Upload("照片说明.txt", b"x"), **world.as_("province_clerk")
    )
    made = directory.conclude(made, "未发现越界", **world.as_("province_reviewer"))
    return directory.decide_objection(made, outcome, "经核查，开采范围在许可范围内", **world.as_("province"))


def answered(world: Any, notice: Any, outcome: str = "not_upheld") -> Objection:
    made = decided(world, notice, outcome)
    paper = directory.draft_answer(made, **world.as_("province_clerk"))
    signed(paper, signer=world.second_decider, reviewer=world.cast.province_reviewer, legal=world.cast.province)
    return directory.answer_objection(
        Objection.objects.get(pk=made.pk), day=TODAY, way="post", received_by="本人签收", **world.as_("province_clerk")
    )


@pytest.mark.shows("cn-2024-1/9.1.b", by="act")
def test_a_named_objection_is_registered_and_who_objects_is_sealed(world: Any, notice: Any) -> None:
    made = registered(world, notice)
    assert (made.number, made.kind, made.state) == ("YY-2026-0001", "objection", "registered")
    assert made.sealed.name == NAME
    assert not Record.objects.filter(zh__contains=NAME).exists()
    assert known(world, "objections_open") == 1


def test_an_anonymous_message_becomes_a_clue_and_is_never_dropped(world: Any, notice: Any) -> None:
    made = registered(world, notice, name="")
    assert (made.kind, queries.open_objections(notice).count()) == ("clue", 0)
    ended = world.ended(notice)
    assert ended.state == "ended"
    closed = directory.close_clue(made, "现场核实，未见夜间开采", **world.as_("province_reviewer"))
    assert (closed.outcome, closed.state) == ("noted", "noted")


def test_a_clue_is_not_decided_as_an_objection(world: Any, notice: Any, refused: Any) -> None:
    made = registered(world, notice, name="")
    directory.investigate_objection(made, **world.as_("province_clerk"))
    made = directory.conclude(made, "查过", **world.as_("province_reviewer"))
    assert refused(lambda: directory.decide_objection(made, "upheld", "理由", **world.as_("province"))) == (
        "匿名线索不作异议决定，请按线索办结"
    )


def test_a_named_objection_is_not_closed_as_a_clue(world: Any, notice: Any, refused: Any) -> None:
    made = registered(world, notice)
    assert refused(lambda: directory.close_clue(made, "算了", **world.as_("province_reviewer"))) == (
        "实名异议须作出决定并答复"
    )


def test_the_last_day_is_in_time_and_the_next_is_a_clue(world: Any, notice: Any, refused: Any) -> None:
    last, next_day = notice.until_on, notice.until_on + timedelta(days=1)
    assert registered(world, notice, received_on=last, **world.as_("province_clerk", next_day)).kind == "objection"
    late = {"received_on": next_day, **world.as_("province_clerk", next_day)}
    assert refused(lambda: registered(world, notice, **late)) == f"公示期已于 {last} 届满，逾期提出的请作为线索登记"
    clue = registered(world, notice, as_clue=True, **late)
    assert (clue.kind, clue.sealed.name) == ("clue", NAME)


def test_only_the_authority_that_gave_notice_takes_objections(world: Any, notice: Any, refused: Any) -> None:
    assert refused(lambda: registered(world, notice, **world.as_("county"))) == (
        "异议由发布公示的甘肃省自然资源厅受理和办理。"
    )


def test_a_mine_that_is_not_on_the_notice_is_not_objected_to(world: Any, notice: Any, refused: Any) -> None:
    other = world.another_mine()
    sentence = refused(
        lambda: directory.register_objection(
            notice, other.key, WORDS, objector=directory.Objector(NAME), **world.as_("province_clerk")
        )
    )
    assert sentence == "该矿山不在公示名单中"


@pytest.mark.shows("cn-2024-1/9.1.c", by="act", refusal=True)
def test_a_notice_does_not_end_while_a_named_objection_is_open(world: Any, notice: Any, refused: Any) -> None:
    registered(world, notice)
    after = notice.until_on + timedelta(days=1)
    assert refused(lambda: directory.end_notice(notice, by=world.cast.province, on=after)) == (
        "还有 1 件异议未办结（YY-2026-0001），不能结束公示"
    )


def test_who_registered_it_does_not_decide_it(world: Any, notice: Any, refused: Any) -> None:
    made = registered(world, notice, **world.as_("province"))
    directory.investigate_objection(made, **world.as_("province_clerk"))
    made = directory.conclude(made, "查过", **world.as_("province_clerk"))
    assert refused(lambda: directory.decide_objection(made, "upheld", "理由", **world.as_("province"))) == (
        "提出人不能同时作出决定，请由本单位另一名签发人办理。"
    )


def test_the_reasons_do_not_name_who_objects(world: Any, notice: Any, refused: Any) -> None:
    made = registered(world, notice)
    directory.investigate_objection(made, **world.as_("province_clerk"))
    made = directory.conclude(made, "查过", **world.as_("province_reviewer"))
    assert refused(
        lambda: directory.decide_objection(made, "not_upheld", f"{NAME}所称不实", **world.as_("province"))
    ).startswith("决定理由将对外公开")


def test_an_objection_is_decided_answered_and_its_outcome_published_without_a_name(world: Any, notice: Any) -> None:
    made = answered(world, notice)
    assert (made.outcome, made.state, made.answered_on) == ("not_upheld", "answered", TODAY)
    shown = Statement.objects.get(kind="objection_outcome")
    assert shown.title_zh == "青山铁矿公示异议：异议不成立"
    assert NAME not in f"{shown.title_zh}{shown.body}"
    ended = world.ended(notice)
    assert ended.rows.get().outcome == "not_upheld"


def test_an_upheld_objection_keeps_the_mine_out(world: Any, notice: Any, refused: Any) -> None:
    answered(world, notice, "upheld")
    ended = world.ended(notice)
    assert ended.rows.get().outcome == "upheld"
    day = ended.ended_on
    sentence = refused(
        lambda: directory.enter(
            world.mine.key, "provincial", notice=ended, application="SB-1", decision_number="甘〔2026〕1号",
            **world.as_("province", day),
        )
    )  # fmt: skip
    assert sentence == "公示异议成立，不能纳入名录"


def test_an_objection_without_an_answer_served_is_not_closed(world: Any, notice: Any, refused: Any) -> None:
    made = decided(world, notice, "not_upheld")
    assert (
        refused(lambda: directory.answer_objection(made, day=TODAY, way="post", **world.as_("province_clerk")))
        == "请先拟制并签发异议答复书"
    )


def test_opening_the_seal_is_written_down_and_needs_a_reason(world: Any, notice: Any, refused: Any) -> None:
    made = registered(world, notice)
    assert refused(lambda: directory.open_identity(made, "", **world.as_("province_reviewer"))) == "请填写查阅事由"
    assert directory.open_identity(made, "电话核实", **world.as_("province_reviewer")).name == NAME
    seen = ObjectorOpening.objects.get()
    assert (seen.person, seen.reason) == ("甘肃省自然资源厅 · 韩审核", "电话核实")
    with pytest.raises(DatabaseError), transaction.atomic():
        ObjectorOpening.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        ObjectorOpening.objects.update(reason="别的事由")


@pytest.mark.parametrize("who", ["county", "county_decider", "ministry", "auditor", "enterprise", "agency"])
def test_nobody_else_opens_the_seal(world: Any, notice: Any, refused: Any, who: str) -> None:
    made = registered(world, notice)
    refused(lambda: directory.open_identity(made, "好奇", **world.as_(who)))
    assert not ObjectorOpening.objects.exists()


@pytest.mark.parametrize("who", ["county", "county_decider", "other_county", "enterprise", "agency", "operator"])
def test_the_mines_county_the_enterprise_and_the_agency_see_no_objection(world: Any, notice: Any, who: str) -> None:
    registered(world, notice)
    assert list(queries.objections_for(getattr(world.cast, who), on=TODAY)) == []


def test_a_step_out_of_turn_is_refused_in_words(world: Any, notice: Any, refused: Any) -> None:
    made = registered(world, notice)
    assert "不能办理“形成核查结论”" in refused(lambda: directory.conclude(made, "查过", **world.as_("province_clerk")))


def test_an_envelope_is_registered_once(world: Any, notice: Any) -> None:
    registered(world, notice, envelope="LJ-1")
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        registered(world, notice, envelope="LJ-1")
    assert objecting.WAYS["online"][0] == "网上提交"
