"""What can happen to organisations, people and roles. Each act is checked, written, recorded."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from greenmine.accounts import permissions, queries
from greenmine.accounts.credit_code import check_credit_code
from greenmine.accounts.models import Membership, Organisation, Person, SavedView
from greenmine.accounts.permissions import NotAllowed
from greenmine.accounts.vocabulary import Kind, Role, role_words
from greenmine.ledger import actions as ledger

CODE_DAYS = 7
CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no letter that reads as another
CODE_LENGTH = 12
VIEW_NAME, VIEW_QUERY = 40, 1000

HandOver = Callable[[Person, Person], int]
hand_overs: list[HandOver] = []  # upper rooms add how their open work goes to a successor; config registers them


@dataclass(frozen=True)
class Invitation:
    """A person and the one-time code by which he becomes able to sign in; the code is shown once and not kept."""

    person: Person
    code: str


@transaction.atomic
def found_organisation(
    *, kind: str, name: str, by: Person | None, on: date, verified: bool = True, **fields: Any
) -> Organisation:
    """Enter an organisation (设立单位). `by` is None only when an installation is set up."""
    if by is not None:
        permissions.check_can(by, "organisations.manage", on=on)
    if fields.get("credit_code"):
        check_credit_code(fields["credit_code"])
    number = (Organisation.objects.order_by("-id").values_list("id", flat=True).first() or 0) + 1
    found = Organisation.objects.create(
        key=f"O{number:08d}",
        kind=kind,
        name=name,
        verified_on=on if verified else None,
        verified_by=(by.name if by else "") if verified else "",
        **fields,
    )
    _record("accounts.organisation_founded", found, by, on, f"设立单位：{name}", f"organisation entered: {name}")
    return found


@transaction.atomic
def invite(
    organisation: Organisation, *, username: str, name: str, role: str, by: Person | None, on: date
) -> Invitation:
    """Invite a person into a role (邀请). The sign-in name must never have been anyone else's."""
    if by is not None:
        permissions.check_can_give(by, organisation, role, on=on)
    if Person.objects.filter(username=username).exists():
        raise NotAllowed(
            f"登录名“{username}”已被使用，请另选。", f"The sign-in name “{username}” is taken; choose another."
        )
    person = Person(username=username, name=name, invited_at=datetime.now(UTC))
    person.set_unusable_password()
    code = _new_code(person)
    person.save()
    Membership.objects.create(person=person, organisation=organisation, role=role, since=on)
    zh, en = role_words(role)
    _record("accounts.invited", organisation, by, on, f"邀请 {name} 任“{zh}”", f"{name} invited as {en}")
    return Invitation(person, code)


@transaction.atomic
def renew_code(person: Person, *, by: Person, on: date) -> Invitation:
    """A new one-time code, for somebody who lost his code or password (重发激活码). The old password stops working."""
    organisation = _organisation_of(person, on)
    permissions.check_can_renew_code(by, person, organisation, on=on)
    if person.left_on is not None:
        raise NotAllowed("该人员已离岗。", "This person has left.")
    person.set_unusable_password()
    code = _new_code(person)
    person.save()
    _record(
        "accounts.code_renewed", organisation, by, on, f"为 {person.name} 重发激活码", f"new code for {person.name}"
    )
    return Invitation(person, code)


@transaction.atomic
def activate(*, username: str, code: str, password: str, on: date, at: datetime | None = None) -> Person:
    """Choose a password with the one-time code (激活). A wrong or stale code says nothing about who exists."""
    wrong = NotAllowed("登录名或激活码不正确，或激活码已过期。", "Name or code is wrong, or the code has expired.")
    person = Person.objects.select_for_update().filter(username=username, left_on=None).first()
    if person is None or not person.code_hash or person.suspended_on is not None:
        make_password(code)  # takes as long as the check below
        raise wrong
    now = at or datetime.now(UTC)
    if (
        person.code_until is None
        or person.code_until < now
        or not check_password(code.upper().replace("-", ""), person.code_hash)
    ):
        raise wrong
    try:
        validate_password(password, person)
    except ValidationError as weak:
        raise NotAllowed(" ".join(weak.messages), " ".join(weak.messages)) from weak
    person.set_password(password)
    person.code_hash, person.code_until = "", None
    person.is_active, person.activated_at = True, person.activated_at or now
    person.save()
    organisation = _organisation_of(person, on)
    _record(
        "accounts.activated",
        organisation,
        person,
        on,
        f"{person.name} 激活账号",
        f"{person.name} activated the account",
    )
    return person


@transaction.atomic
def change_role(person: Person, organisation: Organisation, *, role: str, by: Person, on: date) -> Membership:
    """Another role from this day (变更岗位): the roles held there end, the new one begins."""
    permissions.check_can_give(by, organisation, role, on=on)
    for held in queries.memberships(person, on=on):
        if held.organisation_id == organisation.pk:
            permissions.check_can_leave(held, person if role == Role.ORG_ADMIN else None, on=on)
            held.until = on
            held.save(update_fields=["until"])
    given = Membership.objects.create(person=person, organisation=organisation, role=role, since=on)
    _forget(person)
    zh, en = role_words(role)
    _record("accounts.role_changed", organisation, by, on, f"{person.name} 改任“{zh}”", f"{person.name} is now {en}")
    return given


@transaction.atomic
def add_role(person: Person, organisation: Organisation, *, role: str, by: Person | None, on: date) -> Membership:
    """One more role from this day (增加岗位)."""
    if by is not None:
        permissions.check_can_give(by, organisation, role, on=on)
    given = Membership.objects.create(person=person, organisation=organisation, role=role, since=on)
    _forget(person)
    zh, en = role_words(role)
    _record("accounts.role_added", organisation, by, on, f"{person.name} 兼任“{zh}”", f"{person.name} is also {en}")
    return given


