from datetime import date, timedelta

import pytest
from django.utils import timezone

from greenmine.accounts import queries as accounts
from greenmine.evaluation import actions as evaluation
from greenmine.evaluation import queries, tasks
from greenmine.evaluation.actions import AskedMine
from greenmine.evaluation.models import FindingChange, MineStanding, RequestedFact
from greenmine.evaluation.permissions import CannotRequest
from greenmine.facts import actions as facts
from greenmine.facts.queries import unseen_changes
from greenmine.facts.statements import Source, Statement
from greenmine.registry import actions as registry
from greenmine.registry import queries as registry_queries

ON = date(2026, 11, 20)
COUNTY = Source("county_nr", "O1", "会宁县自然资源局")


@pytest.fixture
def edition(db):
    from greenmine.editions import queries as editions

    return evaluation.activate_edition(editions.candidate_text(), by="何运维", on=ON)


@pytest.fixture
def mine(edition, cast):
    firm = registry.register_enterprise("青山矿业有限公司", by=cast.county, on=ON)
    return registry.register_mine(
        edition, "青山煤矿", region_code="620422", source=COUNTY, by=cast.county, on=ON, mineral="coal", holder=firm
    )


def rejudge(edition, on=ON):
    return tasks.rejudge_changed(edition, on=on, known_at=timezone.now())


def state(edition, mine, name, value, source=COUNTY):
    facts.state(edition, Statement("mine", mine.key, name, value), source=source, imported=True)


def test_a_registered_mine_is_judged_from_the_changes_and_once_only(edition, mine):
    assert rejudge(edition) == 1
    assert rejudge(edition) == 0
    assert unseen_changes(tasks.READER) == 0
    standing = MineStanding.objects.get()
    assert (standing.mine, standing.region_code, standing.standing) == (mine.key, "620422", "undecided")
    assert standing.holder == mine.holder.key
    assert standing.unknown > 0


def test_a_change_recorded_after_the_moment_asked_for_is_judged_all_the_same(edition, mine):
    before = timezone.now() - timedelta(seconds=5)
    state(edition, mine, "operating_status", "closed")
    tasks.rejudge_changed(edition, on=ON, known_at=before)
    assert MineStanding.objects.get().standing == "closed"


def test_judging_twice_leaves_one_standing_and_no_second_change(edition, mine):
    rejudge(edition)
    changes = FindingChange.objects.count()
    tasks.rejudge(edition, [mine.key], on=ON, known_at=timezone.now())
    assert MineStanding.objects.count() == 1
    assert FindingChange.objects.count() == changes


def test_a_new_fact_that_breaches_a_rule_is_a_row_on_the_timeline(edition, mine):
    rejudge(edition)
    system = Source("system")
    state(edition, mine, "provincial_entry", "listed", system)
    state(edition, mine, "earliest_unperformed_penalty_due_on", "2026-10-01")
    rejudge(edition)
    change = FindingChange.objects.get(rule="cn-2024-1.removal.penalty-unperformed", current=True)
    assert (change.outcome, change.judged_on) == ("breached", ON)
    assert MineStanding.objects.get().standing == "ground_present"
    counts = queries.outcome_counts(MineStanding.objects.all(), edition, "cn-2024-1.removal.penalty-unperformed")
    assert counts == {"breached": 1}


def test_when_the_day_turns_every_mine_is_judged_for_the_new_day(edition, mine):
    rejudge(edition)
    tomorrow = ON + timedelta(days=1)
    assert tasks.rejudge_day(edition, on=tomorrow, known_at=timezone.now()) == 1
    assert tasks.rejudge_day(edition, on=tomorrow, known_at=timezone.now()) == 0
    assert MineStanding.objects.get().judged_on == tomorrow


def test_a_new_edition_has_every_mine_judged_anew(edition, mine):
    from greenmine.editions import actions as editions
    from greenmine.editions import queries as editions_queries

    rejudge(edition)
    editions.enter_effective_day("kz-2024", date(2024, 9, 1), source="公告", by="何运维", on=ON)
    second = evaluation.activate_edition(editions_queries.candidate_text(), by="何运维", on=ON, seen={"flips": 0})
    assert rejudge(second) == 1
    assert MineStanding.objects.get().edition == second.id != edition.id


def test_missing_facts_are_asked_answered_and_settled(edition, mine, cast):
    rejudge(edition)
    office = accounts.main_organisation(cast.county, on=ON)
    asked = [AskedMine(mine.key, "620422", mine.holder.key)]
    wanted = ["operating_status", "mining_method"]
    request = evaluation.request_facts(
        asked, wanted, asked="enterprise", due_on=date(2026, 12, 1), reason="年度核查", by=cast.county,
        organisation=office, on=ON,
    )  # fmt: skip
    assert request.number == "BL-2026-0001"
    open_facts = sorted(request.items.values_list("fact", flat=True))
    assert open_facts == [name for name in sorted(wanted) if name in MineStanding.objects.get().missing]
    firm = accounts.main_organisation(cast.enterprise, on=ON)
    evaluation.state_fact(
        edition, Statement("mine", mine.key, "operating_status", "producing"), mine=mine.key,
        asked_as="operating_status", by=cast.enterprise, organisation=firm, on=ON,
    )  # fmt: skip
    states = dict(RequestedFact.objects.values_list("fact", "state"))
    assert states["operating_status"] == "answered"
    for name in set(open_facts) - {"operating_status"}:
        state(edition, mine, name, "underground")
        rejudge(edition)
        assert RequestedFact.objects.get(fact=name).state == "settled"
    request.refresh_from_db()
    assert request.closed_on == ON
    with pytest.raises(CannotRequest, match="无需催办"):
        evaluation.chase(request, by=cast.county, organisation=office, on=ON)


def test_what_is_still_open_is_chased_once_a_day(edition, mine, cast):
    rejudge(edition)
    office = accounts.main_organisation(cast.county, on=ON)
    request = evaluation.request_facts(
        [AskedMine(mine.key, "620422", mine.holder.key)], ["operating_status"], asked="county_nr",
        due_on=date(2026, 12, 1), reason="", by=cast.county, organisation=office, on=ON,
    )  # fmt: skip
    assert evaluation.chase(request, by=cast.county, organisation=office, on=ON) == 1
    with pytest.raises(CannotRequest, match="今天已经催办过"):
        evaluation.chase(request, by=cast.county, organisation=office, on=ON)


@pytest.mark.parametrize(
    ("facts_asked", "due", "words"),
    [
        ([], ON, "至少选择一项"),
        (["operating_status"], None, "请填写期限"),
        (["operating_status"], date(2026, 11, 19), "不能早于今天"),
    ],
)
def test_a_request_without_facts_or_with_a_day_that_has_passed_is_refused(edition, mine, cast, facts_asked, due, words):
    with pytest.raises(CannotRequest, match=words):
        evaluation.request_facts(
            [AskedMine(mine.key, "620422", "")], facts_asked, asked="enterprise", due_on=due, reason="",
            by=cast.county, organisation=accounts.main_organisation(cast.county, on=ON), on=ON,
        )  # fmt: skip


def test_standings_are_seen_only_within_the_persons_reach(edition, mine, cast):
    rejudge(edition)
    assert queries.standings_for(cast.county).count() == 1
    assert queries.standings_for(cast.enterprise).count() == 1
    assert queries.standings_for(cast.other_county).count() == 0
    assert [row.name for row in registry_queries.with_names(MineStanding.objects.all())] == ["青山煤矿"]
