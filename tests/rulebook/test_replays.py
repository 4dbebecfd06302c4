"""Known failures run through the procedure: each is stopped, at the gate and as many days earlier as its file says; its twin is listed.

An application is filed, accepted, reviewed with opinions, assessed, verified, announced and entered by the people who act in
life, on the table of its place, on the days of the replay. What comes to be known on a day is stated when that day has come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from greenmine.directory.models import Entry
from greenmine.editions import procedures
from greenmine.gates import queries, replays
from greenmine.gates.models import GateCheck
from greenmine.gates.permissions import GateClosed
from tests.gates import ground as gates
from tests.selection import ground

ALL = {one.id: one for one in replays.replays()}
BEFORE_VERIFICATION = timedelta(days=20)


@pytest.fixture
def law(db: None, settings: Any, tmp_path: Any) -> Any:
    from greenmine.editions import queries as editions
    from greenmine.evaluation import actions as evaluation

    settings.DATA = tmp_path
    return evaluation.activate_edition(editions.candidate_text(), by="首次启用人", on=date(2020, 1, 2))


class Played:
    """One replay: facts stated on their days, acts of the registers by the people who do them, steps by the table."""

    def __init__(self, replay: Any, law: Any, *, clean: bool = False) -> None:
        region, start = replay.mine["region"], replay.life[0][0]
        place = ground.Place(region, procedures.choose("selection", region, start).id, start)
        self.replay, self.law, self.world = replay, law, ground.build(place, law)
        self.mine = ground.clean_mine(self.world, replay.mine["name"])
        self.waiting = [] if clean else list(replay.known)
        self.way = iter(ground.WALKS[place.table])
        self.application: Any = None
        self.inquiry: Any = None

    def until_stopped(self) -> tuple[str, date, set[str]]:
        """The gate that stopped it, the day, and the lines that did."""
        for on, gate in self.replay.life:
            closed = self.comes_to(gate, on)
            if closed is not None:
                return gate, on, set(keys(closed.check_lines))
        raise AssertionError(f"{self.replay.id} went through every gate")

    def comes_to(self, gate: str, on: date) -> GateClosed | None:
        """What is known by this day is stated; then the application goes on to the step behind the gate."""
        while self.waiting and self.waiting[0].on <= on:
            self.tell(self.waiting.pop(0))
        self.world.on = on
        try:
            getattr(self, gate)()
        except GateClosed as closed:
            return closed
        return None

    def tell(self, told: Any) -> None:
        if told.facts is not None:
            gates.say(self.law, self.mine.key, told.by, told.facts, since=told.on)
        else:
            getattr(self, told.act)(told)

    # ---- the procedure, gate by gate ----

    def filing(self) -> None:
        self.application = ground.filed(self.world, self.mine)
        assert self.application.table == self.world.place.table

    def review(self) -> None:
        self.goes_on_until("review_passed")

    def assessment(self) -> None:
        from greenmine.assessors.models import Engagement

        self.goes_on_until("assessed")
        Engagement.objects.filter(number=self.application.engagement).update(filed_on=self.world.on)

    def verification(self) -> None:
        self.goes_on_until("confirmed")

    def notice(self) -> None:
        self.goes_on_until("noticed")

    def entry(self) -> None:
        self.goes_on_until("listed")

    def goes_on_until(self, state: str) -> None:
        """The next steps of the way of the place; what lies between assessment and verification was done before that day."""
        day = self.world.on
        if state == "confirmed" and self.world.place.table == ground.INNER_MONGOLIA.table:
            self.world.on -= BEFORE_VERIFICATION
        while self.application.state != state:
            step = next(self.way)
            if step in ground.VERIFY:
                self.world.on = max(day, self.world.on)
            self.application = step(self.world, self.application)

    # ---- what happens beside it ----

    def report_filed(self, told: Any) -> None:
        """The report of the engagement is filed on the way to the assessment; nothing shows yet that it was made up."""

    def inquiry_opened(self, told: Any) -> None:
        from greenmine.integrity import actions as integrity
        from greenmine.integrity.models import Signal

        signal = Signal.objects.create(
            number="XH-2024-00001", fingerprint="XH-2024-00001", kind="photo_reused", subject_kind="engagement",
            subject_key=self.application.engagement, engagement=self.application.engagement, agency=ground.agency().key,
            agency_name=told.agency, mine=self.mine.key, region_code=self.mine.region_code, strength=90, zh="影像与另一委托相符",
            en="photographs fit another engagement", innocent_zh="存档影像", innocent_en="archived", threshold={}, evidence={},
            found_on=told.on, edition="x",
        )  # fmt: skip
        opening = integrity.Opening(ground.agency().key, told.ground, "signal", told.words["zh"], [], [signal.number])
        self.inquiry = integrity.open_inquiry(opening, **self.world.act("province.reviewer", told.on))

    def misconduct_verified(self, told: Any) -> None:
        from greenmine.integrity import actions as integrity

        early = self.world.act("province.reviewer", told.on - timedelta(days=20))
        integrity.investigate(self.inquiry, **early)
        proof = SimpleUploadedFile("比对.txt", "影像逐张比对".encode())
        integrity.add_record(self.inquiry, "现场影像与另一委托相同", upload=proof, **early)
        self.serve("prior-notice", early["on"])
        inquiry = integrity.plead(
            self.inquiry, "heard", "系整理材料时误放", **self.world.act("province.reviewer", told.on)
        )
        parties = [party.pk for party in inquiry.parties.all()]
        finding = integrity.Finding(reasons="申辩不能成立", facts="影像取自另一矿山", parties=parties)
        self.inquiry = integrity.verify(inquiry, finding, **self.world.act("province.decider", told.on))
        self.serve("debarment-decision", told.on)

    def agency_debarred(self, told: Any) -> None:
        from greenmine.integrity import actions as integrity

        self.inquiry = integrity.debar(self.inquiry, **self.world.act("province.decider", told.on))

    def serve(self, kind: str, on: date) -> None:
        from greenmine.integrity import actions as integrity

        runs = self.world.act("province.reviewer", on)
        integrity.draft(self.inquiry, kind, **runs)
        integrity.sign(self.inquiry, kind, by=self.world.people["province"]["decider"], on=on)
        self.inquiry = integrity.serve(self.inquiry, kind, day=on, way="direct", received_by="收件人", **runs)


def keys(lines: Any) -> Iterator[str]:
    """What closed a gate; an inquiry without its number, which another run may give otherwise."""
    for line in lines:
        yield "report:inquiry" if line["key"].startswith("report:inquiry:") else line["key"]


@pytest.fixture
def played(law: Any) -> Callable[..., Played]:
    return lambda replay, **options: Played(replay, law, **options)


@pytest.mark.parametrize("replay", ALL.values(), ids=list(ALL))
def test_each_known_failure_is_stopped_at_its_gate_and_so_many_days_earlier(replay: Any, played: Any) -> None:
    gate, on, by = played(replay).until_stopped()
    days = (replay.public_on - on).days
    print(f"{replay.id}: stopped at {gate} on {on}, {days} days before the public learned of it")
    assert (gate, sorted(by), days) == (replay.stopped.gate, sorted(replay.stopped.by), replay.stopped.days)


@pytest.mark.shows("cn-2024-1/9.1.c", by="act")
@pytest.mark.parametrize("replay", ALL.values(), ids=list(ALL))
def test_the_clean_twin_of_the_same_mine_goes_through_every_gate_on_the_same_days(replay: Any, played: Any) -> None:
    twin = played(replay, clean=True)
    for on, gate in replay.life:
        assert twin.comes_to(gate, on) is None
    checks = list(queries.checks_about(*twin.application.subject))
    assert {check.outcome for check in checks} == {GateCheck.Outcome.OPEN}
    assert [gate for _, gate in replay.life if gate not in {check.gate for check in checks}] == []
    if replay.life[-1][1] == "entry":
        entry = Entry.objects.get(mine=twin.mine.key)
        assert (twin.application.state, twin.application.outcome) == ("listed", "listed")
        assert (entry.state, entry.entered_on, entry.decision_number) == (
            "listed",
            replay.life[-1][0],
            "绿矿决〔2026〕1号",
        )


def test_once_misconduct_is_verified_the_report_stops_for_good(played: Any) -> None:
    """An open inquiry may be passed on a ground; a verified one, and a debarred agency, may not."""
    from greenmine.gates import actions

    replay = ALL["assessor-fraud"]
    case = played(replay)
    first = None
    for on, gate in replay.life[:4]:
        first = case.comes_to(gate, on)
    assert first is not None
    assert first.may_be_passed
    for told in list(case.waiting):
        case.tell(told)
    on = next(day for day, gate in replay.life if gate == replay.then.gate)
    with pytest.raises(GateClosed) as later:
        actions.go_through(
            replay.then.gate, case.mine.key, about=case.application.subject, **case.world.act("province.decider", on)
        )
    assert not later.value.may_be_passed
    assert set(keys(later.value.check_lines)) == set(replay.then.by)
