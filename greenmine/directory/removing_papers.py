"""The papers of a removal (移出文书): prior notice, decision, announcement, letters on benefits; served, then the mine leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from greenmine.accounts.models import Organisation, Person
from greenmine.directory import permissions, publishing, sharing
from greenmine.directory.acts import Act, event, lock, state_entry
from greenmine.directory.entering import cite_for
from greenmine.directory.models import Entry, EntryEvent, Removal, Tier
from greenmine.directory.permissions import CannotRemove, check_words
from greenmine.directory.removing import case_of, check_step, take
from greenmine.editions import queries as editions
from greenmine.evidence import actions as evidence
from greenmine.law.steps.table import Clock
from greenmine.notifications import actions as notifications
from greenmine.papers import actions as papers
from greenmine.papers import queries as kept
from greenmine.papers.models import Paper
from greenmine.procedures.queries import table_of
from greenmine.registry import queries as registry

# kind → the state in which it is drafted, and the step that its service is
SERVED: Mapping[str, tuple[str, str]] = {
    "removal-prior-notice": ("verified", "serve_prior_notice"),
    "removal-decision": ("decided", "serve_decision"),
}
DRAFTED = {
    **{kind: state for kind, (state, _) in SERVED.items()},
    "removal-announcement": "removed",
    "benefit-stop-letter": "announced",
}
PLEA_STEP = "hear_plea"
REMEDY = "对本决定不服的，可以依法申请行政复议或者提起行政诉讼"
PLACES = {
    "provincial_site": ("省自然资源主管部门网站", "website of the provincial authority"),
    "credit_china": ("信用中国网站", "Credit China"),
    "ministry_site": ("自然资源部网站", "website of the ministry"),
}
CITE = (
    "cn-2024-1/10.b", "cn-2024-1/17.c", "gs-2023/3.9.h", "gs-2023/3.9.j", "nm-2020/4.3.f.1", "nm-2020/4.3.f.3", "kz-2024/22.b",
    "yn-2025/5.4.b",
)  # fmt: skip


def papers_of(removal: Removal, kind: str = "") -> list[Paper]:
    """The standing papers of a removal, in the order in which they were made."""
    found = kept.standing(kept.about("removal", removal.number)).order_by("id")
    return list(found.filter(kind=kind) if kind else found)


def credit_code(entry: Entry) -> str:
    """The credit code of the holder of an entry's mine, where it is known."""
    mine = registry.standing_mines().select_related("holder").filter(key=entry.mine).first()
    return mine.holder.credit_code if mine and mine.holder else ""


@transaction.atomic
def draft(
    removal: Removal, kind: str, *, by: Person, organisation: Organisation, on: date, recipient: str = ""
) -> Paper:
    """Draft a paper of the case (拟稿) from what stands in the file, when it is time for it."""
    now = lock(removal)
    permissions.check_owner_decides(by, now.entry, on=on, verb="directory.propose")
    if DRAFTED.get(kind) != now.state:
        raise CannotRemove("目前不是制作该文书的阶段", "it is not the time for this paper")
    drafted = papers_of(now, kind)
    if drafted and (kind != "benefit-stop-letter" or any(one.fields.get("recipient") == recipient for one in drafted)):
        raise CannotRemove("该文书已拟稿", "this paper was drafted already")
    fields = {
        "removal-prior-notice": _prior_notice, "removal-decision": _decision, "removal-announcement": _announcement,
        "benefit-stop-letter": _benefits,
    }[kind](now)  # fmt: skip
    if kind == "benefit-stop-letter":
        fields["recipient"] = check_words(recipient, "主送机关", "to whom the letter goes", CannotRemove, most=100)
    address = Organisation.objects.filter(enterprise=now.entry.holder).exclude(enterprise="").first()
    return papers.make(
        kind, fields, subject=("removal", now.number), region_code=now.region_code, by=by, organisation=organisation, on=on,
        enterprise="" if kind in ("benefit-stop-letter", "removal-announcement") else now.entry.holder,
        addressed_to=address.key if address and kind in SERVED else "",
    )  # fmt: skip


def _common(removal: Removal) -> dict[str, Any]:
    entry = removal.entry
    return {
        "party": entry.holder_name or entry.mine_name, "mine": entry.mine_name, "entry": entry.number,
        "tier": Tier(entry.tier).zh, "case": removal.number, "facts": _facts(removal),
        "grounds": [editions.active().cite(removal.provision), editions.active().provision(removal.provision).zh],
    } | ({"evidence": proofs} if (proofs := _proofs(removal)) else {})  # fmt: skip


