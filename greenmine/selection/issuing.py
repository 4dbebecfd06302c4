"""The papers selection drafts (文书): from what stands in the file, for review, signature, seal and service as papers go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import override

from greenmine.accounts.models import Organisation
from greenmine.accounts.vocabulary import Department
from greenmine.editions import queries as editions
from greenmine.law.steps import Step
from greenmine.papers import actions as papers
from greenmine.papers.composing import CannotMake
from greenmine.papers.models import Paper
from greenmine.selection import returning, reviewing, tables
from greenmine.selection.models import Application, Batch, Review
from greenmine.selection.models.applications import Tier
from greenmine.selection.permissions import CannotSelect
from greenmine.selection.recording import Act
from greenmine.selection.standing import case_of

OUTCOMES = {"breached": "不符合", "unknown": "待核实", "pending": "未到期", "satisfied": "符合"}
VERDICTS = {"agree": "同意", "disagree": "不同意", "supplement": "需补充材料", "": "—"}
STANDINGS = {
    "given": "已反馈", "given_late": "逾期反馈", "waiting": "待反馈", "late": "逾期未反馈", "ended": "未反馈",
}  # fmt: skip
VOTES = {"for": "同意", "against": "反对", "abstain": "弃权"}
LATE = ("late", "ended")
LONGEST_CELL = 200
Fields = dict[str, Any]


@dataclass(frozen=True)
class Drafting:
    """What a paper is drafted from: the application, the step that makes it, what was given with it, and by whom."""

    application: Application
    step: Step
    given: Mapping[str, Any]
    act: Act


def draft(application: Application, step: Step, given: Mapping[str, Any], act: Act) -> list[Paper]:
    """Draft the papers a step makes; none where the step's paper is made for the batch as a whole."""
    return [
        make(
            kind,
            MAKERS[kind](Drafting(application, step, given, act)),
            application,
            act,
            to=_addressee(kind, application),
        )
        for kind in _kinds(application, step)
    ]


def _kinds(application: Application, step: Step) -> list[str]:
    """The kind the table names; with a review's opinion goes the table of the departments' opinions."""
    if step.paper not in MAKERS:
        return []
    joined = step.paper == "review-opinion" and case_of(application).opinions.exists()
    return [step.paper, "joint-opinion"] if joined else [step.paper]


def make(kind: str, fields: Fields, of: Application | Batch, act: Act, *, to: str = "") -> Paper:
    """Draft one paper; what is missing is said in its own words."""
    subject = of.subject if isinstance(of, Application) else ("batch", of.number)
    try:
        return papers.make(
            kind, fields, subject=subject, region_code=of.region_code, by=act.by, organisation=act.organisation,
            on=act.on, enterprise=of.holder if isinstance(of, Application) else "", addressed_to=to,
        )  # fmt: skip
    except CannotMake as refused:
        raise CannotSelect(refused.zh, refused.en) from None


def _addressee(kind: str, application: Application) -> str:
    if kind not in ("acceptance-notice", "correction-notice", "refusal-notice", "failure-notice"):
        return ""
    return Organisation.objects.filter(enterprise=application.holder).values_list("key", flat=True).first() or ""


def department(code: str) -> str:
    """A department in Chinese, whatever the language of the page."""
    with override("zh-hans"):
        return str(Department(code).label) if code in Department.values else code


def place(region_code: str, on: date) -> str:
    """A place by name."""
    return editions.active().divisions.name(region_code, on) or region_code


def lines(text: Any) -> list[str]:
    """A text as the lines of a paper."""
    return [one.strip() for one in str(text).splitlines() if one.strip()] or ["—"]


def _common(application: Application) -> Fields:
    return {
        "party": application.holder_name, "mine": application.mine_name, "application": application.number,
        "filed_on": application.filed_on,
    }  # fmt: skip


def _named(application: Application) -> Fields:
    return {"mine": application.mine_name, "holder": application.holder_name, "application": application.number}


def _acceptance(of: Drafting) -> Fields:
    rows = [
        [
            str(number),
            tables.lines()[row.item].name["zh"],
            _source(row.facts, row.reference, row.file is not None),
            row.note[:80],
        ]
        for number, row in enumerate(of.application.materials.select_related("file").order_by("id"), 1)
    ]
    return {
        **_common(of.application), "batch": of.application.batch.title, "accepted_on": of.act.on, "materials": rows,
        "next_steps": ["会同有关部门初审", "初审合格后由主管部门委托第三方评估，不向企业收取费用", "核查、公示后按程序纳入名录"],
    }  # fmt: skip


def _source(facts: Sequence[Mapping[str, Any]], reference: str, has_file: bool) -> str:
    named = list(dict.fromkeys(str(one["source"]) for one in facts if one["source"]))
    return "、".join([*named, *([reference] if reference else []), *(["企业上传"] if has_file else [])])[:80]


