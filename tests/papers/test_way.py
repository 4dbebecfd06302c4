"""A paper goes its way: reviewed by another, checked by a third, signed, numbered, sealed, served; or it comes back."""

from __future__ import annotations

import io
import random
import zipfile
from datetime import date, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from greenmine.accounts.permissions import NotAllowed, ProposerDecides
from greenmine.evidence.contents import NotKept
from greenmine.ledger import actions as ledger
from greenmine.ledger.models import Record
from greenmine.notifications import actions as notifications
from greenmine.notifications import queries as notices
from greenmine.notifications.models import Notice
from greenmine.papers import actions, kinds, permissions, queries, steps
from greenmine.papers.actions import CannotIssue, Written
from greenmine.papers.models import Paper, PaperMark
from tests.conftest import person
from tests.papers.conftest import ON

DECISION = {
    "party": "青山矿业有限公司",
    "mine": "青山煤矿",
    "entry": "ML-2026-0001",
    "tier": "省级",
    "case": "YC-2026-0001",
    "facts": ["采矿许可证已于2026年6月30日到期，未延续。"],
    "plea": ["期限内未提出陈述申辩。"],
    "grounds": ["自然资规〔2024〕1号（十七）"],
    "decision": "移出省级绿色矿山名录",
    "effective_on": ON,
}
OBJECTION = {
    "objection": "YY-2026-0001",
    "notice": "GS-2026-0001",
    "mine": "青山煤矿",
    "received_on": ON,
    "way": "书面",
    "person": "张三丰",
    "statement": ["矿区边界外有采坑。"],
    "verdict": "予以登记并核查",
}


def office(who):
    return who.memberships.order_by("id").first().organisation


def draft(by, kind="removal-decision", fields=None, **more) -> Paper:
    given = {"subject": ("entry", "ML-2026-0001"), "region_code": "620422", "on": ON, **more}
    return actions.make(
        kind, DECISION if fields is None else fields, by=by, organisation=given.pop("organisation", office(by)), **given
    )


@pytest.fixture
def lawyer(cast):
    """Another reviewer of the province: whoever checks legality."""
    return person(office(cast.province), "lawyer", "段法制", "reviewer")


def reviewed(cast, lawyer) -> Paper:
    paper = draft(cast.province_clerk)
    actions.review(paper, by=cast.province_reviewer, on=ON, text="事实清楚")
    return actions.check_legality(paper, by=lawyer, on=ON, text="适用依据准确")


def numbered(cast, lawyer) -> Paper:
    paper = reviewed(cast, lawyer)
    actions.sign(paper, by=cast.province, on=ON)
    return actions.number(paper, by=cast.province_clerk, on=ON)


def test_a_decision_goes_through_every_step_and_each_leaves_a_mark(cast, lawyer) -> None:
    paper = numbered(cast, lawyer)
    assert paper.number == "绿矿移决〔2026〕1号"
    actions.seal(paper, keeper="文印室吴", copies=3, day=ON, by=cast.province_clerk, on=ON)
    actions.serve(paper, day=ON, way="direct", received_by="陈填报", by=cast.province_clerk, on=ON)
    kept = Paper.objects.get()
    assert (kept.state, kept.seal_keeper, kept.seal_copies, kept.sealed_on) == ("served", "文印室吴", 3, ON)
    assert [(mark.act, mark.by_name, mark.text) for mark in queries.marks(kept)] == [
        ("made", "秦经办", ""),
        ("reviewed", "韩审核", "事实清楚"),
        ("legal", "段法制", "适用依据准确"),
        ("signed", "孙厅", ""),
        ("numbered", "秦经办", "绿矿移决〔2026〕1号"),
        ("sealed", "秦经办", "文印室吴 · 3 份 · 2026-11-20"),
        ("served", "秦经办", "直接送达 · 2026-11-20"),
    ]
    assert list(Record.objects.filter(verb__startswith="papers.").order_by("id").values_list("verb", flat=True)) == [
        "papers.made", "papers.reviewed", "papers.checked", "papers.signed", "papers.numbered", "papers.sealed",
        "papers.served",
    ]  # fmt: skip


