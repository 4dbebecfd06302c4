"""What can happen to the register: agencies are entered and checked, people join and leave, are trained, experts drawn."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from greenmine.accounts.credit_code import BadCreditCode, check_credit_code
from greenmine.accounts.models import Organisation, Person
from greenmine.assessors import numbers, queries, stating
from greenmine.assessors.models import (
    Agency,
    AgencyCheck,
    AgencyEntry,
    Assessor,
    Employment,
    FormerHouse,
    Measure,
    Training,
)
from greenmine.assessors.models.people import Discipline, Grade
from greenmine.assessors.permissions import check_can_register
from greenmine.assessors.refusals import CannotRegister
from greenmine.editions import queries as editions
from greenmine.evidence.models import Provenance
from greenmine.ledger import actions as ledger
from greenmine.notifications import actions as notifications

LEGAL_PERSON = "cn-2024-1/8.4.a"
KIND = "cn-2024-1/8.4.b"
CAPACITY = "cn-2024-1/8.4.c"


@transaction.atomic
def register_agency(
    name: str,
    *,
    credit_code: str,
    kind: str,
    independent_legal_person: bool | None,
    by: Person,
    organisation: Organisation,
    on: date,
    representative: str = "",
    region_code: str = "",
    account: Organisation | None = None,
    looked_up: bool = False,
) -> Agency:
    """Enter an agency (登记评估机构). `looked_up`: the registrar looked for a debarment and found none; else it is unknown."""
    check_can_register(by, organisation, None, on=on)
    _check_identity(name, credit_code, kind, independent_legal_person, account)
    agency = Agency.objects.create(
        key=numbers.take("agency"), organisation=account.key if account else "", name=name.strip(),
        credit_code=credit_code, kind=kind, independent_legal_person=independent_legal_person,
        representative=representative.strip(), region_code=region_code, registered_on=on, registered_by=by.name,
        registered_by_organisation=organisation.key,
    )  # fmt: skip
    stating.state_identity(agency, by=by, organisation=organisation)
    stating.state_staff(agency, since=on)
    if looked_up:
        stating.state_blacklisted("agency", agency.key, None)
    _record(
        "assessors.agency_registered", ("agency", agency.key), by, organisation, on,
        f"登记评估机构 {agency.name}", f"agency {agency.name} registered",
        [LEGAL_PERSON, KIND, "cn-2024-1/8.3"],
    )  # fmt: skip
    return agency


@transaction.atomic
def link_account(agency: Agency, account: Organisation, *, by: Person, organisation: Organisation, on: date) -> Agency:
    """Say which account is an agency's (关联账号): its people then see its engagements."""
    check_can_register(by, organisation, None, on=on)
    _check_account(account)
    agency.organisation = account.key
    agency.save(update_fields=["organisation"])
    _record(
        "assessors.account_linked", ("agency", agency.key), by, organisation, on,
        f"{agency.name} 关联账号 {account.name}", f"{agency.name} linked to account {account.name}", ["cn-2024-1/8.3"],
    )  # fmt: skip
    return agency


@transaction.atomic
def check_agency(
    agency: Agency,
    *,
    eligible: bool,
    capable: bool,
    reason: str,
    by: Person,
    organisation: Organisation,
    on: date,
    evidence: Provenance | None = None,
) -> AgencyCheck:
    """Record what a person found of an agency's conditions (资格审核); after a debarment it is eligible only by this."""
    check_can_register(by, organisation, None, on=on)
    if not reason.strip():
        raise CannotRegister("请说明审核理由", "give the reason for the finding")
    stating.state_capacity(agency, capable=capable, on=on)
    found = queries.conditions(editions.active(), agency, agency.region_code or None, on=on)
    if eligible and found.breached:
        title = found.breached[0].rule.title
        raise CannotRegister(f"不符合条件：{title['zh']}，不能审核为合格", f"not eligible: “{title['en']}” is not met")
    check = AgencyCheck.objects.create(
        agency=agency, on=on, eligible=eligible, capable=capable, reason=reason.strip(), findings=found.as_json(),
        by=by.name, by_id=by.pk, organisation=organisation.key, evidence=evidence,
    )  # fmt: skip
    zh, en = ("合格", "eligible") if eligible else ("不合格", "not eligible")
    _record(
        "assessors.agency_checked", ("agency", agency.key), by, organisation, on,
        f"审核 {agency.name}：{zh}。{reason.strip()}", f"{agency.name} checked: {en}. {reason.strip()}",
        [LEGAL_PERSON, KIND, CAPACITY, "yn-2025/5.3.c"],
    )  # fmt: skip
    notifications.tell(
        "assessors.agency_checked", to=agency.address, about=("agency", agency.key), todo=False,
        text={"zh": f"资格审核结果：{zh}", "en": f"the check of your agency: {en}"},
    )  # fmt: skip
    return check


