"""“为何在册？” Why a mine is listed, from the record: the facts as they were known, the law as it was, who decided, on what.

Pure questions to facts (known at a moment), texts of editions, the ledger, cases and papers. Beside it stands today: the same
gate judged now, and what has changed since. Answers explain; they decide nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.db.models import Q
from django.utils import timezone

from greenmine.editions import gates as tables
from greenmine.editions import queries as editions
from greenmine.editions.edition import Edition
from greenmine.evaluation.gating import CHINA, FINE, Line, from_json, shown
from greenmine.facts import queries as facts
from greenmine.gates import judging, queries
from greenmine.gates.models import GateCheck, GatePass
from greenmine.gates.queries import Recomputed
from greenmine.law import Sheet
from greenmine.ledger.models import Record
from greenmine.papers.models import Paper
from greenmine.procedures import queries as cases
from greenmine.procedures.models import Opinion
from greenmine.registry import queries as registry

ENTRY = "entry"
OF_THE_ENTRY = ("provincial_entry", "provincial_entered_on", "national_entry", "national_entered_on", "standard_status")
Words = Mapping[str, str]


class EntryLike(Protocol):
    """An entry of a directory, as far as this asks."""

    number: str
    mine: str
    mine_name: str
    entered_on: date
    decision_number: str
    application: str
    edition: str


@dataclass(frozen=True, slots=True)
class KnownFact:
    """One fact as it was known on a day: its value in words, who said it, since when it holds, when it was recorded."""

    name: str
    label: Words
    value: Words
    source: str
    since: date | None
    recorded_at: datetime | None


@dataclass(frozen=True, slots=True)
class View:
    """What was known and what it came to on a day: the law of that day, the facts, the lines."""

    on: date
    known_at: datetime
    edition: str
    documents: Sequence[Words]
    facts: Sequence[KnownFact]
    lines: Sequence[Line]
    note: Words | None = None

    @property
    def closing(self) -> list[Line]:
        """What would close the gate."""
        return [line for line in self.lines if line.closes]

    @property
    def notes(self) -> list[Line]:
        """What is unknown or a risk and closes nothing."""
        return [line for line in self.lines if not line.closes]


@dataclass(frozen=True, slots=True)
class GateShown:
    """One gate on the way: the check, the pass on a ground where there was one, and whether it comes to the same again."""

    name: Words
    check: GateCheck
    passed: GatePass | None
    again: Recomputed


@dataclass(frozen=True, slots=True)
class Decided:
    """One act of the record: when, by whom, for whom, in which words, on which provisions."""

    on: date
    verb: str
    organisation: str
    person: str
    sentence: Words
    cite: Sequence[str]


@dataclass(frozen=True, slots=True)
class Changed:
    """Something that is otherwise today: a fact, a rule, or what a rule comes to; and why."""

    kind: str  # fact · outcome
    what: Words
    then: Words
    now: Words
    because: Words


@dataclass(frozen=True, slots=True)
class WhyListed:
    """The whole answer (为何在册), and today beside it."""

    entry: EntryLike
    then: View
    today: View
    gates: Sequence[GateShown]
    decisions: Sequence[Decided]
    opinions: Sequence[Opinion]
    papers: Sequence[Paper]
    changed: Sequence[Changed]


def why_listed(entry: EntryLike, *, on: date) -> WhyListed:
    """Why a mine is listed (为何在册), and how it would be today."""
    checks = list(queries.checks_about("application", entry.application)) if entry.application else []
    decisive = next((one for one in reversed(checks) if one.gate == ENTRY and one.on <= entry.entered_on), None)
    law_then, then_sheet, then = _then(entry, decisive)
    law_now, now_sheet, today = _today(entry.mine, on)
    subjects = _subjects(entry, checks)
    return WhyListed(
        entry=entry,
        then=then,
        today=today,
        gates=[_shown_gate(one) for one in _once(checks)],
        decisions=_decisions(subjects, until=entry.entered_on),
        opinions=_opinions(entry),
        papers=_papers(subjects),
        changed=[*_changed_facts(law_then, then_sheet, law_now, now_sheet), *_changed_lines(then, today)],
    )


def for_public(why: WhyListed) -> dict[str, Any]:
    """The same without persons, free words and files (公开版): offices, days, provisions, outcomes."""
    return {
        "entry": why.entry.number,
        "mine": why.entry.mine_name,
        "entered_on": why.entry.entered_on.isoformat(),
        "decision_number": why.entry.decision_number,
        "then": _public_view(why.then),
        "today": _public_view(why.today),
        "gates": [
            {"gate": dict(one.name), "on": one.check.on.isoformat(), "outcome": one.check.outcome,
             "passed": None if one.passed is None else
             {"on": one.passed.on.isoformat(), "office": one.passed.organisation_name, "ground": one.passed.ground},
             "same_again": one.again.same}
            for one in why.gates
        ],
        "decisions": _public_decisions(why.decisions, _step_titles(why.entry.application)),
        "opinions": [
            {"office": one.organisation_name, "on": one.given_on.isoformat(), "verdict": one.verdict}
            for one in why.opinions if one.given_on is not None
        ],
        "papers": [{"kind": one.kind, "number": one.number} for one in why.papers if one.number],
        "changed": [
            {"kind": one.kind, "what": dict(one.what), "then": dict(one.then), "now": dict(one.now)} for one in why.changed
        ],
    }  # fmt: skip


def _public_decisions(decisions: Iterable[Decided], titles: Mapping[str, Words]) -> list[dict[str, Any]]:
    """Which office took which steps on which day on which provisions, as they are quoted; no words of the record."""
    law = editions.active()
    found: dict[tuple[date, str], tuple[list[dict[str, str]], dict[str, None]]] = {}
    for one in decisions:
        if one.organisation:
            quoted = [law.cite(provision) for provision in one.cite if law.has_provision(provision)]
            steps, cited = found.setdefault((one.on, one.organisation), ([], {}))
            cited.update(dict.fromkeys(quoted))
            title = titles.get(one.verb.partition(".")[2])
            if title is not None:
                steps.append(dict(title))
    return [
        {"on": day.isoformat(), "office": office, "what": steps, "cite": list(cite)}
        for (day, office), (steps, cite) in found.items()
    ]


def _step_titles(application: str) -> dict[str, Words]:
    """What the steps of an application's case are called in its table."""
    titles: dict[str, Words] = {}
    for case in cases.cases_about("application", application) if application else ():
        table = cases.table_of(case)
        opening = {"filed": table.opening.title} if table.opening is not None else {}
        titles |= opening | {step.id: step.title for step in table.steps.values()}
    return titles


