from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from greenmine.accounts.permissions import NotAllowed
from greenmine.assessment import actions as assessment
from greenmine.assessment import queries, scoring
from greenmine.assessment.actions import Draft
from greenmine.assessment.models import AnswerChange, Assessment, ItemAnswer
from greenmine.assessment.permissions import CannotAssess, Overtaken
from tests.assessment.conftest import ON, PRECONDITIONS, document, new_mine, photo


def test_one_answer_is_saved_with_version_history_and_totals(opened, say):
    before = Assessment.objects.get(pk=opened.pk)
    saved = say(opened, "order", score=300, comment="每日清扫", effort=2000)
    assert (saved.item.state, saved.item.score, saved.item.version, saved.item.by) == ("scored", 300, 1, "陈填报")
    change = AnswerChange.objects.get(assessment=opened, outcome="saved")
    assert (change.indicator, change.score, change.comment, change.effort, change.seen) == (
        "order",
        300,
        "每日清扫",
        2000,
        0,
    )
    now = Assessment.objects.get(pk=opened.pk)
    assert now.low == before.low + 300
    assert (now.low, now.high) == saved.result.total
    assert saved.result.digest == queries.result_of(opened, on=ON).digest


def test_saving_the_same_again_is_no_new_version(opened, say):
    say(opened, "order", score=300)
    saved = say(opened, "order", score=300)
    assert saved.item.version == 1
    assert AnswerChange.objects.filter(assessment=opened).count() == 1


def test_whoever_comes_too_late_loses_nothing(opened, say, cast):
    say(opened, "order", score=300, comment="甲")
    with pytest.raises(Overtaken) as overtaken:
        say(opened, "order", score=0, comment="乙", seen=0, by=cast.enterprise_decider)
    assert overtaken.value.current.comment == "甲"
    assert overtaken.value.draft.comment == "乙"
    refused = AnswerChange.objects.get(assessment=opened, outcome="refused")
    assert (refused.comment, refused.score, refused.by, refused.seen) == ("乙", 0, "高矿长", 0)
    assert opened.items.get(indicator="order").comment == "甲"
    say(opened, "order", score=0, comment="乙", seen=1, by=cast.enterprise_decider)
    assert opened.items.get(indicator="order").comment == "乙"


@pytest.mark.parametrize(
    ("indicator", "draft"),
    [
        ("order", {"score": 301}),
        ("order", {"score": -1}),
        ("order", {"score": 250}),
        ("order", {"score": None}),
        ("greening-care", {"score": 33}),
        ("community", {"state": "not_applicable", "reason": "无社区"}),
        ("order", {"state": "not_applicable", "reason": " "}),
        ("order", {"state": "nonsense", "score": 300}),
        ("order", {"score": 300, "comment": "字" * 4001}),
        ("order", {"score": 300, "comment": "\x00"}),
        ("order", {"score": 300, "effort": -1}),
        ("no-open-dispute", {"met": None}),
        ("no-such-item", {"score": 100}),
    ],
)
def test_what_cannot_be_is_refused_in_both_languages_and_changes_nothing(opened, say, indicator, draft):
    with pytest.raises(CannotAssess) as refused:
        say(opened, indicator, **draft)
    assert refused.value.zh
    assert refused.value.en
    assert set(opened.items.values_list("state", flat=True)) == {"unanswered"}
    assert AnswerChange.objects.count() == 0


def test_only_the_party_itself_fills_in(opened, say, cast):
    for person in (cast.other_enterprise, cast.county, cast.province, cast.agency, cast.auditor, cast.operator):
        with pytest.raises(NotAllowed):
            say(opened, "order", score=300, by=person)
    assert opened.items.get(indicator="order").state == "unanswered"


def test_what_is_submitted_cannot_be_changed(submitted, say):
    with pytest.raises(CannotAssess):
        say(submitted, "order", score=0)


def test_a_crash_between_writing_and_recording_leaves_nothing_half_done(opened, say, monkeypatch):
    def crash(*_, **__):
        raise RuntimeError("power cut")

    monkeypatch.setattr("greenmine.assessment.actions.answering.keep_totals", crash)
    with pytest.raises(RuntimeError):
        say(opened, "order", score=300)
    assert opened.items.get(indicator="order").version == 0
    assert AnswerChange.objects.count() == 0


def saving(opened, say, **draft):
    with CaptureQueriesContext(connection) as told:
        say(opened, "order", **draft)
    return len(told)


def test_saving_costs_the_same_however_many_assessments_there_are(edition, cast, house, opened, say, mine):
    assessment.attach(opened, "order", upload=photo(1), by=cast.enterprise, on=ON)
    say(opened, "order", score=0)
    alone = saving(opened, say, score=300)
    for number in range(29):
        other = new_mine(edition, cast, f"第{number}煤矿")
        one = assessment.open_self(other.key, by=cast.enterprise, organisation=house, on=ON)
        assessment.attach(one, "order", upload=photo(number + 2), by=cast.enterprise, on=ON)
        say(one, "order", score=300)
    assert Assessment.objects.count() == 30
    assert saving(opened, say, score=0) == alone
    assert alone <= 30


