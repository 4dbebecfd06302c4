"""What happens by itself at gates: once a year every listed mine is judged again (年度核验). Nothing follows but a message."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from greenmine.editions import queries as editions
from greenmine.editions.edition import Edition
from greenmine.facts import queries as facts
from greenmine.gates import actions
from greenmine.gates.models import GateCheck
from greenmine.law import Sheet
from greenmine.ledger.actions import SYSTEM
from greenmine.notifications import actions as notifications
from greenmine.registry.models import Mine

YEARLY = "yearly"
STANDS = ("listed", "rectifying", "removal_proposed")
ENTRIES = {"provincial_entry": "province_nr", "national_entry": "ministry_nr"}
AT_ONCE = 500
A_DAY = 2_000  # so many are judged in one run: the others follow on the next days of the year


def yearly(*, on: date, most: int = A_DAY) -> int:
    """Judge listed mines that were not judged this year; returns how many. Doing it again does no harm."""
    edition = editions.active()
    done = 0
    for mine, owners in _listed(edition, on):
        if done >= most:
            break
        check = actions.check(YEARLY, mine.key, about=("mine", mine.key), by=SYSTEM, organisation=None, on=on)
        if not check.is_open:
            _tell(check, mine, owners)
        done += 1
    return done


def _listed(edition: Edition, on: date) -> Iterator[tuple[Mine, list[tuple[str, str]]]]:
    """The mines in a directory that still wait for this year's check, with the owners of their directories."""
    stated = {key for name in ENTRIES for key in facts.subjects("mine", having=name)}
    waiting = sorted(stated - set(_judged_this_year(on)))
    for start in range(0, len(waiting), AT_ONCE):
        chunk = waiting[start : start + AT_ONCE]
        sheets = facts.stored_sheets(edition, "mine", chunk)
        mines = Mine.objects.filter(key__in=chunk, withdrawn_at__isnull=True).order_by("key")
        for mine in mines.select_related("holder"):
            owners = _owners(edition, sheets[mine.key], mine) if mine.key in sheets else []
            if owners:
                yield mine, owners


def _judged_this_year(on: date) -> Iterator[str]:
    found = GateCheck.objects.filter(gate=YEARLY, on__year=on.year)
    return found.values_list("mine", flat=True).iterator()


def _owners(edition: Edition, sheet: Sheet, mine: Mine) -> list[tuple[str, str]]:
    """Whose directories the mine stands in: its province's, the ministry's."""
    return [
        (actor, f"{mine.region_code[:2]}0000" if actor == "province_nr" else "000000")
        for name, actor in ENTRIES.items()
        if sheet.shown(name, edition.dictionary) in STANDS
    ]


def _tell(check: GateCheck, mine: Mine, owners: list[tuple[str, str]]) -> None:
    """Whoever keeps the directory learns what the check came to; what follows a person decides."""
    zh = "、".join(line["what"]["zh"] for line in check.closing[:3])
    en = ", ".join(line["what"]["en"] for line in check.closing[:3])
    for owner in owners:
        notifications.tell(
            "gates.yearly", to=owner, about=("mine", mine.key),
            text={
                "zh": f"{mine.name}年度核验有 {len(check.closing)} 项不符合或待核实：{zh}。请核实后处理；系统不作任何处置。",
                "en": f"{mine.name}: {len(check.closing)} lines of the yearly check stop or wait: {en}. Look into it; nothing follows by itself.",
            },
        )  # fmt: skip
