"""The demonstration province (演示省份): invented places and people, built by calling the real actions.

So the seed is also a smoke test. `build` is idempotent only as a whole: it runs once, on an empty database.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from greenmine.accounts import actions as accounts
from greenmine.accounts import queries
from greenmine.accounts.models import Organisation, Person
from greenmine.accounts.vocabulary import Kind, Role
from greenmine.config import demo_applying, demo_jurisdictions, demo_listing, demo_mines, demo_third_parties

PASSWORD_BYTES = 9


@dataclass(frozen=True)
class SignIn:
    """An account of the demonstration, with its password in clear: shown once, kept nowhere."""

    username: str
    password: str
    who: str

    @property
    def group(self) -> str:
        """The jurisdiction whose people share one password; empty for whoever has his own."""
        return group_of(self.username)


@dataclass(frozen=True)
class Post:
    """One person of the demonstration and where he works."""

    username: str
    name: str
    organisation: str
    role: Role


NR = {"kind": Kind.AUTHORITY, "department": "natural_resources"}
ORGANISATIONS: dict[str, dict[str, str]] = {
    "province": {**NR, "name": "甘肃省自然资源厅（演示）", "name_en": "Gansu natural resources (demo)", "level": "province", "division": "620000"},
    "city": {**NR, "name": "白银市自然资源局（演示）", "name_en": "Baiyin natural resources (demo)", "level": "city", "division": "620400"},
    "county": {**NR, "name": "会宁县自然资源局（演示）", "name_en": "Huining natural resources (demo)", "level": "county", "division": "620422"},
    "ecology": {
        "kind": Kind.AUTHORITY, "department": "ecology", "name": "甘肃省生态环境厅（演示）", "name_en": "Gansu ecology (demo)",
        "level": "province", "division": "620000",
    },
    "neimenggu": {
        **NR, "name": "内蒙古自治区自然资源厅（演示）", "name_en": "Inner Mongolia natural resources (demo)", "level": "province",
        "division": "150000",
    },
    "operator": {"kind": Kind.OPERATOR, "name": "系统运行中心（演示）", "name_en": "Operations (demo)"},
}  # fmt: skip
POSTS = (
    Post("province", "孙厅", "province", Role.DECIDER),
    Post("reviewer", "周审核", "province", Role.REVIEWER),
    Post("auditor", "郑审计", "province", Role.AUDITOR),
    Post("city", "冯经办", "city", Role.REVIEWER),
    Post("county", "王经办", "county", Role.CLERK),
    Post("countyadmin", "吴管理", "county", Role.ORG_ADMIN),
    Post("ecology", "沈环保", "ecology", Role.CLERK),
    Post("neimenggu", "白审核", "neimenggu", Role.REVIEWER),
    Post("operator", "何运维", "operator", Role.OPERATOR),
)


def is_built() -> bool:
    """Whether the demonstration stands already."""
    return Person.objects.filter(is_demo=True).exists()


@transaction.atomic
def build(*, progress: Callable[[str], None], third_parties: bool = True) -> list[SignIn]:
    """Organisations, people, mines and (unless left out) assessments of the demonstration, in one go or not at all."""
    on = queries.today()
    progress("正在建立演示省份 · building the demonstration province …")
    since = on - timedelta(days=300)
    houses = {
        key: accounts.found_organisation(by=None, on=since, **fields)  # type: ignore[arg-type]
        for key, fields in ORGANISATIONS.items()
    }
    made = [_person(post, houses[post.organisation], since) for post in POSTS]
    made += demo_mines.build(houses, on=on, progress=progress, person=_enterprise_person)
    if not third_parties:
        return made
    made += demo_third_parties.build(houses, on=on, progress=progress, invite=_invited)
    shared: dict[str, str] = {}

    def invite_together(username: str, name: str, house: Organisation, role: Role, on: date) -> SignIn:
        password = shared.setdefault(group_of(username), secrets.token_urlsafe(PASSWORD_BYTES))
        return _person(Post(username, name, "", role), house, on, password=password)

    more, places, ministry = demo_jurisdictions.build(houses, on=since, invite=invite_together)
    assessing = {name: demo_third_parties.stage_of(name, on) for name in ("agency", "agency2", "quality", "signatory")}
    demo_listing.build(places, ministry, on=on, assessing=assessing, progress=progress)
    gansu = next(one for one in places if one.jurisdiction.key == demo_listing.RECOMMENDED)
    demo_applying.build(gansu, on=on, progress=progress)
    return made + more


def renew_passwords() -> list[SignIn]:
    """New random passwords for every demo account."""
    made = []
    shared: dict[str, str] = {}
    for person in Person.objects.filter(is_demo=True, left_on=None).order_by("id"):
        fresh = secrets.token_urlsafe(PASSWORD_BYTES)
        group = group_of(person.username)
        password = shared.setdefault(group, fresh) if group else fresh
        person.set_password(password)
        person.save(update_fields=["password"])
        made.append(SignIn(person.username, password, _who(person)))
    return made


def group_of(username: str) -> str:
    """`nm` of nm-county-clerk: sixty accounts with a password each would help nobody who looks around."""
    return username.split("-", maxsplit=1)[0] if "-" in username else ""


def _person(post: Post, organisation: Organisation, on: date, *, password: str = "") -> SignIn:
    invitation = accounts.invite(organisation, username=post.username, name=post.name, role=post.role, by=None, on=on)
    password = password or secrets.token_urlsafe(PASSWORD_BYTES)
    person = accounts.activate(username=post.username, code=invitation.code, password=password, on=on)
    Person.objects.filter(pk=person.pk).update(is_demo=True)
    return SignIn(post.username, password, _who(person))


def _enterprise_person(username: str, name: str, organisation: Organisation, on: date) -> SignIn:
    return _person(Post(username, name, "", Role.CLERK), organisation, on)


def _invited(username: str, name: str, organisation: Organisation, role: Role, on: date) -> SignIn:
    return _person(Post(username, name, "", role), organisation, on)


def _who(person: Person) -> str:
    held = person.memberships.select_related("organisation").first()
    return f"{person.name} · {held.organisation.name} · {held.get_role_display()}" if held else person.name
