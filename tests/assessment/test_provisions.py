"""What the provisions on self-assessment ask to be shown: each passing case beside a refusal or an unknown."""

from __future__ import annotations

from datetime import date

import pytest

from greenmine.assessment import actions as assessment
from greenmine.assessment import queries, scoring
from greenmine.editions.standards import UnknownStandard
from tests.assessment.conftest import ON, PRECONDITIONS, complete, document, explain, new_mine, photo


def view_of(one, on=ON):
    return queries.view_of(one, on=on)


def heading(view, document, identifier):
    return next(one for one in queries.by_heading(view)[document] if one.heading.id == identifier)


def codes(view, indicator):
    return [flag.code for flag in view.item(indicator).flags]


@pytest.mark.shows("cn-2024-1/4.1.e", by="record")
def test_environment_items_are_one_heading_scored_with_photographs_and_maps(opened, say, cast):
    say(opened, "order", score=300)
    assessment.attach(opened, "order", need="photo", upload=photo(1), by=cast.enterprise, on=ON)
    found = heading(view_of(opened), "cn-2024-1", "ecological")
    assert found.heading.cite == "cn-2024-1/4.1.e"
    assert {"order", "zones", "concurrent"} <= {one.part.id for one in found.items}
    assert (found.low, found.proven, found.outcome) == (300, 1, "unknown")
    kinds = {kind for one in found.items for need in one.part.evidence for kind in need.kinds}
    assert {"photo", "file"} <= kinds


@pytest.mark.shows("cn-2024-1/4.1.e", by="record", refusal=True)
def test_an_environment_score_without_its_photograph_is_not_proven(opened, say):
    say(opened, "order", score=300)
    view = view_of(opened)
    assert heading(view, "cn-2024-1", "ecological").proven == 0
    assert "claimed_without_evidence" in codes(view, "order")


@pytest.mark.shows("cn-2024-1/4.1.f", by="record")
def test_the_actual_method_is_compared_with_the_approved_plan_under_its_heading(mine, state, opened):
    state(mine, **PRECONDITIONS, development_plan_executed=False)
    view = view_of(opened)
    found = heading(view, "cn-2024-1", "scientific")
    assert {"plan-executed", "sequence", "face-open-pit"} <= {one.part.id for one in found.items}
    plan = view.item("plan-executed")
    assert (plan.decided_by_fact, plan.scored.fact_says) == (True, 0)
    assert plan.scored.binding
    assert "plan-executed" in view.result.vetoes
    assert view.item("face-underground").scored.applies is False


@pytest.mark.shows("cn-2024-1/4.1.f", by="record", refusal=True)
def test_without_the_plans_fact_the_method_is_unknown_and_says_what_is_missing(opened):
    plan = view_of(opened).item("plan-executed")
    assert plan.scored.met is None
    assert [fact.name for fact in plan.facts if not fact.known] == ["development_plan_executed"]


@pytest.mark.shows("cn-2024-1/4.1.h", "kz-2024/9.c", by="record")
def test_management_rules_and_training_are_there_and_in_date_under_their_heading(opened, say, cast):
    say(opened, "systems", score=300)
    for need in ("rules-resources", "rules-ecology", "rules-emergency"):
        assessment.attach(
            opened, "systems", need=need, upload=document(need), dated_on=date(2025, 3, 1), version_text="2025版",
            by=cast.enterprise, on=ON,
        )  # fmt: skip
    view = view_of(opened)
    found = heading(view, "cn-2024-1", "regular")
    assert {"systems", "training"} <= {one.part.id for one in found.items}
    assert codes(view, "systems") == []
    assert found.proven == 1
    assert {link.day for link in view.item("systems").links} == {date(2025, 3, 1)}


@pytest.mark.shows("cn-2024-1/4.1.h", "kz-2024/9.c", by="record", refusal=True)
def test_rules_out_of_date_or_absent_are_named(opened, say, cast):
    say(opened, "systems", score=300)
    assessment.attach(
        opened,
        "systems",
        need="rules-resources",
        upload=document(),
        dated_on=date(2023, 11, 20),
        by=cast.enterprise,
        on=ON,
    )
    view = view_of(opened)
    assert codes(view, "systems") == ["claimed_without_evidence", "expired_evidence"]
    assert [need.id for need in view.item("systems").missing] == ["rules-ecology", "rules-emergency"]
    assert codes(view_of(opened, on=date(2026, 11, 19)), "systems") == ["claimed_without_evidence"]