@transaction.atomic
def add_entry(
    agency: Agency,
    kind: str,
    text: str,
    *,
    by: Person,
    organisation: Organisation,
    on: date,
    departments: Sequence[str] = (),
    engagement: str = "",
    result: str = "",
    evidence: Provenance | None = None,
) -> AgencyEntry:
    """Add a line to an agency's record (机构档案). What concerns its quality only an authority writes."""
    own = kind in (AgencyEntry.Kind.EQUIPMENT, AgencyEntry.Kind.PAST_PROJECT, AgencyEntry.Kind.RULES)
    check_can_register(by, organisation, agency if own else None, on=on)
    if kind not in AgencyEntry.Kind.values or not text.strip():
        raise CannotRegister("请选择类别并填写内容", "choose what it is about and say it")
    named = [one.strip() for one in departments if one.strip()]
    if kind == AgencyEntry.Kind.JOINT_REVIEW and not named:
        raise CannotRegister("联合评议须写明参加的部门", "a joint review names the departments that took part")
    entry = AgencyEntry.objects.create(
        agency=agency, kind=kind, text=text.strip(), departments=named, engagement=engagement, result=result, on=on,
        by=by.name, organisation=organisation.key, evidence=evidence, recorded_at=timezone.now(),
    )  # fmt: skip
    cite = ["cn-2024-1/8.3", "yn-2025/5.3.a", "gs-2023/3.10.h"] if not own else ["yn-2025/5.3.c", CAPACITY]
    _record(
        "assessors.entry_added", ("agency", agency.key), by, organisation, on,
        f"{agency.name} 登记{entry.get_kind_display()}：{entry.text}", f"{agency.name}: {kind} recorded", cite,
    )  # fmt: skip
    return entry


@transaction.atomic
def record_measure(
    title: str,
    *,
    territory: str,
    by: Person,
    organisation: Organisation,
    on: date,
    number: str = "",
    holds_from: date | None = None,
    holds_to: date | None = None,
    file: Provenance | None = None,
) -> Measure:
    """Keep a territory's measures for third-party assessment (管理办法); without the file: known, text not held."""
    check_can_register(by, organisation, None, on=on)
    edition = editions.active()
    if not title.strip() or territory not in edition.divisions:
        raise CannotRegister("请填写办法名称和适用地区", "give the title and the territory")
    if not edition.covers(organisation.division, territory, on):
        raise CannotRegister("该地区不在本单位管辖范围内", "that territory is not yours")
    if holds_from and holds_to and holds_to <= holds_from:
        raise CannotRegister("失效日应晚于施行日", "the end must come after the beginning")
    if Measure.objects.filter(territory=territory, title=title.strip(), number=number).exists():
        raise CannotRegister("该办法已登记", "these measures are known already")
    measure = Measure.objects.create(
        territory=territory, title=title.strip(), number=number, holds_from=holds_from, holds_to=holds_to, file=file,
        recorded_on=on, recorded_by=by.name,
    )  # fmt: skip
    held = "" if file else "（文本未收录）"
    _record(
        "assessors.measure_recorded", ("measure", str(measure.pk)), by, organisation, on,
        f"登记{measure.title}{held}", f"measures {measure.title} recorded", ["gs-2023/3.10.e"],
    )  # fmt: skip
    return measure


@dataclass(frozen=True, slots=True)
class NewAssessor:
    """A natural person as entered: the identity number is kept only as a keyed hash that recognises it again."""

    name: str
    grade: str = Grade.NONE
    disciplines: tuple[str, ...] = ()
    qualification: str = ""
    identity_number: str = ""
    account: Person | None = None


