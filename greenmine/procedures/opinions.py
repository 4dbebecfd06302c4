"""Opinions of departments (征求意见): asked at once when a state is entered, answered in writing, late ones shown as late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from greenmine.accounts import permissions as accounts
from greenmine.accounts import queries as people
from greenmine.accounts.models import Organisation, Person
from greenmine.accounts.permissions import NotAllowed
from greenmine.editions.calendars import Calendar
from greenmine.evidence.models import Provenance
from greenmine.law.steps import OpinionRound, Step, Table
from greenmine.law.steps.table import count
from greenmine.ledger import actions as ledger
from greenmine.notifications import actions as notifications
from greenmine.procedures import addresses
from greenmine.procedures.addresses import Addresses
from greenmine.procedures.clocks import days_entered
from greenmine.procedures.delegating import absent_for
from greenmine.procedures.models import Case, CaseStep, Opinion
from greenmine.procedures.payloads import written
from greenmine.procedures.permissions import CannotTake, department_words
from greenmine.procedures.running import table_of
from greenmine.procedures.working import settle

ASKED, SOON, OVERDUE = "procedures.opinion", "procedures.opinion_soon", "procedures.opinion_overdue"
VERBS = (ASKED, SOON, OVERDUE)
STANDINGS = {
    "given": {"zh": "已反馈", "en": "given"},
    "given_late": {"zh": "逾期反馈", "en": "given late"},
    "waiting": {"zh": "待反馈", "en": "waiting"},
    "late": {"zh": "逾期未反馈", "en": "not given in time"},
    "ended": {"zh": "不再等候", "en": "no longer waited for"},
}
VERDICTS = {
    "agree": {"zh": "同意", "en": "agrees"},
    "disagree": {"zh": "不同意", "en": "disagrees"},
    "supplement": {"zh": "需补充材料", "en": "asks for more"},
}


def ask(
    table: Table, case: Case, taken: Sequence[CaseStep], days: Calendar, *, on: date, where: Addresses | None = None
) -> list[Opinion]:
    """Ask every department of the round that belongs to the state the case has just entered."""
    name = table.states[case.state].opinions
    if not name:
        return []
    asked, since = table.opinions[name], taken[-1].counts_from
    clock = days_entered(asked.clock, taken)
    deadline = count(clock, since, days)
    found = [
        Opinion(
            case=case,
            round=name,
            entry=case.version,
            state=case.state,
            department=department,
            verb=asked.verb,
            to_kind=kind,
            to_key=key,
            asked_on=on,
            due_on=deadline.on,
            provisional=deadline.provisional,
            no_day=dict(deadline.reason),
        )
        for department, (kind, key) in zip(
            asked.departments, _addresses(case, asked, where or Addresses(case)), strict=True
        )
    ]
    for one in Opinion.objects.bulk_create(found):
        notifications.tell(
            ASKED,
            to=(one.to_kind, one.to_key),
            about=("opinion", str(one.pk)),
            due_on=deadline.on,
            text={
                "zh": f"{table.title['zh']} {case.number} 请出具书面意见（{asked.title['zh']}）",
                "en": f"{table.title['en']} {case.number}: please give your opinion in writing ({asked.title['en']})",
            },
        )
    return found


def _addresses(case: Case, asked: OpinionRound, where: Addresses) -> list[addresses.Address]:
    """Each department of the round: the party of the case where it names one, else that of the level."""
    levels = asked.asked.levels or (where.office.level if where.office else "county",)
    found = addresses.address(asked.departments, levels[0], case.region_code)
    named = [where.organisations.get(case.parties.get(department, "")) for department in asked.departments]
    return [party.address if party else one for party, one in zip(named, found, strict=True)]


def end(case: Case, *, by: str, on: date) -> None:
    """The case goes on without the opinions it still waits for; they stay, as late or as no longer waited for."""
    waiting = list(case.opinions.filter(given_on=None, ended_on=None).values_list("pk", flat=True))
    if not waiting:
        return
    Opinion.objects.filter(pk__in=waiting).update(ended_on=on)
    for pk in waiting:
        _settle(pk, by=by)


def of_round(case: Case, name: str) -> list[Opinion]:
    """The opinions of the latest time this round was asked, in the order of the table."""
    rows = list(case.opinions.filter(round=name).order_by("-entry", "id"))
    return [row for row in rows if row.entry == rows[0].entry]


def check_came_in(case: Case, step: Step, *, on: date) -> list[Opinion]:
    """Refuse a step that waits for opinions before each was given or its time ran out (逾期未反馈)."""
    if not step.after_opinions:
        return []
    rows = of_round(case, step.after_opinions)
    if not rows:
        raise CannotTake(
            f"“{step.title['zh']}”须先征求部门意见", f"“{step.title['en']}” comes after the opinions of the departments"
        )
    waiting = [row for row in rows if row.standing(on) in {"waiting", "ended"}]
    if waiting:
        zh = "、".join(
            f"{department_words(row.department)[0]}（{f'期限 {row.due_on}' if row.due_on else '期限未定'}）"
            for row in waiting
        )
        en = ", ".join(
            f"{department_words(row.department)[1]} (until {row.due_on or 'no day known'})" for row in waiting
        )
        raise CannotTake(f"尚待反馈意见：{zh}", f"opinions are still waited for: {en}")
    return rows


def as_payload(rows: Sequence[Opinion], on: date) -> list[dict[str, str]]:
    """What the record of a step says of the opinions before it: a late one is called late."""
    return [
        {"department": row.department, "standing": row.standing(on), "verdict": row.verdict, "opinion": str(row.pk)}
        for row in rows
    ]


def check_can_give(opinion: Opinion, by: Person, *, on: date) -> Organisation:
    """The organisation for which this person may answer; CannotTake or NotAllowed say why not."""
    if opinion.given_on is not None:
        raise CannotTake(f"{opinion.by_name} 已反馈意见", f"{opinion.by_name} gave the opinion already")
    if opinion.ended_on is not None:
        raise CannotTake(
            "本案已进入下一环节，不再等候该意见", "the case has gone on; this opinion is no longer waited for"
        )
    for held in people.memberships(by, on=on):
        if held.organisation.address == (opinion.to_kind, opinion.to_key):
            accounts.check_can(by, opinion.verb, on=on, region=opinion.case.region_code or None)
            return held.organisation
    raise NotAllowed("该意见由被征求意见的部门出具。", "This opinion is for the department that was asked.")


@transaction.atomic
def give_opinion(
    opinion: Opinion, verdict: str, text: str, *, evidence: Sequence[Provenance] | None = None, by: Person, on: date
) -> Opinion:
    """Give a department's opinion in writing (出具意见): agree, disagree or ask for more. It is given once."""
    current = Opinion.objects.select_for_update(of=("self",)).select_related("case", "case__kept").get(pk=opinion.pk)
    organisation = check_can_give(current, by, on=on)
    said = written("text", text)
    if verdict not in Opinion.Verdict.values:
        raise CannotTake("请选择同意、不同意或需补充材料", "choose: agree, disagree, or more is needed")
    if not said:
        raise CannotTake("意见须以书面作出，请填写内容", "an opinion is given in writing: fill in what it says")
    absent = current.person if current.person_id in absent_for(by, on=on) else None
    changed = Opinion.objects.filter(pk=current.pk, given_on=None, ended_on=None).update(
        given_on=on,
        verdict=verdict,
        text=said,
        evidence=[one.pk for one in evidence or ()],
        by=by,
        by_name=by.name,
        behalf_of_name=absent.name if absent else "",
        organisation=organisation.key,
        organisation_name=organisation.name,
    )
    if not changed:
        raise CannotTake("该意见已由他人反馈，您的内容未保存", "somebody else gave this opinion; yours was not saved")
    current.refresh_from_db()
    case, words = current.case, VERDICTS[verdict]
    asked = round_of(current)
    late = current.standing(on) == "given_late"
    ledger.record(
        "procedures.opinion_given",
        subject=("case", case.number),
        by=by,
        organisation=organisation,
        on=on,
        cite=asked.provisions,
        region_code=case.region_code,
        payload={
            "opinion": current.pk,
            "department": current.department,
            "verdict": verdict,
            "late": late,
            "behalf_of": current.behalf_of_name,
        },
        sentence={
            "zh": f"{case.number} {organisation.name}反馈意见：{words['zh']}{'（逾期反馈）' if late else ''}",
            "en": f"{case.number}: {organisation.name} {words['en']}{' (late)' if late else ''}",
        },
    )
    _settle(current.pk, by=by.name)
    _tell_running(case, organisation, words)
    for name in ("given_on", "verdict", "text", "evidence", "by", "by_name", "organisation", "organisation_name"):
        setattr(opinion, name, getattr(current, name))
    return current


def round_of(opinion: Opinion) -> OpinionRound:
    """The round of the table under which an opinion was asked."""
    found = table_of(opinion.case).opinions.get(opinion.round)
    if found is None:  # the case went over to a table without it
        raise CannotTake("本案步骤表已改换，不再征求该意见", "the case follows another table now, without this opinion")
    return found


def _settle(pk: int, *, by: str) -> None:
    settle("opinion", str(pk), VERBS, by=by)


def _tell_running(case: Case, organisation: Organisation, words: dict[str, str]) -> None:
    """The office that runs the case, and those whose turn it is, learn of each opinion; never an enterprise."""
    running = addresses.office_of(case)
    waiting = case.items.filter(state="open").exclude(to_kind__in=("enterprise", "third_party", "operator"))
    told = {running.address} if running else set()
    for address in sorted(told | set(waiting.values_list("to_kind", "to_key"))):
        notifications.tell(
            "procedures.opinion_given",
            to=address,
            about=("case", case.number),
            todo=False,
            text={
                "zh": f"{case.number} {organisation.name}已反馈意见：{words['zh']}",
                "en": f"{case.number}: {organisation.name} {words['en']}",
            },
        )
