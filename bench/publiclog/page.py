"""The part of docs/reference/bench.md about the public log."""

from __future__ import annotations

from typing import Any


def part(found: dict[str, Any]) -> list[str]:
    """One line for each thing measured."""
    machine = found["machine"]
    rows = [f"| {line['name']} | {line['said']} |" for line in found["lines"]]
    return [
        "## The public log", "",
        (f"`{found['command']}`, {found['began']}, {found['database']}. {machine['processor']}, {machine['cores']} cores; one-minute load {machine['load_before']} before, "
        f"{machine['load_after']} after. Target: at least 1,000 records a second sealed."), "",
        "| what | by the clock |", "|---|---|", *rows, "",
    ]  # fmt: skip
