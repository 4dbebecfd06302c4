"""What can happen at the operator's desk; each act is checked against the matrix and entered in the ledger.

Editions are compared and activated, jobs tried again, history declared complete, organisations entered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from greenmine.accounts import actions as accounts
from greenmine.accounts.models import Organisation, Person
from greenmine.accounts.permissions import NotAllowed, check_can
from greenmine.accounts.vocabulary import Kind, Role
from greenmine.editions import actions as edition_actions
from greenmine.editions import queries as editions
from greenmine.editions.actions import CannotActivate
from greenmine.editions.edition import edition_id
from greenmine.evaluation import actions as evaluation
from greenmine.facts import actions as facts
from greenmine.facts.statements import CannotState
from greenmine.ledger import actions as ledger
from greenmine.web.operator import jobs, queries, wellbeing
from greenmine.web.operator.models import EditionComparison
from greenmine.web.operator.permissions import check_can_activate
from greenmine.web.operator.tasks import compare_editions, judge_all_mines


@dataclass(frozen=True, slots=True)
class Founded:
    """An organisation just entered, and the code of its first administrator; none where its county hands it over."""

    organisation: Organisation
    invitation: accounts.Invitation | None


@transaction.atomic
def compare(*, by: Person, on: date) -> EditionComparison:
    """Have every mine judged under the active edition and under the one that would be next (版本比对), by the worker."""
    check_can(by, "editions.compare", on=on)
    before = editions.active_id()
    if before is None:
        raise CannotActivate(
            "尚无现行版本，没有可比对的。", "No edition is active yet: there is nothing to compare with."
        )
    after = edition_actions.store(editions.candidate_text()).id
    if after == before:
        raise CannotActivate("规则文件和本地补充没有变化，无需比对。", "Nothing changed: there is nothing to compare.")
    going_on = queries.latest_comparison(before, after)
    if going_on is not None and going_on.is_open:
        return going_on
    now = timezone.now()
    made = EditionComparison.objects.create(
        before=before, after=after, judged_on=on, known_at=now, asked_by=by.name, asked_at=now
    )
    ledger.record(
        "editions.compared", subject=("edition", after), by=by, on=on,
        zh=f"比对规则版本 {before[:12]} 与 {after[:12]}", en=f"editions {before[:12]} and {after[:12]} compared",
    )  # fmt: skip
    compare_editions.enqueue(made.pk)
    return made


@transaction.atomic
def activate(comparison: EditionComparison | None, *, seen: bool, by: Person, on: date) -> None:
    """Make the candidate the law here (启用版本), the difference having been seen; the worker then judges every mine."""
    check_can(by, "editions.activate", on=on)
    text, active = editions.candidate_text(), editions.active_id()
    check_can_activate(comparison, active=active, candidate=edition_id(text), seen=seen, on=on)
    difference = None if active is None or comparison is None else _seen(comparison)
    evaluation.activate_edition(text, by=by, on=on, seen=difference)
    judge_all_mines.enqueue()


@transaction.atomic
def retry(job: str, *, by: Person, on: date) -> None:
    """Queue a failed or stuck job again (重试)."""
    check_can(by, "system.operate", on=on)
    if not jobs.retry(job, worker=wellbeing.heartbeat().worker(timezone.now())):
        raise NotAllowed("没有这个失败或卡住的任务。", "There is no failed or stuck job of this number.")
    ledger.record(
        "system.job_retried", subject=("job", job), by=by, on=on, zh=f"重试后台任务 {job}", en=f"job {job} queued again"
    )


@transaction.atomic
def declare_history(
    region_code: str, *, to: date, reason: str, by: Person, organisation: Organisation, on: date
) -> None:
    """Declare that a region's history from before go-live is complete to a day (历史数据完整性声明)."""
    check_can(by, "system.operate", on=on)
    edition = editions.active()
    if region_code not in edition.divisions:
        raise CannotState(
            f"行政区表中没有代码“{region_code}”，请填写六位行政区代码",
            f"there is no division {region_code!r}: give its six digits",
        )
    if to > on:
        raise CannotState("完整到的日期不能晚于今天", "history cannot be complete to a day that has not come")
    facts.declare_history(edition, region_code, to=to, reason=reason, by=f"{organisation.name} · {by.name}")
    place = edition.divisions.full_name(region_code) or edition.divisions.name(region_code)
    ledger.record(
        "facts.history_declared", subject=("region", region_code), by=by, organisation=organisation, on=on,
        region_code=region_code, zh=f"声明{place}历史数据完整至 {to}：{reason}",
        en=f"history of {place} declared complete to {to}: {reason}",
    )  # fmt: skip


@transaction.atomic
def found_organisation(
    *, kind: str, name: str, admin_name: str, username: str, by: Person, on: date, **fields: Any
) -> Founded:
    """Enter an organisation and invite its first administrator (设立单位); an enterprise's waits for its county."""
    check_can(by, "organisations.manage", on=on)
    _check_is_new(kind, name, fields)
    is_enterprise = kind == Kind.ENTERPRISE
    found = accounts.found_organisation(kind=kind, name=name, by=by, on=on, verified=not is_enterprise, **fields)
    role = Role.ORG_ADMIN
    invited = accounts.invite(found, username=username, name=admin_name, role=role, by=by, on=on)
    return Founded(found, None if is_enterprise else invited)


def _check_is_new(kind: str, name: str, fields: dict[str, Any]) -> None:
    """The same authority, credit code or name is entered once; its division exists."""
    division = fields.get("division", "")
    if division and editions.active_id() is not None and division not in editions.active().divisions:
        raise NotAllowed(
            f"行政区表中没有代码“{division}”，请核对后重填。",
            f"There is no division {division!r}; check the code and enter it again.",
        )
    same = Organisation.objects.filter(kind=kind, name=name)
    if kind == Kind.AUTHORITY:
        same |= Organisation.objects.filter(kind=kind, department=fields["department"], division=fields["division"])
    if fields.get("credit_code"):
        same |= Organisation.objects.filter(credit_code=fields["credit_code"])
    if (known := same.first()) is not None:
        raise NotAllowed(
            f"该单位已存在：{known.name}（{known.key}）。", f"It is entered already: {known.name} ({known.key})."
        )


def _seen(comparison: EditionComparison) -> dict[str, Any]:
    """The difference as it was shown, in the shape activations keep."""
    return {
        "comparison": comparison.pk,
        "judged_on": comparison.judged_on.isoformat(),
        "mines": comparison.total,
        "mines_flipped": queries.mines_flipped(comparison),
        "standings": comparison.standings,
        "rules": {row.rule: [change.as_list() for change in row.changes] for row in queries.flips_by_rule(comparison)},
    }
