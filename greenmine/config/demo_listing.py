"""From application to a directory that can be trusted (演示遴选): each jurisdiction's mine goes the way of its own table.

Nothing here knows a table: at each state the next step of the good way is taken by whoever of the place may take it. On the
way one application is returned, every joint opinion is given, one notice meets an objection, and one mine is recommended.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.core.files.base import ContentFile

from greenmine.accounts.models import Person
from greenmine.accounts.permissions import NotAllowed, can
from greenmine.assessors.models import Agency, Assessor, Engagement
from greenmine.config import demo_site
from greenmine.config.demo_jurisdictions import Place
from greenmine.config.demo_pictures import site_picture
from greenmine.config.demo_third_parties import Stage, commissioned, submitted
from greenmine.directory import actions as directory
from greenmine.directory.models import PublicNotice
from greenmine.editions import queries as editions
from greenmine.facts import actions as facts
from greenmine.facts.statements import Source, Statement
from greenmine.fieldwork import reporting
from greenmine.gates.replays import clean_facts
from greenmine.papers import actions as papers
from greenmine.papers import queries as kept_papers
from greenmine.papers.models import Paper
from greenmine.procedures import actions as procedures
from greenmine.procedures import queries as cases
from greenmine.selection import actions as selection
from greenmine.selection import queries
from greenmine.selection.models import Application, Batch
from greenmine.selection.standing import case_of

START = 190  # days before today on which the first batch opens
PAUSE = 2  # days between two steps
NOTICE_DAYS = 7
RETURNED, OBJECTED, RECOMMENDED = "gs", "yn", "gs"
"""The good way: what is taken where more than one step is open, and never anything else."""
GOOD = (
    "accept", "pass_review", "commission", "pass_assessment", "ask_consent", "consent", "forward", "receive", "report_review",
    "receive_review", "report_passed", "receive_passed", "forward_league", "receive_league", "forward_region", "receive_region",
    "record_verification", "confirm_verification", "plan_verification", "support", "record_field_check", "confirm_field_check",
    "plan_field_check", "decide", "enter",
)  # fmt: skip
ISSUED = ("accept", "enter")  # of one jurisdiction, as examples: signing every paper would take the visitor's time
DEFECTS = [{"item": "images", "text": "请补充采场和排土场现状影像资料（演示）"}]


@dataclass
class Way:
    """One application on its way: the place, the day it is, and the agency that assesses."""

    place: Place
    agency: Agency
    team: Sequence[Assessor]
    assessors: Mapping[str, Stage]
    day: date

    def on(self, office: str) -> dict[str, Any]:
        """Somebody of the place on the day it is."""
        return self.place.by(office)(self.day)

    def later(self, days: int = PAUSE) -> None:
        """Time passes."""
        self.day += timedelta(days=days)


def build(
    places: Sequence[Place], ministry: Mapping[str, Stage], *, on: date, assessing: Mapping[str, Stage],
    progress: Callable[[str], None],
) -> None:  # fmt: skip
    """Every place's mine to its listing, and one of them to the ministry's notice."""
    agency = Agency.objects.get(organisation=assessing["agency"].organisation.key)
    team = [one.assessor for one in agency.employments.select_related("assessor").order_by("id")]
    for number, place in enumerate(places):
        way = Way(place, agency, team, assessing, on - timedelta(days=START - number))
        listed = _listed(way)
        progress(f"{place.mine.name}：{listed.get_outcome_display()} · {listed.number} on {way.day}")
        if place.jurisdiction.key == RECOMMENDED:
            _recommended(way, ministry, on=on)


def _listed(way: Way) -> Application:
    _state_clean(way)
    who = {"enterprise": way.place.by("mine-clerk"), "manager": way.place.by("mine-chief")}
    submitted(way.place.mine, who, way.day, short=())
    way.later()
    batch = _batch(way, way.place, "province-reviewer", "province-chief", "provincial")
    application = selection.prepare(batch, way.place.mine.key, **way.on("mine-clerk"))
    application = selection.file(application, agreed=True, **way.on("mine-chief"))
    if way.place.jurisdiction.key == RETURNED:
        way.later()
        _take(application, "return_for_correction", {"defects": DEFECTS}, way)
        way.later()
        picture = ContentFile(site_picture(way.place.mine.key, 1), name="现状影像.jpg")
        selection.bring(application, "images", picture, **way.on("mine-clerk"))
        _take(application, "resubmit", {"answers": ["已补充采场、排土场影像各一组（演示）"]}, way)
    _walk(application, batch, way)
    return application


def _state_clean(way: Way) -> None:
    """What the departments know of the mine, stated anew before it applies: gates do not take what is old."""
    house = way.place.by("province-reviewer").organisation
    said = clean_facts()
    statements = [
        Statement("mine", way.place.mine.key, name, value, since=way.day - timedelta(days=1))
        for name, value in said.items()
    ]
    source = Source(house.actor, house.key, house.name)
    facts.state_many(
        editions.active(), statements, source=source, act=f"demo:clean:{way.place.mine.key}", imported=True
    )


def _batch(way: Way, place: Place, drafts: str, issues: str, tier: str) -> Batch:
    wanted = selection.NewBatch(
        title=f"{way.day.year}年第一批绿色矿山遴选（演示）", opens_on=way.day, closes_on=way.day + timedelta(days=60),
        text="请符合条件的矿山企业按时提交申报（演示）", tier=tier,
    )  # fmt: skip
    batch = selection.open_batch(wanted, **place.by(drafts)(way.day))
    return selection.issue_batch(batch, f"演示遴〔{way.day.year}〕1号", **place.by(issues)(way.day))


def _walk(application: Application, batch: Batch, way: Way) -> None:
    """Step after step, until nothing is left to do."""
    while application.closed_on is None:
        way.later()
        _give_opinions(application, way)
        if _notice(application, batch, way):
            continue
        step = _next(application)
        _take(application, step, _payload(step, way), way)
        if step in ISSUED and way.place.jurisdiction.key == RETURNED:
            _issue_drafts(application, way)
        if step == "commission":
            _assess(application, way)


def _next(application: Application) -> str:
    case = case_of(application)
    open_now = {one.id for one in cases.table_of(case).open_steps(case.state)}
    found = next((step for step in GOOD if step in open_now and not _done(case, step)), None)
    assert found is not None, (application.state, sorted(open_now))
    return found


def _done(case: Any, step: str) -> bool:
    """A record is written once; every other step leaves its state."""
    return step.startswith("record_") and case.steps.filter(step=step).exists()


def _take(application: Application, step: str, payload: Mapping[str, Any], way: Way) -> None:
    """By the first person of the place who may."""
    refusals = []
    for stage in way.place.who.values():
        for choice in queries.choices(application, stage.by, stage.organisation, on=way.day):
            if choice.step.id == step and choice.may:
                selection.take(application, step, payload, **stage(way.day))
                application.refresh_from_db()
                return
            if choice.step.id == step:
                refusals.append(f"{stage.by.name}: {choice.refusal}")
    raise AssertionError((application.number, application.state, step, refusals))


def _payload(step: str, way: Way) -> dict[str, Any]:
    """What a person would type and hand in at a step."""
    today, sheet = way.day, ContentFile(site_picture(way.place.mine.key, 3), name="签字材料.jpg")
    team = [
        {
            "name": "核查组长",
            "organisation": "省级自然资源主管部门（演示）",
            "department": "natural_resources",
            "leads": True,
        },
        {"name": "环保组员", "organisation": "省级生态环境部门（演示）", "department": "ecology", "leads": False},
    ]
    if step == "commission":
        return {"agency": way.agency.key}
    if step.startswith("plan_"):
        return {"team": team, "planned_on": today}
    if step.startswith("record_"):
        findings = [{"item": "现场情况", "text": "与第三方评估报告一致（演示）", "met": True}]
        views = [{"name": one["name"], "department": one["department"], "agrees": True, "text": ""} for one in team]
        return {"visited_on": today, "findings": findings, "views": views, "sheet": sheet}
    if step == "consent":
        return {"document": "演示政函〔2026〕8号", "dated_on": today, "evidence": sheet}
    if step in ("decide", "support"):
        votes = [
            {"name": name, "organisation": "演示单位", "vote": vote, "reason": reason}
            for name, vote, reason in (
                ("甲委员", "for", ""), ("乙委员", "for", ""), ("丙委员", "for", ""), ("丁委员", "abstain", "未参加现场核查"),
            )
        ]  # fmt: skip
        return {
            "held_on": today,
            "chair": "甲委员",
            "votes": votes,
            "minutes": sheet,
            "reasons": "材料齐全，程序完备（演示）",
        }
    if step == "enter":
        return {
            "decision_number": f"演示公告〔{today.year}〕第1号",
            "certificate_number": f"LK-{way.place.jurisdiction.key.upper()}-0001",
        }
    return {"reasons": "材料齐全，各部门意见一致，予以通过（演示）", "note": ""}


def _give_opinions(application: Application, way: Way) -> None:
    """Every department that was asked writes its opinion."""
    for opinion in cases.opinions_of(case_of(application)):
        if opinion.given_on or opinion.ended_on:
            continue
        office = opinion.to_kind, opinion.to_key
        asked = [one for one in way.place.who.values() if one.organisation.address == office]
        assert asked, office
        stage = next(one for one in asked if can(one.by, opinion.verb, on=way.day, region=application.region_code))
        procedures.give_opinion(opinion, "agree", "经查，未发现影响纳入名录的情形（演示）", by=stage.by, on=way.day)


def _assess(application: Application, way: Way) -> None:
    """The engagement the province drafted, through to the accepted report."""
    application.refresh_from_db()
    who = {
        **way.assessors,
        "provinceclerk": way.place.by("province-clerk"),
        "province": way.place.by("province-chief"),
    }
    way.later()
    drafted = Engagement.objects.get(number=application.engagement)
    engagement = commissioned(drafted, way.team, who, way.day)
    way.later()
    report = demo_site.assessed(engagement, way.place.mine, who, from_on=way.day)
    way.later(9)
    reporting.accept_report(report, **way.on("province-chief"))


STAGES = {"at_league": ("league", "city-chief"), "confirmed": ("provincial", "province-chief")}


def _notice(application: Application, batch: Batch, way: Way) -> bool:
    """The batch's public notice where one is due: opened, an objection answered, ended after its last day."""
    application.refresh_from_db()
    if application.state not in STAGES:
        return False
    stage, office = STAGES[application.state]
    _noticed(batch, stage, way, way.place.by(office), way.place.jurisdiction.key == OBJECTED)
    return True


