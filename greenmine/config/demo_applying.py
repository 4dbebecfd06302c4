"""What a visitor can do himself (演示申报): a second mine of Gansu that may apply, and a batch that takes applications today.

The mine has a self-assessment that passes and all a filing rests on, except one fact: the page names it when it is filed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.core.files.base import ContentFile

from greenmine.config.demo_jurisdictions import HEADINGS, Place
from greenmine.config.demo_third_parties import state_ready, submitted
from greenmine.editions import queries as editions
from greenmine.facts import actions as facts
from greenmine.facts.statements import Source, Statement
from greenmine.gates.replays import clean_facts
from greenmine.registry import import_reading, import_writing, imports
from greenmine.registry.models import ImportBatch, Mine
from greenmine.selection import actions as selection

MINE = "双峰铁矿（演示）"
ROW = "620422,铁,地下开采,生产,45,2011年,105.1203,35.7518"
MISSING = "construction_tasks_done_on"
OPEN_DAYS = 30


def build(place: Place, *, on: date, progress: Callable[[str], None]) -> Mine:
    """The mine from a ledger, what its enterprise and the departments say of it, and the open batch."""
    mine = _mine(place, on)
    who = {"enterprise": place.by("mine-clerk"), "manager": place.by("mine-chief")}
    submitted(mine, who, on - timedelta(days=5), short=())
    _open_batch(place, on)
    progress(f"{MINE}：可以申报 · may apply")
    return mine


def _mine(place: Place, on: date) -> Mine:
    officer = place.by("province-reviewer")
    house, edition = officer.organisation, editions.active()
    text = f"矿山台账（演示）\n{HEADINGS}\nGS-002,{MINE},{place.jurisdiction.enterprise},{ROW}\n"
    ledger = ContentFile(text.encode(), name="gs-2.csv")
    batch = imports.upload(ledger, by=officer.by, organisation=house, as_of=on)
    import_reading.read(edition, batch)
    batch.refresh_from_db()
    imports.commit(batch, good_rows_only=False, by=officer.by, on=on)
    import_writing.write(edition, ImportBatch.objects.get(pk=batch.pk))
    mine = Mine.objects.select_related("holder").get(name=MINE)
    state_ready(mine, house, on)
    said = {**clean_facts(), "in_protected_area_core": "false"}
    del said[MISSING]
    statements = [
        Statement("mine", mine.key, name, value, since=on - timedelta(days=1)) for name, value in said.items()
    ]
    source = Source(house.actor, house.key, house.name)
    facts.state_many(edition, statements, source=source, act=f"demo:applying:{mine.key}", imported=True)
    return mine


def _open_batch(place: Place, on: date) -> None:
    wanted = selection.NewBatch(
        title=f"{on.year}年第二批绿色矿山遴选（演示）", opens_on=on, closes_on=on + timedelta(days=OPEN_DAYS),
        text="请符合条件的矿山企业按时提交申报（演示）",
    )  # fmt: skip
    batch = selection.open_batch(wanted, **place.by("province-reviewer")(on))
    selection.issue_batch(batch, f"演示遴〔{on.year}〕2号", **place.by("province-chief")(on))
