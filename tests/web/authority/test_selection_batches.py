"""Batches on screen: drafted by one, issued by another, mines on one table, draw, notice, end, announcement, recommendation."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from tests.selection import ground
from tests.web.authority.selecting import MINE, RIVAL, at, filed, place, text_of, today

__all__ = ["at", "place", "today"]

pytestmark = pytest.mark.usefixtures("today")


def page_of(batch) -> str:
    return reverse("authority:batch", args=[batch.number])


def act(client, batch, **form):
    return client.post(reverse("authority:batch_act", args=[batch.number]), form)


def early(place, mine=None, firm="firm", days=30):
    place.on = timezone.localdate() - timedelta(days=days)
    return filed(place, mine, firm)


def test_a_batch_is_drafted_by_one_and_issued_by_another(at) -> None:
    from greenmine.selection.models import Batch

    day = timezone.localdate()
    client = at("province.reviewer")
    form = {
        "title": "第三批遴选",
        "opens_on": day.isoformat(),
        "closes_on": (day + timedelta(days=30)).isoformat(),
        "text": "请申报",
    }
    assert client.post(reverse("authority:batch_new"), form).status_code == 302
    made = Batch.objects.get(title="第三批遴选")
    shown = text_of(client.get(page_of(made)))
    assert "批次通知尚未印发" in shown
    refused = act(client, made, act="issue", document="绿矿〔2026〕3号")
    assert refused.status_code == 400
    assert made.number not in text_of(at("firm.clerk").get(reverse("enterprise:applications")))
    assert act(at("province.decider"), made, act="issue", document="绿矿〔2026〕3号").status_code == 302
    assert "第三批遴选" in text_of(at("firm.clerk").get(reverse("enterprise:applications")))


@pytest.mark.parametrize(
    "wrong",
    [{"opens_on": "2026-02-30"}, {"closes_on": ""}, {"closes_on": "2020-01-01"}, {"title": " "}],
)
def test_a_wrong_draft_is_refused_and_everything_typed_stays(at, wrong) -> None:
    day = timezone.localdate()
    form = {
        "title": "第四批遴选",
        "opens_on": day.isoformat(),
        "closes_on": day.isoformat(),
        "text": "写好的通知内容",
    } | wrong
    answer = at("province.reviewer").post(reverse("authority:batch_new"), form)
    assert answer.status_code == 400
    assert "写好的通知内容" in text_of(answer)


@pytest.mark.parametrize("who", ["county.clerk", "county.decider", "ecology.reviewer", "firm.decider"])
def test_nobody_else_drafts_a_batch(at, who) -> None:
    assert at(who).get(reverse("authority:batch_new")).status_code == 403


def test_the_page_counts_by_state_and_narrows_to_one(place, at) -> None:
    first = early(place)
    second = early(place, place.rival_mine, "rival")
    ground.take(place, second, "accept", "county.clerk")
    client = at("province.clerk")
    answer = client.get(page_of(place.batch))
    assert [(code, n) for code, _words, n in answer.context["counts"]] == [("filed", 1), ("reviewing", 1)]
    assert [row["application"].number for row in answer.context["rows"]] == [second.number, first.number]
    narrowed = client.get(page_of(place.batch) + "?state=filed")
    assert [row["application"].number for row in narrowed.context["rows"]] == [first.number]
    rows = (
        CalamineWorkbook.from_filelike(
            io.BytesIO(client.get(reverse("authority:batch_export", args=[place.batch.number])).content)
        )
        .get_sheet_by_index(0)
        .to_python()
    )
    assert [row[0] for row in rows[1:]] == [second.number, first.number]


def test_a_county_counts_its_own_mines_only(place, at) -> None:
    early(place)
    answer = at("neighbour.clerk").get(page_of(place.batch))
    assert answer.context["counts"] == []
    assert MINE not in text_of(answer)
    row = at("neighbour.clerk").get(reverse("authority:batches")).context["rows"][0]
    assert (row["batch"].filed, row["batch"].entered) == (0, 0)
    row = at("county.clerk").get(reverse("authority:batches")).context["rows"][0]
    assert row["batch"].filed == 1


def test_every_mine_is_registered_for_verification_where_no_sample_is_confirmed(place, at) -> None:
    ground.walk(place, early(place), "assessed")
    client = at("province.reviewer")
    shown = text_of(client.get(page_of(place.batch)))
    assert "登记逐矿核查" in shown
    assert act(client, place.batch, act="draw", witness="纪检组").status_code == 302
    drawn = place.batch.draws.get()
    assert (drawn.all_of_them, drawn.count, drawn.witness) == (True, 1, "纪检组")
    assert "逐矿核查" in text_of(client.get(page_of(place.batch)))
    assert act(at("county.decider"), place.batch, act="draw").status_code == 400


def test_the_notice_lists_who_is_ticked_and_keeps_what_was_typed_where_it_is_refused(place, at) -> None:
    one = ground.walk(place, early(place), "confirmed")
    other = ground.walk(place, early(place, place.rival_mine, "rival"), "confirmed")
    client = at("province.decider")
    turn = client.get(page_of(place.batch)).context["todo"].notices[0]
    assert {found.number for found in turn.waiting} == {one.number, other.number}
    form = {
        "act": "open_notice",
        "stage": "provincial",
        "title": "拟纳入名单公示",
        "contact": "政策法规处 0351-0000000",
    }
    refused = act(client, place.batch, **form, days="七", listed=[one.number])
    assert refused.status_code == 400
    assert "政策法规处 0351-0000000" in text_of(refused)
    assert act(client, place.batch, **form, days="7", listed=[one.number]).status_code == 302
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.state, other.state) == ("in_notice", "confirmed")
    page = client.get(page_of(place.batch))
    assert page.context["notices"][0]["refusal"] is not None
    assert one.notice in text_of(page)
    early_end = act(client, place.batch, act="end_notice", notice=one.notice)
    assert early_end.status_code == 400
    one.refresh_from_db()
    assert one.state == "in_notice"


def test_a_notice_that_ran_is_ended_and_what_it_listed_is_announced(place, at) -> None:
    made = ground.walk(place, early(place, days=36), "in_notice")
    client = at("province.decider")
    assert act(client, place.batch, act="end_notice", notice=made.notice).status_code == 302
    made.refresh_from_db()
    assert made.state == "noticed"
    place.on = timezone.localdate()
    made = ground.take(place, made, "decide", "province.decider", ground.meeting(place))
    made = ground.take(place, made, "enter", "province.decider", ground.DECISION)
    assert act(client, place.batch, act="announce").status_code == 302
    place.batch.refresh_from_db()
    assert place.batch.announcement is not None
    shown = text_of(client.get(page_of(place.batch)))
    assert reverse("people:paper", args=[place.batch.announcement_id]) in shown
    firm = text_of(at("firm.decider").get(reverse("enterprise:applications")))
    for words in (made.entry, "绿矿决〔2026〕1号", "ZS-2026-1", "在册"):
        assert words in firm, words
    assert made.entry not in text_of(at("rival.decider").get(reverse("enterprise:applications")))


def test_what_cannot_keep_pace_is_moved_to_a_later_batch_with_a_reason(place, at) -> None:
    made = early(place)
    place.on = timezone.localdate()
    later = ground.opened_batch(place, title="第二批绿色矿山遴选")
    address = reverse("authority:application_act", args=[made.number])
    client = at("province.reviewer")
    assert [
        one.number for one in client.get(reverse("authority:application", args=[made.number])).context["moves_to"]
    ] == [later.number]
    assert at("county.clerk").get(reverse("authority:application", args=[made.number])).context["moves_to"] == []
    refused = client.post(address, {"act": "move", "to": later.number, "move_reason": " "})
    assert refused.status_code == 400
    assert (
        client.post(address, {"act": "move", "to": later.number, "move_reason": "第三方评估未完成"}).status_code == 302
    )
    made.refresh_from_db()
    assert made.batch_id == later.pk


def test_a_province_proposes_and_another_person_decides_whom_to_recommend(place, at) -> None:
    ground.walk(place, early(place, days=36), "listed")
    place.on = timezone.localdate()
    national = ground.opened_batch(place, title="国家级遴选", tier="national")
    client = at("province.reviewer")
    page = client.get(page_of(national))
    assert [one["candidate"].name for one in page.context["candidates"]] == [MINE]
    mine = place.mine.key
    refused = act(client, national, act="propose", mine=[mine], **{f"reason-{mine}": ""})
    assert refused.status_code == 400
    assert refused.context["candidates"][0]["checked"] is True
    assert act(client, national, act="propose", mine=[mine], **{f"reason-{mine}": "综合得分最高"}).status_code == 302
    made = national.recommendations.get()
    own = act(client, national, act="decide", recommendation=made.pk)
    assert own.status_code == 400
    assert act(at("province.decider"), national, act="decide", recommendation=made.pk).status_code == 302
    application = national.applications.get()
    assert "综合得分最高" in text_of(at("ministry.decider").get(page_of(national)))
    shown = at("ministry.decider").get(reverse("authority:application", args=[application.number]))
    assert {turn["step"].id: turn["may"] for turn in shown.context["turns"]}["support"] is True
    assert RIVAL not in text_of(shown)
    assert application.number in text_of(at("firm.clerk").get(reverse("enterprise:applications")))


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"act": "nonsense"}, 404),
        ({}, 404),
        ({"act": "draw", "count": "²"}, 400),
        ({"act": "open_notice", "stage": "nowhere", "days": "7"}, 400),
        ({"act": "open_notice", "stage": "provincial", "days": "99999999999999999999"}, 400),
        ({"act": "end_notice", "notice": "GS-0000-0000"}, 400),
        ({"act": "decide", "recommendation": "²"}, 400),
        ({"act": "announce"}, 400),
        ({"act": "propose", "mine": "M00000001"}, 400),
    ],
)
def test_bad_input_is_answered_with_a_sentence_and_never_with_an_error(place, at, form, status) -> None:
    assert act(at("province.decider"), place.batch, **form).status_code == status


@pytest.mark.parametrize("count", [1, 30])
def test_batches_ask_the_same_however_many_there_are(place, at, count) -> None:
    for number in range(count):
        ground.opened_batch(place, title=f"第{number}批")
    client = at("province.clerk")
    for address in (reverse("authority:batches"), page_of(place.batch)):
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        assert len(asked) <= 45, (address, len(asked))
