from __future__ import annotations

import json
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.template.loader import render_to_string

from greenmine.gates import queries, replaying
from greenmine.gates.models import GateCheck
from greenmine.web.components import gates as shown_gates
from tests.conftest import TODAY
from tests.gates import ground as gates
from tests.selection import ground


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Any) -> Any:
    from greenmine.editions import queries as editions
    from greenmine.evaluation import actions as evaluation

    settings.DATA = tmp_path
    law = evaluation.activate_edition(editions.candidate_text(), by="首次启用人", on=date(2020, 1, 2))
    return ground.build(ground.SHANXI, law)


@pytest.fixture
def entry(world: Any) -> Any:
    """A mine that came into the directory on the way of the notice."""
    from greenmine.directory.models import Entry

    ground.walk(world, ground.filed(world))
    return Entry.objects.get()


def test_the_answer_tells_facts_rules_people_opinions_and_papers_of_the_day(world: Any, entry: Any) -> None:
    why = replaying.why_listed(entry, on=entry.entered_on)
    assert [one.name["zh"] for one in why.gates] == ["申报", "初审", "第三方评估", "核查", "公示", "纳入名录"]
    assert all(one.check.is_open and one.again.same for one in why.gates)
    assert why.then.edition == world.edition.id
    assert "自然资规〔2024〕1号" in " ".join(one["zh"] for one in why.then.documents)
    known = {one.name: (one.value["zh"], one.source) for one in why.then.facts}
    assert known["in_protected_area"] == ("否", "林业和草原局")
    assert known["earliest_unperformed_penalty_due_on"] == ("无", "市场监管局")
    verbs = [one.verb for one in why.decisions]
    assert any(verb.startswith("selection.") for verb in verbs)
    assert any(one.person == "14decider" or "decider" in one.person for one in why.decisions)
    assert {one.department for one in why.opinions} >= {"ecology", "forestry"}
    assert why.papers
    assert list(why.changed) == []


def test_today_stands_beside_it_and_says_what_changed_and_who_said_so(world: Any, entry: Any) -> None:
    later = entry.entered_on + timedelta(days=90)
    gates.say(world.edition, entry.mine, "county_nr", {"abnormal_listing": True}, since=later)
    why = replaying.why_listed(entry, on=later)
    assert "rule:cn-2024-1.removal.abnormal-list" not in {line.key for line in why.then.lines}
    assert "rule:cn-2024-1.removal.abnormal-list" in {line.key for line in why.today.lines if line.closes}
    facts = {one.what["zh"]: (one.then["zh"], one.now["zh"]) for one in why.changed if one.kind == "fact"}
    assert facts["列入异常名录"] == ("否", "是")
    outcomes = [(one.then["zh"], one.now["zh"]) for one in why.changed if one.kind == "outcome"]
    assert ("通过", "不符合") in outcomes
    because = next(one.because["zh"] for one in why.changed if one.what["zh"] == "列入异常名录")
    assert "县自然资源局" in because


def test_the_public_version_names_offices_and_no_person(world: Any, entry: Any) -> None:
    told = replaying.for_public(replaying.why_listed(entry, on=entry.entered_on))
    text = json.dumps(told, ensure_ascii=False)
    people = [person.name for house in world.people.values() for role, person in house.items() if role]
    assert [name for name in people if name in text] == []
    assert told["gates"][0]["same_again"] is True
    offices = [one["office"] for one in told["decisions"]]
    assert "140106省自然资源厅" in offices
    assert all(set(one) == {"on", "office", "what", "cite"} for one in told["decisions"])
    assert "受理" in [step["zh"] for one in told["decisions"] for step in one["what"]]
    assert any("自然资规〔2024〕1号" in cited for one in told["decisions"] for cited in one["cite"])
    assert {one["verdict"] for one in told["opinions"]} == {"agree"}
    assert "经审核，提出如上意见" not in text  # the words of an opinion stay inside


def test_an_entry_without_a_kept_check_says_so_and_is_judged_by_what_is_known_now(law: Any, mine: Any) -> None:
    old = SimpleNamespace(
        number="ML-2025-0001", mine=mine.key, mine_name=mine.name, region_code="620422", entered_on=TODAY,
        decision_number="旧文〔2025〕1号", application="", edition="0" * 64,
    )  # fmt: skip
    why = replaying.why_listed(old, on=TODAY)
    assert "没有留存纳入时的关口核验" in why.then.note["zh"]
    assert (list(why.gates), list(why.opinions), list(why.papers)) == ([], [], [])


def test_both_pages_render_in_chinese_and_english_with_everything_in_them(world: Any, entry: Any) -> None:
    from django.utils.translation import override

    decider = world.people["province"]["decider"]
    why = shown_gates.why(entry, decider, on=entry.entered_on)
    page = render_to_string("components/gate_why.html", {"why": why})
    assert all(words in page for words in ("为何在册", "今天呢", "复算一致", "部门意见", "由谁决定", "纳入名录"))
    with override("en"):
        assert "{&#x27;zh&#x27;" not in render_to_string("components/gate_why.html", {"why": why})
        assert "filing" in render_to_string("components/gate_why_public.html", {"why": replaying.for_public(why)})
    check = queries.latest(entry.mine, "entry")
    one = shown_gates.shown(check, decider, on=entry.entered_on, again=True)
    page = render_to_string("components/gate_check.html", {"shown": one})
    assert (check.number in page, "复算一致" in page, "已通过" in page) == (True, True, True)


def test_whoever_may_not_see_gates_there_sees_no_answer(world: Any, entry: Any) -> None:
    neighbour = ground.staffed(
        "邻县自然资源局", "next", since=date(2026, 1, 5), kind="authority", department="natural_resources", level="county",
        division="140105",
    )  # fmt: skip
    assert shown_gates.why(entry, neighbour["decider"], on=entry.entered_on) is None
    assert shown_gates.why(entry, world.people["firm"]["decider"], on=entry.entered_on) is None


def test_a_closed_check_shows_its_lines_and_why_the_button_is_grey(check: Any, say: Any, cast: Any) -> None:
    say("county_nr", abnormal_listing=True)
    closed = check("filing")
    one = shown_gates.shown(GateCheck.objects.get(pk=closed.pk), cast.county_decider, on=TODAY)
    page = render_to_string("components/gate_check.html", {"shown": one})
    assert (one.may_pass, "不能说明理由通过" in page, "不符合" in page) == (False, True, True)
