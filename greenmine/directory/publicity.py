"""What an office does about what is public (公开管理): withdraw a statement whose term is over, release a mine's exact point.

A withdrawal takes the text away and leaves number, day, reason and place in the log (信用修复、公示期满). Points are as coarse as
a county until an office decides otherwise, mine by mine, and says why.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from greenmine.accounts import permissions as accounts
from greenmine.accounts import queries as people
from greenmine.accounts.models import Organisation, Person
from greenmine.directory import publishing
from greenmine.directory.published import writing
from greenmine.directory.published.models import PublishedMine, Statement
from greenmine.directory.published.writing import CannotPublish
from greenmine.ledger import actions as ledger

LONGEST = 500


def statements_for(person: Any, *, on: date) -> QuerySet[Statement]:
    """The statements of a person's region, the latest first."""
    return Statement.objects.filter(people.reach(person, "directory.publish", on=on).condition()).order_by("-id")


def check_can_withdraw(by: Any, organisation: Organisation, statement: Statement, *, on: date) -> None:
    """An office withdraws what it said itself; what an enterprise said, the office of its region."""
    accounts.check_can(by, "directory.publish", on=on, region=statement.region_code)
    if not statement.by_enterprise and statement.office != organisation.name:
        raise CannotPublish(
            f"该信息由{statement.office}公开，只能由其撤回", "only the office that published it withdraws it"
        )
    if statement.withdrawn_on is not None:
        raise CannotPublish("该公开信息已撤回", "this statement was withdrawn already")


@transaction.atomic
def withdraw(number: str, reason: str, *, by: Person, organisation: Organisation, on: date) -> Statement:
    """Withdraw a statement (撤回公开信息) for a reason that stays public."""
    found = Statement.objects.select_for_update().filter(number=number).first()
    if found is None:
        raise CannotPublish("没有这条公开信息", "there is no such statement")
    check_can_withdraw(by, organisation, found, on=on)
    said = _reason(reason)
    made = writing.withdraw(number, {"zh": said, "en": said}, on)
    ledger.record(
        "directory.statement_withdrawn", subject=("statement", number), by=by, organisation=organisation, on=on,
        region_code=found.region_code, payload={"reason": said},
        sentence={"zh": f"撤回公开信息 {number}：{said}", "en": f"withdrew the statement {number}"},
    )  # fmt: skip
    return made


@transaction.atomic
def release(
    mine_key: str, *, released: bool, reason: str, by: Person, organisation: Organisation, on: date
) -> PublishedMine:
    """Release a mine's exact point, or make it coarse again (位置公开精度)."""
    mine = PublishedMine.objects.select_for_update().filter(key=mine_key.strip()).first()
    if mine is None:
        raise CannotPublish("名录公开信息中没有这座矿山", "no such mine is published")
    accounts.check_can(by, "directory.publish", on=on, region=mine.region_code)
    said = _reason(reason)
    if mine.released == released:
        raise CannotPublish("该矿山的位置已是所选精度", "its point is published like that already")
    PublishedMine.objects.filter(pk=mine.pk).update(released=released)
    publishing.publish(mine.key, on=on)
    zh = "放开准确位置" if released else "恢复县级精度位置"
    ledger.record(
        "directory.position_released", subject=("mine", mine.key), by=by, organisation=organisation, on=on,
        region_code=mine.region_code, payload={"released": released, "reason": said},
        sentence={"zh": f"{mine.name}：{zh}（{said}）", "en": f"{mine.name}: point {'released' if released else 'made coarse'}"},
    )  # fmt: skip
    return PublishedMine.objects.get(pk=mine.pk)


def _reason(text: str) -> str:
    kept = text.strip()
    if not kept or len(kept) > LONGEST:
        raise CannotPublish(f"请填写理由，最多 {LONGEST} 字", f"give a reason, at most {LONGEST} characters")
    return kept
