"""The papers of an inquiry (文书): drafted for each party, signed by the other person, numbered, served; the public notification."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from greenmine.accounts.models import Organisation, Person
from greenmine.assessors import queries as assessors
from greenmine.assessors.models import Agency, Debarment
from greenmine.editions import queries as editions
from greenmine.evidence import actions as evidence
from greenmine.integrity import permissions
from greenmine.integrity.inquiring import Act, case_of, check_step, lock, take, write
from greenmine.integrity.models import Inquiry, InquiryParty, PublicNotice
from greenmine.integrity.permissions import CannotInquire
from greenmine.papers import actions as papers
from greenmine.papers import queries as kept
from greenmine.papers.models import Paper
from greenmine.procedures.queries import table_of

# kind → the state in which it is drafted and served, and the step that its service is; a notification is published instead
SERVED: Mapping[str, tuple[str, str]] = {
    "prior-notice": ("investigating", "serve_prior_notice"),
    "debarment-decision": ("verified", "serve_decision"),
    "clearance-notice": ("refuted", "serve_clearance"),
}
PLEA_STEP = "hear_plea"
REMEDY = "对本决定不服的，可以依法申请行政复议或者提起行政诉讼"


def papers_of(inquiry: Inquiry, kind: str = "") -> list[Paper]:
    """The standing papers of an inquiry, in the order in which they were made."""
    found = kept.standing(kept.about("inquiry", inquiry.number)).order_by("id")
    return list(found.filter(kind=kind) if kind else found)


@transaction.atomic
def draft(inquiry: Inquiry, kind: str, *, by: Person, organisation: Organisation, on: date) -> list[Paper]:
    """Draft a paper of this kind for each party it concerns (拟稿), from what stands in the file."""
    now = lock(inquiry)
    permissions.check_can_work_on(by, now, on=on)
    state = SERVED.get(kind, ("", ""))[0]
    if now.state != state:
        raise CannotInquire("目前不是制作该文书的阶段", "it is not the time for this paper")
    if papers_of(now, kind):
        raise CannotInquire("该文书已拟稿", "this paper was drafted already")
    if kind == "prior-notice" and not now.records.exists():
        raise CannotInquire("尚无调查记录，不能告知", "nothing was found out yet that could be told")
    fields = {"prior-notice": _prior_notice, "debarment-decision": _decision, "clearance-notice": _clearance}[kind]
    parties = now.parties.filter(verified=True) if kind == "debarment-decision" else now.parties.all()
    address = _address(now.agency)
    return [
        papers.make(
            kind, fields(now, party), subject=("inquiry", now.number), region_code=now.region_code, by=by,
            organisation=organisation, on=on, addressed_to=address,
        )
        for party in parties.order_by("id")
    ]  # fmt: skip


def _address(agency: str) -> str:
    return Agency.objects.filter(key=agency).values_list("organisation", flat=True).first() or ""


def _common(inquiry: Inquiry, party: InquiryParty) -> dict[str, Any]:
    return {"party": party.name, "inquiry": inquiry.number}


def _ground(inquiry: Inquiry) -> str:
    return str(editions.active().provision(inquiry.ground).zh)


def _proofs(inquiry: Inquiry) -> list[list[str]]:
    rows = inquiry.records.filter(evidence__isnull=False).select_related("evidence").order_by("id")
    return [
        [str(n), row.evidence.name[:60], row.by[:40], row.text[:80]] for n, row in enumerate(rows, 1) if row.evidence
    ]


def _prior_notice(inquiry: Inquiry, party: InquiryParty) -> dict[str, Any]:
    fields = {
        **_common(inquiry, party),
        "facts": [row.text for row in inquiry.records.order_by("id")],
        "grounds": [_ground(inquiry)],
        "measure": f"对{party.name}予以通报，列入黑名单，三年内评估服务不予采信",
        "plea_days": plea_time(inquiry),
    }
    return fields | ({"evidence": proofs} if (proofs := _proofs(inquiry)) else {})


def plea_time(inquiry: Inquiry) -> str:
    """How long the agency has for its plea (陈述申辩期限): the clock of the step table under which the case runs."""
    clock = table_of(case_of(inquiry)).step(PLEA_STEP).clock
    if clock is None:
        raise CannotInquire("办理步骤表未规定陈述申辩期限", "the step table sets no time for a plea")
    return f"{clock.days}个工作日" if clock.kind == "working" else f"{clock.days}日"


def _decision(inquiry: Inquiry, party: InquiryParty) -> dict[str, Any]:
    since = inquiry.term_from or inquiry.decided_on or inquiry.opened_on
    told = papers_of(inquiry, "prior-notice")
    pleas = {
        "heard": inquiry.plea,
        "waived": f"当事人书面放弃陈述申辩：{inquiry.plea}",
        "silent": "期限内未提出陈述申辩。",
    }
    fields = {
        **_common(inquiry, party),
        "facts": inquiry.facts.splitlines() or [inquiry.facts],
        "plea": [pleas.get(inquiry.plea_how, "—"), f"采纳情况：{inquiry.reasons}"],
        "grounds": [_ground(inquiry)],
        "from_on": since.isoformat(),
        "until_on": _until(since).isoformat(),
        "remedy": REMEDY,
    }
    if told and told[0].number:
        fields["prior_notice"] = told[0].number
    return fields | ({"evidence": proofs} if (proofs := _proofs(inquiry)) else {})


def _clearance(inquiry: Inquiry, party: InquiryParty) -> dict[str, Any]:
    return {**_common(inquiry, party), "reasons": inquiry.reasons.splitlines() or [inquiry.reasons]}


def _until(since: date) -> date:
    """The same day as many years later as the notice says (debarment-years); 29 February becomes the 28th."""
    version = editions.active().values["debarment-years"].on(since)
    if version is None:
        raise CannotInquire("该日没有规定不予采信年数的依据", "no text held for that day sets the years")
    years = version.rows[()].value
    try:
        return since.replace(year=since.year + years)
    except ValueError:
        return date(since.year + years, 2, 28)


@transaction.atomic
def sign(inquiry: Inquiry, kind: str, *, by: Person, on: date) -> list[Paper]:
    """The decider signs and numbers the drafts of a kind (签发、编号); who drafted them does not."""
    now = lock(inquiry)
    permissions.check_can_work_on(by, now, on=on, verb="inquiries.decide")
    drafts = [paper for paper in papers_of(now, kind) if paper.state == Paper.State.DRAFT]
    if not drafts:
        raise CannotInquire("没有待签发的文书", "no draft waits for a signature")
    done = [papers.number(papers.sign(paper, by=by, on=on), by=by, on=on) for paper in drafts]
    if kind == "debarment-decision":
        now.decision_number = done[0].number or ""
        now.save(update_fields=["decision_number"])
    return done


@transaction.atomic
def serve(
    inquiry: Inquiry,
    kind: str,
    *,
    day: date,
    way: str,
    received_by: str = "",
    receipt: evidence.Upload | None = None,
    by: Person,
    organisation: Organisation,
    on: date,
) -> Inquiry:
    """Register the service (送达登记) of the papers of a kind; the inquiry moves on with it."""
    now = lock(inquiry)
    if kind not in SERVED:
        raise CannotInquire("没有该类文书", "there is no paper of this kind")
    step = check_step(now, SERVED[kind][1], by=by, on=on)
    listed = papers_of(now, kind)
    if not listed:
        raise CannotInquire("请先拟稿并签发该文书", "draft this paper and have it signed first")
    if kind == "debarment-decision" and now.counted_from == "notified" and now.term_from != day:
        raise CannotInquire(
            f"决定书载明不予采信自 {now.term_from} 起算，与送达日期不一致：请在该日送达，或以决定日起算",
            f"the decision says the term begins on {now.term_from}, which is not the day of service",
        )
    proof: Any = receipt
    for paper in listed:
        served = papers.serve(paper, day=day, way=way, by=by, on=on, receipt=proof, received_by=received_by)
        proof = served.receipt or proof
    if kind == "prior-notice":
        now.noticed_on = day
    elif kind == "debarment-decision":
        now.notified_on = day
    take(now, step, Act(by, organisation, on), {"paper": [one.pk for one in listed], "served_on": day, "way": way})
    return now


@transaction.atomic
def publish(inquiry: Inquiry, *, by: Person, organisation: Organisation, on: date) -> PublicNotice:
    """Draft the notification (通报) of a debarment for the decider's signature; published when it is signed."""
    now = lock(inquiry)
    permissions.check_can_work_on(by, now, on=on, verb="inquiries.decide")
    if now.outcome != "verified" or now.debarred_on is None:
        raise CannotInquire(
            "只有查实并列入黑名单的案件才能通报", "only a verified case that led to a debarment is notified"
        )
    if PublicNotice.objects.filter(inquiry=now).exists():
        raise CannotInquire("已通报", "it was notified already")
    debarred = list(Debarment.objects.filter(inquiry=now.number, revoked_on__isnull=True).order_by("id"))
    names = [
        {"kind": one.kind, "key": one.key, "shown": one.name if one.kind == "agency" else assessors.redacted(one.name)}
        for one in debarred
    ]
    shown = "、".join(one["shown"] for one in names)
    ground = editions.active().provision(now.ground)
    notice = PublicNotice.objects.create(
        inquiry=now, ground=now.ground, decision_number=now.decision_number, names=names, published_on=on,
        published_by=f"{organisation.name} · {by.name}", region_code=now.region_code,
        zh=f"经查实，{shown}在绿色矿山第三方评估中存在违规行为（{ground.zh}）。决定：{now.decision_number}。自 {debarred[0].since} 起至 {debarred[0].until} 前，其评估服务不予采信。",
        en=f"Verified: {shown} broke the rules of third-party assessment ({ground.en}). Decision {now.decision_number}. Not accepted from {debarred[0].since} until before {debarred[0].until}.",
    )  # fmt: skip
    write(
        now,
        "notified",
        Act(by, organisation, on),
        f"通报：{shown}",
        f"publicly notified: {shown}",
        ["cn-2024-1/17.0.6"],
    )
    return notice


