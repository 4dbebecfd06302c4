"""What can happen until work begins: an engagement is drafted, checked for conflicts, commissioned, accepted or ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction

from greenmine.accounts import permissions as accounts
from greenmine.accounts import queries as accounts_queries
from greenmine.accounts.models import Organisation, Person
from greenmine.accounts.vocabulary import Level
from greenmine.assessors import commissioning, conflicts, numbers, queries, steps
from greenmine.assessors.models import Agency, Confirmation, ConflictCheck, Declaration, Engagement, Milestone
from greenmine.assessors.permissions import check_can_commission, check_not_debarred, check_not_suspended
from greenmine.assessors.refusals import CannotCommission, CannotEngage
from greenmine.assessors.steps import Act
from greenmine.editions import queries as editions
from greenmine.editions.edition import Edition
from greenmine.ledger import actions as ledger
from greenmine.registry import queries as registry
from greenmine.registry.models import Mine

NO_FEE = "cn-2024-1/8.6.e"
PROCEED, RECUSE = "proceed", "recuse"


@transaction.atomic
def draft_engagement(
    mine_key: str,
    agency_key: str,
    *,
    by: Person,
    organisation: Organisation,
    on: date,
    purpose: str = Engagement.Purpose.FIRST,
    first_review_passed_on: date | None = None,
    standard: str = "",
) -> Engagement:
    """Draft an engagement (拟定委托): this agency for this mine. Nobody is engaged by a draft."""
    mine, agency = _mine(mine_key), _agency(agency_key)
    accounts.check_can(by, "engagements.prepare", on=on, region=mine.region_code)
    if purpose not in Engagement.Purpose.values:
        raise CannotEngage("请选择委托事由", "choose why the mine is assessed")
    if first_review_passed_on is not None and first_review_passed_on > on:
        raise CannotEngage("初审通过日期不能晚于今天", "the day of the preliminary review must not lie ahead")
    check_not_debarred("agency", agency.key, agency.name, on=on)
    check_not_suspended(editions.active(), "agency", agency.key, agency.name, mine.region_code, on=on)
    standing = queries.active_engagement(mine.key, purpose=purpose)
    if standing is not None:
        raise CannotEngage(
            f"该矿山已有未办结的委托 {standing.number}", f"the mine has an engagement that is open: {standing.number}"
        )
    engagement = _create(mine, agency, purpose, first_review_passed_on, standard, Act(by, organisation, on))
    act = Act(by, organisation, on)
    opening = queries.table().opening
    assert opening is not None
    steps.write(
        engagement, "assessors.drafted", act,
        f"拟定委托：{agency.name} 评估 {mine.name}", f"drafted: {agency.name} for {mine.name}", opening.provisions,
    )  # fmt: skip
    steps.tell(
        engagement, "assessors.to_declare_independence", agency.address, "请声明与该矿有无利益冲突",
        "please declare whether you have any tie to this mine", due_on=engagement.due_on,
    )  # fmt: skip
    return engagement


def _create(mine: Mine, agency: Agency, purpose: str, reviewed_on: date | None, standard: str, act: Act) -> Engagement:
    table = queries.table()
    deadline = table.deadline("check_conflicts", act.on, editions.active().calendar)
    try:
        with transaction.atomic():
            return Engagement.objects.create(
                number=numbers.take_yearly("WT", act.on), mine=mine.key, mine_name=mine.name,
                region_code=mine.region_code, holder=mine.holder.key if mine.holder else "", agency=agency,
                purpose=purpose, standard=standard, state=table.start, state_since=act.on, due_on=deadline.on,
                due_provisional=deadline.provisional, drafted_by=act.by.name, drafted_by_id=act.by.pk,
                drafted_by_organisation=act.organisation.key, drafted_on=act.on, first_review_passed_on=reviewed_on,
            )  # fmt: skip
    except IntegrityError:  # somebody drafted one at the same moment
        raise CannotEngage("该矿山刚刚已拟定委托，请刷新", "somebody just drafted one for this mine: reload") from None


@transaction.atomic
def declare_independence(
    engagement: Engagement,
    ties: Mapping[str, Mapping[str, Any]],
    *,
    by: Person,
    organisation: Organisation,
    on: date,
) -> Declaration:
    """The agency declares, question by question, whether it has a tie to the mine (独立性声明), before any commission."""
    engagement, act = steps.lock(engagement), Act(by, organisation, on)
    steps.allowed(engagement, "declare_independence", act)
    answers = read_ties(ties, tuple(conflicts.QUESTIONS))
    declaration = sign(
        engagement, Declaration.Party.AGENCY, engagement.agency.key, engagement.agency.name, answers, act
    )
    steps.take(engagement, "declare_independence", act)
    return declaration


def read_ties(ties: Mapping[str, Mapping[str, Any]], questions: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The answers, every question of them; a tie is described."""
    found = {}
    for kind in questions:
        answer = ties.get(kind)
        zh, en = conflicts.QUESTIONS[kind]
        if answer is None or not isinstance(answer.get("tie"), bool):
            raise CannotEngage(f"请逐项声明：是否{zh}", f"declare every point: whether it {en}")
        text = str(answer.get("text", "")).strip()
        if answer["tie"] and not text:
            raise CannotEngage(f"请说明情况：{zh}", f"describe it: {en}")
        found[kind] = {"tie": answer["tie"], "text": text}
    return found


