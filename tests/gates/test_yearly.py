from __future__ import annotations

from datetime import date
from typing import Any

from greenmine.facts import queries as facts
from greenmine.gates import queries, tasks
from greenmine.gates.models import GateCheck
from greenmine.notifications.models import Notice
from tests.conftest import TODAY
from tests.gates import ground

LISTED = {"provincial_entry": "listed", "provincial_entered_on": "2025-03-18"}


def test_each_listed_mine_is_judged_once_a_year_and_only_its_owner_is_told(
    law: Any, cast: Any, mine: Any, say: Any
) -> None:
    say("province_nr", **LISTED)
    bad = ground.found_mine(law, cast, "欠罚矿", on=TODAY)
    ground.say_clean(law, bad.key, since=ground.before(TODAY))
    say("province_nr", of=bad, **LISTED)
    say("ministry_nr", of=bad, national_entry="listed", national_entered_on="2026-01-08")
    say("market", of=bad, earliest_unperformed_penalty_due_on="2026-10-01")
    unlisted = ground.found_mine(law, cast, "未入名录矿", on=TODAY)
    ground.say_clean(law, unlisted.key, since=ground.before(TODAY))

    assert tasks.yearly(on=TODAY) == 2
    assert tasks.yearly(on=date(2026, 12, 31)) == 0
    assert {(one.mine, one.outcome) for one in GateCheck.objects.all()} == {(mine.key, "open"), (bad.key, "closed")}
    told = Notice.objects.filter(verb="gates.yearly")
    assert {(one.to_kind, one.to_key, one.about_key) for one in told} == {
        ("province_nr", "620000", bad.key), ("ministry_nr", "000000", bad.key),
    }  # fmt: skip
    assert "系统不作任何处置" in told[0].zh
    assert tasks.yearly(on=date(2027, 1, 4)) == 2


def test_nothing_follows_from_a_yearly_check_but_the_message(law: Any, mine: Any, say: Any) -> None:
    say("province_nr", **LISTED)
    say("county_nr", abnormal_listing=True)
    tasks.yearly(on=TODAY)
    sheet = facts.stored_sheets(law, "mine", [mine.key])[mine.key]
    assert sheet.shown("provincial_entry", law.dictionary) == "listed"
    assert queries.latest(mine.key, "yearly").closing[0]["key"] == "rule:cn-2024-1.removal.abnormal-list"


def test_a_run_stops_at_its_share_and_the_next_goes_on(law: Any, cast: Any, mine: Any, say: Any) -> None:
    for number in range(3):
        other = ground.found_mine(law, cast, f"矿{number}", on=TODAY)
        say("province_nr", of=other, **LISTED)
    assert [tasks.yearly(on=TODAY, most=2), tasks.yearly(on=TODAY, most=2)] == [2, 1]
