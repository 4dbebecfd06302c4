"""The desk of cases: who sees which case, what waits for whom, and what is done on a case's page."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from greenmine.accounts import actions as accounts
from greenmine.papers import actions as papers
from greenmine.procedures import actions as procedures
from greenmine.procedures import queries
from greenmine.procedures.models import Case, Copy, Delegation, Opinion, RetentionProposal, Supervision, WorkItem
from greenmine.web.components.cases import FAMILIES, cases_seen, family_of, hidden_papers, place_of_case
from greenmine.web.components.notices import PLACES
from tests.conftest import person
from tests.papers.test_way import OBJECTION
from tests.web.authority.conftest import HUINING, World

ON = timezone.localdate()


def office(who: Any) -> Any:
    return who.memberships.order_by("id").first().organisation


def inquiry(world: World, title: str = "陇原评估咨询有限公司", **more: Any) -> Case:
    """A case of the province that its county has nothing to do with."""
    return procedures.open_case(
        "misconduct-inquiry", subject=("agency", "A0000001"), region_code="620000", by=world.province,
        organisation=office(world.province), on=more.pop("on", ON), title=title,
        payload={"grounds": "cn-2024-1/17.0.4", "source": "只有省厅看得见的来源"}, **more,
    )  # fmt: skip


def objection(world: World) -> Case:
    """An objection handled by the county."""
    return procedures.open_case(
        "objection", subject=("mine", world.green.key), region_code=HUINING, by=world.county,
        organisation=office(world.county), on=ON, title="青山煤矿 公示异议", payload={"text": "只有承办人看得见的异议"},
    )  # fmt: skip


@pytest.fixture
def case(world: World) -> Case:
    return inquiry(world)


def shown(at_desk: Any, who: Any, name: str, *args: Any, status: int = 200, **query: Any) -> str:
    response = at_desk(who).get(reverse(name, args=args), query)
    assert response.status_code == status
    return response.content.decode()


def act(at_desk: Any, who: Any, case: Case, **form: Any) -> str:
    client: Client = at_desk(who)
    response = client.post(reverse("authority:case_act", args=[case.number]), form, follow=True)
    assert response.status_code == 200
    return response.content.decode()


PAGES = ("case", "case_dossier", "case_bpmn", "case_migration")


def test_a_case_is_seen_by_whoever_runs_it_and_above_as_far_as_the_subject_is_theirs(world, at_desk, case) -> None:
    seen = {
        name for name in ("province", "decider", "auditor", "city", "county", "other_county", "ecology")
        if case.number in shown(at_desk, getattr(world, name), "authority:cases", tab="all")
    }  # fmt: skip
    assert seen == {"province", "decider", "auditor"}
    for who in (world.city, world.county, world.other_county, world.ecology):
        for page in PAGES:
            response = at_desk(who).get(reverse(f"authority:{page}", args=[case.number]))
            assert response.status_code in {403, 404}
            assert case.title not in response.content.decode()
            assert "只有省厅看得见的来源" not in response.content.decode()
    for who in (world.firm, world.rival, world.operator):
        for page in ("cases", "cases_export", "delegations", "readings", "retention"):
            assert at_desk(who).get(reverse(f"authority:{page}")).status_code == 403
        assert at_desk(who).get(reverse("authority:case", args=[case.number])).status_code == 403


def test_a_case_in_the_region_is_not_another_departments(world, at_desk) -> None:
    case = procedures.open_case(
        "holder-change", subject=("mine", world.green.key), region_code=HUINING, by=world.county,
        organisation=office(world.county), on=ON, title="青山煤矿", payload={"reason": "采矿权转让"},
    )  # fmt: skip
    assert cases_seen(world.county, on=ON).filter(pk=case.pk).exists()
    assert cases_seen(world.province, on=ON).filter(pk=case.pk).exists()
    for who in (world.ecology, world.other_county, world.firm, world.rival, world.operator):
        assert not cases_seen(who, on=ON).filter(pk=case.pk).exists()
    procedures.copy_to(case, [office(world.ecology)], by=world.province, on=ON)
    assert cases_seen(world.ecology, on=ON).filter(pk=case.pk).exists()
    assert case.number in shown(at_desk, world.ecology, "authority:cases", tab="copied")


def test_an_objection_is_nobodys_but_its_handlers_and_those_it_is_copied_to(world, at_desk) -> None:
    case = objection(world)
    assert "只有承办人看得见的异议" in shown(at_desk, world.county, "authority:case", case.number)
    for who in (world.province, world.decider, world.city, world.other_county, world.ecology, world.auditor):
        assert not cases_seen(who, on=ON).filter(pk=case.pk).exists()
        page = shown(at_desk, who, "authority:case", case.number, status=404)
        assert "只有承办人看得见的异议" not in page


def test_the_page_shows_picture_work_history_and_greyed_buttons_with_reasons(world, at_desk, case) -> None:
    page = shown(at_desk, world.province, "authority:case", case.number)
    for words in (
        "评估失信调查",
        "已立案",
        "开展调查",
        "孙审核",
        "甘肃省自然资源厅",
        "来源",
        "只有省厅看得见的来源",
        "<svg",
    ):
        assert words in page
    assert "请在该事项自己的页面办理撤回或终止" in shown(at_desk, world.decider, "authority:case", case.number)
    watched = shown(at_desk, world.auditor, "authority:case", case.number)
    assert watched.count("您的岗位不能督办、委托和改换案件步骤表") >= 3
    assert shown(at_desk, world.province, "authority:case", "DC-1999-0001", status=404)
    assert shown(at_desk, world.province, "authority:case", "x'\";--", status=404)


def test_what_waits_stands_under_to_do_and_what_was_done_under_done(world, at_desk, case) -> None:
    todo = shown(at_desk, world.province, "authority:cases")
    assert case.number in todo
    assert "开展调查" in todo
    procedures.take(case, "investigate", by=world.province, on=ON)
    done = shown(at_desk, world.province, "authority:cases", tab="done")
    assert "开展调查" in done
    assert case.number not in shown(at_desk, world.county, "authority:cases", tab="done")
    assert "没有待办事项" in shown(at_desk, world.other_county, "authority:cases")


def test_the_overdue_stand_first_and_are_red(world, at_desk) -> None:
    late, near, never = inquiry(world, "晚的"), inquiry(world, "近的"), inquiry(world, "无期限的")
    for case, days in ((late, -1), (near, 3)):
        WorkItem.objects.filter(case=case).update(due_on=ON + timedelta(days=days))
    WorkItem.objects.filter(case=never).update(due_on=None)
    page = shown(at_desk, world.province, "authority:cases")
    assert page.index(late.number) < page.index(near.number) < page.index(never.number)
    assert page.count('badge bg-red-lt">逾期') == WorkItem.objects.filter(case=late).count()
    assert page.count("剩 3 天") == WorkItem.objects.filter(case=near).count()
    only = shown(at_desk, world.province, "authority:cases", overdue="1")
    assert (late.number in only, near.number in only, never.number in only) == (True, False, False)
    found = shown(at_desk, world.province, "authority:cases", q="近的")
    assert (late.number in found, near.number in found) == (False, True)
    nothing = shown(at_desk, world.province, "authority:cases", table="selection", q="\0%_'")
    assert "没有符合条件的事项" in nothing


def test_the_list_goes_on_by_key_and_asks_as_much_for_sixty_as_for_one(world, at_desk, case) -> None:
    client = at_desk(world.province)
    for tab in ("todo", "done", "supervised", "copied", "all"):
        client.get(reverse("authority:cases"), {"tab": tab})
    counts = {}
    for tab in ("todo", "done", "all"):
        with CaptureQueriesContext(connection) as few:
            client.get(reverse("authority:cases"), {"tab": tab})
        counts[tab] = len(few)
    for place in range(60):
        inquiry(world, f"案 {place}")
    for tab, few_queries in counts.items():
        with CaptureQueriesContext(connection) as many:
            page = client.get(reverse("authority:cases"), {"tab": tab}).content.decode()
        assert len(many) == few_queries, tab
        assert "after=" in page
    seen: list[str] = []
    after = ""
    for _ in range(9):
        page = client.get(reverse("authority:cases"), {"tab": "todo", "after": after}).context
        seen += [row.key for row in page["rows"]]
        after = page["next_after"]
        if not after:
            break
    assert sorted(seen) == sorted(set(seen))
    assert len(seen) == queries.inbox_for(world.province, on=ON).count()
    for bad in ("²_1", "2026-02-30_4", "-_x", "_" * 50, "2026-01-01_" + "9" * 40):
        assert client.get(reverse("authority:cases"), {"after": bad}).status_code == 200


def test_the_workbook_holds_what_the_tab_shows(world, at_desk, case) -> None:
    for tab in ("todo", "done", "supervised", "copied", "all", "nonsense"):
        response = at_desk(world.province).get(reverse("authority:cases_export"), {"tab": tab})
        assert response.content.startswith(b"PK")
    with zipfile.ZipFile(io.BytesIO(at_desk(world.province).get(reverse("authority:cases_export")).content)) as book:
        assert case.number in book.read("xl/sharedStrings.xml").decode()
    with zipfile.ZipFile(
        io.BytesIO(at_desk(world.other_county).get(reverse("authority:cases_export")).content)
    ) as book:
        assert case.number not in book.read("xl/sharedStrings.xml").decode()


def test_work_is_chased_once_a_day_by_whoever_manages(world, at_desk, case) -> None:
    item = WorkItem.objects.filter(case=case).first()
    assert "已催办" in act(at_desk, world.decider, case, act="chase", item=item.pk)
    assert "今天已催办" in act(at_desk, world.decider, case, act="chase", item=item.pk)
    assert "您的岗位不能" in act(at_desk, world.auditor, case, act="chase", item=item.pk)
    assert "没有该待办事项" in act(at_desk, world.decider, case, act="chase", item="99999999")
    assert "没有该待办事项" in act(at_desk, world.decider, inquiry(world), act="chase", item=item.pk)
    item.refresh_from_db()
    assert item.chased == 1


def test_a_case_is_supervised_and_the_supervision_ends_with_a_result(world, at_desk, case) -> None:
    page = act(at_desk, world.decider, case, act="supervise", reason="久拖不决", due_on="2026-02-30")
    assert "督办期限不是有效日期" in page
    assert "久拖不决" in page  # what was typed is still there
    assert "请写明督办的理由" in act(at_desk, world.decider, case, act="supervise", reason=" ")
    assert "已督办" in act(at_desk, world.decider, case, act="supervise", reason="久拖不决")
    assert "本单位已在督办本案" in act(at_desk, world.decider, case, act="supervise", reason="再督")
    assert case.number in shown(at_desk, world.decider, "authority:cases", tab="supervised")
    found = Supervision.objects.get()
    assert "请写明督办结果" in act(at_desk, world.decider, case, act="end_supervision", supervision=found.pk, result="")
    assert "督办已办结" in act(
        at_desk, world.decider, case, act="end_supervision", supervision=found.pk, result="已立即办理"
    )
    assert "您的岗位不能" in act(at_desk, world.auditor, case, act="supervise", reason="审计督办")


def test_copies_go_to_authorities_only(world, at_desk, case) -> None:
    assert "请选择" in act(at_desk, world.decider, case, act="copy")
    firm = office(world.firm).key
    assert "内部案件只抄送主管部门" in act(at_desk, world.decider, case, act="copy", organisation=firm)
    assert "已抄送" in act(at_desk, world.decider, case, act="copy", organisation=office(world.city).key)
    assert Copy.objects.get().organisation == office(world.city).key
    assert case.title in shown(at_desk, world.city, "authority:case", case.number)
    assert "您的岗位不能" not in shown(at_desk, world.city, "authority:cases", tab="copied")


def test_work_is_given_to_a_colleague_and_to_nobody_else(world, at_desk, case) -> None:
    other = person(office(world.province), "w-second", "韩副审", "reviewer")
    item = WorkItem.objects.filter(case=case).order_by("id").first()
    assert "已分办给 韩副审" in act(at_desk, world.province, case, act="assign", item=item.pk, person=other.pk)
    assert "的岗位不能办理该事项" in act(
        at_desk, world.province, case, act="assign", item=item.pk, person=world.county.pk
    )
    assert "请选择承办人" in act(at_desk, world.province, case, act="assign", item=item.pk, person="²")
    item.refresh_from_db()
    assert item.person == other


def test_acts_that_do_not_exist_change_nothing(world, at_desk, case) -> None:
    assert "没有这一办理事项" in act(at_desk, world.decider, case, act="remove")
    response = at_desk(world.county).post(reverse("authority:case_act", args=[case.number]), {"act": "supervise"})
    assert response.status_code == 404
    assert at_desk(world.decider).get(reverse("authority:case_act", args=[case.number])).status_code == 405


def test_the_dossier_opens_and_holds_no_paper_that_is_not_the_readers(world, at_desk) -> None:
    case = objection(world)
    with zipfile.ZipFile(
        io.BytesIO(at_desk(world.county).get(reverse("authority:case_dossier", args=[case.number])).content)
    ) as archive:
        assert {"history.json", "history.html", "table.bpmn", "table.yaml"} <= set(archive.namelist())
    procedures.copy_to(
        case, [office(world.city)], by=person(office(world.county), "w-chief", "吴科长", "reviewer"), on=ON
    )
    assert at_desk(world.city).get(reverse("authority:case_dossier", args=[case.number])).status_code == 200
    papers.make(
        "objection-record", {**OBJECTION, "received_on": ON}, subject=("objection", case.number), region_code=HUINING,
        by=world.county, organisation=office(world.county), on=ON,
    )  # fmt: skip
    page = shown(at_desk, world.city, "authority:case", case.number)
    assert "卷宗含有 1 份您无权查看" in page
    assert "异议登记表" not in page
    assert at_desk(world.city).get(reverse("authority:case_dossier", args=[case.number])).status_code == 403
    assert at_desk(world.county).get(reverse("authority:case_dossier", args=[case.number])).status_code == 200
    assert "异议登记表" in shown(at_desk, world.county, "authority:case", case.number)


def test_the_table_is_handed_out_as_bpmn(world, at_desk, case) -> None:
    response = at_desk(world.province).get(reverse("authority:case_bpmn", args=[case.number]))
    assert b"definitions" in response.content
    assert response["Content-Disposition"] == 'attachment; filename="misconduct-inquiry.bpmn"'


def test_every_table_has_a_family_and_every_place_is_an_address(world, case) -> None:
    from greenmine.editions import procedures as tables

    for name in tables.names():
        if name != "engagement":
            assert family_of(name) in FAMILIES.values(), name
    assert place_of_case(case) == reverse("authority:inquiry", args=[case.number])
    for family in FAMILIES.values():
        name, takes_key = PLACES["authority"][family.about]
        assert reverse(name, args=["XX-2026-0001"] if takes_key else [])


def test_a_paper_that_a_step_names_counts_for_the_dossier(world, at_desk, case) -> None:
    paper = papers.make(
        "objection-record", {**OBJECTION, "received_on": ON}, subject=("objection", "YY-2026-0009"), region_code=HUINING,
        by=world.county, organisation=office(world.county), on=ON,
    )  # fmt: skip
    assert hidden_papers(case, world.decider, on=ON) == 0
    procedures.take(case, "investigate", {"paper": paper.pk}, by=world.province, on=ON)
    assert hidden_papers(case, world.decider, on=ON) == 1
    assert at_desk(world.decider).get(reverse("authority:case_dossier", args=[case.number])).status_code == 403


# Deputies.


def test_a_deputy_is_named_and_sees_the_work_meanwhile(world, at_desk, case) -> None:
    deputy = person(office(world.province), "w-deputy", "代办员", "reviewer")
    item = WorkItem.objects.filter(case=case).order_by("id").first()
    procedures.assign(item, world.province, by=world.province, on=ON)
    later = (ON + timedelta(days=5)).isoformat()
    form = {"absent": world.province.pk, "deputy": deputy.pk, "since": ON.isoformat(), "until": later, "reason": "出差"}
    client = at_desk(world.province)
    for wrong, sentence in (
        ({"until": "2026-02-30"}, "请填写代办的起止日期"),
        ({"deputy": world.county.pk}, "请选择本单位的离岗人员和代办人"),
        ({"deputy": world.province.pk}, "代办人应为另一人"),
        ({"reason": " "}, "请写明委托代办的理由"),
        ({"since": (ON - timedelta(days=1)).isoformat()}, "代办期间应从今天或以后开始"),
    ):
        page = client.post(reverse("authority:delegations"), {**form, **wrong}).content.decode()
        assert sentence in page
    assert Delegation.objects.count() == 0
    client.post(reverse("authority:delegations"), form)
    assert "出差" in shown(at_desk, deputy, "authority:delegations")
    assert case.number in shown(at_desk, deputy, "authority:cases")
    assert "出差" not in shown(at_desk, world.county, "authority:delegations")
    found = Delegation.objects.get()
    stranger = at_desk(world.county).post(reverse("authority:delegations"), {"end": found.pk}).content.decode()
    assert "没有该委托" in stranger
    client.post(reverse("authority:delegations"), {"end": found.pk})
    found.refresh_from_db()
    assert found.ended_on == ON


def test_a_clerk_names_deputies_for_himself_only(world, at_desk) -> None:
    boss = person(office(world.county), "w-boss", "领导", "decider")
    form = {
        "absent": boss.pk, "deputy": world.county.pk, "since": ON.isoformat(), "until": ON.isoformat(), "reason": "出差",
    }  # fmt: skip
    assert (
        "只有本人或本单位管理人员可以安排代办"
        in at_desk(world.county).post(reverse("authority:delegations"), form).content.decode()
    )
    at_desk(world.county).post(reverse("authority:delegations"), {**form, "absent": world.county.pk, "deputy": boss.pk})
    assert Delegation.objects.get().absent == world.county


# Migration.


def test_a_case_is_migrated_after_a_preview_only(world, at_desk, case) -> None:
    page = shown(at_desk, world.decider, "authority:case_migration", case.number, table="misconduct-inquiry")
    assert "没有变化" in page
    assert shown(at_desk, world.decider, "authority:case_migration", case.number, table="../x")
    shown(at_desk, world.auditor, "authority:case_migration", case.number, status=403)
    response = at_desk(world.decider).post(
        reverse("authority:case_migration", args=[case.number]), {"table": "engagement", "reason": "x", "seen": "1"}
    )
    assert "请选择同类事项的步骤表" in response.content.decode()
    undo = at_desk(world.decider).post(
        reverse("authority:case_migration", args=[case.number]), {"undo": "1", "reason": "x"}
    )
    assert "不能撤销" in undo.content.decode()


@pytest.fixture
def application(world: World) -> Case:
    """A case of selection under the nationwide table, received by the county and under preliminary review."""
    chief = person(office(world.firm), "w-firm-chief", "高矿长", "decider")
    case = procedures.open_case(
        "selection-000000-2024", subject=("application", "SB-2026-0001"), region_code=HUINING, by=chief,
        organisation=office(world.firm), on=ON, title="青山煤矿", mine=world.green.key, runs=office(world.county),
        parties={"enterprise": office(world.firm).key, "authority": office(world.county).key},
        payload={"application": "SB-2026-0001", "commitment": "属实"},
    )  # fmt: skip
    procedures.take(case, "accept", by=world.county, on=ON)
    return case


def test_a_case_goes_over_to_the_table_of_its_province_and_back(world, at_desk, application) -> None:
    address = reverse("authority:case_migration", args=[application.number])
    page = shown(at_desk, world.decider, "authority:case_migration", application.number, table="selection-620000-2024")
    assert "改换后的变化" in page
    form = {"table": "selection-620000-2024", "seen": application.version}
    refused = at_desk(world.decider).post(address, {**form, "reason": " "}).content.decode()
    assert "请写明改换步骤表的理由" in refused
    stale = at_desk(world.decider).post(address, {**form, "reason": "适用甘肃方案", "seen": "1"}).content.decode()
    assert "您的操作未保存" in stale
    at_desk(world.decider).post(address, {**form, "reason": "适用甘肃方案"})
    application.refresh_from_db()
    assert application.table == "selection-620000-2024"
    assert "适用甘肃方案" in shown(at_desk, world.decider, "authority:case", application.number)
    at_desk(world.decider).post(address, {"undo": "1", "reason": "选错了"})
    application.refresh_from_db()
    assert application.table == "selection-000000-2024"
    assert "已撤销" in shown(at_desk, world.decider, "authority:case", application.number)


def test_a_department_answers_with_a_file_and_everybody_reads_it(world, at_desk, application) -> None:
    ecology = person(
        accounts.found_organisation(
            kind="authority", name="白银市生态环境局会宁分局", level="county", department="ecology", division=HUINING, by=None,
            on=ON - timedelta(days=30),
        ),
        "w-ecology-county", "罗环保", "clerk",
    )  # fmt: skip
    page = shown(at_desk, ecology, "authority:cases")
    assert "请本单位出具意见" in page
    asked = Opinion.objects.get(case=application, department="ecology")
    upload = SimpleUploadedFile("意见.txt", "环评手续齐全".encode(), content_type="text/plain")
    done = act(
        at_desk,
        ecology,
        application,
        act="opinion",
        opinion=asked.pk,
        verdict="agree",
        text="环评手续齐全，同意。",
        files=upload,
    )
    assert "已反馈意见" in done
    read = shown(at_desk, world.county, "authority:case", application.number)
    assert "环评手续齐全，同意。" in read
    kept = Opinion.objects.get(pk=asked.pk).evidence[0]
    response = at_desk(world.county).get(reverse("authority:case_file", args=[application.number, kept]))
    assert b"".join(response.streaming_content).decode() == "环评手续齐全"
    for who, status in ((world.other_county, 404), (world.ecology, 404), (world.firm, 403)):
        assert at_desk(who).get(reverse("authority:case_file", args=[application.number, kept])).status_code == status
    assert (
        at_desk(world.county).get(reverse("authority:case_file", args=[application.number, 10**9])).status_code == 404
    )
    again = act(at_desk, ecology, application, act="opinion", opinion=asked.pk, verdict="disagree", text="改主意了")
    assert "已反馈意见" in again
    assert Opinion.objects.get(pk=asked.pk).verdict == "agree"


def test_a_case_whose_term_of_keeping_is_over_is_decided_by_who_did_not_work_on_it(world, at_desk, case) -> None:
    Case.objects.filter(pk=case.pk).update(closed_on=ON - timedelta(days=4000))
    proposal = RetentionProposal.objects.create(case=case, proposed_on=ON)
    form = {"proposal": proposal.pk, "decision": "destroy", "reason": "保管期满，无保存价值"}
    address = reverse("authority:retention")
    assert case.number in shown(at_desk, world.decider, "authority:retention")
    assert "办理过本案的人员不能决定" in at_desk(world.province).post(address, form).content.decode()
    refused = at_desk(world.decider).post(address, {**form, "decision": "keep"}).content.decode()
    assert "延长保管须写明以后的日期" in refused
    assert "保管期满，无保存价值" in refused
    at_desk(world.county).post(address, form)
    assert RetentionProposal.objects.get().decision == ""
    at_desk(world.decider).post(address, form)
    assert RetentionProposal.objects.get().decision == "destroy"
    page = shown(at_desk, world.decider, "authority:case", case.number)
    assert "只有省厅看得见的来源" not in page
    assert "没有该待处置事项" in at_desk(world.decider).post(address, form).content.decode()


# Readings.


def test_a_reading_is_confirmed_by_a_decider_of_the_province_with_a_document(world, at_desk) -> None:
    page = shown(at_desk, world.decider, "authority:readings")
    assert "按默认口径，待法制审核确认" in page
    assert 'value="9"' not in page
    form = {
        "region": "620000",
        "reading": "notice-days",
        "value": "9",
        "document": "甘自然资发〔2026〕9号",
        "reason": "省级细则",
    }
    client = at_desk(world.decider)
    for wrong, sentence in (
        ({"value": "x"}, "没有“x”这一选项"), ({"document": " "}, "请写明理由和依据文件"), ({"region": "000000"}, "不在您的管辖"),
        ({"reading": "nothing"}, "口径"),
    ):  # fmt: skip
        response = client.post(reverse("authority:readings"), {**form, **wrong})
        assert response.status_code == 200
        assert sentence in response.content.decode()
    response = client.post(reverse("authority:readings"), form)
    assert response["Location"].endswith("?region=620000#notice-days")
    page = shown(at_desk, world.decider, "authority:readings")
    assert "甘自然资发〔2026〕9号" in page
    assert "9天" in page
    for who in (world.province, world.county, world.ecology):
        shown_page = shown(at_desk, who, "authority:readings", region="620000")
        assert "甘自然资发〔2026〕9号" in shown_page
        assert "确认或改变口径" not in shown_page
        refused = at_desk(who).post(reverse("authority:readings"), {**form, "value": "3"}).content.decode()
        assert "您的岗位不能确认程序口径" in refused


# Opinions.


@pytest.fixture
def asked(world: World) -> Opinion:
    """The province's ecology office is asked in a case of selection."""
    case = inquiry(world, "青山煤矿申报")
    kind, key = office(world.ecology).address
    return Opinion.objects.create(
        case=case, round="joint-review", entry=1, state="reviewing", department="ecology", verb="selection.opine",
        to_kind=kind, to_key=key, asked_on=ON - timedelta(days=12), due_on=ON - timedelta(days=1),
    )  # fmt: skip


