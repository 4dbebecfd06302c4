"""Conflicts of interest (利益冲突): what the records say of ties between an agency or a person and a mine.

Each line says what was compared, on which day, with which evidence. What nobody recorded or declared is unknown, never
clear; a signed declaration settles it. What follows from a conflict, a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from greenmine.assessors.figures import figure
from greenmine.assessors.models import Agency, Assessor, Declaration, FormerHouse
from greenmine.editions.edition import Edition
from greenmine.registry import queries as registry
from greenmine.registry.models import Enterprise, Mine

CONFLICT, CLEAR, UNKNOWN = "conflict", "clear", "unknown"
SAME_PERSON, CONTROL, STAFF = "same_legal_person", "control_chain", "staff_history"
QUESTIONS: Mapping[str, tuple[str, str]] = {
    CONTROL: ("与矿业权人存在控股、参股或同一控制关系", "is tied to the holder by shares or common control"),
    STAFF: ("有人员曾在或正在矿业权人及其控制方任职", "has staff who work or worked for the holder or who controls it"),
    "business": ("与矿业权人有业务往来", "has business dealings with the holder"),
    "self_assessment_help": ("参与过该矿自评或为其编制材料", "helped with the mine's self-assessment or its papers"),
}
PERSONAL = (STAFF, "business", "self_assessment_help")


@dataclass(frozen=True, slots=True)
class Tie:
    """One line of a check: what was compared, how it came out, whom it concerns, and on what it rests."""

    kind: str
    outcome: str
    subject: tuple[str, str]
    zh: str
    en: str
    day: str
    evidence: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The line as it is kept."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Side:
    """The mine's side: its holder and everybody who controls the holder."""

    holder: Enterprise | None
    chain: tuple[Enterprise, ...]

    @property
    def keys(self) -> set[str]:
        return {one.key for one in self.chain}

    @property
    def codes(self) -> set[str]:
        return {one.credit_code for one in self.chain if one.credit_code}


def ties_of(
    edition: Edition, agency: Agency, mine: Mine, *, on: date, declarations: Iterable[Declaration] = ()
) -> list[Tie]:
    """Every line of the check of an agency against a mine on a day, with what it declared."""
    side = _side(mine, on)
    declared = _latest(declarations, "agency", agency.key)
    subject = ("agency", agency.key)
    found = [_same_legal_person(agency, side, subject, on)]
    found += _settled(_control(agency, side, subject, on), declared, on)
    found += _staff(edition, agency, side, declared, on)
    found += [_declared(kind, subject, declared, on) for kind in ("business", "self_assessment_help")]
    return found


def ties_of_person(
    edition: Edition, assessor: Assessor, mine: Mine, *, on: date, declarations: Iterable[Declaration] = ()
) -> list[Tie]:
    """Every line of the check of one person against a mine: former houses, and what the person declared."""
    side = _side(mine, on)
    subject = ("assessor", assessor.key)
    declared = _latest(declarations, "assessor", assessor.key)
    houses = [_worked_there(house, on) for house in _recent(edition, assessor.former_houses.all(), side, on)]
    return [*houses, *(_declared(kind, subject, declared, on) for kind in PERSONAL)]


def conflicts(ties: Iterable[Tie]) -> list[Tie]:
    """The lines that show a conflict."""
    return [one for one in ties if one.outcome == CONFLICT]


def unsettled(ties: Iterable[Tie]) -> list[Tie]:
    """The lines nobody has settled."""
    return [one for one in ties if one.outcome == UNKNOWN]


def _side(mine: Mine, on: date) -> _Side:
    if mine.holder is None:
        return _Side(None, ())
    return _Side(mine.holder, (mine.holder, *registry.control_chain(mine.holder, on=on)))


def _same_legal_person(agency: Agency, side: _Side, subject: tuple[str, str], on: date) -> Tie:
    if not agency.credit_code or side.holder is None or not side.holder.credit_code:
        return Tie(
            SAME_PERSON, UNKNOWN, subject,
            "机构或矿业权人的统一社会信用代码未登记，无法比对是否同一法人；请先登记",
            "the credit code of the agency or of the holder is not known: enter it to compare", on.isoformat(),
        )  # fmt: skip
    if agency.credit_code in side.codes:
        return Tie(
            SAME_PERSON, CONFLICT, subject, "机构与矿业权人或其控制方为同一法人",
            "the agency is the same legal person as the holder or who controls it", on.isoformat(),
            (f"credit_code:{agency.credit_code}",),
        )  # fmt: skip
    return Tie(SAME_PERSON, CLEAR, subject, "信用代码不同", "the credit codes differ", on.isoformat())


