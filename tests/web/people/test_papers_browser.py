"""The page of a paper in a real browser: on a desk and on a phone, without a complaint, operable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from greenmine.accounts import queries as accounts
from greenmine.papers import actions as papers
from tests.papers.conftest import NOTICE

PICTURES = Path(__file__).parents[3] / "build" / "pictures"


@pytest.mark.django_db(transaction=True)
def test_a_paper_is_signed_on_a_phone(live_server: Any, cast: Any, page: Any, settings: Any, tmp_path: Any) -> None:
    from greenmine.editions import queries as editions
    from greenmine.evaluation import actions as evaluation

    settings.DEMO, settings.DATA = True, tmp_path
    on = accounts.today()
    evaluation.activate_edition(editions.candidate_text(), by="首次启用人", on=on)
    notice = papers.make(
        "prior-notice", NOTICE, subject=("case", "DC-2026-0001"), region_code="620000", by=cast.province_reviewer,
        organisation=cast.province.memberships.get().organisation, on=on,
    )  # fmt: skip
    troubles: list[str] = []
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(f"{live_server.url}/accounts/login/")
    page.fill("#id_login", "province")
    page.fill("#id_password", "province-province-9")
    page.press("#id_password", "Enter")
    page.wait_for_url(lambda address: "login" not in address)
    PICTURES.mkdir(parents=True, exist_ok=True)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.goto(f"{live_server.url}/papers/{notice.pk}/").status == 200
        page.screenshot(path=PICTURES / f"paper-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    page.get_by_role("button", name="签发").click()
    page.get_by_text("已签发").first.wait_for()
    page.get_by_role("button", name="编号").click()
    page.get_by_text(f"绿矿评告〔{on.year}〕1号").first.wait_for()
    page.fill("#received-by", "许评估")
    page.screenshot(path=PICTURES / "paper-serve-390.png", full_page=True)
    page.get_by_role("button", name="送达登记").click()
    page.get_by_text("已登记送达").first.wait_for()
    assert troubles == []
