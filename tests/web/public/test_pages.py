"""The public desk, for anyone: every page opens without signing in, finds what it should, and says what is wrong with an address."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from tests.publiclog.publishing import CODES, publish, standing

pytestmark = pytest.mark.django_db
PLAIN = [
    "start", "mines", "figures", "map", "map_cells", "notices", "statements", "feed", "complaint", "status", "batch", "check", "data",
    "log", "log_export", "log_script", "about",
]  # fmt: skip


def text(response: Any) -> str:
    if response.streaming:
        return b"".join(response.streaming_content).decode()
    return str(response.content.decode())


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_for_anyone(public: Client, name: str, language: str) -> None:
    public.cookies["greenmine_language"] = language
    response = public.get(reverse(f"public:{name}"))
    assert response.status_code == 200
    assert text(response)


@pytest.mark.parametrize("name", PLAIN)
def test_every_page_opens_before_anything_was_published(quick_law: Any, client: Client, name: str) -> None:
    assert client.get(reverse(f"public:{name}")).status_code == 200


def test_the_login_page_leads_to_the_public_desk(client: Client, db: None) -> None:
    assert reverse("public:start") in text(client.get("/accounts/login/"))


@pytest.mark.shows("nm-2020/4.2.j", by="act")
@pytest.mark.shows("yn-2025/2.3.5.c", by="record")
@pytest.mark.shows("cn-2024-1/9.2.f", by="act")
def test_the_directory_is_searched_and_every_entry_has_a_page_and_a_complaint_link(public: Client) -> None:
    found = text(public.get(reverse("public:mines"), {"words": "白石"}))
    assert "白石铜矿" in found
    assert "青山煤矿" not in found
    assert "共 1 座矿山" in found
    page = text(public.get(reverse("public:mine", args=["M00000002"])))
    assert "国家级" in page
    assert "2026-03-02" in page
    assert f"{reverse('public:complaint')}?mine=M00000002" in page


@pytest.mark.shows("nm-2020/4.2.j", "cn-2024-1/9.2.f", by="act", refusal=True)
@pytest.mark.shows("yn-2025/2.3.5.c", by="record", refusal=True)
def test_a_mine_that_was_not_published_has_no_page_and_is_not_found(public: Client) -> None:
    assert public.get(reverse("public:mine", args=["M00000099"])).status_code == 404
    assert "没有符合条件的矿山" in text(public.get(reverse("public:mines"), {"words": "未公开矿山"}))
    assert public.get(reverse("public:correction", args=["M00000099"])).status_code == 404


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"tier": "national"}, {"白石铜矿"}), ({"standing": "removed"}, {"红柳石灰岩矿"}), ({"mineral": "copper"}, {"白石铜矿"}),
        ({"place": "620525"}, {"白石铜矿"}), ({"place": "620400"}, {"青山煤矿", "红柳石灰岩矿", "黑河金矿"}),
        ({"place": "620000"}, {"青山煤矿", "白石铜矿", "红柳石灰岩矿", "黑河金矿"}), ({"year": "2026", "tier": "provincial", "standing": "listed"}, {"青山煤矿"}),
        ({"scale": "small"}, set()), ({"standing": "notice"}, {"黑河金矿"}), ({"cell": "210,71"}, {"青山煤矿", "白石铜矿", "红柳石灰岩矿"}),
    ],
)  # fmt: skip
def test_filters_choose(public: Client, asked: dict[str, str], names: set[str]) -> None:
    response = public.get(reverse("public:mines"), asked)
    assert {mine.name for mine in response.context["rows"]} == names
    assert response.context["count"] == len(names)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"tier": "city"}, "“city”无法识别"), ({"standing": "removal_proposed"}, "无法识别"), ({"place": "六二"}, "地区代码"), ({"year": "20x6"}, "年份"),
        ({"year": "9" * 400}, "年份"), ({"after": "-1"}, "翻页位置"), ({"after": "²"}, "翻页位置"), ({"scale": "<b>"}, "&lt;b&gt;"),
    ],
)  # fmt: skip
def test_a_filter_that_cannot_be_read_is_said_and_left_out(public: Client, asked: dict[str, str], said: str) -> None:
    response = public.get(reverse("public:mines"), asked)
    assert response.status_code == 200
    assert said in text(response)
    assert response.context["count"] == 4


@pytest.mark.parametrize("hostile", ["%00", "'; DROP TABLE published_publishedmine; --", "\ud800".encode("utf-8", "surrogatepass"), "a" * 5000, "％＿", "\x00青山", "../../etc/passwd"])  # fmt: skip
def test_hostile_words_find_nothing_and_break_nothing(public: Client, hostile: Any) -> None:
    address = f"{reverse('public:mines')}?words={quote(hostile)}&cell={quote(hostile)}&mineral={quote(hostile)}"
    assert public.get(address).status_code == 200
    assert public.get(f"{reverse('public:about')}?words={quote(hostile)}").status_code == 200
    assert public.get(f"{reverse('public:statements')}?kind={quote(hostile)}&after={quote(hostile)}").status_code == 200
    assert public.get(f"{reverse('public:notices')}?state={quote(hostile)}&place={quote(hostile)}").status_code == 200
    assert public.get(f"{reverse('public:figures')}?place={quote(hostile)}").status_code == 200
    assert public.get(f"{reverse('public:feed')}?kind={quote(hostile)}&place={quote(hostile)}").status_code == 200


def test_a_long_list_is_read_page_by_page_without_gaps(public: Client) -> None:
    for number in range(10, 70):
        publish(f"M000001{number}")
    seen: list[str] = []
    address = reverse("public:mines")
    for _ in range(4):
        response = public.get(address)
        seen += [mine.key for mine in response.context["rows"]]
        if not response.context["next_after"]:
            break
        address = f"{reverse('public:mines')}?after={response.context['next_after']}"
    assert len(seen) == len(set(seen)) == 64


@pytest.mark.parametrize("name", ["mines", "start", "figures", "map_cells", "statements", "notices", "feed"])
def test_questions_to_the_database_do_not_grow_with_the_rows(
    public: Client, name: str, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(12) as few:
        public.get(reverse(f"public:{name}"))
    for number in range(10, 40):
        publish(f"M000001{number}", region_code=f"6204{number % 20 + 1:02d}")
        _state(f"M000001{number}")
    with django_assert_max_num_queries(len(few.captured_queries) + 1):  # a page that shows all need not count them
        public.get(reverse(f"public:{name}"))


def test_a_mine_page_asks_as_often_for_one_statement_as_for_thirty(
    public: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(12) as few:
        public.get(reverse("public:mine", args=["M00000001"]))
    for _ in range(30):
        _state("M00000001")
    with django_assert_max_num_queries(len(few.captured_queries)):
        public.get(reverse("public:mine", args=["M00000001"]))


def _state(mine: str, kind: str = "change", **fields: Any) -> Any:
    from django.utils import timezone

    from greenmine.directory.published import writing

    return writing.state(
        kind, mine=mine, region_code="620422", on=timezone.localdate(), title={"zh": "变更", "en": "change"}, body={}, office="厅", **fields
    )  # fmt: skip


def test_what_a_statement_says_is_text_and_nothing_else(public: Client) -> None:
    page = text(public.get(reverse("public:statement", args=["GK-2026-000002"])))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert "甘自然资告〔2026〕3号" in page
    assert "公开日志第 2 号" in page


def test_a_statement_has_its_proof_and_its_paper(public: Client) -> None:
    proof = json.loads(text(public.get(reverse("public:statement_proof", args=["GK-2026-000002"]))))
    assert proof["number"] == 2
    assert json.loads(proof["text"])["statement"]["number"] == "GK-2026-000002"
    page = public.get(reverse("public:statement", args=["GK-2026-000002"]))
    file = public.get(reverse("public:statement_file", args=["GK-2026-000002", page.context["files"][0].pk]))
    assert file.content == b"%PDF-1.4"
    assert file["Content-Disposition"].startswith("attachment")
    assert (
        public.get(reverse("public:statement_file", args=["GK-2026-000001", page.context["files"][0].pk])).status_code
        == 404
    )
    assert public.get(reverse("public:statement_proof", args=["GK-2026-999999"])).status_code == 404


def test_a_statement_that_waits_for_its_number_says_so(public: Client) -> None:
    made = _state("M00000001")
    assert "正在写入公开日志" in text(public.get(reverse("public:statement", args=[made.number])))
    assert public.get(reverse("public:statement_proof", args=[made.number])).status_code == 404


def test_feeds_tell_what_was_published_and_nothing_withdrawn(public: Client, today: Any) -> None:
    from greenmine.directory.published import writing

    gone = _state("M00000001", "removal")
    writing.withdraw(gone.number, "公示期满", today)
    for address in (reverse("public:feed"), reverse("public:mine_feed", args=["M00000001"])):
        feed = public.get(address)
        assert feed["Content-Type"].startswith("application/atom+xml")
        assert "青山煤矿纳入省级名录" in text(feed)
        assert gone.number not in text(feed)
    assert "第一批公示" not in text(public.get(reverse("public:feed"), {"kind": "entry"}))
    assert "青山煤矿" not in text(public.get(reverse("public:feed"), {"place": "150000"}))


def test_a_withdrawn_statement_keeps_number_day_and_reason(public: Client, today: Any) -> None:
    from greenmine.directory.published import writing

    writing.withdraw("GK-2026-000002", {"zh": "信用已修复", "en": "credit repaired"}, today)
    page = text(public.get(reverse("public:statement", args=["GK-2026-000002"])))
    assert "信用已修复" in page
    assert "甘自然资告〔2026〕3号" not in page
    assert "公告.pdf" not in page


@pytest.mark.shows("nm-2020/5.4.c", by="record")
def test_statistics_count_by_area_and_the_map_by_square(public: Client) -> None:
    figures = public.get(reverse("public:figures"))
    place = next(lines for name, _, lines, _ in figures.context["tables"] if name == "place")
    assert place == [{"code": "620000", "name": "甘肃省", "national": 1, "provincial": 1, "removed": 1, "listed": 2}]
    below = public.get(reverse("public:figures"), {"place": "620000"})
    assert [line["code"] for line in below.context["tables"][0][2]] == ["620400", "620500"]
    cells = json.loads(text(public.get(reverse("public:map_cells"))))
    assert cells == {"square": 0.5, "cells": [[210, 71, 1, 1, 0, 1]]}


@pytest.mark.shows("nm-2020/5.4.c", by="record", refusal=True)
def test_statistics_of_a_place_where_nothing_is_listed_say_so(public: Client) -> None:
    assert "还没有可统计的矿山" in text(public.get(reverse("public:figures"), {"place": "150000"}))


def test_the_map_asks_nobody_outside_and_shows_an_approval_number_only_where_there_is_one(
    public: Client, settings: Any
) -> None:
    page = text(public.get(reverse("public:map")))
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page
    assert "审图号" not in page
    settings.MAP_APPROVAL = "甘S（2026）001号"
    assert "审图号：甘S（2026）001号" in text(public.get(reverse("public:map")))


@pytest.mark.shows("nm-2020/5.4.d", by="record")
def test_the_rules_stand_in_plain_words_with_a_search(public: Client) -> None:
    page = text(public.get(reverse("public:about"), {"words": "名录矿山接受社会监督"}))
    assert "名录只有国家级和省级两级" in page
    assert "《内蒙古自治区绿色矿山建设方案》" in page


@pytest.mark.shows("nm-2020/5.4.d", by="record", refusal=True)
def test_a_search_that_finds_nothing_or_is_too_short_says_so(public: Client) -> None:
    assert "没有找到" in text(public.get(reverse("public:about"), {"words": "没有这样的词语"}))
    assert "请至少输入两个字" in text(public.get(reverse("public:about"), {"words": "矿"}))


def test_codes_are_asked_about_at_once(public: Client) -> None:
    page = text(public.post(reverse("public:batch"), {"codes": f"{CODES[0]}\n91620100MA71ABCD9F，12345678"}))
    assert "青山煤矿" in page
    sheet = public.post(reverse("public:batch"), {"codes": CODES[0], "form": "xlsx"})
    assert sheet["Content-Type"].startswith("application/vnd.openxml")
    assert "没有找到统一社会信用代码" in text(public.post(reverse("public:batch"), {"codes": "你好"}))
    many = " ".join(f"{number:018d}" for number in range(2001))
    assert "一次最多查询 2000 个代码" in text(public.post(reverse("public:batch"), {"codes": many}))


def test_codes_are_read_from_a_workbook_and_from_nothing_else(public: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from greenmine.web.components.workbooks import workbook

    book = workbook([("表", ["代码"], [[CODES[0]], ["=1+1"]])])
    page = text(public.post(reverse("public:batch"), {"file": SimpleUploadedFile("a.xlsx", book)}))
    assert "青山煤矿" in page
    broken = public.post(reverse("public:batch"), {"file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04 no workbook")})
    assert broken.status_code == 422
    assert "无法读取该文件" in text(broken)


def test_a_proof_of_standing_is_given_and_checked(public: Client) -> None:
    document = text(public.get(reverse("public:proof", args=["M00000001"])))
    assert "证明有效" in text(public.post(reverse("public:check"), {"document": document}))
    forged = document.replace("青山煤矿", "白石煤矿")
    assert "证明不能采信" in text(public.post(reverse("public:check"), {"document": forged}))
    publish("M00000001", standing("provincial", "removed"))
    assert "状态已变化" in text(public.post(reverse("public:check"), {"document": document}))
    refused = public.get(reverse("public:proof", args=["M00000001"]))
    assert refused.status_code == 409
    assert "不能出具" in text(refused)


@pytest.mark.parametrize("document", ["", "{", "[]", "null", '{"payload": 1, "signatures": []}', '{"payload": {"kind": "greenmine-proof-of-standing"}, "signatures": [1]}', "[" * 100_000])  # fmt: skip
def test_what_is_no_proof_is_said(public: Client, document: str) -> None:
    response = public.post(reverse("public:check"), {"document": document})
    assert response.status_code in {200, 422}
    assert "证明有效" not in text(response)


def test_a_checkpoint_is_kept_elsewhere_and_the_script_comes_along(public: Client) -> None:
    assert "greenmine" in text(public.get(reverse("public:checkpoint", args=[2])))
    assert public.get(reverse("public:checkpoint", args=[9])).status_code == 404
    assert text(public.get(reverse("public:log_export"))).count("\n") == 2
    assert "def " in text(public.get(reverse("public:log_script")))


def test_a_notice_shows_list_days_contact_and_the_way_to_object(public: Client, today: Any) -> None:
    page = text(public.get(reverse("public:notice", args=["GS-2026-0001"])))
    for part in (
        "黑河金矿",
        "0931-0000000",
        (today + timedelta(days=5)).isoformat(),
        reverse("public:objection", args=["GS-2026-0001"]),
    ):
        assert part in page
    assert public.get(reverse("public:notice", args=["GS-2026-0099"])).status_code == 404
    mine = text(public.get(reverse("public:mine", args=["M00000004"])))
    assert "提出异议" in mine


def test_pages_write_no_style_and_no_script_of_their_own(public: Client) -> None:
    for name in PLAIN[:4]:
        response = public.get(reverse(f"public:{name}"))
        assert "style=" not in text(response).replace("data-style=", "")
        assert "unsafe" not in response.headers["Content-Security-Policy"]