def _noticed(batch: Batch, stage: str, way: Way, chief: Stage, objected: bool) -> None:
    given = selection.open_notice(
        batch, stage, days=NOTICE_DAYS, contact="联系电话：0000-0000000（演示）", **chief(way.day)
    )
    if objected:
        way.later()
        _object(PublicNotice.objects.get(number=given.number), way)
    way.later(NOTICE_DAYS + 7)  # past holidays, whichever way the days are counted
    selection.end_notice(given, **chief(way.day))


def _object(notice: PublicNotice, way: Way) -> None:
    """An objection by name: registered, looked into, decided by another person, answered."""
    clerk, reviewer, legal, chief = (way.place.by(f"province-{who}") for who in ("clerk", "reviewer", "legal", "chief"))
    row = notice.rows.first()
    assert row is not None
    made = directory.register_objection(
        notice, row.mine, "矿区道路扬尘较大，请核实（演示）", objector=directory.Objector("村民代表", phone="13000000000"),
        way="post", **clerk(way.day),
    )  # fmt: skip
    directory.investigate_objection(made, **reviewer(way.day))
    directory.record_investigation(made, "现场核查：道路已硬化并定时洒水，监测数据达标（演示）", **reviewer(way.day))
    way.later()
    directory.conclude(made, "未发现所述问题持续存在（演示）", **reviewer(way.day))
    directory.decide_objection(made, "not_upheld", "经核查，异议不成立（演示）", **chief(way.day))
    issue(directory.draft_answer(made, **clerk(way.day)), (reviewer, legal, chief), way.day)
    directory.answer_objection(made, day=way.day, way="electronic", **reviewer(way.day))


