"""The frame of every page in a real browser: by keyboard, on a phone, in both languages, without an outside network."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def here(live_server: Any, cast: Any, page: Any) -> Any:
    """Sign in by the page itself."""
    troubles: list[str] = []
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    page.on(
        "request",
        lambda asked: troubles.append(asked.url) if not asked.url.startswith((live_server.url, "data:")) else None,
    )
    page.goto(f"{live_server.url}/accounts/login/")

    def sign_in(username: str) -> Any:
        page.fill("#id_login", username)
        page.fill("#id_password", f"{username}-{username}-9")
        page.press("#id_password", "Enter")
        page.wait_for_url(lambda url: "login" not in url)
        return page

    sign_in.troubles = troubles  # type: ignore[attr-defined]
    return sign_in


@pytest.mark.django_db(transaction=True)
def test_signing_in_and_out_loads_nothing_from_outside_and_breaks_no_policy(here) -> None:
    page = here("admin")
    here.troubles.clear()  # the first page of the menu needs an edition, which these tests do without
    page.goto("/".join(page.url.split("/")[:3]) + "/people/")
    assert page.locator("h1").inner_text() == "人员管理"
    page.click("text=退出")
    page.wait_for_url("**/accounts/login/**")
    assert here.troubles == []


@pytest.mark.django_db(transaction=True)
def test_the_first_key_leads_past_the_menu(here) -> None:
    page = here("admin")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


@pytest.mark.django_db(transaction=True)
def test_the_language_is_switched_and_stays(here) -> None:
    page = here("admin")
    page.click("text=English")
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.lang") == "en"
    page.reload()
    assert page.locator("text=Sign out").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_phone_needs_no_sideways_scrolling(here) -> None:
    page = here("admin")
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("/people/", "/notices/", "/accounts/2fa/"):
        page.goto("/".join(page.url.split("/")[:3]) + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    page.click("button.navbar-toggler")
    page.locator("#menu a").first.wait_for(state="visible")
