"""Requests for missing facts: sent to a selection, answered by stating, chased once a day, closed by themselves."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

ASKED = "restoration_plan_executed"


@pytest.fixture
def sent(world, at_desk):
    """The county asks for two facts of both its mines; the request's number."""
    from greenmine.evaluation.models import FactRequest

    def send(who=None, mines=None, facts=(ASKED, "construction_nature"), asked="enterprise"):
        given = {
            "mine": [one.key for one in mines or (world.green, world.red)], "fact": list(facts), "asked": asked,
            "due_on": timezone.localdate().isoformat(), "reason": "年度判定",
        }  # fmt: skip
        answer = at_desk(who or world.county).post(reverse("authority:request_new"), given)
        made = FactRequest.objects.latest("id")
        assert answer.headers["Location"] == reverse("authority:request", args=[made.number])
        return made

    return send


def test_only_what_is_missing_and_can_be_stated_is_offered(world, at_desk) -> None:
    page = at_desk(world.county).get(reverse("authority:request_new"), {"mine": world.green.key, "fact": ASKED})
    offered = {row["name"]: row["checked"] for row in page.context["facts"]}
    assert offered[ASKED] is True
    assert offered["construction_nature"] is False
    assert "national_entry" not in offered
    assert "mineral" not in offered


def test_a_request_is_listed_shown_and_sent_to_each_holder(world, at_desk, sent) -> None:
    from greenmine.notifications.models import Notice

    made = sent()
    shown = at_desk(world.county).get(reverse("authority:request", args=[made.number])).content.decode()
    for words in (
        "青山煤矿",
        "红柳石灰岩矿",
        "修复方案按期执行",
        "建设性质",
        "0 / 4",
        "年度判定",
        "矿山企业",
        "王经办",
    ):
        assert words in shown, words
    assert made.number in at_desk(world.county).get(reverse("authority:requests")).content.decode()
    assert sorted(Notice.objects.values_list("to_key", flat=True)) == sorted(
        [world.green.holder.key, world.red.holder.key]
    )
    firm = at_desk(world.firm).get(reverse("authority:to_fill")).content.decode()
    assert "青山煤矿" in firm
    assert "红柳石灰岩矿" not in firm


def test_a_request_is_answered_by_stating_and_closes_when_all_is_stated(world, at_desk, sent) -> None:
    made = sent(mines=[world.green])
    firm, county = at_desk(world.firm), at_desk(world.county)
    state = reverse("authority:state_fact", args=[world.green.key])
    assert firm.post(f"{state}?fact={ASKED}", {"value": "true"}).status_code == 302
    page = county.get(reverse("authority:request", args=[made.number]))
    assert (page.context["answered"], page.context["total"]) == (1, 2)
    assert "青山矿业有限公司 · 陈填报" in page.content.decode()
    assert county.post(f"{state}?fact=construction_nature", {"value": "existing"}).status_code == 302
    made.refresh_from_db()
    assert made.closed_on == timezone.localdate()
    assert "目前没有需要填报的补录事项" in firm.get(reverse("authority:to_fill")).content.decode()


def test_an_open_request_is_chased_once_a_day_and_a_closed_one_never(world, at_desk, sent) -> None:
    made = sent(mines=[world.green], facts=[ASKED])
    client, chase = at_desk(world.county), reverse("authority:request_chase", args=[made.number])
    assert "已催办 1 项" in client.post(chase, follow=True).content.decode()
    again = client.post(chase, follow=True).content.decode()
    assert "今天已经催办过" in again
    assert made.items.get().chased == 1
    assert "催办 1" in at_desk(world.firm).get(reverse("authority:to_fill")).content.decode()
    at_desk(world.firm).post(
        f"{reverse('authority:state_fact', args=[world.green.key])}?fact={ASKED}", {"value": "true"}
    )
    assert "已全部填报，无需催办" in client.post(chase, follow=True).content.decode()


def test_what_a_county_is_asked_stands_on_the_countys_list_only(world, at_desk, sent) -> None:
    sent(who=world.province, mines=[world.green], facts=[ASKED], asked="county_nr")
    assert "青山煤矿" in at_desk(world.county).get(reverse("authority:to_fill")).content.decode()
    assert "青山煤矿" not in at_desk(world.firm).get(reverse("authority:to_fill")).content.decode()
    assert "青山煤矿" not in at_desk(world.other_county).get(reverse("authority:to_fill")).content.decode()


def test_a_neighbour_neither_sees_nor_chases_nor_exports_a_request(world, at_desk, sent) -> None:
    made, client = sent(), at_desk(world.other_county)
    assert made.number not in client.get(reverse("authority:requests")).content.decode()
    assert client.get(reverse("authority:request", args=[made.number])).status_code == 404
    assert client.post(reverse("authority:request_chase", args=[made.number])).status_code == 404
    assert client.get(reverse("authority:request_export", args=[made.number])).status_code == 404
    assert list(made.items.values_list("chased", flat=True)) == [0, 0, 0, 0]


def test_the_export_of_a_request_holds_its_items(world, at_desk, sent) -> None:
    from tests.web.authority.test_lists import workbook

    made, client = sent(), at_desk(world.county)
    items = client.get(reverse("authority:request", args=[made.number])).context["items"]
    sheet = workbook(client.get(reverse("authority:request_export", args=[made.number])))["补录"]
    assert [(line[1], line[3]) for line in sheet[1:]] == [(item.mine, item.fact) for item in items]


def test_an_auditor_and_an_enterprise_ask_nobody(world, at_desk) -> None:
    for who in (world.auditor, world.firm):
        answer = at_desk(who).post(reverse("authority:request_new"), {"mine": [world.green.key], "fact": [ASKED]})
        assert answer.status_code == 403
        assert "不能发起补录" in answer.content.decode()


def test_who_may_not_state_is_shown_no_button_to_state(world, at_desk, sent) -> None:
    made = sent(who=world.decider)
    assert (
        "/state/" not in at_desk(world.decider).get(reverse("authority:request", args=[made.number])).content.decode()
    )
    assert "/state/" in at_desk(world.county).get(reverse("authority:mine", args=[world.green.key])).content.decode()


def test_a_request_in_english_has_no_chinese_states(world, at_desk, sent) -> None:
    made, client = sent(), at_desk(world.county)
    client.post("/language/", {"language": "en", "next": "/"})
    shown = client.get(reverse("authority:request", args=[made.number])).content.decode()
    assert "待填" not in shown
    assert "Open" in shown


def test_a_reason_too_long_to_keep_is_refused_in_words(world, at_desk) -> None:
    given = {"mine": world.green.key, "fact": ASKED, "due_on": "2999-01-01", "reason": "由" * 501}
    answer = at_desk(world.county).post(reverse("authority:request_new"), given)
    assert "事由最多 500 字" in answer.content.decode()
