"""Mines, notices and statements as the directory publishes them, for the tests of the log, the proofs and the API."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.conftest import TODAY

CODES = ("91620100MA71ABCD8H", "91110000000000000X")


def standing(tier: str = "provincial", state: str = "listed", **fields: Any) -> Any:
    from greenmine.directory.published.writing import TierStanding

    fields = {
        "number": "ML-2026-0001", "entered_on": date(2026, 3, 2), "decision_number": "甘自然资告〔2026〕3号",
        "certificate_number": "GS-LSKS-2026-0001", "owner": "甘肃省自然资源厅", **fields,
    }  # fmt: skip
    return TierStanding(tier, state, **fields)


def publish(key: str = "M00000001", *standings: Any, on: date = TODAY, **fields: Any) -> Any:
    from greenmine.directory.published import writing

    fields = {
        "name": "青山煤矿", "region_code": "620422", "mineral": "coal", "scale": "large", "holder": "青山矿业有限公司",
        "credit_code": CODES[0], "longitude": 105.123, "latitude": 35.789, **fields,
    }  # fmt: skip
    mine = writing.PublicMine(key=key, standings=standings or (standing(),), **fields)
    return writing.publish_mine(mine, on=on)


def state_entry(key: str = "M00000001", kind: str = "entry", **body: Any) -> Any:
    from greenmine.directory.published import writing

    return writing.state(
        kind, mine=key, region_code="620422", on=TODAY, title={"zh": "纳入省级绿色矿山名录", "en": "Entered"},
        body={"decision_number": "甘自然资告〔2026〕3号", **body}, office="甘肃省自然资源厅",
    )  # fmt: skip


def notice(number: str = "GS-2026-0001", *keys: str) -> Any:
    from greenmine.directory.published import writing

    return writing.publish_notice(
        writing.PublicNoticeRow(
            number=number, stage="provincial", office="甘肃省自然资源厅", organisation="O00000003", region_code="620000",
            title={"zh": "2026年第一批公示", "en": "First batch of 2026"}, from_on=date(2026, 11, 16), until_on=date(2026, 11, 27),
            contact="矿产资源保护监督处 0931-0000000",
            mines=[writing.NoticeMine(key, f"{key}矿", "白石矿业有限公司", "620422", {"zh": "拟纳入", "en": "to be entered"}) for key in keys],
        )
    )  # fmt: skip
