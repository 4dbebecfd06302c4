"""Writes which provisions the tests demonstrated, with the hash of the tree they ran on (`build/shown.json`).

A test says what it demonstrates: `@pytest.mark.shows("cn-2024-1/7.2.b", by="act")`, and `refusal=True` where it shows
the refusal or the unknown. `./run rulebook coverage` counts a provision as shown by act or record only when a passing
test of each sort names it.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from greenmine.editions.checking.tree import ROOT, tree_hash

SHOWN = ROOT / "build" / "shown.json"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "shows(*provisions, by, refusal=False): the provisions this test demonstrates")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Carry the marks in the report's properties, which survive the way from a worker process."""
    for item in items:
        for mark in item.iter_markers("shows"):
            by, refusal = mark.kwargs["by"], bool(mark.kwargs.get("refusal"))
            item.user_properties.append(("shows", [list(mark.args), by, refusal]))


def pytest_sessionstart(session: pytest.Session) -> None:
    session.config.pluginmanager.register(_Recorder(session.config), "provisions-recorder")


class _Recorder:
    """Gathers the reports where they all arrive, and writes the file when the whole session was green."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.shown: list[dict[str, Any]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" or not report.passed:
            return
        for name, value in report.user_properties:
            if name == "shows":
                provisions, by, refusal = value  # type: ignore[misc]
                for provision in provisions:
                    self.shown.append({"provision": provision, "by": by, "refusal": refusal, "test": report.nodeid})

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        whole_run = not session.config.args or session.config.args in (["tests"], [str(ROOT / "tests")])
        is_worker = hasattr(self.config, "workerinput")
        if exitstatus == 0 and whole_run and not is_worker:
            SHOWN.parent.mkdir(exist_ok=True)
            SHOWN.write_text(json.dumps({"tree": tree_hash(), "shown": self.shown}, ensure_ascii=False, indent=0))
