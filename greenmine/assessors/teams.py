"""What can happen to a team (评估组): it is named, every member signs, somebody stands aside and is replaced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from greenmine.accounts import permissions as accounts
from greenmine.accounts.models import Organisation, Person
from greenmine.assessors import conditions, conflicts, queries, steps
from greenmine.assessors.engaging import read_ties, sign
from greenmine.assessors.figures import figure
from greenmine.assessors.models import Assessor, Declaration, Engagement, Recusal, TeamMember
from greenmine.assessors.models.people import Discipline, Grade
from greenmine.assessors.permissions import check_is_engaged, check_not_debarred, check_not_suspended
from greenmine.assessors.refusals import CannotEngage
from greenmine.assessors.steps import Act
from greenmine.editions import queries as editions
from greenmine.editions.edition import Edition
from greenmine.registry import queries as registry

FIELDS = "cn-2024-1/8.5.b"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody named for a team: the permanent number, the fields he stands for, whether he leads."""

    assessor: str
    disciplines: tuple[str, ...]
    leader: bool = False


@transaction.atomic
def name_team(
    engagement: Engagement, members: Sequence[Member], *, by: Person, organisation: Organisation, on: date
) -> list[TeamMember]:
    """Name the team (组建评估组), or replace members later: all five fields, everybody employed, nobody debarred or tied."""
    engagement, act = steps.lock(engagement), Act(by, organisation, on)
    step = "name_team" if engagement.state in queries.table().step("name_team").origins else "change_team"
    steps.allowed(engagement, step, act)
    edition = editions.active()
    people = _people(members)
    for member in members:
        _check_member(edition, engagement, member, people[member.assessor], on)
    missing = conditions.uncovered(edition, [one.disciplines for one in members], on=on)
    if missing:
        names = {"zh": "、".join(str(Discipline(one).label) for one in missing), "en": ", ".join(missing)}
        raise CannotEngage(
            f"依据{edition.cite(FIELDS)}，评估组须涵盖五个专业，尚缺：{names['zh']}",
            f"under {FIELDS} a team covers five fields; missing: {names['en']}",
        )
    if sum(one.leader for one in members) != 1:
        raise CannotEngage("评估组须有且只有一名组长", "a team has exactly one leader")
    _replace(engagement, members, people, on)
    listed = "、".join(people[one.assessor].name for one in members)
    steps.take(engagement, step, act, note=listed)
    return queries.team_of(engagement)


def hints(edition: Edition, engagement: Engagement, *, on: date) -> list[dict[str, str]]:
    """What a person should look at though nothing refuses it: size, senior members, training (依据待核)."""
    team = queries.team_of(engagement)
    found = []
    senior = sum(one.assessor.grade == Grade.SENIOR for one in team)
    for name, count, zh, en in (
        ("team-least", len(team), "评估组人数", "members"),
        ("team-senior-least", senior, "高级职称人数", "senior members"),
    ):
        least = figure(edition, name, on)
        if least is not None and count < least.whole:
            found.append({
                "zh": f"{zh} {count}，参考值不少于 {least.whole}（依据待核：{least.source['zh']}）",
                "en": f"{count} {en}; {least.whole} are expected (not confirmed: {least.source['en']})",
            })  # fmt: skip
    found += [
        {
            "zh": f"{one.assessor.name} 没有考核合格的培训记录（待核实）",
            "en": f"{one.assessor.name}: no training with a passed test is recorded (unknown)",
        }
        for one in team
        if not one.assessor.trainings.filter(passed=True, on__lte=on).exists()
    ]
    return found


def _people(members: Sequence[Member]) -> dict[str, Assessor]:
    keys = [one.assessor for one in members]
    if len(set(keys)) < len(keys):
        raise CannotEngage("同一人员不能重复列入评估组", "nobody is on a team twice")
    people = {one.key: one for one in Assessor.objects.filter(key__in=keys)}
    for key in keys:
        if key not in people:
            raise CannotEngage(f"没有编号为“{key}”的评估人员", f"there is no assessor {key!r}")
    return people


