"""What can be asked of selection: batches and applications in reach, what a page shows of one, and what may be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from greenmine.accounts import permissions as accounts
from greenmine.accounts import queries as people
from greenmine.accounts.models import Organisation, Person
from greenmine.directory.models import Entry, PublicNotice
from greenmine.editions import readings
from greenmine.editions.readings import Reading, UnknownReading
from greenmine.gates import queries as gates
from greenmine.gates.models import GateCheck
from greenmine.law.steps import Deadline, Step
from greenmine.papers import queries as papers
from greenmine.papers.models import Paper
from greenmine.procedures import queries as procedures
from greenmine.procedures.models import Case, CaseStep, Opinion
from greenmine.selection import assessing, effects, noticing, permissions, recommending, verifying
from greenmine.selection.forms import BATCH_STEPS, Field, form_of
from greenmine.selection.models import (
    Application,
    Batch,
    Consent,
    Defects,
    Draw,
    Forwarding,
    Material,
    Meeting,
    Review,
    Verification,
)
from greenmine.selection.models.applications import Tier
from greenmine.selection.permissions import CannotSelect
from greenmine.selection.standing import case_of

COUNTRY = "000000"
Refusal = Exception | None


def applications_for(person: Any, *, on: date) -> QuerySet[Application]:
    """The applications within reach: an authority those filed in its region, an enterprise its own with its drafts."""
    scope = people.reach(person, "selection.see", on=on)
    own = people.reach(person, "selection.own", on=on)
    seen = scope.condition() & Q(filed_on__isnull=False)
    if own.enterprises:
        seen |= Q(holder__in=own.enterprises)
    return Application.objects.filter(seen).select_related("batch").order_by("-id")


def batches_for(person: Any, *, on: date) -> QuerySet[Batch]:
    """The batches within reach: an authority those of its region and of the regions above it; an enterprise issued ones."""
    scope = people.reach(person, "selection.see", on=on)
    own = people.reach(person, "selection.own", on=on)
    above = {COUNTRY} | {f"{prefix[:2]}0000" for prefix in scope.divisions if prefix}
    seen = scope.condition() | Q(region_code__in=above if scope.divisions else (), issued_on__isnull=False)
    if own.enterprises:
        seen |= Q(issued_on__lte=on, tier=Tier.PROVINCIAL, region_code__in=_provinces(own.enterprises))
        seen |= Q(applications__holder__in=own.enterprises)
    return Batch.objects.filter(seen).distinct().order_by("-id")


def _provinces(enterprises: Sequence[str]) -> set[str]:
    """The provinces in which enterprises have mines."""
    from greenmine.registry.queries import standing_mines  # noqa: PLC0415 -- one question only

    codes = standing_mines().filter(holder__key__in=enterprises).values_list("region_code", flat=True).distinct()
    return {f"{code[:2]}0000" for code in codes if code}


def open_batches(region_code: str, *, on: date) -> QuerySet[Batch]:
    """The provincial batches that take applications for a place today."""
    return Batch.objects.filter(
        tier=Tier.PROVINCIAL,
        region_code=f"{region_code[:2]}0000",
        issued_on__lte=on,
        opens_on__lte=on,
        closes_on__gte=on,
    ).order_by("closes_on", "id")


def applications_of(mine: str) -> list[Application]:
    """Every application of a mine, the latest first. Not scoped: for rooms that have checked the mine."""
    return list(Application.objects.filter(mine=mine).select_related("batch").order_by("-id"))


@dataclass(frozen=True, slots=True)
class Choice:
    """A step that is open: until when, its form, and, if this person may not take it now, why not."""

    step: Step
    due: Deadline
    refusal: Refusal
    fields: tuple[Field, ...]
    by_batch: bool

    @property
    def may(self) -> bool:
        """Whether this person may take it now."""
        return self.refusal is None


def choices(application: Application, person: Person, organisation: Organisation, *, on: date) -> list[Choice]:
    """The steps open in an application, each with the sentence that makes its button grey; a draft has none."""
    if not application.case:
        return []
    case = case_of(application)
    found = []
    for one in procedures.choices(case, person, organisation, on=on):
        refusal = one.refusal
        ready = READY.get(one.step.id)
        if refusal is None and ready is not None:
            refusal = permissions.why_not(ready, application, on)
        by_batch = one.step.id in BATCH_STEPS
        if refusal is None and by_batch:
            refusal = CannotSelect(
                "公示按批次统一办理，请在批次页面办理", "notices are opened and ended on the page of the batch"
            )
        found.append(Choice(one.step, one.due, refusal, form_of(one.step.id), by_batch))
    return found


READY: Mapping[str, Callable[[Application, date], Any]] = {
    "pass_assessment": lambda application, _on: assessing.check_verdict(application, "pass"),
    "report_passed": lambda application, _on: assessing.check_verdict(application, "pass"),
    "fail_assessment": lambda application, _on: assessing.check_verdict(application, "fail"),
    "commission_again": lambda application, _on: assessing.check_engagement_ended(application),
    "plan_verification": lambda application, on: verifying.check_is_due(application, on=on),
    "plan_field_check": lambda application, on: verifying.check_is_due(application, on=on),
    "pass_unsampled": lambda application, on: verifying.check_is_unsampled(application, on=on),
    "confirm_verification": lambda application, _on: verifying.check_is_recorded(application),
    "confirm_field_check": lambda application, _on: verifying.check_is_recorded(application),
    "refuse_verification": lambda application, _on: verifying.check_is_recorded(application),
    "refuse_field_check": lambda application, _on: verifying.check_is_recorded(application),
    "uphold_objection": lambda application, _on: effects.check_upheld(application),
    "uphold_league_objection": lambda application, _on: effects.check_upheld(application),
}


@dataclass(frozen=True)
class View:
    """Everything one page shows of an application (一页通览), read in a number of questions that does not grow."""

    application: Application
    case: Case | None
    materials: Sequence[Material]
    returns: Sequence[Defects]
    reviews: Sequence[Review]
    forwardings: Sequence[Forwarding]
    consents: Sequence[Consent]
    verifications: Sequence[Verification]
    meetings: Sequence[Meeting]
    draws: Sequence[Draw]
    checks: Sequence[GateCheck]
    steps: Sequence[CaseStep]
    opinions: Sequence[Opinion]
    papers: Sequence[Paper]
    notice: PublicNotice | None
    entry: Entry | None
    before: Application | None
    readings: Sequence[Reading] = field(default_factory=tuple)

    @property
    def version(self) -> int:
        """What a form carries, so that nobody acts on an older page."""
        return self.case.version if self.case is not None else 0


def view_of(application: Application, *, on: date) -> View:
    """One application with all it left behind. Not scoped: for pages that have checked it, and what is inside by person."""
    case = Case.objects.select_related("kept").filter(number=application.case).first() if application.case else None
    return View(
        application=application,
        case=case,
        materials=list(application.materials.select_related("file").order_by("id")),
        returns=list(application.returns.order_by("round")),
        reviews=list(application.reviews.order_by("id")),
        forwardings=list(application.forwardings.order_by("id")),
        consents=list(application.consents.select_related("evidence").order_by("id")),
        verifications=list(application.verifications.select_related("draw", "sheet").order_by("id")),
        meetings=list(
            application.meetings.select_related("minutes").prefetch_related(Prefetch("votes")).order_by("id")
        ),
        draws=[one for one in application.batch.draws.order_by("id") if application.number in one.pool],
        checks=list(gates.checks_about(*application.subject)),
        steps=procedures.history(case) if case is not None else [],
        opinions=procedures.opinions_of(case) if case is not None else [],
        papers=list(papers.standing(papers.about(*application.subject))),
        notice=PublicNotice.objects.filter(number=application.notice).first() if application.notice else None,
        entry=Entry.objects.filter(number=application.entry).first() if application.entry else None,
        before=application.before,
        readings=_readings(case, on),
    )


def _readings(case: Case | None, on: date) -> list[Reading]:
    """The readings the case's table depends on, as they are today; a page marks those nobody confirmed."""
    if case is None:
        return []
    names = procedures.table_of(case).readings
    try:
        return list(readings.values_of(names, case.region_code, on).values())
    except UnknownReading:
        return []