def _facts(removal: Removal) -> list[str]:
    return [*removal.ground.splitlines(), *removal.verified.splitlines()]


def _proofs(removal: Removal) -> list[list[str]]:
    files = [(one, removal.organisation_name, removal.ground) for one in removal.evidence.order_by("id")]
    files += [
        (row.evidence, row.by, row.text)
        for row in removal.records.filter(evidence__isnull=False).select_related("evidence").order_by("id")
        if row.evidence is not None
    ]
    return [[str(n), one.name[:60], who[:40], text[:80]] for n, (one, who, text) in enumerate(files, 1)]


def _prior_notice(removal: Removal) -> dict[str, Any]:
    entry = removal.entry
    return {
        **_common(removal),
        "measure": f"将{entry.mine_name}移出{Tier(entry.tier).zh}绿色矿山名录，停止享受相应优惠政策",
        "plea_days": plea_time(removal),
    }


def plea_time(removal: Removal) -> str:
    """How long the holder has for its plea, as its papers say it."""
    clock = plea_clock(removal)
    return f"{clock.days}个工作日" if clock.kind == "working" else f"{clock.days}日"


def plea_clock(removal: Removal) -> Clock:
    """How long the holder has for its plea (陈述申辩期限): the clock of the step table under which the case runs."""
    clock = table_of(case_of(removal)).step(PLEA_STEP).clock
    if clock is None:
        raise CannotRemove("办理步骤表未规定陈述申辩期限", "the step table sets no time for a plea")
    return clock


def _decision(removal: Removal) -> dict[str, Any]:
    entry = removal.entry
    pleas = {
        "heard": removal.plea,
        "waived": f"当事人书面放弃陈述申辩：{removal.plea}",
        "silent": "期限内未提出陈述申辩。",
    }
    told = papers_of(removal, "removal-prior-notice")
    fields = {
        **_common(removal),
        "plea": [pleas.get(removal.plea_how, "—"), f"采纳情况：{removal.reasons}"],
        "decision": f"将{entry.mine_name}移出{Tier(entry.tier).zh}绿色矿山名录",
        "effective_on": (removal.decided_on or removal.proposed_on).isoformat(),
        "consequences": ["自送达之日起移出名录，不得继续使用绿色矿山称号、证书和牌匾，停止享受相应优惠政策。"],
        "remedy": REMEDY,
    }
    return fields | ({"prior_notice": told[0].number} if told and told[0].number else {})


def _announcement(removal: Removal) -> dict[str, Any]:
    entry = removal.entry
    row = [
        "1", entry.number, entry.mine_name, entry.holder_name, editions.active().cite(removal.provision),
        removal.decision_number, entry.left_on.isoformat() if entry.left_on else "",
    ]  # fmt: skip
    return {"subject": entry.mine_name, "tier": Tier(entry.tier).zh, "mines": [row]}


def _benefits(removal: Removal) -> dict[str, Any]:
    entry = removal.entry
    fields = {
        "mine": entry.mine_name, "holder": entry.holder_name or entry.mine_name, "decision": removal.decision_number or removal.number,
        "removed_on": entry.left_on.isoformat() if entry.left_on else "",
        "request": ["停止该矿山因绿色矿山名录享受的各项优惠政策。"],
    }  # fmt: skip
    code = credit_code(entry)
    return fields | ({"credit_code": code} if code else {})


@transaction.atomic
def serve(
    removal: Removal,
    kind: str,
    *,
    day: date,
    way: str,
    received_by: str = "",
    receipt: evidence.Upload | None = None,
    by: Person,
    organisation: Organisation,
    on: date,
) -> Removal:
    """Register the service (送达登记) of the prior notice or the decision. With the decision the mine leaves the directory."""
    now, act = lock(removal), Act(by, organisation, on)
    if kind not in SERVED:
        raise CannotRemove("没有该类文书", "there is no paper of this kind")
    step = check_step(now, SERVED[kind][1], by=by, on=on)
    listed = papers_of(now, kind)
    if not listed:
        raise CannotRemove("请先拟稿并签发该文书", "draft this paper and have it signed first")
    paper = listed[-1]
    if paper.state != Paper.State.SERVED:
        try:
            paper = papers.serve(paper, day=day, way=way, by=by, on=on, receipt=receipt, received_by=received_by)
        except papers.CannotIssue as refused:
            raise CannotRemove(refused.zh, refused.en) from None
    served = paper.served_on or day
    if kind == "removal-prior-notice":
        now.noticed_on = served
    else:
        now.notified_on, now.decision_number = served, paper.number or now.number
        _leave(now, act, served)
    take(now, step, act, {"paper": paper.pk, "served_on": served, "way": paper.served_way})
    return now