def test_a_late_opinion_is_called_late_and_never_agreement(world, at_desk, asked) -> None:
    page = shown(at_desk, world.province, "authority:case", asked.case.number)
    assert "逾期未反馈" in page
    assert "逾期未反馈不视为同意" in page
    assert "出具意见" not in page  # the office that runs the case does not answer for another
    assert "已催办" in act(at_desk, world.decider, asked.case, act="chase", opinion=asked.pk)


def test_who_is_asked_finds_the_case_and_the_form(world, at_desk, asked) -> None:
    todo = shown(at_desk, world.ecology, "authority:cases")
    assert "请本单位出具意见" in todo
    response = at_desk(world.ecology).get(reverse("authority:opinion", args=[asked.pk]))
    assert response["Location"] == f"{reverse('authority:case', args=[asked.case.number])}#opinion-{asked.pk}"
    assert at_desk(world.county).get(reverse("authority:opinion", args=[asked.pk])).status_code == 404
    assert at_desk(world.ecology).get(reverse("authority:opinion", args=[999_999])).status_code == 404
    page = shown(at_desk, world.ecology, "authority:case", asked.case.number)
    assert "出具意见" in page
    refused = act(
        at_desk, world.ecology, asked.case, act="opinion", opinion=asked.pk, verdict="", text="这段意见不能丢"
    )
    assert "请选择同意、不同意或需补充材料" in refused
    assert "这段意见不能丢" in refused
