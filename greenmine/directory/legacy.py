"""Old city and county lists (存量市县级绿色矿山): history only. Each mine is assessed, the best are recommended upward."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from greenmine.accounts import permissions as accounts
from greenmine.accounts.models import Organisation, Person
from greenmine.assessment.models import Assessment
from greenmine.directory.acts import Act, lock, write
from greenmine.directory.models import ImportRow, IncomingFile, LegacyMine
from greenmine.directory.permissions import CannotExchange, CannotJudgeAnew, check_words
from greenmine.law.steps import OutOfTurn, Step
from greenmine.notifications import actions as notifications
from greenmine.procedures import actions as procedures
from greenmine.procedures.models import Case
from greenmine.procedures.permissions import CannotTake, check_is_separate
from greenmine.procedures.queries import table_of
from greenmine.registry.models import Mine

TABLE = "legacy-list"


def load_row(file: IncomingFile, row: ImportRow, act: Act) -> str:
    """One mine of an old list: kept as history, with a case for its assessment. It becomes no entry of any directory."""
    mine = Mine.objects.get(key=row.mine)
    try:
        case = procedures.open_case(
            TABLE, subject=("mine", mine.key), region_code=mine.region_code, by=act.by, organisation=act.organisation, on=act.on,
            title=mine.name, payload={"source": f"{file.origin}（{file.number}）"},
        )  # fmt: skip
    except CannotTake as refused:
        raise CannotExchange(refused.zh, refused.en) from None
    listed = row.values.get("listed_on", "")
    LegacyMine.objects.create(
        number=case.number, file=file, level=file.options.get("level", ""), list_title=file.title, mine=mine.key, mine_name=mine.name,
        region_code=mine.region_code, listed_on=date.fromisoformat(listed) if listed else None, organisation=act.organisation.key,
        state=case.state,
    )  # fmt: skip
    return case.number


def passed_reports(mine: str) -> list[Assessment]:
    """The third-party assessments submitted of a mine, the latest first: what a case of an old list may rest on."""
    found = Assessment.objects.filter(mine=mine, party=Assessment.Party.THIRD_PARTY, state=Assessment.State.SUBMITTED)
    return list(found.order_by("-submitted_on", "-id"))


def check_step(row: LegacyMine, step: str, *, by: Any, on: date) -> Step:
    """The step, if it is its turn and this person's."""
    case = Case.objects.get(number=row.number)
    try:
        found = table_of(case).check(case.state, step)
    except OutOfTurn as refused:
        raise CannotJudgeAnew(refused.zh, refused.en) from None
    accounts.check_can(by, found.verb, on=on, region=row.region_code)
    check_is_separate(found, by, list(case.steps.order_by("order")))
    return found


def _take(row: LegacyMine, step: Step, act: Act, given: dict[str, Any], zh: str, en: str) -> None:
    case = Case.objects.get(number=row.number)
    try:
        procedures.take(case, step.id, given, by=act.by, on=act.on, organisation=act.organisation)
    except (OutOfTurn, CannotTake) as refused:
        raise CannotJudgeAnew(refused.zh, refused.en) from None
    row.state = case.state
    row.save()
    write(
        act,
        f"legacy_{step.id}",
        ("legacy", row.number),
        f"{row.number} {row.mine_name}：{zh}",
        f"{row.number}: {en}",
        step.provisions,
        region=row.region_code,
    )


@transaction.atomic
def assess(row: LegacyMine, assessment: str, *, by: Person, organisation: Organisation, on: date) -> LegacyMine:
    """Record by which third-party assessment a mine of an old list was judged; nobody types the result."""
    now, act = lock(row), Act(by, organisation, on)
    step = check_step(now, "assess", by=by, on=on)
    found = next((one for one in passed_reports(now.mine) if one.number == assessment), None)
    if found is None:
        raise CannotJudgeAnew(
            "该矿山没有已提交的第三方评估，须先评估",
            "the mine has no submitted third-party assessment: it is assessed first",
        )
    now.report, now.passed = found.number, {"pass": True, "fail": False}.get(found.verdict)
    words = {True: "通过", False: "未通过"}.get(now.passed, "结果待核实") if now.passed is not None else "结果待核实"
    _take(
        now,
        step,
        act,
        {"report": found.number},
        f"第三方评估 {found.number}：{words}",
        f"assessed by {found.number}: {found.verdict}",
    )
    return now


@transaction.atomic
def move_up(row: LegacyMine, reasons: str, *, by: Person, organisation: Organisation, on: date) -> LegacyMine:
    """Recommend it among the best (择优推荐): the enterprise applies for the provincial directory, as every mine does."""
    now, act = lock(row), Act(by, organisation, on)
    step = check_step(now, "move_up", by=by, on=on)
    if now.passed is not True:
        raise CannotJudgeAnew(
            "未通过第三方评估的矿山不能择优推荐", "only a mine that passed its assessment is recommended"
        )
    _decide(now, LegacyMine.Outcome.MOVED_UP, reasons, act)
    _take(
        now, step, act, {"reasons": now.reasons}, "择优推荐，由企业申报省级名录", "recommended: the enterprise applies"
    )
    mine = Mine.objects.select_related("holder").get(key=now.mine)
    if mine.holder is not None:
        notifications.tell(
            "directory.moved_up", to=("enterprise", mine.holder.key), about=("legacy", now.number),
            text={"zh": f"{mine.name}经评估择优推荐，请申报省级绿色矿山名录", "en": f"{mine.name} was recommended: apply for the provincial directory"},
        )  # fmt: skip
    return now


@transaction.atomic
def end(row: LegacyMine, reasons: str, *, by: Person, organisation: Organisation, on: date) -> LegacyMine:
    """End the old title (不再保留称号), with reasons; the history stays."""
    now, act = lock(row), Act(by, organisation, on)
    step = check_step(now, "end", by=by, on=on)
    _decide(now, LegacyMine.Outcome.ENDED, reasons, act)
    _take(now, step, act, {"reasons": now.reasons}, "不再保留市县级称号", "the old title ended")
    return now


def _decide(row: LegacyMine, outcome: str, reasons: str, act: Act) -> None:
    row.reasons = check_words(reasons, "理由", "the reasons", CannotJudgeAnew)
    row.outcome, row.decided_by, row.decided_on = outcome, act.who, act.on