def _check_member(edition: Edition, engagement: Engagement, member: Member, assessor: Assessor, on: date) -> None:
    agency = engagement.agency
    if not agency.employments.filter(assessor=assessor, since__lte=on).exclude(until__lte=on).exists():
        raise CannotEngage(
            f"{assessor.name} 当日不在{agency.name}任职，不能列入评估组（评估工作不得转让或外包）",
            f"{assessor.name} does not work for {agency.name} that day: assessments are not passed on to others",
        )
    check_not_debarred("assessor", assessor.key, assessor.name, on=on)
    check_not_suspended(edition, "assessor", assessor.key, assessor.name, engagement.region_code, on=on)
    if not set(member.disciplines) <= set(assessor.disciplines):
        raise CannotEngage(
            f"{assessor.name} 登记的专业不包括所承担的专业", f"{assessor.name} is not registered for that field"
        )
    mine = registry.mine(engagement.mine)
    ties = conflicts.ties_of_person(edition, assessor, mine, on=on, declarations=engagement.declarations.all())
    if found := conflicts.conflicts(ties):
        raise CannotEngage(f"存在利益冲突，须回避：{found[0].zh}", f"a conflict of interest: {found[0].en}")
    if engagement.recusals.filter(party=Declaration.Party.ASSESSOR, key=assessor.key).exists():
        raise CannotEngage(f"{assessor.name} 已在本委托中回避", f"{assessor.name} stood aside from this engagement")


def _replace(engagement: Engagement, members: Sequence[Member], people: Mapping[str, Assessor], on: date) -> None:
    present = {one.assessor.key: one for one in queries.team_of(engagement)}
    wanted = {one.assessor: one for one in members}
    gone = [one.pk for key, one in present.items() if key not in wanted or _differs(one, wanted[key])]
    engagement.team.filter(pk__in=gone).update(until=on)
    for key, member in wanted.items():
        if key not in present or present[key].pk in gone:
            TeamMember.objects.create(
                engagement=engagement, assessor=people[key], disciplines=sorted(member.disciplines),
                leader=member.leader, since=on,
            )  # fmt: skip


def _differs(present: TeamMember, wanted: Member) -> bool:
    return (present.leader, sorted(present.disciplines)) != (wanted.leader, sorted(wanted.disciplines))


@transaction.atomic
def declare(
    engagement: Engagement,
    assessor_key: str,
    ties: Mapping[str, Mapping[str, Any]],
    *,
    committed: bool,
    by: Person,
    organisation: Organisation,
    on: date,
    paper: str = "",
) -> Declaration:
    """A member signs the statement on conflicts and the truth commitment (签署承诺); with the last one work may begin.

    Whoever has an account signs himself; for one without, the agency enters the signed paper (`paper`: its number).
    """
    engagement, act = steps.lock(engagement), Act(by, organisation, on)
    check_is_engaged(by, organisation, engagement, on=on)
    member = next((one for one in queries.team_of(engagement) if one.assessor.key == assessor_key), None)
    if member is None or engagement.state not in {"team_named", *queries.table().step("change_team").origins}:
        raise CannotEngage(
            "该人员不在本委托的评估组中，或不在签署阶段", "not a member of this team, or not the time to sign"
        )
    _check_signs(member.assessor, by, paper)
    if not committed:
        raise CannotEngage("须签署评估工作承诺书后方可开展评估", "nobody assesses without having signed the commitment")
    answers = read_ties(ties, conflicts.PERSONAL)
    declaration = sign(
        engagement, Declaration.Party.ASSESSOR, assessor_key, member.assessor.name, answers, act,
        committed=True, paper=paper,
    )  # fmt: skip
    steps.write(
        engagement, "assessors.member_declared", act, f"{member.assessor.name} 签署承诺与利益冲突声明",
        f"{member.assessor.name} signed the commitment and the statement on conflicts",
        ["cn-2024-1/8.6.f", "cn-2024-1/8.6.g", "gs-2023/3.10.g"],
    )  # fmt: skip
    if any(answer["tie"] for answer in answers.values()):
        steps.tell(
            engagement, "assessors.tie_declared", steps.commissioning_side(engagement),
            f"{member.assessor.name} 声明存在利益冲突，请决定回避", f"{member.assessor.name} declared a tie: decide on it",
        )  # fmt: skip
    elif engagement.state == "team_named" and not unsigned(engagement):
        steps.take(engagement, "declare", act)
    return declaration


