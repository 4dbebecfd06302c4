"""Known failures run through the gates: each is stopped, at the gate and as many days earlier as its file says; its twin passes.

The facts become known on the days of the replay and no earlier: what a later day says is stated only when that day has come.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from greenmine.accounts.models import Membership
from greenmine.gates import actions as gates
from greenmine.gates import queries, replays
from greenmine.gates.permissions import GateClosed
from tests.gates import ground

ALL = {one.id: one for one in replays.replays()}


@pytest.fixture
def law(db: None, settings: Any, tmp_path: Any) -> Any:
    from greenmine.editions import queries as editions
    from greenmine.evaluation import actions as evaluation

    settings.DATA = tmp_path
    return evaluation.activate_edition(editions.candidate_text(), by="首次启用人", on=date(2024, 4, 15))


class Played:
    """One replay as it comes to be known: facts stated on their days, acts of the registers by the people who do them."""

    def __init__(self, replay: Any, law: Any, cast: Any) -> None:
        Membership.objects.update(since=date(2024, 1, 2))  # the cast works in the years of the replays, too
        self.replay, self.law, self.cast = replay, law, cast
        self.organisation = cast.county.memberships.get().organisation
        self.first = replay.life[0][0]
        self.mine = ground.found_mine(
            law, cast, replay.mine["name"], region=replay.mine["region"], mineral=replay.mine["mineral"],
            holder_name=replay.mine["holder"], on=ground.before(self.first),
        )  # fmt: skip
        ground.say_clean(law, self.mine.key, since=ground.before(self.first), gate=None)
        self.waiting = list(replay.known)
        self.inquiry: Any = None

    def comes_to(self, on: date, gate: str) -> None:
        """What is known on this day, and what comes to be known on the way to this gate."""
        ground.say_clean(self.law, self.mine.key, since=on, gate=gate)
        while self.waiting and self.waiting[0].on <= on:
            told = self.waiting.pop(0)
            if told.facts is not None:
                ground.say(self.law, self.mine.key, told.by, told.facts, since=told.on)
            else:
                getattr(self, told.act)(told)

    def goes_through(self, gate: str, on: date) -> Any:
        return gates.go_through(
            gate, self.mine.key, about=("application", self.replay.id), by=self.cast.county, organisation=self.organisation, on=on
        )  # fmt: skip

    def report_filed(self, told: Any) -> None:
        """The report of an engagement, with photographs of another mine, and the signal that shows it."""
        from tests.integrity.conftest import House, signal_of

        self.house = House(self.cast.agency.memberships.get().organisation.key)
        self.house.engage("WT-2024-0001", self.mine.key, on=told.on - timedelta(days=40), filed_on=told.on)
        self.signal = signal_of(self.house, engagement="WT-2024-0001", mine=self.mine.key, subject_key="WT-2024-0001")

    def inquiry_opened(self, told: Any) -> None:
        from greenmine.integrity import actions as integrity

        opening = integrity.Opening(
            "A0000001", told.ground, "signal", told.words["zh"], ["P0000001"], [self.signal.number]
        )
        self.inquiry = integrity.open_inquiry(opening, **self.runs(told.on))

    def misconduct_verified(self, told: Any) -> None:
        from greenmine.integrity import actions as integrity

        early = told.on - timedelta(days=20)
        inquiry = integrity.investigate(self.inquiry, **self.runs(early))
        proof = SimpleUploadedFile("比对.txt", "影像逐张比对".encode())
        integrity.add_record(inquiry, "现场影像与另一委托相同", upload=proof, **self.runs(early))
        self.served("prior-notice", early)
        inquiry = integrity.plead(self.inquiry, "heard", "系整理材料时误放", **self.runs(told.on))
        parties = [party.pk for party in inquiry.parties.all()]
        finding = integrity.Finding(reasons="申辩不能成立", facts="影像取自另一矿山", parties=parties)
        self.inquiry = integrity.verify(inquiry, finding, **self.decides(told.on))
        self.served("debarment-decision", told.on)

    def agency_debarred(self, told: Any) -> None:
        from greenmine.integrity import actions as integrity

        self.inquiry = integrity.debar(self.inquiry, **self.decides(told.on))

    def served(self, kind: str, on: date) -> None:
        from greenmine.integrity import actions as integrity

        integrity.draft(self.inquiry, kind, **self.runs(on))
        integrity.sign(self.inquiry, kind, by=self.cast.province, on=on)
        self.inquiry = integrity.serve(
            self.inquiry, kind, day=on, way="direct", received_by="贺法人", **self.runs(on)
        )

    def runs(self, on: date) -> dict[str, Any]:
        house = self.cast.province_reviewer.memberships.get().organisation
        return {"by": self.cast.province_reviewer, "organisation": house, "on": on}

    def decides(self, on: date) -> dict[str, Any]:
        return {**self.runs(on), "by": self.cast.province}


def keys(lines: Any) -> Iterator[str]:
    """What closed a gate; an inquiry without its number, which another run may give otherwise."""
    for line in lines:
        yield "report:inquiry" if line["key"].startswith("report:inquiry:") else line["key"]


def played_until_stopped(played: Played) -> tuple[str, date, set[str]]:
    for on, gate in played.replay.life:
        played.comes_to(on, gate)
        try:
            played.goes_through(gate, on)
        except GateClosed as closed:
            return gate, on, set(keys(closed.check_lines))
    raise AssertionError(f"{played.replay.id} went through every gate")


@pytest.mark.parametrize("replay", ALL.values(), ids=list(ALL))
def test_each_known_failure_is_stopped_at_its_gate_and_so_many_days_earlier(replay: Any, law: Any, cast: Any) -> None:
    gate, on, by = played_until_stopped(Played(replay, law, cast))
    days = (replay.public_on - on).days
    print(f"{replay.id}: stopped at {gate} on {on}, {days} days before the public learned of it")
    assert (gate, sorted(by), days) == (replay.stopped.gate, sorted(replay.stopped.by), replay.stopped.days)


@pytest.mark.parametrize("replay", ALL.values(), ids=list(ALL))
def test_the_clean_twin_of_the_same_mine_passes_every_gate_on_the_same_days(replay: Any, law: Any, cast: Any) -> None:
    twin = Played(replay, law, cast)
    twin.waiting.clear()
    for on, gate in replay.life:
        twin.comes_to(on, gate)
        assert twin.goes_through(gate, on).is_open
    assert [check.gate for check in queries.checks_about("application", replay.id)] == [gate for _, gate in replay.life]


def test_after_the_open_inquiry_is_verified_the_report_stops_for_good(law: Any, cast: Any) -> None:
    replay = ALL["assessor-fraud"]
    played = Played(replay, law, cast)
    stopped: dict[str, GateClosed] = {}
    for on, gate in replay.life:
        played.comes_to(on, gate)
        try:
            played.goes_through(gate, on)
        except GateClosed as closed:
            stopped[gate] = closed
    assert (stopped["verification"].may_be_passed, stopped["notice"].may_be_passed) == (True, False)
    assert set(keys(stopped["notice"].check_lines)) == {*replay.then.by, "report:person:P0000001"}
