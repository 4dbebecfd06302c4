"""Cases run their table: in turn, by whom it names, in time, each step whole or not at all."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.db import OperationalError, connections

from greenmine.accounts.permissions import NotAllowed, ProposerDecides
from greenmine.law.steps import OutOfTurn
from greenmine.ledger.models import Record
from greenmine.notifications import queries as notices
from greenmine.procedures import actions, queries, tasks, working
from greenmine.procedures.models import Case, CaseStep, WorkItem
from greenmine.procedures.permissions import CannotTake, Overtaken

ON = date(2026, 11, 9)
SERVED = {"paper": 7, "served_on": "2026-11-11", "way": "direct"}


def waiting(case) -> list[tuple[str, date | None]]:
    return [(item.step, item.due_on) for item in case.items.filter(state="open").order_by("id")]


def test_a_case_begins_with_its_number_its_record_and_its_work(cast, case, office) -> None:
    assert (case.number, case.state, case.version) == ("DC-2026-0001", "opened", 1)
    assert waiting(case) == [("investigate", None)]
    entry = Record.objects.get(verb="procedures.opened")
    assert entry.zh == "第三方评估失信调查 DC-2026-0001：立案"
    assert (entry.cite, entry.region_code) == (["cn-2024-1/17.0.5"], "620000")
    told = notices.waiting(cast.province_reviewer, on=ON).get()
    assert told.zh == "第三方评估失信调查 DC-2026-0001 待办：开展调查"


@pytest.mark.parametrize("who", ["county_reviewer", "province_clerk", "province", "agency", "enterprise", "operator"])
def test_only_the_office_and_role_of_the_table_open_a_case(cast, who) -> None:
    person = getattr(cast, who)
    with pytest.raises(NotAllowed):
        actions.open_case(
            "misconduct-inquiry", subject=("agency", "A0000001"), region_code="620000", by=person,
            organisation=person.memberships.get().organisation, on=ON, payload={"grounds": ["x"], "source": "x"},
        )  # fmt: skip
    assert Case.objects.count() == 0


def test_a_case_without_its_grounds_is_not_opened(cast, office) -> None:
    with pytest.raises(CannotTake, match="“立案”还缺：grounds"):
        actions.open_case(
            "misconduct-inquiry", subject=("agency", "A0000001"), region_code="620000", by=cast.province_reviewer,
            organisation=office, on=ON, payload={"grounds": [], "source": "复核"},
        )  # fmt: skip
    assert (Case.objects.count(), Record.objects.filter(verb="procedures.opened").count()) == (0, 0)


@pytest.mark.shows("cn-2024-1/17.0.5", by="act")
def test_an_inquiry_goes_from_opening_over_notice_and_plea_to_debarment(cast, to_noticed) -> None:
    case = to_noticed
    assert waiting(case)[0] == ("hear_plea", date(2026, 11, 18))  # five working days after Wed 11 November
    actions.take(case, "hear_plea", {"plea": "评分有照片为证"}, by=cast.province_reviewer, on=date(2026, 11, 18))
    actions.take(
        case,
        "verify",
        {"reasons": ["照片摄于别的矿山"], "grounds": ["cn-2024-1/17.0.4"]},
        by=cast.province,
        on=date(2026, 11, 19),
    )
    assert ("serve_decision", date(2026, 11, 26)) in waiting(case)
    actions.take(
        case, "serve_decision", {**SERVED, "served_on": "2026-11-20"}, by=cast.province_reviewer, on=date(2026, 11, 20)
    )
    actions.take(case, "debar", by=cast.province, on=date(2026, 11, 20))
    actions.take(case, "close_after_recheck", by=cast.province_reviewer, on=date(2026, 12, 1))
    assert (case.state, case.closed_on, waiting(case)) == ("closed", date(2026, 12, 1), [])
    assert [step.step for step in queries.history(case)] == [
        "open", "investigate", "serve_prior_notice", "hear_plea", "verify", "serve_decision", "debar", "close_after_recheck",
    ]  # fmt: skip
    verified = Record.objects.filter(verb="procedures.taken", zh__contains="决定查实").get()
    assert verified.cite == ["cn-2024-1/17.0.5", "cn-2024-1/17.0.6"]


@pytest.mark.shows("cn-2024-1/17.0.5", by="act", refusal=True)
def test_nothing_is_verified_before_notice_plea_and_reasons(cast, case) -> None:
    actions.take(case, "investigate", by=cast.province_reviewer, on=ON)
    for step in ("verify", "debar", "serve_decision"):
        with pytest.raises(OutOfTurn, match="目前为“调查中”"):
            actions.take(case, step, {"reasons": ["x"], "grounds": ["x"]}, by=cast.province, on=ON)
    actions.take(case, "serve_prior_notice", {**SERVED, "served_on": "2026-11-09"}, by=cast.province_reviewer, on=ON)
    actions.take(case, "note_waiver", {"statement": "放弃"}, by=cast.province_reviewer, on=ON)
    with pytest.raises(CannotTake, match="“决定查实”还缺：reasons、grounds"):
        actions.take(case, "verify", by=cast.province, on=ON)
    assert case.state == "heard"


def test_silence_is_noted_only_after_the_time_for_a_plea(cast, to_noticed) -> None:
    with pytest.raises(CannotTake, match="期限至 2026-11-18"):
        actions.take(to_noticed, "note_silence", by=cast.province_reviewer, on=date(2026, 11, 18))
    actions.take(to_noticed, "note_silence", by=cast.province_reviewer, on=date(2026, 11, 19))
    assert to_noticed.state == "heard"


def test_a_clock_through_a_year_without_holidays_has_no_day_and_says_why(cast, case) -> None:
    late = date(2026, 12, 29)
    actions.take(case, "investigate", by=cast.province_reviewer, on=late)
    actions.take(
        case, "serve_prior_notice", {**SERVED, "served_on": late.isoformat()}, by=cast.province_reviewer, on=late
    )
    item = case.items.get(step="hear_plea", state="open")
    assert (item.due_on, item.no_day["zh"]) == (None, "缺少 2027 年节假日安排，无法确定期限；请先登记该年工作日历")
    with pytest.raises(CannotTake, match="缺少 2027 年"):
        actions.take(case, "note_silence", by=cast.province_reviewer, on=date(2027, 2, 1))


@pytest.mark.parametrize("day", ["2026-11-08", "2026-11-13", "yesterday", "2026-02-30"])
def test_a_day_of_service_outside_the_case_is_refused(cast, case, day) -> None:
    actions.take(case, "investigate", by=cast.province_reviewer, on=ON)
    with pytest.raises(CannotTake, match="送达日期"):
        actions.take(
            case, "serve_prior_notice", {**SERVED, "served_on": day}, by=cast.province_reviewer, on=date(2026, 11, 12)
        )
    assert Case.objects.get().state == "investigating"


def test_whoever_opened_the_case_does_not_decide_it(cast, office, to_noticed) -> None:
    from greenmine.accounts import actions as accounts

    accounts.add_role(cast.province_reviewer, office, role="decider", by=_admin(office), on=ON)
    actions.take(to_noticed, "note_waiver", {"statement": "放弃"}, by=cast.province_reviewer, on=date(2026, 11, 12))
    both = type(cast.province_reviewer).objects.get(pk=cast.province_reviewer.pk)
    with pytest.raises(ProposerDecides, match="须由另一人作出"):
        actions.take(to_noticed, "verify", {"reasons": ["x"], "grounds": ["x"]}, by=both, on=date(2026, 11, 12))
    actions.take(to_noticed, "verify", {"reasons": ["x"], "grounds": ["x"]}, by=cast.province, on=date(2026, 11, 12))
    assert to_noticed.state == "verified"


def _admin(office):
    from tests.conftest import person

    return person(office, "provinceadmin", "杜管理", "org_admin")


@pytest.mark.parametrize(
    "who", ["county_reviewer", "agency", "agency_decider", "enterprise_decider", "auditor", "operator"]
)
def test_who_has_not_the_turn_takes_no_step(cast, case, who) -> None:
    with pytest.raises(NotAllowed):
        actions.take(case, "investigate", by=getattr(cast, who), on=ON)
    assert Case.objects.get().state == "opened"


def test_another_province_has_no_turn(cast, case) -> None:
    from greenmine.accounts import actions as accounts
    from tests.conftest import person

    other = accounts.found_organisation(
        kind="authority", department="natural_resources", name="云南省自然资源厅", level="province", division="530000", by=None,
        on=date(2026, 1, 5),
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="不在您的管辖"):
        actions.take(case, "investigate", by=person(other, "yunnan", "段审核", "reviewer"), on=ON)


def test_of_two_people_one_wins_and_the_other_is_told(cast, case, office) -> None:
    mine, yours = Case.objects.get(), Case.objects.get()
    actions.take(mine, "investigate", by=cast.province_reviewer, on=ON)
    with pytest.raises(Overtaken) as caught:
        actions.take(yours, "note", {"text": "补充"}, by=cast.province_reviewer, on=ON)
    assert caught.value.zh == "韩审核 已先行办理，目前为“调查中”；您的操作未保存，请刷新后再办"
    with pytest.raises(Overtaken):
        actions.take(mine, "note", {"text": "补充"}, by=cast.province_reviewer, on=ON, seen=1)
    assert CaseStep.objects.count() == 2
    actions.take(mine, "note", {"text": "补充"}, by=cast.province_reviewer, on=ON, seen=2)


@pytest.mark.django_db(transaction=True)
def test_two_people_at_the_same_moment_leave_one_step(cast, case) -> None:
    barrier, outcomes = threading.Barrier(2), []

    def act() -> None:
        own = Case.objects.get()
        barrier.wait(timeout=20)
        while len(outcomes) < 2:
            try:
                actions.take(own, "investigate", by=cast.province_reviewer, on=ON)
                outcomes.append("won")
            except Overtaken:
                outcomes.append("told")
            except OperationalError:  # SQLite in memory refuses at once what a file would wait for
                continue
            break
        connections.close_all()

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["told", "won"]
    assert Case.objects.get().version == 2
    assert Record.objects.filter(verb="procedures.taken").count() == 1


@pytest.mark.parametrize("where", ["greenmine.procedures.working.settle", "greenmine.procedures.working.ask_for_next"])
@pytest.mark.django_db(transaction=True)
def test_a_crash_in_the_middle_leaves_nothing_of_the_step(cast, case, monkeypatch, where) -> None:
    class Crash(Exception):
        pass

    def crash(*args, **kwargs):
        raise Crash

    before = (waiting(case), Record.objects.count(), CaseStep.objects.count())
    with monkeypatch.context() as broken:
        broken.setattr(where, crash)
        with pytest.raises(Crash):
            actions.take(case, "investigate", by=cast.province_reviewer, on=ON)
    kept = Case.objects.get()
    assert (kept.state, kept.version) == ("opened", 1)
    assert (waiting(kept), Record.objects.count(), CaseStep.objects.count()) == before
    actions.take(kept, "investigate", by=cast.province_reviewer, on=ON)


def test_a_running_case_keeps_the_table_it_was_opened_under(cast, case, tmp_path, monkeypatch) -> None:
    import shutil

    from greenmine.editions import procedures, rulebook_files

    shutil.copytree(rulebook_files.folder(), tmp_path / "rulebook")
    file = tmp_path / "rulebook" / "procedures" / "misconduct-inquiry.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("days: 5", "days: 15"), encoding="utf-8")
    monkeypatch.setenv("GREENMINE_RULEBOOK", str(tmp_path / "rulebook"))
    assert procedures.table("misconduct-inquiry").step("hear_plea").clock.days == 15
    assert queries.table_of(Case.objects.get()).step("hear_plea").clock.days == 5


def test_work_waits_for_those_who_may_do_it(cast, case, to_noticed) -> None:
    actions.take(to_noticed, "note_waiver", {"statement": "放弃"}, by=cast.province_reviewer, on=date(2026, 11, 12))

    def inbox(who) -> set[str]:
        return {item.step for item in queries.inbox_for(getattr(cast, who), on=ON)}

    assert inbox("province") == {"verify", "refute"}
    for other in (
        "province_reviewer",
        "province_clerk",
        "county_reviewer",
        "agency",
        "enterprise",
        "operator",
        "ministry",
    ):
        assert inbox(other) == set(), other


def test_work_is_given_to_a_person_and_goes_to_his_successor(cast, office, case) -> None:
    from greenmine.accounts import actions as accounts
    from tests.conftest import person

    colleague = person(office, "colleague", "马审核", "reviewer")
    item = case.items.get(step="investigate")
    actions.assign(item, colleague, by=cast.province_reviewer, on=ON)
    assert [one.step for one in queries.inbox_for(colleague, on=ON)] == ["investigate"]
    assert list(queries.inbox_for(cast.province_reviewer, on=ON)) == []
    accounts.leave(colleague, by=_admin(office), on=ON, successor=cast.province_reviewer)
    assert [one.step for one in queries.inbox_for(cast.province_reviewer, on=ON)] == ["investigate"]


def test_work_is_not_given_to_who_may_not_do_it_nor_by_others(cast, case) -> None:
    item = case.items.get(step="investigate")
    with pytest.raises(CannotTake, match="秦经办的岗位不能办理该事项"):
        actions.assign(item, cast.province_clerk, by=cast.province_reviewer, on=ON)
    with pytest.raises(NotAllowed, match="只能分办本单位的事项"):
        actions.assign(item, cast.province_reviewer, by=cast.county_reviewer, on=ON)


def test_who_is_late_is_reminded_once_a_day_and_nothing_else_happens(cast, to_noticed) -> None:
    due = date(2026, 11, 18)
    assert tasks.remind_overdue(on=due) == 0
    late = due + timedelta(days=1)
    assert tasks.remind_overdue(on=late) == 1
    assert tasks.remind_overdue(on=late) == 0
    told = notices.waiting(cast.province_reviewer, on=late)
    assert [one.zh for one in told if one.verb == "procedures.overdue"] == [
        "DC-2026-0001“登记陈述申辩”已逾期（期限 2026-11-18）"
    ]
    assert tasks.remind_overdue(on=late + timedelta(days=1)) == 1
    assert sum(one.verb == "procedures.overdue" for one in notices.waiting(cast.province_reviewer, on=late)) == 1
    to_noticed.refresh_from_db()
    assert (to_noticed.state, to_noticed.version) == ("noticed", 3)


def test_a_finished_step_settles_its_notices(cast, to_noticed) -> None:
    tasks.remind_overdue(on=date(2026, 11, 20))
    actions.take(to_noticed, "note_silence", by=cast.province_reviewer, on=date(2026, 11, 20))
    assert [one.zh for one in notices.waiting(cast.province_reviewer, on=ON) if "申辩" in one.zh] == []
    assert WorkItem.objects.filter(state="open", step="hear_plea").count() == 0


def test_a_page_knows_why_each_button_is_grey(cast, office, to_noticed) -> None:
    on = date(2026, 11, 12)
    found = {one.step.id: one for one in queries.choices(to_noticed, cast.province_reviewer, office, on=on)}
    assert {name for name, one in found.items() if one.may} == {"note", "hear_plea", "note_waiver"}
    assert "期限至 2026-11-18" in found["note_silence"].refusal.zh
    assert found["hear_plea"].due.on == date(2026, 11, 18)
    assert queries.picture(to_noticed).boxes[2].current


def test_cases_are_seen_within_the_reach_of_the_verb(cast, case) -> None:
    def seen(who, verb="inquiries.run") -> int:
        return queries.cases_for(getattr(cast, who), verb, on=ON).count()

    assert seen("province_reviewer") == 1
    assert (seen("county_reviewer"), seen("agency"), seen("enterprise"), seen("operator")) == (0, 0, 0, 0)
    assert list(queries.cases_about("agency", "A0000001")) == [case]


def test_hostile_payloads_are_kept_as_text_or_refused(cast, case) -> None:
    actions.take(case, "note", {"text": "a\0b\u202e<script>\ud800"}, by=cast.province_reviewer, on=ON)
    assert queries.history(case)[-1].payload == {"text": "ab\u202e<script>"}
    with pytest.raises(CannotTake, match="最多 20000 字"):
        actions.take(case, "note", {"text": "长" * 20_001}, by=cast.province_reviewer, on=ON)


def test_the_inbox_asks_as_often_for_one_as_for_thirty(cast, office, django_assert_max_num_queries) -> None:
    for number in range(30):
        actions.open_case(
            "misconduct-inquiry", subject=("agency", f"A{number:07d}"), region_code="620000", by=cast.province_reviewer,
            organisation=office, on=ON, payload={"grounds": ["x"], "source": "x"},
        )  # fmt: skip
    with django_assert_max_num_queries(3):
        rows = list(queries.inbox_for(cast.province_reviewer, on=ON))
        assert len({(row.case.number, queries.table_of(row.case).title["zh"]) for row in rows}) == 30


def test_a_number_follows_the_last_of_its_year(case) -> None:
    assert working.next_number("DC", ON) == "DC-2026-0002"
    assert working.next_number("DC", date(2027, 1, 1)) == "DC-2027-0001"