def issue(paper: Paper, people: Sequence[Stage], on: date) -> None:
    """A paper's own way: each step by the first of these people who may; service is left to whoever needs its day."""
    for step in (papers.review, papers.check_legality, papers.sign, papers.number, _seal):
        for stage in people:
            try:
                step(paper, by=stage.by, on=on)
            except (papers.CannotIssue, NotAllowed):
                continue
            break


def _issue_drafts(application: Application, way: Way) -> None:
    """The papers of the last step, all their way to service."""
    for paper in kept_papers.about(*application.subject).filter(state=Paper.State.DRAFT):
        people = [one for one in way.place.who.values() if one.organisation.key == paper.organisation]
        issue(paper, people, way.day)
        if paper.state == Paper.State.SEALED:
            papers.serve(paper, day=way.day, way="electronic", by=people[-1].by, on=way.day)


def _seal(paper: Paper, *, by: Person, on: date) -> Paper:
    return papers.seal(paper, keeper="办公室印章管理员（演示）", copies=3, day=on, by=by, on=on)


def _recommended(way: Way, ministry: Mapping[str, Stage], *, on: date) -> None:
    """The province recommends its best mine; experts, field check and the ministry's notice, which still runs today."""
    reviewer, chief = ministry["ministry-reviewer"], ministry["ministry-chief"]
    way.later()
    wanted = selection.NewBatch(
        title=f"{way.day.year}年国家级绿色矿山遴选（演示）", opens_on=way.day, closes_on=way.day + timedelta(days=60),
        text="请各省择优推荐（演示）", tier="national",
    )  # fmt: skip
    batch = selection.open_batch(wanted, **reviewer(way.day))
    batch = selection.issue_batch(batch, f"演示国遴〔{way.day.year}〕1号", **chief(way.day))
    chosen = [{"mine": way.place.mine.key, "reason": "评分居全省首位，社区关系和谐（演示）"}]
    proposed = selection.propose_recommendation(batch, chosen, **way.on("province-reviewer"))
    (application,) = selection.decide_recommendation(proposed, **way.on("province-chief"))
    way.place = replace(way.place, who=ministry)
    while application.state != "confirmed":
        way.later()
        _take(application, step := _next(application), _payload(step, way), way)
    way.day = on - timedelta(days=3)
    selection.open_notice(
        batch, "national", days=NOTICE_DAYS, contact="联系电话：0000-0000000（演示）", **chief(way.day)
    )
