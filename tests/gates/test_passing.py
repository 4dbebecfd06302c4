from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from greenmine.accounts.permissions import NotAllowed
from greenmine.evidence import actions as evidence
from greenmine.gates import actions, permissions, queries
from greenmine.gates.permissions import CannotPass, GateClosed
from greenmine.ledger import queries as ledger
from greenmine.papers.models import Paper
from tests.conftest import TODAY, person
from tests.gates.conftest import ABOUT

GROUND = "林草部门 2026 年 11 月 18 日来函：矿区仅进场道路与森林公园一般游憩区相接，不涉及开采。"


@pytest.fixture
def closed(check: Any, say: Any) -> Any:
    """A gate that only an official's word can open: the area touches a protected area outside its core."""
    say("forestry", in_protected_area=True, in_protected_area_core=False)
    return check("filing")


@pytest.fixture
def go(mine: Any, cast: Any, county: Any) -> Any:
    def gone(gate: str = "filing", *, on: date = TODAY, about: Any = ABOUT) -> Any:
        return actions.go_through(gate, mine.key, about=about, by=cast.county, organisation=county, on=on)

    return gone


def passing(closed: Any, cast: Any, county: Any, **changes: Any) -> Any:
    given = {"ground": GROUND, "by": cast.county_decider, "organisation": county, "on": TODAY} | changes
    return actions.pass_closed(closed, **given)


def test_a_named_person_passes_what_is_unknown_on_a_ground_that_is_kept(
    closed: Any, cast: Any, county: Any, go: Any
) -> None:
    with pytest.raises(GateClosed) as refused:
        go()
    assert refused.value.may_be_passed
    made = passing(closed, cast, county)
    assert (made.by, made.ground, made.closing_digest) == ("会宁县自然资源局 · 李签发", GROUND, closed.closing_digest)
    record = ledger.last("mine", closed.mine)
    assert (record.verb, GROUND in record.zh, "cn-2024-1/4.3.a" in record.cite) == ("gates.passed", True, True)
    through = go()
    assert (through.is_open, actions.pass_over(through)) == (False, made)
    assert queries.pass_for(through) == made
    assert list(queries.passes_about(*ABOUT)) == [made] == list(queries.passes_of(closed.mine))


def test_the_ground_becomes_a_paper_that_another_signs(closed: Any, cast: Any, county: Any) -> None:
    passing(closed, cast, county)
    paper = Paper.objects.get(kind="gate-ground")
    assert (paper.subject_kind, paper.subject_key, paper.state) == (*ABOUT, "draft")
    assert (paper.fields["gate"], paper.fields["mine"], paper.fields["ground"]) == ("申报", "青山铁矿", [GROUND])
    assert paper.fields["lines"][0][1:3] == ["矿区不涉及自然保护地（含森林公园等自然公园）", "待核实"]
    assert "自然资规〔2024〕1号" in paper.fields["lines"][0][4]


def test_a_pass_holds_only_over_the_very_same_lines(closed: Any, cast: Any, county: Any, go: Any, say: Any) -> None:
    passing(closed, cast, county)
    assert go(on=TODAY + timedelta(days=9)) is not None
    say("market", penalties_last_3_years=62)
    with pytest.raises(GateClosed, match="反复受到行政处罚"):
        go()
    say("market", penalties_last_3_years=0)
    assert go() is not None
    say("forestry", in_protected_area_core=True)
    with pytest.raises(GateClosed):
        go()


def test_a_pass_does_not_serve_another_gate_or_another_matter(closed: Any, cast: Any, county: Any, go: Any) -> None:
    passing(closed, cast, county)
    with pytest.raises(GateClosed):
        go("review")
    with pytest.raises(GateClosed):
        go(about=("application", "SB-2026-0002"))


def test_what_does_not_meet_the_law_nobody_passes(check: Any, say: Any, cast: Any, county: Any) -> None:
    say("county_nr", abnormal_listing=True)
    with pytest.raises(CannotPass, match="存在不符合的核验项，不能说明理由通过："):
        passing(check("filing"), cast, county)


def test_whoever_ran_the_check_does_not_pass_it(
    check: Any, say: Any, cast: Any, county: Any, second_decider: Any
) -> None:
    say("forestry", in_protected_area=True, in_protected_area_core=False)
    own = check("filing", by=cast.county_decider)
    with pytest.raises(NotAllowed, match="提出人不能同时作出决定"):
        passing(own, cast, county)
    assert passing(own, cast, county, by=second_decider).by_id == second_decider.pk


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("county", "不能书面说明理由后通过关口"),
        ("county_reviewer", "不能书面"),
        ("enterprise_decider", "不能书面"),
        ("agency_decider", "不能书面"),
    ],
)
def test_only_a_decider_of_an_authority_passes(closed: Any, cast: Any, county: Any, who: str, words: str) -> None:
    with pytest.raises(NotAllowed, match=words):
        passing(closed, cast, county, by=getattr(cast, who))


def test_a_decider_of_another_county_passes_nothing_here(closed: Any, cast: Any, county: Any) -> None:
    other = person(cast.other_county.memberships.get().organisation, "otherdecider", "马签发", "decider")
    with pytest.raises(NotAllowed, match="不在您的管辖"):
        passing(closed, cast, county, by=other)
    assert permissions.why_not(closed, other, on=TODAY) is not None


@pytest.mark.parametrize(("ground", "words"), [("  ", "请书面说明"), ("字" * 2001, "最多 2000 字")])
def test_a_ground_is_written_and_not_endless(closed: Any, cast: Any, county: Any, ground: str, words: str) -> None:
    with pytest.raises(CannotPass, match=words):
        passing(closed, cast, county, ground=ground)


def test_a_gate_is_passed_once_and_an_open_one_not_at_all(
    closed: Any, cast: Any, county: Any, say: Any, check: Any
) -> None:
    passing(closed, cast, county)
    with pytest.raises(CannotPass, match="已说明理由通过"):
        passing(closed, cast, county)
    say("forestry", in_protected_area=False)
    with pytest.raises(CannotPass, match="没有关闭"):
        passing(check("filing"), cast, county)


def test_a_pass_is_not_dated_before_the_check(closed: Any, cast: Any, county: Any) -> None:
    with pytest.raises(CannotPass, match="早于核验日期"):
        passing(closed, cast, county, on=TODAY - timedelta(days=1))


def test_a_pass_waits_to_be_published_and_remembers_under_which_number(closed: Any, cast: Any, county: Any) -> None:
    made = passing(closed, cast, county)
    assert list(queries.passes_to_publish()) == [made]
    actions.mark_published(made, statement="GB-2026-0001", on=TODAY)
    made.refresh_from_db()
    assert (made.statement, made.published_on, list(queries.passes_to_publish())) == ("GB-2026-0001", TODAY, [])


def test_evidence_stands_with_the_pass(closed: Any, cast: Any, county: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    letter = evidence.keep(
        SimpleUploadedFile("来函.txt", "林草部门来函".encode()), by=cast.county_decider, on=TODAY,
        subject=("gate_check", closed.number), title="林草部门来函", region_code="620422",
    )  # fmt: skip
    made = passing(closed, cast, county, evidence=[letter])
    assert list(made.evidence.all()) == [letter]
    assert ledger.last("mine", closed.mine).payload["evidence"] == [letter.pk]
    assert Paper.objects.get(kind="gate-ground").fields["evidence"] == ["林草部门来函"]
