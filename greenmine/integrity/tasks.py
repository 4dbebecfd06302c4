"""What happens by itself: filed reports are searched for signals, once each; leniency and pairs of each province, once a day."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.db import transaction

from greenmine.editions.edition import Edition
from greenmine.fieldwork import queries as fieldwork
from greenmine.integrity import reading, signalling
from greenmine.integrity.models import LeniencyFigure, LookedAt, Signal
from greenmine.integrity.searching import Search, leniency_in, pairs_in

AT_ONCE = 10


def look_at_reports(edition: Edition, *, on: date) -> int:
    """Search the reports that were filed since the last look, some at a time; returns how many."""
    seen = LookedAt.objects.values("report")
    waiting = list(fieldwork.filed_reports().exclude(number__in=seen).order_by("filed_on", "id")[:AT_ONCE])
    if not waiting:
        return 0
    search = Search(edition, [report.fieldwork.engagement for report in waiting], on=on)
    for report in waiting:
        # Looking at pictures takes long; nobody who wants to write waits for it.
        noticed = search.report(report.fieldwork.engagement)
        with transaction.atomic():
            kept = signalling.keep(noticed, edition=edition.id, on=on)
            LookedAt.objects.get_or_create(pk=report.number, defaults={"at": datetime.now(UTC), "found": len(kept)})
    return len(waiting)


def look_at_provinces(edition: Edition, *, on: date) -> list[Signal]:
    """Compute leniency and pairs of every province anew (评分宽严偏差、固定搭配)."""
    kept: list[Signal] = []
    for region in sorted({reading.province(job.region_code) for job in reading.jobs().values()}):
        figures, found = leniency_in(edition, region, on=on)
        pairs = pairs_in(edition, region, on=on)
        with transaction.atomic():
            LeniencyFigure.objects.filter(region_code=region).delete()
            LeniencyFigure.objects.bulk_create(figures)
            kept += signalling.keep([*found, *pairs], edition=edition.id, on=on)
    return kept
