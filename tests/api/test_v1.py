"""The API as other systems use it: what it shows, what it refuses and in which words, and that nothing else leaks."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from greenmine.config.environment import HERE
from greenmine.directory.published import proofs_open, proofs_status, writing
from greenmine.publiclog import tasks as publiclog
from tests.conftest import TODAY
from tests.publiclog.publishing import CODES, notice, publish, standing, state_entry

OPENAPI = HERE / "docs" / "reference" / "openapi.json"


def test_the_committed_description_is_the_one_that_is_served(client) -> None:
    served = client.get("/api/v1/openapi.json").json()
    assert json.loads(OPENAPI.read_text(encoding="utf-8")) == served, "write it anew: python -m tests.api.describe"


def test_mines_are_listed_by_page_and_filter(ask) -> None:
    for n in range(5):
        publish(f"M0000000{n}", standing("national" if n == 3 else "provincial"), name=f"矿{n}")
    publish("M00000009", standing("provincial", "removed"), region_code="653024", name="南山金矿", mineral="gold")
    first = ask("mines", limit=4)
    assert [one["key"] for one in first["mines"]] == ["M00000000", "M00000001", "M00000002", "M00000003"]
    rest = ask("mines", limit=4, after=first["next"])
    assert ([one["key"] for one in rest["mines"]], rest["next"]) == (["M00000004", "M00000009"], None)
    found = {
        "tier=national": ["M00000003"], "standing=removed": ["M00000009"], "place=650000": ["M00000009"],
        "place=653000": ["M00000009"], "place=653024": ["M00000009"], "mineral=gold": ["M00000009"], "words=南山": ["M00000009"],
        "words=金矿&place=620000": [], "year=2025": [], "scale=small": [],
    }  # fmt: skip
    for query, keys in found.items():
        name, _, value = query.partition("=")
        value, _, more = value.partition("&")
        extra = dict([more.split("=")]) if more else {}
        assert [one["key"] for one in ask("mines", **{name: value}, **extra)["mines"]] == keys, query


def test_a_mine_is_shown_as_published(ask) -> None:
    row = publish()
    notice("GS-2026-0001", "M00000001")
    shown = ask("mines/M00000001")
    assert shown["mineral_words"] == {"zh": "煤炭", "en": "coal"} or shown["mineral_words"]["en"]
    assert shown["point"] == {"longitude": row.longitude, "latitude": row.latitude, "exact": False}
    assert (shown["name"], shown["standing"], shown["entered_on"], shown["notices"]) == (
        "青山煤矿", "listed", "2026-03-02", ["GS-2026-0001"],
    )  # fmt: skip
    assert shown["standings"][0]["decision_number"] == "甘自然资告〔2026〕3号"


def test_a_persons_name_and_an_exact_place_never_leave(client) -> None:
    publish("M00000001", holder="张三丰", credit_code="", longitude=105.12345, latitude=35.98765)
    state_entry(contact="联系人：王小明 13812345678")
    publiclog.seal()
    proofs_open.write_day(on=TODAY)
    addresses = [
        "mines", "mines/M00000001", "statements", "changes", "log.ndjson", "log/leaves", "mines/M00000001/proof", "openapi.json",
        *(f"open-data/2026-11-20/{name}" for name in ("mines.csv", "mines.json", "statements.json", "log.ndjson")),
    ]  # fmt: skip
    for address in addresses:
        answer = client.get(f"/api/v1/{address}")
        assert answer.status_code == 200, address
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        for leak in ("张三丰", "王小明", "13812345678", "105.12345", "35.98765"):
            assert leak not in text.decode(), (address, leak)


def test_a_mine_nobody_published_is_not_there(ask, cast) -> None:
    refused = ask("mines/M00000077", 404)
    assert refused["error"] == {
        "zh": "公开名录中没有编号为 M00000077 的矿山。",
        "en": "No mine M00000077 stands in the published directory.",
    }


@pytest.mark.parametrize(
    ("path", "parameters", "status", "said"),
    [
        ("mines", {"limit": "0"}, 422, "“limit”不能小于1"),
        ("mines", {"limit": "201"}, 422, "“limit”不能大于200"),
        ("mines", {"limit": "x"}, 422, "“limit”应为整数"),
        ("mines", {"after": "-1"}, 422, "“after”不能小于0"),
        ("mines", {"after": "9" * 40}, 422, "“after”"),
        ("mines", {"tier": "county"}, 422, "“tier”应为其中之一"),
        ("mines", {"place": "甘肃"}, 422, "“place”写法不对"),
        ("mines", {"words": "长" * 201}, 422, "“words”不能超过200个字"),
        ("mines", {"teir": "national"}, 422, "“teir”不是本接口的参数"),
        ("mines", {"year": "2200"}, 422, "“year”不能大于2199"),
        ("statements", {"kind": "secret"}, 422, "“kind”应为其中之一"),
        ("statements/GK-2026-999999", {}, 404, "没有编号为 GK-2026-999999 的公开信息"),
        ("statements/GK-2026-999999/files/" + "0" * 64, {}, 404, "没有这个文件"),
        ("statements/x/files/..%2f..", {}, 404, ""),
        ("notices/GS-0", {}, 404, "没有编号为 GS-0 的公示"),
        ("checkpoint", {}, 404, "公开日志还没有检查点"),
        ("checkpoint.txt", {}, 404, "公开日志还没有检查点"),
        ("log/proofs/1", {}, 404, "没有大小为 0 的检查点"),
        ("log/proofs/0", {}, 422, "“number”不能小于1"),
        ("log/consistency", {}, 422, "“old”必须给出"),
        ("log/consistency", {"old": "1"}, 404, "没有大小为 1 的检查点"),
        ("open-data/2026-11-20/mines.csv", {}, 404, "没有名为 mines.csv 的开放数据文件"),
        ("open-data/..%2F..%2Fkeys/secret_key", {}, 404, ""),
        ("mines/M00000001/proof", {"tier": "x"}, 422, "“tier”应为其中之一"),
        ("mines/M00000001/proof", {}, 404, "没有编号为 M00000001 的矿山"),
        ("mines/M00000001/proof.pdf", {}, 404, "没有编号为 M00000001 的矿山"),
        ("mines/" + "M" * 25, {}, 422, "“key”不能超过24个字"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_its_status_and_in_words(
    client, path, parameters, status, said
) -> None:
    answer = client.get(f"/api/v1/{path}", parameters)
    assert answer.status_code == status
    if said:
        assert said in answer.json()["error"]["zh"]
        assert answer.json()["error"]["en"].isascii() or "“" in answer.json()["error"]["en"]


def test_every_list_answers_from_its_first_page_when_nothing_is_there(ask) -> None:
    assert ask("mines") == {"mines": [], "next": None}
    assert ask("statements") == {"statements": [], "next": None}
    assert ask("notices") == {"notices": [], "next": None}
    assert ask("checkpoints") == {"checkpoints": [], "next": None}
    assert ask("changes") == {"changes": [], "next": 0, "size": 0}
    assert ask("open-data") == {"days": []}


def test_statements_and_notices_come_by_page_and_filter(ask) -> None:
    publish()
    notice("GS-2026-0001", "M00000002", "M00000001")
    made = state_entry()
    publiclog.seal()
    writing.withdraw(made.number, {"zh": "信用修复", "en": "credit repaired"}, TODAY)
    shown = ask("statements", mine="M00000001")["statements"]
    assert [(one["number"], one["title"]["zh"], one["body"], one["withdrawn"]) for one in shown] == [
        (made.number, "", {}, {"zh": "信用修复", "en": "credit repaired"}),
    ]  # fmt: skip
    assert shown[0]["log_number"] == 2
    assert [one["kind"] for one in ask("statements", kind="notice")["statements"]] == ["notice"]
    first = ask("statements", limit=1)
    assert len(ask("statements", after=first["next"])["statements"]) == 1
    assert ask("notices", state="running")["notices"][0]["number"] == "GS-2026-0001"
    assert ask("notices", place="650000")["notices"] == []
    assert [one["key"] for one in ask("notices/GS-2026-0001")["mines"]] == ["M00000002", "M00000001"]


def test_a_paper_of_a_statement_comes_by_its_hash_and_runs_nothing(client) -> None:
    publish()
    paper = writing.OpenFile("公告.html", "text/html", b"<script>alert(1)</script>")
    made = writing.state(
        "entry", mine="M00000001", region_code="620422", on=TODAY, title={"zh": "公告", "en": "x"}, body={}, office="厅", files=[paper]
    )  # fmt: skip
    listed = client.get(f"/api/v1/statements/{made.number}").json()["files"][0]
    answer = client.get(f"/api/v1/statements/{made.number}/files/{listed['sha256']}")
    assert answer.content == paper.content
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]


def test_changes_are_followed_by_number_without_missing_one(ask) -> None:
    publish()
    for _ in range(3):
        state_entry()
    publiclog.seal()
    first = ask("changes", limit=2)
    assert ([one["number"] for one in first["changes"]], first["next"], first["size"]) == ([1, 2], 2, 3)
    rest = ask("changes", after=2)
    assert ([one["statement"]["log_number"] for one in rest["changes"]], rest["next"]) == ([3], 3)
    assert ask("changes", after=3) == {"changes": [], "next": 3, "size": 3}


def test_the_log_is_served_with_proofs_that_hold(client, ask) -> None:
    from greenmine.publiclog import merkle

    publish()
    for count in (3, 2):
        for _ in range(count):
            state_entry()
        publiclog.seal()
    newest = ask("checkpoint")
    assert (newest["size"], newest["keys"][0]["algorithm"]) == (5, "Ed25519")
    assert client.get("/api/v1/checkpoint.txt").content.decode() == newest["note"]
    proof = ask("log/proofs/2", size=3)
    steps = [bytes.fromhex(step) for step in proof["path"]["sha256"]]
    root, leaf = bytes.fromhex(proof["root"]["sha256"]), bytes.fromhex(proof["commitment"]["sha256"])
    assert merkle.includes("sha256", leaf, 1, 3, steps, root)
    both = ask("log/consistency", old=3)
    steps = [bytes.fromhex(step) for step in both["path"]["sm3"]]
    roots = bytes.fromhex(both["old"]["sm3"]), bytes.fromhex(both["new"]["sm3"])
    assert merkle.extends("sm3", 3, 5, steps, *roots)
    assert [one["size"] for one in ask("checkpoints", limit=1)["checkpoints"]] == [5]
    assert [one["size"] for one in ask("checkpoints", before=5)["checkpoints"]] == [3]
    whole = b"".join(client.get("/api/v1/log.ndjson").streaming_content)
    parts = [client.get("/api/v1/log/leaves", {"after": after, "limit": 2}).content for after in (0, 2, 4)]
    assert b"".join(parts) == whole
    number = ask("statements")["statements"][0]["number"]
    assert json.loads(ask(f"statements/{number}/proof")["text"])["statement"]["number"] == number


def test_a_bank_checks_a_proof_asks_for_holders_and_keeps_the_list(client, ask) -> None:
    publish()
    document = ask("mines/M00000001/proof")
    checked = client.post("/api/v1/proofs/check", document, content_type="application/json").json()
    assert (checked["good"], checked["standing_now"]) == (True, "listed")
    assert proofs_status.stands(document, ask("status-list"))
    document["payload"]["holder"] = "别人"
    assert not client.post("/api/v1/proofs/check", document, content_type="application/json").json()["good"]
    assert ask(f"holders/{CODES[0]}")["mines"][0]["key"] == "M00000001"
    asked = {"codes": ["x", CODES[0]]}
    many = client.post("/api/v1/holders", asked, content_type="application/json").json()["holders"]
    assert [(one["code"], one["problem"] is None, len(one["mines"])) for one in many] == [
        ("X", False, 0),
        (CODES[0], True, 1),
    ]
    paper = client.get("/api/v1/mines/M00000001/proof.pdf")
    assert paper.content.startswith(b"%PDF")
    assert paper["Content-Disposition"].startswith('attachment; filename="ZM-')


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        '"x"',
        "null",
        '{"codes": "x"}',
        '{"codes": [1]}',
        '{"payload": 7}',
        '{"codes": ["\\ud800"], "payload": {"kind": "greenmine-proof-of-standing", "x": "\\ud800"}, "signatures": [{}]}',
    ],
)
@pytest.mark.parametrize("path", ["holders", "proofs/check"])
def test_a_body_that_is_none_is_refused_in_words(client, path, body) -> None:
    answer = client.post(f"/api/v1/{path}", body, content_type="application/json")
    assert answer.status_code in {200, 400, 422}
    if answer.status_code != 200:
        assert answer.json()["error"]["zh"]
        assert answer.json()["error"]["en"]


def test_where_nothing_can_be_signed_nothing_pretends_to_be(client, settings) -> None:
    from greenmine.publiclog import signing

    publish()
    state_entry()
    publiclog.seal()
    document = client.get("/api/v1/mines/M00000001/proof").json()
    (settings.DATA / "keys" / signing.SM2_FILE).write_text("a key")
    assert client.get("/api/v1/mines/M00000001/proof").status_code == 404
    refused = client.get("/api/v1/status-list")
    assert (refused.status_code, "没有安装可用的国密签名模块" in refused.json()["error"]["zh"]) == (503, True)
    assert client.get("/api/v1/checkpoint").json()["size"] == 1
    checked = client.post("/api/v1/proofs/check", document, content_type="application/json").json()
    assert checked["good"]


def test_too_many_codes_are_refused_with_the_number(client) -> None:
    asked = {"codes": [f"X{n}" for n in range(1001)]}
    answer = client.post("/api/v1/holders", asked, content_type="application/json")
    assert answer.status_code == 422
    assert "一次最多查询1000个" in answer.json()["error"]["zh"]


def test_a_wrong_method_is_refused_with_those_that_are_taken(client) -> None:
    answer = client.post("/api/v1/mines")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.json()["error"]["en"] == "Only GET, HEAD, OPTIONS here."
    assert client.delete("/api/v1/mines/M00000001").status_code == 405
    assert client.get("/api/v1/holders").status_code == 405


def test_head_has_the_headers_and_no_body(client) -> None:
    publish()
    whole, head = client.get("/api/v1/mines"), client.head("/api/v1/mines")
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", whole["ETag"])
    assert client.head("/api/v1/log.ndjson").status_code == 200


def test_who_has_an_answer_already_is_told_so_until_something_is_published(client) -> None:
    publish()
    first = client.get("/api/v1/mines")
    assert first["Cache-Control"] == "public, max-age=0, must-revalidate"
    again = client.get("/api/v1/mines", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    publish("M00000002", name="白石矿")
    assert client.get("/api/v1/mines", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_other_origins_may_read_and_no_session_is_made(client) -> None:
    answer = client.get("/api/v1/mines")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer.cookies == {}
    assert client.options("/api/v1/mines")["Allow"] == "GET, HEAD, OPTIONS"


def test_open_data_is_listed_and_served_for_good(client, ask) -> None:
    publish()
    proofs_open.write_day(on=date(2026, 11, 20))
    day = ask("open-data")["days"][0]
    names = [one["name"] for one in day["files"]]
    assert "mines.csv" in names
    answer = client.get("/api/v1/open-data/2026-11-20/mines.csv")
    assert b"".join(answer.streaming_content).startswith(b"\xef\xbb\xbfkey,name")
    assert "immutable" in answer["Cache-Control"]


@pytest.mark.shows("cn-2024-1/9.2.f", by="act")
def test_the_national_directory_is_searched_and_downloaded_with_dates_and_status(client, ask) -> None:
    publish(
        "M00000001", standing("provincial"), standing("national", number="GJ-2026-0001", entered_on=date(2026, 6, 1))
    )
    publish("M00000002", name="白石矿")
    found = ask("mines", tier="national", words="青山")["mines"]
    assert [(one["key"], one["standing"], one["entered_on"]) for one in found] == [
        ("M00000001", "listed", "2026-06-01")
    ]
    proofs_open.write_day(on=TODAY)
    table = b"".join(client.get("/api/v1/open-data/2026-11-20/mines.csv").streaming_content).decode("utf-8-sig")
    lines = [line for line in table.splitlines() if ",national," in line]
    assert len(lines) == 1
    assert "GJ-2026-0001,2026-06-01" in lines[0]


@pytest.mark.shows("cn-2024-1/9.2.f", by="act", refusal=True)
def test_who_is_not_in_the_national_directory_is_not_shown_in_it(ask) -> None:
    publish("M00000002", name="白石矿")
    assert ask("mines", tier="national") == {"mines": [], "next": None}
    assert (
        ask("mines/M00000002/proof", 404, tier="national")["error"]["zh"]
        == "白石矿国家级目前不在名录中，不能出具在册证明。"
    )


@pytest.mark.parametrize("rows", [1, 30])
def test_questions_to_the_database_do_not_grow_with_rows(ask, rows, django_assert_num_queries) -> None:
    for n in range(rows):
        publish(f"M{n:08d}", name=f"矿{n}")
        state_entry(f"M{n:08d}")
    publiclog.seal()
    with django_assert_num_queries(1):
        ask("mines")
    with django_assert_num_queries(3):
        ask("statements")
    with django_assert_num_queries(5):
        ask("changes")


def test_the_reference_is_a_page_without_a_script_of_its_own(client) -> None:
    page = client.get("/api/v1/").content.decode()
    for text in ("/api/v1/mines/{key}/proof", "openapi.json", "limit", "行政区划代码"):
        assert text in page
    assert "<script>" not in page
    assert "style=" not in page


def test_nothing_of_the_house_is_named_in_the_description() -> None:
    text = Path(OPENAPI).read_text(encoding="utf-8")
    assert "proposed" not in text.replace("a proposed removal is no public standing", "")


def test_the_reference_in_english_speaks_english_alone(client) -> None:
    """What is said in both languages stands there once: Chinese is left to those who read it."""
    client.cookies["greenmine_language"] = "en"
    page = client.get("/api/v1/").content.decode()
    listed = page.partition("<code")[2].rpartition("</details>")[0]
    assert "Published mines, the longest published first" in listed
    assert "先公开的在前" not in listed
    assert "行政区划代码" not in listed
