"""A published world for the public pages: mines of both tiers, a notice that runs, statements, and things that must not leak."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.directory.published.conftest import quick_law
from tests.publiclog.publishing import publish, standing

__all__ = ["quick_law"]


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    """The second factor has tests of its own."""
    settings.DEMO = True


@pytest.fixture
def today() -> Any:
    """The pages look at the clock; so do these tests."""
    return timezone.localdate()


@pytest.fixture
def public(quick_law: Any) -> Any:
    """A browser in which nobody is signed in, before published mines, a notice and statements."""
    from greenmine.directory.published import writing
    from greenmine.publiclog import tasks

    on = timezone.localdate()
    publish("M00000001")
    publish(
        "M00000002",
        standing("national", number="ML-2025-0002"),
        name="白石铜矿",
        region_code="620525",
        mineral="copper",
        credit_code="",
    )
    publish(
        "M00000003",
        standing("provincial", "removed", reason={"zh": "行政处罚未执行", "en": "penalty"}),
        name="红柳石灰岩矿",
        mineral="limestone",
    )
    publish(
        "M00000004",
        standing("", "notice", number="", entered_on=None),
        name="黑河金矿",
        mineral="gold_lode",
        longitude=None,
        latitude=None,
    )
    writing.publish_notice(
        writing.PublicNoticeRow(
            "GS-2026-0001", "provincial", "甘肃省自然资源厅", "O00000001", "620000", {"zh": "第一批公示", "en": "First batch"},
            on - timedelta(days=1), on + timedelta(days=5), "0931-0000000",
            [writing.NoticeMine("M00000004", "黑河金矿", "黑河矿业有限公司", "620422", {"zh": "拟纳入", "en": "to enter"})],
        )
    )  # fmt: skip
    writing.state(
        "entry", mine="M00000001", region_code="620422", on=on, title={"zh": "青山煤矿纳入省级名录", "en": "Qingshan entered"},
        body={"decision_number": "甘自然资告〔2026〕3号", "lines": [{"what": "<script>alert(1)</script>", "outcome": "fine"}]}, office="甘肃省自然资源厅",
        files=[writing.OpenFile("公告.pdf", "application/pdf", b"%PDF-1.4")],
    )  # fmt: skip
    tasks.seal()
    return Client()


@pytest.fixture
def signed_in() -> Callable[[Any], Client]:
    """`signed_in(person)` is a browser in which this person is signed in."""

    def found(who: Any) -> Client:
        client = Client()
        client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return found
