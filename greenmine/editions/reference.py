"""The reference (参考手册) of rules, facts and provisions, made from the edition on demand: it cannot fall behind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Edition = Any  # ShippedEdition; kept loose so that any edition with the same parts can be printed


def write_reference(edition: Edition, folder: Path) -> list[Path]:
    """Write `facts.md`, and per document `provisions-….md` and `rules-….md`; return the paths written."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = {"facts.md": facts_page(edition), "words.md": words_page(edition)}
    for instrument in edition.instruments.values():
        pages[f"provisions-{instrument.id}.md"] = provisions_page(edition, instrument)
        pages[f"rules-{instrument.id}.md"] = rules_page(edition, instrument.id)
    for name, lines in pages.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [folder / name for name in pages]


def facts_page(edition: Edition) -> Iterator[str]:
    """Every fact a rule may read: meaning, type, domain, who may state it, what proves it."""
    yield "# Facts"
    yield ""
    by_subject: dict[str, list[Any]] = defaultdict(list)
    for fact in edition.dictionary:
        by_subject[fact.subject].append(fact)
    for subject, facts in by_subject.items():
        yield f"## {edition.words['subject'][subject]['zh']} · {subject}"
        yield ""
        yield "| name | 中文 | English | type | stated by | help |"
        yield "|---|---|---|---|---|---|"
        for fact in sorted(facts, key=lambda found: found.name):
            stated = "、".join(edition.words["actor"][actor]["zh"] for actor in fact.stated_by)
            yield _row(f"`{fact.name}`", fact.label["zh"], fact.label["en"], _type(fact), stated, fact.help["zh"])
        yield ""


def _type(fact: Any) -> str:
    if fact.type == "enum":
        return " / ".join(f"{code} {words['zh']}" for code, words in fact.domain.items())
    unit = f" {fact.unit}" if fact.unit else ""
    return f"{fact.type}{unit}" + ("，可为“无”" if fact.may_be_none else "")


def provisions_page(edition: Edition, instrument: Any) -> Iterator[str]:
    """Every provision of one document: what it says, whom it is about, how it is shown, which rules serve it."""
    serving: dict[str, list[str]] = defaultdict(list)
    for rule in edition.rules:
        for provision in rule.provisions:
            serving[provision].append(rule.id)
    yield f"# {instrument.title['zh']} · {instrument.title['en']}"
    yield ""
    yield "| id | 位置 | 内容 | paraphrase | subject | shown by | rules |"
    yield "|---|---|---|---|---|---|---|"
    for provision in instrument.provisions:
        yield _row(
            provision.id,
            provision.locator,
            provision.zh,
            provision.en,
            provision.subject,
            provision.shown_by,
            ", ".join(serving[provision.id]),
        )


def rules_page(edition: Edition, document: str) -> Iterator[str]:
    """Every rule of one document: its condition in words of the dictionary, whom it binds, its interpretation."""
    yield f"# Rules of {document}"
    yield ""
    for rule in sorted((rule for rule in edition.rules if rule.instrument == document), key=lambda found: found.id):
        yield f"## `{rule.id}`"
        yield ""
        yield f"{rule.title['zh']} · {rule.title['en']}"
        yield ""
        yield f"- kind {rule.kind}, binds {edition.words['actor'][rule.bound]['en']} ({rule.bound})"
        yield f"- provisions: {', '.join(rule.provisions)}"
        for part, text in rule.texts.items():
            yield f"- {part}: `{text}`"
        if rule.interpretation:
            yield f"- interpretation: {rule.interpretation['zh']} · {rule.interpretation['en']}"
        yield ""


def words_page(edition: Edition) -> Iterator[str]:
    """Every code of the system with its words in both languages."""
    yield "# Words"
    for group, entries in edition.words.items():
        if "zh" in entries:
            continue
        yield f"\n## {group}\n\n| code | 中文 | English |\n|---|---|---|"
        for code, words in entries.items():
            yield _row(f"`{code}`", words["zh"], words["en"])


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def pages(lines: Iterable[str]) -> str:
    """One page as text."""
    return "\n".join(lines) + "\n"
