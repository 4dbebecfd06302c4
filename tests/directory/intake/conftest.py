"""Letters need the law, an office in charge, and a published mine on notice."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.conftest import TODAY
from tests.directory.conftest import house
from tests.directory.published.conftest import quick_law
from tests.publiclog.publishing import publish, standing

__all__ = ["quick_law"]


@pytest.fixture
def mine(quick_law: Any) -> Any:
    return publish()


@pytest.fixture
def notice(quick_law: Any, cast: Any) -> Any:
    from greenmine.directory.published import writing

    publish("M00000002", standing("", "notice", number="", entered_on=None), name="白石铜矿")
    return writing.publish_notice(
        writing.PublicNoticeRow(
            "GS-2026-0001", "provincial", "甘肃省自然资源厅", house(cast.province).key, "620000", {"zh": "第一批公示", "en": "first"},
            TODAY, date(2026, 11, 27), "0931-0000000", [writing.NoticeMine("M00000002", "白石铜矿", "白石矿业有限公司", "620422")],
        )
    )  # fmt: skip