def sign(
    engagement: Engagement,
    party: str,
    key: str,
    name: str,
    ties: Mapping[str, Any],
    act: Act,
    *,
    committed: bool = False,
    paper: str = "",
) -> Declaration:
    """Keep a declaration with the hash of exactly what was declared."""
    said = "\n".join(f"{kind}:{answer['tie']}:{answer['text']}" for kind, answer in sorted(ties.items()))
    text = f"{engagement.number}\n{party}\n{key}\n{said}\n{committed}"
    return Declaration.objects.create(
        engagement=engagement, party=party, key=key, name=name, ties=dict(ties), committed=committed,
        signed_by=act.by.name, signed_by_id=act.by.pk, signed_on=act.on, text_hash=sha256(text.encode()).hexdigest(),
        paper=paper,
    )  # fmt: skip


@transaction.atomic
def check_conflicts(engagement: Engagement, *, by: Person, organisation: Organisation, on: date) -> ConflictCheck:
    """Check the agency for conflicts of interest (核查利益冲突) before it is commissioned; a person decides what follows."""
    engagement, act = steps.lock(engagement), Act(by, organisation, on)
    steps.allowed(engagement, "check_conflicts", act)
    ties = queries.conflicts_of(
        editions.active(), engagement.agency, _mine(engagement.mine), on=on, engagement_of=engagement
    )
    check = ConflictCheck.objects.create(
        engagement=engagement, on=on, by=by.name, by_id=by.pk, findings=[one.as_json() for one in ties]
    )
    found, unknown = len(conflicts.conflicts(ties)), len(conflicts.unsettled(ties))
    steps.take(engagement, "check_conflicts", act, note=f"存在 {found} 项，待核实 {unknown} 项")
    return check


@transaction.atomic
def decide_conflicts(
    check: ConflictCheck, decision: str, reason: str, *, by: Person, organisation: Organisation, on: date
) -> ConflictCheck:
    """A person decides on what a check found (利益冲突处理): go on, with a reason, or the agency stands aside."""
    engagement, act = steps.lock(check.engagement), Act(by, organisation, on)
    accounts.check_can(by, "engagements.prepare", on=on, region=engagement.region_code)
    if engagement.state != "checked" or engagement.conflict_checks.order_by("-id").first() != check:
        raise CannotEngage("该核查已被新的核查取代", "a later check has taken the place of this one")
    if decision not in (PROCEED, RECUSE) or not reason.strip():
        raise CannotEngage("请选择处理意见并说明理由", "choose what follows and give the reason")
    same = any(one["kind"] == conflicts.SAME_PERSON and one["outcome"] == conflicts.CONFLICT for one in check.findings)
    if decision == PROCEED and same:
        raise CannotEngage(
            "机构与矿业权人为同一法人，只能回避", "the agency is the holder itself: it can only stand aside"
        )
    if decision == PROCEED and any(one["outcome"] == conflicts.UNKNOWN for one in check.findings):
        raise CannotEngage("尚有待核实事项，请先由机构声明", "some points are unknown: the agency has to declare first")
    check.decision, check.reason, check.decided_by, check.decided_on = decision, reason.strip(), by.name, on
    check.save(update_fields=["decision", "reason", "decided_by", "decided_on"])
    words = {"proceed": ("继续委托", "goes on"), "recuse": ("机构回避", "the agency stands aside")}[decision]
    steps.write(
        engagement, "assessors.conflicts_decided", act, f"利益冲突处理：{words[0]}", f"on conflicts: {words[1]}",
        ["cn-2024-1/8.6.g"], note=reason.strip(),
    )  # fmt: skip
    return check


