"""Offices, people, an enterprise and a clean mine in one place, and the way an application goes there by the real actions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from greenmine.accounts import actions as accounts
from tests.gates import ground as gate_ground

STANDARD = "demo-2026"


@dataclass(frozen=True)
class Place:
    """Where a walk happens, and under which table."""

    county: str
    table: str
    start: date = date(2026, 8, 3)

    @property
    def city(self) -> str:
        return f"{self.county[:4]}00"

    @property
    def province(self) -> str:
        return f"{self.county[:2]}0000"


GANSU = Place("620422", "selection-620000-2024")
INNER_MONGOLIA = Place("150423", "selection-150000-2024")
YUNNAN = Place("530112", "selection-530000-2025")
KIZILSU = Place("653022", "selection-653000-2024")
SHANXI = Place("140106", "selection-000000-2024")
GANSU_2023 = Place("620422", "selection-620000-2023", date(2023, 5, 8))
INNER_MONGOLIA_2020 = Place("150423", "selection-150000-2020", date(2024, 1, 8))

OFFICES = {
    "county": ("县自然资源局", "natural_resources", "county"),
    "city": ("市自然资源局", "natural_resources", "city"),
    "province": ("省自然资源厅", "natural_resources", "province"),
    "ministry": ("自然资源部", "natural_resources", "ministry"),
    "government": ("县人民政府", "government", "county"),
    "ecology": ("县生态环境局", "ecology", "county"),
    "forestry": ("县林业和草原局", "forestry", "county"),
    "industry": ("县工业和信息化局", "industry", "county"),
}
ROLES = ("clerk", "reviewer", "decider")


def paper(name: str = "会议纪要.txt", text: str = "会议纪要正文") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def staffed(name: str, prefix: str, *, since: date, **fields: Any) -> dict[str, Any]:
    """An organisation with a clerk, a reviewer and a decider."""
    house = accounts.found_organisation(name=name, by=None, on=since, **fields)
    found = {"": house}
    for role in ROLES:
        username = f"{prefix}{role}"
        invitation = accounts.invite(house, username=username, name=f"{name[:2]}{role}", role=role, by=None, on=since)
        found[role] = accounts.activate(
            username=username, code=invitation.code, password=f"{username}-{username}-9", on=since
        )
    return found


@dataclass
class World:
    """One place with everybody in it."""

    place: Place
    edition: Any
    people: dict[str, dict[str, Any]]
    mine: Any
    batch: Any = None
    on: date = field(default=date(2026, 8, 3))
    gone: dict[str, int] = field(default_factory=dict)  # how far each application went on the way of the place

    def act(self, who: str, on: date | None = None) -> dict[str, Any]:
        """`by`, `organisation` and `on`: act("county.clerk")."""
        office, role = who.split(".")
        return {"by": self.people[office][role], "organisation": self.people[office][""], "on": on or self.on}

    def wait(self, days: int = 1) -> None:
        self.on += timedelta(days=days)


def build(place: Place, edition: Any) -> World:
    """Offices, people, an enterprise with its clean mine, and a batch that is open."""
    since = place.start - timedelta(days=200)
    divisions = {"county": place.county, "city": place.city, "province": place.province, "ministry": "000000"}
    people = {
        key: staffed(
            f"{place.county}{name}", key, since=since, kind="authority", department=department, level=level,
            division=divisions[level],
        )
        for key, (name, department, level) in OFFICES.items()
    }  # fmt: skip
    people["firm"] = staffed(
        "青山矿业有限公司", "firm", since=since, kind="enterprise", division=place.county, enterprise="E00000001"
    )
    world = World(place, edition, people, None, on=place.start)
    world.mine = clean_mine(world)
    world.batch = opened_batch(world)
    return world


class Told:
    """Who enters a mine in the registry."""

    name = "登记人"

    def snapshot(self, on: date) -> dict[str, Any]:
        return {"id": None, "username": "", "name": self.name, "organisation": "", "organisation_name": "", "roles": []}


def clean_mine(world: World, name: str = "青山铁矿", *, holder: str = "E00000001", assessed: bool = True) -> Any:
    """A mine with nothing against it, its self-assessment submitted and passed."""
    since = world.place.start - timedelta(days=30)
    registrar = type("Cast", (), {"county": "登记人"})
    mine = gate_ground.found_mine(
        world.edition, registrar, name, region=world.place.county, holder=holder, holder_name=f"{name}业主", on=since
    )
    gate_ground.say_clean(world.edition, mine.key, since=since)
    gate_ground.say(
        world.edition, mine.key, "county_nr",
        {"construction_tasks_done_on": (since - timedelta(days=60)).isoformat()}, since=since,
    )  # fmt: skip
    gate_ground.say(world.edition, mine.key, "forestry", {"in_protected_area_core": "false"}, since=since)
    if assessed:
        self_assessed(world, mine)
    return mine


def self_assessed(world: World, mine: Any, *, verdict: str = "pass", points: int = 8600) -> Any:
    """A submitted self-assessment, frozen, with its facts."""
    from greenmine.assessment.models import Assessment

    day = world.place.start - timedelta(days=20)
    number = f"ZP-{day.year}-{Assessment.objects.count() + 1:04d}"
    made = Assessment.objects.create(
        number=number, party="self", state="submitted", mine=mine.key, region_code=mine.region_code,
        holder=mine.holder.key, organisation=world.people["firm"][""].key, year=day.year, standard=STANDARD,
        standard_digest="d" * 64, edition="e", low=points, high=points, verdict=verdict, opened_on=day, opened_by="填报人",
        changed_at=timezone.now(), submitted_on=day, submitted_by="矿长", frozen="{}", frozen_hash=f"{number:0>64}",
    )  # fmt: skip
    gate_ground.say(
        world.edition, mine.key, "enterprise",
        {"self_assessment_on": day.isoformat(), "self_assessment_passed": "true" if verdict == "pass" else "false"}, since=day,
    )  # fmt: skip
    return made


def opened_batch(world: World, *, title: str = "第一批绿色矿山遴选", days: int = 30, tier: str = "provincial") -> Any:
    """A batch, drafted by one and issued by another."""
    from greenmine.selection import actions as selection

    office = "ministry" if tier == "national" else "province"
    new = selection.NewBatch(title, world.on, world.on + timedelta(days=days), "请按要求申报", tier)
    batch = selection.open_batch(new, **world.act(f"{office}.reviewer"))
    return selection.issue_batch(batch, f"绿矿〔{world.on.year}〕1号", **world.act(f"{office}.decider"))


def filed(world: World, mine: Any = None, batch: Any = None) -> Any:
    """An application, prepared by the clerk and filed by the decider of the enterprise."""
    from greenmine.selection import actions as selection

    made = selection.prepare(batch or world.batch, (mine or world.mine).key, **world.act("firm.clerk"))
    return selection.file(made, agreed=True, **world.act("firm.decider"))


def take(world: World, application: Any, step: str, who: str, payload: Mapping[str, Any] | None = None) -> Any:
    from greenmine.selection import actions as selection

    return selection.take(application, step, payload or {}, **world.act(who))


def opine(world: World, application: Any, **verdicts: str) -> None:
    """Each department that was asked answers; `ecology="disagree"` says so."""
    from greenmine.procedures import actions as procedures
    from greenmine.procedures.models import Opinion

    offices = {"natural_resources": "county"}
    for opinion in Opinion.objects.filter(case__number=application.case, given_on=None, ended_on=None).order_by("id"):
        verdict = verdicts.get(opinion.department, "agree")
        who = world.people[offices.get(opinion.department, opinion.department)]["clerk"]
        procedures.give_opinion(opinion, verdict, "经审核，提出如上意见", by=who, on=world.on)


def agency(key: str = "A0000001") -> Any:
    """An agency on the register, looked up and found eligible."""
    from greenmine.assessors.models import Agency

    return Agency.objects.get_or_create(
        key=key,
        defaults={
            "organisation": "", "name": f"陇原评估{key}", "credit_code": f"91620100MA{key}", "kind": "enterprise",
            "independent_legal_person": True, "registered_on": date(2020, 1, 5), "registered_by": "登记人",
        },
    )[0]  # fmt: skip


def reported(
    world: World, application: Any, verdict: str = "pass", *, state: str = "accepted", points: int = 8450
) -> Any:
    """The engagement is through and its report is there, in this state."""
    from greenmine.assessors.models import Engagement
    from greenmine.fieldwork.models import Fieldwork, Report

    Engagement.objects.filter(number=application.engagement).update(state="received", state_since=world.on)
    work = Fieldwork.objects.create(
        engagement=application.engagement, assessment=f"ZP-{application.engagement}", mine=application.mine,
        region_code=application.region_code, holder=application.holder, organisation="O99999999", standard=STANDARD,
        standard_digest="d" * 64, leader=world.people["province"]["clerk"], opened_on=world.on, opened_by="项目负责人",
    )  # fmt: skip
    made = Report.objects.create(
        fieldwork=work, number=f"PG-{application.engagement}-1", version=1, state=state, conclusion="结论", verdict=verdict,
        low=points, high=points, content={}, content_hash="ab" * 32, drafted_by="项目负责人", drafted_on=world.on,
        filed_on=world.on, accepted_on=world.on if state == "accepted" else None,
    )  # fmt: skip
    gate_ground.say(
        world.edition, application.mine, "third_party", {"third_party_passed": "true" if verdict == "pass" else "false"},
        since=world.on,
    )  # fmt: skip
    return made


def votes(favour: int = 3, against: int = 0) -> list[dict[str, str]]:
    rows = [{"name": f"委员{n}", "organisation": "省厅", "vote": "for", "reason": ""} for n in range(favour)]
    return rows + [
        {"name": f"反对{n}", "organisation": "省厅", "vote": "against", "reason": "指标存疑"} for n in range(against)
    ]


def meeting(world: World, favour: int = 3, against: int = 0) -> dict[str, Any]:
    return {
        "held_on": world.on, "chair": "主持人", "votes": votes(favour, against), "minutes": paper(),
        "reasons": "经集体研究，形成一致意见",
    }  # fmt: skip


TEAM = [
    {"name": "组长", "organisation": "省自然资源厅", "department": "natural_resources", "leads": True},
    {"name": "组员", "organisation": "省生态环境厅", "department": "ecology", "leads": False},
]


def sight(world: World, *, met: bool | None = True, agrees: bool = True) -> dict[str, Any]:
    return {
        "visited_on": world.on, "sheet": paper("核查表.txt", "签字核查表"),
        "findings": [{"item": "边坡治理", "text": "与报告一致", "met": met}],
        "views": [{"name": one["name"], "department": one["department"], "agrees": agrees, "text": "同意"} for one in TEAM],
    }  # fmt: skip


REASONS = {"reasons": "材料齐全，符合条件"}


def heard(world: World, application: Any) -> Any:
    """Every department answers."""
    opine(world, application)
    return again(application)


def again(application: Any) -> Any:
    """The application as it is stored now."""
    from greenmine.selection.models import Application

    return Application.objects.select_related("batch").get(pk=application.pk)


def _step(step: str, who: str, payload: Any = None) -> Any:
    def taken(world: World, application: Any) -> Any:
        return take(world, application, step, who, payload(world) if callable(payload) else payload)

    return taken


def _report(world: World, application: Any) -> Any:
    reported(world, application)
    return application


def _notice(stage: str) -> Any:
    office = {"league": "city", "provincial": "province", "national": "ministry"}[stage]

    def opened(world: World, application: Any) -> Any:
        from greenmine.selection import actions as selection

        application = again(application)
        if application.state not in ("at_league", "confirmed"):  # it stands on the notice with another of its batch
            return application
        selection.open_notice(
            application.batch, stage, days=7, contact="政策法规处 0931-0000000", **world.act(f"{office}.decider")
        )
        return again(application)

    def ended(world: World, application: Any) -> Any:
        from greenmine.directory.models import PublicNotice
        from greenmine.selection import actions as selection
        from greenmine.selection.models import BatchNotice

        if application.state not in ("league_notice", "in_notice"):
            return application
        world.on = PublicNotice.objects.get(number=application.notice).until_on + timedelta(days=1)
        selection.end_notice(BatchNotice.objects.get(number=application.notice), **world.act(f"{office}.decider"))
        return again(application)

    return [opened, ended]


def _day_of_consent(world: World) -> dict[str, Any]:
    return {"document": "政函〔2026〕9号", "dated_on": world.on, "evidence": paper("同意函.txt", "同意")}


DECISION = {"decision_number": "绿矿决〔2026〕1号", "certificate_number": "ZS-2026-1"}
FRONT = [_step("accept", "county.clerk"), heard, _step("pass_review", "county.reviewer", REASONS)]
VERIFY = [
    _step("plan_verification", "province.reviewer", lambda world: {"team": TEAM, "planned_on": world.on}),
    _step("record_verification", "province.reviewer", sight),
    _step("confirm_verification", "province.decider", REASONS),
]
END = [_step("decide", "province.decider", meeting), _step("enter", "province.decider", DECISION)]
CONSENT = [
    _step("ask_consent", "county.decider"), _step("consent", "government.decider", _day_of_consent),
    _step("forward_league", "county.decider"), _step("receive_league", "city.clerk"), *_notice("league"),
    _step("forward_region", "city.decider"), _step("receive_region", "province.clerk"),
]  # fmt: skip
REPORT_UP = [_step("report_passed", "city.decider"), _step("receive_passed", "province.clerk")]


def _assess(office: str = "province") -> list[Any]:
    return [
        _step("commission", f"{office}.clerk", lambda _world: {"agency": agency().key}), _report,
        _step("pass_assessment", f"{office}.reviewer"),
    ]  # fmt: skip


ALONE = [*FRONT, *_assess(), *VERIFY, *_notice("provincial"), *END]
UP = [
    _step("forward", "county.decider"), _step("receive", "city.clerk"), _step("report_review", "city.decider"),
    _step("receive_review", "province.clerk"),
]  # fmt: skip
WALKS: dict[str, list[Any]] = {
    SHANXI.table: ALONE,
    YUNNAN.table: ALONE,
    KIZILSU.table: ALONE,
    GANSU.table: [*FRONT, *UP, *_assess(), *REPORT_UP, *VERIFY, *_notice("provincial"), *END],
    INNER_MONGOLIA.table: [*FRONT, *_assess(), *CONSENT, *VERIFY, *_notice("provincial"), *END],
    INNER_MONGOLIA_2020.table: [*FRONT, *_assess("county"), *CONSENT, *END],
    GANSU_2023.table: [FRONT[0], *UP[:2], *_assess("city"), *REPORT_UP, *END],
}


def walk(world: World, application: Any, until: str = "listed") -> Any:
    """The way of the place from where the application stands, until it stands in a state."""
    way = WALKS[world.place.table]
    while application.state != until and world.gone.get(application.number, 0) < len(way):
        number = world.gone.get(application.number, 0)
        world.gone[application.number] = number + 1
        application = way[number](world, application)
    assert application.state == until
    return application


NATIONAL = [
    _step("support", "ministry.decider", meeting),
    _step("plan_field_check", "ministry.reviewer", lambda world: {"team": TEAM, "planned_on": world.on}),
    _step("record_field_check", "ministry.reviewer", sight),
    _step("confirm_field_check", "ministry.decider", REASONS), *_notice("national"),
    _step("decide", "ministry.decider", meeting),
    _step("enter", "ministry.decider", {"decision_number": "自然资公告2026年第9号", "certificate_number": "GJ-2026-1"}),
]  # fmt: skip
