"""What can happen in selection (遴选). `take` is the one door of an application that was filed.

batch = open_batch(NewBatch(…)); issue_batch(batch, document)
application = prepare(batch, mine_key); bring(application, item, upload); file(application, agreed=True)
take(application, step, payload, seen=version)                 every step of the way, by the table
draw(batch, Sample(…)); open_notice(batch, stage, …); end_notice(notice); announce(batch)
propose_recommendation(batch, chosen); decide_recommendation(recommendation)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from greenmine.accounts.models import Organisation, Person
from greenmine.evidence.actions import Upload
from greenmine.papers.models import Paper
from greenmine.selection.models import Application, Batch, BatchNotice, Draw, Material, Recommendation
from greenmine.selection.permissions import CannotSelect

__all__ = ["CannotSelect"]


@dataclass(frozen=True)
class NewBatch:
    """A batch to be opened: into which directory, what its notice says, first and last day of filing."""

    title: str
    opens_on: date
    closes_on: date
    text: str = ""
    tier: str = "provincial"


@dataclass(frozen=True)
class Sample:
    """How the mines to be verified are found: all, or some by a seed published beforehand under a recorded policy."""

    stage: str = "verification"
    count: int | None = None
    seed: str = ""
    seed_source: str = ""
    policy: str = ""
    witness: str = ""


def open_batch(new: NewBatch, *, by: Person, organisation: Organisation, on: date) -> Batch:
    """Draft a batch (拟定批次)."""
    raise NotImplementedError


def issue_batch(batch: Batch, document: str, *, by: Person, organisation: Organisation, on: date) -> Batch:
    """Issue its notice (印发批次通知); another person than the one who drafted it."""
    raise NotImplementedError


def prepare(batch: Batch, mine_key: str, *, by: Person, organisation: Organisation, on: date) -> Application:
    """Begin an application (填写申报): materials prefilled from facts, each with its source."""
    raise NotImplementedError


def refill(application: Application, *, by: Person, on: date) -> Application:
    """Fill a draft again from the facts of today."""
    raise NotImplementedError


def bring(
    application: Application,
    item: str,
    upload: Upload | None,
    note: str = "",
    *,
    by: Person,
    organisation: Organisation,
    on: date,
) -> Material:
    """Bring a file or a note for one line of the materials, as a draft or to mend what was returned."""
    raise NotImplementedError


def discard(application: Application, *, by: Person, on: date) -> None:
    """Throw a draft away."""
    raise NotImplementedError


def file(application: Application, *, agreed: bool, by: Person, organisation: Organisation, on: date) -> Application:
    """File an application (提交申报) under the truth commitment; gate `filing`; a missing required fact is named."""
    raise NotImplementedError


def take(
    application: Application, step: str, payload: Mapping[str, Any] | None = None, *, by: Person,
    organisation: Organisation, on: date, seen: int | None = None,
) -> Application:  # fmt: skip
    """Take a step. OutOfTurn, NotAllowed, CannotTake, Overtaken, GateClosed or CannotSelect say why not; nothing is written then."""
    raise NotImplementedError


def move(
    application: Application, batch: Batch, reason: str, *, by: Person, organisation: Organisation, on: date
) -> Application:
    """Move an application that cannot keep pace to a later batch (转入后续批次)."""
    raise NotImplementedError


def draw(batch: Batch, sample: Sample, *, by: Person, organisation: Organisation, on: date) -> Draw:
    """Draw the mines to be verified (抽取核查对象)."""
    raise NotImplementedError


def open_notice(
    batch: Batch,
    stage: str,
    *,
    days: int,
    contact: str,
    title: str = "",
    by: Person,
    organisation: Organisation,
    on: date,
) -> BatchNotice:
    """Publish the batch's notice of a stage (发起公示): every application that waits for it."""
    raise NotImplementedError


def end_notice(notice: BatchNotice, *, by: Person, organisation: Organisation, on: date) -> BatchNotice:
    """End it (公示结束): refused while it runs or an objection is open."""
    raise NotImplementedError


def announce(batch: Batch, *, by: Person, organisation: Organisation, on: date) -> Paper:
    """Draft the announcement (入名录公告) of everything this batch listed."""
    raise NotImplementedError


def propose_recommendation(
    batch: Batch, chosen: Sequence[Mapping[str, str]], *, by: Person, organisation: Organisation, on: date
) -> Recommendation:
    """Propose whom the province recommends (推荐国家级): [{mine, reason}] from the ranking of the day."""
    raise NotImplementedError


def decide_recommendation(
    recommendation: Recommendation, *, by: Person, organisation: Organisation, on: date
) -> list[Application]:
    """Another person decides; one national case for each mine."""
    raise NotImplementedError