def _correction(of: Drafting) -> Fields:
    last = of.application.returns.order_by("-round").first()
    rows = [
        [str(number), one["name"]["zh"], one["text"][:LONGEST_CELL], one["text"][:LONGEST_CELL], _cite(one["item"])]
        for number, one in enumerate(returning.defects_shown(last) if last is not None else [], 1)
    ]
    return {**_common(of.application), "defects": rows, "due_on": of.application.due_on}


def _cite(item: str) -> str:
    edition = editions.active()
    return "；".join(edition.cite(one) for one in tables.lines()[item].cite[:1]) if item in tables.lines() else ""


def _cited(step: Step) -> list[str]:
    edition = editions.active()
    return [edition.cite(one) for one in step.provisions] or ["办理步骤表（依惯例）"]


def _refusal(of: Drafting) -> Fields:
    return {**_common(of.application), "reasons": lines(of.given["reasons"]), "grounds": _cited(of.step)}


def _review(of: Drafting) -> Fields:
    last: Review | None = of.application.reviews.order_by("-id").first()
    assert last is not None
    edition = editions.active()
    remarks = {one["item"]: one["text"][:LONGEST_CELL] for one in last.remarks}
    checklist = [
        [
            str(number),
            one["zh"],
            OUTCOMES[one["outcome"]],
            remarks.get(one["zh"]) or remarks.get(one["rule"], ""),
            "；".join(edition.cite(cite) for cite in one["cite"][:1]),
        ]
        for number, one in enumerate(last.findings, 1)
    ]
    listed = {one[name] for one in last.findings for name in ("zh", "rule")}
    others = [(item, text) for item, text in remarks.items() if item not in listed]
    checklist += [[str(n), item, "—", text, ""] for n, (item, text) in enumerate(others, len(checklist) + 1)]
    unknown = [one["zh"] for one in last.findings if one["outcome"] == "unknown"]
    opinions = [
        [
            department(one["department"]),
            VERDICTS[one["verdict"]],
            (one["text"] or STANDINGS[one["standing"]])[:LONGEST_CELL],
            one["given_on"] or "—",
        ]
        for one in last.opinions
    ]
    return {
        **_named(of.application), "batch": of.application.batch.title, "place": place(of.application.region_code, of.act.on),
        "office": of.act.organisation.name, "checklist": checklist or [["1", "无系统判定事项", "—", "", ""]],
        "verdict": "初审合格" if last.passed else "初审不合格", "reasons": lines(last.reasons),
        **({"unknown": unknown} if unknown else {}), **({"opinions": opinions} if opinions else {}),
    }  # fmt: skip


def _joint(of: Drafting) -> Fields:
    rows = reviewing.opinions_of(case_of(of.application), on=of.act.on)
    late = [department(one["department"]) for one in rows if one["standing"] in LATE]
    table = [
        [
            department(one["department"]),
            STANDINGS[one["standing"]],
            VERDICTS[one["verdict"]],
            one["text"][:LONGEST_CELL] or "—",
            one["given_on"] or "—",
        ]
        for one in rows
    ]
    due = max((one["due_on"] for one in rows if one["due_on"]), default=None)
    return {
        **_named(of.application), "stage": "初审", "asked_on": date.fromisoformat(rows[0]["asked_on"]), "opinions": table,
        **({"due_on": date.fromisoformat(due)} if due else {}), **({"late": late} if late else {}), "note": lines(of.given["reasons"]),
    }  # fmt: skip


def _forwarding(of: Drafting) -> Fields:
    sent = of.application.forwardings.order_by("-id").first()
    bundle = [f"{one['kind']} {one['key']}" for one in (sent.bundle if sent is not None else [])]
    recipients = {"county": "本级人民政府", "city": "上级自然资源主管部门", "province": "省级自然资源主管部门"}
    row = [
        "1",
        of.application.mine_name,
        of.application.holder_name,
        place(of.application.region_code, of.act.on),
        of.application.number,
        of.step.title["zh"],
    ]
    return {
        "recipient": recipients[sent.to_level if sent is not None else "province"],
        "subject": f"{of.application.mine_name}绿色矿山申报（{of.step.title['zh']}）", "batch": of.application.batch.title,
        "work": _work(of.application), "mines": [row], "result": lines(of.given.get("note") or "材料齐全，拟同意上报。"),
        "attachments": bundle[:30] or ["申报材料"],
    }  # fmt: skip


def _work(application: Application) -> list[str]:
    done = [
        ("受理", application.accepted_on), ("初审合格", application.review_passed_on), ("核查确认", application.verified_on),
    ]  # fmt: skip
    said = [f"{what}：{day}" for what, day in done if day is not None]
    return [*said, f"第三方评估报告：{application.report}"] if application.report else said or ["已受理"]


def _consent(of: Drafting) -> Fields:
    return {
        "recipient": "县（旗）自然资源主管部门", "subject": f"{of.application.mine_name}申报绿色矿山",
        "mines": [["1", of.application.mine_name, of.application.holder_name, of.application.number]],
        "decision": f"同意上报（{of.given['document']}，{of.given['dated_on']}）",
    }  # fmt: skip