def _public_view(view: View) -> dict[str, Any]:
    return {
        "on": view.on.isoformat(),
        "edition": view.edition,
        "documents": [dict(one) for one in view.documents],
        "lines": [
            {"outcome": line.outcome, "what": dict(line.what), "cite": list(line.cite)} for line in view.closing
        ],
    }  # fmt: skip


# ---- then and today ----


def _then(entry: EntryLike, decisive: GateCheck | None) -> tuple[Edition, Sheet, View]:
    """The day of entry: from the check that let the mine in or, where none was kept, from what is known of that day now."""
    if decisive is not None:
        law, note = _law_of(decisive.edition)
        sheet = facts.sheet_of(law, "mine", entry.mine, on=decisive.on, known_at=decisive.known_at)
        lines = [from_json(one) for one in decisive.lines]
        return law, sheet, _view(law, sheet, lines, decisive.on, decisive.known_at, decisive.edition, note)
    law, note = _law_of(entry.edition)
    known_at = timezone.now()
    note = {
        "zh": "没有留存纳入时的关口核验（历史名录或其他来源），以下按现在所知的当日情况复核。",
        "en": "no check of the day of entry was kept; what follows is what is known of that day now.",
    }
    mine = registry.mine(entry.mine)
    seen = judging.judge(tables.book(), ENTRY, mine, law, on=entry.entered_on, known_at=known_at)
    sheet = facts.sheet_of(law, "mine", entry.mine, on=entry.entered_on, known_at=known_at)
    return law, sheet, _view(law, sheet, seen.judged.told, entry.entered_on, known_at, law.id, note)


def _today(mine_key: str, on: date) -> tuple[Edition, Sheet, View]:
    law, known_at = editions.active(), timezone.now()
    seen = judging.judge(tables.book(), ENTRY, registry.mine(mine_key), law, on=on, known_at=known_at)
    sheet = facts.sheet_of(law, "mine", mine_key, on=on, known_at=known_at)
    return law, sheet, _view(law, sheet, seen.judged.told, on, known_at, law.id, None)


def _law_of(identifier: str) -> tuple[Edition, Words | None]:
    try:
        return editions.stored(identifier), None
    except KeyError:
        return editions.active(), {
            "zh": "当时的规则版本未留存，以下按现行版本显示。",
            "en": "the edition of that day is not stored here; the present one is shown.",
        }


def _view(
    law: Edition, sheet: Sheet, lines: Sequence[Line], on: date, known_at: datetime, edition: str, note: Words | None
) -> View:
    documents = [
        {"zh": f"{one.title['zh']}（{one.number}）", "en": one.title["en"]}
        for one in law.instruments.values()
        if _speaks(law, one.id, sheet.region_code, on)
    ]
    return View(on, known_at, edition, documents, _known(law, sheet), list(lines), note)


def _speaks(law: Edition, instrument: str, region: str | None, on: date) -> bool:
    found = law.instrument(instrument)
    force = found.force
    holds = force is not None and force.from_on <= on and (force.to_on is None or on <= force.to_on)
    return holds and law.covers(found.territory, region, on)


def _known(law: Edition, sheet: Sheet) -> list[KnownFact]:
    """The facts a gate asks, as known: with who said them."""
    asked = [name for group in tables.book().know for name in group.facts]
    return [_fact(law, sheet, name) for name in dict.fromkeys(asked) if name in law.dictionary]


