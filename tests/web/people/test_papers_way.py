"""The way of a paper in the browser: reviewed, returned and made anew, checked, signed, sealed, served, copied officially."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from greenmine.accounts import queries as accounts
from greenmine.papers import actions as papers
from greenmine.papers import kinds
from greenmine.papers.models import Paper
from greenmine.web.components import paper_form
from tests.conftest import person
from tests.papers.test_way import DECISION, OBJECTION, ofd

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def _a_desk(db: None, settings: Any, tmp_path: Any) -> None:
    from greenmine.editions import queries as editions
    from greenmine.evaluation import actions as evaluation

    settings.DEMO = True
    settings.DATA = tmp_path
    evaluation.activate_edition(editions.candidate_text(), by="首次启用人", on=accounts.today())


def office(who: Any) -> Any:
    return who.memberships.order_by("id").first().organisation


def draft(cast: Any, kind: str = "removal-decision", fields: Any = None, by: Any = None, **more: Any) -> Paper:
    maker = by or cast.province_clerk
    return papers.make(
        kind, fields or {**DECISION, "effective_on": accounts.today(), "facts": ["机密<b>事实</b>"]},
        subject=("entry", "ML-2026-0001"), region_code="620422", by=maker, organisation=office(maker),
        on=accounts.today(), **more,
    )  # fmt: skip


def as_(client: Any, who: Any) -> Any:
    client.force_login(who, backend=BACKEND)
    return client


def shown(client: Any, who: Any, name: str, *args: Any, status: int = 200, **query: Any) -> str:
    response = as_(client, who).get(reverse(name, args=args), query)
    assert response.status_code == status
    return response.content.decode()


def act(client: Any, who: Any, paper: Paper, **form: Any) -> str:
    response = as_(client, who).post(reverse("people:paper_act", args=[paper.pk]), form, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def test_a_decision_goes_its_whole_way_in_the_browser(client, cast) -> None:
    lawyer = person(office(cast.province), "lawyer", "段法制", "reviewer")
    paper, day = draft(cast), accounts.today().isoformat()
    page = shown(client, cast.province_reviewer, "people:paper", paper.pk)
    assert "机密&lt;b&gt;事实&lt;/b&gt;" in page  # the text itself stands on the page
    assert "审核后才能法制审核" in page
    assert "已审核" in act(client, cast.province_reviewer, paper, act="review", text="同意")
    assert "已法制审核" in act(client, lawyer, paper, act="legal", text="依据准确")
    assert "已签发" in act(client, cast.province, paper, act="sign")
    assert "已编号" in act(client, cast.province_clerk, paper, act="number")
    assert "请填写印章保管人" in act(client, cast.province_clerk, paper, act="seal", keeper="", copies="2", day=day)
    assert "请填写用印份数" in act(client, cast.province_clerk, paper, act="seal", keeper="吴", copies="²", day=day)
    assert "已登记用印" in act(client, cast.province_clerk, paper, act="seal", keeper="吴保管", copies="2", day=day)
    assert "已制作送达回证" in act(client, cast.province_clerk, paper, act="receipt")
    copy = SimpleUploadedFile("签章.ofd", ofd(), content_type="application/ofd")
    assert "正式文本已入库" in act(client, cast.province_clerk, paper, act="official", official=copy)
    act(client, cast.province_clerk, paper, act="serve", day=day, way="electronic")
    kept = Paper.objects.get(pk=paper.pk)
    assert (kept.state, kept.seal_copies, kept.official.name) == ("served", 2, "签章.ofd")
    response = as_(client, cast.province_clerk).get(reverse("people:paper_file", args=[paper.pk, "official"]))
    assert b"".join(response.streaming_content).startswith(b"PK")
    assert 'filename="paper.ofd"' in response["Content-Disposition"]
    assert (
        as_(client, cast.enterprise).get(reverse("people:paper_file", args=[paper.pk, "official"])).status_code == 404
    )


def test_a_returned_draft_shows_the_sentences_and_is_made_anew(client, cast) -> None:
    paper = draft(cast)
    assert "已退回修改" in act(client, cast.province_reviewer, paper, act="return", text="依据应写到款项")
    page = shown(client, cast.province_clerk, "people:paper", paper.pk)
    assert "依据应写到款项" in page
    form = shown(client, cast.province_clerk, "people:paper_redraft", paper.pk)
    assert 'value="青山矿业有限公司"' in form
    kind = kinds.kind("removal-decision")
    fields = {one.field.name: one.value for one in paper_form.inputs(kind, paper.fields) if not one.columns}
    given = {**fields, "grounds": "第（十七）条第1项\n第2行", "evidence.0.0": "1", "evidence.0.1": "许可证"}
    response = as_(client, cast.province_clerk).post(reverse("people:paper_redraft", args=[paper.pk]), given)
    again = Paper.objects.get(replaces=paper)
    assert response["Location"] == reverse("people:paper", args=[again.pk])
    assert again.fields["grounds"] == ["第（十七）条第1项", "第2行"]
    assert again.fields["evidence"] == [["1", "许可证", "", ""]]
    assert (again.fields["party"], again.fields["effective_on"]) == (
        paper.fields["party"],
        paper.fields["effective_on"],
    )


def test_a_missing_field_is_named_and_nothing_typed_is_lost(client, cast) -> None:
    paper = draft(cast)
    papers.return_draft(paper, "改", by=cast.province_reviewer, on=accounts.today())
    given = {"party": "", "mine": "只写了这个", "effective_on": "2026-02-31"}
    response = as_(client, cast.province_clerk).post(reverse("people:paper_redraft", args=[paper.pk]), given)
    page = response.content.decode()
    assert response.status_code == 409
    assert "只写了这个" in page
    assert "内容形式不对" in page
    assert Paper.objects.count() == 1


def test_a_draft_under_review_is_not_made_anew_behind_the_reviewers_back(client, cast) -> None:
    paper = draft(cast)
    assert "退回后才能修改" in shown(client, cast.province_clerk, "people:paper_redraft", paper.pk, status=409)
    shown(client, cast.enterprise, "people:paper_redraft", paper.pk, status=404)


def test_what_a_reviewer_wrote_stays_when_he_is_refused(client, cast) -> None:
    paper = draft(cast)
    papers.review(paper, by=cast.province_reviewer, on=accounts.today())
    assert "这段话不能丢" not in act(client, cast.province_reviewer, paper, act="nonsense", text="这段话不能丢")
    page = act(client, cast.province_clerk, paper, act="return", text="这段话不能丢")
    assert "您的岗位不能法制审核文书" in page
    assert Paper.objects.get().state == "reviewed"


def test_the_list_has_tabs_filters_and_a_workbook(client, cast) -> None:
    first, second = draft(cast), draft(cast)
    papers.review(second, by=cast.province_reviewer, on=accounts.today())
    papers.return_draft(first, "改", by=cast.province_reviewer, on=accounts.today())
    mine = shown(client, cast.province_clerk, "authority:papers", scope="mine")
    assert (f"/papers/{first.pk}/" in mine, f"/papers/{second.pk}/" in mine) == (True, False)
    found = shown(client, cast.province_clerk, "authority:papers", state="reviewed")
    assert (f"/papers/{first.pk}/" in found, f"/papers/{second.pk}/" in found) == (False, True)
    assert "没有符合条件的文书" in shown(client, cast.province_clerk, "authority:papers", kind="minutes", q="\0';--")
    assert "没有等待您办理的文书" in shown(client, cast.county, "authority:papers", scope="mine")
    response = as_(client, cast.province_clerk).get(reverse("authority:papers_export"))
    assert response.content.startswith(b"PK")
    for who in (cast.enterprise, cast.agency, cast.operator):
        shown(client, who, "authority:papers", status=403)


def test_drafts_of_one_office_stand_on_no_other_offices_list(client, cast) -> None:
    paper = draft(cast, "objection-record", OBJECTION, by=cast.county)
    assert f"/papers/{paper.pk}/" in shown(client, cast.county, "authority:papers")
    for who in (cast.other_county, cast.province, cast.ministry, cast.auditor):
        assert f"/papers/{paper.pk}/" not in shown(client, who, "authority:papers", scope="all")
    papers.sign(paper, by=cast.county_reviewer, on=accounts.today())
    for who in (cast.province, cast.ministry):  # who objected is protected upward, too
        assert f"/papers/{paper.pk}/" not in shown(client, who, "authority:papers", scope="all")
        shown(client, who, "people:paper", paper.pk, status=404)
    keeper = person(office(cast.county), "archive", "卫档案", "records")
    shown(client, keeper, "people:paper", paper.pk, status=404)
    shown(client, keeper, "people:file", paper.pdf_id, status=404)
    assert as_(client, cast.county).get(reverse("people:file", args=[paper.pdf_id])).status_code == 200


def test_long_lists_go_on_by_key_and_ask_as_much_for_sixty_as_for_one(client, cast) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    draft(cast)
    as_(client, cast.province_clerk).get(reverse("authority:papers"))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(reverse("authority:papers"))
    one = Paper.objects.get()
    for _ in range(60):
        one.pk = None
        one.save(force_insert=True)
    with CaptureQueriesContext(connection) as many:
        page = client.get(reverse("authority:papers")).content.decode()
    assert len(many) == len(few)
    last = Paper.objects.order_by("-id")[49].pk
    assert f"after={last}" in page
    rest = client.get(reverse("authority:papers"), {"after": last}).content.decode()
    assert rest.count("绿色矿山名录移出决定书</a>") == 11
    assert client.get(reverse("authority:papers"), {"after": "²"}).status_code == 200


def test_a_letter_is_drafted_by_hand_and_waits_for_review(client, cast) -> None:
    assert "督办" in shown(client, cast.province_clerk, "authority:paper_new")
    form = {
        "kind": "reminder", "recipient": "会宁县自然资源局", "form": "督办", "subject": "青山煤矿初审", "request": "请尽快办结",
        "waiting.0.0": "1", "waiting.0.1": "初审", "addressed_to": "会宁县自然资源局",
    }  # fmt: skip
    response = as_(client, cast.province_clerk).post(
        reverse("authority:paper_new"), {**form, "addressed_to": "没有的单位"}
    )
    assert response.status_code == 400
    assert "没有名为“没有的单位”的单位" in response.content.decode()
    assert "请尽快办结" in response.content.decode()
    as_(client, cast.province_clerk).post(reverse("authority:paper_new"), form)
    made = Paper.objects.get()
    assert (made.title, made.addressed_to, made.state) == (
        "关于青山煤矿初审的督办函", office(cast.county).key, "draft",
    )  # fmt: skip
    assert made.fields["waiting"] == [["1", "初审", "", ""]]


@pytest.mark.parametrize("kind", ["removal-decision", "acceptance-notice", "../x", ""])
def test_what_belongs_to_an_act_of_a_room_is_not_drafted_by_hand(client, cast, kind) -> None:
    as_(client, cast.province_clerk).post(reverse("authority:paper_new"), {"kind": kind, **DECISION})
    assert Paper.objects.count() == 0


def test_every_kind_can_be_shown_as_a_form_and_read_back(rf: Any) -> None:
    fields = {
        "text": "文字", "long": "长文", "number": "3", "day": "2026-11-20", "lines": ["一", "二"],
        "signatures": [{"label": "签字", "name": "某", "on": "2026-11-20"}],
    }  # fmt: skip
    for kind in map(kinds.kind, kinds.names()):
        before = {
            name: [["a"] * len(field.columns)] if field.type == "table" else fields.get(field.type, [])
            for name, field in kind.fields.items()
        }
        sent: dict[str, Any] = {}
        for one in paper_form.inputs(kind, before):
            sent |= {name: cell for _, cells in one.rows_named for name, cell, _ in cells}
            if not one.columns:
                sent[one.field.name] = one.value
        assert paper_form.posted(rf.post("/", sent), kind, before) == before