def files_of(application: Application) -> set[int]:
    """The kept files of an application (provenances): materials, consents, signed sheets, minutes, opinions' files."""
    found = set(application.materials.exclude(file=None).values_list("file_id", flat=True))
    found |= set(application.consents.exclude(evidence=None).values_list("evidence_id", flat=True))
    found |= set(application.verifications.exclude(sheet=None).values_list("sheet_id", flat=True))
    found |= set(application.meetings.values_list("minutes_id", flat=True))
    if application.case:
        rows = (
            Opinion.objects.filter(case__number=application.case)
            .exclude(evidence=[])
            .values_list("evidence", flat=True)
        )
        found |= {int(one) for row in rows for one in row}
    return {one for one in found if one is not None}


@dataclass(frozen=True, slots=True)
class NoticeTurn:
    """A notice that a batch waits for: at which stage, of which applications, with how many days proposed."""

    stage: str
    waiting: Sequence[Application]
    days: int
    reading: Reading
    refusal: Refusal

    @property
    def words(self) -> str:
        """The stage in the language of the page."""
        return str(PublicNotice.Stage(self.stage).label)


@dataclass(frozen=True, slots=True)
class BatchChoices:
    """What may be done with a whole batch: each with the reason why not, where it may not."""

    issue: Refusal
    draws: bool
    draw: Refusal
    pool: int
    reading: Reading
    notices: Sequence[NoticeTurn]
    announces: bool
    announce: Refusal

    @property
    def sampled(self) -> bool:
        """Whether a sample is drawn here, or every mine is verified."""
        return self.reading.value == verifying.SAMPLE

    @property
    def nothing(self) -> bool:
        """Whether nothing waits for anybody."""
        return not (self.issue is None or self.draws or self.notices or self.announces)


