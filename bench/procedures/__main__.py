"""`python -m bench.procedures [--postgres] [--quick] [--profile]`: 1,000 cases of ten steps and three opinions, each step durable.

Beside it SpiffWorkflow runs the exported BPMN of the same table, its whole state kept as JSON in a row after every step.
"""

# ruff: noqa: PLC0415 -- Django is set up first
from __future__ import annotations

import contextlib
import cProfile
import io
import json
import os
import pstats
import sqlite3
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from django.db import connections

from bench.measuring import machine
from greenmine.config.postgres import cluster

CASES, QUICK_CASES, PROFILED = 1000, 20, 100
TARGET = 150  # steps in a second (W7)
TABLE, REGION, PLACES = "selection-000000-2024", "130102", {"county": "130102", "city": "130100", "province": "130000"}
ON = date(2026, 3, 2)
VOTES = [{"name": name, "vote": "for", "reason": ""} for name in ("甲", "乙", "丙")]
# step, who takes it, what is given; the three opinions come after the first
STEPS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("accept", "county_clerk", {}),
    ("pass_review", "county_reviewer", {"reasons": "材料齐全"}),
    ("commission", "province_reviewer", {"agency": "O00000009"}),
    ("pass_assessment", "province_reviewer", {}),
    ("plan_verification", "province_reviewer", {"team": ["甲", "乙"], "planned_on": "2026-03-20"}),
    ("confirm_verification", "province_reviewer", {"reasons": "核查一致"}),
    ("open_notice", "province_decider", {"notice": "GS-2026-0001", "days": 5}),
    ("close_notice", "province_decider", {"notice": "GS-2026-0001"}),
    (
        "decide",
        "province_decider",
        {"held_on": "2026-03-10", "reasons": "同意", "minutes": "会议纪要〔2026〕1号", "votes": VOTES},
    ),
    ("enter", "province_decider", {"decision_number": "冀自然资〔2026〕1号"}),
)
RESULTS = Path(__file__).parents[1] / "results"