def test_the_next_one_is_told_and_only_who_may_take_the_step(cast, lawyer) -> None:
    def told() -> set[str]:
        return {
            name
            for name, who in {**vars(cast), "lawyer": lawyer}.items()
            if notices.waiting(who, on=ON).filter(about_kind="paper", verb="papers.turn").exists()
        }

    paper = draft(cast.province_clerk)
    assert told() == {"province", "province_reviewer", "lawyer"}
    actions.review(paper, by=cast.province_reviewer, on=ON)
    assert told() == {"province", "lawyer"}  # not the reviewer: a third person checks legality
    actions.check_legality(paper, by=lawyer, on=ON)
    assert told() == {"province"}
    actions.sign(paper, by=cast.province, on=ON)
    assert told() == {"province", "province_reviewer", "province_clerk", "lawyer"}
    actions.number(paper, by=cast.province_clerk, on=ON)
    actions.seal(paper, keeper="吴", copies=1, day=ON, by=cast.province_clerk, on=ON)
    actions.serve(paper, day=ON, way="electronic", by=cast.province_clerk, on=ON)
    assert told() == set()
    assert not queries.waiting_for(cast.province_clerk, on=ON).exists()


def test_the_organisation_addressed_hears_of_a_served_paper_and_reads_it_then_only(cast, lawyer) -> None:
    paper = draft(cast.province_clerk, addressed_to=office(cast.enterprise).key)
    actions.review(paper, by=cast.province_reviewer, on=ON)
    actions.check_legality(paper, by=lawyer, on=ON)
    actions.sign(paper, by=cast.province, on=ON)
    actions.number(paper, by=cast.province_clerk, on=ON)
    actions.seal(paper, keeper="吴", copies=1, day=ON, by=cast.province_clerk, on=ON)
    told = notices.for_person(cast.enterprise, on=ON).filter(about_kind="paper")
    assert (told.exists(), queries.for_person(cast.enterprise, on=ON).exists()) == (False, False)
    actions.serve(paper, day=ON, way="electronic", by=cast.province_clerk, on=ON)
    assert told.get().zh == "甘肃省自然资源厅送达文书：《绿色矿山名录移出决定书》绿矿移决〔2026〕1号"
    assert queries.for_person(cast.enterprise, on=ON).get() == paper
    assert not notices.for_person(cast.other_enterprise, on=ON).filter(about_kind="paper").exists()
    assert not queries.for_person(cast.other_enterprise, on=ON).exists()


def test_what_is_addressed_to_nobody_waits_for_no_service(cast) -> None:
    fields = {
        "meeting": "遴选审查会", "held_on": ON, "chair": "孙厅", "present": ["孙厅"], "topics": ["一批"], "decision": ["同意"],
    }  # fmt: skip
    paper = draft(cast.province_clerk, "minutes", fields)
    actions.review(paper, by=cast.province_reviewer, on=ON)
    actions.sign(paper, by=cast.province, on=ON)
    actions.number(paper, by=cast.province_clerk, on=ON)
    assert not Notice.objects.filter(about_kind="paper", done_at=None).exists()


def test_whoever_drafted_neither_reviews_nor_checks_nor_signs(cast, lawyer) -> None:
    paper = draft(cast.province_reviewer)
    with pytest.raises(ProposerDecides, match="拟稿人不能审核"):
        actions.review(paper, by=cast.province_reviewer, on=ON)
    actions.review(paper, by=cast.province, on=ON)
    for who in (cast.province_reviewer, cast.province):
        with pytest.raises(ProposerDecides, match="拟稿人、审核人不能同时作法制审核"):
            actions.check_legality(paper, by=who, on=ON)
    actions.check_legality(paper, by=lawyer, on=ON)
    assert Paper.objects.get().state == "legal"


@pytest.mark.parametrize(
    "who", ["province_clerk", "county_reviewer", "ministry", "agency_reviewer", "enterprise", "auditor"]
)
def test_only_a_reviewer_of_the_same_office_reviews(cast, who) -> None:
    paper = draft(cast.province_clerk)
    with pytest.raises(NotAllowed):
        actions.review(paper, by=getattr(cast, who), on=ON)
    assert Paper.objects.get().state == "draft"


