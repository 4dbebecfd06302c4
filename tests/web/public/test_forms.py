"""Writing to the authorities on the web, and the desks that answer: nothing typed is lost, the code is shown once, names stay sealed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from greenmine.directory.intake.models import Envelope, Opening
from greenmine.directory.published.models import PublishedNotice, Statement
from tests.publiclog.publishing import publish

pytestmark = pytest.mark.django_db
TEXT = "该矿夜间越界开采，影响村民安全。"
GIVEN = {"text": TEXT, "named": "named", "name": "刘举报", "contact": "13912345678", "address": ""}


def text(response: Any) -> str:
    return str(response.content.decode())


def code_in(response: Any) -> str:
    found = re.search(r"public-code\">([0-9A-Z-]{19})<", text(response))
    assert found
    return found[1]


@pytest.mark.shows("kz-2024/23.a", "nm-2020/4.2.j", by="act")
@pytest.mark.shows("yn-2025/2.3.5.c", "nm-2020/5.4.e", by="record")
def test_a_complaint_is_sent_without_an_account_and_followed_by_its_code(
    public: Client, cast: Any, signed_in: Any
) -> None:
    response = public.post(reverse("public:complaint"), {**GIVEN, "mine": "M00000001", "category": "illegal_mining"})
    code = code_in(response)
    assert "LJ-" in text(response)
    status = text(public.post(reverse("public:status"), {"code": code}))
    assert "已收到" in status
    assert TEXT not in status
    number = Envelope.objects.get().number
    desk = signed_in(cast.county)
    assert TEXT in text(desk.get(reverse("authority:letter", args=[number])))
    desk.post(reverse("authority:letter_act", args=[number]), {"act": "accept", "words": ""})
    desk.post(reverse("authority:letter_act", args=[number]), {"act": "note", "words": "内部记录不外传"})
    desk.post(reverse("authority:letter_act", args=[number]), {"act": "answer", "words": "已立案查处。"})
    status = text(public.post(reverse("public:status"), {"code": code}))
    assert "已立案查处。" in status
    assert "内部记录不外传" not in status
    assert "刘举报" not in status


@pytest.mark.shows("kz-2024/23.a", "nm-2020/4.2.j", by="act", refusal=True)
@pytest.mark.shows("yn-2025/2.3.5.c", "nm-2020/5.4.e", by="record", refusal=True)
def test_what_is_refused_says_why_and_keeps_what_was_typed(public: Client) -> None:
    response = public.post(reverse("public:complaint"), {**GIVEN, "contact": "", "mine": "M00000001"})
    assert response.status_code == 422
    page = text(response)
    assert "姓名（单位名称）和联系方式" in page
    assert TEXT in page
    assert "刘举报" in page
    assert not Envelope.objects.exists()
    assert "请选择具名或匿名" in text(public.post(reverse("public:complaint"), {"text": TEXT, "mine": "M00000001"}))


def test_a_complaint_about_a_mine_nobody_published_names_place_and_mine(public: Client) -> None:
    given = {**GIVEN, "about": "无名小矿", "place": "620525", "named": "anonymous"}
    assert code_in(public.post(reverse("public:complaint"), given))
    kept = Envelope.objects.get()
    assert (kept.mine_name, kept.region_code, kept.by_name) == ("无名小矿", "620525", False)
    again = public.post(reverse("public:complaint"), {**given, "place": "abc", "category": "nonsense"})
    assert "请选择所在地区" in text(again)
    assert "无名小矿" in text(again)


def test_a_program_that_fills_in_the_trap_sends_nothing(public: Client) -> None:
    response = public.post(reverse("public:complaint"), {**GIVEN, "mine": "M00000001", "website": "http://spam"})
    assert response.status_code == 200
    assert "public-code" not in text(response)
    assert not Envelope.objects.exists()


def test_the_eleventh_letter_of_an_hour_waits(public: Client) -> None:
    for _ in range(10):
        public.post(reverse("public:complaint"), {**GIVEN, "mine": "M00000001"})
    response = public.post(reverse("public:complaint"), {**GIVEN, "mine": "M00000001"})
    assert "一小时内最多提交 10 件" in text(response)
    elsewhere = public.post(
        reverse("public:complaint"), {**GIVEN, "mine": "M00000001"}, headers={"x-forwarded-for": "198.51.100.4"}
    )
    assert code_in(elsewhere)
    assert Envelope.objects.count() == 11


def test_a_form_needs_its_own_session(quick_law: Any) -> None:
    publish()
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(reverse("public:complaint"), {**GIVEN, "mine": "M00000001"})
    assert response.status_code == 403
    assert not Envelope.objects.exists()


def test_an_objection_is_taken_while_the_notice_runs_with_evidence(public: Client, today: Any) -> None:
    address = reverse("public:objection", args=["GS-2026-0001"])
    assert "黑河金矿" in text(public.get(address))
    given = {**GIVEN, "mine": "M00000004", "files": [SimpleUploadedFile("照片.txt", "证据".encode())]}
    assert code_in(public.post(address, given))
    assert Envelope.objects.get().enclosures.get().name == "材料1.txt"
    bad = public.post(address, {**GIVEN, "mine": "M00000004", "files": [SimpleUploadedFile("a.exe", b"MZ")]})
    assert bad.status_code == 422
    assert "请重新选择文件" in text(bad)
    assert "请选择公示名单中的矿山" in text(public.post(address, {**GIVEN, "mine": "M00000001"}))
    PublishedNotice.objects.update(until_on=today - timedelta(days=1))
    assert "不在接收异议的期间" in text(public.get(address))
    assert "截止" in text(public.post(address, {**GIVEN, "mine": "M00000004"}))
    assert Envelope.objects.count() == 1


def test_a_correction_is_asked_answered_and_both_are_public(public: Client, cast: Any, signed_in: Any) -> None:
    address = f"{reverse('public:correction', args=['M00000001'])}?statement=GK-2026-000002"
    assert "GK-2026-000002" in text(public.get(address))
    code = code_in(public.post(address, {**GIVEN, "statement": "GK-2026-000002"}))
    number = Envelope.objects.get().number
    clerk = signed_in(cast.county)
    assert "由签发人员办理" in text(clerk.get(reverse("authority:letter", args=[number])))
    given = {"act": "correct", "question": "矿种有误", "words": "经核实已更正为石灰岩。", "corrected": "yes"}
    clerk.post(reverse("authority:letter_act", args=[number]), given)
    assert not Statement.objects.filter(kind="correction").exists()
    signed_in(cast.county_decider).post(reverse("authority:letter_act", args=[number]), given)
    made = Statement.objects.get(kind="correction")
    assert "经核实已更正为石灰岩。" in text(public.get(reverse("public:statement", args=[made.number])))
    assert made.title_zh in text(public.get(reverse("public:mine", args=["M00000001"])))
    assert made.title_zh in text(public.get(reverse("public:statements"), {"kind": "correction"}))
    assert made.number in text(public.post(reverse("public:status"), {"code": code}))


def test_a_name_is_shown_once_to_who_may_and_says_why(public: Client, cast: Any, signed_in: Any) -> None:
    public.post(reverse("public:complaint"), {**GIVEN, "mine": "M00000001"})
    number = Envelope.objects.get().number
    act, page = reverse("authority:letter_act", args=[number]), reverse("authority:letter", args=[number])
    clerk = signed_in(cast.county)
    assert "刘举报" not in text(clerk.post(act, {"act": "identify", "reason": "想看"}, follow=True))
    reviewer = signed_in(cast.county_reviewer)
    assert "刘举报" not in text(reviewer.get(page))
    assert "请说明查阅" in text(reviewer.post(act, {"act": "identify", "reason": ""}, follow=True))
    shown = reviewer.post(act, {"act": "identify", "reason": "核实地点"})
    assert "刘举报" in text(shown)
    assert "no-store" in shown["Cache-Control"]
    assert "刘举报" not in text(reviewer.get(page))
    assert "核实地点" in text(reviewer.get(page))
    assert Opening.objects.count() == 1


def test_letters_of_another_county_are_missing_pages(public: Client, cast: Any, signed_in: Any) -> None:
    public.post(
        reverse("public:complaint"), {**GIVEN, "mine": "M00000001", "files": [SimpleUploadedFile("a.txt", b"x")]}
    )
    number = Envelope.objects.get().number
    for who in (cast.other_county, cast.enterprise, cast.agency, cast.operator, cast.auditor):
        desk = signed_in(who)
        for address in (
            reverse("authority:letter", args=[number]), reverse("authority:letter_file", args=[number, 1]),
        ):  # fmt: skip
            assert desk.get(address).status_code in {403, 404}
        assert desk.post(reverse("authority:letter_act", args=[number]), {"act": "accept"}).status_code in {403, 404}
        assert number not in text(desk.get(reverse("authority:incoming")))
    desk = signed_in(cast.county)
    file = desk.get(reverse("authority:letter_file", args=[number, 1]))
    assert (file.content, file["X-Content-Type-Options"]) == (b"x", "nosniff")
    assert desk.get(reverse("authority:letter_file", args=[number, 9])).status_code == 404
    assert desk.post(reverse("authority:letter_act", args=[number]), {"act": "nonsense"}).status_code == 404
    assert desk.get(reverse("authority:letter", args=["LJ-2026-999999"])).status_code == 404
    assert Client().get(reverse("authority:incoming")).status_code == 302


def test_the_desk_lists_letters_with_as_many_questions_for_one_as_for_thirty(
    public: Client, cast: Any, signed_in: Any, django_assert_max_num_queries: Any
) -> None:
    from greenmine.directory.intake import actions as intake
    from greenmine.directory.intake.actions import Letter

    def letter() -> None:
        intake.send(Letter("complaint", TEXT, mine="M00000001"), on=_today())

    letter()
    desk = signed_in(cast.county)
    desk.get(reverse("authority:incoming"))
    with django_assert_max_num_queries(40) as few:
        desk.get(reverse("authority:incoming"))
    for _ in range(29):
        letter()
    with django_assert_max_num_queries(len(few.captured_queries)):
        response = desk.get(reverse("authority:incoming"))
    assert text(response).count("LJ-") >= 30


def _today() -> Any:
    from django.utils import timezone

    return timezone.localdate()


@pytest.fixture
def firm(cast: Any, quick_law: Any) -> Any:
    """The enterprise of the cast with one mine of its own, and one of its rival's."""
    from datetime import UTC, datetime

    from greenmine.registry.models import Enterprise, Mine

    now = datetime.now(UTC)
    for number, name in (("1", "青山矿业有限公司"), ("2", "白石矿业有限公司")):
        holder = Enterprise.objects.create(key=f"E0000000{number}", name=name, recorded_at=now)
        Mine.objects.create(
            key=f"M0000000{number}", name=f"{name[:2]}煤矿", region_code="620422", holder=holder, recorded_at=now
        )
    publish()
    return cast.enterprise


