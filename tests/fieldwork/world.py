"""An engagement that has come as far as the work itself: an agency with two assessors, a mine with coordinates, papers."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from tests.assessors.conftest import FIELDS, NO_PERSONAL_TIES, NO_TIES, credit_code, house, terms

ON = date(2026, 11, 20)
CHINA = ZoneInfo("Asia/Shanghai")
LONGITUDE, LATITUDE = 105.05, 35.69
SITE = ("order", "facilities")
FACTS = {
    "mining_license_status": "valid",
    "mining_license_valid_until": "2030-01-01",
    "safety_license_status": "valid",
    "safety_license_valid_until": "2029-01-01",
    "business_license_status": "valid",
    "business_license_valid_until": "none",
    "earliest_unperformed_penalty_due_on": "none",
    "abnormal_listing": False,
    "remaining_life_years": 12,
    "in_protected_area": False,
    "mining_method": "open_pit",
    "scale": "medium",
    "climate_zone": "semi_arid",
}


@dataclass
class FieldWorld:
    """Everybody and everything a visit needs."""

    cast: Any
    edition: Any
    mine: Any
    agency: Any
    second: Any  # another assessor of the agency
    engagement: str
    on: date

    def as_(self, who: Any, on: date | None = None) -> dict[str, Any]:
        """`by`, `organisation` and `on` of an act."""
        person = getattr(self.cast, who) if isinstance(who, str) else who
        return {"by": person, "organisation": house(person), "on": on or self.on}

    def opened(self) -> Any:
        """The work has begun."""
        from greenmine.fieldwork import actions as fieldwork

        return fieldwork.open_fieldwork(self.engagement, **self.as_("agency"))

    def desk_done(self) -> Any:
        """Every paper looked at and in order, questions settled."""
        from greenmine.assessors import actions as assessors
        from greenmine.fieldwork import desk, engaged

        file = self.opened()
        review = file.desk_review
        every = {row.pk: ("in_order", "") for row in review.items.all()}
        desk.decide(review, every, by=self.cast.agency, on=self.on)
        desk.complete(review, **self.as_("agency"))
        assessors.settle_questions(engaged.engagement(self.engagement), **self.as_("agency"))
        return file

    def planned(self, items: Any = SITE, *, both: bool = True) -> Any:
        """A visit of today with both assessors."""
        from greenmine.fieldwork import actions as fieldwork

        file = self.desk_done()
        members = [self.cast.agency.pk, *([self.second.pk] if both else [])]
        return fieldwork.plan_visit(
            file, from_on=self.on, until_on=self.on + timedelta(days=1), route="采场—排土场—办公区", items=list(items),
            members=members, **self.as_("agency"),
        )  # fmt: skip

    def site_items(self, file: Any) -> list[str]:
        """All items that have to be seen on site."""
        from greenmine.assessment import queries
        from greenmine.assessment.models import Assessment
        from greenmine.assessment.scoring import standard_by
        from greenmine.fieldwork.hindrances import site_items

        standard = standard_by(file.standard, file.standard_digest)
        return site_items(standard, queries.result_of(Assessment.objects.get(number=file.assessment)))

    def send(self, visit: Any, who: Any, *batch: Any) -> Any:
        """Operations of one assessor arrive."""
        from greenmine.fieldwork import receiving

        person = getattr(self.cast, who) if isinstance(who, str) else who
        return receiving.receive(visit, list(batch), device="phone", drift_ms=0, by=person, on=self.on)

    def shoot(self, visit: Any, who: Any, item: str, shade: int = 0, *, upload: bool = True, **claim: Any) -> Any:
        """A photograph is taken and, unless told otherwise, sent."""
        from greenmine.fieldwork import receiving
        from greenmine.fieldwork.models import Capture

        person = getattr(self.cast, who) if isinstance(who, str) else who
        picture = photograph(shade)
        raw = capture(item, picture, self.on, **claim)
        received = self.send(visit, person, raw)
        assert received.refused == [], received.refused
        row = Capture.objects.get(operation__op=raw["op"])
        return receiving.keep_photograph(row, File("photo.jpg", picture), by=person, on=self.on) if upload else row

    def best(self, file: Any, item: str) -> dict[str, Any]:
        """The best finding an item's scale allows."""
        from greenmine.assessment.scoring import standard_by
        from greenmine.law.indicators import choices

        one = standard_by(file.standard, file.standard_digest).indicator(item)
        possible = choices(one)
        return {
            "state": "scored",
            "score": possible[-1] if possible else one.points,
            "met": None,
            "comment": "现场属实",
        }


