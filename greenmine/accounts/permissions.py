"""Who may do what where: `check_…` raises the sentence, `can_…` asks the same question."""

from __future__ import annotations

from datetime import date
from typing import Any

from greenmine.accounts import queries
from greenmine.accounts.matrix import matrix
from greenmine.accounts.models import Membership, Organisation, Person
from greenmine.accounts.vocabulary import Kind, Level, Role


class NotAllowed(Exception):
    """Why somebody may not do something, as a sentence in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} · {en}")
        self.zh, self.en = zh, en


def check_can(
    person: Any,
    verb: str,
    *,
    on: date,
    region: str | None = None,
    enterprise: str | None = None,
    organisation: str | None = None,
) -> None:
    """Refuse with a sentence unless the matrix lets this person do this; with a place or an owner, there."""
    if verb == "anyone" or (verb == "signed_in" and isinstance(person, Person) and person.is_active):
        return
    scope = queries.scope_for(person, verb, on=on)
    words = {language: matrix().words(verb, language) for language in ("zh", "en")}
    if scope is None:
        raise NotAllowed(
            f"您的岗位不能{words['zh']}；如需办理，请联系本单位管理员调整岗位。",
            f"Your role may not {words['en']}; your organisation's administrator can change roles.",
        )
    somewhere = (region, enterprise, organisation) != (None, None, None)
    if somewhere and not scope.covers(region=region, enterprise=enterprise, organisation=organisation):
        raise NotAllowed(
            f"该对象不在您的管辖或所属范围内，不能{words['zh']}。",
            f"This lies outside your jurisdiction or organisation; you may not {words['en']} here.",
        )


def can(person: Any, verb: str, *, on: date, **where: str | None) -> bool:
    """Whether the matrix lets this person do this, there."""
    try:
        check_can(person, verb, on=on, **where)
    except NotAllowed:
        return False
    return True


class ProposerDecides(NotAllowed):
    """The person who proposed would decide."""


def check_is_not_proposer(person: Person, proposer_id: int | None) -> None:
    """Refuse that the one who proposed something also decides it (经办与签发分离)."""
    if proposer_id is not None and person.pk == proposer_id:
        raise ProposerDecides(
            "提出人不能同时作出决定，请由本单位另一名签发人办理。",
            "Whoever proposed it may not decide it; another decider of the organisation has to.",
        )


def check_can_manage(by: Person, organisation: Organisation, *, on: date) -> None:
    """Refuse to change another organisation's people."""
    check_can(by, "members.manage", on=on, organisation=organisation.key)


def check_can_give(by: Person, organisation: Organisation, role: str, *, on: date) -> None:
    """Refuse a role that does not exist in such an organisation, or that is not the giver's to give."""
    check_can_manage(by, organisation, on=on)
    if role != Role.ORG_ADMIN and not _is_of(by, organisation, on=on):
        raise NotAllowed(
            "系统运维只能为其他单位指定首位管理员，其余岗位由该单位管理员安排。",
            "Operators appoint another organisation's first administrator only; its administrator gives the other roles.",
        )
    if (organisation.kind, role) not in matrix().who:
        raise NotAllowed(
            f"{organisation.get_kind_display()}没有“{Role(role).label}”岗位。",
            f"There is no role “{role}” in an organisation of kind {organisation.kind}.",
        )


def check_can_renew_code(by: Person, person: Person, organisation: Organisation, *, on: date) -> None:
    """Refuse a new code for somebody of another house who already signs in: whoever gets it would become that person."""
    check_can_manage(by, organisation, on=on)
    if person.activated_at is not None and not _is_of(by, organisation, on=on):
        raise NotAllowed(
            "该人员已激活，只能由其本单位管理员重发激活码。",
            "This person signs in already; only the organisation's own administrator renews the code.",
        )


def _is_of(person: Person, organisation: Organisation, *, on: date) -> bool:
    """Whether the person holds a role in this organisation on the day."""
    return any(held.organisation_id == organisation.pk for held in queries.memberships(person, on=on))


def check_can_verify(by: Person, organisation: Organisation, *, on: date) -> None:
    """Refuse unless the county natural resources authority of the enterprise's place verifies (企业管理员核验)."""
    check_can(by, "enterprises.verify", on=on, region=organisation.division)
    if organisation.kind != Kind.ENTERPRISE:
        raise NotAllowed("只有矿山企业需要核验。", "Only enterprises are verified.")
    if organisation.verified_on is not None:
        raise NotAllowed("该企业已核验。", "This enterprise has been verified already.")
    held = [member.organisation for member in queries.memberships(by, on=on)]
    if not any(place.level == Level.COUNTY and place.department == "natural_resources" for place in held):
        raise NotAllowed(
            "企业首位管理员由所在县级自然资源主管部门核验。",
            "An enterprise's first administrator is verified by the county's natural resources authority.",
        )


def check_can_leave(membership: Membership, successor: Person | None, *, on: date) -> None:
    """Refuse that the last administrator goes without naming who follows him."""
    if membership.role != Role.ORG_ADMIN:
        return
    others = [
        person
        for person in queries.holders(membership.organisation, Role.ORG_ADMIN, on=on)
        if person.pk != membership.person_id
    ]
    if not others and successor is None:
        raise NotAllowed(
            "这是本单位唯一的管理员，离岗前请先指定接任人。",
            "This is the organisation's only administrator; name a successor first.",
        )
