"""Readings of procedure: defaults per territory and day, confirmations, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from greenmine.accounts.permissions import NotAllowed
from greenmine.editions import readings
from greenmine.editions.models import ReadingConfirmation
from greenmine.editions.readings import CannotConfirm, UnknownReading
from greenmine.editions.readings_file import read_questions
from greenmine.editions.shipped import load_shipped
from greenmine.law.problems import RulebookError
from greenmine.ledger.models import Record
from greenmine.procedures import readings as confirming

ON = date(2026, 11, 20)
LEVELS = {1: "county", 2: "city", 3: "province"}
pytestmark = pytest.mark.django_db


def test_every_question_has_words_a_default_and_its_number():
    for question in readings.questions().values():
        assert question.numbers
        assert question.question["zh"]
        assert question.question["en"]
        for default in question.defaults:
            assert default.source["zh"]
            assert question.words(default.value)["zh"] != ""


@pytest.mark.parametrize(
    ("reading", "region", "on", "value", "flagged"),
    [
        ("commissioning-level", "620422", date(2024, 4, 14), "city", False),
        ("commissioning-level", "620422", date(2024, 4, 15), "province", True),
        ("commissioning-level", "150430", date(2024, 4, 14), "county", False),
        ("commissioning-level", "150430", date(2024, 4, 15), "province", True),
        ("commissioning-level", "530102", date(2024, 4, 15), "province", False),
        ("receiving-level", "150430", ON, "county", False),
        ("receiving-level", "620422", date(2025, 12, 31), "county", False),
        ("receiving-level", "620422", date(2026, 1, 1), "county", True),
        ("notice-level", "150430", ON, "city", True),
        ("notice-level", "620422", ON, "province", False),
        ("verification-scope", "620422", ON, "all", True),
    ],
)
def test_a_default_holds_for_its_territory_and_from_its_day(reading, region, on, value, flagged):
    found = readings.value(reading, region, on)
    assert (found.value, found.needs_confirmation) == (value, flagged)
    assert found.standing["zh"] == ("按默认口径，待法制审核确认" if flagged else "文件规定")


def test_defaults_of_commissioning_agree_with_the_dated_values():
    shipped = load_shipped()
    for default in readings.questions()["commissioning-level"].defaults:
        version = shipped.values[f"commissioning-level-{default.territory}"].on(default.from_on)
        assert (LEVELS[version.rows[()].value], version.from_on) == (default.value, default.from_on)


def test_nothing_is_read_before_any_text():
    with pytest.raises(UnknownReading):
        readings.value("commissioning-level", "620422", date(2020, 1, 1))
    with pytest.raises(UnknownReading):
        readings.value("no-such", "620422", ON)


def test_a_province_confirms_with_paper_reason_person_and_day(cast):
    row = confirming.confirm(
        "commissioning-level",
        "620000",
        "city",
        document="甘自然资函〔2026〕1号",
        reason="厅务会议定",
        by=cast.province,
        on=ON,
    )
    found = readings.value("commissioning-level", "620422", ON)
    assert (found.value, found.confirmed_by, found.confirmed_on, found.document) == (
        "city", "孙厅", ON, "甘自然资函〔2026〕1号",
    )  # fmt: skip
    assert found.standing["zh"] == "已确认"
    assert readings.value("commissioning-level", "620422", date(2026, 11, 19)).value == "province"
    assert readings.value("commissioning-level", "150430", ON).value == "province"
    entry = Record.objects.get(verb="readings.confirmed")
    assert (entry.region_code, entry.payload["value"]) == ("620000", "city")
    assert "市州级" in entry.zh
    confirming.withdraw(row, reason="文件已废止", by=cast.province, on=date(2026, 11, 25))
    assert readings.value("commissioning-level", "620422", date(2026, 11, 24)).value == "city"
    assert readings.value("commissioning-level", "620422", date(2026, 11, 25)).value == "province"
    with pytest.raises(CannotConfirm, match="已撤回"):
        confirming.withdraw(row, reason="再撤", by=cast.province, on=date(2026, 11, 25))
    assert [one.pk for one in readings.history("commissioning-level", "620422")] == [row.pk]


@pytest.mark.parametrize(
    "who", ["county_decider", "province_reviewer", "enterprise_decider", "agency_decider", "operator"]
)
def test_nobody_else_confirms(cast, who):
    with pytest.raises(NotAllowed):
        confirming.confirm("notice-days", "620000", "10", document="文", reason="由", by=getattr(cast, who), on=ON)
    assert ReadingConfirmation.objects.count() == 0


def test_a_province_confirms_nothing_for_another(cast):
    with pytest.raises(NotAllowed):
        confirming.confirm("notice-days", "530000", "10", document="文", reason="由", by=cast.province, on=ON)


@pytest.mark.parametrize(
    ("reading", "region", "value", "document", "reason"),
    [
        ("notice-days", "620000", "0", "文", "由"),
        ("notice-days", "620000", "91", "文", "由"),
        ("notice-days", "620000", "七", "文", "由"),
        ("notice-days", "620000", "-1", "文", "由"),
        ("notice-level", "620000", "county", "文", "由"),
        ("notice-days", "620000", "7", " ", "由"),
        ("notice-days", "620000", "7", "文", "\0 "),
        ("notice-days", "629999", "7", "文", "由"),
    ],
)
def test_what_is_no_answer_or_has_no_ground_is_refused(cast, reading, region, value, document, reason):
    with pytest.raises(CannotConfirm):
        confirming.confirm(reading, region, value, document=document, reason=reason, by=cast.province, on=ON)
    assert ReadingConfirmation.objects.count() == 0


def test_all_readings_of_a_region_cost_one_query(cast, django_assert_num_queries):
    for days in range(1, 31):
        confirming.confirm("notice-days", "620000", str(days), document="文", reason="由", by=cast.province, on=ON)
    with django_assert_num_queries(1):
        found = {one.id: one for one in readings.listed("620422", ON)}
    assert found["notice-days"].value == "30"
    assert "banner-consent" not in found
    assert "banner-consent" in {one.id for one in readings.listed("150430", ON)}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("value: '8'", "“x”的默认值“8”不在可选范围"),
        ("cite: cn-2024-1/99.9", "规则库没有条款“cn-2024-1/99.9”"),
        ("territory: Gansu", "应为六位代码"),
    ],
)
def test_a_broken_file_is_refused_with_every_problem(change, words):
    key = change.split(":")[0]
    lines = {"territory": "territory: '620000'", "value": "value: '5'", "cite": "cite: cn-2024-1/7.3"} | {key: change}
    text = (
        "- {id: x, numbers: [1], kind: number, min: 1, max: 7, unit: {zh: 天, en: days}, question: {zh: 问, en: q}, "
        f"defaults: [{{{', '.join(lines.values())}, from: 2024-04-15, confidence: I, source: {{zh: 源, en: s}}}}]}}"
    )
    with pytest.raises(RulebookError) as caught:
        read_questions(text, provisions=frozenset({"cn-2024-1/7.3"}))
    assert any(words in problem.zh for problem in caught.value.problems)
