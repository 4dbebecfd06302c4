"""What an office does about what is public: withdraws its own words, releases a point; each with a reason, in its region."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from greenmine.directory.published.models import PublishedMine, Statement
from greenmine.ledger.models import Record
from tests.conftest import TODAY
from tests.directory.conftest import law, world

__all__ = ["law", "world"]
pytestmark = pytest.mark.django_db


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def listed(world: Any) -> Any:
    from greenmine.registry.models import Mine

    Mine.objects.filter(key=world.mine.key).update(longitude="105.123456", latitude="35.789000")
    world.listed(on=TODAY - timedelta(days=30))
    return world


def test_an_office_withdraws_what_it_said_and_the_text_is_gone_everywhere(listed: Any, signed_in: Any) -> None:
    entry = Statement.objects.get(kind="entry")
    desk = signed_in(listed.cast.province)
    assert entry.number in text(desk.get(reverse("authority:publicity")))
    page = text(desk.post(reverse("authority:publicity_withdraw"), {"number": entry.number, "reason": ""}, follow=True))
    assert "请填写理由" in page
    desk.post(reverse("authority:publicity_withdraw"), {"number": entry.number, "reason": "公示期满"})
    shown = text(Client().get(reverse("public:statement", args=[entry.number])))
    assert "公示期满" in shown
    assert entry.title_zh not in shown
    assert Record.objects.get(verb="directory.statement_withdrawn").subject_key == entry.number
    again = desk.post(reverse("authority:publicity_withdraw"), {"number": entry.number, "reason": "再撤"}, follow=True)
    assert "已撤回" in text(again)
    missing = desk.post(
        reverse("authority:publicity_withdraw"), {"number": "GK-2026-999999", "reason": "无"}, follow=True
    )
    assert "没有这条公开信息" in text(missing)


def test_nobody_withdraws_what_another_office_said(listed: Any, signed_in: Any) -> None:
    entry = Statement.objects.get(kind="entry")
    for who in (listed.cast.county_decider, listed.cast.ministry, listed.cast.county, listed.cast.enterprise):
        given = {"number": entry.number, "reason": "不同意"}
        response = signed_in(who).post(reverse("authority:publicity_withdraw"), given, follow=True)
        assert response.status_code in {200, 403}
    entry.refresh_from_db()
    assert entry.withdrawn_on is None


def test_a_point_is_released_with_a_reason_kept_when_renewed_and_made_coarse_again(listed: Any, signed_in: Any) -> None:
    from greenmine.directory import publishing

    desk, key = signed_in(listed.cast.province), listed.mine.key
    assert (PublishedMine.objects.get(key=key).longitude, PublishedMine.objects.get(key=key).released) == (
        105.25,
        False,
    )
    desk.post(reverse("authority:publicity_release"), {"mine": key, "released": "yes", "reason": "建设部门需要"})
    assert PublishedMine.objects.get(key=key).longitude == 105.12346
    publishing.publish(key, on=TODAY)
    assert PublishedMine.objects.get(key=key).released
    desk.post(reverse("authority:publicity_release"), {"mine": key, "released": "no", "reason": "不再需要"})
    assert PublishedMine.objects.get(key=key).longitude == 105.25
    again = desk.post(
        reverse("authority:publicity_release"), {"mine": key, "released": "no", "reason": "x"}, follow=True
    )
    assert "已是所选精度" in text(again)
    missing = desk.post(
        reverse("authority:publicity_release"), {"mine": "M0", "released": "no", "reason": "x"}, follow=True
    )
    assert "没有这座矿山" in text(missing)


def test_another_county_releases_nothing(listed: Any, signed_in: Any) -> None:
    given = {"mine": listed.mine.key, "released": "yes", "reason": "想看"}
    for who in (listed.cast.other_county, listed.cast.enterprise, listed.cast.county):
        assert signed_in(who).post(reverse("authority:publicity_release"), given).status_code == 403
    assert not PublishedMine.objects.get(key=listed.mine.key).released
