"""History declared complete, organisations entered, the ledger of acts read, verified and exported."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from greenmine.accounts.models import Organisation
from greenmine.facts.models import MigratedHistory
from greenmine.ledger import actions as ledger
from greenmine.ledger.models import Record

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)


def test_a_region_is_declared_complete_and_written_down(law, cast, sign_in) -> None:
    given = {"region_code": "620422", "to": "2026-06-30", "reason": "县局逐矿核对"}
    sign_in(cast.operator).post(reverse("operator:history"), given)
    kept = MigratedHistory.objects.get()
    assert (kept.region_code, kept.complete_to, kept.declared_by) == (
        "620422",
        date(2026, 6, 30),
        "系统运行中心 · 何运维",
    )
    written = Record.objects.latest("id")
    assert (written.verb, written.region_code) == ("facts.history_declared", "620422")
    assert "会宁县历史数据完整至 2026-06-30：县局逐矿核对" in written.zh


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"region_code": "999999"}, "行政区表中没有代码“999999”"),
        ({"region_code": "62"}, "请填写六位行政区代码"),
        ({"to": "2999-01-01"}, "完整到的日期不能晚于今天"),
        ({"reason": ""}, "这个字段是必填项"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused_in_words(wrong, sentence, law, cast, sign_in) -> None:
    given = {"region_code": "620422", "to": "2026-06-30", "reason": "县局逐矿核对"}
    page = sign_in(cast.operator).post(reverse("operator:history"), given | wrong).content.decode()
    assert sentence in page
    assert not MigratedHistory.objects.exists()


AUTHORITY = {
    "kind": "authority", "name": "靖远县自然资源局", "department": "natural_resources", "level": "county",
    "division": "620421", "admin_name": "马管理", "username": "jingyuan.admin",
}  # fmt: skip


def test_an_authority_is_entered_and_its_administrators_code_is_shown_once(cast, sign_in) -> None:
    client, address = sign_in(cast.operator), reverse("operator:organisations")
    response = client.post(address, AUTHORITY)
    code = response.context["invitation"].code
    assert code in response.content.decode()
    assert code not in client.get(address).content.decode()
    member = Organisation.objects.get(name="靖远县自然资源局").memberships.get()
    assert (member.person.username, member.role) == ("jingyuan.admin", "org_admin")


def test_an_enterprise_waits_for_its_county_and_no_code_is_shown(cast, sign_in) -> None:
    firm = AUTHORITY | {"kind": "enterprise", "name": "红山矿业有限公司", "credit_code": "91350100M000100Y43"}
    response = sign_in(cast.operator).post(reverse("operator:organisations"), firm)
    found = Organisation.objects.get(name="红山矿业有限公司")
    assert (found.verified_on, found.department, found.level) == (None, "", "")
    assert response.context["invitation"] is None
    assert "待所在县级自然资源主管部门核验" in response.content.decode()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"department": ""}, "该类型的单位必须填写此项"),
        ({"division": "6204"}, "请填写六位行政区代码"),
        ({"division": "620422"}, "该单位已存在：会宁县自然资源局"),
        ({"username": "county"}, "登录名“county”已被使用"),
        ({"kind": "enterprise", "credit_code": "91350100M000100Y44"}, "校验位不符"),
    ],
)
def test_an_organisation_that_cannot_be_entered_is_refused_whole(wrong, sentence, cast, sign_in) -> None:
    before = Organisation.objects.count()
    page = sign_in(cast.operator).post(reverse("operator:organisations"), AUTHORITY | wrong).content.decode()
    assert sentence in page
    assert Organisation.objects.count() == before


def test_an_authority_of_a_division_that_is_not_there_is_refused(law, cast, sign_in) -> None:
    page = (
        sign_in(cast.operator)
        .post(reverse("operator:organisations"), AUTHORITY | {"division": "999999"})
        .content.decode()
    )
    assert "行政区表中没有代码“999999”" in page
    assert not Organisation.objects.filter(division="999999").exists()


@pytest.mark.parametrize("asked", [{"after": "²"}, {"after": "9" * 30}, {"q": "\0"}, {"kind": "moon"}])
def test_a_strange_address_is_no_error(asked, cast, sign_in) -> None:
    client = sign_in(cast.operator)
    assert client.get(reverse("operator:organisations"), asked).status_code == 200
    assert client.get(reverse("operator:records"), asked).status_code == 200


@pytest.fixture
def acts(cast):
    """Three acts: in the county, in the neighbour county, and of the county's clerk about something without a place."""
    for verb, key, region in (("tests.here", "M1", "620422"), ("tests.there", "M2", "620525")):
        ledger.record(
            verb, subject=("mine", key), by="某人", on=DAY, zh=f"办理{key}", en=f"did {key}", region_code=region
        )
    ledger.record(
        "tests.by_us", subject=("mine", "M3"), by=cast.county, on=DAY - timedelta(days=1), zh="办理M3", en="did M3"
    )


def listed(client, **asked) -> list[str]:
    response = client.get(reverse("operator:records"), asked)
    return [row.zh for row in response.context["rows"] if row.verb.startswith("tests.")]


def test_the_ledger_shows_the_newest_first_and_only_what_lies_in_reach(acts, cast, sign_in) -> None:
    assert listed(sign_in(cast.operator)) == ["办理M3", "办理M2", "办理M1"]
    assert listed(sign_in(cast.county_reviewer)) == ["办理M3", "办理M1"]
    assert listed(sign_in(cast.auditor)) == ["办理M2", "办理M1"]


def test_the_ledger_is_filtered_by_act_subject_and_day(acts, cast, sign_in) -> None:
    client = sign_in(cast.operator)
    assert listed(client, verb="tests.there") == ["办理M2"]
    assert listed(client, kind="mine", key="M1") == ["办理M1"]
    assert listed(client, since="2026-11-20", until="2026-11-20") == ["办理M2", "办理M1"]
    assert listed(client, until="2026-11-19") == ["办理M3"]


def test_a_filter_that_is_no_day_is_said_so(acts, cast, sign_in) -> None:
    response = sign_in(cast.operator).get(reverse("operator:records"), {"since": "昨天"})
    assert "since" in response.context["form"].errors


def test_the_ledger_is_paged_by_key(cast, sign_in) -> None:
    for number in range(60):
        ledger.record("tests.many", subject=("mine", str(number)), by="某人", on=DAY, zh=f"第{number}", en="n")
    client = sign_in(cast.operator)
    first = client.get(reverse("operator:records"), {"verb": "tests.many"})
    assert [row.zh for row in first.context["rows"]] == [f"第{number}" for number in range(59, 9, -1)]
    second = client.get(reverse("operator:records"), {"verb": "tests.many", "after": first.context["next_after"]})
    assert [row.zh for row in second.context["rows"]] == [f"第{number}" for number in range(9, -1, -1)]
    assert second.context["next_after"] == ""


def test_the_chain_is_verified_with_a_sentence(acts, cast, sign_in) -> None:
    response = sign_in(cast.operator).post(reverse("operator:records_verify"), follow=True)
    assert f"台账链完整：共 {Record.objects.count()} 条记录" in response.content.decode()


def test_the_export_holds_what_is_on_screen_and_no_more(acts, cast, sign_in) -> None:
    response = sign_in(cast.auditor).get(reverse("operator:records_export"), {"kind": "mine"})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert [row[5] for row in rows[1:]] == ["办理M2", "办理M1"]
    assert timezone.localdate().isoformat() in response.headers["Content-Disposition"]