def test_no_step_is_taken_before_the_one_that_comes_before(cast, lawyer) -> None:
    paper = draft(cast.province_clerk)
    with pytest.raises(CannotIssue, match="审核后才能签发"):
        actions.sign(paper, by=cast.province, on=ON)
    with pytest.raises(CannotIssue, match="审核后才能法制审核"):
        actions.check_legality(paper, by=lawyer, on=ON)
    actions.review(paper, by=cast.province_reviewer, on=ON)
    with pytest.raises(CannotIssue, match="该文书已审核"):
        actions.review(paper, by=lawyer, on=ON)
    with pytest.raises(CannotIssue, match="法制审核后才能签发"):
        actions.sign(paper, by=cast.province, on=ON)
    actions.check_legality(paper, by=lawyer, on=ON)
    with pytest.raises(CannotIssue, match="签发并编号后才能用印"):
        actions.seal(paper, keeper="吴", copies=1, day=ON, by=cast.province_clerk, on=ON)
    actions.sign(paper, by=cast.province, on=ON)
    actions.number(paper, by=cast.province_clerk, on=ON)
    with pytest.raises(CannotIssue, match="用印后才能送达"):
        actions.serve(paper, day=ON, way="electronic", by=cast.province_clerk, on=ON)
    actions.seal(paper, keeper="吴", copies=1, day=ON, by=cast.province_clerk, on=ON)
    with pytest.raises(CannotIssue, match="已于 2026-11-20 用印"):
        actions.seal(paper, keeper="吴", copies=1, day=ON, by=cast.province_clerk, on=ON)


@pytest.mark.parametrize(
    ("keeper", "copies", "day", "sentence"),
    [
        (" ", 1, ON, "请填写印章保管人"),
        ("吴", None, ON, "请填写用印份数"),
        ("吴", 0, ON, "请填写用印份数"),
        ("吴", 10_000, ON, "请填写用印份数"),
        ("吴", 1, ON - timedelta(days=1), "不能早于签发日期"),
        ("吴", 1, ON + timedelta(days=1), "不能晚于今天"),
    ],
)
def test_a_seal_without_keeper_copies_or_a_good_day_is_refused(cast, lawyer, keeper, copies, day, sentence) -> None:
    paper = numbered(cast, lawyer)
    with pytest.raises(CannotIssue, match=sentence):
        actions.seal(paper, keeper=keeper, copies=copies, day=day, by=cast.province_clerk, on=ON)
    assert Paper.objects.get().state == "numbered"


def test_it_is_not_served_before_the_day_of_the_seal(cast, lawyer) -> None:
    paper, next_day = numbered(cast, lawyer), ON + timedelta(days=1)
    actions.seal(paper, keeper="吴", copies=1, day=next_day, by=cast.province_clerk, on=next_day)
    with pytest.raises(CannotIssue, match="不能早于用印日期"):
        actions.serve(paper, day=ON, way="electronic", by=cast.province_clerk, on=next_day)
    assert actions.serve(paper, day=next_day, way="electronic", by=cast.province_clerk, on=next_day).state == "served"


def test_a_returned_draft_carries_the_sentences_and_a_new_one_replaces_it(cast, lawyer) -> None:
    paper = draft(cast.province_clerk)
    actions.review(paper, by=cast.province_reviewer, on=ON)
    with pytest.raises(CannotIssue, match="请写明退回修改的意见"):
        actions.return_draft(paper, " ", by=lawyer, on=ON)
    actions.return_draft(paper, "依据应写到款项。\n事实缺少日期。", by=lawyer, on=ON)
    assert queries.marks(paper)[-1].text == "依据应写到款项。\n事实缺少日期。"
    waiting = notices.waiting(cast.province_clerk, on=ON).get(about_kind="paper")
    assert (waiting.verb, "依据应写到款项" in waiting.zh) == ("papers.returned", True)
    for act in (actions.sign, actions.number):
        with pytest.raises(CannotIssue):
            act(paper, by=cast.province, on=ON)
    with pytest.raises(CannotIssue, match="目前不能退回修改"):
        actions.return_draft(paper, "再退", by=cast.province, on=ON)
    again = draft(
        cast.province_clerk, fields={**DECISION, "grounds": ["自然资规〔2024〕1号（十七）第1项"]}, replaces=paper
    )
    assert (again.state, again.replaces_id) == ("draft", paper.pk)
    assert not notices.waiting(cast.province_clerk, on=ON).filter(verb="papers.returned").exists()
    with pytest.raises(CannotIssue, match="已被更正后的文书取代"):
        actions.review(Paper.objects.get(pk=paper.pk), by=lawyer, on=ON)


def test_the_signer_may_return_it_too_but_no_stranger(cast, lawyer) -> None:
    paper = reviewed(cast, lawyer)
    for who in (cast.province_clerk, cast.county_reviewer, cast.auditor):
        with pytest.raises(NotAllowed):
            actions.return_draft(paper, "退", by=who, on=ON)
    assert actions.return_draft(paper, "请补充证据", by=cast.province, on=ON).state == "returned"


