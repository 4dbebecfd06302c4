"""Looking for signals (查找): one filed report beside everything filed before, and a province as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from greenmine.assessment.models import Assessment
from greenmine.editions.edition import Edition
from greenmine.fieldwork.models import Capture
from greenmine.integrity import gaps, leniency, noticing, reading, visits
from greenmine.integrity import pairs as pairing
from greenmine.integrity.models import LeniencyFigure
from greenmine.integrity.noticing import Job, Noticed
from greenmine.integrity.photographs import Photographs
from greenmine.integrity.texts import Copied, copied
from greenmine.integrity.thresholds import Thresholds


class Search:
    """One round of searching: what was filed is read once for all reports of the round."""

    def __init__(self, edition: Edition, engagements: Iterable[str], *, on: date) -> None:
        self.thresholds, self.round = Thresholds(edition, on), frozenset(engagements)
        self.jobs = reading.jobs()
        self.works = reading.works(self.jobs)
        self.photographs = Photographs(self.thresholds, self.works)
        self._copies: list[Copied] | None = None

    def report(self, engagement: str) -> list[Noticed]:
        """Everything noticed about one engagement's report."""
        work = self.works.get(engagement)
        if work is None:
            return []
        return [*self.photographs.of(work), *self._texts(work), *self._visits(work), *self._differences(work.job)]

    # texts

    def _texts(self, work: reading.Work) -> list[Noticed]:
        number = work.job.number
        others = [
            (one, one.other if one.one == number else one.one) for one in self.copies if number in (one.one, one.other)
        ]
        threshold = self.thresholds["text-share"]
        return [noticing.text_copied(work.job, self.jobs[other], one, threshold) for one, other in others]

    @property
    def copies(self) -> list[Copied]:
        """The pairs of copied texts in which one of this round's reports is."""
        if self._copies is None:
            self._copies = copied(
                reading.texts_of(self.works),
                checklist=reading.checklists_of(self.works.values()),
                share=self.thresholds.figure("text-share"),
                shared=self.thresholds.whole("text-shared"),
                agencies=self.thresholds.whole("text-agencies"),
                only=self.round,
            )
        return self._copies

    # visits

    def _visits(self, work: reading.Work) -> Iterator[Noticed]:
        limits = self.thresholds.of_visits()
        seen = reading.visited(work)
        for visit in seen:
            for odd in visits.oddities(visit, limits):
                yield noticing.odd_visit(work.job, visit.key, odd, self.thresholds[odd.limit_id])
        yield from self._jumps(work, [shot for visit in seen for shot in visit.shots])
        if people := reading.strangers(work):
            yield noticing.stranger(work.job, people, self.thresholds["strangers"])

    def _jumps(self, work: reading.Work, own: list[visits.Shot]) -> Iterator[Noticed]:
        threshold = self.thresholds["speed"]
        whose = {shot.key: work.job for shot in own}
        shots = list(own)
        for person in {int(shot.person) for shot in own}:
            rows = Capture.objects.filter(operation__author_id=person).exclude(
                visit__fieldwork__engagement=work.job.number
            )
            for row in rows.select_related("visit__fieldwork", "operation"):
                if row.visit.fieldwork.engagement in self.jobs:
                    shots.append(reading.shot_of(row))
                    whose[str(row.pk)] = self.jobs[row.visit.fieldwork.engagement]
        told: set[tuple[str, str]] = set()
        for jump in visits.jumps(shots, kmh=threshold.figure):
            pair = whose[jump.one.key], whose[jump.other.key]
            if work.job in pair and (jump.person, min(one.number for one in pair)) not in told:
                told.add((jump.person, min(one.number for one in pair)))
                other = pair[1] if pair[0] == work.job else pair[0]
                yield noticing.impossible(work.job, other, jump, threshold)

    # beside a re-check

    def _differences(self, job: Job) -> list[Noticed]:
        threshold = self.thresholds["recheck-gap"]
        rows = Assessment.objects.filter(mine=job.mine, state=Assessment.State.SUBMITTED).exclude(party="self")
        found = {row.number: reading.account_of(row, self.jobs.get(row.engagement)) for row in rows.defer("frozen")}
        whose = {row.number: self.jobs.get(row.engagement) for row in rows}
        first = [one for one in found.values() if one.party == "third_party"]
        later = [one for one in found.values() if one.party in ("recheck", "blind")]
        return [
            noticing.recheck_gap(of, one, threshold)
            for one in gaps.differences(first, later)
            if one.points >= threshold.figure and (of := whose[one.number]) is not None
        ]


def leniency_in(edition: Edition, region: str, *, on: date) -> tuple[list[LeniencyFigure], list[Noticed]]:
    """The leniency of everybody who assessed in a province, and what of it should be looked at."""
    thresholds = Thresholds(edition, on)
    jobs = {number: job for number, job in reading.jobs().items() if reading.province(job.region_code) == region}
    accounts = reading.accounts_in(region, jobs)
    houses = {job.agency: (job.agency, job.agency_name) for job in jobs.values()}
    leaders = {job.leader: (job.agency, job.leader_name) for job in jobs.values() if job.leader}
    least, threshold = thresholds.whole("leniency-least"), thresholds["leniency-points"]
    figures, found = [], []
    for unit, names in (("agency", houses), ("leader", leaders)):
        for one in leniency.leniency(gaps.scores(accounts, by=unit), least=least):
            agency, name = names.get(one.assessor, ("", one.assessor))
            figures.append(
                LeniencyFigure(
                    unit=unit,
                    key=one.assessor,
                    agency=agency,
                    name=name,
                    region_code=region,
                    count=one.count,
                    points=one.points,
                    low=one.low,
                    high=one.high,
                    too_few=one.too_few,
                    computed_on=on,
                )
            )
            if unit == "agency" and not one.too_few and one.low >= threshold.figure:
                found.append(noticing.lenient(one, region=region, agency=agency, name=name, threshold=threshold))
    return figures, found


def pairs_in(edition: Edition, region: str, *, on: date) -> list[Noticed]:
    """Who is paired with whom more often than chance in a province: agency and holder, agency and commissioner, leader and holder."""
    thresholds = Thresholds(edition, on)
    threshold, least = thresholds["pair-chance"], thresholds.whole("pair-least")
    jobs = [job for job in reading.jobs().values() if reading.province(job.region_code) == region]
    agencies = {job.agency: job.agency_name for job in jobs}
    leaders = {job.leader: (job.agency, job.leader_name) for job in jobs}
    holders = reading.holder_names({job.holder for job in jobs})
    commissioners = {job.commissioner: job.commissioner_name for job in jobs}
    kinds = (
        ("paired_holder", [pairing.Meeting(j.number, j.agency, j.holder, region) for j in jobs if j.holder], holders),
        ("paired_commissioner", [pairing.Meeting(j.number, j.agency, j.commissioner, region) for j in jobs if j.commissioner], commissioners),
        ("leader_holder", [pairing.Meeting(j.number, j.leader, j.holder, region) for j in jobs if j.leader and j.holder], holders),
    )  # fmt: skip
    found = []
    for kind, meetings, others in kinds:
        for pair in pairing.pairs(meetings, chance=threshold.figure, least=least):
            agency, name = (
                leaders[pair.assessor] if kind == "leader_holder" else (pair.assessor, agencies[pair.assessor])
            )
            names = (name, others.get(pair.other, pair.other))
            house = (agency, agencies.get(agency, ""))
            found.append(noticing.paired(kind, pair, region=region, names=names, agency=house, threshold=threshold))
    return found