def notification(inquiry: Inquiry, *, by: Person, organisation: Organisation, on: date) -> Paper:
    """Draft the notification as a paper (黑名单通报) that goes to the authorities."""
    permissions.check_can_work_on(by, inquiry, on=on)
    debarred = list(Debarment.objects.filter(inquiry=inquiry.number).order_by("id"))
    if inquiry.debarred_on is None or not debarred:
        raise CannotInquire("尚未列入黑名单", "nobody is debarred yet")
    if papers_of(inquiry, "debarment-notice"):
        raise CannotInquire("该文书已拟稿", "this paper was drafted already")
    fields: dict[str, Any] = {
        "party": inquiry.agency_name, "recipients": "各市（州）自然资源主管部门", "inquiry": inquiry.number,
        "decision": inquiry.decision_number, "facts": inquiry.facts.splitlines() or [inquiry.facts],
        "grounds": [_ground(inquiry)], "from_on": debarred[0].since.isoformat(), "until_on": debarred[0].until.isoformat(),
    }  # fmt: skip
    if people := [
        [one.name, inquiry.agency_name, f"列入黑名单至 {one.until}"] for one in debarred if one.kind == "assessor"
    ]:
        fields["people"] = people
    return papers.make(
        "debarment-notice", fields, subject=("inquiry", inquiry.number), region_code=inquiry.region_code, by=by,
        organisation=organisation, on=on,
    )  # fmt: skip