def test_who_acts_on_what_another_did_meanwhile_is_told(cast, lawyer) -> None:
    paper = draft(cast.province_clerk)
    stale = Paper.objects.get(pk=paper.pk)
    actions.review(paper, by=cast.province_reviewer, on=ON)
    with pytest.raises(CannotIssue, match="该文书已审核"):
        actions.review(stale, by=lawyer, on=ON)
    assert PaperMark.objects.filter(act="reviewed").count() == 1


@pytest.mark.parametrize("where", [(ledger, "record"), (notifications, "tell"), (notifications, "settle")])
def test_a_step_that_breaks_leaves_nothing(cast, monkeypatch, where) -> None:
    paper = draft(cast.province_clerk)
    before = (PaperMark.objects.count(), Record.objects.count(), Notice.objects.count())

    def broken(*_args, **_more):
        raise RuntimeError("power cut")

    monkeypatch.setattr(*where, broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.return_draft(paper, "退", by=cast.province_reviewer, on=ON)
    monkeypatch.undo()
    assert (PaperMark.objects.count(), Record.objects.count(), Notice.objects.count()) == before
    assert Paper.objects.get().state == "draft"


def ofd(member: str = "OFD.xml") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(member, "<ofd:OFD xmlns:ofd='http://www.ofdspec.org/2016' Version='1.1'/>")
        archive.writestr("Doc_0/Document.xml", "<x/>")
    return out.getvalue()


PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF"


@pytest.mark.parametrize(("name", "data", "form"), [("签章.ofd", ofd(), "OFD"), ("扫描.pdf", PDF, "PDF")])
def test_an_official_copy_is_kept_as_it_is(cast, lawyer, name, data, form) -> None:
    paper = numbered(cast, lawyer)
    actions.attach_official(paper, Written(name, data), by=cast.province_clerk, on=ON)
    kept = Paper.objects.get()
    assert (kept.official.name, kept.official.file.size, kept.state) == (name, len(data), "numbered")
    assert queries.marks(kept)[-1].text == f"{form} · {name}"


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("签章.ofd", ofd("document.xml"), NotKept),  # a container without OFD.xml
        ("签章.ofd", b"PK\x03\x04", NotKept),
        ("包.zip", ofd("x.xml"), CannotIssue),
        ("说明.txt", "正式文本".encode(), CannotIssue),
        ("空.pdf", b"", NotKept),
    ],
)
def test_what_is_no_pdf_or_ofd_is_no_official_copy(cast, lawyer, name, data, problem) -> None:
    paper = numbered(cast, lawyer)
    with pytest.raises(problem), transaction.atomic():
        actions.attach_official(paper, Written(name, data), by=cast.province_clerk, on=ON)
    assert Paper.objects.get().official is None


def test_a_draft_has_no_official_copy_and_strangers_add_none(cast, lawyer) -> None:
    paper = draft(cast.province_clerk)
    with pytest.raises(CannotIssue, match="签发后才能上传正式文本"):
        actions.attach_official(paper, Written("a.pdf", PDF), by=cast.province_clerk, on=ON)
    for who in (cast.county, cast.enterprise, cast.auditor):
        with pytest.raises(NotAllowed):
            actions.attach_official(paper, Written("a.pdf", PDF), by=who, on=ON)


def test_a_receipt_names_the_paper_and_waits_for_signatures(cast, lawyer) -> None:
    paper = reviewed(cast, lawyer)
    with pytest.raises(CannotIssue, match="签发并编号后才能制作送达回证"):
        actions.make_receipt(paper, by=cast.province_clerk, on=ON)
    actions.sign(paper, by=cast.province, on=ON)
    actions.number(paper, by=cast.province_clerk, on=ON)
    receipt = actions.make_receipt(paper, by=cast.province_clerk, on=ON)
    assert (receipt.kind, receipt.fields["number"], receipt.fields["party"]) == (
        "service-receipt", "绿矿移决〔2026〕1号", "青山矿业有限公司",
    )  # fmt: skip
    assert list(queries.receipts_of(paper)) == [receipt]
    with pytest.raises(CannotIssue, match="该文书无受送达人"):
        actions.make_receipt(receipt, by=cast.province_clerk, on=ON)


