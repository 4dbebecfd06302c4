"""`./run docs`: everything that can be named stands in the reference, and nothing else does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from greenmine.__main__ import COMMANDS
from greenmine.accounts.matrix import matrix
from greenmine.config.commands.docs import write_pages
from greenmine.config.desk_reference import recorded_verbs
from greenmine.config.environment import VARIABLES
from greenmine.editions.shipped import ShippedEdition, load_shipped

FLAGS = {"lapsed", "needs_confirmation", "low_confidence", "conflict", "disputed", "remedied", "yielded"}
FIRST_CELL = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)


@pytest.fixture(scope="module")
def edition() -> ShippedEdition:
    return load_shipped()


@pytest.fixture(scope="module")
def pages(edition: ShippedEdition, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    written = write_pages(edition, tmp_path_factory.mktemp("docs"))
    return {path.name: path.read_text(encoding="utf-8") for path in written}


def _named(page: str) -> list[str]:
    return FIRST_CELL.findall(page)


def test_every_rule_has_its_heading_once(edition: ShippedEdition, pages: dict[str, str]) -> None:
    headings = [one for name, page in pages.items() if name.startswith("rules-") for one in _headings(page)]
    assert sorted(headings) == sorted(rule.id for rule in edition.rules)


def _headings(page: str) -> list[str]:
    return re.findall(r"^## `(.+)`$", page, re.MULTILINE)


def test_every_provision_stands_in_its_document(edition: ShippedEdition, pages: dict[str, str]) -> None:
    for instrument in edition.instruments.values():
        page = pages[f"provisions-{instrument.id}.md"]
        assert _named(page) == [provision.id for provision in instrument.provisions]


def test_a_provision_names_every_rule_that_serves_it(edition: ShippedEdition, pages: dict[str, str]) -> None:
    lines = {line.split("`")[1]: line for page in pages.values() for line in page.splitlines() if line[:3] == "| `"}
    for rule in edition.rules:
        for provision in rule.provisions:
            assert f"`{rule.id}`" in lines[provision]


def test_every_fact_is_named_once(edition: ShippedEdition, pages: dict[str, str]) -> None:
    assert sorted(_named(pages["facts.md"])) == sorted(edition.dictionary)


def test_every_value_is_named(edition: ShippedEdition, pages: dict[str, str]) -> None:
    assert set(_named(pages["values.md"])) == {value.id for value in edition.values.values() if value.versions}


def test_every_standing_outcome_and_flag_has_its_words(edition: ShippedEdition, pages: dict[str, str]) -> None:
    assert _named(pages["standings.md"]) == [row["state"] for row in edition.standing["states"]]
    words = _named(pages["words.md"])
    assert {"satisfied", "breached", "pending", "unknown", "not_applicable"} | FLAGS <= set(words)


def test_every_role_has_a_cell_for_every_verb(pages: dict[str, str]) -> None:
    page = pages["roles.md"]
    kinds = {kind for kind, _role in matrix().who}
    assert _named(page) == [verb for _kind in kinds for verb in matrix().verbs]
    assert {role for _kind, role in matrix().who} <= set(re.findall(r"<br>`(\w+)`", page))


def test_what_a_role_may_is_what_the_matrix_says(pages: dict[str, str]) -> None:
    enterprise = pages["roles.md"].partition("`enterprise`")[2].partition("\n## ")[0]
    row = next(line for line in enterprise.splitlines() if line.startswith("| `facts.state` |"))
    assert [cell.strip() for cell in row.split("|")[4:-1]] == ["organisation"] * 3 + ["—"] * 3


def test_every_verb_of_the_ledger_says_what_happens(pages: dict[str, str]) -> None:
    verbs = recorded_verbs()
    assert _named(pages["acts.md"]) == sorted(verbs)
    assert {"editions.activated", "registry.ledger_imported", "evaluation.facts_requested", "facts.stated"} <= set(
        verbs
    )
    assert [verb for verb, (what, _place) in verbs.items() if not what] == []


def test_every_environment_variable_and_command_is_named(pages: dict[str, str]) -> None:
    assert _named(pages["environment.md"]) == list(VARIABLES)
    assert _named(pages["commands.md"]) == [f"./run {name}" for name in COMMANDS]


def test_the_index_leads_to_every_page(pages: dict[str, str]) -> None:
    assert sorted(re.findall(r"\]\((.+?)\)", pages["index.md"])) == sorted(set(pages) - {"index.md"})


def test_links_of_the_written_docs_lead_somewhere() -> None:
    docs = Path(__file__).parents[2] / "docs"
    links = [
        (page, target)
        for page in docs.rglob("*.md")
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    ]
    assert [f"{page}: {target}" for page, target in links if not (page.parent / target).exists()] == []