@transaction.atomic
def employ(
    agency: Agency,
    person: NewAssessor | Assessor,
    *,
    since: date,
    by: Person,
    organisation: Organisation,
    on: date,
    full_time: bool = True,
) -> Employment:
    """Enter that a person works for an agency (人员入职). One known by identity stays that person, with the old history."""
    check_can_register(by, organisation, agency, on=on)
    assessor = person if isinstance(person, Assessor) else _person(person, on)
    standing = assessor.employments.exclude(until__lte=since).select_related("agency").first()
    if standing is not None:
        raise CannotRegister(
            f"{assessor.name} 自 {standing.since} 起在{standing.agency.name}任职，须先登记离职",
            f"{assessor.name} works for {standing.agency.name} since {standing.since}: record that it ended first",
        )
    employment = Employment.objects.create(assessor=assessor, agency=agency, since=since, full_time=full_time)
    stating.state_staff(agency, since=since)
    _record(
        "assessors.employed", ("agency", agency.key), by, organisation, on,
        f"{assessor.name} 自 {since} 起在{agency.name}任职", f"{assessor.name} works for {agency.name} since {since}",
        ["cn-2024-1/8.5.c", "cn-2024-1/8.3"],
    )  # fmt: skip
    return employment


@transaction.atomic
def end_employment(
    employment: Employment, *, until: date, by: Person, organisation: Organisation, on: date
) -> Employment:
    """Enter that a person left (人员离职): `until` is the first day on which it no longer holds."""
    check_can_register(by, organisation, employment.agency, on=on)
    if employment.until is not None:
        raise CannotRegister("该任职已登记离职", "the end is recorded already")
    if until <= employment.since:
        raise CannotRegister("离职日应晚于入职日", "the end must come after the beginning")
    employment.until = until
    employment.save(update_fields=["until"])
    stating.state_staff(employment.agency, since=min(until, on))
    _record(
        "assessors.left", ("agency", employment.agency.key), by, organisation, on,
        f"{employment.assessor.name} 自 {until} 起不再在{employment.agency.name}任职",
        f"{employment.assessor.name} no longer works for {employment.agency.name} from {until}", ["cn-2024-1/8.5.c"],
    )  # fmt: skip
    return employment


@transaction.atomic
def record_training(
    assessor: Assessor,
    title: str,
    *,
    trained_on: date,
    by: Person,
    organisation: Organisation,
    on: date,
    hours: Decimal | None = None,
    score: Decimal | None = None,
    passed: bool | None = None,
    evidence: Provenance | None = None,
) -> Training:
    """Record a training with its test (培训与考核); a result nobody knows stays unknown."""
    check_can_register(by, organisation, _house(assessor, on), on=on)
    if not title.strip() or trained_on > on:
        raise CannotRegister("请填写培训名称，且培训日期不能晚于今天", "give the title; the day must not lie ahead")
    if score is not None and not 0 <= score <= 100:  # noqa: PLR2004 -- a mark out of a hundred
        raise CannotRegister("考核成绩应在0至100之间", "a mark lies between 0 and 100")
    if assessor.trainings.filter(title=title.strip(), on=trained_on).exists():
        raise CannotRegister("该培训已登记", "this training is recorded already")
    training = Training.objects.create(
        assessor=assessor, title=title.strip(), on=trained_on, hours=hours, score=score, passed=passed,
        recorded_by=by.name, evidence=evidence,
    )  # fmt: skip
    said = {True: ("考核合格", "passed"), False: ("考核不合格", "failed"), None: ("考核结果未知", "result unknown")}[
        passed
    ]
    _record(
        "assessors.trained", ("assessor", assessor.key), by, organisation, on,
        f"{assessor.name} 参加“{training.title}”，{said[0]}", f"{assessor.name} attended “{training.title}”: {said[1]}",
        ["cn-2024-1/8.5.a"],
    )  # fmt: skip
    return training


