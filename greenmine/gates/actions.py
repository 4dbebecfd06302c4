"""What happens at gates: a mine is judged, a closed gate is passed on a written ground, or a step goes through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from greenmine.accounts.models import Organisation, Person
from greenmine.editions import gates as tables
from greenmine.editions import queries as editions
from greenmine.evaluation.gating import FINE
from greenmine.evidence.models import Provenance
from greenmine.gates import grounds, judging, permissions
from greenmine.gates.models import GateCheck, GatePass, KeptBook
from greenmine.gates.permissions import CannotPass, GateClosed
from greenmine.ledger import actions as ledger
from greenmine.notifications import actions as notifications
from greenmine.registry import queries as registry

Actor = Person | Mapping[str, Any]
SHOWN = 3


@transaction.atomic
def check(
    gate: str, mine_key: str, *, about: tuple[str, str], by: Actor, organisation: Organisation | None, on: date
) -> GateCheck:
    """Judge a mine at a gate (关口核验), now, in the caller's transaction, and keep what was seen. Decides nothing."""
    book, edition, mine = tables.book(), editions.active(), registry.mine(mine_key)
    known_at = timezone.now()
    seen = judging.judge(book, gate, mine, edition, on=on, known_at=known_at)
    judged = seen.judged
    kept, _ = KeptBook.objects.get_or_create(digest=book.digest, defaults={"content": book.text})
    made = GateCheck.objects.create(
        gate=gate, mine=mine.key, mine_name=mine.name, region_code=mine.region_code,
        holder=mine.holder.key if mine.holder else "", about_kind=about[0], about_key=about[1],
        outcome=GateCheck.Outcome.OPEN if judged.is_open else GateCheck.Outcome.CLOSED,
        lines=[line.as_json() for line in judged.told], fine=[line.key for line in judged.lines if line.outcome == FINE],
        beside=list(seen.beside), lines_digest=judged.lines_digest, closing_digest=judged.closing_digest,
        facts_digest=judged.facts_digest, edition=edition.id, book=kept, on=on, known_at=known_at,
        by=_name(by), by_id=getattr(by, "pk", None), organisation=organisation.key if organisation else "",
    )  # fmt: skip
    _write_check(made, book.gate(gate), by, organisation)
    return made


@transaction.atomic
def go_through(
    gate: str, mine_key: str, *, about: tuple[str, str], by: Actor, organisation: Organisation | None, on: date
) -> GateCheck:
    """Judge anew inside a step, and refuse it (GateClosed) unless the gate is open or was passed over the very same lines."""
    made = check(gate, mine_key, about=about, by=by, organisation=organisation, on=on)
    if made.is_open or pass_over(made) is not None:
        return made
    name = tables.book().gate(gate).name
    closing = made.closing
    zh, en = (_few(closing, language) for language in ("zh", "en"))
    made.pk = None  # the step is refused and this check goes with it: whoever wants to keep it asks for one of its own
    raise GateClosed(
        f"“{name['zh']}”关口未通过：{zh}", f"the gate “{name['en']}” is closed: {en}", closing, made
    )  # fmt: skip


def pass_over(made: GateCheck) -> GatePass | None:
    """The pass that holds for a closed check: same gate, mine and matter, over exactly the same closing lines."""
    if made.is_open or any(not line["passable"] for line in made.closing):
        return None
    found = GatePass.objects.filter(
        gate=made.gate, mine=made.mine, about_kind=made.about_kind, about_key=made.about_key,
        closing_digest=made.closing_digest, on__lte=made.on,
    )  # fmt: skip
    return found.order_by("-id").first()


@transaction.atomic
def pass_closed(
    check: GateCheck,
    *,
    ground: str,
    evidence: Sequence[Provenance] = (),
    by: Person,
    organisation: Organisation,
    on: date,
) -> GatePass:
    """Pass a closed gate on a written ground (书面说明理由后通过): kept in the ledger, later published."""
    now = GateCheck.objects.select_for_update().get(pk=check.pk)
    permissions.check_can_pass(by, now, on=on)
    words = permissions.check_ground(ground)
    if on < now.on:
        raise CannotPass("通过日期早于核验日期", "the day lies before the check")
    made = GatePass.objects.create(
        check_passed=now, gate=now.gate, mine=now.mine, region_code=now.region_code, about_kind=now.about_kind,
        about_key=now.about_key, closing_digest=now.closing_digest, ground=words, by=f"{organisation.name} · {by.name}",
        by_id=by.pk, proposed_by_id=now.by_id, organisation=organisation.key, organisation_name=organisation.name, on=on,
    )  # fmt: skip
    made.evidence.set(evidence)
    gate = tables.read_kept(now.book.content).gate(now.gate)
    paper = grounds.draft(made, gate, by=by, organisation=organisation, on=on)
    zh, en = (_few(now.closing, language) for language in ("zh", "en"))
    ledger.record(
        "gates.passed", subject=("mine", now.mine), by=by, organisation=organisation, on=on, region_code=now.region_code,
        sentence={
            "zh": f"{now.mine_name}：说明理由通过“{gate.name['zh']}”关口（{zh}）。理由：{words}",
            "en": f"{now.mine_name}: passed the gate “{gate.name['en']}” on a ground ({en}). Ground: {words}",
        },
        cite=_cited(now, gate), payload={"check": now.number, "about": [now.about_kind, now.about_key], "closing": now.closing_digest,
                 "evidence": [one.pk for one in evidence], "paper": paper.pk},
    )  # fmt: skip
    notifications.settle("gate_check", now.number, "gates.closed", by=by.name)
    return made


@transaction.atomic
def mark_published(gate_pass: GatePass, *, statement: str, on: date) -> None:
    """Remember under which number the public was shown a pass; the room that publishes calls it."""
    GatePass.objects.filter(pk=gate_pass.pk, published_on__isnull=True).update(statement=statement, published_on=on)


def _write_check(made: GateCheck, gate: tables.Gate, by: Actor, organisation: Organisation | None) -> None:
    """A gate was checked (关口核验): what it saw and whether it is open."""
    closing = made.closing
    zh = "开放" if made.is_open else f"未通过（{_few(closing, 'zh')}）"
    en = "open" if made.is_open else f"closed ({_few(closing, 'en')})"
    ledger.record(
        "gates.checked", subject=("mine", made.mine), by=by, organisation=organisation, on=made.on,
        region_code=made.region_code,
        sentence={
            "zh": f"{made.mine_name}：“{gate.name['zh']}”关口核验{zh}",
            "en": f"{made.mine_name}: gate “{gate.name['en']}” {en}",
        },
        cite=_cited(made, gate),
        payload={"check": made.number, "about": [made.about_kind, made.about_key], "outcome": made.outcome,
                 "lines": made.lines_digest, "facts": made.facts_digest, "edition": made.edition},
    )  # fmt: skip


def _cited(made: GateCheck, gate: tables.Gate) -> list[str]:
    return list(dict.fromkeys([*gate.cite, *(one for line in made.closing for one in line["cite"])]))


def _few(lines: Sequence[Mapping[str, Any]], language: str) -> str:
    """The first few lines in words, and how many more there are."""
    words = [line["what"][language] for line in lines]
    more = len(words) - SHOWN
    if language == "zh":
        return "、".join(words[:SHOWN]) + (f"等 {len(words)} 项" if more > 0 else "")
    return ", ".join(words[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def _name(by: Actor) -> str:
    return str(by["name"]) if isinstance(by, Mapping) else str(by.name)
