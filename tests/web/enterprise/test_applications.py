"""The enterprise's applications: what is ready and missing, filing by the decider only, returns answered, nothing lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.selection import ground
from tests.web.authority.selecting import MINE, RIVAL, at, filed, of_a_real_set, place, text_of, today

__all__ = ["at", "place", "today"]

pytestmark = pytest.mark.usefixtures("today")
LISTED, NEW = "enterprise:applications", "enterprise:application_new"


@pytest.fixture
def batch(place, today):
    """A batch that takes applications today."""
    return ground.opened_batch(place, title="第二批绿色矿山遴选")


@pytest.fixture
def draft(place, batch):
    from greenmine.selection import actions as selection

    return selection.prepare(batch, place.mine.key, **place.act("firm.clerk"))


@pytest.fixture
def returned(place):
    place.on = timezone.localdate() - timedelta(days=30)
    made = filed(place)
    defects = [{"item": "images", "text": "请补充采场影像"}, {"item": "form", "text": "联系电话有误"}]
    made = ground.take(place, made, "return_for_correction", "county.clerk", {"defects": defects})
    place.on = timezone.localdate()
    return made


def page_of(application) -> str:
    return reverse("enterprise:application", args=[application.number])


def act(client, application, **form):
    return client.post(reverse("enterprise:application_act", args=[application.number]), form)


def test_the_list_shows_own_applications_and_the_batches_that_are_open(at, draft, batch) -> None:
    shown = text_of(at("firm.clerk").get(reverse(LISTED)))
    for words in (draft.number, batch.title, "填写中", "参加申报"):
        assert words in shown, words
    rival = text_of(at("rival.clerk").get(reverse(LISTED)))
    assert batch.title in rival
    assert draft.number not in rival
    assert MINE not in rival


def test_where_no_batch_is_open_the_list_says_what_to_do_meanwhile(at) -> None:
    shown = text_of(at("firm.clerk").get(reverse(LISTED)))
    assert "目前没有正在受理的批次" in shown
    assert "还没有申报" in shown


def test_choosing_a_mine_shows_only_ones_own_and_what_each_has(at, batch) -> None:
    shown = text_of(at("firm.clerk").get(reverse(NEW)))
    assert MINE in shown
    assert "ZP-" in shown
    assert RIVAL not in shown


def test_what_is_ready_and_what_each_gate_would_say_is_shown_before_anything_is_written(place, at, batch) -> None:
    from greenmine.selection.models import Application

    answer = at("firm.clerk").get(reverse(NEW) + f"?mine={place.mine.key}")
    shown = text_of(answer)
    for words in ("准备情况", "自评估报告", batch.number, "各关口预审", "初审", "纳入名录", "开始填写"):
        assert words in shown, words
    assert len(answer.context["gates"]) >= 6
    assert Application.objects.count() == 0


def test_an_application_is_begun_and_its_materials_come_with_their_sources(place, at, batch) -> None:
    from greenmine.selection.models import Application

    client = at("firm.clerk")
    answer = client.post(reverse(NEW), {"mine": place.mine.key, "batch": batch.number})
    made = Application.objects.get()
    assert answer.headers["Location"] == page_of(made)
    shown = text_of(client.get(page_of(made)))
    for words in ("采矿许可证", "来源", "县自然资源局", "真实性承诺", "提交申报"):
        assert words in shown, words


def test_the_rivals_mine_or_a_batch_of_nobody_begins_nothing(place, at, batch) -> None:
    from greenmine.selection.models import Application

    client = at("firm.clerk")
    assert client.get(reverse(NEW) + f"?mine={place.rival_mine.key}").status_code == 404
    assert client.post(reverse(NEW), {"mine": place.rival_mine.key, "batch": batch.number}).status_code == 404
    assert client.post(reverse(NEW), {"mine": place.mine.key, "batch": "PC-0000-0000"}).status_code == 404
    assert client.post(reverse(NEW), {"mine": place.mine.key}).status_code == 404
    assert Application.objects.count() == 0


def test_a_second_one_for_the_same_mine_is_refused_in_a_sentence(place, at, draft, batch) -> None:
    answer = at("firm.clerk").post(reverse(NEW), {"mine": place.mine.key, "batch": batch.number})
    assert answer.status_code == 400
    assert f"已有办理中的申报 {draft.number}" in text_of(answer)


def test_a_clerk_sees_the_filing_button_grey_with_the_reason(at, draft) -> None:
    answer = at("firm.clerk").get(page_of(draft))
    assert answer.context["why_not_file"] is not None
    assert "不能提交申报" in text_of(answer)
    assert act(at("firm.clerk"), draft, act="submit", agreed="yes").status_code == 400
    draft.refresh_from_db()
    assert draft.filed_on is None


def test_the_decider_files_under_the_commitment_and_not_without_it(at, draft) -> None:
    client = at("firm.decider")
    refused = act(client, draft, act="submit")
    assert refused.status_code == 400
    assert "真实性承诺" in refused.context["refused"].words
    assert act(client, draft, act="submit", agreed="yes").status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.filed_on) == ("filed", timezone.localdate())
    shown = text_of(client.get(page_of(draft)))
    assert "办理流程" in shown
    assert "放弃填写" not in shown


def test_a_missing_required_fact_is_named_with_the_way_to_state_it(place, at, batch) -> None:
    from greenmine.selection import actions as selection

    since = place.place.start - timedelta(days=30)
    from tests.gates import ground as gates

    registrar = type("Cast", (), {"county": "登记人"})
    bare = gates.found_mine(place.edition, registrar, "素矿", region=place.place.county, holder="E00000001", on=since)
    ground.self_assessed(place, bare)
    of_a_real_set()
    made = selection.prepare(batch, bare.key, **place.act("firm.clerk"))
    answer = act(at("firm.decider"), made, act="submit", agreed="yes")
    assert answer.status_code == 400
    assert "mining_license_status" in answer.context["refused"].missing
    link = reverse("authority:state_fact", args=[bare.key]) + "?fact=mining_license_status"
    assert link in text_of(answer)
    assert "必填，未备齐" in text_of(answer)


def test_a_file_and_a_note_are_brought_for_a_line_and_seen_by_nobody_else(at, draft) -> None:
    client = at("firm.clerk")
    form = {"act": "bring", "item": "images", "note": "采场三张", "file": ground.paper("影像.txt", "影像")}
    assert act(client, draft, **form).headers["Location"] == f"{page_of(draft)}#material-images"
    brought = draft.materials.get(item="images")
    file = reverse("enterprise:application_file", args=[draft.number, brought.file_id])
    assert client.get(file).status_code == 200
    assert at("rival.decider").get(file).status_code == 404
    assert at("rival.decider").get(page_of(draft)).status_code == 404
    assert act(at("rival.decider"), draft, act="discard").status_code == 404


def test_a_refused_note_stays_where_it_was_typed(at, draft) -> None:
    answer = act(at("firm.clerk"), draft, act="bring", item="images", note="长" * 600)
    assert answer.status_code == 400
    assert "长" * 600 in text_of(answer)


def test_all_defects_are_shown_and_answered_each_by_its_own_words(at, returned) -> None:
    client = at("firm.decider")
    answer = client.get(page_of(returned))
    shown = text_of(answer)
    for words in ("请补充采场影像", "联系电话有误", "补正后重新提交", "待补正"):
        assert words in shown, words
    seen = answer.context["seen"]
    half = act(client, returned, act="take", step="resubmit", seen=seen, answers=["已补充影像三张", ""])
    assert half.status_code == 400
    assert "已补充影像三张" in text_of(half)
    act(client, returned, act="bring", item="images", file=ground.paper("影像.txt", "影像"))
    done = act(client, returned, act="take", step="resubmit", seen=seen, answers=["已补充影像三张", "已更正"])
    assert done.status_code == 302
    returned.refresh_from_db()
    assert returned.state == "filed"
    assert returned.returns.get().answers == ["已补充影像三张", "已更正"]


def test_a_clerk_cannot_answer_a_return_but_sees_why(at, returned) -> None:
    turns = {turn["step"].id: turn for turn in at("firm.clerk").get(page_of(returned)).context["turns"]}
    assert turns["resubmit"]["may"] is False
    assert turns["resubmit"]["reason"] is not None


def test_a_proposed_removal_is_not_told_before_its_notice_is_served(place, at) -> None:
    from greenmine.directory.models import Entry

    place.on = timezone.localdate() - timedelta(days=36)
    made = ground.walk(place, filed(place), "listed")
    place.on = timezone.localdate()
    Entry.objects.filter(number=made.entry).update(state=Entry.State.REMOVAL_PROPOSED)
    shown = text_of(at("firm.clerk").get(reverse(LISTED)))
    assert made.entry in shown
    assert "拟移出" not in shown
    assert "在册" in shown


def test_an_application_is_taken_back_with_reasons_and_may_be_filed_again(place, at, batch) -> None:
    place.on = timezone.localdate()
    from greenmine.selection import actions as selection

    made = selection.prepare(batch, place.mine.key, **place.act("firm.clerk"))
    made = selection.file(made, agreed=True, **place.act("firm.decider"))
    client = at("firm.decider")
    seen = client.get(page_of(made)).context["seen"]
    assert act(client, made, act="take", step="withdraw", seen=seen, reasons="").status_code == 400
    assert act(client, made, act="take", step="withdraw", seen=seen, reasons="拟调整开采方案").status_code == 302
    made.refresh_from_db()
    assert made.outcome == "withdrawn"
    assert client.post(reverse(NEW), {"mine": place.mine.key, "batch": batch.number}).status_code == 302


def test_the_enterprise_finds_no_opinions_votes_or_findings_of_the_authority(place, at) -> None:
    place.on = timezone.localdate() - timedelta(days=30)
    made = filed(place)
    ground.take(place, made, "accept", "county.clerk")
    ground.opine(place, made, ecology="disagree")
    shown = text_of(at("firm.decider").get(page_of(made)))
    assert "经审核，提出如上意见" not in shown
    assert "不同意" not in shown


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"act": "nonsense"}, 404),
        ({}, 404),
        ({"act": "bring", "item": "no-such-line", "note": "x"}, 400),
        ({"act": "bring", "item": "images"}, 400),
        ({"act": "take", "step": "accept", "seen": "²"}, 400),
        ({"act": "take", "step": "no-such-step"}, 400),
    ],
)
def test_bad_input_is_answered_with_a_sentence_and_never_with_an_error(at, draft, form, status) -> None:
    assert act(at("firm.clerk"), draft, **form).status_code == status


def test_a_draft_is_thrown_away_and_the_mine_begins_anew(place, at, draft, batch) -> None:
    client = at("firm.clerk")
    assert act(client, draft, act="discard").headers["Location"] == reverse(LISTED)
    assert client.post(reverse(NEW), {"mine": place.mine.key, "batch": batch.number}).status_code == 302


@pytest.mark.parametrize("who", ["county.clerk", "province.decider", "ecology.clerk"])
def test_the_desk_of_enterprises_opens_to_no_authority(at, draft, who) -> None:
    for address in (reverse(LISTED), reverse(NEW), page_of(draft)):
        assert at(who).get(address).status_code == 403, address


def test_a_to_do_leads_to_the_application(place, at, returned) -> None:
    from greenmine.notifications import queries as notices
    from greenmine.web.components.notices import place_of

    waiting = notices.waiting(place.people["firm"]["decider"], on=timezone.localdate())
    about = [one for one in waiting if one.about_kind == "application"]
    assert about
    assert {place_of(one, "enterprise") for one in about} == {page_of(returned)}


def test_a_to_do_of_the_case_leads_there_too_and_for_nobody_else(at, returned) -> None:
    address = reverse("enterprise:application_case", args=[returned.case])
    assert at("firm.clerk").get(address).headers["Location"] == page_of(returned)
    assert at("rival.decider").get(address).status_code == 404
    assert at("firm.clerk").get(reverse("enterprise:application_case", args=["XX-0000"])).status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_lists_ask_the_same_however_long_they_are(place, at, batch, count) -> None:
    from greenmine.selection import actions as selection

    for number in range(count):
        mine = ground.clean_mine(place, f"丙{number:02d}号矿", assessed=False)
        selection.prepare(batch, mine.key, **place.act("firm.clerk"))
    client = at("firm.clerk")
    client.get(reverse(LISTED))
    for address, most in ((reverse(LISTED), 24), (reverse(NEW), 26)):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        assert len(asked) <= most, (address, len(asked))
