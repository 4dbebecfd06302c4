"""What can be asked of the directory: entries, notices, objections and cases in one's reach; who was listed on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from greenmine.accounts import queries as accounts
from greenmine.directory.models import (
    Campaign,
    CampaignMine,
    Change,
    Entry,
    IncomingFile,
    LegacyMine,
    NoticeMine,
    Objection,
    OutgoingPackage,
    PublicNotice,
    Removal,
    SharedNote,
    Tier,
)
from greenmine.registry.models import Enterprise


def entries_for(person: Any, *, on: date) -> QuerySet[Entry]:
    """The entries of a person's region, and the standing of his own enterprise's mines, the latest first."""
    scope = accounts.reach(person, "directory.see", on=on)
    own = accounts.reach(person, "selection.own", on=on)
    within = (
        scope.condition() | own.condition(region=None, enterprise="holder") if own.enterprises else scope.condition()
    )
    return Entry.objects.filter(within).order_by("-id")


def entry_of(mine_key: str, tier: str) -> Entry | None:
    """The entry of a mine that stands in a directory; else the last that stood there. Not scoped."""
    found = Entry.objects.filter(mine=mine_key, tier=tier)
    return found.filter(left_on__isnull=True).first() or found.order_by("-id").first()


def entries_of(mine_key: str) -> list[Entry]:
    """Every entry a mine ever had, in order. Not scoped: for rooms that have checked the mine."""
    return list(Entry.objects.filter(mine=mine_key).order_by("entered_on", "id"))


def listed_on(day: date, *, tier: str = "") -> QuerySet[Entry]:
    """The entries that stood on a day (某日在册): entered by then, not gone. What was only proposed still stood."""
    found = Entry.objects.filter(Q(left_on__isnull=True) | Q(left_on__gt=day), entered_on__lte=day)
    return found.filter(tier=tier) if tier else found


def counts_on(day: date, *, prefix: str = "") -> dict[str, int]:
    """How many mines stood in each directory on a day; a mine that is in both counts as national only in `highest`."""
    rows = list(listed_on(day).filter(region_code__startswith=prefix).values_list("mine", "tier"))
    national = {mine for mine, tier in rows if tier == Tier.NATIONAL}
    provincial = {mine for mine, tier in rows if tier == Tier.PROVINCIAL}
    return {
        "national": len(national),
        "provincial": len(provincial),
        "provincial_only": len(provincial - national),
        "mines": len(national | provincial),
    }


def state_on(entry: Entry, day: date) -> str:
    """Where an entry stood on a day, by its history; empty before it entered."""
    last = entry.events.filter(on__lte=day).order_by("-on", "-id").first()
    return last.state if last else ""


def notices_for(person: Any, *, on: date) -> QuerySet[PublicNotice]:
    """The notices of a person's region, and those of higher authorities that name a mine of it, the latest first."""
    scope = accounts.reach(person, "directory.see", on=on)
    within = scope.condition() | Q(pk__in=_naming(scope))
    return PublicNotice.objects.filter(within).order_by("-id")


def _naming(scope: Any) -> QuerySet[Any, Any]:
    return NoticeMine.objects.filter(scope.condition()).values("notice")


def objections_for(person: Any, *, on: date) -> QuerySet[Objection]:
    """The objections of the authority that handles them, and of those above it; the mine's county sees none of them."""
    scope = accounts.reach(person, "objections.handle", on=on)
    return (
        Objection.objects.filter(scope.condition(region="notice__region_code")).select_related("notice").order_by("-id")
    )


def open_objections(notice: PublicNotice) -> QuerySet[Objection]:
    """The named objections that stand in the way of a notice's end."""
    return notice.objections.filter(kind=Objection.Kind.OBJECTION, closed_on__isnull=True)


def removals_for(person: Any, *, on: date) -> QuerySet[Removal]:
    """The removal cases of a person's region, the latest first."""
    scope = accounts.reach(person, "directory.see", on=on)
    return Removal.objects.filter(scope.condition()).select_related("entry").order_by("-id")


def changes_for(person: Any, *, on: date) -> QuerySet[Change]:
    """The changes of listed mines of a person's region, the latest first."""
    scope = accounts.reach(person, "directory.see", on=on)
    return Change.objects.filter(scope.condition()).order_by("-id")


def legacy_for(person: Any, *, on: date) -> QuerySet[LegacyMine]:
    """The mines of old lists in a person's region, the latest first."""
    scope = accounts.reach(person, "directory.see", on=on)
    return LegacyMine.objects.filter(scope.condition()).select_related("file").order_by("-id")


def campaigns_for(person: Any, *, on: date) -> QuerySet[Campaign]:
    """The transition campaigns of a person's region, and those of higher authorities that name an entry of it."""
    scope = accounts.reach(person, "directory.see", on=on)
    named = CampaignMine.objects.filter(scope.condition()).values("campaign")
    return Campaign.objects.filter(scope.condition() | Q(pk__in=named)).order_by("-id")


def packages_for(person: Any, *, on: date) -> QuerySet[OutgoingPackage]:
    """The packages of a person's own organisation, the latest first: they hold what goes beyond a desk."""
    return OutgoingPackage.objects.filter(organisation__in=_houses(person, "exchange.run", on)).order_by("-id")


def incoming_for(person: Any, *, on: date) -> QuerySet[IncomingFile]:
    """The files taken in by a person's own organisation, the latest first."""
    return IncomingFile.objects.filter(organisation__in=_houses(person, "exchange.run", on)).order_by("-id")


def news_for(person: Any, *, on: date) -> QuerySet[SharedNote]:
    """News between departments about mines of a person's region, the latest first."""
    scope = accounts.reach(person, "directory.see", on=on)
    return SharedNote.objects.filter(scope.condition()).order_by("-id")


def enterprise_named(text: str) -> Enterprise | None:
    """The enterprise of a permanent key, a credit code, or exactly this name."""
    known = Enterprise.objects.filter(withdrawn_at__isnull=True)
    plain = text.strip()
    named = Q(key__iexact=plain) | Q(credit_code__iexact=plain) | Q(name=plain)
    return known.filter(named).order_by("id").first() if plain else None


def _houses(person: Any, verb: str, on: date) -> list[str]:
    if accounts.scope_for(person, verb, on=on) is None:
        return []
    return [held.organisation.key for held in accounts.memberships(person, on=on)]
