"""The demonstration province behind a live server, and the system's Chromium before it.

What goes wrong beside the point of a test (a console error, a request to another house) fails it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

PICTURES = Path(__file__).parents[2] / "build" / "pictures"
PHONE = {"width": 390, "height": 844}


class Desk:
    """A browser at the desk: where it is, and what it complained of."""

    def __init__(self, page: Any, url: str, passwords: dict[str, str]) -> None:
        self.page, self.url, self.passwords = page, url, passwords
        self.troubles: list[str] = []
        page.on("console", lambda said: self.troubles.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on(
            "request",
            lambda asked: None if asked.url.startswith((url, "data:", "blob:")) else self.troubles.append(asked.url),
        )

    def sign_in(self, username: str) -> None:
        """Sign in by the page."""
        self.page.goto(f"{self.url}/accounts/login/")
        self.page.fill("#id_login", username)
        self.page.fill("#id_password", self.passwords[username])
        self.page.press("#id_password", "Enter")
        self.page.wait_for_url(lambda address: "login" not in address)

    def go(self, path: str) -> None:
        """Open an address of this house."""
        assert self.page.goto(f"{self.url}{path}").status == 200, path

    def picture(self, name: str) -> None:
        """Keep a picture of the page for whoever looks at build/pictures."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png", full_page=True)

    def sideways(self) -> int:
        """How many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@pytest.fixture
def demo(transactional_db: None, settings: Any, tmp_path: Any) -> dict[str, str]:
    """The demonstration, built by the real actions; the passwords of its accounts."""
    from greenmine.config import demo

    settings.DEMO = True
    settings.DATA = tmp_path
    return {made.username: made.password for made in demo.build(progress=lambda _: None, third_parties=False)}


@pytest.fixture
def whole_demo(transactional_db: None, settings: Any, tmp_path: Any) -> dict[str, str]:
    """The demonstration with its self-assessments, agencies, engagements and a filed report."""
    from greenmine.config import demo

    settings.DEMO = True
    settings.DATA = tmp_path
    return {made.username: made.password for made in demo.build(progress=lambda _: None)}


@pytest.fixture
def desk(demo: dict[str, str], live_server: Any, page: Any) -> Iterator[Desk]:
    """A browser before the demonstration."""
    found = Desk(page, live_server.url, demo)
    page.set_default_timeout(10_000)
    yield found
    assert found.troubles == []


@pytest.fixture
def worker() -> Callable[[], None]:
    """One turn of the worker: queued imports are read or written, then whatever changed is judged."""
    from django.utils import timezone

    from greenmine.editions import queries as editions
    from greenmine.evaluation import tasks as evaluation
    from greenmine.registry import tasks
    from greenmine.registry.models import ImportBatch

    def turn() -> None:
        for batch in ImportBatch.objects.filter(state="uploaded"):
            tasks.read_import.func(batch.pk)
        for batch in ImportBatch.objects.filter(state="committing"):
            tasks.write_import.func(batch.pk)
        evaluation.rejudge_changed(editions.active(), on=timezone.localdate(), known_at=timezone.now())

    return turn