def _check_signs(assessor: Assessor, by: Person, paper: str) -> None:
    if assessor.account_id is not None and assessor.account_id != by.pk:
        raise CannotEngage("承诺须由本人签署", "a commitment is signed in person")
    if assessor.account_id is None and not paper.strip():
        raise CannotEngage(
            f"{assessor.name} 没有系统账号，请登记其签字的纸质承诺书编号",
            f"{assessor.name} has no account: enter the number of the signed paper",
        )


def unsigned(engagement: Engagement) -> list[TeamMember]:
    """The members who have not signed a clean statement since they joined the team."""
    rows = engagement.declarations.filter(party=Declaration.Party.ASSESSOR).order_by("id")
    latest = {one.key: one for one in rows}
    return [one for one in queries.team_of(engagement) if not _is_clean(latest.get(one.assessor.key))]


def _is_clean(declared: Declaration | None) -> bool:
    return declared is not None and declared.committed and not any(one["tie"] for one in declared.ties.values())


def check_all_signed(engagement: Engagement) -> None:
    """Nothing is assessed or filed while a member has not signed."""
    waiting = unsigned(engagement)
    if waiting:
        names = "、".join(one.assessor.name for one in waiting)
        raise CannotEngage(f"尚未签署承诺与声明：{names}", f"not signed yet: {names}")


@transaction.atomic
def recuse_member(
    engagement: Engagement, assessor_key: str, reason: str, *, by: Person, organisation: Organisation, on: date
) -> Recusal:
    """A person decides that a member stands aside (人员回避); the agency then names somebody else."""
    engagement, act = steps.lock(engagement), Act(by, organisation, on)
    accounts.check_can(by, "engagements.prepare", on=on, region=engagement.region_code)
    member = next((one for one in queries.team_of(engagement) if one.assessor.key == assessor_key), None)
    if member is None or engagement.state in queries.ENDED:
        raise CannotEngage("该人员不在本委托的评估组中", "not a member of this team")
    if not reason.strip():
        raise CannotEngage("请说明回避理由", "give the reason")
    member.until = on
    member.save(update_fields=["until"])
    recusal = Recusal.objects.create(
        engagement=engagement, party=Declaration.Party.ASSESSOR, key=assessor_key, name=member.assessor.name,
        reason=reason.strip(), on=on, by=by.name,
    )  # fmt: skip
    steps.write(
        engagement, "assessors.member_recused", act, f"{member.assessor.name} 回避",
        f"{member.assessor.name} stands aside", ["cn-2024-1/8.6.g", "gs-2023/3.10.g"], note=reason.strip(),
    )  # fmt: skip
    steps.tell(
        engagement, "assessors.member_recused", engagement.agency.address, f"{member.assessor.name} 回避，请更换评估组成员",
        f"{member.assessor.name} stands aside: name somebody else",
    )  # fmt: skip
    return recusal


def check_team_stands(engagement: Engagement, *, on: date) -> None:
    """Before a report counts: the team still covers the five fields and has a leader, all signed, nobody debarred."""
    team = queries.team_of(engagement)
    if conditions.uncovered(editions.active(), [one.disciplines for one in team], on=on) or not any(
        one.leader for one in team
    ):
        raise CannotEngage("评估组不完整，请先补充成员", "the team is not complete: name who is missing first")
    check_all_signed(engagement)
    check_not_debarred("agency", engagement.agency.key, engagement.agency.name, on=on)
    for one in team:
        check_not_debarred("assessor", one.assessor.key, one.assessor.name, on=on)