def test_a_page_costs_the_same_with_one_and_with_many_answers(opened, say, cast):
    def page():
        with CaptureQueriesContext(connection) as told:
            queries.view_of(opened, on=ON)
        return len(told)

    assessment.attach(opened, "order", upload=photo(1), by=cast.enterprise, on=ON)
    few = page()
    for place, indicator in enumerate([row.indicator for row in opened.items.all()][8:40]):
        assessment.attach(opened, indicator, upload=photo(place + 2), by=cast.enterprise, on=ON)
    assert page() == few


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    saves=st.lists(
        st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(["order", "facilities", "smart"]), st.booleans()),
        min_size=1, max_size=14,
    )
)  # fmt: skip
def test_two_people_saving_across_each_other_lose_nothing(opened, cast, saves):
    """Each sees only what he last loaded; whatever he writes is the answer, or in the history as refused."""
    ItemAnswer.objects.filter(assessment=opened).update(version=0, state="unanswered", score=None, comment="")
    AnswerChange.objects.all().delete()
    seen = {"a": {}, "b": {}}
    written, kept_for_its_writer = [], []
    for turn, (who, indicator, reload) in enumerate(saves):
        if reload:
            seen[who] = dict(opened.items.values_list("indicator", "version"))
        words = f"{who}{turn}"
        draft = Draft("scored", 0, None, words)
        person = cast.enterprise if who == "a" else cast.enterprise_decider
        try:
            saved = assessment.answer(opened, indicator, draft, seen=seen[who].get(indicator, 0), by=person, on=ON)
            seen[who][indicator] = saved.item.version
        except Overtaken as overtaken:
            kept_for_its_writer.append(overtaken.draft == draft)
            seen[who][indicator] = overtaken.current.version
        written.append((indicator, words))
    kept = set(AnswerChange.objects.filter(assessment=opened).values_list("indicator", "comment"))
    assert set(written) <= kept
    assert all(kept_for_its_writer)
    for row in opened.items.exclude(version=0):
        history = AnswerChange.objects.filter(assessment=opened, indicator=row.indicator, outcome="saved")
        assert row.comment == history.order_by("-id").first().comment
        assert row.version == history.count()


def test_a_fact_decides_and_a_claim_against_it_is_flagged_not_overwritten(mine, state, opened, say):
    state(mine, **PRECONDITIONS)
    saved = say(opened, "mining-licence", met=False)
    assert saved.item.met is False
    assert "contradicts_fact" in [flag.code for flag in saved.flags]
    view = queries.view_of(opened, on=ON).item("mining-licence")
    assert (view.item.met, view.outcome) == (False, True)


def test_evidence_is_attached_once_described_again_and_taken_away(opened, cast):
    link = assessment.attach(opened, "order", upload=document(), by=cast.enterprise, on=ON)
    again = assessment.attach(
        opened, "order", provenance=link.provenance, version_text="V3", dated_on=ON, by=cast.enterprise, on=ON
    )
    assert again.pk == link.pk
    assert (again.version_text, again.day) == ("V3", ON)
    assessment.detach(link, by=cast.enterprise, on=ON)
    assert opened.evidence.filter(detached_at=None).count() == 0
    assert opened.evidence.get().detached_by == "陈填报"


def test_another_enterprises_file_cannot_be_used(edition, opened, cast):
    from greenmine.evidence import actions as evidence

    rival = new_mine(edition, cast, "白石矿", holder="E00000002")
    secret = evidence.keep(
        document("机密"), by=cast.other_enterprise, on=ON, subject=("mine", rival.key), region_code="620422"
    )
    with pytest.raises(CannotAssess) as refused:
        assessment.attach(opened, "order", provenance=secret, by=cast.enterprise, on=ON)
    assert "机密" not in refused.value.zh
    assert opened.evidence.count() == 0
    assert secret.pk not in {one.provenance.pk for one in queries.reusable_evidence(opened, "order", on=ON)}


def test_a_fact_may_be_evidence_and_an_unknown_name_may_not(opened, cast):
    link = assessment.attach(opened, "rnd", fact="rnd_spend_ratio", by=cast.enterprise, on=ON)
    assert link.fact == "rnd_spend_ratio"
    for wrong in ({"fact": "no_such_fact"}, {}, {"fact": "rnd_spend_ratio", "need": "nonsense"}):
        with pytest.raises(CannotAssess):
            assessment.attach(opened, "rnd", by=cast.enterprise, on=ON, **wrong)


def test_the_whole_result_is_on_exactly_the_text_it_was_opened_on(opened):
    standard = scoring.standard_of(opened)
    assert standard.digest == opened.standard_digest
    assert scoring.standard_of(opened) is standard


def test_what_is_there_already_is_offered_the_same_item_first(edition, opened, cast, house):
    other = new_mine(edition, cast, "青山二号煤矿")
    second = assessment.open_self(other.key, by=cast.enterprise, organisation=house, on=ON)
    assessment.attach(second, "smart", upload=document("平台截图"), by=cast.enterprise, on=ON)
    assessment.attach(second, "order", upload=document("巡查记录"), by=cast.enterprise, on=ON)
    found = queries.reusable_evidence(opened, "order", on=ON)
    assert [(one.same_item, one.mine_name, one.served) for one in found] == [
        (True, "青山二号煤矿", ("order",)),
        (False, "青山二号煤矿", ("smart",)),
    ]
    assessment.attach(opened, "order", provenance=found[0].provenance, by=cast.enterprise, on=ON)
    assert [one.served for one in queries.reusable_evidence(opened, "order", on=ON)] == [("smart",)]
