"""What a gate comes to for one mine (关口判定): pure, from the table, the law, the sheet and what was seen beside the facts.

The same arguments give the same lines, bit for bit, so a check can be recomputed years later. Opens no database.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from hashlib import sha256
from typing import Any

from greenmine.editions.edition import Edition
from greenmine.editions.gates import Book, Check, Fresh, Gate, Known
from greenmine.law import NONE, Bound, Fact, Finding, LanguageError, Sheet, evaluate_one
from greenmine.law.closures import Closures, Evaluate, Gather
from greenmine.law.folding import Day, fold_condition
from greenmine.law.ir import Ref, walk
from greenmine.law.language import Scope, read_condition

STOPS, UNKNOWN, STALE, RISK, FINE = "stops", "unknown", "stale", "risk", "fine"
RANK = {STOPS: 0, UNKNOWN: 1, STALE: 2, RISK: 3, FINE: 4}
PASSABLE = frozenset({UNKNOWN, STALE})
NOTES = frozenset({"lapsed", "yielded", "remedied"})
TOKEN = 16
SUBMITTED, SOON = "self_assessment_on", "removal-risk-soon-days"
LISTED = "provincial_entry"
SCOPE = "scope"
ENTERPRISE = "enterprise"
CHINA = timezone(timedelta(hours=8))
Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing a gate looked at: what it came to, why, what would settle it, and whether it closes the gate.

    `token` is what the outcome rests on: a pass over this line holds only while it is the same.
    """

    outcome: str  # stops · unknown · stale · risk · fine
    key: str
    what: Words
    why: Words
    closes: bool = False
    missing: tuple[str, ...] = ()
    cite: tuple[str, ...] = ()
    due_on: date | None = None
    flags: tuple[str, ...] = ()
    confidence: str = "S"
    token: str = ""

    @property
    def passable(self) -> bool:
        """Whether a named person may pass it on a written ground; what does not meet the law nobody passes."""
        return self.outcome in PASSABLE

    @property
    def rule(self) -> str:
        """The rule it judged, if it judged one."""
        return self.key.removeprefix("rule:") if self.key.startswith("rule:") else ""

    def as_json(self) -> dict[str, Any]:
        """As a check keeps it."""
        return {
            "outcome": self.outcome, "key": self.key, "what": dict(self.what), "why": dict(self.why), "closes": self.closes,
            "passable": self.passable, "missing": list(self.missing), "cite": list(self.cite),
            "due_on": self.due_on.isoformat() if self.due_on else None, "flags": list(self.flags),
            "confidence": self.confidence, "token": self.token,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judged:
    """What a gate came to: every line, the worst first, and the hashes by which it is recognised."""

    gate: Gate
    lines: tuple[Line, ...]
    facts_digest: str
    lines_digest: str = field(default="")
    closing_digest: str = field(default="")

    @property
    def closing(self) -> list[Line]:
        """What closes it."""
        return [line for line in self.lines if line.closes]

    @property
    def told(self) -> list[Line]:
        """What says something."""
        return [line for line in self.lines if line.outcome != FINE]

    @property
    def is_open(self) -> bool:
        """Whether nothing closes it."""
        return not self.closing


def judge_gate(
    book: Book, gate: Gate, edition: Edition, bound: Bound, sheet: Sheet, beside: Sequence[Mapping[str, Any]]
) -> Judged:
    """Everything a gate asks of one mine on the bound day; `beside` are lines about what is no fact (report, control)."""
    on = bound.on
    asked = _asked(book, gate, edition, sheet, on)
    lines = [*rule_lines(book, gate, bound, sheet, asked), *check_lines(book, gate, edition, sheet, on, asked)]
    lines += _unknown_facts(edition, sheet, asked, lines)
    if "submitted" in gate.asks:
        lines.append(_submitted(sheet, on))
    if gate.days:
        lines += _days(book, edition, sheet, on)
    if gate.fresh:
        lines += _ages(book, gate, edition, sheet, on)
    lines += [from_json(one) for one in beside]
    ordered = tuple(sorted(lines, key=lambda line: (not line.closes, RANK[line.outcome], line.key)))
    closing = [line for line in ordered if line.closes]
    return Judged(
        gate,
        ordered,
        facts_digest(edition, sheet),
        digest([line.as_json() for line in ordered]),
        digest([[line.outcome, line.key, sorted(line.missing), line.token] for line in closing]) if closing else "",
    )


def digest(content: Any) -> str:
    """The hash of plain values."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def facts_digest(edition: Edition, sheet: Sheet) -> str:
    """The hash of everything known of the mine, its holder and its region, and of who said it."""
    said = {name: edition.dictionary[name].show(value) for name, value in sheet.values.items() if value is not None}
    who = {name: [one.source, one.sequence] for name, one in sheet.sources.items()}
    return digest([sheet.kind, sheet.key, sheet.region_code, said, dict(sheet.marks), who])


def from_json(kept: Mapping[str, Any]) -> Line:
    """A line as it was kept."""
    return Line(
        kept["outcome"], kept["key"], kept["what"], kept["why"], kept["closes"], tuple(kept.get("missing", ())),
        tuple(kept.get("cite", ())), date.fromisoformat(kept["due_on"]) if kept.get("due_on") else None,
        tuple(kept.get("flags", ())), kept.get("confidence", "S"), kept.get("token", ""),
    )  # fmt: skip


# ---- rules ----


def rule_lines(book: Book, gate: Gate, bound: Bound, sheet: Sheet, asked: Mapping[str, Known]) -> Iterator[Line]:
    """The rules of the gate's kinds: as the mine stands, and those judged as if it were listed."""
    if gate.kinds:
        own = [one for one in evaluate_one(bound, sheet).values() if one.rule.bound == ENTERPRISE]
        yield from _scope([one for one in own if one.rule.kind == SCOPE and SCOPE in gate.kinds])
        for finding in own:
            if finding.rule.kind in gate.kinds and finding.rule.kind != SCOPE:
                yield from _rule_line(finding, asked)
    if gate.as_listed:
        for finding in evaluate_one(bound, as_if_listed(sheet)).values():
            if finding.rule.kind in gate.as_listed and finding.rule.bound == ENTERPRISE:
                yield from _rule_line(finding, asked, listed=book)


def _scope(findings: Sequence[Finding]) -> Iterator[Line]:
    """Whether any text covers the mine (建设范围): outside every one it is not selected; one that covers it is enough."""
    outcomes = {str(one.outcome) for one in findings}
    covered = not outcomes <= {"not_applicable", "unknown"}
    for one in findings:
        outcome = str(one.outcome)
        kind = FINE if covered else UNKNOWN if "unknown" in outcomes else STOPS
        if kind == UNKNOWN and outcome != "unknown":
            continue
        yield Line(
            kind, f"rule:{one.rule.id}", one.rule.title, one.rule.title if kind == FINE else one.reason, kind != FINE,
            tuple(one.missing), tuple(one.rule.provisions), flags=tuple(one.flags),
            token=digest(one.facts)[:TOKEN] if kind != FINE else "",
        )  # fmt: skip


def as_if_listed(sheet: Sheet) -> Sheet:
    """The same mine as if it were in the provincial directory (按已在册核验); the day it entered stays unknown."""
    dictionary = sheet.dictionary
    if dictionary is None or LISTED not in dictionary:
        return sheet
    values = {**sheet.values, LISTED: dictionary[LISTED].parse("listed")}
    return replace(sheet, values=values, cache={})


def _rule_line(finding: Finding, asked: Mapping[str, Known], listed: Book | None = None) -> Iterator[Line]:
    outcome = str(finding.outcome)
    if outcome == "not_applicable":
        return
    rule, kind = finding.rule, _outcome_of(finding)
    cite = (*rule.provisions, *(listed.as_listed.cite if listed else ()))
    yield Line(
        kind,
        f"rule:{rule.id}",
        rule.title,
        rule.title if kind == FINE else finding.reason,
        kind == STOPS or (kind == UNKNOWN and _closes(finding, asked)),
        tuple(name for name in finding.missing if name != LISTED),
        tuple(dict.fromkeys(cite)),
        finding.due_on,
        tuple(finding.flags),
        listed.as_listed.confidence if listed else "S",
        digest(finding.facts)[:TOKEN] if kind != FINE else "",
    )


def _outcome_of(finding: Finding) -> str:
    """A breach stops; on an unsettled reading or an uncertain figure a person decides; what lapsed or yields is a note."""
    outcome, flags = str(finding.outcome), frozenset(finding.flags)
    if outcome not in ("breached", "unknown"):
        return FINE
    if not flags.isdisjoint(NOTES):
        return RISK
    return STOPS if outcome == "breached" and finding.counted else UNKNOWN


def _closes(finding: Finding, asked: Mapping[str, Known]) -> bool:
    """What an unknown closes: conditions of filing always, grounds for removal and duties where the gate has to know the fact."""
    if str(finding.outcome) == "breached" or finding.rule.kind == "eligibility":
        return True
    names = finding.facts if finding.rule.kind == "removal" else finding.missing
    return any(name in asked for name in names)


# ---- conditions of the table ----


@dataclass(frozen=True, slots=True)
class _Ready:
    """A condition compiled for a day."""

    ask: Evaluate
    gather: Gather
    names: tuple[str, ...]


class _Key:
    """An edition that hashes by its id, so that a condition is compiled once per edition and day."""

    __slots__ = ("edition",)

    def __init__(self, edition: Edition) -> None:
        self.edition = edition

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.edition.id == self.edition.id

    def __hash__(self) -> int:
        return hash(self.edition.id)


@lru_cache(maxsize=256)
def _compiled(condition: str, edition: _Key, on: date) -> _Ready | None:
    """A condition made ready; None where the edition does not know a fact or a value that it names."""
    law = edition.edition
    try:
        node = read_condition(condition, Scope(law.dictionary, law.values, {}, "mine"))
    except LanguageError:
        return None
    day = Day(on, law.values)
    closures, folded = Closures(day), fold_condition(node, day)
    names = tuple(sorted({part.name for part in walk(node) if isinstance(part, Ref)}))
    return _Ready(closures.evaluate(folded), closures.gather(folded), names)


def check_lines(
    book: Book, gate: Gate, edition: Edition, sheet: Sheet, on: date, asked: Mapping[str, Known]
) -> Iterator[Line]:
    """The conditions the table asks beside the rules."""
    for check in book.checks:
        if gate.id in check.gates:
            yield _check_line(check, edition, sheet, on, asked)


def _check_line(check: Check, edition: Edition, sheet: Sheet, on: date, asked: Mapping[str, Known]) -> Line:
    ready = _compiled(check.condition, _Key(edition), on)
    if ready is None:
        why = {
            "zh": "启用的规则版本还没有这一核验项所用的事实或参数，请先启用新的规则版本。",
            "en": "the active edition lacks a fact or a value this asks for: activate the new edition first.",
        }
        return Line(UNKNOWN, f"check:{check.id}", check.name, why, True, (), check.cite, confidence=check.confidence)
    holds = ready.ask(sheet.values)
    said = {name: sheet.shown(name, edition.dictionary) for name in ready.names}
    if holds or (holds is None and check.unknown_is_fine):
        return Line(FINE, f"check:{check.id}", check.name, check.why, cite=check.cite, confidence=check.confidence)
    kind, closes = check.breach, True
    missing: tuple[str, ...] = ()
    if holds is None:
        kind, missing, closes = UNKNOWN, _gathered(ready, sheet), any(name in asked for name in ready.names)
    return Line(
        kind, f"check:{check.id}", check.name, _because(edition, said, check), closes, missing, check.cite,
        confidence=check.confidence, token=digest(said)[:TOKEN],
    )  # fmt: skip


def _gathered(ready: _Ready, sheet: Sheet) -> tuple[str, ...]:
    names: set[str] = set()
    ready.gather(sheet.values, names)
    return tuple(sorted(names))


def _because(edition: Edition, said: Mapping[str, Any], check: Check) -> Words:
    """The sentence of a condition with the facts it read."""
    told = {"zh": [], "en": []}  # type: dict[str, list[str]]
    for name, value in said.items():
        fact = edition.dictionary[name]
        told["zh"].append(f"{fact.label['zh']}：{shown(value, fact, 'zh')}")
        told["en"].append(f"{fact.label['en']}: {shown(value, fact, 'en')}")
    return {
        "zh": f"{'；'.join(told['zh'])}。{check.why['zh']}。",
        "en": f"{'; '.join(told['en'])}. {check.why['en']}.",
    }


def shown(value: Any, fact: Fact, lang: str) -> str:
    """The value of a fact in words."""
    words = {"zh": ("待核实", "是", "否", "无"), "en": ("not known", "yes", "no", "none")}[lang]
    if value is None:
        return words[0]
    if value is True or value is False:
        return words[1] if value else words[2]
    if value == "none" and "none" not in fact.domain:
        return words[3]
    return str(fact.domain[value][lang]) if value in fact.domain else f"{value}"


# ---- facts that have to be known, and their age ----


def _asked(book: Book, gate: Gate, edition: Edition, sheet: Sheet, on: date) -> dict[str, Known]:
    """The facts this gate has to know of this mine, each with the group that asks it."""
    asked: dict[str, Known] = {}
    for group in book.known_at(gate):
        ready = _compiled(group.when, _Key(edition), on) if group.when else None
        if group.when and (ready is None or ready.ask(sheet.values) is not True):
            continue
        asked.update({name: group for name in group.facts if name in edition.dictionary})
    return asked


def _unknown_facts(edition: Edition, sheet: Sheet, asked: Mapping[str, Known], lines: Sequence[Line]) -> Iterator[Line]:
    """What has to be known and nobody has said, or sources contradict: one line a fact that no other line names."""
    named = {name for line in lines if line.closes for name in line.missing}
    for name, group in asked.items():
        if sheet.values.get(name) is not None or name in named:
            continue
        fact, conflict = edition.dictionary[name], sheet.marks.get(name) == "conflict"
        zh, en = ("来源相互矛盾，须先核实。", "sources contradict each other: settle it first.") if conflict else (
            "尚无任何来源填报，须先核实。", "nobody has stated it: settle it first.")  # fmt: skip
        what = {"zh": f"{group.name['zh']}：{fact.label['zh']}", "en": f"{group.name['en']}: {fact.label['en']}"}
        why = {"zh": zh, "en": en}
        yield Line(UNKNOWN, f"fact:{name}", what, why, True, (name,), group.cite, token="conflict" if conflict else "")


def _ages(book: Book, gate: Gate, edition: Edition, sheet: Sheet, on: date) -> Iterator[Line]:
    """Facts said too long ago (已过时效), and facts only the enterprise has said."""
    wanted = {name for group in book.known_at(gate) for name in group.facts}
    for kind in book.fresh:
        age = kind.on(on)
        for name in kind.facts if age else ():
            if name in wanted and sheet.values.get(name) is not None and name in sheet.sources and age is not None:
                yield from _age(kind, age.days, age.confidence, name, edition, sheet, on)


def _age(
    kind: Fresh, days: int, confidence: str, name: str, edition: Edition, sheet: Sheet, on: date
) -> Iterator[Line]:
    source, label = sheet.sources[name], edition.dictionary[name].label
    if source.source == ENTERPRISE and ENTERPRISE not in kind.actors:
        why = {
            "zh": "目前只有企业自报，没有主管部门的说法。",
            "en": "only the enterprise has said it; no authority has.",
        }
        yield Line(RISK, f"word:{name}", label, why, confidence="S")
    said_on = said_day(source.since, source.recorded_at, on)
    if source.source not in kind.actors or said_on is None or on <= said_on + timedelta(days=days):
        return
    why = {
        "zh": f"{source.label or source.source} 于 {said_on} 填报，已超过 {days} 天，须重新核实（{kind.name['zh']}；时效为本系统暂定）。",
        "en": f"{source.label or source.source} said so on {said_on}, more than {days} days ago: ask again ({kind.name['en']}; the figure is ours).",
    }
    yield Line(STALE, f"age:{name}", label, why, True, (name,), confidence=confidence, token=said_on.isoformat())


def said_day(since: date | None, recorded_at: datetime | None, on: date) -> date | None:
    """The last day on which somebody said it: when it was recorded; where that lies later than the day judged, from when it holds."""
    recorded = recorded_at.astimezone(CHINA).date() if recorded_at is not None else None
    if recorded is not None and recorded <= on:
        return max(recorded, since) if since is not None and since <= on else recorded
    return since


def _days(book: Book, edition: Edition, sheet: Sheet, on: date) -> Iterator[Line]:
    """Licences that end soon or have ended: a note, because the rules say whether an end without renewal is a breach."""
    soon = _soon(edition, on)
    for name in book.days:
        value = sheet.values.get(name) if name in edition.dictionary else None
        if value is None or value is NONE:
            continue
        last, label = date.fromordinal(value), edition.dictionary[name].label
        why = {"zh": f"有效期至 {last}。", "en": f"valid until {last}."}
        yield Line(FINE if last > on + soon else RISK, f"days:{name}", label, why, due_on=last)


def _soon(edition: Edition, on: date) -> timedelta:
    """How long before its last day a licence is named."""
    value = edition.values.get(SOON)
    version = value.on(on) if value is not None else None
    return timedelta(days=version.rows[()].value if version is not None else 0)


def _submitted(sheet: Sheet, on: date) -> Line:
    """That a self-assessment was submitted (提交自评): filing rests on it."""
    what = {"zh": "提交自评报告", "en": "a self-assessment report is submitted"}
    cite = ("cn-2024-1/7.1.a", "cn-2024-1/7.3")
    value = sheet.values.get(SUBMITTED)
    if value is None:
        why = {"zh": "还不知道是否提交过自评报告。", "en": "It is not known whether a self-assessment was submitted."}
        return Line(UNKNOWN, "asks:submitted", what, why, True, (SUBMITTED,), cite)
    if value is NONE or date.fromordinal(value) > on:
        why = {"zh": "还没有提交过自评报告。", "en": "No self-assessment report was submitted yet."}
        return Line(STOPS, "asks:submitted", what, why, True, (), cite)
    day = date.fromordinal(value)
    return Line(FINE, "asks:submitted", what, {"zh": f"已于 {day} 提交。", "en": f"submitted on {day}."}, cite=cite)
