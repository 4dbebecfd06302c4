"""Removals: proposed on a ground, verified by another, told, heard, decided, served, announced; refuted ones stay listed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from greenmine.directory import actions as directory
from greenmine.directory import queries, removing_papers
from greenmine.directory.models import Entry, Removal
from greenmine.directory.published.models import PublishedMine, Statement
from tests.conftest import TODAY
from tests.directory.conftest import known, signed
from tests.gates import ground

pytestmark = pytest.mark.django_db
LATER = TODAY + timedelta(days=10)
PERSON = directory.Ground("person", "cn-2024-1/17.4.a", "经查实存在违法开采，详见处罚决定")
STANDARD = directory.Ground("standard", "cn-2024-1/10.b", "抽查不符合绿色矿山标准")


def proposed(world: Any, entry: Entry, given: directory.Ground = PERSON, on: date = LATER) -> Removal:
    return directory.propose_removal(entry, given, evidence_files=[world.file()], **world.as_("county", on))


def verified(world: Any, entry: Entry, on: date = LATER) -> Removal:
    return directory.verify(proposed(world, entry), "现场核实属实", **world.as_("province_clerk", on))


def told(world: Any, entry: Entry, on: date = LATER) -> Removal:
    found = verified(world, entry)
    paper = directory.draft(found, "removal-prior-notice", **world.as_("province_clerk", on))
    signed(paper, signer=world.cast.province, reviewer=world.cast.province_reviewer, legal=world.second_decider, on=on)
    return directory.serve(
        found, "removal-prior-notice", day=on, way="direct", received_by="企业收发室", **world.as_("province_clerk", on)
    )


def heard(world: Any, entry: Entry) -> Removal:
    return directory.plead(told(world, entry), "heard", "已停止并整改", **world.as_("province_clerk", LATER))


def decided(world: Any, entry: Entry) -> Removal:
    return directory.decide_removal(heard(world, entry), "申辩不影响事实认定", **world.as_("province", LATER))


def removed(world: Any, entry: Entry) -> Removal:
    found = decided(world, entry)
    paper = directory.draft(found, "removal-decision", **world.as_("province_clerk", LATER))
    signed(
        paper, signer=world.second_decider, reviewer=world.cast.province_reviewer, legal=world.cast.province, on=LATER
    )
    return directory.serve(
        found,
        "removal-decision",
        day=LATER,
        way="direct",
        received_by="企业收发室",
        **world.as_("province_clerk", LATER),
    )


def announced(world: Any, entry: Entry) -> Removal:
    found = removed(world, entry)
    paper = directory.draft(found, "removal-announcement", **world.as_("province_clerk", LATER))
    signed(paper, signer=world.second_decider, reviewer=world.cast.province_reviewer, on=LATER)
    return directory.announce(found, ["provincial_site", "credit_china"], **world.as_("province", LATER))


@pytest.fixture
def entry(world: Any) -> Entry:
    return world.listed()


@pytest.mark.shows("cn-2024-1/17.c", by="act")
def test_a_removal_is_proposed_with_its_ground_and_is_no_standing_of_the_public(world: Any, entry: Entry) -> None:
    found = proposed(world, entry)
    assert (found.number, found.state, found.provision) == ("YC-2026-0001", "proposed", "cn-2024-1/17.4.a")
    now = Entry.objects.get(pk=entry.pk)
    assert (now.state, now.shown_state, now.stands) == ("removal_proposed", "listed", True)
    assert known(world, "provincial_entry", on=LATER) == "removal_proposed"
    assert PublishedMine.objects.get(key=world.mine.key).standing == "listed"
    assert not Statement.objects.filter(kind="removal").exists()
    assert list(queries.listed_on(LATER)) == [now]


@pytest.mark.shows("cn-2024-1/17.c", by="act", refusal=True)
def test_a_ground_found_by_a_person_needs_evidence(world: Any, entry: Entry, refused: Any) -> None:
    assert refused(lambda: directory.propose_removal(entry, PERSON, **world.as_("county", LATER))) == (
        "人工认定的移出情形须附证据材料"
    )
    wrong = directory.Ground("person", "cn-2024-1/7.3", "随便")
    assert (
        refused(
            lambda: directory.propose_removal(entry, wrong, evidence_files=[world.file()], **world.as_("county", LATER))
        )
        == "该条款不是移出情形"
    )


@pytest.mark.shows("cn-2024-1/10.a", by="act")
@pytest.mark.shows("cn-2024-1/17.a", by="act")
def test_every_new_fact_is_tested_against_all_grounds_and_removes_nobody_by_itself(world: Any, entry: Entry) -> None:
    from django.utils import timezone

    from greenmine.evaluation import tasks
    from greenmine.evaluation.models import FindingChange, MineStanding
    from greenmine.facts import actions as facts

    facts.roll(world.law, on=LATER)
    tasks.rejudge_changed(world.law, on=LATER, known_at=timezone.now())
    grounds = FindingChange.objects.filter(mine=world.mine.key, kind="removal", current=True)
    assert MineStanding.objects.get(mine=world.mine.key).judged_on == LATER
    assert not grounds.filter(outcome="breached").exists()
    ground.say(
        world.law,
        world.mine.key,
        "county_nr",
        {"illegal_mining_confirmed": True, "illegal_mining_on": LATER.isoformat()},
        since=LATER,
    )
    tasks.rejudge_changed(world.law, on=LATER, known_at=timezone.now())
    assert "cn-2024-1.removal" in grounds.filter(outcome="breached").values_list("rule", flat=True)[0]
    now = Entry.objects.get(pk=entry.pk)
    assert (now.state, now.stands, now.removals.count()) == ("listed", True, 0)


def test_a_rules_ground_is_judged_anew_and_kept_with_its_finding(world: Any, entry: Entry) -> None:
    ground.say(
        world.law, world.mine.key, "market",
        {"earliest_unperformed_penalty_due_on": (LATER - timedelta(days=1)).isoformat()}, since=LATER,
    )  # fmt: skip
    given = directory.Ground("rule", "", "处罚逾期未履行", rule="cn-2024-1.removal.penalty-unperformed")
    found = directory.propose_removal(entry, given, **world.as_("county", LATER))
    assert (found.provision, found.finding["outcome"]) == ("cn-2024-1/17.2", "breached")
    assert found.finding["edition"] == world.law.id


@pytest.mark.shows("cn-2024-1/10.a", by="act", refusal=True)
@pytest.mark.shows("cn-2024-1/17.a", by="act", refusal=True)
def test_a_rule_that_finds_nothing_is_no_ground(world: Any, entry: Entry, refused: Any) -> None:
    given = directory.Ground("rule", "", "处罚逾期未履行", rule="cn-2024-1.removal.penalty-unperformed")
    assert "未构成" in refused(lambda: directory.propose_removal(entry, given, **world.as_("county", LATER)))
    unknown = directory.Ground("rule", "", "x", rule="no.such.rule")
    assert refused(lambda: directory.propose_removal(entry, unknown, **world.as_("county", LATER))) == "没有该移出规则"


def test_one_removal_at_a_time(world: Any, entry: Entry, refused: Any) -> None:
    proposed(world, entry)
    assert refused(lambda: proposed(world, entry)) == "该名录条目已有办理中的移出事项 YC-2026-0001"


def test_a_proposal_of_the_county_goes_up_to_the_owner(world: Any, entry: Entry) -> None:
    from greenmine.notifications.models import Notice

    proposed(world, entry)
    sent = Notice.objects.get(verb="directory.removal_proposed")
    assert (sent.to_kind, sent.to_key) == ("province_nr", "620000")


def test_the_neighbour_proposes_nothing_here(world: Any, entry: Entry, refused: Any) -> None:
    assert "不在您的管辖" in refused(
        lambda: directory.propose_removal(
            entry, PERSON, evidence_files=[world.file()], **world.as_("other_county", LATER)
        )
    )


def test_who_proposed_it_does_not_verify_or_decide_it(world: Any, entry: Entry, refused: Any) -> None:
    found = directory.propose_removal(entry, PERSON, evidence_files=[world.file()], **world.as_("province", LATER))
    assert "须由另一人作出" in refused(lambda: directory.verify(found, "属实", **world.as_("province", LATER)))
    assert "提出人不能同时作出决定" in refused(
        lambda: directory.refute_removal(found, "不属实", **world.as_("province", LATER))
    )


def test_the_county_verifies_nothing_in_the_provinces_directory(world: Any, entry: Entry, refused: Any) -> None:
    found = proposed(world, entry)
    assert refused(lambda: directory.verify(found, "属实", **world.as_("county_decider", LATER))) == (
        "省级名录的移出和变更由甘肃省自然资源厅决定。"
    )


def test_the_ministry_does_not_decide_on_the_provinces_directory(world: Any, entry: Entry, refused: Any) -> None:
    found = proposed(world, entry)
    assert "由甘肃省自然资源厅决定" in refused(
        lambda: directory.refute_removal(found, "x", **world.as_("ministry", LATER))
    )


def test_nobody_decides_before_prior_notice_and_plea(world: Any, entry: Entry, refused: Any) -> None:
    found = verified(world, entry)
    assert "不能办理“作出移出决定”" in refused(
        lambda: directory.decide_removal(found, "x", **world.as_("province", LATER))
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Removal.objects.filter(pk=found.pk).update(outcome="removed")


def test_silence_counts_only_after_the_time_for_a_plea(world: Any, entry: Entry, refused: Any) -> None:
    found = told(world, entry)
    last = date(2026, 12, 7)  # five working days after Monday 30 November
    assert refused(lambda: directory.plead(found, "silent", **world.as_("province_clerk", last))) == (
        f"期限至 {last}，期满后方可办理"
    )
    silent = directory.plead(found, "silent", **world.as_("province_clerk", last + timedelta(days=1)))
    assert (silent.state, silent.plea_how) == ("heard", "silent")


@pytest.mark.shows("cn-2024-1/10.a", by="act")
@pytest.mark.shows("gs-2023/3.10.j", by="act")
@pytest.mark.shows("yn-2025/5.4.a", by="act")
def test_the_mine_leaves_on_the_day_the_decision_is_served(world: Any, entry: Entry) -> None:
    before = decided(world, entry)
    assert Entry.objects.get(pk=entry.pk).stands
    assert PublishedMine.objects.get(key=world.mine.key).standing == "listed"
    paper = directory.draft(before, "removal-decision", **world.as_("province_clerk", LATER))
    signed(
        paper, signer=world.second_decider, reviewer=world.cast.province_reviewer, legal=world.cast.province, on=LATER
    )
    found = directory.serve(
        before, "removal-decision", day=LATER, way="direct", received_by="收发室", **world.as_("province_clerk", LATER)
    )
    gone = Entry.objects.get(pk=entry.pk)
    assert (gone.state, gone.left_on, found.state) == ("removed", LATER, "removed")
    assert found.decision_number.startswith("绿矿移决〔2026〕")
    assert known(world, "provincial_entry", on=LATER) == "removed"
    assert [one.kind for one in gone.events.order_by("id")] == ["entered", "proposed", "removed"]


@pytest.mark.shows("nm-2020/4.3.f.3", by="act")
@pytest.mark.shows("gs-2023/3.9.j", by="act")
def test_a_removal_is_public_with_ground_day_and_reasons_and_stays_visible(world: Any, entry: Entry) -> None:
    found = announced(world, entry)
    shown = PublishedMine.objects.get(key=world.mine.key)
    assert shown.standing == "removed"
    said = Statement.objects.get(kind="removal")
    assert said.body["clause"] == "自然资规〔2024〕1号（十七）第2段第（4）项" or "（十七）" in said.body["clause"]
    assert said.body["decision_number"] == found.decision_number
    assert [one["place"] for one in found.announced_where] == ["provincial_site", "credit_china"]


@pytest.mark.shows("gs-2023/3.9.j", by="act", refusal=True)
@pytest.mark.shows("nm-2020/4.3.f.3", by="act", refusal=True)
def test_an_announcement_needs_its_paper_and_a_place(world: Any, entry: Entry, refused: Any) -> None:
    found = removed(world, entry)
    assert refused(lambda: directory.announce(found, [], **world.as_("province", LATER))) == "请选择公告发布的网站"
    assert refused(lambda: directory.announce(found, ["credit_china"], **world.as_("province", LATER))) == (
        "请先拟制、签发移出公告并用印"
    )


def test_the_departments_are_told_to_stop_benefits_and_the_case_closes(world: Any, entry: Entry, refused: Any) -> None:
    from greenmine.notifications.models import Notice

    found = announced(world, entry)
    assert (
        refused(lambda: directory.tell_benefits(found, ["X"], **world.as_("province_clerk", LATER)))
        == "请选择应告知的部门"
    )
    county = world.as_("county")["organisation"]
    done = directory.tell_benefits(found, [county.key], **world.as_("province_clerk", LATER))
    assert (done.state, done.closed_on) == ("done", LATER)
    assert Notice.objects.filter(verb="directory.stop_benefits").count() == 1


@pytest.mark.shows("gs-2023/3.10.j", by="act", refusal=True)
@pytest.mark.shows("yn-2025/5.4.a", by="act", refusal=True)
def test_a_refuted_removal_leaves_the_mine_listed_and_nothing_public(world: Any, entry: Entry, refused: Any) -> None:
    found = directory.refute_removal(heard(world, entry), "事实不清", **world.as_("province", LATER))
    now = Entry.objects.get(pk=entry.pk)
    assert (found.outcome, now.state, now.stands) == ("refuted", "listed", True)
    assert known(world, "provincial_entry", on=LATER) == "listed"
    assert not Statement.objects.filter(kind="removal").exists()
    done = directory.tell_kept(found, **world.as_("province_clerk", LATER))
    assert done.closed_on == LATER
    assert [one.kind for one in now.events.filter(public=True)] == ["entered"]


def test_a_national_ground_knows_no_rectification(world: Any, entry: Entry, refused: Any) -> None:
    found = proposed(world, entry)
    assert "有一即移" in refused(lambda: directory.order_rectification(found, **world.as_("province_clerk", LATER)))


def test_a_mine_below_the_standard_rectifies_first_within_the_months_read_for_the_region(
    world: Any, entry: Entry
) -> None:
    found = proposed(world, entry, STANDARD)
    ordered = directory.order_rectification(found, **world.as_("province_clerk", LATER))
    assert (ordered.rectify_by, ordered.rectify_months["confidence"]) == (date(2027, 5, 30), "M")
    now = Entry.objects.get(pk=entry.pk)
    assert (now.state, now.rectify_by) == ("rectifying", date(2027, 5, 30))
    assert PublishedMine.objects.get(key=world.mine.key).standing == "rectifying"
    kept = directory.accept_rectification(ordered, "整改到位", **world.as_("province", LATER))
    assert (kept.outcome, Entry.objects.get(pk=entry.pk).state) == ("rectified", "listed")


def test_overdue_is_found_by_a_person_on_the_day_after_the_term_not_before(
    world: Any, entry: Entry, refused: Any
) -> None:
    found = proposed(world, entry, STANDARD)
    term = LATER + timedelta(days=30)
    found = directory.order_rectification(found, term, **world.as_("province_clerk", LATER))
    assert refused(lambda: directory.note_overdue(found, "未完成", **world.as_("county", term))).startswith(
        "整改期限至"
    )
    late = directory.note_overdue(found, "未完成复绿", **world.as_("county", term + timedelta(days=1)))
    assert (late.state, Entry.objects.get(pk=entry.pk).state) == ("overdue", "removal_proposed")


def test_a_national_mine_has_at_most_the_six_months_of_the_ministry(world: Any, entry: Entry, refused: Any) -> None:
    national = world.listed(tier="national", on=entry.entered_on)
    day = national.entered_on
    found = directory.propose_removal(national, STANDARD, evidence_files=[world.file()], **world.as_("province", day))
    act = world.as_(world.ministry_clerk, day)
    assert refused(lambda: directory.order_rectification(found, day + timedelta(days=300), **act)) == (
        "国家级绿色矿山的整改期不超过 6 个月"
    )
    assert directory.order_rectification(found, **act).rectify_months["confidence"] == "S"


def test_a_removed_mine_comes_back_by_a_new_application_only(world: Any, entry: Entry, refused: Any) -> None:
    removed(world, entry)
    sentence = refused(
        lambda: directory.enter(
            world.mine.key,
            "provincial",
            notice=entry.notice,
            application="",
            decision_number="x",
            **world.as_("province", LATER),
        )
    )
    assert sentence == "请填写申报编号"


def test_papers_are_drafted_at_their_time_once(world: Any, entry: Entry, refused: Any) -> None:
    found = proposed(world, entry)
    assert refused(lambda: directory.draft(found, "removal-decision", **world.as_("province_clerk", LATER))) == (
        "目前不是制作该文书的阶段"
    )
    found = directory.verify(found, "属实", **world.as_("province_clerk", LATER))
    directory.draft(found, "removal-prior-notice", **world.as_("province_clerk", LATER))
    assert (
        refused(lambda: directory.draft(found, "removal-prior-notice", **world.as_("province_clerk", LATER)))
        == "该文书已拟稿"
    )
    assert removing_papers.plea_time(found) == "5个工作日"


@pytest.mark.parametrize(("who", "count"), [("county", 1), ("province", 1), ("ministry", 1), ("other_county", 0),
                                            ("enterprise", 0), ("other_enterprise", 0), ("agency", 0), ("operator", 0)])  # fmt: skip
def test_an_undecided_removal_is_seen_by_authorities_over_the_place_only(
    world: Any, entry: Entry, who: str, count: int
) -> None:
    proposed(world, entry)
    assert queries.removals_for(getattr(world.cast, who), on=LATER).count() == count
