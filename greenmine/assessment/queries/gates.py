"""Looking ahead (预审、移出风险提示): what each gate would ask of a mine today, and what may lead to its removal.

Opinions of the rulebook with their reasons; nothing here decides, lists or removes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from greenmine.assessment import scoring
from greenmine.assessment.models import Assessment, ItemAnswer
from greenmine.assessment.queries.comparing import last_of
from greenmine.editions import gates as tables
from greenmine.editions import queries as editions
from greenmine.editions.edition import Edition
from greenmine.evaluation import gating
from greenmine.evaluation.judging import Judgement
from greenmine.evaluation.models import MineStanding
from greenmine.evaluation.reading import bound_on, judge_mine
from greenmine.law import Finding
from greenmine.law.indicators import Result
from greenmine.law.next_change import next_change
from greenmine.registry import queries as registry
from greenmine.registry.models import Mine

SOON = "removal-risk-soon-days"
STOPS, ASKS, SOON_LINE, FINE = "stops", "unknown", "soon", "fine"
RANK = {STOPS: 0, ASKS: 1, SOON_LINE: 2, FINE: 3}
Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class GateLine:
    """One thing a gate would ask: what it comes to today, why, and the facts that would settle it."""

    outcome: str  # stops · unknown · soon · fine
    what: Words
    why: Words
    missing: tuple[str, ...] = ()
    rule: str = ""
    cite: tuple[str, ...] = ()
    due_on: date | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate (关口) with everything it would ask."""

    id: str
    name: Words
    cite: tuple[str, ...]
    lines: Sequence[GateLine]

    @property
    def stopping(self) -> list[GateLine]:
        """What would stop the mine here."""
        return [line for line in self.lines if line.outcome == STOPS]

    @property
    def unsettled(self) -> list[GateLine]:
        """What nobody knows yet."""
        return [line for line in self.lines if line.outcome == ASKS]

    @property
    def outcome(self) -> str:
        """The worst of its lines."""
        return min((line.outcome for line in self.lines), key=RANK.__getitem__, default=FINE)


@dataclass(frozen=True, slots=True)
class Risk:
    """What may lead to removal (移出风险): lines by gravity, notes about the group, and what could not be asked."""

    lines: Sequence[GateLine]
    notes: Sequence[Words]
    listed: bool | None
    days_ahead: int


def gates_preview(mine_key: str, *, on: date) -> list[Gate]:
    """Every gate with what it would ask of this mine today (预审), the mine's latest self-assessment included."""
    edition = editions.active()
    judgement = judge_mine(edition, mine_key, on=on, known_at=timezone.now())
    submitted, open_one = last_of(mine_key), _open(mine_key)
    ahead = _days_ahead(edition, on)
    account = open_one or submitted
    result = _result(account, on) if account is not None else None
    book = tables.book()
    return [
        Gate(
            gate.id, gate.name, gate.cite, _sorted(_lines(book, gate, edition, judgement, submitted, result, on, ahead))
        )
        for gate in book.gates
        if gate.as_listed  # on the way into the directory; the yearly one is asked of mines that are in it
    ]


def removal_risk(mine_key: str, *, on: date) -> Risk:
    """Removal rules that seem breached, are unknown, or will be before long (移出风险提示); the group as notes."""
    edition = editions.active()
    judgement = judge_mine(edition, mine_key, on=on, known_at=timezone.now())
    ahead = _days_ahead(edition, on)
    lines = [
        _line(finding, edition, judgement, on, ahead)
        for finding in judgement.findings
        if finding.rule.kind == "removal" and finding.rule.bound == "enterprise"
    ]
    shown = _sorted(line for line in lines if line is not None and line.outcome != FINE)
    return Risk(shown, _notes(mine_key, on), _is_listed(edition, judgement), ahead)


def _lines(
    book: tables.Book,
    gate: tables.Gate,
    edition: Edition,
    judgement: Judgement,
    submitted: Assessment | None,
    result: Result | None,
    on: date,
    ahead: int,
) -> Iterable[GateLine]:
    if "submitted" in gate.asks:
        yield _submitted(submitted)
    if result is not None and "preconditions" in gate.asks:
        yield from _preconditions(result)
    if "passed" in gate.asks:
        yield _passed(result)
    for line in gating.judge_gate(book, gate, edition, bound_on(edition, on), judgement.sheet, ()).lines:
        if not line.key.startswith(("asks:", "days:")):
            yield _as_shown(line)
    if gate.days:
        yield from _days(book, edition, judgement, on, ahead)


def _as_shown(line: gating.Line) -> GateLine:
    """A line of the gate itself, in the words of the preview: what is stale has to be asked again, a risk is a note."""
    outcome = {gating.STOPS: STOPS, gating.UNKNOWN: ASKS, gating.STALE: ASKS}.get(line.outcome, FINE)
    return GateLine(outcome, line.what, line.why, line.missing, line.rule, line.cite, line.due_on, line.flags)


def _line(finding: Finding, edition: Edition, judgement: Judgement, on: date, ahead: int) -> GateLine | None:
    rule, outcome = finding.rule, str(finding.outcome)
    if outcome == "not_applicable":
        return None
    due_on = finding.due_on
    kind = {"breached": STOPS, "unknown": ASKS, "pending": SOON_LINE}.get(outcome, FINE)
    if kind == SOON_LINE and (due_on is None or due_on > on + timedelta(days=ahead)):
        kind = FINE
    if kind == FINE and rule.kind == "removal" and outcome == "satisfied":
        change = next_change(bound_on(edition, on), rule.id, judgement.sheet)
        if change is not None and change <= on + timedelta(days=ahead):
            kind, due_on = SOON_LINE, change
    missing = tuple(finding.missing)
    return GateLine(
        kind, rule.title, finding.reason, missing, rule.id, tuple(rule.provisions), due_on, tuple(finding.flags)
    )