def _leave(removal: Removal, act: Act, day: date) -> None:
    """The mine leaves the directory on the day of service: facts, history, the public record, everybody who has to know."""
    entry = lock(removal.entry)
    words = Tier(entry.tier).zh
    cited = cite_for((*CITE, removal.provision), entry.region_code, act.on)
    clause = editions.active().cite(removal.provision)
    entry.state, entry.left_on, entry.rectify_by = Entry.State.REMOVED, max(day, entry.entered_on), None
    entry.save()
    removal.entry = entry
    event(
        entry, EntryEvent.Kind.REMOVED, act, f"移出{words}绿色矿山名录（{removal.decision_number}），依据{clause}",
        f"removed from the {entry.tier} directory ({removal.decision_number}): {clause}", cited, case=removal.number, day=day,
    )  # fmt: skip
    state_entry(entry, act, "removed", since=day)
    publishing.publish(entry.mine, on=act.on)
    publishing.state(
        "removal", entry, on=act.on, zh=f"{entry.mine_name}移出{words}绿色矿山名录", en=f"{entry.mine_name} left the {entry.tier} directory",
        body={
            "decision_number": removal.decision_number, "ground": editions.active().provision(removal.provision).zh, "clause": clause,
            "decided_on": removal.decided_on, "until": day, "provisions": cited, "reasons": removal.reasons,
        },
    )  # fmt: skip
    sharing.status_changed(entry, act, f"移出{words}绿色矿山名录（{removal.decision_number}）")


@transaction.atomic
def announce(removal: Removal, where: Sequence[str], *, by: Person, organisation: Organisation, on: date) -> Removal:
    """Record where the removal was announced (发布移出公告): its announcement signed, with every place it was put."""
    now, act = lock(removal), Act(by, organisation, on)
    step = check_step(now, "announce", by=by, on=on)
    places = [one for one in dict.fromkeys(where) if one in PLACES]
    if not places:
        raise CannotRemove("请选择公告发布的网站", "say where it was announced")
    made = papers_of(now, "removal-announcement")
    if not made or made[-1].state not in (Paper.State.SEALED, Paper.State.SERVED):
        raise CannotRemove("请先拟制、签发移出公告并用印", "have the announcement signed and sealed first")
    now.announced_on = on
    now.announced_where = [
        {"place": one, "name": PLACES[one][0], "on": on.isoformat(), "by": act.who} for one in places
    ]
    names = "、".join(PLACES[one][0] for one in places)
    take(now, step, act, {"where": places}, zh=f"移出公告已发布：{names}", en="the removal was announced")
    return now


@transaction.atomic
def tell_benefits(
    removal: Removal, told: Sequence[str], *, by: Person, organisation: Organisation, on: date
) -> Removal:
    """Tell the departments that grant benefits to stop them (告知停止优惠), and close the case. `told` are keys of organisations."""
    now, act = lock(removal), Act(by, organisation, on)
    step = check_step(now, "tell_benefits", by=by, on=on)
    known = {one.key: one for one in sharing.departments_over(now.region_code)}
    chosen = [known[key] for key in dict.fromkeys(told) if key in known]
    if not chosen:
        raise CannotRemove("请选择应告知的部门", "choose the departments to be told")
    for one in chosen:
        notifications.tell(
            "directory.stop_benefits", to=one, about=("removal", now.number),
            text={
                "zh": f"{now.mine_name}已移出绿色矿山名录（{now.decision_number}），请停止相应优惠政策",
                "en": f"{now.mine_name} left the directory ({now.decision_number}): stop its benefits",
            },
        )  # fmt: skip
    now.benefits_told = [{"organisation": one.key, "name": one.name, "on": on.isoformat()} for one in chosen]
    take(now, step, act, {"told": [one.key for one in chosen]})
    return now
