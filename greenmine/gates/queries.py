"""What can be asked of gates: the checks about something, the latest of a mine, who passed what, and the same again."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet

from greenmine.accounts import queries as accounts
from greenmine.gates.models import GateCheck, GatePass


def checks_for(person: Any, *, on: date) -> QuerySet[GateCheck]:
    """The checks within a person's reach, the latest first."""
    scope = accounts.reach(person, "gates.see", on=on)
    found = GateCheck.objects.filter(scope.condition(region="region_code", enterprise="holder"))
    return found.select_related("passed").order_by("-id")


def checks_about(kind: str, key: str) -> QuerySet[GateCheck]:
    """Every check about something (an application), in order."""
    return GateCheck.objects.filter(about_kind=kind, about_key=key).select_related("passed").order_by("id")


def latest(mine_key: str, gate: str) -> GateCheck | None:
    """The latest check of a mine at a gate."""
    found = GateCheck.objects.filter(mine=mine_key, gate=gate).select_related("passed")
    return found.order_by("-id").first()


def history(mine_key: str) -> QuerySet[GateCheck]:
    """Every check of a mine, the latest first."""
    return GateCheck.objects.filter(mine=mine_key).select_related("passed").order_by("-id")


def passes_of(mine_key: str) -> QuerySet[GatePass]:
    """Every pass of a mine on a written ground, the latest first."""
    return GatePass.objects.filter(mine=mine_key).select_related("check_passed").order_by("-id")


def passes_about(kind: str, key: str) -> QuerySet[GatePass]:
    """The passes about something (an application), in order."""
    return GatePass.objects.filter(about_kind=kind, about_key=key).select_related("check_passed").order_by("id")


def passes_to_publish() -> QuerySet[GatePass]:
    """The passes the public has not been shown yet."""
    return GatePass.objects.filter(published_on__isnull=True).select_related("check_passed").order_by("id")
