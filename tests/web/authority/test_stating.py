"""Stating a fact: every kind of value the dictionary knows, what it refuses, and the evidence that goes with it."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

PENALTY = "cn-2024-1.removal.penalty-unperformed"
PDF = b"%PDF-1.7\n%%EOF\n"


def place(mine, fact: str) -> str:
    return f"{reverse('authority:state_fact', args=[mine.key])}?fact={fact}"


def known(law, mine, name: str):
    """The value of a mine's fact as files write it, and who said it; None where nobody did."""
    from greenmine.facts import queries as facts

    sheet = facts.sheet_of(law, "mine", mine.key, on=timezone.localdate(), known_at=timezone.now())
    return law.dictionary[name].show(sheet.values[name]) if name in sheet.values else None


@pytest.mark.parametrize(
    ("fact", "typed", "stored"),
    [
        ("tailings_pond", "true", True),
        ("tailings_pond", "false", False),
        ("mining_license_valid_until", "2031-06-30", "2031-06-30"),
        ("beneficiation_water_recycling_rate", "0.85", "0.8500"),
        ("remaining_life_years", "3", "3.00"),
        ("staff_training_count_year", "2", 2),
        ("commissioning_year", "2012", 2012),
        ("construction_nature", "existing", "existing"),
        ("region_code", "620422", "620422"),
        ("mining_license_number", "C6200002010017120052345", None),
    ],
)
def test_every_kind_of_value_is_stated_and_shown(world, at_desk, fact, typed, stored) -> None:
    client = at_desk(world.county if "county_nr" in world.law.dictionary[fact].stated_by else world.firm)
    assert client.get(place(world.green, fact)).status_code == 200
    answer = client.post(place(world.green, fact), {"value": typed}, follow=True)
    assert answer.redirect_chain == [(reverse("authority:mine", args=[world.green.key]), 302)], answer.context[
        "form"
    ].errors
    assert f"已填报：{world.law.dictionary[fact].label['zh']}" in answer.content.decode()
    if stored is not None:
        assert known(world.law, world.green, fact) == stored


@pytest.mark.parametrize(
    ("fact", "typed"),
    [
        ("tailings_pond", "maybe"),
        ("mining_license_valid_until", "2026-02-30"),
        ("mining_license_valid_until", "30/06/2031"),
        ("beneficiation_water_recycling_rate", "85"),
        ("beneficiation_water_recycling_rate", "0.12345"),
        ("beneficiation_water_recycling_rate", "85%"),
        ("remaining_life_years", "-1"),
        ("remaining_life_years", "9" * 60),
        ("remaining_life_years", "很长"),
        ("staff_training_count_year", "2.5"),
        ("commissioning_year", "12"),
        ("construction_nature", "old"),
        ("region_code", "999999999"),
        ("tailings_pond", ""),
    ],
)
def test_a_value_outside_the_domain_is_refused_in_a_sentence_and_nothing_is_recorded(
    world, at_desk, fact, typed
) -> None:
    from greenmine.facts.models import FactRecord

    before = FactRecord.objects.count()
    client = at_desk(world.county if "county_nr" in world.law.dictionary[fact].stated_by else world.firm)
    answer = client.post(place(world.green, fact), {"value": typed})
    assert answer.status_code == 200
    assert "invalid-feedback" in answer.content.decode() or "alert-danger" in answer.content.decode()
    assert FactRecord.objects.count() == before


def test_none_is_said_explicitly_and_is_not_unknown(world, at_desk) -> None:
    fact = "earliest_unperformed_penalty_due_on"
    client = at_desk(world.county)
    assert "没有（明确为“无”）" in client.get(place(world.red, fact)).content.decode()
    assert client.post(place(world.red, fact), {"is_none": "on"}).status_code == 302
    assert known(world.law, world.red, fact) == "none"
    assert "is_none" not in client.get(place(world.red, "tailings_pond")).context["form"].fields