@transaction.atomic
def suspend(person: Person, *, by: Person, on: date, reason: str) -> None:
    """Stop somebody from signing in, at once (停用)."""
    organisation = _organisation_of(person, on)
    permissions.check_can_manage(by, organisation, on=on)
    if person.pk == by.pk:
        raise NotAllowed("不能停用自己的账号。", "You cannot suspend yourself.")
    person.is_active, person.suspended_on = False, on
    person.save(update_fields=["is_active", "suspended_on"])
    _record(
        "accounts.suspended",
        organisation,
        by,
        on,
        f"停用 {person.name}：{reason}",
        f"{person.name} suspended: {reason}",
    )


@transaction.atomic
def resume(person: Person, *, by: Person, on: date) -> None:
    """Let a suspended person sign in again (恢复)."""
    organisation = _organisation_of(person, on)
    permissions.check_can_manage(by, organisation, on=on)
    if person.left_on is not None or person.suspended_on is None:
        raise NotAllowed("该人员未被停用。", "This person is not suspended.")
    person.is_active, person.suspended_on = person.activated_at is not None, None
    person.save(update_fields=["is_active", "suspended_on"])
    _record("accounts.resumed", organisation, by, on, f"恢复 {person.name}", f"{person.name} resumed")


@transaction.atomic
def leave(person: Person, *, by: Person, on: date, successor: Person | None = None) -> int:
    """Somebody leaves (离岗): roles end, sign-in ends, open work goes to the successor. Nothing is deleted."""
    organisation = _organisation_of(person, on)
    permissions.check_can_manage(by, organisation, on=on)
    held = queries.memberships(person, on=on) or tuple(row for row in person.memberships.all() if row.holds(on))
    for membership in held:
        permissions.check_can_leave(membership, successor, on=on)
    moved = sum(hand_over(person, successor) for hand_over in hand_overs) if successor else 0
    for membership in held:
        membership.until = on
        membership.save(update_fields=["until"])
    person.is_active, person.left_on = False, on
    person.save(update_fields=["is_active", "left_on"])
    _forget(person)
    to = successor.name if successor else "—"
    _record(
        "accounts.left", organisation, by, on, f"{person.name} 离岗，交接给 {to}", f"{person.name} left; work to {to}"
    )
    return moved


@transaction.atomic
def register_enterprise(
    *, name: str, credit_code: str, division: str, enterprise: str, username: str, admin_name: str, on: date
) -> Organisation:
    """An enterprise asks to take part (企业注册); nobody can sign in for it until its county has verified it."""
    check_credit_code(credit_code)
    if Organisation.objects.filter(credit_code=credit_code).exists():
        raise NotAllowed("该统一社会信用代码已注册。", "This unified social credit code is registered already.")
    found = found_organisation(
        kind=Kind.ENTERPRISE,
        name=name,
        by=None,
        on=on,
        verified=False,
        credit_code=credit_code,
        division=division,
        enterprise=enterprise,
    )
    invite(found, username=username, name=admin_name, role=Role.ORG_ADMIN, by=None, on=on)
    return found


@transaction.atomic
def verify_enterprise(organisation: Organisation, *, by: Person, on: date, enterprise: str = "") -> Invitation:
    """The county verifies an enterprise and its first administrator (企业管理员核验), and hands over the code."""
    permissions.check_can_verify(by, organisation, on=on)
    organisation.verified_on, organisation.verified_by = on, by.name
    organisation.enterprise = enterprise or organisation.enterprise
    organisation.save(update_fields=["verified_on", "verified_by", "enterprise"])
    admin = organisation.memberships.filter(role=Role.ORG_ADMIN).select_related("person").earliest("id").person
    code = _new_code(admin)
    admin.save(update_fields=["code_hash", "code_until"])
    zh = f"核验企业 {organisation.name} 及首位管理员 {admin.name}"
    _record("accounts.enterprise_verified", organisation, by, on, zh, f"{organisation.name} and {admin.name} verified")
    return Invitation(admin, code)


def save_view(person: Person, *, page: str, name: str, query: str) -> SavedView:
    """Keep the filters of a list under a name; the same name again replaces them."""
    if not name.strip():
        raise NotAllowed("请为筛选条件起一个名称。", "Give the filters a name.")
    kept, _ = SavedView.objects.update_or_create(
        person=person, page=page, name=name.strip()[:VIEW_NAME], defaults={"query": query[:VIEW_QUERY]}
    )
    return kept


def remove_view(person: Person, view: int) -> None:
    """Remove one of the person's own saved filters; somebody else's stay."""
    SavedView.objects.filter(person=person, pk=view).delete()


def _new_code(person: Person) -> str:
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    person.code_hash = make_password(code)
    person.code_until = datetime.now(UTC) + timedelta(days=CODE_DAYS)
    return "-".join(code[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def _organisation_of(person: Person, on: date) -> Organisation:
    rows = [row for row in person.memberships.select_related("organisation").order_by("id") if row.holds(on)]
    if not rows:
        raise NotAllowed("该人员当前没有任职单位。", "This person holds no role on this day.")
    return rows[0].organisation


def _forget(person: Person) -> None:
    person.__dict__.pop("_memberships_by_day", None)


def _record(verb: str, organisation: Organisation, by: Person | None, on: date, zh: str, en: str) -> None:
    ledger.record(
        verb,
        subject=("organisation", organisation.key),
        by=by or ledger.SYSTEM,
        on=on,
        zh=f"{organisation.name}：{zh}",
        en=f"{organisation.name_en or organisation.name}: {en}",
        region_code=organisation.division,
    )
