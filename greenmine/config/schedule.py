"""What the worker does by itself, and how often. Every task is idempotent: once more does no harm."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from greenmine.accounts.queries import today
from greenmine.assessment import tasks as assessment
from greenmine.assessors import tasks as assessors
from greenmine.directory import tasks as directory
from greenmine.directory.published import proofs_open, proofs_sending, proofs_status
from greenmine.editions import queries as editions
from greenmine.editions.queries import NoEditionActive
from greenmine.evaluation import tasks as evaluation
from greenmine.facts import tasks as facts
from greenmine.gates import tasks as gates
from greenmine.integrity import tasks as integrity
from greenmine.procedures import tasks as procedures
from greenmine.publiclog import tasks as publiclog
from greenmine.selection import tasks as selection

log = logging.getLogger("greenmine.schedule")
DAY = 24 * 3600


@dataclass(frozen=True)
class Tick:
    """A task, and the seconds between two runs; a daily one runs once a day, after midnight in China."""

    task: Callable[[], object]
    seconds: int

    @property
    def name(self) -> str:
        """By what its last run is remembered."""
        return self.task.__name__


def judge_changed() -> None:
    """Judge the mines about which something was stated since the last look."""
    try:
        edition = editions.active()
    except NoEditionActive:
        return
    evaluation.rejudge_changed(edition, on=today(), known_at=datetime.now(UTC))


def turn_the_day() -> None:
    """Midnight in China: sheets turn to the new day, and every mine is judged for it."""
    try:
        edition = editions.active()
    except NoEditionActive:
        return
    facts.roll_sheets()
    evaluation.rejudge_day(edition, on=today(), known_at=datetime.now(UTC))


def remind_overdue() -> None:
    """Whoever is late with a step of a procedure is reminded (催办)."""
    procedures.remind_overdue(on=today())


def remind_of_coming_days() -> None:
    """Whoever has a step or an opinion whose last day comes near is told (临期提醒)."""
    procedures.remind_soon(on=today())


def escalate_overdue() -> None:
    """The level above learns of work that stays undone (逾期上报)."""
    procedures.escalate(on=today())


def propose_retention() -> None:
    """Closed cases whose term of keeping has run out are put before a person (保管期满)."""
    procedures.propose_retention(on=today())


def remind_self_assessment() -> None:
    """Enterprises are reminded of mines that should assess themselves again (定期自评)."""
    try:
        edition = editions.active()
    except NoEditionActive:
        return
    assessment.remind(edition, on=today())


def chase_engagements() -> None:
    """The commissioning side learns which step of an engagement is overdue."""
    assessors.remind_overdue(on=today())


def look_for_signals() -> None:
    """Search reports that were filed since the last look for signals (评估诚信)."""
    try:
        edition = editions.active()
    except NoEditionActive:
        return
    integrity.look_at_reports(edition, on=today())


def compare_assessors() -> None:
    """Compute leniency and pairs of every province anew, once a day."""
    try:
        edition = editions.active()
    except NoEditionActive:
        return
    integrity.look_at_provinces(edition, on=today())


def seal_public_log() -> None:
    """Number and sign what was published since the last second (公开日志)."""
    publiclog.seal()


def check_listed_mines() -> None:
    """Judge listed mines at the yearly gate, a part of them each day (年度核验); nothing follows but a message."""
    try:
        editions.active()
    except NoEditionActive:
        return
    gates.yearly(on=today())


def follow_withdrawn_cases() -> None:
    """Applications whose case was withdrawn on the desk of cases are closed with it (申报撤回)."""
    selection.follow_withdrawn(on=today())


def remind_of_the_directory() -> None:
    """Owners of the directories are reminded of notices, rectifications and campaigns whose last day passed."""
    directory.remind(on=today())


def follow_withdrawn_directory_cases() -> None:
    """Removals and objections whose case was withdrawn on the desk of cases are closed with it (撤回)."""
    with contextlib.suppress(NoEditionActive):
        directory.follow_withdrawn(on=today())


def renew_status_list() -> None:
    """Sign the status list of the day, and anew when something was published (名录状态清单); texts that were withdrawn leave the open data."""
    with contextlib.suppress(NoEditionActive):
        proofs_status.renew(on=today())
    proofs_open.forget_withdrawn(on=today())


def write_open_data() -> None:
    """The open data files of the day; those beyond their term go (开放数据)."""
    with contextlib.suppress(NoEditionActive):
        proofs_open.write_day(on=today())
        proofs_open.forget_old(on=today())


def send_checkpoints() -> None:
    """The newest checkpoint leaves the machine (检查点外送)."""
    proofs_sending.send(at=datetime.now(UTC))


# The sealer keeps a clock of its own: midnight's judging of every mine must not hold up what was published meanwhile.
SEALING = (Tick(seal_public_log, 1),)
# Comparing pictures takes long, too: what was stated meanwhile is judged within seconds all the same.
SEARCHING = (Tick(look_for_signals, 60), Tick(compare_assessors, DAY))
SCHEDULE = (
    Tick(renew_status_list, 60),
    Tick(write_open_data, DAY),
    Tick(send_checkpoints, DAY),
    Tick(judge_changed, 2),
    Tick(turn_the_day, DAY),
    Tick(remind_overdue, DAY),
    Tick(remind_of_coming_days, DAY),
    Tick(escalate_overdue, DAY),
    Tick(propose_retention, DAY),
    Tick(follow_withdrawn_cases, 60),
    Tick(follow_withdrawn_directory_cases, 60),
    Tick(remind_of_the_directory, DAY),
    Tick(chase_engagements, DAY),
    Tick(remind_self_assessment, DAY),
    Tick(check_listed_mines, DAY),
)


CLOCKS = {"schedule": SCHEDULE, "sealing": SEALING, "searching": SEARCHING}


class Clock:
    """Runs what is due. `last` survives restarts in a small file of the data folder."""

    def __init__(self, file: Path, schedule: tuple[Tick, ...] = SCHEDULE) -> None:
        self.file, self.schedule = file, schedule
        self.problems: dict[str, str] = {}
        self.problem_file = file.with_name(f"{file.stem}-problems.json")
        self.problem_file.unlink(missing_ok=True)  # those of an earlier worker
        try:
            self.last: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self.last = {}

    def run_due(self, *, moment: float, day: str) -> None:
        """Run each tick whose time has come; one that fails is logged and tried again next time."""
        for tick in self.schedule:
            if tick.seconds >= DAY:
                if self.last.get(tick.name) != day and self._run(tick):
                    self.last[tick.name] = day
                    self._keep()
            elif moment - float(self.last.get(tick.name, "0")) >= tick.seconds:
                self._run(tick)
                self.last[tick.name] = str(moment)

    def _run(self, tick: Tick) -> bool:
        try:
            tick.task()
        except Exception as failed:  # whatever one task does, the others still have to run
            log.exception("scheduled task %s failed", tick.name)
            self._note(tick.name, f"{type(failed).__name__}: {failed}")
            return False
        self._note(tick.name, "")
        return True

    def _note(self, name: str, problem: str) -> None:
        """What the operator's page says of a task that fails; written only when it changes."""
        if self.problems.get(name, "") != problem:
            self.problems[name] = problem
            _write(self.problem_file, self.problems)

    def _keep(self) -> None:
        _write(self.file, self.last)


def beat(file: Path) -> None:
    """Leave a sign of life for /healthz and the operator's desk."""
    _write(file, {"at": time.time(), "pid": os.getpid()})


def _write(file: Path, content: Mapping[str, object]) -> None:
    """Whole or not at all, for whoever reads at that moment."""
    waiting = file.with_suffix(".new")
    waiting.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    waiting.replace(file)