def test_who_objected_is_seen_by_nobody_but_whoever_handles_objections_there(cast) -> None:
    publisher = person(office(cast.county), "publisher", "冯发布", "publisher")
    keeper = person(office(cast.county), "archive", "卫档案", "records")
    paper = draft(cast.county, "objection-record", OBJECTION, subject=("objection", "YY-2026-0001"))
    actions.sign(paper, by=cast.county_reviewer, on=ON)
    everybody = {**vars(cast), "publisher": publisher, "keeper": keeper}
    seen = {name for name, who in everybody.items() if queries.for_person(who, on=ON).exists()}
    assert seen == {"county", "county_reviewer", "county_decider"}
    assert queries.is_file_of_a_paper(paper.pdf_id)


def test_a_draft_under_review_is_seen_in_its_own_office_only(cast, lawyer) -> None:
    paper = draft(cast.county, "removal-plea", {
        "party": "青山矿业有限公司", "mine": "青山煤矿", "case": "YC-2026-0001", "heard_on": ON, "plea": ["已整改"],
    })  # fmt: skip
    assert not queries.for_person(cast.province, on=ON).exists()
    actions.sign(paper, by=cast.county_reviewer, on=ON)
    assert queries.for_person(cast.province, on=ON).exists()
    for who in (cast.other_county, cast.enterprise, cast.agency):
        assert not queries.for_person(who, on=ON).exists()


def test_every_kind_has_one_way_and_every_number_its_own_code() -> None:
    found = [kinds.kind(name) for name in kinds.names()]
    codes = [kind.numbering for kind in found if kind.numbering]
    assert len(codes) == len(set(codes))
    for kind in found:
        way = [step.id for step in steps.way_of(kind)]
        assert "sign" in way
        state, walked = "draft", []
        while (step := steps.next_of(kind, state)) is not None:
            walked.append(step.id)
            assert not steps.is_done(kind, state, step.id)
            state = step.to
            assert steps.is_done(kind, state, step.id)
        assert walked == way
        assert set(way) <= set(permissions.CHECKS)
    binding = {"refusal-notice", "removal-prior-notice", "removal-decision", "objection-answer", "failure-notice"}
    assert {kind.id for kind in found if kind.legal_by} >= binding
    assert {kind.id for kind in found if kind.sealed} >= binding


def test_the_database_keeps_no_seal_without_a_keeper(cast, lawyer) -> None:
    paper = numbered(cast, lawyer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Paper.objects.filter(pk=paper.pk).update(state="sealed", sealed_on=date(2026, 11, 20))


def test_kinds_of_this_room_are_all_there() -> None:
    wanted = {
        "acceptance-notice", "correction-notice", "refusal-notice", "review-opinion", "joint-opinion", "forwarding-report",
        "consent-letter", "verification-opinion", "minutes", "public-notice", "objection-record", "objection-check",
        "objection-answer", "entry-announcement", "national-recommendation", "certificate-note", "removal-prior-notice",
        "removal-plea", "removal-decision", "removal-announcement", "benefit-stop-letter", "service-receipt", "reminder",
        "gate-ground", "failure-notice",
    }  # fmt: skip
    assert wanted <= set(kinds.names())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_people_try_a_paper_only_goes_forward_and_a_refusal_changes_nothing(cast, lawyer, seed) -> None:
    rng = random.Random(seed)
    kind, paper = kinds.kind("removal-decision"), draft(cast.province_clerk)
    people = [*cast, lawyer]
    acts = {
        "review": actions.review,
        "legal": actions.check_legality,
        "sign": actions.sign,
        "number": actions.number,
        "seal": partial(actions.seal, keeper="吴", copies=1, day=ON),
        "serve": partial(actions.serve, day=ON, way="electronic"),
    }
    for _ in range(150):
        name, who = rng.choice(list(acts)), rng.choice(people)
        before = Paper.objects.get()
        coming = steps.next_of(kind, before.state)
        marks = PaperMark.objects.count()
        try:
            acts[name](Paper.objects.get(), by=who, on=ON)
        except (CannotIssue, NotAllowed):
            after = Paper.objects.get()
            assert (after.state, PaperMark.objects.count()) == (before.state, marks)
            continue
        after = Paper.objects.get()
        assert coming is not None
        assert (after.state, name) == (coming.to, coming.id)
        assert PaperMark.objects.count() == marks + 1
    done = {mark.act: mark.by_id for mark in queries.marks(paper)}
    assert len({done[act] for act in ("made", "reviewed", "legal") if act in done}) == len(
        [act for act in ("made", "reviewed", "legal") if act in done]
    )
