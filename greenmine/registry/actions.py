"""What can happen to mines and enterprises: they are registered, renamed, transferred, merged, split, drawn on the map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from greenmine.editions.edition import Edition
from greenmine.facts import actions as facts
from greenmine.facts.statements import Source, Statement
from greenmine.ledger import actions as ledger
from greenmine.registry.ledgers.identifiers import credit_code_problem
from greenmine.registry.models import Boundary, Control, Enterprise, Mine, MineName, RoleHolding, Succession
from greenmine.registry.numbers import take
from greenmine.spatial.areas import Area

Who = ledger.Actor | str


class CannotRegister(ValueError):
    """What cannot be entered in the registry, in words."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en


@transaction.atomic
def register_enterprise(
    name: str, *, credit_code: str = "", region_code: str = "", by: Who, on: date, act: str = ""
) -> Enterprise:
    """Enter an enterprise (登记企业); one that is known by its credit code, or else by its name, is that one."""
    if not name.strip():
        raise CannotRegister("请填写企业名称", "give the enterprise's name")
    if credit_code and (wrong := credit_code_problem(credit_code)) is not None:
        raise CannotRegister(*wrong)
    known = Enterprise.objects.filter(withdrawn_at__isnull=True)
    found = known.filter(credit_code=credit_code).first() if credit_code else known.filter(name=name).first()
    if found is not None:
        return found
    enterprise = Enterprise.objects.create(
        key=take("enterprise")[0], credit_code=credit_code, name=name.strip(), region_code=region_code, act=act,
        recorded_at=timezone.now(),
    )  # fmt: skip
    _write(
        "registry.enterprise_registered",
        "enterprise",
        enterprise.key,
        by,
        on,
        f"登记企业 {name}",
        f"enterprise {name} registered",
    )
    return enterprise


@transaction.atomic
def identify_enterprise(enterprise: Enterprise, credit_code: str, *, by: Who, on: date, region: str = "") -> Enterprise:
    """Enter the unified social credit code (登记统一社会信用代码) of an enterprise known by name only.

    A code that is entered stays: another legal person is another enterprise, and holders change by transfer.
    """
    code = credit_code.strip().upper()
    if (wrong := credit_code_problem(code)) is not None:
        raise CannotRegister(*wrong)
    found = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    if found.credit_code and found.credit_code != code:
        raise CannotRegister(
            f"“{found.name}”已登记代码 {found.credit_code}；企业变更请办理采矿权人变更",
            f"{found.name} is known by {found.credit_code}; another legal person takes over by a transfer",
        )
    other = Enterprise.objects.filter(credit_code=code, withdrawn_at__isnull=True).exclude(pk=found.pk).first()
    if other is not None:
        raise CannotRegister(
            f"代码 {code} 已属于“{other.name}”，请核对", f"the code {code} belongs to {other.name}: compare them"
        )
    if not found.credit_code:
        found.credit_code = code
        found.save(update_fields=["credit_code"])
        _write(
            "registry.enterprise_identified", "enterprise", found.key, by, on,
            f"登记 {found.name} 统一社会信用代码 {code}", f"{found.name} is identified by {code}", region,
        )  # fmt: skip
    return found


@transaction.atomic
def register_mine(
    edition: Edition, name: str, *, region_code: str, source: Source, by: Who, on: date, mineral: str = "",
    holder: Enterprise | None = None, ledger_number: str = "", longitude: Decimal | None = None,
    latitude: Decimal | None = None,
) -> Mine:  # fmt: skip
    """Enter a mine (登记矿山) under a permanent number, and state what the law reads of its identity."""
    if not name.strip():
        raise CannotRegister("请填写矿山名称", "give the mine's name")
    if region_code not in edition.divisions:
        raise CannotRegister(f"行政区划表中没有“{region_code}”", f"no division has the code {region_code!r}")
    mine = Mine.objects.create(
        key=take("mine")[0], name=name.strip(), region_code=region_code, mineral=mineral, holder=holder,
        ledger_number=ledger_number, longitude=longitude, latitude=latitude, recorded_at=timezone.now(),
    )  # fmt: skip
    MineName.objects.create(mine=mine, name=mine.name)
    refresh_search(mine)
    act = f"mine:{mine.key}"
    if holder is not None:
        facts.relate(edition, "holder", ("mine", mine.key), ("enterprise", holder.key), since=None, act=act)
    said = {
        "mine_name": name,
        "region_code": region_code,
        "mineral": mineral,
        "longitude": longitude,
        "latitude": latitude,
    }
    _state(edition, mine, said, source, act)
    _write(
        "registry.mine_registered", "mine", mine.key, by, on, f"登记矿山 {name}", f"mine {name} registered", region_code
    )
    return mine


