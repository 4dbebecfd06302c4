"""The rulebook browser: every provision is found and shown; from document to mine and back."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.html import escape

from greenmine.editions.shipped import load_shipped

SHIPPED = load_shipped()
DOCUMENTS = sorted(SHIPPED.instruments)
PENALTY = "cn-2024-1.removal.penalty-unperformed"


def to_read(instrument: str) -> list[str]:
    """The provisions of a document that are shown by their text."""
    return [one.id for one in SHIPPED.instruments[instrument].provisions if one.shown_by == "text"]


def address(provision: str) -> str:
    instrument, _, path = provision.partition("/")
    return reverse("authority:provision", args=[instrument, path])


@pytest.mark.parametrize(
    "instrument", [pytest.param(one, marks=pytest.mark.shows(*to_read(one), by="text")) for one in DOCUMENTS]
)
def test_every_provision_shown_by_its_text_is_found_by_the_search_and_shown_on_its_page(
    world, at_desk, instrument
) -> None:
    client = at_desk(world.county)
    for identifier in to_read(instrument):
        provision = SHIPPED.provision(identifier)
        found = client.get(reverse("authority:rulebook"), {"q": f"{identifier} {provision.zh}"})
        assert address(identifier) in found.content.decode(), identifier
        shown = client.get(address(identifier)).content.decode()
        assert escape(provision.zh) in shown, identifier
        assert escape(provision.en) in shown, identifier


@pytest.mark.parametrize("instrument", DOCUMENTS)
def test_a_documents_page_holds_every_one_of_its_provisions(world, at_desk, instrument) -> None:
    page = at_desk(world.county).get(reverse("authority:document", args=[instrument]))
    assert [row["provision"].id for row in page.context["rows"]] == [
        one.id for one in SHIPPED.instruments[instrument].provisions
    ]


def test_the_five_documents_and_their_force_stand_on_the_first_page(world, at_desk) -> None:
    shown = at_desk(world.county).get(reverse("authority:rulebook")).content.decode()
    for words in ("自然资规〔2024〕1号", "2024-04-15", "2029-04-14", "施行日待登记", "未定终止日"):
        assert words in shown, words


def test_a_search_needs_every_word_and_says_when_nothing_is_found(world, at_desk) -> None:
    client = at_desk(world.county)
    both = client.get(reverse("authority:rulebook"), {"q": "尾矿库 cn-2024-1"})
    one = client.get(reverse("authority:rulebook"), {"q": "尾矿库"})
    assert 0 < both.context["found_count"] <= one.context["found_count"]
    assert "没有条款同时含有这些词" in client.get(reverse("authority:rulebook"), {"q": "尾矿库 zzzz"}).content.decode()


def test_from_document_to_provision_to_rule_to_mine_and_back(world, at_desk) -> None:
    client = at_desk(world.county)
    provision = address("cn-2024-1/17.2")
    rule = reverse("authority:rule", args=[PENALTY])
    mine = reverse("authority:mine", args=[world.green.key])
    assert provision in client.get(reverse("authority:document", args=["cn-2024-1"])).content.decode()
    assert f"{rule}?outcome=breached" in client.get(provision).content.decode()
    assert f"{mine}#rule-{PENALTY}" in client.get(f"{rule}?outcome=breached").content.decode()
    back = client.get(mine).content.decode()
    assert f'id="rule-{PENALTY}"' in back
    assert provision in back
    assert provision in client.get(rule).content.decode()


def test_a_rule_counts_the_mines_of_ones_own_scope_only(world, at_desk) -> None:
    rule = reverse("authority:rule", args=[PENALTY])
    counted = {
        who: at_desk(getattr(world, who)).get(rule).context["counts"].get("breached", 0)
        for who in ("province", "county", "other_county", "firm", "operator")
    }
    assert counted == {"province": 2, "county": 1, "other_county": 1, "firm": 1, "operator": 0}


def test_every_rules_page_opens_and_names_its_clause_condition_and_cases(world, at_desk) -> None:
    client, without_cases = at_desk(world.county), []
    for rule in SHIPPED.rules:
        shown = client.get(reverse("authority:rule", args=[rule.id])).content.decode()
        assert escape(rule.title["zh"]) in shown, rule.id
        assert escape(SHIPPED.cite(rule.provisions[0])) in shown, rule.id
        if "本规则还没有算例" in shown:
            without_cases.append(rule.id)
    assert without_cases == []