def main(*, quick: bool = False) -> int:
    quick = quick or "--quick" in sys.argv
    count = QUICK_CASES if quick else CASES
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="greenmine-bench-")))
        url = stack.enter_context(cluster()) if "--postgres" in sys.argv else ""
        people = prepare(folder, url)
        if "--profile" in sys.argv:
            profiled(people)
            return 0
        found: dict[str, Any] = {
            "command": "./run bench procedures",
            "began": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine(),
            "table": TABLE,
            "cases": count,
            "target_steps_a_second": TARGET,
        }
        run(people, 3)
        found["ours"] = [run(people, count)]
        if not url:
            found["ours"].append(safest(people, max(QUICK_CASES, count // 5)))
        found["queries_a_step"] = queries_of(people)
        found["clocks"] = clocks(people, count)
        found["peer"] = peer(folder, QUICK_CASES if quick else CASES // 10)
        connections.close_all()
    show(found)
    if not quick:
        name = "procedures-postgres.json" if url else "procedures.json"
        (RESULTS / name).write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return int(found["ours"][0]["steps_a_second"] < TARGET)


def show(found: dict[str, Any]) -> None:
    for line in found["ours"]:
        print(
            f"{line['name']:<58} {line['steps_a_second']:>7.1f} steps/s (processor {line['steps_a_processor_second']:.1f}), "
            f"median {line['milliseconds']:.2f} ms, 95 % {line['p95']:.2f} ms; {line['steps']:,} steps of {line['cases']:,} cases"
        )
    other = found["peer"]
    print(
        f"{other['name']:<58} {other['steps_a_second']:>7.1f} steps/s, median {other['milliseconds']:.2f} ms, "
        f"{other['bytes']:,} bytes of state a case; no rights, clocks, ledger, opinions by department or to-dos"
    )
    clock = found["clocks"]
    print(
        f"clocks: {clock['overdue']:,} overdue, {clock['reminded']:,} reminded in {clock['remind_seconds']} s, "
        f"{clock['escalated']:,} escalated in {clock['escalate_seconds']} s"
    )
    print(f"queries a step: {found['queries_a_step']}")


def prepare(folder: Path, url: str = "") -> dict[str, Any]:
    """A database of its own, the offices of three levels with the departments of a county, and an enterprise."""
    from greenmine.config import starting
    from greenmine.config.keys import make_key

    if url:
        os.environ["GREENMINE_DATABASE_URL"] = url
    else:
        os.environ.pop("GREENMINE_DATABASE_URL", None)
    os.environ["GREENMINE_HTTPS"] = os.environ["GREENMINE_DEBUG"] = "0"
    starting.prepare_folder(folder / "data")
    make_key(folder / "data")
    starting.set_up()
    starting.migrate()
    from greenmine.accounts import actions as accounts
    from greenmine.editions import actions as editions
    from greenmine.editions import procedures, queries

    editions.activate(queries.candidate_text(), by="bench", on=ON)
    offices = {
        level: accounts.found_organisation(
            kind="authority", name=f"{level}自然资源", by=None, on=ON, level=level, division=division,
            department="natural_resources",
        )
        for level, division in PLACES.items()
    }  # fmt: skip
    people: dict[str, Any] = {
        f"{level}_{role}": join(accounts, office, f"{level}-{role}", role)
        for level, office in offices.items()
        for role in ("clerk", "reviewer", "decider")
    }
    firm = accounts.found_organisation(
        kind="enterprise", name="青山矿业有限公司", by=None, on=ON, division=REGION, enterprise="E00000001"
    )
    people["firm"] = join(accounts, firm, "firm-decider", "decider")
    asked = procedures.table(TABLE).opinions["joint-review"].departments
    for department in asked:
        office = accounts.found_organisation(
            kind="authority", name=department, by=None, on=ON, level="county", division=REGION, department=department
        )
        people[department] = join(accounts, office, f"{department}-clerk", "clerk")
    return people | {"county": offices["county"], "enterprise": firm, "departments": asked}


def join(accounts: Any, organisation: Any, name: str, role: str) -> Any:
    asked = accounts.invite(organisation, username=name, name=name, role=role, by=None, on=ON)
    return accounts.activate(username=name, code=asked.code, password="a-bench-of-a-thousand-cases", on=ON)


def open_one(people: dict[str, Any], number: int) -> Any:
    from greenmine.procedures import actions

    return actions.open_case(
        TABLE, subject=("application", f"SB-2026-{number:06d}"), region_code=REGION, by=people["firm"],
        organisation=people["enterprise"], on=ON, title="青山铁矿", mine=f"M{number:08d}", runs=people["county"],
        parties={"enterprise": people["enterprise"].key, "authority": people["county"].key},
        payload={"application": f"SB-2026-{number:06d}", "commitment": "sha256"},
    )  # fmt: skip


_opened = 0


def run(people: dict[str, Any], count: int, name: str = "ours, every step its own transaction") -> dict[str, Any]:
    """So many cases from filing to entry; every step and every opinion is one durable transaction."""
    global _opened  # noqa: PLW0603 -- numbers go on over several runs
    from greenmine.procedures import actions

    taken: list[float] = []
    began, worked = perf_counter(), process_time()
    for number in range(_opened, _opened + count):
        at = perf_counter()
        case = open_one(people, number)
        taken.append(perf_counter() - at)
        on = ON
        for step, who, payload in STEPS:
            on += timedelta(days=30 if step == "close_notice" else 1)
            at = perf_counter()
            actions.take(case, step, payload, by=people[who], on=on)
            taken.append(perf_counter() - at)
            if step == "accept":
                for opinion in case.opinions.all():
                    at = perf_counter()
                    actions.give_opinion(opinion, "agree", "同意", by=people[opinion.department], on=on)
                    taken.append(perf_counter() - at)
    seconds, processor = perf_counter() - began, process_time() - worked
    _opened += count
    return {
        "name": name,
        "cases": count,
        "steps": len(taken),
        "seconds": round(seconds, 2),
        "steps_a_second": round(len(taken) / seconds, 1),
        "steps_a_processor_second": round(len(taken) / processor, 1),
        "milliseconds": round(median(taken) * 1000, 2),
        "p95": round(sorted(taken)[int(len(taken) * 0.95)] * 1000, 2),
    }


def safest(people: dict[str, Any], count: int) -> dict[str, Any]:
    """The same with every commit pushed to the disk: what survives a power cut, not only a crash."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=FULL")
    found = run(people, count, "ours, every commit pushed to the disk (synchronous=FULL)")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=NORMAL")
    return found


def queries_of(people: dict[str, Any]) -> int:
    """How many statements the step of the middle needs."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from greenmine.procedures import actions

    case = open_one(people, 999_999)
    with CaptureQueriesContext(connection) as asked:
        actions.take(case, "accept", {}, by=people["county_clerk"], on=ON)
    return len(asked)


def clocks(people: dict[str, Any], count: int) -> dict[str, Any]:
    """Cases left standing: each one's clock fires its reminder, and later reaches the level above."""
    from greenmine.procedures import queries, tasks

    for number in range(count):
        open_one(people, 500_000 + number)
    late = ON + timedelta(days=60)
    overdue = queries.overdue(on=late).count() + queries.late_opinions(on=late).count()
    began = perf_counter()
    reminded = tasks.remind_overdue(on=late)
    reminding = perf_counter() - began
    began = perf_counter()
    escalated = tasks.escalate(on=late)
    if not overdue == reminded == escalated:
        raise SystemExit(f"{overdue} overdue, {reminded} reminded, {escalated} escalated")
    return {
        "overdue": overdue,
        "reminded": reminded,
        "remind_seconds": round(reminding, 2),
        "escalated": escalated,
        "escalate_seconds": round(perf_counter() - began, 2),
    }


def peer(folder: Path, count: int) -> dict[str, Any]:
    """SpiffWorkflow with the exported BPMN: restore the JSON, run one task, store the JSON, commit."""
    from SpiffWorkflow import TaskState
    from SpiffWorkflow.bpmn import BpmnWorkflow
    from SpiffWorkflow.bpmn.parser import BpmnParser
    from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer

    from greenmine.editions import procedures
    from greenmine.law.steps.bpmn import export, process_id

    table = procedures.table(TABLE)
    parser = BpmnParser()
    parser.add_bpmn_io(io.BytesIO(export(table).encode()))
    spec, inner = parser.get_spec(process_id(table)), parser.get_subprocess_specs(process_id(table))
    keeper = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
    store = sqlite3.connect(folder / "peer.sqlite3", isolation_level=None)
    store.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; CREATE TABLE c (id INTEGER PRIMARY KEY, state TEXT)"
    )
    taken, size = [], 0
    began = perf_counter()
    for number in range(count):
        at = perf_counter()
        flow = BpmnWorkflow(spec, inner)
        flow.do_engine_steps()
        store.execute("INSERT INTO c VALUES (?, ?)", (number, keeper.serialize_json(flow)))
        taken.append(perf_counter() - at)
        for step, _, payload in STEPS:
            names = [f"__{step}"] if step != "accept" else [f"__{step}", *["opinion_"] * len(_departments(table))]
            for name in names:
                at = perf_counter()
                (kept,) = store.execute("SELECT state FROM c WHERE id = ?", (number,)).fetchone()
                flow = keeper.deserialize_json(kept)
                ready = [one for one in flow.get_tasks(state=TaskState.READY) if one.task_spec.manual]
                task = next(one for one in ready if name in (one.task_spec.bpmn_id or one.task_spec.name))
                task.data.update(payload)
                task.run()
                flow.do_engine_steps()
                text = keeper.serialize_json(flow)
                size = max(size, len(text))
                store.execute("UPDATE c SET state = ? WHERE id = ?", (text, number))
                taken.append(perf_counter() - at)
    seconds = perf_counter() - began
    store.close()
    return {
        "name": "SpiffWorkflow, state as JSON in SQLite after every task",
        "cases": count,
        "steps": len(taken),
        "seconds": round(seconds, 2),
        "steps_a_second": round(len(taken) / seconds, 1),
        "milliseconds": round(median(taken) * 1000, 2),
        "bytes": size,
    }


def _departments(table: Any) -> tuple[str, ...]:
    return table.opinions["joint-review"].departments


def profiled(people: dict[str, Any]) -> None:
    """Where the time goes."""
    run(people, 3)
    watch = cProfile.Profile()
    watch.enable()
    run(people, PROFILED)
    watch.disable()
    pstats.Stats(watch).sort_stats("cumulative").print_stats(60)


if __name__ == "__main__":
    raise SystemExit(main())
