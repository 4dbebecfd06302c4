"""Self-assessments and third parties of the demonstration, through the real actions, day by day as it would have happened.

Three mines of one enterprise: one is filling in, one has filed and is being assessed, one has a report of last month.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile

from greenmine.accounts import actions as accounts
from greenmine.accounts import queries as accounts_queries
from greenmine.accounts.credit_code import check_character
from greenmine.accounts.models import Organisation, Person
from greenmine.accounts.vocabulary import Kind, Role
from greenmine.assessment import actions as assessment
from greenmine.assessment.models import Assessment
from greenmine.assessment.queries import view_of
from greenmine.assessment.scoring import standard_by
from greenmine.assessors import actions as assessors
from greenmine.assessors import conflicts
from greenmine.assessors.models import Agency, Assessor, Engagement
from greenmine.assessors.models.people import Discipline, Grade
from greenmine.config import demo_site
from greenmine.config.demo_pictures import site_picture
from greenmine.editions import queries as editions
from greenmine.facts import actions as facts
from greenmine.facts.statements import Source, Statement
from greenmine.law.indicators import choices
from greenmine.registry import actions as registry
from greenmine.registry.ledgers.identifiers import organisation_check
from greenmine.registry.models import Mine

Invite = Callable[[str, str, Organisation, Role, date], Any]
FILLING, BEING_ASSESSED, ASSESSED = "西岭煤矿", "大湾铜矿", "柳林石灰岩矿"
FIELDS = tuple(Discipline.values)
NO_TIES = {kind: {"tie": False, "text": ""} for kind in conflicts.QUESTIONS}
READY = {
    "mining_license_status": "valid", "mining_license_valid_until": "2031-06-30", "safety_license_status": "valid",
    "safety_license_valid_until": "2028-03-31", "business_license_status": "valid", "business_license_valid_until": "none",
    "earliest_unperformed_penalty_due_on": "none", "abnormal_listing": False, "remaining_life_years": "14.5",
    "in_protected_area": False, "climate_zone": "semi_arid", "scale": "medium", "construction_nature": "existing",
    "produced_normally_last_3_years": True, "has_beneficiation_plant": False, "tailings_pond": False,
    "has_associated_minerals": False, "exploration_project": False, "living_zone_distance": "820",
    "living_zone_safe_distance": "500", "energy_per_unit_year": "3.1", "energy_per_unit_previous_year": "3.4",
    "comprehensive_utilisation_rate": "0.93", "comprehensive_utilisation_rate_required": "0.90",
}  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """Who acts, for whom, when."""

    by: Person
    organisation: Organisation
    on: date

    def __call__(self, on: date | None = None) -> dict[str, Any]:
        """`by`, `organisation` and `on` of an act."""
        return {"by": self.by, "organisation": self.organisation, "on": on or self.on}


def build(
    houses: Mapping[str, Organisation], *, on: date, progress: Callable[[str], None], invite: Invite
) -> list[Any]:
    """Sign-ins of enterprise, agencies and province; three self-assessments, two engagements, one filed report."""
    mines = {
        mine.name: mine
        for mine in Mine.objects.select_related("holder").filter(name__in=(FILLING, BEING_ASSESSED, ASSESSED))
    }
    since = on - timedelta(days=200)
    enterprise = Organisation.objects.get(kind=Kind.ENTERPRISE)
    made = [
        invite("manager", "高矿长", enterprise, Role.DECIDER, since),
        invite("provinceclerk", "秦经办", houses["province"], Role.CLERK, since),
    ]
    agency_house = _agency_house("陇原绿矿评估咨询有限公司（演示）", "Longyuan assessment (demo)", 1, since)
    rival_house = _agency_house("祁连技术服务中心（演示）", "Qilian technical services (demo)", 2, since)
    made += [
        invite("agency", "许评估", agency_house, Role.CLERK, since),
        invite("agency2", "宋评估", agency_house, Role.CLERK, since),
        invite("quality", "邓质控", agency_house, Role.REVIEWER, since),
        invite("signatory", "贺法人", agency_house, Role.DECIDER, since),
        invite("rival", "田评估", rival_house, Role.CLERK, since),
    ]  # fmt: skip
    who = {
        name: stage_of(name, on)
        for name in (
            "enterprise",
            "manager",
            "province",
            "provinceclerk",
            "agency",
            "agency2",
            "quality",
            "signatory",
            "rival",
        )
    }
    agency, team = _register(agency_house, "enterprise", 1, who, since)
    _register(rival_house, "public_institution", 2, who, since)
    _experts(who["province"], since)
    holder = mines[FILLING].holder
    assert holder is not None
    registry.identify_enterprise(holder, invented_code(4), by=who["provinceclerk"].by, on=since, region="620000")
    for mine in mines.values():
        state_ready(mine, houses["province"], on)
    _half_filled(mines[FILLING], who, on)
    submitted(mines[BEING_ASSESSED], who, on - timedelta(days=9))
    engaged(mines[BEING_ASSESSED], agency, team, who, on - timedelta(days=6))
    submitted(mines[ASSESSED], who, on - timedelta(days=70))
    done = engaged(mines[ASSESSED], agency, team, who, on - timedelta(days=60))
    demo_site.assessed(done, mines[ASSESSED], who, from_on=on - timedelta(days=50))
    progress("已建立演示自评和委托评估 · self-assessments and an engagement")
    return made


def stage_of(username: str, on: date) -> Stage:
    """The stage of an account."""
    person = Person.objects.get(username=username)
    organisation = accounts_queries.main_organisation(person, on=on)
    assert organisation is not None
    return Stage(person, organisation, on)


def _agency_house(name: str, name_en: str, number: int, on: date) -> Organisation:
    return accounts.found_organisation(
        kind=Kind.AGENCY,
        name=name,
        name_en=name_en,
        division="620100",
        credit_code=invented_code(number),
        by=None,
        on=on,
    )


def invented_code(number: int) -> str:
    """An invented unified social credit code with right check characters."""
    organisation = f"MA9{number:05d}"
    body = f"91620100{organisation}{organisation_check(organisation)}"
    return body + check_character(body)


def _register(
    house: Organisation, kind: str, number: int, who: Mapping[str, Stage], on: date
) -> tuple[Agency, list[Assessor]]:
    province = who["province"](on)
    agency = assessors.register_agency(
        house.name, credit_code=invented_code(number), kind=kind, independent_legal_person=True, account=house,
        region_code="620000", looked_up=True, representative="贺法人" if number == 1 else "苗主任", **province,
    )  # fmt: skip
    accounts_of = (
        {"许评估": who["agency"].by, "宋评估": who["agency2"].by} if number == 1 else {"田评估": who["rival"].by}
    )
    names = (
        ["许评估", "宋评估", "梁地质", "程采矿", "沈选矿", "文生态"] if number == 1 else ["田评估", "岳环境", "侯地质"]
    )
    hired = []
    for place, name in enumerate(names):
        fields = (
            (FIELDS[:3], FIELDS[3:])[place % 2]
            if name in accounts_of and number == 1
            else (FIELDS[place % len(FIELDS)],)
        )
        entered = assessors.NewAssessor(
            name, Grade.SENIOR if place % 3 == 0 else Grade.INTERMEDIATE, tuple(fields), account=accounts_of.get(name)
        )
        hired.append(assessors.employ(agency, entered, since=on - timedelta(days=900), **province).assessor)
        if place != len(names) - 1:
            assessors.record_training(
                hired[-1],
                "绿色矿山评估业务培训（演示）",
                trained_on=on,
                score=Decimal(88 - place),
                passed=True,
                **province,
            )
    if number == 1:  # the other one's people do not cover the five fields yet: it cannot be found eligible
        assessors.check_agency(agency, eligible=True, capable=True, reason="材料齐全，有同类业绩（演示）", **province)
    return agency, hired


def _experts(province: Stage, on: date) -> None:
    for name, fields, employer in (
        ("方院士", ("geology",), "地质科学院（演示）"), ("董教授", ("mining", "beneficiation"), "矿业大学（演示）"),
        ("冉高工", ("ecology",), "林业设计院（演示）"), ("柏高工", ("environment",), "环科院（演示）"),
        ("尚教授", ("mining",), "工业大学（演示）"),
    ):  # fmt: skip
        assessors.enter_expert(
            name, region_code="620000", disciplines=fields, grade=Grade.SENIOR, employer=employer, **province(on)
        )


def state_ready(mine: Mine, organisation: Organisation, on: date) -> None:
    """Facts by which a mine passes the demonstration indicators."""
    edition = editions.active()
    statements = [
        Statement("mine", mine.key, name, value, since=on - timedelta(days=120)) for name, value in READY.items()
    ]
    source = Source(organisation.actor, organisation.key, organisation.name)
    facts.state_many(edition, statements, source=source, act=f"demo:assessment:{mine.key}", imported=True)


def fill(found: Assessment, filler: Stage, on: date, *, until: int = 0, short: Sequence[int] = ()) -> None:
    """Claims on every item (or the first ones), the best of the scale but for a few, each with a picture or paper."""
    view = view_of(found, on=on)
    standard = standard_by(found.standard, found.standard_digest)
    items = [one for one in view.items if one.scored is None or one.scored.applies is not False]
    for place, one in enumerate(items[: until or None]):
        part = one.part
        versions = {row.indicator: row.version for row in found.items.all()}
        if part.id in standard.by_id:
            possible = choices(standard.indicator(part.id)) or ()
            best = possible[-1] if possible else standard.indicator(part.id).points
            least = possible[-2] if place in short and len(possible) > 1 else best
            draft = assessment.Draft("scored", score=least, comment="", effort=(place % 5 + 1) * 3)
        else:
            draft = assessment.Draft("scored", met=True)
        assessment.answer(found, part.id, draft, seen=versions.get(part.id, 0), by=filler.by, on=on)
        for need in part.evidence[:1]:
            picture = ContentFile(site_picture(found.mine, place), name=f"{part.name['zh']}.jpg")
            assessment.attach(
                found, part.id, need=need.id, upload=picture, dated_on=on - timedelta(days=20), by=filler.by, on=on
            )


def _half_filled(mine: Mine, who: Mapping[str, Stage], on: date) -> None:
    filler = who["enterprise"]
    found = assessment.open_self(mine.key, **filler(on))
    fill(found, filler, on, until=24, short=range(5, 24, 4))


def submitted(
    mine: Mine, who: Mapping[str, Stage], on: date, *, short: Sequence[int] = (9, 21, 33)
) -> Assessment:  # fmt: skip
    """A self-assessment filled in and submitted under the commitment."""
    filler = who["enterprise"]
    found = assessment.open_self(mine.key, **filler(on))
    fill(found, filler, on, short=short)
    hints = view_of(found, on=on, thorough=True).asking
    told = dict.fromkeys((one.fingerprint for one in hints), "演示数据，情况属实")
    assessment.acknowledge_all(found, told, by=filler.by, on=on)
    return assessment.submit(found, agreed=True, by=who["manager"].by, on=on)


def engaged(mine: Mine, agency: Agency, team: Sequence[Assessor], who: Mapping[str, Stage], on: date) -> Engagement:
    """As far as the signed commitments of the team: what the agency's people do next, a visitor can do."""
    passed_on = on - timedelta(days=1)
    found = assessors.draft_engagement(
        mine.key, agency.key, first_review_passed_on=passed_on, **who["provinceclerk"](on)
    )
    return commissioned(found, team, who, on)


