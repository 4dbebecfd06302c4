"""A dictionary, figures and rules from a few words, for the tests that hold the engine against its specification."""

from __future__ import annotations

from datetime import date
from typing import Any

from greenmine.law import Finding, bind, evaluate_one
from tests.law.small_edition import SmallEdition, edition, sheet

FACTS = """
- {name: a, label: {zh: 甲, en: a}, type: boolean, subject: mine, stated_by: [enterprise]}
- {name: b, label: {zh: 乙, en: b}, type: boolean, subject: mine, stated_by: [enterprise]}
- {name: c, label: {zh: 丙, en: c}, type: boolean, subject: mine, stated_by: [enterprise]}
- {name: x, label: {zh: 比例, en: x}, type: decimal, scale: 2, max: 1000, may_be_none: true, subject: mine, stated_by: [enterprise]}
- {name: y, label: {zh: 另一比例, en: y}, type: decimal, scale: 4, max: 1000, subject: mine, stated_by: [enterprise]}
- {name: n, label: {zh: 次数, en: n}, type: integer, max: 100, subject: mine, stated_by: [enterprise]}
- {name: size, label: {zh: 规模, en: size}, type: enum, subject: mine, stated_by: [enterprise],
   domain: {large: {zh: 大型, en: large}, medium: {zh: 中型, en: medium}, small: {zh: 小型, en: small}}}
- {name: provincial_entry, label: {zh: 省级名录, en: provincial entry}, type: enum, subject: mine, stated_by: [system],
   domain: {none: {zh: 无, en: none}, listed: {zh: 在录, en: listed}, removed: {zh: 移出, en: removed}}}
- {name: provincial_entered_on, label: {zh: 省级入库日, en: provincial entry day}, type: date, may_be_none: true,
   subject: mine, stated_by: [system]}
- {name: national_entered_on, label: {zh: 国家入库日, en: national entry day}, type: date, may_be_none: true,
   subject: mine, stated_by: [system]}
- {name: start, label: {zh: 起算日, en: start day}, type: date, may_be_none: true, subject: mine, stated_by: [enterprise]}
- {name: begun, label: {zh: 开工日, en: day begun}, type: date, subject: mine, stated_by: [enterprise]}
- {name: done, label: {zh: 完成日, en: done day}, type: date, may_be_none: true, subject: mine, stated_by: [enterprise]}
- {name: accident_on, label: {zh: 事故日, en: accident day}, type: date, may_be_none: true, subject: mine,
   stated_by: [enterprise]}
- {name: accident, label: {zh: 事故, en: accident}, type: boolean, subject: mine, stated_by: [enterprise],
   event_on: accident_on}
- {name: spend, label: {zh: 投入, en: spend}, type: decimal, scale: 4, max: 1, subject: enterprise,
   stated_by: [enterprise]}
"""

VALUES = """
- id: sure
  title: {zh: 确定值, en: sure}
  type: decimal
  scale: 2
  max: 100
  versions:
    - {from: 2024-01-01, value: "5", confidence: S, source: {zh: 文, en: text}}
    - {from: 2025-01-01, value: "7", confidence: S, source: {zh: 文, en: text}}
- id: doubtful
  title: {zh: 存疑值, en: doubtful}
  type: decimal
  scale: 2
  max: 100
  versions: [{from: 2024-01-01, value: "5", confidence: M, source: {zh: 记忆, en: memory}}]
- id: by-size
  title: {zh: 按规模, en: by size}
  type: decimal
  scale: 2
  max: 100
  keys: [size]
  versions:
    - {from: 2024-01-01, confidence: S, source: {zh: 文, en: text}, rows: [[large, "5"], [medium, "6", "?"]]}
"""

ON = date(2025, 6, 30)
OPEN = "{from: 2020-01-01}"
DEADLINE = {"due": "start + 1 YEAR", "done_on": "done"}


def rule(
    key: str = "t.r",
    *,
    kind: str = "threshold",
    force: str = OPEN,
    territory: str = "000000",
    subject: str = "mine",
    **more: str,
) -> str:
    """One rule as YAML text; expressions are quoted, the rest goes in as it stands."""
    lines = [
        f"- id: {key}", "  provision: [t/1]", f"  kind: {kind}", "  title: {zh: 规则, en: a rule}",
        f'  territory: "{territory}"', f"  in_force: {force}", f"  subject: {subject}", "  bound: enterprise",
    ]  # fmt: skip
    plain = {"done_on", "warn", "clock_before_force", "due_after_term", "look_back", "event_on", "yields_to"}
    for name, said in more.items():
        lines.append(f"  {name}: {said}" if name in plain else f'  {name}: "{said}"')
    return "\n".join(lines) + "\n"


def small(*rules: str, **more: Any) -> SmallEdition:
    return edition(FACTS, "rules:\n" + "".join(rules), VALUES, **more)


def judge(text: str, on: date = ON, region: str | None = None, **facts: Any) -> Finding:
    built = small(text)
    found = evaluate_one(bind(built, on), sheet(built, region=region, **facts))
    assert list(found) == ["t.r"]
    return found["t.r"]


def seen(finding: Finding) -> tuple[str, str | None, list[str], list[str]]:
    due = finding.due_on.isoformat() if finding.due_on else None
    return str(finding.outcome), due, list(finding.missing), list(finding.flags)


def threshold(text: str, on: date = ON, **facts: Any) -> tuple[str, list[str]]:
    finding = judge(rule(require=text), on, **facts)
    return {"satisfied": "T", "breached": "F", "unknown": "U"}[str(finding.outcome)], list(finding.missing)
