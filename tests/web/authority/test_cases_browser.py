"""The desk of cases and a paper's whole page in a real browser: desk and phone, without a complaint, by keyboard."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from greenmine.papers import actions as papers
from greenmine.procedures import actions as procedures
from greenmine.procedures.models import Case, Supervision, WorkItem
from tests.conftest import person
from tests.papers.test_way import DECISION

PICTURES = Path(__file__).parents[3] / "build" / "pictures"
ON = timezone.localdate()


def _sign_in(page: Any, address: str, name: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{address}/accounts/login/")
    page.fill("#id_login", name)
    page.fill("#id_password", f"{name}-{name}-9")
    page.press("#id_password", "Enter")
    page.wait_for_url(lambda now: "login" not in now)


def _look(page: Any, address: str, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.goto(address).status == 200
        page.screenshot(path=PICTURES / f"{name}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, (name, width)


@pytest.mark.django_db(transaction=True)
def test_cases_and_papers_on_desk_and_phone(
    live_server: Any, cast: Any, page: Any, settings: Any, tmp_path: Any
) -> None:
    from greenmine.editions import queries as editions
    from greenmine.evaluation import actions as evaluation

    settings.DEMO, settings.DATA = True, tmp_path
    evaluation.activate_edition(editions.candidate_text(), by="首次启用人", on=ON)
    office = cast.province.memberships.get().organisation
    case: Case = procedures.open_case(
        "misconduct-inquiry", subject=("agency", "A0000001"), region_code="620000", by=cast.province_reviewer,
        organisation=office, on=ON, title="陇原评估咨询有限公司", payload={"grounds": "cn-2024-1/17.0.4", "source": "复核比对"},
    )  # fmt: skip
    WorkItem.objects.filter(case=case).update(due_on=ON - timedelta(days=1))
    paper = papers.make(
        "removal-decision", {**DECISION, "effective_on": ON}, subject=("case", case.number), region_code="620000",
        by=cast.province_clerk, organisation=office, on=ON,
    )  # fmt: skip
    person(office, "lawyer", "段法制", "reviewer")
    troubles: list[str] = []
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    address = live_server.url
    _sign_in(page, address, "provincereviewer")
    for path, name in (
        ("/authority/cases/", "cases"), (f"/authority/cases/{case.number}/", "case"), ("/authority/papers/", "papers"),
        (f"/papers/{paper.pk}/", "paper-review"), ("/authority/papers/new/?kind=reminder", "paper-new"),
        ("/authority/cases/delegations/", "delegations"), ("/authority/cases/readings/", "readings"),
        (f"/authority/cases/{case.number}/migration/?table=misconduct-inquiry", "case-migration"),
    ):  # fmt: skip
        _look(page, f"{address}{path}", name)
    page.goto(f"{address}/papers/{paper.pk}/")
    page.fill("#review-text", "事实清楚")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("已审核").first.wait_for()
    page.goto(f"{address}/authority/cases/{case.number}/")
    page.fill("#supervise-reason", "请说明原因并尽快办理")
    page.get_by_role("button", name="督办", exact=True).click()
    page.get_by_text("已督办").first.wait_for()
    assert Supervision.objects.get().reason == "请说明原因并尽快办理"
    assert troubles == []