@transaction.atomic
def add_former_house(
    assessor: Assessor,
    name: str,
    *,
    by: Person,
    organisation: Organisation,
    on: date,
    enterprise: str = "",
    credit_code: str = "",
    since: date | None = None,
    until: date | None = None,
) -> FormerHouse:
    """Record another employer of a person (工作经历), against which conflicts are checked."""
    check_can_register(by, organisation, _house(assessor, on), on=on)
    if not name.strip() or (since and until and until <= since):
        raise CannotRegister("请填写单位名称，且起止日期不能颠倒", "name the employer; the end follows the beginning")
    house = FormerHouse.objects.create(
        assessor=assessor, name=name.strip(), enterprise=enterprise, credit_code=credit_code, since=since, until=until
    )
    _record(
        "assessors.former_house", ("assessor", assessor.key), by, organisation, on,
        f"{assessor.name} 工作经历：{house.name}", f"{assessor.name} worked for {house.name}", ["cn-2024-1/8.6.g"],
    )  # fmt: skip
    return house


def _check_identity(
    name: str, credit_code: str, kind: str, legal_person: bool | None, account: Organisation | None
) -> None:
    if not name.strip():
        raise CannotRegister("请填写机构名称", "give the agency's name")
    try:
        check_credit_code(credit_code)
    except BadCreditCode as wrong:
        zh, _, en = str(wrong).partition(" · ")
        raise CannotRegister(zh, en) from None
    known = Agency.objects.filter(credit_code=credit_code).first()
    if known is not None:
        raise CannotRegister(
            f"该信用代码已登记为{known.name}（{known.key}）", f"that code is {known.name} ({known.key})"
        )
    cite = editions.active().cite
    if kind not in Agency.Kind.values or kind == Agency.Kind.OTHER:
        raise CannotRegister(
            f"依据{cite(KIND)}，第三方评估机构限企业、事业单位或行业协会",
            f"under {KIND} an agency is an enterprise, a public institution or an industry association",
        )
    if legal_person is False:
        raise CannotRegister(
            f"依据{cite(LEGAL_PERSON)}，第三方评估机构须具有独立法人资格",
            f"under {LEGAL_PERSON} an agency is an independent legal person",
        )
    if account is not None:
        _check_account(account)


def _check_account(account: Organisation) -> None:
    if account.kind != "agency":
        raise CannotRegister("只能关联第三方评估机构的账号", "only the account of an agency can be linked")
    if Agency.objects.filter(organisation=account.key).exists():
        raise CannotRegister("该账号已关联其他机构", "that account belongs to another agency")


def _person(entered: NewAssessor, on: date) -> Assessor:
    """The person with this identity number, or a new one."""
    if not entered.name.strip():
        raise CannotRegister("请填写姓名", "give the person's name")
    if entered.grade not in Grade.values or not set(entered.disciplines) <= set(Discipline.values):
        raise CannotRegister("职称或专业不在目录中", "the title or field is not one of the list")
    identity = identity_hash(entered.identity_number) if entered.identity_number.strip() else ""
    known = Assessor.objects.filter(identity=identity).first() if identity else None
    if known is not None:
        return known
    if entered.account is not None and Assessor.objects.filter(account=entered.account).exists():
        raise CannotRegister("该账号已关联其他评估人员", "that account belongs to another assessor")
    return Assessor.objects.create(
        key=numbers.take("assessor"), name=entered.name.strip(), identity=identity, account=entered.account,
        qualification=entered.qualification, grade=entered.grade, disciplines=sorted(set(entered.disciplines)),
        registered_on=on,
    )  # fmt: skip


def identity_hash(number: str) -> str:
    """How an identity number is recognised again without being kept."""
    return hmac.new(settings.SECRET_KEY.encode(), number.strip().upper().encode(), hashlib.sha256).hexdigest()


def _house(assessor: Assessor, on: date) -> Agency | None:
    held = assessor.employments.filter(since__lte=on).exclude(until__lte=on).select_related("agency").first()
    return held.agency if held else None


def _record(
    verb: str,
    subject: tuple[str, str],
    by: Person,
    organisation: Organisation,
    on: date,
    zh: str,
    en: str,
    cite: Sequence[str],
) -> None:
    ledger.record(verb, subject=subject, by=by, organisation=organisation, on=on, zh=zh, en=en, cite=cite)
