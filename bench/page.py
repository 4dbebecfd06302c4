"""The printed table and docs/reference/bench.md, made from the results: no figure that was not measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bench.public.page import part as public_part
from bench.publiclog.page import part as publiclog_part

HERE = Path(__file__).parent
SAVE_TARGET = 25
PAGE = HERE.parent / "docs" / "reference" / "bench.md"
TARGETS = (  # where in the results, what it is held to, and in which unit
    ("closures, reasoning", "microseconds_a_mine", 250.0, "µs a mine"),
    ("closures, in sentences", "microseconds_a_mine", 250.0, "µs a mine"),
    ("SQLite, stored", "seconds", 2.0, "s"),
    ("PostgreSQL, stored", "seconds", 0.6, "s"),
    ("million", "seconds", 1.0, "s"),
)


def read(name: str) -> dict[str, Any] | None:
    """The results of one bench; None where it has not run."""
    place = HERE / "results" / f"{name}.json"
    return json.loads(place.read_text("utf-8")) if place.exists() else None


def named(found: dict[str, Any], name: str) -> dict[str, Any] | None:
    """One line of the results."""
    if name == "million":
        return found["million"]
    return next((line for line in found["ours"] if line["name"] == name), None)


def targets(found: dict[str, Any]) -> list[tuple[str, ...]]:
    """What was aimed at, and what was measured."""
    lines = []
    for name, key, most, unit in TARGETS:
        line = named(found, name)
        label = "Polars, a million mines" if name == "million" else name
        if line is None:
            lines.append((label, f"≤ {most:g} {unit}", "skipped", "—", "—"))
            continue
        lines.append(
            (
                f"{label} ({line['rows']:,} × {line['rules']})",
                f"≤ {most:g} {unit}",
                f"{line[key]:.4g} {unit}",
                f"{line[PROCESSOR[key]]:.4g} {unit}" if PROCESSOR[key] in line else "—",
                "met" if line[key] <= most else "missed",
            )
        )
    return lines


PROCESSOR = {"seconds": "processor_seconds", "microseconds_a_mine": "processor_microseconds_a_mine"}
TARGET_HEADS = ("what", "target", "by the clock", "processor time", "by the clock it is")
OURS = ("backend", "mines", "rules", "seconds (median)", "µs a mine", "processor µs a mine", "runs (s)", "wrong cells")
PEERS = (
    "peer",
    "mines",
    "rules",
    "µs a mine",
    "processor µs a mine",
    "to closures",
    "to SQLite",
    "to Polars",
    "cells that differ",
)
BESIDE = ("closures", "SQLite, stored", "Polars")  # what the peers are set in proportion to


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    return [
        "| " + " | ".join(heads) + " |",
        "|" + "---|" * len(heads),
        *("| " + " | ".join(row) + " |" for row in rows),
        "",
    ]


def _ours(found: dict[str, Any]) -> list[tuple[str, ...]]:
    return [
        (line["name"], f"{line['rows']:,}", str(line["rules"]), f"{line['seconds']:.3f}", f"{line['microseconds_a_mine']:.2f}", _worked(line), f"{min(line['runs']):.3f}–{max(line['runs']):.3f}", str(line.get("wrong_cells", "—")))
        for line in [*found["ours"], {**found["million"], "name": "Polars, a million mines"}]
    ]  # fmt: skip


def _worked(line: dict[str, Any]) -> str:
    """Processor time a mine; that of a database server is not ours to read."""
    return f"{line['processor_microseconds_a_mine']:.2f}" if "processor_microseconds_a_mine" in line else "—"


def _peers(found: dict[str, Any]) -> list[tuple[str, ...]]:
    ours = [named(found, name) for name in BESIDE]
    versions = found["machine"]["packages"]
    return [
        (
            f"{line['name']} ({line['package']} {versions.get(line['package'], '')})", f"{line['rows']:,}", str(line["rules"]),
            f"{line['microseconds_a_mine']:.2f}",
            _worked(line),
            *(f"{line['processor_microseconds_a_mine'] / one['processor_microseconds_a_mine']:.2f} ×" for one in ours if one),
            f"{line['wrong_cells']} of {line['cells']:,}",
        )
        for line in found["peers"]
    ]  # fmt: skip


def _linear(found: dict[str, Any]) -> list[tuple[str, ...]]:
    names = list(dict.fromkeys(line["name"] for line in found["linear"]))
    rows = []
    for name in names:
        lines = [line for line in found["linear"] if line["name"] == name]
        rows.append(
            (name, *(f"{line['seconds']:.3f} s ({line['microseconds_a_mine']:.2f}; {_worked(line)})" for line in lines))
        )
    return rows


def _busy(machine: dict[str, Any]) -> str:
    """Whether the clock can be trusted: more work waiting than there are cores makes it tell of other programs too."""
    if max(machine["load_before"], machine["load_after"]) <= machine["cores"]:
        return "The machine did little else."
    return (
        "**The machine was not quiet**: more work was waiting than it has cores, so the clock tells of other programs too. "
        "On a quiet machine run the command again; processor time is given beside the clock."
    )


def rules_part(found: dict[str, Any]) -> list[str]:
    """The part about the engine."""
    machine, oracle, million = found["machine"], found["oracle"], found["million"]
    sizes = [f"{rows:,}" for rows in sorted({line["rows"] for line in found["linear"]})]
    kinds = ", ".join(f"{count} {kind}" for kind, count in found["rules"].items())
    shares = ", ".join(f"{name} {share:.1%}" for name, share in found["outcomes"].items())
    packages = ", ".join(f"{name} {number}" for name, number in machine["packages"].items())
    postgres = named(found, "PostgreSQL, stored")
    return [
        "## Rules", "",
        f"`{found['command']}`, {found['began']}, {found['seconds']} s in all. {machine['processor']}, {machine['cores']} cores, {machine['system']}; "
        f"Python {machine['python']}, SQLite {machine['sqlite']}, "
        + (f"PostgreSQL {postgres['version']}, " if postgres else "PostgreSQL skipped, ") + f"{packages}. "
        f"One-minute load {machine['load_before']} before and {machine['load_after']} after: {_busy(machine)} Every figure is the median of several runs, with the spread beside it.", "",
        (f"Rules: {sum(found['rules'].values())} of the shipped rulebook ({kinds}), named in `bench/rules/sixty.txt`, judged for {found['on']}. "
        f"Mines: synthetic, seeded, 5 % of facts unknown, values on thresholds, table rows, due days and month ends. Outcomes of the cells: {shares}."), "",
        f"The naive oracle of `tests/law/oracle.py`, reading the rules' own texts, differs from the closures in **{oracle['wrong_cells']}** of {oracle['rows'] * oracle['rules']:,} cells (outcome and due day).", "",
        "### Targets", "", *_table(TARGET_HEADS, targets(found)),
        "### Our backends", "",
        ("Closures and SQL give outcomes with the mark whether a finding counts by itself. “Reasoning” adds to every finding what is missing, the facts read with their values, and what each part of the condition came to; "
        "“in sentences” gives what is missing, the facts, and the reason as a sentence in Chinese and one in English, for mines of which nothing was told before: rules that meet the same values share a sentence. "
        "Both are held to the one target for a full explanation. "
        "“Stored” is one statement that judges every mine and writes the packed outcomes; nothing leaves the database. Wrong cells: those that differ from the closures."), "",
        *_table(OURS, _ours(found)),
        "### Against the number of mines", "",
        "Seconds by the clock, and in brackets microseconds a mine by the clock and of processor time: even figures along a line mean that time grows with the number of mines and no faster.", "", *_table(("backend", *(f"{size} mines" for size in sizes)), _linear(found)),
        "### Peers", "",
        ("The same conditions, written for each from the same intermediate form, with guards for unknown and none, exact integers instead of decimals, and the day already folded in: "
        "that work is ours and is given to them. Each answers as many mines as is bearable; making outcomes of the answers is the same few array steps for all. "
        "Peers give outcomes only: no due days, no flags. The ratios are their processor time a mine to ours (our lines over all mines above): above 1 means slower than ours. "
        "Processor time, because it depends far less on what else the machine is doing."), "",
        *_table(PEERS, _peers(found)),
        *[f"- {line['name']}: {line['note']}." for line in found["peers"]], "",
        f"Polars over a million: {million['rows']:,} mines in every province × {million['rules']} rules of all five documents, {million.get('wrong_cells', '—')} wrong cells.", "",
    ]  # fmt: skip


def import_part(found: dict[str, Any]) -> list[str]:
    """The part about taking in a ledger."""
    rows = [(line["name"], f"{line['seconds']:.1f}", f"{line['peak_mib']:,.0f}") for line in found["steps"]]
    return [
        "## Taking in a ledger", "",
        (f"`{found['command']}`, {found['began']}. {found['rows']:,} rows, {found['bad_rows']:,} of them bad, {found['columns']} columns, {found['size_mib']:.1f} MiB of .xlsx; {found['database']}. "
        f"{found['said']}"), "",
        *_table(("step", "seconds", "peak memory of the process so far, MiB"), rows),
    ]  # fmt: skip


def scoring_part(found: dict[str, Any]) -> list[str]:
    """Scoring, and saving one item beside the peer's figures (W1)."""
    machine = found["machine"]
    lines = [
        "## Scoring",
        "",
        (
            f"`./run bench scoring`, {found['began']}. {machine['processor']}, {machine['cores']} cores, {machine['system']}; "
            f"Python {machine['python']}, SQLite {machine['sqlite']}. One-minute load before: {machine['load_before']}. Medians."
        ),
        "",
    ]
    engine = [
        (one["name"], f"{one['milliseconds']:.2f} ms", f"{one['processor_milliseconds']:.2f} ms")
        for one in found["engine"]
    ]
    saving = [
        (
            f"saving one item, {one['assessments']:,} assessments of {one['items']} items ({one['database']})",
            f"≤ {SAVE_TARGET} ms",
            f"{one['milliseconds']:.1f} ms",
            f"{one['processor_milliseconds']:.1f} ms",
            str(one["queries"]),
            "–".join(f"{peer:,}" for peer in sorted(set(one.get("peer_milliseconds", [])))) + " ms",
            "–".join(f"{times:g}" for times in sorted(set(one.get("times_faster", [])))),
            "met" if one["milliseconds"] <= SAVE_TARGET else "missed",
        )
        for one in found["save"]
    ]
    heads = (
        "what",
        "target",
        "by the clock",
        "processor time",
        "queries",
        "strongest open peer",
        "times faster",
        "by the clock it is",
    )
    return [*lines, *_table(("what", "by the clock", "processor time"), engine), "", *_table(heads, saving), ""]


def write() -> None:
    """The page, from whatever has been measured."""
    lines = [
        "# What it costs",
        "",
        "Made by `./run bench`; do not edit. The machine-readable figures stand in `bench/results/`.",
        "",
    ]
    parts = (
        ("rules", rules_part), ("import", import_part), ("scoring", scoring_part), ("publiclog", publiclog_part),
        ("public", public_part),
    )  # fmt: skip
    for name, part in parts:
        if found := read(name):
            lines += part(found)
    PAGE.write_text("\n".join(lines).rstrip() + "\n", "utf-8")


def printed(found: dict[str, Any], *, quick: bool) -> str:
    """The tables for the terminal; a few mines say nothing about the targets."""
    tables = [("ours", OURS, _ours(found)), ("peers", PEERS, _peers(found))]
    if not quick:
        tables = [("targets", TARGET_HEADS, targets(found)), *tables]
    lines = []
    for title, heads, rows in tables:
        widths = [max(len(row[at]) for row in (heads, *rows)) for at in range(len(heads))]
        shown = (
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (heads, *rows)
        )
        lines += ["", title, *(f"  {row}".rstrip() for row in shown)]
    return "\n".join(lines)
