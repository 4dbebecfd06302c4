"""What can happen about missing facts (补录): they are asked for, answered by stating them, chased, and closed.

Stating a fact is `facts.state`; here it is only noted who answered which request.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F

from greenmine.accounts.models import Organisation, Person
from greenmine.editions import actions as editions
from greenmine.editions import queries as editions_queries
from greenmine.editions.edition import Edition
from greenmine.evaluation.models import FactRequest, MineStanding, RequestedFact
from greenmine.evaluation.permissions import check_can_chase, check_can_request
from greenmine.evidence import actions as evidence
from greenmine.facts import actions as facts
from greenmine.facts.statements import Source, Statement
from greenmine.ledger import actions as ledger
from greenmine.notifications import actions as notifications


@dataclass(frozen=True, slots=True)
class AskedMine:
    """A mine of which facts are asked: its number, region, and the holder who answers for it."""

    mine: str
    region_code: str
    holder: str


@transaction.atomic
def activate_edition(text: str, *, by: Person | str, on: date, seen: dict[str, Any] | None = None) -> Edition:
    """Make an edition the law here (启用版本), rebuild the sheets by its dictionary; the worker then judges every mine anew."""
    editions.activate(text, by=by, on=on, seen=seen)
    edition = editions_queries.active()
    facts.rebuild(edition, on=on)
    return edition


@transaction.atomic
def request_facts(
    mines: Iterable[AskedMine],
    facts: Iterable[str],
    *,
    asked: str,
    due_on: date | None,
    reason: str,
    by: Person,
    organisation: Organisation,
    on: date,
) -> FactRequest:
    """Ask enterprises or counties to state facts (发起补录); only what is still missing of each mine is asked."""
    listed, wanted = list(mines), sorted(set(facts))
    check_can_request(mines=len(listed), facts=len(wanted), due_on=due_on, on=on, reason=reason)
    request = FactRequest.objects.create(
        number=_next_number(on),
        asked_by=f"{organisation.name} · {by.name}",
        asked_by_organisation=organisation.key,
        region_code=organisation.division,
        asked_on=on,
        due_on=due_on,
        reason=reason.strip(),
    )
    items = list(_items(request, listed, wanted, asked))
    check_can_request(mines=len({item.mine for item in items}), facts=len(items), due_on=due_on, on=on)
    RequestedFact.objects.bulk_create(items, batch_size=500)
    ledger.record(
        "evaluation.facts_requested",
        subject=("request", request.number),
        by=by,
        organisation=organisation,
        on=on,
        sentence={
            "zh": f"发起补录 {request.number}：{len({i.mine for i in items})} 座矿山，{len(items)} 项事实，期限 {due_on}",
            "en": f"requested facts {request.number}: {len(items)} facts of {len({i.mine for i in items})} mines by {due_on}",
        },
    )
    _tell(request, items, "evaluation.facts_requested")
    return request


@transaction.atomic
def state_fact(
    edition: Edition,
    statement: Statement,
    *,
    upload: evidence.Upload | None = None,
    mine: str,
    asked_as: str,
    by: Person,
    organisation: Organisation,
    on: date,
    region_code: str = "",
) -> None:
    """State one fact on the desk (填报事实): with its source and evidence, entered in the ledger, noted as an answer.

    The evidence lies in the mine's region (`region_code`), so that whoever may see the mine may open it.
    `asked_as` is the name as the mine's rules read it (`holder.…` for its holder). CannotState and NotKept say why not.
    """
    if upload is not None:
        about = (statement.kind, statement.key)
        kept = evidence.keep(upload, by=by, on=on, subject=about, title=statement.name, region_code=region_code)
        statement = replace(statement, evidence=(str(kept.pk),))
    source = Source(organisation.actor, organisation.key, f"{organisation.name} · {by.name}")
    facts.state(edition, statement, source=source)
    fact = edition.dictionary[asked_as]
    ledger.record(
        "facts.stated",
        subject=(statement.kind, statement.key),
        by=by,
        organisation=organisation,
        on=on,
        sentence={
            "zh": f"填报“{fact.label['zh']}”：{statement.value}",
            "en": f"stated {fact.label['en']}: {statement.value}",
        },
    )
    note_answer(mine, asked_as, by=by, organisation=organisation, on=on)


@transaction.atomic
def note_answer(mine: str, fact: str, *, by: Person, organisation: Organisation, on: date) -> int:
    """Note that somebody stated what was asked (已填); closes requests with nothing left open. Returns the items closed."""
    items = RequestedFact.objects.select_for_update().filter(mine=mine, fact=fact, state=RequestedFact.State.OPEN)
    requests = set(items.values_list("request_id", flat=True))
    closed = items.update(
        state=RequestedFact.State.ANSWERED, answered_by=f"{organisation.name} · {by.name}", answered_on=on
    )
    done = FactRequest.objects.filter(pk__in=requests, closed_on__isnull=True)
    done.exclude(items__state=RequestedFact.State.OPEN).update(closed_on=on)
    return closed


@transaction.atomic
def chase(request: FactRequest, *, by: Person, organisation: Organisation, on: date) -> int:
    """Chase what is still open (催办); returns how many items were chased."""
    open_items = request.items.filter(state=RequestedFact.State.OPEN)
    items = list(open_items)
    check_can_chase(request, still_open=len(items), on=on)
    open_items.update(chased=F("chased") + 1, chased_on=on)
    ledger.record(
        "evaluation.facts_chased",
        subject=("request", request.number),
        by=by,
        organisation=organisation,
        on=on,
        sentence={
            "zh": f"催办 {request.number}：{len(items)} 项未填",
            "en": f"chased {request.number}: {len(items)} open",
        },
    )
    _tell(request, items, "evaluation.facts_chased")
    return len(items)


def _items(
    request: FactRequest, mines: Iterable[AskedMine], facts: Iterable[str], asked: str
) -> Iterable[RequestedFact]:
    missing: Mapping[str, Mapping[str, int]] = dict(
        MineStanding.objects.filter(mine__in=[one.mine for one in mines]).values_list("mine", "missing")
    )
    for one in mines:
        for fact in facts:
            if fact in missing.get(one.mine, {}):
                yield RequestedFact(
                    request=request,
                    mine=one.mine,
                    region_code=one.region_code,
                    holder=one.holder,
                    asked=asked,
                    fact=fact,
                )


def _next_number(on: date) -> str:
    """BL-2026-0001: the year and the number within it."""
    last = FactRequest.objects.filter(number__startswith=f"BL-{on.year}-").order_by("-number").first()
    return f"BL-{on.year}-{(int(last.number.rsplit('-', 1)[1]) if last else 0) + 1:04d}"


def _tell(request: FactRequest, items: list[RequestedFact], verb: str) -> None:
    """A to-do for every enterprise or county that is asked, one each."""
    counts: dict[tuple[str, str], int] = {}
    for item in items:
        who = ("enterprise", item.holder) if item.asked == "enterprise" else ("county_nr", item.region_code)
        counts[who] = counts.get(who, 0) + 1
    for (kind, key), count in counts.items():
        notifications.tell(
            verb,
            to=(kind, key),
            about=("request", request.number),
            due_on=request.due_on,
            text={
                "zh": f"请补录 {count} 项事实（{request.number}），期限 {request.due_on}",
                "en": f"please state {count} facts ({request.number}) by {request.due_on}",
            },
        )
