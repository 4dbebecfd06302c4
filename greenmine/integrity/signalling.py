"""What happens to signals: the worker keeps them, a person looks at them, dismisses them with a reason, or inquires."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.db import transaction

from greenmine.accounts.models import Organisation, Person
from greenmine.integrity import permissions
from greenmine.integrity.models import Signal
from greenmine.integrity.noticing import Noticed, in_order
from greenmine.integrity.reading import province
from greenmine.ledger import actions as ledger
from greenmine.notifications import actions as notifications

SERVED = ["gs-2023/4.3.h", "gs-2023/3.10.h"]


@transaction.atomic
def keep(found: Iterable[Noticed], *, edition: str, on: date) -> list[Signal]:
    """Keep what was noticed and is not kept yet; tell the province once for everything that is new."""
    listed = in_order(found)
    known = set(
        Signal.objects.filter(fingerprint__in=[one.fingerprint for one in listed]).values_list("fingerprint", flat=True)
    )
    fresh = [_create(one, edition=edition, on=on) for one in listed if one.fingerprint not in known]
    for region, count in Counter(province(one.region_code) for one in fresh).items():
        ledger.record(
            "integrity.noticed",
            subject=("region", region),
            by=ledger.SYSTEM,
            on=on,
            sentence={
                "zh": f"发现评估诚信信号 {count} 条，待人工查看",
                "en": f"noticed {count} signals for a person to look at",
            },
            cite=SERVED,
            payload={"signals": [one.number for one in fresh if province(one.region_code) == region]},
            region_code=region,
        )
        notifications.tell(
            "integrity.noticed",
            to=("province_nr", region),
            role="reviewer",
            url="/authority/integrity/",
            text={"zh": f"新发现评估诚信信号 {count} 条，请查看", "en": f"{count} new integrity signals to look at"},
        )
    return fresh


def _create(one: Noticed, *, edition: str, on: date) -> Signal:
    last = Signal.objects.filter(number__startswith=f"XH-{on.year}-").order_by("-id").first()
    number = f"XH-{on.year}-{(int(last.number.rsplit('-', 1)[1]) if last else 0) + 1:05d}"
    return Signal.objects.create(
        number=number,
        fingerprint=one.fingerprint,
        kind=one.kind,
        subject_kind=one.subject[0],
        subject_key=one.subject[1],
        engagement=one.job.number if one.job else "",
        agency=one.job.agency if one.job else one.agency,
        agency_name=one.job.agency_name if one.job else one.agency_name,
        mine=one.job.mine if one.job else "",
        region_code=one.region_code,
        other_region=one.other_region,
        strength=one.strength,
        zh=one.zh,
        en=one.en,
        innocent_zh=one.innocent["zh"],
        innocent_en=one.innocent["en"],
        threshold=one.threshold.as_json(),
        evidence=dict(one.evidence),
        found_on=on,
        edition=edition,
    )


@transaction.atomic
def look(signal: Signal, *, note: str = "", by: Person, organisation: Organisation, on: date) -> Signal:
    """A person has looked at it (已查看) and leaves it open for now."""
    return _move(signal, Signal.State.LOOKED_AT, note.strip()[:1000], by=by, organisation=organisation, on=on)


@transaction.atomic
def dismiss(signal: Signal, *, reason: str, by: Person, organisation: Organisation, on: date) -> Signal:
    """A person dismisses it (排除), and says why."""
    kept = permissions.check_words(reason, "排除的理由", "why it is dismissed")
    return _move(signal, Signal.State.DISMISSED, kept[:1000], by=by, organisation=organisation, on=on)


def _move(signal: Signal, state: str, reason: str, *, by: Person, organisation: Organisation, on: date) -> Signal:
    now = Signal.objects.select_for_update().get(pk=signal.pk)
    permissions.check_can_handle(by, now, on=on)
    now.state, now.reason, now.looked_on = state, reason, on
    now.looked_by = f"{organisation.name} · {by.name}"
    now.save(update_fields=["state", "reason", "looked_on", "looked_by"])
    word = {"looked_at": ("查看", "looked at"), "dismissed": ("排除", "dismissed")}[state]
    ledger.record(
        f"integrity.{state}",
        subject=("signal", now.number),
        by=by,
        organisation=organisation,
        on=on,
        sentence={
            "zh": f"{word[0]}诚信信号 {now.number}：{reason or '—'}",
            "en": f"{word[1]} signal {now.number}: {reason or '—'}",
        },
        cite=SERVED,
        region_code=now.region_code,
    )
    return now