@transaction.atomic
def rename(
    edition: Edition, mine: Mine, name: str, *, source: Source, by: Who, on: date, reason: str = ""
) -> Succession:
    """Give a mine another name from a day (更名); the number stays, the old name can still be searched."""
    before = mine.name
    mine.names.filter(holds_to__isnull=True).update(holds_to=on)
    MineName.objects.create(mine=mine, name=name, holds_from=on)
    mine.name = name
    mine.save(update_fields=["name"])
    refresh_search(mine)
    found = _succession(Succession.Kind.RENAME, on, [mine], [mine], by, reason=reason)
    _state(edition, mine, {"mine_name": name}, source, f"succession:{found.pk}", since=on)
    _write(
        "registry.mine_renamed",
        "mine",
        mine.key,
        by,
        on,
        f"{before} 更名为 {name}",
        f"{before} renamed {name}",
        mine.region_code,
    )
    return found


@transaction.atomic
def transfer(
    edition: Edition, mine: Mine, to: Enterprise, *, by: Who, on: date, reason: str = "", evidence: Sequence[str] = ()
) -> Succession:
    """Record that a mine changes hands (转让): from this day `holder.…` reads the new holder's facts."""
    if mine.holder == to:
        raise CannotRegister("受让人与现采矿权人相同", "the new holder is the present one")
    before = mine.holder
    mine.holder = to
    mine.save(update_fields=["holder"])
    refresh_search(mine)
    found = _succession(
        Succession.Kind.TRANSFER, on, [mine], [mine], by, reason=reason, from_holder=before, to_holder=to,
        evidence=list(evidence),
    )  # fmt: skip
    facts.relate(edition, "holder", ("mine", mine.key), ("enterprise", to.key), since=on, act=f"succession:{found.pk}")
    _write(
        "registry.mine_transferred",
        "mine",
        mine.key,
        by,
        on,
        f"{mine.name} 转让给 {to.name}",
        f"{mine.name} transferred to {to.name}",
        mine.region_code,
    )
    return found


@transaction.atomic
def merge(mines: Sequence[Mine], into: Mine, *, by: Who, on: date, reason: str = "") -> Succession:
    """Record that mines become one (整合): the others end that day, their history stays under their own numbers."""
    ended = [mine for mine in mines if mine.pk != into.pk]
    if not ended or any(mine.ended_on for mine in (*ended, into)):
        raise CannotRegister("整合须有至少两座仍存续的矿山", "a merger needs at least two mines that still exist")
    Mine.objects.filter(pk__in=[mine.pk for mine in ended]).update(ended_on=on)
    found = _succession(Succession.Kind.MERGE, on, [*ended, into], [into], by, reason=reason)
    names = "、".join(mine.name for mine in ended)
    _write(
        "registry.mines_merged",
        "mine",
        into.key,
        by,
        on,
        f"{names} 整合入 {into.name}",
        f"{names} merged into {into.name}",
        into.region_code,
    )
    return found


@transaction.atomic
def split(mine: Mine, into: Sequence[Mine], *, by: Who, on: date, reason: str = "") -> Succession:
    """Record that a mine becomes several (分立); it may be one of them, otherwise it ends that day."""
    if len(into) < 2 or mine.ended_on:  # noqa: PLR2004 -- several means two
        raise CannotRegister("分立须成为至少两座矿山", "a split makes at least two mines")
    if mine not in into:
        Mine.objects.filter(pk=mine.pk).update(ended_on=on)
    found = _succession(Succession.Kind.SPLIT, on, [mine], into, by, reason=reason)
    names = "、".join(one.name for one in into)
    _write(
        "registry.mine_split",
        "mine",
        mine.key,
        by,
        on,
        f"{mine.name} 分立为 {names}",
        f"{mine.name} split into {names}",
        mine.region_code,
    )
    return found