def commissioned(found: Engagement, team: Sequence[Assessor], who: Mapping[str, Stage], on: date) -> Engagement:
    """A drafted engagement as far as the signed commitments of the team."""
    clerk, province, filler = who["provinceclerk"], who["province"], who["agency"]
    assessors.declare_independence(found, NO_TIES, **filler(on))
    check = assessors.check_conflicts(found, **clerk(on))
    assessors.decide_conflicts(check, "proceed", "未发现利益冲突", **clerk(on))
    terms = assessors.Terms(
        funding="public_budget", budget_line="2026-自然资源-绿色矿山评估", procurement_notice="甘采〔2026〕演示-01",
        contract="演示-HT-2026-01", contract_on=on, amount=Decimal(68000), procured_on=on - timedelta(days=20),
        payments=(("合同生效", "commissioned", Decimal(20000)), ("报告验收", "received", Decimal(48000))),
    )  # fmt: skip
    found = assessors.commission(found, terms, **province(on))
    found = assessors.accept(found, **filler(on))
    pair = [one for one in team if one.account_id]
    assessors.name_team(
        found,
        [assessors.Member(one.key, tuple(one.disciplines), leader=place == 0) for place, one in enumerate(pair)],
        **filler(on),
    )
    personal = {kind: {"tie": False, "text": ""} for kind in conflicts.PERSONAL}
    for one, signs in zip(pair, (who["agency"], who["agency2"]), strict=True):
        assessors.declare(found, one.key, personal, committed=True, **signs(on))
    return found
