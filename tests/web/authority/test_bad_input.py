"""Whatever is typed, forged or left out, the desk answers with a page or a sentence, never with a fault."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

PENALTY = "cn-2024-1.removal.penalty-unperformed"
HUGE = "9" * 40
NASTY = ["", "0", "-1", "²", HUGE, "1.5", "none", "'; DROP TABLE mines;--", "%00", "<script>alert(1)</script>", "../../etc", "矿" * 3000,
         "2026-02-30", "0001-01-01", "9999-12-31", "2026-W01-1", "\ud7ff", "\x00", '"', "a\nb"]  # fmt: skip


def asked_with(value: str) -> list[tuple[str, dict[str, str]]]:
    """Every parameter an address of the desk reads, with this value."""
    return [
        ("dashboard", {"region": value}),
        ("unknowns_export", {"region": value}),
        ("mines", {"q": value}),
        ("mines", {"region": value, "standing": value, "mineral": value, "missing": value}),
        ("mines", {"missing": value}),
        ("mines", {"after": value}),
        ("mines_export", {"q": value, "standing": value}),
        ("requests", {"after": value}),
        ("imports", {"after": value}),
        ("request_new", {"mine": value}),
        ("request_new", {"fact": value, "region": value}),
        ("rulebook", {"q": value}),
    ]


@pytest.mark.parametrize("value", NASTY)
def test_nonsense_in_an_address_is_a_page_all_the_same(world, at_desk, value) -> None:
    client = at_desk(world.province)
    for name, query in asked_with(value):
        assert client.get(reverse(f"authority:{name}"), query).status_code == 200, (name, query)
    about = [
        (reverse("authority:mine", args=[world.green.key]), {"on": value}),
        (reverse("authority:mine_export", args=[world.green.key]), {"on": value}),
        (reverse("authority:explanation", args=[world.green.key, PENALTY]), {"on": value}),
        (reverse("authority:document", args=["cn-2024-1"]), {"q": value, "shown_by": value}),
        (reverse("authority:rule", args=[PENALTY]), {"outcome": value, "after": value}),
    ]
    for address, query in about:
        assert client.get(address, query).status_code == 200, (address, query)
    state = client.get(reverse("authority:state_fact", args=[world.green.key]), {"fact": value})
    assert state.status_code == (404 if value.replace("\0", "").strip() else 200)  # zeros are taken out of addresses


@pytest.mark.parametrize(
    "address",
    [
        "/authority/mines/M99999999/", "/authority/mines/M99999999/findings.xlsx", "/authority/mines/²/",
        "/authority/mines/M99999999/why/no.such.rule/", "/authority/mines/M99999999/state/", "/authority/requests/BL-1999-0001/",
        "/authority/requests/BL-1999-0001/export.xlsx", f"/authority/imports/{HUGE}/", "/authority/imports/0/",
        f"/authority/imports/{HUGE}/progress/", "/authority/rulebook/no-such-document/", "/authority/rulebook/cn-2024-1/99.99/",
        "/authority/rulebook/rules/no.such.rule/", "/authority/rulebook/cn-2024-1/17.2/more/of/it/", "/authority/nothing/",
    ],
)  # fmt: skip
def test_what_does_not_exist_is_said_not_to_exist(world, at_desk, address) -> None:
    answer = at_desk(world.province).get(address)
    assert answer.status_code == 404
    assert "地址有误，或该对象不在您的范围内" in answer.content.decode()


def test_an_unknown_rule_of_a_known_mine_is_not_found(world, at_desk) -> None:
    assert at_desk(world.county).get(f"/authority/mines/{world.green.key}/why/no.such.rule/").status_code == 404


def test_pages_that_only_show_write_nothing_when_posted_to(world, at_desk) -> None:
    from greenmine.facts.models import FactRecord
    from greenmine.ledger.models import Record

    before = (FactRecord.objects.count(), Record.objects.count())
    client = at_desk(world.province)
    for name, arguments in (
        ("dashboard", []), ("unknowns_export", []), ("mines", []), ("mines_export", []), ("mine", [world.green.key]),
        ("mine_export", [world.green.key]), ("explanation", [world.green.key, PENALTY]), ("requests", []), ("to_fill", []),
        ("rulebook", []), ("document", ["cn-2024-1"]), ("provision", ["cn-2024-1", "17.2"]), ("rule", [PENALTY]),
    ):  # fmt: skip
        assert client.post(reverse(f"authority:{name}", args=arguments)).status_code in {200, 405}, name
    assert (FactRecord.objects.count(), Record.objects.count()) == before


def test_acts_are_not_done_by_following_a_link(world, at_desk) -> None:
    client = at_desk(world.province)
    for name, arguments in (
        ("view_save", []), ("view_remove", [1]), ("request_chase", ["BL-2026-0001"]), ("import_map", [1]),
        ("import_recognise", [1]), ("import_commit", [1]), ("import_undo", [1]),
    ):  # fmt: skip
        assert client.get(reverse(f"authority:{name}", args=arguments)).status_code == 405, name


@pytest.mark.parametrize("as_of", ["", "2026-02-30", "yesterday", "9" * 30, "2026-13-01"])
def test_an_upload_without_a_real_day_is_refused_in_a_sentence(world, at_desk, as_of) -> None:
    file = SimpleUploadedFile("台账.csv", "矿山名称\n青山煤矿\n".encode())
    answer = at_desk(world.county).post(reverse("authority:imports"), {"file": file, "as_of": as_of})
    assert answer.status_code == 200
    assert "请选择文件并填写台账截至日" in answer.content.decode()


def test_an_upload_without_a_file_is_refused_in_a_sentence(world, at_desk) -> None:
    answer = at_desk(world.county).post(reverse("authority:imports"), {"as_of": "2026-06-30"})
    assert "请选择文件并填写台账截至日" in answer.content.decode()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "请至少选择一项事实"),
        ({"fact": ["construction_nature"], "due_on": ""}, "请填写期限"),
        ({"fact": ["construction_nature"], "due_on": "2026-02-30"}, "期限不是有效日期"),
        ({"fact": ["construction_nature"], "due_on": "tomorrow"}, "期限不是有效日期"),
        ({"fact": ["construction_nature"], "due_on": "2001-01-01"}, "期限不能早于今天"),
        ({"fact": ["no_such_fact"], "due_on": "2999-01-01"}, "请至少选择一座矿山"),
    ],
)
def test_a_request_that_cannot_be_sent_says_why(world, at_desk, given, sentence) -> None:
    from greenmine.evaluation.models import FactRequest

    answer = at_desk(world.county).post(reverse("authority:request_new"), {"mine": [world.green.key], **given})
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert FactRequest.objects.count() == 0


def test_a_request_for_another_countys_mine_is_sent_to_nobody(world, at_desk) -> None:
    from greenmine.evaluation.models import FactRequest

    given = {"mine": [world.white.key], "fact": ["construction_nature"], "due_on": "2999-01-01"}
    answer = at_desk(world.county).post(reverse("authority:request_new"), given)
    assert answer.status_code == 200
    assert world.white.name not in answer.content.decode()
    assert FactRequest.objects.count() == 0


def test_words_of_the_page_are_never_taken_for_markup(world, at_desk) -> None:
    shown = at_desk(world.county).get(reverse("authority:mines"), {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert(1)" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_a_view_without_a_name_is_refused_in_a_sentence(world, at_desk) -> None:
    answer = at_desk(world.county).post(reverse("authority:view_save"), {"name": " ", "query": "q=a"})
    assert answer.status_code == 403
    assert "请为筛选条件起一个名称" in answer.content.decode()
