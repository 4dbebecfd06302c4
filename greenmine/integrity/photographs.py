"""Photographs of a filed report beside all others (影像比对): those of other engagements, and those enterprises submitted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

from greenmine.assessment.models import Assessment, ItemEvidence
from greenmine.evidence.places import path_of
from greenmine.fieldwork.models import Capture
from greenmine.integrity import noticing, reading
from greenmine.integrity.likeness import WHOLE, Album, Alike, NotAPicture, Print, Sought, compare, look, print_of, seek
from greenmine.integrity.models import PhotoPrint
from greenmine.integrity.noticing import Noticed, Photo, Submitted
from greenmine.integrity.thresholds import Thresholds
from greenmine.integrity.visits import CHINA
from greenmine.registry.models import Mine

EXACT = 100
ASKED_AT_ONCE = 500


class Photographs:
    """Every photograph in evidence, read once for all reports of a round."""

    def __init__(self, thresholds: Thresholds, works: Mapping[str, reading.Work]) -> None:
        self.threshold, self.within = thresholds["photo-fit"], thresholds.whole("photo-candidate")
        self.works = works
        self._taken: dict[str, list[Capture]] | None = None
        self._submitted: dict[str, list[ItemEvidence]] | None = None
        self._albums: tuple[Album, Album] | None = None

    def of(self, work: reading.Work) -> Iterator[Noticed]:
        """What is noticed about the photographs of one engagement."""
        own = frozenset(digest for digest in self.taken if not self._elsewhere(digest, work.job.number))
        for row in reading.captures(work):
            sought = sought_for(content_of(row))
            if sought is not None:
                yield from self._taken_elsewhere(work, row, sought, own)
                yield from self._submitted_before(row, sought)

    def _taken_elsewhere(
        self, work: reading.Work, row: Capture, sought: Sought, own: Collection[str]
    ) -> Iterator[Noticed]:
        for other, alike in self._fitting(content_of(row), sought, self.albums[0], own):
            for earlier in self._elsewhere(other, work.job.number):
                yield noticing.photo_reused(self._photo(row), self._photo(earlier), alike, self.threshold)

    def _submitted_before(self, row: Capture, sought: Sought) -> Iterator[Noticed]:
        """What an enterprise had handed in before the day on which it is said to have been taken on site."""
        for other, alike in self._fitting(content_of(row), sought, self.albums[1], ()):
            mines: set[str] = set()
            for used in self.submitted[other]:
                if used.mine not in mines and used.attached_on < day_of(row):
                    mines.add(used.mine)
                    yield noticing.photo_submitted(self._photo(row), shown_of(used, other), alike, self.threshold)

    def _fitting(
        self, digest: str, sought: Sought, album: Album, leave_out: Collection[str]
    ) -> Iterator[tuple[str, Alike]]:
        for other, _ in album.candidates(sought, within=self.within, leave_out=leave_out):
            alike = alike_files(digest, other)
            if alike is not None and alike.fit >= self.threshold.figure:
                yield other, alike

    @property
    def albums(self) -> tuple[Album, Album]:
        """The prints of what was taken on site, and of what enterprises submitted."""
        if self._albums is None:
            taken, submitted = prints_for(self.taken), prints_for(self.submitted)
            self._albums = Album(sorted(taken.items())), Album(sorted(submitted.items()))
        return self._albums

    @property
    def taken(self) -> Mapping[str, list[Capture]]:
        """Content → the captures that are this photograph."""
        if self._taken is None:
            self._taken = defaultdict(list)
            rows = Capture.objects.filter(provenance__isnull=False, visit__fieldwork__engagement__in=list(self.works))
            for row in rows.select_related("visit__fieldwork", "provenance").order_by("taken_at", "id"):
                self._taken[content_of(row)].append(row)
        return self._taken

    @property
    def submitted(self) -> Mapping[str, list[ItemEvidence]]:
        """Content → where enterprises submitted this picture, the first use first."""
        if self._submitted is None:
            self._submitted = defaultdict(list)
            rows = ItemEvidence.objects.filter(
                assessment__party=Assessment.Party.SELF, provenance__file__media_type__startswith="image/", detached_at=None
            )  # fmt: skip
            for row in rows.select_related("assessment", "provenance").order_by("attached_on", "id"):
                if row.provenance is not None:
                    self._submitted[row.provenance.file_id].append(row)
        return self._submitted

    def _elsewhere(self, digest: str, engagement: str) -> list[Capture]:
        """The first use of a content in each other engagement."""
        first: dict[str, Capture] = {}
        for row in self.taken.get(digest, ()):
            number = row.visit.fieldwork.engagement
            if number != engagement:
                first.setdefault(number, row)
        return list(first.values())

    def _photo(self, row: Capture) -> Photo:
        job = self.works[row.visit.fieldwork.engagement].job
        return Photo(content_of(row), job, row.item, row.taken_at.isoformat(), row.author_name, row.pk)


def content_of(row: Capture) -> str:
    """The hash of the bytes that arrived."""
    return str(row.provenance.file_id) if row.provenance is not None else row.sha256


def day_of(row: Capture) -> date:
    """The day in China on which a photograph was taken, by the server's clock as far as that is known."""
    return (row.taken_at - timedelta(milliseconds=row.drift_ms or 0)).astimezone(CHINA).date()


def shown_of(used: ItemEvidence, digest: str) -> Submitted:
    """A picture that an enterprise submitted, as a signal names it."""
    mine = Mine.objects.filter(key=used.mine).values_list("name", flat=True).first() or used.mine
    return Submitted(
        digest, used.assessment.number, used.mine, mine, used.assessment.region_code, used.indicator, used.attached_on.isoformat(),
        used.attached_by,
    )  # fmt: skip


def prints_for(digests: Iterable[str]) -> dict[str, Print]:
    """The prints of kept files, each made once; what is no picture or shows nothing is left out."""
    wanted, found = sorted(digests), {}
    for at in range(0, len(wanted), ASKED_AT_ONCE):
        part = wanted[at : at + ASKED_AT_ONCE]
        kept = PhotoPrint.objects.in_bulk(part)
        for digest in part:
            content = bytes(kept[digest].content) if digest in kept else _make(digest)
            if content:
                found[digest] = Print.unpacked(content)
    return found


def _make(digest: str) -> bytes:
    try:
        made = print_of(look(path_of(digest)))
    except NotAPicture:
        made = None
    content = b"" if made is None or made.is_plain else made.packed()
    PhotoPrint.objects.get_or_create(pk=digest, defaults={"content": content, "made_at": datetime.now(UTC)})
    return content


def sought_for(digest: str) -> Sought | None:
    """A kept photograph as it is looked for; None where it is no picture or shows nothing."""
    try:
        found = seek(look(path_of(digest)))
    except NotAPicture:
        return None
    return None if found.print.is_plain else found


def alike_files(one: str, other: str) -> Alike | None:
    """Two kept photographs laid over one another; None where one cannot be read any more."""
    if one == other:
        return Alike(EXACT, False, WHOLE, 0)
    try:
        return compare(look(path_of(one)), look(path_of(other)))
    except NotAPicture:
        return None