def _submitted(submitted: Assessment | None) -> GateLine:
    what = {"zh": "提交自评报告", "en": "a self-assessment report is submitted"}
    cite = ("cn-2024-1/7.1.a", "cn-2024-1/7.3")
    if submitted is None:
        why = {"zh": "还没有提交过自评报告。", "en": "No self-assessment report was submitted yet."}
        return GateLine(STOPS, what, why, ("self_assessment_on",), cite=cite)
    why = {
        "zh": f"{submitted.number} 已于 {submitted.submitted_on} 提交。",
        "en": f"{submitted.number} was submitted on {submitted.submitted_on}.",
    }
    return GateLine(FINE, what, why, cite=cite)


def _preconditions(result: Result) -> Iterable[GateLine]:
    for one in result.preconditions:
        kind = {True: FINE, False: STOPS, None: ASKS}[one.outcome]
        why: Words = one.reasons[0] if one.reasons else {"zh": "", "en": ""}
        name = _names(result).get(one.id, {"zh": one.id, "en": one.id})
        what = {"zh": f"先决条件：{name['zh']}", "en": f"precondition: {name['en']}"}
        yield GateLine(kind, what, why, tuple(one.missing))


def _names(result: Result) -> Mapping[str, Words]:
    standard = scoring.standard_by(result.standard, result.standard_digest)
    return {part.id: part.name for part in scoring.parts(standard)}


def _passed(result: Result | None) -> GateLine:
    what = {"zh": "自评达标", "en": "the self-assessment passes"}
    cite = ("cn-2024-1/7.2.b",)
    if result is None:
        why: Words = {"zh": "还没有开展自评。", "en": "There is no self-assessment yet."}
        return GateLine(ASKS, what, why, ("self_assessment_passed",), cite=cite)
    kind = {"pass": FINE, "fail": STOPS}.get(result.verdict, ASKS)
    why = result.refused or (result.reasons[0] if result.reasons else {"zh": "", "en": ""})
    return GateLine(kind, what, why, tuple(result.missing_facts), cite=cite)


def _days(book: tables.Book, edition: Edition, judgement: Judgement, on: date, ahead: int) -> Iterable[GateLine]:
    """Licences that end before long, or whose last day nobody has stated."""
    for name in book.days:
        if name not in edition.dictionary:
            continue
        fact, value = edition.dictionary[name], judgement.sheet.values.get(name)
        shown = fact.show(value)
        if shown is None:
            why = {"zh": "尚未填报。", "en": "not stated."}
            yield GateLine(ASKS, fact.label, why, (name,))
        elif shown != "none":
            last = date.fromisoformat(str(shown))
            kind = STOPS if last < on else SOON_LINE if last <= on + timedelta(days=ahead) else FINE
            why = {"zh": f"有效期至 {last}。", "en": f"valid until {last}."}
            yield GateLine(kind, fact.label, why, due_on=last)


def _sorted(lines: Iterable[GateLine]) -> list[GateLine]:
    return sorted(lines, key=lambda line: (RANK[line.outcome], line.due_on or date.max, line.rule))


def _days_ahead(edition: Edition, on: date) -> int:
    found = scoring.figure(edition, SOON, on)
    return found[0] if found is not None else 0


def _is_listed(edition: Edition, judgement: Judgement) -> bool | None:
    """Whether the mine is in a directory: only then can it be removed from one."""
    found = [edition.dictionary[name].show(judgement.sheet.values.get(name)) for name in
             ("provincial_entry", "national_entry") if name in edition.dictionary]  # fmt: skip
    if any(one not in (None, "none", "removed") for one in found):
        return True
    return None if None in found else False


def _notes(mine_key: str, on: date) -> list[Words]:
    """Grounds that seem present at other mines of the group: a note, never a ground here; others' mines unnamed."""
    mine = registry.standing_mines().select_related("holder").get(key=mine_key)
    sisters: dict[str, Mine] = {one.key: one for one in registry.sister_mines(mine, on=on)}
    standings = MineStanding.objects.filter(mine__in=list(sisters), grounds__gt=0).order_by("mine")
    notes: list[Words] = []
    for standing in standings:
        own = sisters[standing.mine].holder_id == mine.holder_id
        name = f"“{sisters[standing.mine].name}”" if own else "控股企业所属的另一矿山"
        name_en = f"“{sisters[standing.mine].name}”" if own else "another mine of the controlling enterprise"
        notes.append(
            {
                "zh": f"{name}涉嫌存在移出情形（待确认），仅供参考，不影响本矿山。",
                "en": f"At {name_en} a removal ground seems present (to be confirmed); a note only, of no effect here.",
            }
        )
    return notes


def _open(mine_key: str) -> Assessment | None:
    rows = Assessment.objects.filter(mine=mine_key, party="self", state__in=("draft", "returned"))
    return rows.order_by("-id").first()


def _result(account: Assessment, on: date) -> Result:
    ground = scoring.full_ground(account, on=on)
    return scoring.scored(ground, ItemAnswer.objects.filter(assessment=account), on=on)