def batch_choices(batch: Batch, person: Person, organisation: Organisation, *, on: date) -> BatchChoices:
    """What this person may do with a batch today."""
    states = set(batch.applications.filter(closed_on=None).values_list("state", flat=True))
    listed = batch.applications.filter(outcome=Application.Outcome.LISTED).exists()
    turns = [
        turn
        for stage, state in noticing.WAITING.items()
        if state in states and noticing.TIERS[stage] == batch.tier
        if (turn := _notice_turn(batch, stage, person, organisation, on=on)) is not None
    ]
    pool = verifying.pool_of(batch)
    return BatchChoices(
        issue=permissions.why_not(permissions.check_can_issue, person, batch, organisation, on=on),
        draws=bool(pool),
        draw=permissions.why_not(accounts.check_can, person, "selection.verify", on=on, region=batch.region_code),
        pool=len(pool),
        reading=verifying.scope_of(batch.region_code, on),
        notices=turns,
        announces=listed and batch.announced_on is None,
        announce=permissions.why_not(permissions.check_can_announce, person, batch, organisation, on=on),
    )


def _notice_turn(
    batch: Batch, stage: str, person: Person, organisation: Organisation, *, on: date
) -> NoticeTurn | None:
    """The notice of a stage, where applications of this organisation's region wait for it."""
    waiting = noticing.waiting_for(batch, stage, organisation.division or batch.region_code)
    if not waiting:
        return None
    refusal = permissions.why_not(accounts.check_can, person, "notices.publish", on=on, region=waiting[0].region_code)
    level = {"league": "city", "provincial": "province", "national": "ministry"}[stage]
    if refusal is None and organisation.level != level:
        refusal = CannotSelect("本阶段公示由其他层级办理", "this notice is for an authority of another level")
    reading = readings.value(noticing.DAYS, batch.region_code, on)
    return NoticeTurn(stage, waiting, int(reading.value), reading, refusal)


def candidates(batch: Batch, person: Any, *, on: date) -> list[recommending.Candidate]:
    """The ranking for a recommendation to a national batch, of the provinces within a person's reach (候选排序)."""
    scope = people.reach(person, "directory.change", on=on)
    if batch.tier != Tier.NATIONAL or not scope.divisions:
        return []
    return recommending.candidates(scope.first_division())
