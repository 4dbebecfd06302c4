"""The five jurisdictions of the demonstration (演示辖区): offices, people, one enterprise and one mine each.

Each mine goes through the procedure of its own territory in `demo_listing`. Names are invented; divisions are real ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.core.files.base import ContentFile

from greenmine.accounts import actions as accounts
from greenmine.accounts.models import Organisation
from greenmine.accounts.vocabulary import Kind, Role
from greenmine.config.demo_third_parties import Stage, invented_code, stage_of, state_ready
from greenmine.editions import queries as editions
from greenmine.registry import actions as registry
from greenmine.registry import import_reading, import_writing, imports
from greenmine.registry.models import ImportBatch, Mine

HEADINGS = "矿山编号,矿山名称,采矿权人,行政区代码,矿种,开采方式,生产状态,设计生产能力（万吨/年）,投产时间,经度（东经）,纬度（北纬）"
NR = "natural_resources"
Invite = Callable[[str, str, Organisation, Role, date], object]


@dataclass(frozen=True)
class Office:
    """One office of a jurisdiction: which department and level, where, and who works there in which role."""

    key: str
    department: str
    level: str
    name: str
    people: Mapping[str, tuple[str, Role]]  # sign-in name → name, role


@dataclass(frozen=True)
class Jurisdiction:
    """One jurisdiction: its divisions by level, its offices, its enterprise and mine."""

    key: str
    divisions: Mapping[str, str]  # level → division
    offices: tuple[Office, ...]
    enterprise: str
    mine: str
    ledger: str  # 矿种, 开采方式, place: one row of a ledger without number, name and holder
    people: Mapping[str, tuple[str, Role]] = field(default_factory=dict)


def _nr(key: str, level: str, name: str, **people: tuple[str, Role]) -> Office:
    return Office(f"{key}-{level}", NR, level, name, {f"{key}-{level}-{who}": found for who, found in people.items()})


JURISDICTIONS = (
    Jurisdiction(
        "nm",
        {"county": "150526", "city": "150500", "province": "150000"},
        (
            _nr("nm", "county", "扎鲁特旗自然资源局（演示）", clerk=("包经办", Role.CLERK), reviewer=("莫审核", Role.REVIEWER), chief=("云局长", Role.DECIDER)),
            Office("nm-gov", "government", "county", "扎鲁特旗人民政府（演示）", {"nm-gov": ("那旗长", Role.DECIDER)}),
            Office("nm-ecology", "ecology", "county", "扎鲁特旗生态环境局（演示）", {"nm-ecology": ("苏环保", Role.REVIEWER)}),
            Office("nm-industry", "industry", "county", "扎鲁特旗工信局（演示）", {"nm-industry": ("鲍工信", Role.REVIEWER)}),
            _nr("nm", "city", "通辽市自然资源局（演示）", reviewer=("齐审核", Role.REVIEWER), chief=("敖局长", Role.DECIDER)),
            _nr("nm", "province", "", clerk=("奇经办", Role.CLERK), reviewer=("额审核", Role.REVIEWER), legal=("李法制", Role.REVIEWER), chief=("阿厅长", Role.DECIDER)),
        ),
        "科尔沁矿业有限公司（演示）", "霍林西煤矿（演示）", "150526,煤,露天开采,生产,120,1998年,120.9012,44.5513",
    ),
    Jurisdiction(
        "gs",
        {"county": "620422", "city": "620400", "province": "620000"},
        (
            _nr("gs", "county", "", clerk=("王受理", Role.CLERK), reviewer=("何审核", Role.REVIEWER), chief=("石局长", Role.DECIDER)),
            Office("gs-ecology", "ecology", "county", "会宁县生态环境局（演示）", {"gs-ecology": ("谢环保", Role.REVIEWER)}),
            Office("gs-forestry", "forestry", "county", "会宁县林业和草原局（演示）", {"gs-forestry": ("柳林草", Role.REVIEWER)}),
            _nr("gs", "city", "", reviewer=("罗审核", Role.REVIEWER), chief=("冯局长", Role.DECIDER)),
            _nr("gs", "province", "", clerk=("秦遴选", Role.CLERK), reviewer=("周核查", Role.REVIEWER), legal=("康法制", Role.REVIEWER), chief=("孙厅长", Role.DECIDER)),
        ),
        "云雾矿业有限公司（演示）", "云雾山铁矿（演示）", "620422,铁,地下开采,生产,60,2006年,105.0533,35.6921",
    ),
    Jurisdiction(
        "yn",
        {"county": "530181", "city": "530100", "province": "530000"},
        (
            _nr("yn", "county", "安宁市自然资源局（演示）", clerk=("杨经办", Role.CLERK), reviewer=("段审核", Role.REVIEWER), chief=("普局长", Role.DECIDER)),
            Office("yn-ecology", "ecology", "county", "昆明市生态环境局安宁分局（演示）", {"yn-ecology": ("和环保", Role.REVIEWER)}),
            Office("yn-forestry", "forestry", "county", "安宁市林业和草原局（演示）", {"yn-forestry": ("木林草", Role.REVIEWER)}),
            _nr("yn", "city", "昆明市自然资源和规划局（演示）", reviewer=("李审核", Role.REVIEWER), chief=("张局长", Role.DECIDER)),
            _nr("yn", "province", "云南省自然资源厅（演示）", clerk=("赵经办", Role.CLERK), reviewer=("陶审核", Role.REVIEWER), legal=("范法制", Role.REVIEWER), chief=("刀厅长", Role.DECIDER)),
        ),
        "滇池磷业有限公司（演示）", "鸣矣河石灰岩矿（演示）", "530181,石灰岩,露天开采,生产,100,2004年,102.3817,24.8203",
    ),
    Jurisdiction(
        "kz",
        {"county": "653023", "city": "653000", "province": "650000"},
        (
            _nr("kz", "county", "阿合奇县自然资源局（演示）", clerk=("马经办", Role.CLERK), reviewer=("买审核", Role.REVIEWER), chief=("艾局长", Role.DECIDER)),
            Office("kz-ecology", "ecology", "county", "阿合奇县生态环境局（演示）", {"kz-ecology": ("居环保", Role.REVIEWER)}),
            Office("kz-forestry", "forestry", "county", "阿合奇县林业和草原局（演示）", {"kz-forestry": ("叶林草", Role.REVIEWER)}),
            _nr("kz", "city", "克州自然资源局（演示）", reviewer=("阿审核", Role.REVIEWER), chief=("吐局长", Role.DECIDER)),
            _nr("kz", "province", "新疆维吾尔自治区自然资源厅（演示）", clerk=("刘经办", Role.CLERK), reviewer=("帕审核", Role.REVIEWER), legal=("依法制", Role.REVIEWER), chief=("库厅长", Role.DECIDER)),
        ),
        "天山铜业有限公司（演示）", "阿合奇铜矿（演示）", "653023,铜,地下开采,生产,45,2009年,78.4519,40.9362",
    ),
)  # fmt: skip
MINISTRY = Office(
    "ministry", NR, "ministry", "自然资源部（演示）",
    {"ministry-reviewer": ("部审核", Role.REVIEWER), "ministry-chief": ("部签发", Role.DECIDER)},
)  # fmt: skip
EXISTING = {"nm-province": "neimenggu", "gs-county": "county", "gs-city": "city", "gs-province": "province"}


@dataclass(frozen=True)
class Place:
    """One jurisdiction as built: who acts by sign-in name, and the mine."""

    jurisdiction: Jurisdiction
    mine: Mine
    who: Mapping[str, Stage]

    def by(self, office: str) -> Stage:
        """The stage of somebody in an office: `county-clerk` of Inner Mongolia is nm-county-clerk."""
        return self.who[f"{self.jurisdiction.key}-{office}"]


def build(
    houses: dict[str, Organisation], *, on: date, invite: Invite
) -> tuple[list[object], list[Place], dict[str, Stage]]:
    """Offices, people, enterprises and mines of every jurisdiction; sign-ins, places, and the ministry's people."""
    made: list[object] = []
    for office in (MINISTRY, *(one for found in JURISDICTIONS for one in found.offices)):
        made += _office(office, houses, on=on, invite=invite)
    places = [_place(found, number, houses, made, on=on, invite=invite) for number, found in enumerate(JURISDICTIONS)]
    return made, places, {username: stage_of(username, on) for username in MINISTRY.people}