@dataclass(frozen=True, slots=True)
class Terms:
    """What a commission rests on: who pays, from which budget line, how it was procured, under which contract."""

    funding: str
    budget_line: str
    procurement_notice: str
    contract: str
    contract_on: date | None
    amount: Decimal | None
    procured_on: date | None = None
    jointly_with: tuple[str, ...] = ()
    payments: tuple[tuple[str, str, Decimal], ...] = field(default_factory=tuple)  # name, after which state, amount


@transaction.atomic
def commission(engagement: Engagement, terms: Terms, *, by: Person, organisation: Organisation, on: date) -> Engagement:
    """Commission the assessment (委托评估): the right level, an agency that meets the conditions, no conflict, public money."""
    engagement, act = steps.lock(engagement), Act(by, organisation, on)
    steps.allowed(engagement, "commission", act)
    edition = editions.active()
    house, found, confirmed = check_can_commission(
        edition, by, engagement.region_code, jointly_with=terms.jointly_with, on=on
    )
    _check_reviewed(engagement)
    _check_money(edition, terms, on)
    _check_agency(edition, engagement, on)
    _check_no_conflict(engagement)
    conditions = queries.conditions(edition, engagement.agency, engagement.region_code, on=on)
    engagement.commissioned_by, engagement.commissioned_by_name = house.key, house.name
    engagement.commissioned_level, engagement.commissioned_on = house.level, on
    engagement.ground, engagement.confirmation = found.as_json(), confirmed
    engagement.jointly_with = [one.strip() for one in terms.jointly_with if one.strip()]
    engagement.findings, engagement.edition = conditions.as_json(), edition.id
    engagement.funding, engagement.budget_line = terms.funding, terms.budget_line.strip()
    engagement.procurement_notice, engagement.procured_on = terms.procurement_notice.strip(), terms.procured_on
    engagement.contract, engagement.contract_on = terms.contract.strip(), terms.contract_on
    engagement.amount = terms.amount
    for name, after, amount in terms.payments:
        Milestone.objects.create(engagement=engagement, name=name, after_state=after, amount=amount)
    note = f"合同 {engagement.contract}，预算项目 {engagement.budget_line}"
    engagement = steps.take(engagement, "commission", act, note=note)
    if engagement.holder and engagement.purpose != Engagement.Purpose.BLIND:
        steps.tell(
            engagement, "assessors.commissioned", ("enterprise", engagement.holder),
            f"已委托{engagement.agency.name}开展第三方评估。评估不收取企业任何费用，如被收费请反映",
            f"{engagement.agency.name} will assess the mine; it may take no fee from you: report it if it does", todo=False,
        )  # fmt: skip
    return engagement


def _check_reviewed(engagement: Engagement) -> None:
    if engagement.purpose == Engagement.Purpose.FIRST and engagement.first_review_passed_on is None:
        raise CannotCommission(
            "初审合格的矿山方可委托第三方评估，请先登记初审通过日期",
            "a mine is assessed after it passed the preliminary review: enter that day first",
        )


