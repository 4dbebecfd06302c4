"""The reference (参考手册) of the law as data, made from the edition on demand: it cannot fall behind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from greenmine.law.dictionary import Fact
from greenmine.law.rules import Rule
from greenmine.law.values import Value

Edition = Any  # ShippedEdition; kept loose so that any edition with the same parts can be printed


def reference_pages(edition: Edition) -> dict[str, list[str]]:
    """The lines of every page by file name: facts, values, words, standings, and per document provisions and rules."""
    found = {
        "facts.md": facts_page(edition),
        "values.md": values_page(edition),
        "standings.md": standings_page(edition),
        "words.md": words_page(edition),
    }
    for instrument in edition.instruments.values():
        found[f"provisions-{instrument.id}.md"] = provisions_page(edition, instrument)
        found[f"rules-{instrument.id}.md"] = rules_page(edition, instrument)
    return {name: list(lines) for name, lines in found.items()}


def facts_page(edition: Edition) -> Iterator[str]:
    """Every fact a rule may read: meaning, type, domain, who may state it, what proves it, which rules read it."""
    yield from _head("Facts", "Every name a rule may read (`rulebook/facts.yaml`). A fact nobody stated is unknown.")
    by_subject: dict[str, list[Fact]] = defaultdict(list)
    for fact in edition.dictionary.values():
        by_subject[fact.subject].append(fact)
    for subject, facts in by_subject.items():
        yield f"## {_said(edition.words['subject'][subject])} · `{subject}`"
        yield ""
        yield from _table("name", "中文", "English", "type", "stated by, in order", "evidence", "help")
        for fact in sorted(facts, key=lambda found: found.name):
            yield _row(
                f"`{fact.name}`",
                fact.label["zh"],
                fact.label["en"],
                "; ".join(_type(fact)),
                ", ".join(edition.words["actor"][actor]["en"] for actor in fact.stated_by)
                + (" (kept by the system)" if fact.kept_by == "system" else ""),
                _said(fact.evidence),
                _said(fact.help),
            )
        yield ""


def _type(fact: Fact) -> Iterator[str]:
    if fact.type == "enum":
        yield " / ".join(f"`{code}` {words['zh']} {words['en']}" for code, words in fact.domain.items())
    else:
        yield f"{fact.type} {fact.unit}".strip()
    if fact.may_be_none:
        yield "may be none"
    if fact.event_on:
        yield f"its day is `{fact.event_on}`"
    if fact.headings:
        yield f"headings {'、'.join(fact.headings)}"


def values_page(edition: Edition) -> Iterator[str]:
    """Every dated figure: from which day, how sure, from where."""
    yield from _head(
        "Values",
        "Figures rules read with `value('id', …)` (`rulebook/values`). Anything not sourced flags its findings.",
    )
    yield from _table("id", "中文", "English", "read by", "from", "rows", "confidence", "source")
    for value in sorted(edition.values.values(), key=lambda found: str(found.id)):
        yield from _versions(edition, value)


def _versions(edition: Edition, value: Value) -> Iterator[str]:
    for version in value.versions:
        sure = sorted({row.confidence for row in version.rows.values()})
        single = next(iter(version.rows.values())) if not value.keys and version.rows else None
        yield _row(
            f"`{value.id}`",
            value.title["zh"],
            value.title["en"],
            ", ".join(f"`{key}`" for key in value.keys) or "—",
            version.from_on.isoformat(),
            value.show(single.value) if single else len(version.rows),
            ", ".join(edition.words["confidence"][one]["en"] for one in sure),
            version.cite or _said(version.source),
        )


def standings_page(edition: Edition) -> Iterator[str]:
    """Where a mine may stand, and what decides it."""
    yield from _head("Standings", "The first line that holds is the mine's standing (`rulebook/standing.yaml`).")
    left_out = ", ".join(f"`{flag}`" for flag in edition.standing["leave_out"])
    yield f"Read from findings that bind: {', '.join(edition.standing['bound'])}. Counted beside, never here: {left_out}."
    yield ""
    yield from _table("code", "中文", "English", "when")
    for row in edition.standing["states"]:
        yield _row(f"`{row['state']}`", row["label"]["zh"], row["label"]["en"], _when(row["when"]))


def _when(condition: Mapping[str, Any] | str) -> str:
    if isinstance(condition, str):
        return condition
    if "fact" in condition:
        return f"`{condition['fact']}` is `{condition['is']}`"
    how = "every" if "every" in condition else "any"
    kinds = condition[how]
    named = "" if kinds == "all" else f" of kind {', '.join(kinds)}"
    return f"{how} finding{named} is `{condition['outcome']}`"


def provisions_page(edition: Edition, instrument: Any) -> Iterator[str]:
    """Every provision of one document: what it says, whom it is about, how it is shown, which rules serve it."""
    serving: dict[str, list[str]] = defaultdict(list)
    for rule in edition.rules:
        for provision in rule.provisions:
            serving[provision].append(f"`{rule.id}`")
    yield from _head(f"Provisions of {instrument.id}", f"{instrument.title['zh']} · {instrument.title['en']}")
    yield f"{instrument.number} · {_said(instrument.issuer)} · {instrument.territory} · {_force(instrument)}"
    yield ""
    yield from _table("id", "位置", "内容", "paraphrase", "about", "part", "shown by", "rules")
    for provision in instrument.provisions:
        yield _row(
            f"`{provision.id}`",
            provision.locator,
            provision.zh,
            provision.en,
            provision.subject,
            provision.part,
            edition.words["shown_by"][provision.shown_by]["en"],
            ", ".join(serving[provision.id]),
        )


def _force(holder: Any) -> str:
    force = holder.in_force
    if force is None:
        not_before = getattr(holder, "not_before", None)
        return f"names no effective day; not before {not_before}" if not_before else "in force as its document"
    until = f"to {force.to_on}, then {force.after}" if force.to_on else "without a last day"
    return f"in force from {force.from_on} {until}"


def rules_page(edition: Edition, instrument: Any) -> Iterator[str]:
    """Every rule of one document: its condition in words of the dictionary, whom it binds, its interpretation."""
    rules = sorted(
        (rule for rule in edition.rules if rule.instrument == instrument.id), key=lambda found: str(found.id)
    )
    yield from _head(f"Rules of {instrument.id}", f"{len(rules)} rules. Expressions read facts by name.")
    for rule in rules:
        yield f"## `{rule.id}`"
        yield ""
        yield _said(rule.title)
        yield ""
        yield from (f"- {line}" for line in _rule(edition, rule))
        yield ""


def _rule(edition: Edition, rule: Rule) -> Iterator[str]:
    yield f"{_said(edition.words['kind'][rule.kind])}; about: {rule.subject}; binds: {_said(edition.words['actor'][rule.bound])}"
    yield f"serves {', '.join(f'{edition.cite(one)} (`{one}`)' for one in rule.provisions)}"
    if rule.in_force is not None:
        yield _force(rule)
    for part, text in rule.texts.items():
        yield f"{part}: `{text}`"
    if rule.done_on:
        yield f"done_on: `{getattr(rule.done_on, 'name', rule.done_on)}`"
    if rule.yields_to:
        yield f"yields to {', '.join(f'`{other}`' for other in rule.yields_to)}"
    for title, words in (("interpretation", rule.interpretation), ("default reading", rule.needs_confirmation)):
        if words:
            yield f"{title}: {_said(words)}"


def words_page(edition: Edition) -> Iterator[str]:
    """Every code of the system with its words in both languages: outcomes, flags, kinds, actors and the rest."""
    yield from _head("Words", "The codes of files and of the API, and how screens say them (`rulebook/words.yaml`).")
    for group, entries in edition.words.items():
        if "zh" in entries:
            continue
        yield f"## {group}"
        yield ""
        yield from _table("code", "中文", "English")
        for code, words in entries.items():
            yield _row(f"`{code}`", words["zh"], words["en"])
        yield ""


def _head(title: str, what: str) -> list[str]:
    return [f"# {title}", "", what, ""]


def _table(*titles: str) -> list[str]:
    return [_row(*titles), "|" + "---|" * len(titles)]


def _said(words: Mapping[str, str]) -> str:
    return f"{words['zh']} · {words['en']}" if words else ""


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def as_text(lines: Iterable[str]) -> str:
    """One page as text."""
    return "\n".join(lines).rstrip("\n") + "\n"
