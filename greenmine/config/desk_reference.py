"""The reference of the program itself: commands, environment, who may do what, what the ledger records, the glossary."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import yaml
from django.utils.translation import override

from greenmine.__main__ import COMMANDS
from greenmine.accounts.matrix import matrix
from greenmine.accounts.vocabulary import Kind, role_words
from greenmine.config.environment import HERE, VARIABLES, read

RECORDERS = {"record", "_record", "_write"}
VERB = re.compile(r"[a-z]+\.[a-z_]+")


def desk_pages() -> dict[str, list[str]]:
    """The lines of every page by file name."""
    return {
        "commands.md": list(commands_page()),
        "environment.md": list(environment_lines()),
        "roles.md": list(roles_page()),
        "acts.md": list(acts_page()),
        "glossary.md": list(glossary_page()),
    }


def commands_page() -> Iterator[str]:
    """Every command with one line; each has --help."""
    yield from ("# Commands", "", "Each has `--help`.", "", "| command | what |", "|---|---|")
    for name, (_, meaning) in COMMANDS.items():
        yield f"| `./run {name}` | {_cell(meaning)} |"


def environment_lines() -> Iterator[str]:
    """Every environment variable, what holds without it, and why it exists."""
    yield from (
        "# Environment variables",
        "",
        "Every variable GreenMine reads (`greenmine/config/environment.py`). A bad value stops the start with a sentence.",
        "",
        "| variable | without it | why |",
        "|---|---|---|",
    )
    for name, variable in VARIABLES.items():
        yield f"| `{name}` | {variable.default.replace(str(HERE), '<program>') or '—'} | {variable.why} |"


def roles_page() -> Iterator[str]:
    """Who may do what, where: one table for each kind of organisation, roles across, verbs down."""
    yield from (
        "# Roles and verbs",
        "",
        "Read from `greenmine/accounts/matrix.yaml`, which also decides menus and pages.",
    )
    for kind in Kind.values:
        roles = [role for of, role in matrix().who if of == kind]
        with override("en"):
            yield from ("", f"## {Kind(kind).label} · `{kind}`", "")
        yield (
            "| verb | 中文 | English | "
            + " | ".join(f"{'<br>'.join(role_words(one))}<br>`{one}`" for one in roles)
            + " |"
        )
        yield "|" + "---|" * (len(roles) + 3)
        for verb, words in matrix().verbs.items():
            extents = [matrix().extent(kind, role, verb) or "—" for role in roles]
            yield f"| `{verb}` | {words['zh']} | {words['en']} | " + " | ".join(extents) + " |"
    yield from (
        "",
        "`region`: what lies in the divisions of the person's authority. `organisation`: what belongs to the",
    )
    yield "person's own organisation. `all`: everything. —: may not."


def acts_page() -> Iterator[str]:
    """Every verb the ledger of acts may record, and the action that does."""
    yield from ("# Acts", "", "Verbs of the ledger of acts (行为台账), in the program's own words.", "")
    yield from ("| verb | what happens | where |", "|---|---|---|")
    for verb, (what, place) in sorted(recorded_verbs().items()):
        yield f"| `{verb}` | {_cell(what)} | `{place}` |"


def recorded_verbs() -> dict[str, tuple[str, str]]:
    """Verb → (first sentence of the action that records it, its place), read from the program's source."""
    found: dict[str, tuple[str, str]] = {}
    for file in sorted((HERE / "greenmine").rglob("*.py")):
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                for verb in _verbs(function):
                    found.setdefault(verb, (_first_sentence(function), _place(file, function)))
    return found


def _verbs(function: ast.FunctionDef) -> Iterator[str]:
    for call in ast.walk(function):
        if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant):
            name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
            verb = call.args[0].value
            if name in RECORDERS and isinstance(verb, str) and VERB.fullmatch(verb):
                yield verb


def _first_sentence(function: ast.FunctionDef) -> str:
    return (ast.get_docstring(function) or "").partition("\n")[0]


def _place(file: Path, function: ast.FunctionDef) -> str:
    return ".".join([*file.relative_to(HERE).with_suffix("").parts, function.name])


def glossary_page() -> Iterator[str]:
    """One Chinese term, one English term, one code term."""
    yield from ("# Glossary", "", "Read from `rulebook/glossary.yaml`.", "")
    yield from ("| 中文 | English | code | note |", "|---|---|---|---|")
    for entry in yaml.safe_load((read("GREENMINE_RULEBOOK") / "glossary.yaml").read_text(encoding="utf-8")):
        yield "| " + " | ".join(_cell(str(entry.get(key) or "")) for key in ("zh", "en", "code", "note")) + " |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
