"""A kept file asked for by its number: a region alone is no right to drafts, opinions, objections and removals."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.selection import ground
from tests.web.authority.selecting import at, place, today

__all__ = ["at", "place", "today"]
pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture(autouse=True)
def _no_second_factor(settings) -> None:
    settings.DEMO = True


def status(client, provenance) -> int:
    return client.get(reverse("people:file", args=[provenance])).status_code


def test_a_file_of_a_draft_is_the_enterprises_alone_until_it_is_filed(place, at) -> None:
    from greenmine.selection import actions as selection

    place.on = timezone.localdate() - timedelta(days=30)
    draft = selection.prepare(place.batch, place.rival_mine.key, **place.act("rival.clerk"))
    kept = selection.bring(draft, "images", ground.paper("现状.txt", "秘密"), **place.act("rival.clerk")).file_id
    strangers = ("county.clerk", "county.decider", "province.decider", "neighbour.clerk", "firm.clerk")
    assert {who: status(at(who), kept) for who in strangers} == dict.fromkeys(strangers, 404)
    assert status(at("rival.clerk"), kept) == 200
    selection.file(draft, agreed=True, **place.act("rival.decider"))
    assert status(at("county.clerk"), kept) == 200
    assert status(at("neighbour.clerk"), kept) == 404


@pytest.mark.parametrize(
    "kind", ["case", "incoming", "inquiry", "letter", "notice", "objection", "package", "removal", "shared"]
)
def test_what_has_a_page_of_its_own_is_handed_out_there_only(place, at, kind) -> None:
    from greenmine.evidence import actions as evidence

    clerk = place.people["province"]["clerk"]
    kept = evidence.keep(
        ground.paper("证据.txt", "举报人住在三号院"),
        by=clerk,
        on=place.on,
        subject=(kind, "X-2026-0001"),
        region_code="140106",
    )
    for who in ("county.clerk", "county.decider", "province.decider", "firm.clerk"):
        assert status(at(who), kept.pk) == 404, who
