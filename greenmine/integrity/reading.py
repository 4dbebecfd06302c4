"""What signals are made of, read from the rooms below: engagements, accounts, texts, photographs, visits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

from greenmine.accounts import queries as accounts
from greenmine.accounts.models import Organisation
from greenmine.assessment import queries as assessment
from greenmine.assessment.models import Assessment
from greenmine.assessors.models import Employment, Engagement, TeamMember
from greenmine.editions import standards
from greenmine.fieldwork import places
from greenmine.fieldwork import queries as fieldwork
from greenmine.fieldwork.models import Capture, Fieldwork, VisitMember
from greenmine.fieldwork.photographs import metres_outside
from greenmine.integrity.gaps import Account, Judged
from greenmine.integrity.models import KeptAccount, KeptText
from greenmine.integrity.noticing import Job
from greenmine.integrity.texts import Text
from greenmine.integrity.visits import Shot, Visited
from greenmine.registry.models import Enterprise, Mine

THIRD = ("third_party", "recheck", "blind")


def province(region_code: str) -> str:
    """The province in which a division lies."""
    return region_code[:2].ljust(6, "0")


def jobs(numbers: Iterable[str] | None = None) -> dict[str, Job]:
    """Engagements that were commissioned, by number; all of them, or these."""
    rows = Engagement.objects.filter(commissioned_on__isnull=False).select_related("agency")
    listed = list(rows if numbers is None else rows.filter(number__in=list(numbers)))
    leaders = {
        member.engagement_id: member.assessor
        for member in TeamMember.objects.filter(engagement__in=listed, leader=True, until=None).select_related(
            "assessor"
        )
    }
    names = dict(
        Organisation.objects.filter(key__in={row.commissioned_by for row in listed}).values_list("key", "name")
    )
    return {
        row.number: Job(
            row.number, row.agency.key, row.agency.name, row.mine, row.mine_name, row.region_code, row.holder,
            leaders[row.pk].key if row.pk in leaders else "", leaders[row.pk].name if row.pk in leaders else "",
            row.commissioned_by, names.get(row.commissioned_by, row.commissioned_by_name),
        )
        for row in listed
    }  # fmt: skip


def holder_names(keys: Iterable[str]) -> dict[str, str]:
    """Names of enterprises by permanent key."""
    return dict(Enterprise.objects.filter(key__in=list(keys)).values_list("key", "name"))


def account_of(row: Assessment, job: Job | None) -> Account:
    """One submitted assessment, item by item; scored once and kept."""
    kept = KeptAccount.objects.filter(pk=row.number, frozen_hash=row.frozen_hash).first() or _keep(row)
    judged = tuple(Judged(*one) for one in kept.judged)
    return Account(
        row.number, row.party, row.mine, job.agency if job else "", job.leader if job else "", kept.stratum,
        f"{row.standard}@{row.standard_digest[:12]}", judged,
    )  # fmt: skip


def _keep(row: Assessment) -> KeptAccount:
    result = assessment.result_of(row, on=row.submitted_on or accounts.today())
    judged = [
        [one.id, one.claimed, one.points, one.decided_by_fact]
        for one in result.items
        if one.state == "scored" and one.claimed is not None and one.points
    ]
    mine = Mine.objects.filter(key=row.mine).values_list("mineral", flat=True).first() or ""
    kept, _ = KeptAccount.objects.update_or_create(
        pk=row.number, defaults={"frozen_hash": row.frozen_hash, "stratum": mine, "judged": judged}
    )
    return kept


def accounts_in(region: str, found: Mapping[str, Job]) -> list[Account]:
    """Everything submitted in a province: self-assessments, third parties' and re-checks."""
    rows = Assessment.objects.filter(state=Assessment.State.SUBMITTED, region_code__startswith=region[:2])
    return [account_of(row, found.get(row.engagement)) for row in rows.defer("frozen").order_by("number")]


@dataclass(frozen=True)
class Work:
    """The fieldwork of one engagement: its assessment and who was there."""

    job: Job
    assessment: str
    standard: str  # id@digest of the indicator set


def works(found: Mapping[str, Job]) -> dict[str, Work]:
    """Engagement → fieldwork, for those that have one."""
    rows = Fieldwork.objects.filter(engagement__in=list(found)).values_list(
        "engagement", "assessment", "standard", "standard_digest"
    )
    return {number: Work(found[number], assessed, f"{name}@{digest}") for number, assessed, name, digest in rows}