class File:
    """An upload."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name, self.content = name, content

    def chunks(self) -> list[bytes]:
        return [self.content]


def photograph(shade: int = 0, exif: Any = None) -> bytes:
    """A small picture; another shade is another picture."""
    from PIL import Image

    out = io.BytesIO()
    picture = Image.new("RGB", (64, 48), (shade % 256, shade // 256 % 256, 90))
    if exif is None:
        picture.save(out, "JPEG", comment=f"picture {shade}".encode())
    else:
        picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def at(on: date, hour: int = 10, minute: int = 0) -> str:
    """A moment of a day in China, as a device writes it."""
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=CHINA).isoformat()


def operation(
    kind: str, item: str, payload: Any, *, on: date = ON, sequence: int = 1, **changes: Any
) -> dict[str, Any]:
    """An operation as a device sends it."""
    return {
        "op": str(uuid4()), "kind": kind, "item": item, "sequence": sequence, "device_time": at(on), "drift_ms": 0,
        "payload": payload, **changes,
    }  # fmt: skip


def finding(item: str, score: int, *, sequence: int = 1, comment: str = "现场属实", **changes: Any) -> dict[str, Any]:
    """A finding with a score in hundredths."""
    return operation(
        "finding",
        item,
        {"state": "scored", "score": score, "met": None, "comment": comment},
        sequence=sequence,
        **changes,
    )


def capture(item: str, picture: bytes, on: date = ON, *, sequence: int = 5, **claim: Any) -> dict[str, Any]:
    """A photograph as the device claims it."""
    said = {
        "sha256": sha256(picture).hexdigest(), "size": len(picture), "name": "photo.jpg", "latitude": LATITUDE,
        "longitude": LONGITUDE, "accuracy_m": 8.0, "position_age_ms": 900, "no_position": "", "place": "",
    }  # fmt: skip
    changes = {key: claim.pop(key) for key in ("device_time", "drift_ms") if key in claim}
    return operation("capture", item, {**said, **claim}, on=on, sequence=sequence, **changes)


def number(text: str) -> str:
    """A UUID made of a word, for operations whose ids must be known."""
    return str(UUID(bytes=sha256(text.encode()).digest()[:16], version=4))


def build(cast: Any, on: date = ON) -> FieldWorld:
    """By the real actions, from registering the mine to the signed commitments of the team."""
    from greenmine.assessors import actions as assessors
    from greenmine.editions import queries as editions
    from greenmine.evaluation import actions as evaluation
    from greenmine.facts import actions as facts
    from greenmine.facts.statements import Source, Statement
    from greenmine.registry import actions as registry
    from greenmine.registry.models import Mine
    from tests.conftest import person

    edition = evaluation.activate_edition(editions.candidate_text(), by="何运维", on=on)
    holder = registry.register_enterprise(
        "青山矿业有限公司", credit_code=credit_code(900001), region_code="620422", by="测试", on=on
    )
    mine = registry.register_mine(
        edition, "青山石灰岩矿", region_code="620422", source=Source("county_nr"), by="测试", on=on, mineral="limestone",
        holder=holder,
    )  # fmt: skip
    Mine.objects.filter(pk=mine.pk).update(longitude=LONGITUDE, latitude=LATITUDE)
    firm = house(cast.enterprise)
    firm.enterprise = holder.key
    firm.save()
    facts.state_many(
        edition, [Statement("mine", mine.key, name, value) for name, value in FACTS.items()], source=Source("county_nr"),
        imported=True,
    )  # fmt: skip
    second = person(house(cast.agency), "agency2", "宋评估", "clerk")
    ministry = {"by": cast.province, "organisation": house(cast.province), "on": on}
    agency = assessors.register_agency(
        "陇原评估咨询有限公司", credit_code=credit_code(1), kind="enterprise", independent_legal_person=True,
        account=house(cast.agency), region_code="620000", looked_up=True, **ministry,
    )  # fmt: skip
    people = [
        assessors.NewAssessor("许评估", "senior", FIELDS[:3], account=cast.agency),
        assessors.NewAssessor("宋评估", "senior", FIELDS[3:], account=second),
        *(assessors.NewAssessor(f"评{field}", "senior", (field,)) for field in FIELDS),
    ]
    hired = [assessors.employ(agency, one, since=date(2024, 1, 1), **ministry).assessor for one in people]
    assessors.check_agency(agency, eligible=True, capable=True, reason="材料齐全，业绩真实", **ministry)
    found = FieldWorld(cast, edition, mine, agency, second, "", on)
    found.engagement = _engage(found, hired[:2])
    return found


def _engage(world: FieldWorld, team: list[Any]) -> str:
    from greenmine.assessors import actions as assessors

    found = assessors.draft_engagement(
        world.mine.key, world.agency.key, first_review_passed_on=date(2026, 10, 9), **world.as_("province_clerk")
    )
    assessors.declare_independence(found, NO_TIES, **world.as_("agency"))
    check = assessors.check_conflicts(found, **world.as_("province_clerk"))
    del check
    found = assessors.commission(found, terms(), **world.as_("province"))
    found = assessors.accept(found, **world.as_("agency"))
    members = [assessors.Member(one.key, tuple(one.disciplines), leader=place == 0) for place, one in enumerate(team)]
    assessors.name_team(found, members, **world.as_("agency"))
    for one in team:
        assessors.declare(found, one.key, NO_PERSONAL_TIES, committed=True, **world.as_(one.account))
    return str(found.number)