def test_what_only_the_system_records_is_stated_by_nobody(world, at_desk) -> None:
    for fact in ("provincial_entry", "complaints_open", "no_such_fact", "region.no_such"):
        assert at_desk(world.province).get(place(world.green, fact)).status_code == 404
        assert at_desk(world.province).post(place(world.green, fact), {"value": "1"}).status_code == 404
    offered = {
        name
        for name, _ in at_desk(world.county)
        .get(reverse("authority:state_fact", args=[world.green.key]))
        .context["fact_options"]
    }
    assert "tailings_pond" in offered
    assert "provincial_entry" not in offered


def test_who_does_not_state_a_fact_is_told_who_does(world, at_desk) -> None:
    answer = at_desk(world.firm).post(place(world.green, "earliest_unperformed_penalty_due_on"), {"is_none": "on"})
    assert answer.status_code == 200
    shown = answer.content.decode()
    assert "不由青山矿业有限公司" in shown
    assert "应由" in shown


def test_a_fact_of_the_holder_is_stated_of_the_enterprise(world, at_desk) -> None:
    from greenmine.facts.models import FactRecord

    answer = at_desk(world.firm).post(place(world.green, "holder.rnd_spend_ratio"), {"value": "0.015"})
    assert answer.status_code == 302
    stated = FactRecord.objects.get(name="rnd_spend_ratio")
    assert (stated.subject_kind, stated.subject_key, stated.value) == ("enterprise", world.green.holder.key, '"0.0150"')


def test_stating_a_fact_is_an_act_of_a_named_person(world, at_desk) -> None:
    from greenmine.ledger.models import Record

    at_desk(world.county).post(place(world.green, "tailings_pond"), {"value": "true"})
    act = Record.objects.filter(verb="facts.stated").latest("id")
    assert "王经办" in str(vars(act))


def test_the_page_says_what_is_known_already_and_what_would_be_settled(world, at_desk) -> None:
    at_desk(world.county).post(place(world.green, "remaining_life_years"), {"value": "2.5"})
    shown = at_desk(world.county).get(place(world.green, "remaining_life_years")).content.decode()
    for words in ("现有值", "2.50 年", "填报后可判定", "可用的佐证", "县级自然资源主管部门"):
        assert words in shown, words


def test_evidence_is_kept_and_found_again_by_who_may_see_the_mine(world, at_desk) -> None:
    from greenmine.evidence.models import Provenance
    from greenmine.facts.models import FactRecord

    file = SimpleUploadedFile("许可证.pdf", PDF, content_type="application/pdf")
    answer = at_desk(world.county).post(place(world.green, "tailings_pond"), {"value": "true", "evidence": file})
    assert answer.status_code == 302
    kept = Provenance.objects.get()
    assert (kept.name, kept.subject_key) == ("许可证.pdf", world.green.key)
    assert FactRecord.objects.latest("id").evidence == [str(kept.pk)]
    address = reverse("people:file", args=[kept.pk])
    for above in (world.county, world.city, world.province, world.auditor):
        assert at_desk(above).get(address).status_code == 200
    assert at_desk(world.other_county).get(address).status_code == 404
    assert at_desk(world.rival).get(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [("程序.exe", b"MZ\x90\x00" + b"\0" * 64), ("假的.pdf", b"PK\x03\x04 not a pdf"), ("空.pdf", b"")],
)
def test_a_file_that_is_no_evidence_is_refused_and_the_fact_is_not_recorded(world, at_desk, name, content) -> None:
    from greenmine.facts.models import FactRecord

    before = FactRecord.objects.count()
    answer = at_desk(world.county).post(
        place(world.green, "tailings_pond"), {"value": "true", "evidence": SimpleUploadedFile(name, content)}
    )
    assert answer.status_code == 200
    assert "evidence" in answer.context["form"].errors
    assert FactRecord.objects.count() == before


def test_what_is_stated_is_judged_at_once_on_the_mines_page(world, at_desk) -> None:
    client, address = at_desk(world.county), reverse("authority:mine", args=[world.green.key])
    assert client.get(address).context["standing"].state == "ground_present"
    client.post(place(world.green, "earliest_unperformed_penalty_due_on"), {"is_none": "on"})
    shown = client.get(address)
    assert shown.context["standing"].state != "ground_present"
    assert [
        group.id for group in shown.context["groups"] if PENALTY in [found.rule.id for found in group.findings]
    ] == ["satisfied"]
    assert "会宁县自然资源局 · 王经办" in shown.content.decode()