def _check_money(edition: Edition, terms: Terms, on: date) -> None:
    clause = edition.cite(NO_FEE)
    if terms.funding == Engagement.Funding.MINE:
        raise CannotCommission(
            f"依据{clause}，不得向被评估矿山企业收取评估费用，由矿山付费的委托不予办理",
            f"under {NO_FEE} no fee is taken from the mine: an engagement paid by it is refused",
        )
    if terms.funding != Engagement.Funding.PUBLIC_BUDGET:
        raise CannotCommission(
            "第三方评估以政府购买服务方式委托，经费须列入财政预算", "assessments are paid from public budget"
        )
    wanted = {
        "预算项目": terms.budget_line, "采购公告（未公告的写明理由）": terms.procurement_notice, "合同编号": terms.contract,
    }  # fmt: skip
    for what, given in wanted.items():
        if not given.strip():
            raise CannotCommission(
                f"请登记{what}", "the budget line, the procurement notice and the contract are recorded"
            )
    if terms.contract_on is None or terms.contract_on > on or (terms.procured_on or on) > on:
        raise CannotCommission("请填写合同签订日期，且不能晚于今天", "the day of the contract is given and not ahead")
    if terms.amount is None or terms.amount < 0:
        raise CannotCommission("请填写合同金额", "give the amount of the contract")
    if sum((amount for _, _, amount in terms.payments), Decimal(0)) > terms.amount:
        raise CannotCommission("付款节点合计超过合同金额", "the payments exceed the contract")
    states = queries.table().states
    names = [name.strip() for name, _, _ in terms.payments]
    if any(after not in states or amount <= 0 for _, after, amount in terms.payments) or len(set(names)) < len(names):
        raise CannotCommission(
            "付款节点有误：名称不能重复，金额须大于零", "a payment is wrong: names differ, amounts are positive"
        )


def _check_agency(edition: Edition, engagement: Engagement, on: date) -> None:
    """Not debarred, not suspended, every condition met and none unknown, and a person's check that still stands."""
    agency = engagement.agency
    check_not_debarred("agency", agency.key, agency.name, on=on)
    check_not_suspended(edition, "agency", agency.key, agency.name, engagement.region_code, on=on)
    found = queries.conditions(edition, agency, engagement.region_code, on=on)
    if found.breached:
        one = found.breached[0]
        raise CannotCommission(
            f"机构不符合条件：{one.rule.title['zh']}（{edition.cite(one.rule.provisions[0])}）",
            f"the agency does not meet “{one.rule.title['en']}” ({one.rule.provisions[0]})",
        )
    if found.unknown:
        labels = [edition.dictionary[name].label for name in found.missing if name in edition.dictionary]
        raise CannotCommission(
            f"机构条件待核实，请先补齐：{'、'.join(label['zh'] for label in labels)}",
            f"conditions of the agency are unknown; settle: {', '.join(label['en'] for label in labels)}",
        )
    standing = queries.standing_of(agency, on=on)
    if standing in ("to_be_checked", "ineligible"):
        raise CannotCommission(
            "机构尚未通过资格审核（列入黑名单期满后须重新审核），不能委托",
            "nobody has found the agency eligible yet (after a debarment it is checked anew)",
        )


def _check_no_conflict(engagement: Engagement) -> None:
    check = engagement.conflict_checks.order_by("-id").first()
    if check is None:
        raise CannotCommission("请先核查利益冲突", "check for conflicts of interest first")
    unknown = [one["zh"] for one in check.findings if one["outcome"] == conflicts.UNKNOWN]
    if unknown:
        raise CannotCommission(
            f"利益冲突待核实：{unknown[0]}；由机构签署声明后重新核查",
            "points of the conflict check are unknown: the agency declares, then check again",
        )
    later = engagement.declarations.filter(party=Declaration.Party.AGENCY).order_by("-id").first()
    seen = {proof for one in check.findings for proof in one["evidence"]}
    if later is not None and f"declaration:{later.pk}" not in seen:
        raise CannotCommission(
            "机构在核查之后又作了声明，请重新核查", "the agency declared after the check: check again"
        )
    found = any(one["outcome"] == conflicts.CONFLICT for one in check.findings)
    if found and check.decision != PROCEED:
        raise CannotCommission(
            "存在利益冲突，须先作出处理决定；决定回避的，机构不能承接",
            "conflicts were found: a person decides on them first; an agency that stands aside is not commissioned",
        )