def _verification(of: Drafting) -> Fields:
    done = of.application.verifications.select_related("draw").order_by("-id").first()
    assert done is not None
    draw = done.draw
    how = "逐矿核查" if draw is None or draw.all_of_them else "随机抽取"
    met = {True: "一致", False: "不一致", None: "待核实"}
    findings = [
        [
            str(number),
            one["item"][:LONGEST_CELL],
            of.application.report or "—",
            one["text"][:LONGEST_CELL],
            met[one["met"]],
        ]
        for number, one in enumerate(done.findings, 1)
    ]
    fields: Fields = {
        **_named(of.application), "drawn": how, "verified_on": done.visited_on or of.act.on,
        "team": [[one["name"], one["organisation"], department(one["department"])] for one in done.team],
        "findings": findings, "verdict": "确认" if done.confirmed else "不予确认", "reasons": lines(done.reasons),
    }  # fmt: skip
    if draw is not None and draw.seed:
        fields["seed"] = draw.seed
    return fields | ({"report": of.application.report} if of.application.report else {})


def _minutes(of: Drafting) -> Fields:
    held = of.application.meetings.prefetch_related("votes").order_by("-id").first()
    assert held is not None
    votes = list(held.votes.all())
    return {
        "meeting": f"{of.application.mine_name}{held.get_kind_display()}会", "held_on": held.held_on, "chair": held.chair,
        "present": [f"{one.name} {one.organisation}".strip() for one in votes], "topics": [of.step.title["zh"]],
        "votes": [[str(number), one.name, VOTES[one.vote], one.reason[:LONGEST_CELL]] for number, one in enumerate(votes, 1)],
        "decision": lines(held.reasons),
    }  # fmt: skip


def _failure(of: Drafting) -> Fields:
    words = {
        "review_failed": "初审不合格", "assessment_failed": "第三方评估未通过", "verification_failed": "核查不予确认",
        "objection_upheld": "异议成立",
    }  # fmt: skip
    return {
        **{name: value for name, value in _common(of.application).items() if name != "filed_on"}, "failure": words[of.step.to],
        "batch": of.application.batch.title, "decided_on": of.act.on, "facts": _facts(of.application, of.step), "reasons": [*lines(of.given["reasons"]), *_cited(of.step)],
        "reapply": "上述情形消除后可以重新申报；文件未规定间隔期。",
    }  # fmt: skip


def _facts(application: Application, step: Step) -> list[str]:
    if step.to == "review_failed":
        last = application.reviews.order_by("-id").first()
        breached = [one["zh"] for one in (last.findings if last is not None else []) if one["outcome"] == "breached"]
        return [f"系统判定不符合：{one}" for one in breached] or ["详见初审意见"]
    if step.to == "assessment_failed":
        return [f"第三方评估报告 {application.report} 结论为未通过"]
    if step.to == "verification_failed":
        done = application.verifications.order_by("-id").first()
        return [f"{one['item']}：{one['text']}" for one in (done.findings if done is not None else [])] or [
            "详见核查意见"
        ]
    return [f"公示 {application.notice} 期间的异议经核查成立"]


MAKERS: Mapping[str, Callable[[Drafting], Fields]] = {
    "acceptance-notice": _acceptance,
    "correction-notice": _correction,
    "refusal-notice": _refusal,
    "review-opinion": _review,
    "joint-opinion": _joint,
    "forwarding-report": _forwarding,
    "consent-letter": _consent,
    "verification-opinion": _verification,
    "minutes": _minutes,
    "failure-notice": _failure,
}


def notice_fields(
    batch: Batch, listed: Sequence[Application], *, title: str, until: date, days: str, contact: str, act: Act
) -> Fields:
    """The public notice as a paper."""
    rows = [
        [
            str(number),
            one.mine_name,
            one.holder_name,
            place(one.region_code, act.on),
            "评估通过" if one.report else "符合程序",
        ]
        for number, one in enumerate(listed, 1)
    ]
    return {
        "subject": title, "batch": batch.title, "from_on": act.on, "until_on": until, "days": days, "mines": rows,
        "objections": "以书面形式向下列联系方式提出", "contact": contact,
    }  # fmt: skip


def announcement(batch: Batch, listed: Sequence[Application], act: Act) -> Paper:
    """The announcement of everything a batch listed (入名录公告)."""
    from greenmine.directory.models import Entry  # noqa: PLC0415 -- only the announcement reads entries

    entries = {one.number: one for one in Entry.objects.filter(number__in=[one.entry for one in listed])}
    rows = [
        [
            str(number),
            one.entry,
            one.mine_name,
            one.holder_name,
            place(one.region_code, act.on),
            entries[one.entry].certificate_number or "—",
        ]
        for number, one in enumerate(listed, 1)
    ]
    fields: Fields = {
        "batch": batch.title, "tier": "国家级" if batch.tier == Tier.NATIONAL else "省级",
        "notice": "、".join(sorted({one.notice for one in listed if one.notice})) or "—",
        "decision": "、".join(sorted({one.decision_number for one in listed})), "entered_on": max(one.closed_on or act.on for one in listed),
        "mines": rows,
    }  # fmt: skip
    return make("entry-announcement", fields, batch, act)