def _office(office: Office, houses: dict[str, Organisation], *, on: date, invite: Invite) -> list[object]:
    if office.key in EXISTING:
        houses[office.key] = houses[EXISTING[office.key]]
    else:
        key = office.key.split("-")[0]
        divisions = next((found.divisions for found in JURISDICTIONS if found.key == key), {"ministry": "000000"})
        houses[office.key] = accounts.found_organisation(
            kind=Kind.AUTHORITY, name=office.name, name_en=f"{office.key} (demo)", department=office.department,
            level=office.level, division=divisions[office.level], by=None, on=on,
        )  # fmt: skip
    return [invite(username, name, houses[office.key], role, on) for username, (name, role) in office.people.items()]


def _place(
    found: Jurisdiction, number: int, houses: dict[str, Organisation], made: list[object], *, on: date, invite: Invite
) -> Place:
    chief = stage_of(f"{found.key}-province-reviewer", on)
    mine = _import(found, houses[f"{found.key}-province"], chief, on)
    holder = mine.holder
    assert holder is not None
    registry.identify_enterprise(
        holder, invented_code(20 + number), by=chief.by, on=on, region=found.divisions["province"]
    )
    house = accounts.found_organisation(
        kind=Kind.ENTERPRISE, name=found.enterprise, name_en=f"{found.key} mining (demo)", enterprise=holder.key,
        division=found.divisions["county"], by=None, on=on,
    )  # fmt: skip
    for who, name, role in (("clerk", "填报员", Role.CLERK), ("chief", "矿长", Role.DECIDER)):
        made.append(invite(f"{found.key}-mine-{who}", name, house, role, on))
    state_ready(mine, houses[f"{found.key}-province"], on)
    usernames = [name for office in found.offices for name in office.people]
    usernames += [f"{found.key}-mine-clerk", f"{found.key}-mine-chief"]
    return Place(found, mine, {username: stage_of(username, on) for username in usernames})


def _import(found: Jurisdiction, house: Organisation, chief: Stage, on: date) -> Mine:
    """The province's ledger with the one mine, imported as a person would."""
    row = f"{found.key.upper()}-001,{found.mine},{found.enterprise},{found.ledger}"
    file = ContentFile(f"矿山台账（演示）\n{HEADINGS}\n{row}\n".encode(), name=f"{found.key}.csv")
    edition = editions.active()
    batch = imports.upload(file, by=chief.by, organisation=house, as_of=on)
    import_reading.read(edition, batch)
    batch.refresh_from_db()
    imports.commit(batch, good_rows_only=False, by=chief.by, on=on)
    import_writing.write(edition, ImportBatch.objects.get(pk=batch.pk))
    return Mine.objects.select_related("holder").get(name=found.mine)