DISCLOSED = {"mine": "M00000001", "what": "restoration", "period": "2026年第三季度", "text": "完成覆土。联系人：王小明 13912345678", "disturbed": "12.5", "restored": "3"}  # fmt: skip


def test_an_enterprise_publishes_at_once_and_in_its_own_name(firm: Any, signed_in: Any) -> None:
    response = signed_in(firm).post(reverse("enterprise:disclosures"), DISCLOSED, follow=True)
    made = Statement.objects.get(kind="disclosure")
    assert made.number in text(response)
    assert (made.by_enterprise, made.office, made.mine) == (True, "青山矿业有限公司", "M00000001")
    page = text(Client().get(reverse("public:mine", args=["M00000001"])))
    assert made.title_zh in page
    said = text(Client().get(reverse("public:statement", args=[made.number])))
    assert "由企业自行公开" in said
    assert "12.5 hm²" in said
    assert "王小明" not in said
    assert "13912345678" not in said


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"mine": "M00000002"}, "请选择本企业的矿山"), ({"mine": ""}, "请选择本企业的矿山"), ({"what": "x"}, "请选择公开的事项"), ({"period": ""}, "请填写所属期间"),
        ({"text": " "}, "请填写公开内容"), ({"disturbed": "1e5"}, "公顷数"), ({"restored": "-1"}, "公顷数"), ({"restored": "９"}, "公顷数"), ({"restored": "NaN"}, "公顷数"),
    ],
)  # fmt: skip
def test_what_an_enterprise_may_not_publish_is_said_and_kept(
    firm: Any, signed_in: Any, changed: Any, said: str
) -> None:
    response = signed_in(firm).post(reverse("enterprise:disclosures"), {**DISCLOSED, **changed})
    assert response.status_code == 422
    assert said in text(response)
    assert not Statement.objects.exists()


def test_others_publish_nothing_for_an_enterprise(firm: Any, cast: Any, signed_in: Any) -> None:
    for who in (cast.county, cast.agency, cast.operator):
        assert signed_in(who).post(reverse("enterprise:disclosures"), DISCLOSED).status_code in {403, 422}
    rival = signed_in(cast.other_enterprise).post(reverse("enterprise:disclosures"), DISCLOSED)
    assert "请选择本企业的矿山" in text(rival)
    assert not Statement.objects.exists()


def test_a_published_file_is_a_pdf(firm: Any, signed_in: Any) -> None:
    file = SimpleUploadedFile("说明.txt", b"text")
    assert "请上传 PDF" in text(signed_in(firm).post(reverse("enterprise:disclosures"), {**DISCLOSED, "file": file}))
    assert not Statement.objects.exists()
