"""Who commissions an assessment where and when (委托主体): by territory and date, with the default that stands flagged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from greenmine.accounts import queries as accounts
from greenmine.accounts.models import Organisation
from greenmine.accounts.vocabulary import Department, Level
from greenmine.assessors.figures import Figure, figure
from greenmine.assessors.models import Confirmation
from greenmine.assessors.refusals import CannotCommission
from greenmine.editions import readings
from greenmine.editions.edition import Edition

READING = "commissioning-level"
LEVELS = {1: Level.COUNTY, 2: Level.CITY, 3: Level.PROVINCE}
NAMES = {
    Level.COUNTY: ("县级", "county"),
    Level.CITY: ("市州级", "prefecture"),
    Level.PROVINCE: ("省级", "provincial"),
    Level.MINISTRY: ("国家级", "ministry"),
}
NO_TEXT = CannotCommission(
    "该地区当日没有收录规定委托主体的文件，不能据以委托；请先登记依据文本",
    "no text held for this place and day says who commissions: enter the text first",
)


@dataclass(frozen=True, slots=True)
class Ground:
    """Which level commissions in a place on a day, on which clause, how sure the reading is, and who must join."""

    level: str
    cite: str
    confidence: str
    territory: str
    source: Mapping[str, str]
    joint: int = 0

    @property
    def by_default(self) -> bool:
        """Whether it is a reading by default that a person may yet decide otherwise."""
        return self.confidence != "S"

    def as_json(self) -> dict[str, Any]:
        """The ground as it is kept with the engagement."""
        return {**asdict(self), "by_default": self.by_default}


def ground(edition: Edition, region: str, on: date) -> Ground | None:
    """Which level commissions: the nearest territory that says so on the day; None where no text held does."""
    for territory in edition.divisions.ancestors(region, on):
        found = figure(edition, f"commissioning-level-{territory}", on)
        if found is not None:
            return Ground(
                LEVELS[found.whole],
                found.cite,
                found.confidence,
                territory,
                found.source,
                _joint(edition, territory, found, on),
            )
    return None


def _joint(edition: Edition, territory: str, level: Figure, on: date) -> int:
    """How many departments join a commission by the county; none at other levels."""
    joint = figure(edition, f"commissioning-joint-{territory}", on)
    return joint.whole if joint is not None and LEVELS[level.whole] == Level.COUNTY else 0


def confirmation(edition: Edition, region: str, level: str, on: date) -> Confirmation | None:
    """The recorded confirmation that lets a lower level commission there on the day (下放委托的确认)."""
    above = list(edition.divisions.ancestors(region, on))
    standing = Confirmation.objects.filter(territory__in=above, level=level, confirmed_on__lte=on)
    return (
        standing.exclude(withdrawn_on__lte=on).order_by("-confirmed_on", "-id").first()
        if level in (Level.CITY, Level.COUNTY)
        else None
    )


def check_level(
    edition: Edition, person: Any, region: str, *, on: date
) -> tuple[Organisation, Ground, Confirmation | None]:
    """The organisation for which a person may commission here; CannotCommission names the clause and the level."""
    written = ground(edition, region, on)
    if written is None:
        raise NO_TEXT
    found = as_confirmed(written, region, on)
    houses = [
        held.organisation
        for held in accounts.memberships(person, on=on)
        if held.organisation.department == Department.NATURAL_RESOURCES
        and edition.covers(held.organisation.division, region, on)
    ]
    for house in houses:
        if house.level == found.level:
            return house, found, None
    for house in houses:
        confirmed = confirmation(edition, region, house.level, on)
        if confirmed is not None:
            return house, found, confirmed
    raise _wrong_level(edition, found)


def as_confirmed(written: Ground, region: str, on: date) -> Ground:
    """The ground as the province confirmed how it is read (程序口径确认); as it is written where nobody did."""
    said = readings.value(READING, region, on)
    if not said.is_confirmed:
        return written
    source = {
        "zh": f"{said.document}（{said.confirmed_by}确认）",
        "en": f"{said.document}, confirmed by {said.confirmed_by}",
    }
    return replace(written, level=said.value, confidence="S", territory=said.territory, source=source)


def _wrong_level(edition: Edition, found: Ground) -> CannotCommission:
    zh, en = NAMES[Level(found.level)]
    clause = edition.cite(found.cite) if edition.has_provision(found.cite) else found.cite
    default_zh = "（默认口径，待确认）" if found.by_default else ""
    default_en = " (a default reading, to be confirmed)" if found.by_default else ""
    return CannotCommission(
        f"依据{clause}{default_zh}，此处由{zh}自然资源主管部门委托第三方评估；下级委托须先登记确认：确认人、文号、日期",
        f"under {found.cite}{default_en} the {en} natural resources authority commissions here; a lower level does so "
        "only on a recorded confirmation (person, document number, day)",
    )
