"""A file that eats memory or time ends the child that reads it, not the worker."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from greenmine.registry.confined import TooMuch, confined
from greenmine.registry.ledgers.problems import LedgerRefused, refuse


def test_what_the_work_returns_comes_back_from_another_process() -> None:
    assert confined(lambda: (os.getpid(), ["矿" * 1000] * 5000), seconds=20, megabytes=500) != (os.getpid(), [])
    assert confined(lambda: ["矿", 1, None], seconds=20, megabytes=500) == ["矿", 1, None]


def test_a_refusal_comes_back_with_its_sentences() -> None:
    def refused() -> None:
        raise refuse("不是台账", "no ledger")

    with pytest.raises(LedgerRefused) as caught:
        confined(refused, seconds=20, megabytes=500)
    assert [(one.zh, one.en) for one in caught.value.problems] == [("不是台账", "no ledger")]


def test_more_memory_than_allowed_is_too_much() -> None:
    with pytest.raises(TooMuch):
        confined(lambda: len(bytearray(900 * 1024 * 1024)), seconds=20, megabytes=300)


def test_more_time_than_allowed_is_too_much_and_leaves_no_child_behind(tmp_path: Path) -> None:
    noted = tmp_path / "child"

    def never_ends() -> None:
        noted.write_text(str(os.getpid()))
        while True:
            time.monotonic()

    with pytest.raises(TooMuch):
        confined(never_ends, seconds=1, megabytes=500)
    with pytest.raises(ProcessLookupError):
        os.kill(int(noted.read_text()), 0)


def test_a_child_that_is_killed_is_too_much() -> None:
    with pytest.raises(TooMuch):
        confined(lambda: os.kill(os.getpid(), 9), seconds=20, megabytes=500)