def _control(agency: Agency, side: _Side, subject: tuple[str, str], on: date) -> Tie:
    own = Enterprise.objects.filter(credit_code=agency.credit_code, withdrawn_at__isnull=True).first()
    if own is None or not agency.credit_code or side.holder is None:
        return Tie(
            CONTROL, UNKNOWN, subject, "系统中没有机构的股权关系记录",
            "nothing is recorded of who controls the agency", on.isoformat(),
        )  # fmt: skip
    chain = {own.key: own, **{one.key: one for one in registry.control_chain(own, on=on)}}
    shared = sorted(set(chain) & side.keys)
    if shared:
        names = "、".join(chain[key].name for key in shared)
        return Tie(
            CONTROL, CONFLICT, subject, f"机构与矿业权人受同一方控制或存在控制关系：{names}",
            f"the agency and the holder share in their chains of control: {names}", on.isoformat(),
            tuple(f"enterprise:{key}" for key in shared),
        )  # fmt: skip
    known = len(chain) > 1
    return Tie(
        CONTROL, CLEAR if known else UNKNOWN, subject,
        "登记的股权关系没有交叉" if known else "系统中没有机构的股权关系记录",
        "the recorded chains of control do not meet" if known else "nothing is recorded of who controls the agency",
        on.isoformat(),
    )  # fmt: skip


def _staff(edition: Edition, agency: Agency, side: _Side, declared: Declaration | None, on: date) -> list[Tie]:
    """Of each assessor employed that day, the recorded houses; of the agency, its own word on the others."""
    employed = agency.employments.filter(since__lte=on).exclude(until__lte=on).values_list("assessor", flat=True)
    houses = FormerHouse.objects.filter(assessor__in=employed).select_related("assessor").order_by("id")
    found = [_worked_there(house, on) for house in _recent(edition, houses, side, on)]
    return [*found, _declared(STAFF, ("agency", agency.key), declared, on)]


def _recent(edition: Edition, houses: Iterable[FormerHouse], side: _Side, on: date) -> list[FormerHouse]:
    years = figure(edition, "conflict-staff-years", on)
    last = _years_before(on, years.whole) if years is not None else None
    return [
        house
        for house in houses
        if (house.enterprise in side.keys or (house.credit_code and house.credit_code in side.codes))
        and (house.until is None or last is None or house.until > last)
    ]


def _worked_there(house: FormerHouse, on: date) -> Tie:
    until = house.until.isoformat() if house.until else "今"
    return Tie(
        STAFF, CONFLICT, ("assessor", house.assessor.key),
        f"{house.assessor.name} 曾在{house.name}任职（至{until}）",
        f"{house.assessor.name} worked for {house.name} (until {house.until or 'now'})", on.isoformat(),
        (f"former_house:{house.pk}",),
    )  # fmt: skip


def _settled(recorded: Tie, declared: Declaration | None, on: date) -> list[Tie]:
    """The recorded line; where the records say nothing, what was declared; a declared tie stands beside clear records."""
    said = _declared(recorded.kind, recorded.subject, declared, on)
    if recorded.outcome == UNKNOWN:
        return [said if declared is not None else recorded]
    return [recorded, said] if said.outcome == CONFLICT else [recorded]


def _declared(kind: str, subject: tuple[str, str], declared: Declaration | None, on: date) -> Tie:
    zh, en = QUESTIONS[kind]
    answer = (declared.ties if declared is not None else {}).get(kind)
    if declared is None or answer is None:
        return Tie(kind, UNKNOWN, subject, f"尚未声明是否{zh}", f"it was not declared whether it {en}", on.isoformat())
    evidence = (f"declaration:{declared.pk}",)
    day = declared.signed_on.isoformat()
    if answer["tie"]:
        told = f"：{answer['text']}" if answer.get("text") else ""
        return Tie(kind, CONFLICT, subject, f"声明{zh}{told}", f"declared: {en}{told}", day, evidence)
    return Tie(kind, CLEAR, subject, f"声明不存在：{zh}", f"declared that nothing of this is so: {en}", day, evidence)


def _latest(declarations: Iterable[Declaration], party: str, key: str) -> Declaration | None:
    own: Sequence[Declaration] = [one for one in declarations if (one.party, one.key) == (party, key)]
    return max(own, key=lambda one: (one.signed_on, one.pk), default=None)


def _years_before(on: date, years: int) -> date:
    """The same day so many years before; 29 February becomes the 28th."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return on.replace(year=on.year - years, day=28)