@transaction.atomic
def record_confirmation(
    territory: str,
    level: str,
    *,
    person: str,
    document: str,
    confirmed_on: date,
    by: Person,
    organisation: Organisation,
    on: date,
    reason: str = "",
) -> Confirmation:
    """Record that a lower level may commission (登记下放委托确认): the person who confirmed it, the paper, the day."""
    accounts.check_can(by, "engagements.commission", on=on, region=territory)
    house = accounts_queries.acting_for(by, "engagements.commission", on=on)
    if house is None or house.level not in (Level.PROVINCE, Level.MINISTRY):
        raise CannotEngage("下放委托由省级以上登记确认", "the province or the ministry records such a confirmation")
    if territory not in editions.active().divisions or level not in (Level.CITY, Level.COUNTY):
        raise CannotEngage("请选择地区和层级（市州级或县级）", "choose the territory and the level, city or county")
    if not person.strip() or not document.strip() or confirmed_on > on:
        raise CannotEngage(
            "请填写确认人、文号和日期，日期不能晚于今天", "give the person, the number of the paper and a day not ahead"
        )
    if Confirmation.objects.filter(territory=territory, level=level, document=document.strip()).exists():
        raise CannotEngage("该确认已登记", "this confirmation is recorded already")
    confirmation = Confirmation.objects.create(
        territory=territory, level=level, person=person.strip(), document=document.strip(), confirmed_on=confirmed_on,
        reason=reason.strip(), recorded_by=by.name, organisation=organisation.key,
    )  # fmt: skip
    zh, en = commissioning.NAMES[Level(level)]
    ledger.record(
        "assessors.level_confirmed", subject=("confirmation", str(confirmation.pk)), by=by, organisation=organisation,
        on=on, region_code=territory, zh=f"确认{zh}可委托评估：{person}，{document}，{confirmed_on}",
        en=f"confirmed: the {en} level may commission ({person}, {document}, {confirmed_on})",
        cite=["cn-2024-1/8.2.b", "gs-2023/3.3.r"],
    )  # fmt: skip
    return confirmation


@transaction.atomic
def accept(engagement: Engagement, *, by: Person, organisation: Organisation, on: date) -> Engagement:
    """The agency takes the engagement on (接受委托)."""
    engagement, act = steps.lock(engagement), Act(by, organisation, on)
    steps.allowed(engagement, "accept", act)
    check_not_debarred("agency", engagement.agency.key, engagement.agency.name, on=on)
    return steps.take(engagement, "accept", act)


@transaction.atomic
def decline(engagement: Engagement, reason: str, *, by: Person, organisation: Organisation, on: date) -> Engagement:
    """The agency does not take it on (不接受委托), and says why."""
    return _end(engagement, "decline", reason, Act(by, organisation, on))


@transaction.atomic
def cancel(engagement: Engagement, reason: str, *, by: Person, organisation: Organisation, on: date) -> Engagement:
    """The commissioning side ends it (取消委托), and says why."""
    return _end(engagement, "cancel", reason, Act(by, organisation, on))


@transaction.atomic
def recuse_agency(
    engagement: Engagement, reason: str, *, by: Person, organisation: Organisation, on: date
) -> Engagement:
    """A person decides that the agency stands aside (机构回避)."""
    found = _end(engagement, "recuse", reason, Act(by, organisation, on))
    found.recusals.create(
        party=Declaration.Party.AGENCY, key=found.agency.key, name=found.agency.name, reason=reason.strip(), on=on,
        by=by.name,
    )  # fmt: skip
    return found


def _end(engagement: Engagement, step: str, reason: str, act: Act) -> Engagement:
    engagement = steps.lock(engagement)
    steps.allowed(engagement, step, act)
    if not reason.strip():
        raise CannotEngage("请说明理由", "give the reason")
    engagement.end_reason, engagement.closed_on = reason.strip()[:500], act.on
    return steps.take(engagement, step, act, note=reason.strip())


def _mine(key: str) -> Mine:
    try:
        return registry.mine(key)
    except Mine.DoesNotExist:
        raise CannotEngage(f"没有编号为“{key}”的矿山", f"there is no mine {key!r}") from None


def _agency(key: str) -> Agency:
    try:
        return queries.agency(key)
    except Agency.DoesNotExist:
        raise CannotEngage(f"没有编号为“{key}”的评估机构", f"there is no agency {key!r}") from None