def _fact(law: Edition, sheet: Sheet, name: str) -> KnownFact:
    fact, source = law.dictionary[name], sheet.sources.get(name)
    value = sheet.shown(name, law.dictionary)
    return KnownFact(
        name,
        fact.label,
        {lang: shown(value, fact, lang) for lang in ("zh", "en")},
        (source.label or source.source) if source is not None else "",
        source.since if source is not None else None,
        source.recorded_at if source is not None else None,
    )


# ---- what changed ----


def _changed_facts(law_then: Edition, then: Sheet, law_now: Edition, now: Sheet) -> Iterable[Changed]:
    """The facts that are otherwise today, by name; what the entry itself made so is left out."""
    for name in sorted(then.values.keys() | now.values.keys()):
        if name in OF_THE_ENTRY or name not in law_then.dictionary or name not in law_now.dictionary:
            continue
        before, after = then.shown(name, law_then.dictionary), now.shown(name, law_now.dictionary)
        if before == after:
            continue
        fact, source = law_now.dictionary[name], now.sources.get(name)
        who = (source.label or source.source) if source is not None else ""
        day = source.recorded_at.astimezone(CHINA).date() if source is not None and source.recorded_at else None
        yield Changed(
            "fact",
            fact.label,
            {lang: shown(before, fact, lang) for lang in ("zh", "en")},
            {lang: shown(after, fact, lang) for lang in ("zh", "en")},
            {"zh": f"{who} {day or ''} 填报".strip(), "en": f"stated by {who} {day or ''}".strip()},
        )


def _changed_lines(then: View, today: View) -> Iterable[Changed]:
    """What a rule or a check comes to otherwise today: because facts changed, because the law did, or because days passed."""
    before = {line.key: line for line in then.lines}
    after = {line.key: line for line in today.lines}
    for key in sorted(before.keys() | after.keys()):
        one, other = before.get(key), after.get(key)
        was, comes = (one.outcome if one else FINE), (other.outcome if other else FINE)
        if was == comes:
            continue
        line = other or one
        if line is not None:
            yield Changed(
                "outcome", line.what, queries.OUTCOMES[was], queries.OUTCOMES[comes], _because(then, today, one, other)
            )


def _because(then: View, today: View, one: Line | None, other: Line | None) -> Words:
    if then.edition != today.edition:
        return {"zh": "规则版本已变，或事实已变", "en": "the law changed, or the facts did"}
    if (one.token if one else "") != (other.token if other else ""):
        return {"zh": "事实或期限已变", "en": "the facts changed, or time passed"}
    return {"zh": "时间经过", "en": "time passed"}


# ---- the record ----


def _subjects(entry: EntryLike, checks: Sequence[GateCheck]) -> set[tuple[str, str]]:
    """By which names the record speaks of this listing."""
    found = {("entry", entry.number), ("mine", entry.mine)}
    if entry.application:
        found.add(("application", entry.application))
        cases = Opinion.objects.filter(case__subject_kind="application", case__subject_key=entry.application)
        found |= {("case", number) for number in cases.values_list("case__number", flat=True).distinct()}
    notice = getattr(entry, "notice", None)
    if notice is not None:
        found.add(("notice", notice.number))
    return found | {(one.about_kind, one.about_key) for one in checks}


def _about(subjects: Iterable[tuple[str, str]]) -> Q:
    found = Q()
    for kind, key in subjects:
        found |= Q(subject_kind=kind, subject_key=key)
    return found


def _decisions(subjects: set[tuple[str, str]], *, until: date) -> list[Decided]:
    """The acts on the way to the entry, in order; acts on the mine that have nothing to do with it stay out."""
    acts = {one for one in subjects if one[0] != "case"}  # a case repeats what its application says
    rows = Record.objects.filter(_about(acts), on__lte=until).order_by("id")
    elsewhere = Q(subject_kind="mine") & ~Q(verb="gates.passed")
    own = rows.exclude(elsewhere).exclude(verb__startswith="papers.")  # papers stand in a list of their own
    return [
        Decided(
            row.on,
            row.verb,
            row.by.get("organisation_name", ""),
            row.by.get("name", ""),
            {"zh": row.zh, "en": row.en},
            row.cite,
        )
        for row in own
    ]


def _opinions(entry: EntryLike) -> list[Opinion]:
    if not entry.application:
        return []
    found = Opinion.objects.filter(case__subject_kind="application", case__subject_key=entry.application)
    return list(found.order_by("asked_on", "id"))


def _papers(subjects: set[tuple[str, str]]) -> list[Paper]:
    wanted = {one for one in subjects if one[0] != "mine"}
    return list(Paper.objects.filter(_about(wanted)).order_by("id")) if wanted else []


def _once(checks: Sequence[GateCheck]) -> list[GateCheck]:
    """Each gate as often as it came to something: asked twice on one day with the same lines, it is shown once."""
    last = {(one.gate, one.on, one.outcome, one.lines_digest): one for one in checks}
    return sorted(last.values(), key=lambda one: one.pk)


def _shown_gate(check: GateCheck) -> GateShown:
    book = tables.read_kept(check.book.content)
    return GateShown(book.gate(check.gate).name, check, queries.pass_for(check), queries.recompute(check))
