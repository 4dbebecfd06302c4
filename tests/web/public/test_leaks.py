"""Nothing undecided, nobody's name and no unpublished mine at any outlet: every address that opens to anyone is walked.

The world holds what could leak: a proposed removal, an objection by name, letters with notes, a mine on no notice.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from greenmine.accounts.matrix import matrix
from tests.conftest import TODAY
from tests.directory.conftest import house, law, world
from tests.directory.test_removals import PERSON

__all__ = ["law", "world"]
pytestmark = pytest.mark.django_db
OBJECTOR, PHONE, LETTER, NOTE = "欧阳异议", "13912345678", "夜间偷排尾矿水的情况", "线人住在三号院"
FRAMES = {"people:home", "people:language", "people:activate", "people:healthz"}


class Outlets:
    """Every address of the matrix that opens to anyone, filled with keys that exist."""

    def __init__(self, keys: dict[str, list[str]]) -> None:
        self.keys = keys

    def addresses(self) -> list[str]:
        found = []
        for page in matrix().pages.values():
            if page.verb != "anyone" or page.url in FRAMES:
                continue
            found += self._filled(page.url)
        return found

    def _filled(self, name: str) -> list[str]:
        namespace, _, plain = name.partition(":")
        resolver = get_resolver()
        for part in resolver.namespace_dict[namespace][1].reverse_dict.getlist(plain):
            for _, parameters in part[0]:
                if not parameters:
                    return [reverse(name)]
                return [
                    reverse(name, kwargs={parameter: value if len(parameters) == 1 else self._one(parameter, value) for parameter in parameters})
                    for value in self.keys.get(parameters[0], ["1"])
                    if self._fits(name, parameters, value)
                ]  # fmt: skip
        return []

    def _one(self, parameter: str, value: str) -> str:
        return value if parameter in {"key", "number", "day"} else (self.keys.get(parameter) or ["1"])[0]

    def _fits(self, name: str, parameters: list[str], value: str) -> bool:
        try:
            reverse(name, kwargs={one: value if len(parameters) == 1 else self._one(one, value) for one in parameters})
        except NoReverseMatch:
            return False
        return True


@pytest.fixture
def leaky(world: Any) -> Any:
    """A listed mine whose removal is proposed, another on notice with an objection, one nobody published."""
    from greenmine.directory import actions as directory
    from greenmine.directory import incoming
    from greenmine.directory.intake import actions as intake
    from greenmine.directory.intake.actions import Letter
    from greenmine.directory.intake.permissions import From
    from greenmine.directory.published import proofs_open, proofs_status
    from greenmine.publiclog import tasks

    entry = world.listed()
    later = TODAY + timedelta(days=10)
    removal = directory.propose_removal(entry, PERSON, evidence_files=[world.file()], **world.as_("county", later))
    noticed = world.another_mine("黑河金矿")
    hidden = world.another_mine("绝密采石场")
    notice = world.noticed(noticed, on=later)
    sent = intake.send(
        Letter("objection", LETTER, mine=noticed.key, notice=notice.number), on=later, sender=From(OBJECTOR, PHONE)
    )
    objection = incoming.register(sent.envelope, **world.as_("province", later))
    complaint = intake.send(Letter("complaint", LETTER, mine=world.mine.key), on=later, sender=From(OBJECTOR, PHONE))
    intake.write_down(complaint.envelope, NOTE, **world.as_("county", later))
    tasks.seal()
    proofs_status.renew(on=later)
    proofs_open.write_day(on=later)
    return world, removal, objection, hidden, notice, sent, later


def read(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return bytes(content).decode("utf-8", errors="replace")


@pytest.mark.shows("cn-2024-1/9.2.f", by="act", refusal=True)
def test_no_outlet_tells_what_is_not_decided_or_who(leaky: Any) -> None:
    from greenmine.directory.published.models import Statement

    world, removal, objection, hidden, notice, sent, later = leaky
    keys = {
        "key": [world.mine.key, hidden.key], "mine": [world.mine.key, hidden.key], "code": ["91620100MA71ABCD8H"], "day": [later.isoformat()],
        "name": ["mines.csv", "mines.json", "notices.json", "statements.json", "log.ndjson", "status-list.json"],
        "number": [*Statement.objects.values_list("number", flat=True), notice.number, removal.number, objection.number, "1", "2", "3"],
        "size": ["1", "2", "3", "4"], "file": ["1"],
    }  # fmt: skip
    people = [str(one.name) for one in world.cast] + ["冯签发", "蒋经办", "沈签发"]
    secrets = [
        "经查实存在违法开采", "removal_proposed", removal.number, OBJECTOR, PHONE, LETTER, NOTE, "绝密采石场", hidden.key, sent.code,
        sent.envelope.number, objection.number, *people,
    ]  # fmt: skip
    client = Client()
    addresses = Outlets(keys).addresses()
    for name in keys["name"]:
        addresses += [reverse("public:data_file", args=[later.isoformat(), name])]
    addresses += [f"{reverse('public:mines')}?words={quote(word)}" for word in ("绝密", "采石场", hidden.key)]
    addresses += [
        f"{reverse('public:mines')}?standing=removal_proposed",
        f"{reverse('public:statements')}?kind=removal",
    ]
    opened = 0
    for address in addresses:
        response = client.get(address)
        text = read(response)
        opened += response.status_code == 200
        for secret in secrets:
            if (
                quote(secret) in address or secret in address
            ):  # what was asked for is said back in "not found" and search boxes
                continue
            assert secret not in text, (address, secret)
    assert opened > 40


def test_a_proposed_removal_leaves_the_mine_listed_for_the_public(leaky: Any) -> None:
    from greenmine.directory.published import queries as published

    world = leaky[0]
    mine = published.mine(world.mine.key)
    assert mine is not None
    assert mine.standing == "listed"
    assert "在册" in read(Client().get(reverse("public:mine", args=[world.mine.key])))


def test_an_official_sees_no_more_on_the_public_desk_than_anybody(leaky: Any, signed_in: Any) -> None:
    world, removal, *_ = leaky
    for who in (world.cast.ministry, world.cast.province, world.cast.enterprise):
        text = read(signed_in(who).get(reverse("public:mine", args=[world.mine.key])))
        assert removal.number not in text
        assert "经查实存在违法开采" not in text


def test_the_letter_is_seen_by_nobody_without_its_code(leaky: Any) -> None:
    _, _, _, _, _, sent, _ = leaky
    client = Client()
    page = read(client.post(reverse("public:status"), {"code": sent.code}))
    assert sent.envelope.number in page
    assert OBJECTOR not in page
    assert LETTER not in page
    for wrong in (sent.code[:-1], sent.envelope.number, "", "' OR 1=1 --", "A" * 400):
        assert sent.envelope.number not in read(client.post(reverse("public:status"), {"code": wrong}))
    assert house(leaky[0].cast.county).key not in page


def test_why_it_is_listed_tells_gates_and_offices_and_no_finding_of_today(leaky: Any) -> None:
    from greenmine.directory import publishing
    from greenmine.directory.published import queries as published

    world, later = leaky[0], leaky[-1]
    publishing.publish(world.mine.key, on=later)
    mine = published.mine(world.mine.key)
    assert mine is not None
    assert mine.detail.why["decision_number"] == "甘自然资发〔2026〕88号"
    assert "today" not in mine.detail.why
    assert "changed" not in mine.detail.why
    page = read(Client().get(reverse("public:mine", args=[world.mine.key])))
    assert "为什么在名录中" in page
    assert "一路的关口" in page
