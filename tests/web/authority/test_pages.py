"""What stands on each page of the desk, and for whom: whoever may not see a mine finds no trace of it anywhere."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from greenmine.accounts import permissions, queries
from greenmine.accounts.matrix import matrix

PENALTY = "cn-2024-1.removal.penalty-unperformed"
GREEN, WHITE, RED = "青山煤矿", "白石铜矿", "红柳石灰岩矿"


def text(client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def everything_listed() -> list[str]:
    """The pages on which mines, requests or imports are listed without being asked for by number."""
    return [
        reverse("authority:dashboard"),
        reverse("authority:mines"),
        reverse("authority:mines") + "?q=矿",
        reverse("authority:requests"),
        reverse("authority:to_fill"),
        reverse("authority:imports"),
        reverse("authority:rule", args=[PENALTY]),
        reverse("authority:rule", args=[PENALTY]) + "?outcome=breached",
        reverse("authority:request_new") + "?fact=construction_nature",
    ]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("province", {GREEN, WHITE, RED}),
        ("decider", {GREEN, WHITE, RED}),
        ("auditor", {GREEN, WHITE, RED}),
        ("ecology", {GREEN, WHITE, RED}),
        ("city", {GREEN, RED}),
        ("county", {GREEN, RED}),
        ("other_county", {WHITE}),
        ("firm", {GREEN}),
        ("rival", {WHITE, RED}),
    ],
)
def test_everybody_sees_the_mines_of_his_scope_and_no_trace_of_others(world, at_desk, who, seen) -> None:
    client = at_desk(getattr(world, who))
    shown = text(client, reverse("authority:mines"))
    assert {name for name in (GREEN, WHITE, RED) if name in shown} == seen
    for address in everything_listed():
        answer = client.get(address)
        assert answer.status_code in {200, 403}, address
        leaked = {name for name in {GREEN, WHITE, RED} - seen if name in answer.content.decode()}
        assert leaked == set(), address


@pytest.mark.parametrize(
    ("who", "mine"), [("other_county", "green"), ("firm", "red"), ("rival", "green"), ("county", "white")]
)
def test_a_mine_outside_the_scope_does_not_exist_on_any_of_its_pages(world, at_desk, who, mine) -> None:
    client, found = at_desk(getattr(world, who)), getattr(world, mine)
    for name, more in (("mine", []), ("mine_export", []), ("explanation", [PENALTY]), ("state_fact", [])):
        answer = client.get(reverse(f"authority:{name}", args=[found.key, *more]))
        assert (name, answer.status_code) == (name, 404)
        assert found.name not in answer.content.decode()


def test_an_operator_finds_no_mine_at_all(world, at_desk) -> None:
    client = at_desk(world.operator)
    for address in [*everything_listed(), reverse("authority:mine", args=[world.green.key])]:
        answer = client.get(address)
        assert not {GREEN, WHITE, RED} & set(_names(answer.content.decode())), address


def test_every_page_of_the_desk_with_an_object_opens_to_the_roles_of_the_matrix_only(world, at_desk) -> None:
    arguments = {
        "mine": [world.green.key], "mine_export": [world.green.key], "explanation": [world.green.key, PENALTY],
        "state_fact": [world.green.key], "document": ["cn-2024-1"], "provision": ["cn-2024-1", "17.2"], "rule": [PENALTY],
    }  # fmt: skip
    on, wrong = queries.today(), []
    sees = {world.province, world.decider, world.auditor, world.city, world.county, world.ecology, world.firm}
    for who in world.offices:
        client = at_desk(who)
        for page in matrix().pages.values():
            desk, _, name = page.url.partition(":")
            if desk != "authority" or name not in arguments:
                continue
            status = client.get(reverse(page.url, args=arguments[name])).status_code
            about_a_mine = name in {"mine", "mine_export", "explanation", "state_fact"}
            may = permissions.can(who, page.verb, on=on)
            expected = 403 if not may else 404 if about_a_mine and who not in sees else 200
            if status != expected:
                wrong.append((who.username, name, status, expected))
    assert wrong == []


def test_a_role_that_may_not_is_told_so_in_a_sentence(world, at_desk) -> None:
    shown = text(at_desk(world.auditor), reverse("authority:state_fact", args=[world.green.key]), 403)
    assert "您的岗位不能陈述事实；如需办理，请联系本单位管理员调整岗位。" in shown
    shown = text(at_desk(world.firm), reverse("authority:dashboard"), 403)
    assert "您的岗位不能查看总览" in shown


def test_the_dashboard_counts_the_standings_of_the_scope_and_says_what_to_ask_first(world, at_desk) -> None:
    answer = at_desk(world.province).get(reverse("authority:dashboard"))
    assert answer.context["total"] == 3
    assert {row["state"]: row["count"] for row in answer.context["states"]}["ground_present"] == 2
    assert [row["total"] for row in answer.context["by_region"]] == [2, 1]
    shown = answer.content.decode()
    for words in ("先补什么", "涉嫌移出情形（待确认）", "白银市", "天水市", "发起补录", "by-region-data"):
        assert words in shown
    narrowed = at_desk(world.province).get(reverse("authority:dashboard") + "?region=620500")
    assert narrowed.context["total"] == 1
    assert at_desk(world.county).get(reverse("authority:dashboard") + "?region=620500").context["total"] == 0


def test_a_system_fact_is_not_asked_of_anybody_on_the_dashboard(world, at_desk) -> None:
    missing = {
        row["fact"]: row["statable"]
        for row in at_desk(world.county).get(reverse("authority:dashboard")).context["missing"]
    }
    assert missing["national_entry"] is False
    assert missing["construction_nature"] is True


def test_a_mines_page_tells_identity_standing_findings_missing_facts_and_what_happened(world, at_desk) -> None:
    answer = at_desk(world.county).get(reverse("authority:mine", args=[world.green.key]))
    shown = answer.content.decode()
    for words in (
        "青山煤矿", world.green.key, "甘肃省白银市会宁县", "青山矿业有限公司", "涉嫌移出情形（待确认）", "涉嫌存在移出情形（待确认）",
        "行政处罚逾期未履行", "（十七）第2项", "还缺", "由谁提供", "已知事实", "最早未履行行政处罚的履行期限", "province_nr 台账",
        "时间线", "首次判定", "不属企业义务", "下一次变化", "不适用",
    ):  # fmt: skip
        assert words in shown, words
    assert [group.id for group in answer.context["groups"] if group.open] == ["grounds", "breached", "pending"]
    assert [found.rule.id for found in answer.context["groups"][0].findings] == [PENALTY]


def test_every_finding_of_a_mine_stands_in_one_group_or_beside_it(world, at_desk) -> None:
    groups = at_desk(world.county).get(reverse("authority:mine", args=[world.green.key])).context["groups"]
    listed = [found.rule.id for group in groups for found in group.findings]
    assert len(listed) == len(set(listed))
    assert len(listed) > 60


def test_an_earlier_day_is_judged_by_what_held_then(world, at_desk) -> None:
    client, address = at_desk(world.county), reverse("authority:mine", args=[world.green.key])
    assert client.get(address).context["standing"].state == "ground_present"
    before = client.get(address + "?on=2024-05-01")
    assert before.context["standing"].state != "ground_present"
    assert "回到今日" in before.content.decode()


def test_the_explanation_names_condition_fact_source_and_clause(world, at_desk) -> None:
    shown = text(at_desk(world.county), reverse("authority:explanation", args=[world.green.key, PENALTY]))
    for words in (
        "成立",
        "最早未履行行政处罚的履行期限",
        "province_nr 台账",
        "规则版本",
        timezone.localdate().isoformat(),
    ):
        assert words in shown
    assert "<html" not in shown


def test_the_same_pages_are_complete_in_english(world, at_desk) -> None:
    client = at_desk(world.county)
    client.post("/language/", {"language": "en", "next": "/"})
    shown = text(client, reverse("authority:mine", args=[world.green.key]))
    for words in ("removal ground seems present", "An administrative penalty", "State", "Timeline"):
        assert words.lower() in shown.lower(), words


def _names(shown: str) -> list[str]:
    return [name for name in (GREEN, WHITE, RED) if name in shown]