@transaction.atomic
def draw_boundary(mine: Mine, area: Area, *, by: Who, on: date, evidence: Sequence[str] = ()) -> Boundary:
    """Record the area of a mine (矿区范围) from a day; the one before holds until then."""
    west, south, east, north = area.box
    mine.boundaries.filter(holds_to__isnull=True, holds_from__lt=on).update(holds_to=on)
    boundary = Boundary.objects.create(
        mine=mine, shape=area.wkb, west=west, south=south, east=east, north=north,
        hectares=Decimal(f"{area.hectares:.4f}"), notes=[dict(note) for note in area.notes], holds_from=on,
        evidence=list(evidence), recorded_at=timezone.now(),
    )  # fmt: skip
    _write(
        "registry.boundary_drawn",
        "mine",
        mine.key,
        by,
        on,
        f"登记 {mine.name} 矿区范围 {boundary.hectares} 公顷",
        f"area of {mine.name} recorded: {boundary.hectares} ha",
        mine.region_code,
    )
    return boundary


@transaction.atomic
def record_control(parent: Enterprise, child: Enterprise, *, share: Decimal | None, since: date, by: Who) -> Control:
    """Record that one enterprise controls another (控股) from a day; shown as risk, never a ground."""
    if parent == child:
        raise CannotRegister("企业不能控股自身", "an enterprise cannot control itself")
    control = Control.objects.create(parent=parent, child=child, share=share, holds_from=since)
    _write(
        "registry.control_recorded",
        "enterprise",
        child.key,
        by,
        since,
        f"{parent.name} 控股 {child.name}",
        f"{parent.name} controls {child.name}",
    )
    return control


@transaction.atomic
def appoint(
    subject: tuple[str, str], role: str, person_name: str, *, since: date, by: Who, phone: str = ""
) -> RoleHolding:
    """Record who answers for what at a mine or enterprise from a day (任职); whoever did before does so until then."""
    held = RoleHolding.objects.filter(subject_kind=subject[0], subject_key=subject[1], role=role, holds_to__isnull=True)
    held.filter(holds_from__lt=since).update(holds_to=since)
    found = RoleHolding.objects.create(
        subject_kind=subject[0],
        subject_key=subject[1],
        role=role,
        person_name=person_name,
        phone=phone,
        holds_from=since,
    )
    _write("registry.person_appointed", *subject, by, since, f"{person_name} 任 {role}", f"{person_name} is {role}")
    return found


def refresh_search(mine: Mine) -> None:
    """Bring what a mine is searched by up to date: names it ever bore, numbers, holder."""
    names = mine.names.filter(withdrawn_at__isnull=True).values_list("name", flat=True)
    licences = mine.rights.filter(withdrawn_at__isnull=True).values_list("licence_number", flat=True)
    mine.search = search_text(
        [mine.name, *names, mine.key, mine.ledger_number, mine.holder.name if mine.holder else "", *licences]
    )
    mine.save(update_fields=["search"])


def search_text(words: Iterable[str]) -> str:
    """The words a mine is searched by, once each, in small letters."""
    return " ".join(dict.fromkeys(word.lower() for word in words if word))


def _state(
    edition: Edition, mine: Mine, said: dict[str, Any], source: Source, act: str, since: date | None = None
) -> None:
    """State what is known and what the dictionary knows."""
    statements = [
        Statement("mine", mine.key, name, str(value), since)
        for name, value in said.items()
        if value not in (None, "") and name in edition.dictionary
    ]
    if statements:
        facts.state_many(edition, statements, source=source, act=act, imported=True)


def _succession(kind: str, on: date, before: Sequence[Mine], after: Sequence[Mine], by: Who, **more: Any) -> Succession:
    found = Succession.objects.create(
        kind=kind, on=on, recorded_by=by if isinstance(by, str) else str(by), recorded_at=timezone.now(), **more
    )
    found.before.set(before)
    found.after.set(after)
    return found


def _write(verb: str, kind: str, key: str, by: Who, on: date, zh: str, en: str, region: str = "") -> None:
    ledger.record(verb, subject=(kind, key), by=by, on=on, zh=zh, en=en, region_code=region)
