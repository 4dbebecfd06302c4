"""A paper in the browser: seen, downloaded, signed, numbered and served by whom its kind names, and by nobody else."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from greenmine.accounts import queries as accounts
from greenmine.papers import actions as papers
from greenmine.papers.models import Paper
from tests.papers.conftest import NOTICE

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def _a_desk(db: None, settings: Any, tmp_path: Any) -> None:
    settings.DEMO = True  # the second factor has tests of its own
    settings.DATA = tmp_path


@pytest.fixture
def notice(cast: Any) -> Paper:
    from greenmine.editions import queries as editions
    from greenmine.evaluation import actions as evaluation

    on = accounts.today()
    evaluation.activate_edition(editions.candidate_text(), by="首次启用人", on=on)
    return papers.make(
        "prior-notice",
        {**NOTICE, "facts": ["某处机密事实<script>alert(1)</script>"]},
        subject=("case", "DC-2026-0001"),
        region_code="620000",
        by=cast.province_reviewer,
        organisation=cast.province.memberships.get().organisation,
        on=on,
        addressed_to=cast.agency.memberships.get().organisation.key,
    )


def as_(client: Any, who: Any) -> Any:
    client.force_login(who, backend=BACKEND)
    return client


def page(client: Any, who: Any, notice: Paper, status: int = 200) -> str:
    response = as_(client, who).get(reverse("people:paper", args=[notice.pk]))
    assert response.status_code == status
    return response.content.decode()


def act(client: Any, who: Any, notice: Paper, **form: Any) -> str:
    response = as_(client, who).post(reverse("people:paper_act", args=[notice.pk]), form, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def test_a_paper_is_signed_numbered_and_served_in_the_browser(client, cast, notice) -> None:
    assert "签发后内容不再改动" in page(client, cast.province, notice)
    assert "已签发" in act(client, cast.province, notice, act="sign")
    year = accounts.today().year
    assert f"绿矿评告〔{year}〕1号" in act(client, cast.province_reviewer, notice, act="number")
    picture = io.BytesIO()
    Image.new("RGB", (20, 20)).save(picture, "JPEG")
    receipt = SimpleUploadedFile("回证.jpg", picture.getvalue(), content_type="image/jpeg")
    shown = act(
        client,
        cast.province_reviewer,
        notice,
        act="serve",
        day=accounts.today().isoformat(),
        way="post",
        receipt=receipt,
    )
    assert "已登记送达" in shown
    assert "邮寄送达" in shown
    assert Paper.objects.get().receipt.name == "回证.jpg"
    assert "送达登记" not in page(client, cast.agency, notice)


def test_the_files_are_downloads_under_their_name(client, cast, notice) -> None:
    for form, start in (("pdf", b"%PDF-"), ("docx", b"PK\x03\x04")):
        response = as_(client, cast.province).get(reverse("people:paper_file", args=[notice.pk, form]))
        assert b"".join(response.streaming_content).startswith(start)
        assert response["Content-Disposition"].startswith('attachment; filename="paper.')
        assert response["X-Content-Type-Options"] == "nosniff"
    assert as_(client, cast.province).get(reverse("people:paper_file", args=[notice.pk, "exe"])).status_code == 404


@pytest.mark.parametrize("who", ["county_reviewer", "agency", "enterprise", "other_enterprise", "operator"])
def test_for_others_the_paper_does_not_exist(client, cast, notice, who) -> None:
    answer = page(client, getattr(cast, who), notice, 404)
    assert notice.title not in answer
    for form in ("pdf", "docx"):
        response = client.get(reverse("people:paper_file", args=[notice.pk, form]))
        assert (response.status_code, b"%PDF" in response.content) == (404, False)
    response = client.post(reverse("people:paper_act", args=[notice.pk]), {"act": "sign"})
    assert response.status_code == 404
    assert Paper.objects.get().state == "draft"


def test_a_button_that_may_not_be_pressed_says_why_and_a_forged_form_does_nothing(client, cast, notice) -> None:
    shown = page(client, cast.province_reviewer, notice)
    assert "您的岗位不能作出评估失信处理决定" in shown
    assert "您的岗位不能" in act(client, cast.province_reviewer, notice, act="sign")
    assert "签发后才能编号" in act(client, cast.province, notice, act="number")
    assert Paper.objects.get().state == "draft"


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"day": "", "way": "post", "received_by": "某"}, "请填写送达日期"),
        ({"day": "2026-02-30", "way": "post", "received_by": "某"}, "请填写送达日期"),
        ({"day": "2001-01-01", "way": "post", "received_by": "某"}, "不能早于签发日期"),
        ({"day": "2199-01-01", "way": "post", "received_by": "某"}, "不能晚于今天"),
        ({"way": "pigeon", "received_by": "某"}, "请选择送达方式"),
        ({"way": "post", "received_by": " "}, "请填写签收人或上传送达回证"),
        ({"way": "post", "receipt": "exe"}, "不能作为佐证材料"),
    ],
)
def test_a_bad_form_is_a_sentence_and_changes_nothing(client, cast, notice, form, sentence) -> None:
    act(client, cast.province, notice, act="sign")
    act(client, cast.province_reviewer, notice, act="number")
    given = {"act": "serve", "day": accounts.today().isoformat(), **form}
    if form.get("receipt"):
        given["receipt"] = SimpleUploadedFile("回证.exe", b"MZ\x90\x00" * 40)
    assert sentence in act(client, cast.province_reviewer, notice, **given)
    assert Paper.objects.get().state == "numbered"


def test_unknown_papers_are_pages_that_do_not_exist(client, cast, notice) -> None:
    for address in ("/papers/999/", "/papers/99999999999999999999/", "/papers/999/pdf/"):
        assert as_(client, cast.province).get(address).status_code == 404
    assert as_(client, cast.province).post("/papers/999/act/").status_code == 404


def test_the_picture_of_a_procedure_says_the_same_in_words(cast, notice) -> None:
    from django.template.loader import render_to_string

    from greenmine.editions import procedures
    from greenmine.law.steps import draw

    table = procedures.table("misconduct-inquiry")
    shown = render_to_string("components/steps.html", {"drawing": draw(table, "heard", frozenset({"opened"}))})
    assert shown.count("<rect") == len(table.states) + len(draw(table).arrows)
    assert "目前：<strong>陈述申辩已办结</strong>" in shown
    for step in table.steps.values():
        assert step.title["zh"] in shown
    assert "style=" not in shown


def test_a_paper_that_a_fact_rests_on_opens_from_the_mine_for_whom_the_paper_is_open(cast, client, notice) -> None:
    from greenmine.evidence.models import Opening

    address = reverse("people:file", args=[notice.pdf_id])
    assert as_(client, cast.province_reviewer).get(address).status_code == 200
    assert as_(client, cast.other_county).get(address).status_code == 404
    assert Opening.objects.filter(provenance=notice.pdf_id).count() == 1


def test_who_opened_a_paper_is_remembered(cast, client, notice) -> None:
    from greenmine.evidence.models import Opening

    assert (
        as_(client, cast.province_reviewer).get(reverse("people:paper_file", args=[notice.pk, "docx"])).status_code
        == 200
    )
    assert Opening.objects.filter(provenance=notice.docx_id).count() == 1