def texts_of(works: Mapping[str, Work]) -> list[Text]:
    """What every filed report says, gathered once for each version."""
    filed = {report.fieldwork.engagement: report.number for report in fieldwork.filed_reports().order_by("version")}
    kept = {row.engagement: row for row in KeptText.objects.filter(engagement__in=list(works))}
    found = []
    for number, work in works.items():
        if number not in filed:
            continue
        row = kept.get(number)
        if row is None or row.report != filed[number]:
            row, _ = KeptText.objects.update_or_create(
                pk=number, defaults={"report": filed[number], "text": said_in(work), "checklist": work.standard}
            )
        found.append(Text(number, work.job.agency, work.job.mine, row.text))
    return found


def said_in(work: Work) -> str:
    """Everything the assessors wrote about a mine on site and in their answers, one item after the other."""
    said: dict[str, list[str]] = defaultdict(list)
    for item, text in fieldwork.findings_of(work.assessment).items():
        said[item].append(text)
    row = Assessment.objects.filter(number=work.assessment).first()
    for answer in row.items.exclude(comment="").order_by("indicator") if row else ():
        if answer.comment not in "\n".join(said[answer.indicator]):
            said[answer.indicator].append(answer.comment)
    return "\n".join(text for item in sorted(said) for text in said[item])


def checklists_of(works: Iterable[Work]) -> str:
    """The checklists' own words, which every report quotes: title, help, levels and evidence of every item."""
    said: list[str] = []
    for identifier, digest in sorted({tuple(work.standard.split("@")) for work in works}):
        try:
            standard = standards.get(identifier, digest)
        except standards.UnknownStandard:
            continue
        for one in (*standard.indicators, *(standard.preconditions or ())):
            said += words_in(one)
    return "\n".join(said)


def words_in(one: Any) -> list[str]:
    """Every Chinese sentence of a part of a standard, however deep."""
    if isinstance(one, Mapping):
        return [one["zh"]] if isinstance(one.get("zh"), str) else []
    if isinstance(one, list | tuple):
        return [text for part in one for text in words_in(part)]
    if is_dataclass(one):
        return [text for part in fields(one) for text in words_in(getattr(one, part.name))]
    return []


def captures(work: Work) -> list[Capture]:
    """The photographs of an engagement whose bytes have arrived, each content once."""
    once = {row.sha256: row for row in fieldwork.captures_of(work.assessment) if row.provenance_id is not None}
    return list(once.values())


def visited(work: Work) -> list[Visited]:
    """The visits of an engagement with every photograph, placed against the mine as registered then."""
    found = []
    rows: dict[int, list[Capture]] = defaultdict(list)
    for row in fieldwork.captures_of(work.assessment):
        rows[row.visit_id].append(row)
    for visit in fieldwork.visits_of(work.assessment):
        tolerances, areas, point = places.surroundings(work.job.mine, on=visit.from_on)
        shots = tuple(_shot(row, areas, point, tolerances.point_radius_m) for row in rows[visit.pk])
        key = f"{work.job.number}/{visit.number}"
        found.append(Visited(key, work.job.number, visit.from_on, visit.until_on, len(visit.items), shots))
    return found


def shot_of(row: Capture) -> Shot:
    """A photograph without its mine: when, where, by whom."""
    return _shot(row, (), None, 0.0)


def _shot(row: Capture, areas: Any, point: Any, radius: float) -> Shot:
    outside = None
    if row.latitude is not None and row.longitude is not None:
        outside = metres_outside(row.longitude, row.latitude, areas, point, radius_m=min(radius, 1e7))
    return Shot(
        str(row.pk), row.item, str(row.operation.author_id), row.taken_at, row.latitude, row.longitude, row.accuracy_m,
        None if row.drift_ms is None else row.drift_ms / 1000, outside,
    )  # fmt: skip


def strangers(work: Work) -> list[str]:
    """Who worked on site without being on the team, or without being on the agency's staff that day."""
    days = {visit.pk: visit.from_on for visit in fieldwork.visits_of(work.assessment)}
    there = {
        (member.person_id, member.person.name, days[member.visit_id])
        for member in VisitMember.objects.filter(visit__in=days).select_related("person")
    }
    for row in fieldwork.captures_of(work.assessment):
        there.add((row.operation.author_id, row.author_name, row.visit.from_on))
    team = set(
        TeamMember.objects.filter(engagement__number=work.job.number).values_list("assessor__account_id", flat=True)
    )
    return sorted({name for person, name, on in there if person not in team or not _employed(person, work.job, on)})


def _employed(person: int, job: Job, on: date) -> bool:
    held = Employment.objects.filter(assessor__account_id=person, agency__key=job.agency, since__lte=on)
    return held.exclude(until__lte=on).exists()