@pytest.mark.shows("cn-2024-1/7.1.c", by="record")
def test_every_failed_or_unproven_item_is_a_gap_with_the_evidence_it_needs(mine, state, opened, say):
    state(mine, **{**PRECONDITIONS, "abnormal_listing": True}, development_plan_executed=False)
    say(opened, "order", score=150)
    say(opened, "facilities", score=200)
    found = {gap.view.part.id: gap for gap in queries.gaps(view_of(opened))}
    assert found["not-abnormal"].kind == "failed"
    assert found["plan-executed"].kind == "failed"
    assert (found["order"].kind, found["order"].lost) == ("short", 150)
    assert found["facilities"].kind == "unproven"
    assert [need.id for need in found["facilities"].evidence] == ["zone-mining", "zone-processing", "zone-living"]
    assert found["smart"].kind == "unanswered"
    assert "face-underground" not in found


@pytest.mark.shows("cn-2024-1/7.1.c", by="record", refusal=True)
def test_what_nobody_knows_is_a_gap_that_names_the_facts_and_what_is_proven_is_none(mine, state, opened, say, cast):
    found = {gap.view.part.id: gap for gap in queries.gaps(view_of(opened))}
    assert found["mining-licence"].kind == "unknown"
    assert "mining_license_status" in [fact.name for fact in found["mining-licence"].facts]
    say(opened, "order", score=300)
    assessment.attach(opened, "order", upload=photo(2), by=cast.enterprise, on=ON)
    assert "order" not in {gap.view.part.id for gap in queries.gaps(view_of(opened))}


@pytest.mark.shows("gs-2023/3.3.g", by="record")
@pytest.mark.parametrize("nature", ["new", "renovated", "expanded"])
def test_new_renovated_and_expanded_mines_get_a_checklist_for_each_stage(mine, state, opened, nature):
    state(mine, construction_nature=nature, operating_status="building")
    found = queries.stage_checklists(view_of(opened))
    assert found.asked is True
    assert [(one.stage.id, one.current) for one in found.checklists] == [
        ("plan", False), ("design", False), ("build", True), ("operate", False),
    ]  # fmt: skip
    assert all(one.items for one in found.checklists)
    assert "plan-executed" in {one.part.id for one in found.checklists[1].items}


@pytest.mark.shows("gs-2023/3.3.g", by="record", refusal=True)
def test_of_an_unknown_nature_the_fact_is_asked_for_and_existing_mines_have_no_stages(mine, state, opened):
    found = queries.stage_checklists(view_of(opened))
    assert (found.asked, found.checklists, found.missing) == (None, (), ("construction_nature",))
    state(mine, construction_nature="existing")
    assert queries.stage_checklists(view_of(opened)).asked is False


@pytest.mark.shows("gs-2023/3.7.e", "yn-2025/2.3.3.l", by="record")
def test_the_look_of_the_site_is_an_item_with_photographs_and_a_score(opened, say, cast):
    assessment.attach(opened, "order", need="photo", upload=photo(3), dated_on=ON, by=cast.enterprise, on=ON)
    saved = say(opened, "order", score=150, comment="局部堆放不规范")
    assert {"gs-2023/3.7.e", "yn-2025/2.3.3.l"} <= set(view_of(opened).item("order").part.provisions)
    assert (saved.item.score, saved.flags) == (150, [])
    assert view_of(opened).item("order").links[0].provenance.file.media_type == "image/png"


@pytest.mark.shows("gs-2023/3.7.e", "yn-2025/2.3.3.l", by="record", refusal=True)
def test_an_old_photograph_of_the_site_is_asked_about(opened, say, cast):
    assessment.attach(
        opened, "order", need="photo", upload=photo(4), dated_on=date(2025, 11, 20), by=cast.enterprise, on=ON
    )
    assert [flag.code for flag in say(opened, "order", score=300).flags] == ["expired_evidence"]


SLOTS = {"gs-2023/3.8.a": "rules-resources", "gs-2023/3.8.b": "rules-ecology", "gs-2023/3.8.c": "rules-emergency"}


@pytest.mark.parametrize(
    ("provision", "need"),
    [
        pytest.param(provision, need, marks=pytest.mark.shows(provision, by="record"), id=need)
        for provision, need in SLOTS.items()
    ],
)
def test_each_management_system_has_a_slot_with_version_and_day(opened, cast, provision, need):
    assert provision in view_of(opened).item("systems").part.provisions
    assessment.attach(
        opened, "systems", need=need, upload=document(need), dated_on=date(2026, 1, 5), version_text="第3版",
        by=cast.enterprise, on=ON,
    )  # fmt: skip
    (link,) = view_of(opened).item("systems").links
    assert (link.need, link.version_text, link.day) == (need, "第3版", date(2026, 1, 5))
    assert need not in [one.id for one in view_of(opened).item("systems").missing]


@pytest.mark.parametrize(
    ("provision", "need"),
    [
        pytest.param(provision, need, marks=pytest.mark.shows(provision, by="record", refusal=True), id=need)
        for provision, need in SLOTS.items()
    ],
)
def test_a_management_system_without_its_text_is_asked_for_by_name(opened, say, cast, provision, need):
    for other in set(SLOTS.values()) - {need}:
        assessment.attach(opened, "systems", need=other, upload=document(other), by=cast.enterprise, on=ON)
    (flag,) = say(opened, "systems", score=300).flags
    assert flag.code == "claimed_without_evidence"
    part = view_of(opened).item("systems").part
    assert scoring.need(part, need).name["zh"] in flag.zh


@pytest.mark.shows("kz-2024/7.c", by="record")
def test_the_score_is_shown_from_one_self_assessment_to_the_next_with_what_is_still_open(
    mine, state, opened, say, cast, house
):
    state(mine, **PRECONDITIONS)
    complete(opened, say, cast, best=False)
    first = assessment.submit(opened, agreed=True, by=cast.enterprise_decider, on=ON, organisation=house)
    later = date(2027, 5, 20)
    again = assessment.open_self(mine.key, by=cast.enterprise, organisation=house, on=later)
    say(again, "order", score=300, on=later)
    explain(again, cast, on=later)
    second = assessment.submit(again, agreed=True, by=cast.enterprise_decider, on=later, organisation=house)
    found = queries.score_change(mine.key)
    assert [one.number for one in found.accounts] == [first.number, second.number]
    assert found.changes == [300]
    compared = queries.compare(second, first)
    assert (compared.change, [(one.indicator, one.change) for one in compared.changed]) == (300, [("order", 300)])
    assert "facilities" in {gap.view.part.id for gap in queries.gaps(view_of(second, on=later))}


@pytest.mark.shows("kz-2024/7.c", by="record", refusal=True)
def test_with_one_self_assessment_there_is_no_change_and_across_unlike_items_none_is_guessed(submitted, mine):
    assert queries.score_change(mine.key).changes == []
    assert queries.last_of(mine.key, before=submitted) is None


@pytest.mark.shows("kz-2024/9.b", by="record")
def test_facilities_are_a_checklist_by_zone_with_photographs_and_status(opened, say, cast):
    zones = ("zone-mining", "zone-processing", "zone-living")
    for shade, need in enumerate(zones):
        assessment.attach(opened, "facilities", need=need, upload=photo(10 + shade), by=cast.enterprise, on=ON)
    say(opened, "facilities", score=100, comment="开采区排水沟有破损")
    one = view_of(opened).item("facilities")
    assert "kz-2024/9.b" in one.part.provisions
    assert [link.need for link in one.links] == list(zones)
    assert (one.missing, one.item.score, one.item.comment) == ([], 100, "开采区排水沟有破损")


@pytest.mark.shows("kz-2024/9.b", by="record", refusal=True)
def test_a_zone_without_a_photograph_is_named(opened, say, cast):
    assessment.attach(opened, "facilities", need="zone-mining", upload=photo(20), by=cast.enterprise, on=ON)
    (flag,) = say(opened, "facilities", score=200).flags
    assert "办公生活区" in flag.zh
    assert "矿山开采区" not in flag.zh


@pytest.mark.shows("yn-2025/A.1.a", by="record")
def test_the_set_a_province_loads_is_versioned_and_its_mines_are_assessed_by_it(edition, opened, cast, house):
    from greenmine.editions import standards
    from greenmine.editions.standards import actions as loading
    from greenmine.law.indicators import dump_standard

    text = dump_standard(standards.get("demo-2026")).replace("demo-2026", "yn-local").replace("000000", "530000", 1)
    loading.load_indicator_set(text, by=cast.operator, on=ON, source="省自然资源厅通知")
    mine = new_mine(edition, cast, "昆明煤矿", region="530112")
    one = assessment.open_self(mine.key, by=cast.enterprise, organisation=house, on=ON, standard_id="yn-local")
    assert (one.standard, one.standard_digest) == ("yn-local", standards.get("yn-local").digest)
    assert scoring.standard_of(one).territory == "530000"
    assert queries.result_of(one, on=ON).standard_digest == one.standard_digest != opened.standard_digest


@pytest.mark.shows("yn-2025/A.1.a", by="record", refusal=True)
def test_a_version_nobody_loaded_is_refused(opened):
    with pytest.raises(UnknownStandard):
        scoring.standard_by(opened.standard, "0" * 64)


def test_results_are_grouped_as_each_document_names_it(opened):
    found = queries.by_heading(view_of(opened))
    assert {name: len(rows) for name, rows in found.items()} == {
        "cn-2024-1": 5,
        "gs-2023": 5,
        "yn-2025": 3,
        "kz-2024": 7,
    }
    from greenmine.assessment.queries.headings import unplaced

    assert {name: rows for name, rows in unplaced(view_of(opened)).items() if rows and name != "kz-2024"} == {}
    assert all(one.items for rows in found.values() for one in rows)
