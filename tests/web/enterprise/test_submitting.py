"""Submitting: hints first, the decider's word, a report frozen under its hash, given back with reasons, taken back."""

from __future__ import annotations

import hashlib
import json

from django.urls import reverse

from tests.web.enterprise.conftest import explain, fill, submit


def page(name, found, *more):
    return reverse(f"enterprise:{name}", args=[found.number, *more])


def test_what_is_unanswered_stops_a_submission_and_says_what_to_do(world, firm, at_desk, opened) -> None:
    client = at_desk(firm.decider)
    shown = client.get(page("submit", opened)).content.decode()
    for words in ("必须改正", "没有正在处理的重大矿地纠纷", "请先处理必须改正的问题"):
        assert words in shown, words
    refused = client.post(page("submit", opened), {"agreed": "yes"}, follow=True).content.decode()
    assert "个问题需要先处理" in refused
    opened.refresh_from_db()
    assert opened.state == "draft"


def test_reasons_are_given_together_and_a_stale_one_is_a_sentence(world, firm, at_desk, opened) -> None:
    fill(opened, firm.clerk)
    client = at_desk(firm.clerk)
    asking = client.get(page("submit", opened)).context["asking"]
    assert asking
    form = {"flag": [one["flag"].fingerprint for one in asking], "reason": ["佐证随后补交"] * len(asking)}
    client.post(page("acknowledge", opened), form)
    after = client.get(page("submit", opened))
    assert after.context["asking"] == []
    assert len(after.context["explained"]) == len(asking)
    stale = client.post(page("acknowledge", opened), {"flag": ["0" * 64], "reason": ["不存在的提示"]})
    assert (stale.status_code, "该提示已不存在" in stale.content.decode()) == (400, True)


def test_without_agreeing_nothing_is_submitted(world, firm, at_desk, opened) -> None:
    fill(opened, firm.clerk)
    explain(opened, firm.clerk)
    refused = at_desk(firm.decider).post(page("submit", opened), {}, follow=True).content.decode()
    assert "请先阅读并同意真实性承诺" in refused


def test_the_decider_submits_and_the_report_shows_hash_commitment_and_every_item(world, firm, at_desk, opened) -> None:
    fill(opened, firm.clerk)
    explain(opened, firm.clerk)
    client = at_desk(firm.decider)
    answer = client.post(page("submit", opened), {"agreed": "yes"})
    assert answer.headers["Location"] == page("report", opened)
    opened.refresh_from_db()
    shown = client.get(page("report", opened)).content.decode()
    for words in (opened.frozen_hash, "与提交时一致", "真实性承诺", "功能分区", "高矿长", "县级自然资源主管部门"):
        assert words in shown, words
    record = client.get(page("report_file", opened, "json"))
    assert hashlib.sha256(record.content).hexdigest() == opened.frozen_hash
    assert json.loads(record.content)["number"] == opened.number
    assert client.get(page("report_file", opened, "exe")).status_code == 404
    assert client.get(page("assessment", opened)).headers["Location"] == page("report", opened)
    late = client.post(page("item", opened, "zones"), {"claim": "none", "seen": "1"}, headers={"X-Autosave": "1"})
    assert "不能再修改" in late.json()["sentence"]


def test_the_report_is_handed_out_as_word_and_pdf_to_the_house_and_its_region(world, firm, at_desk, opened) -> None:
    found = submit(opened, firm)
    pdf = b"".join(at_desk(firm.clerk).get(page("report_file", found, "pdf")).streaming_content)
    assert pdf.startswith(b"%PDF-")
    word = reverse("authority:assessment_file", args=[found.number, "docx"])
    assert b"".join(at_desk(world.county).get(word).streaming_content).startswith(b"PK")
    assert at_desk(world.other_county).get(word).status_code == 404


def test_a_record_that_was_changed_afterwards_is_said_to_differ(world, firm, at_desk, opened) -> None:
    found = submit(opened, firm)
    last = found.submissions.get()
    last.content = last.content.replace("已核对", "已改过", 1)
    last.save()
    shown = at_desk(firm.clerk).get(page("report", found)).content.decode()
    assert "与提交时不一致" in shown


def test_what_is_given_back_stands_on_top_and_the_earlier_report_stays_readable(world, firm, at_desk, opened) -> None:
    from django.utils import timezone

    from greenmine.assessment import actions
    from tests.web.enterprise.conftest import house_of

    found = submit(opened, firm)
    reasons = [{"indicator": "zones", "text": "请补充功能分区图"}, {"indicator": "", "text": "说明过于笼统"}]
    actions.return_(found, reasons, by=world.city, organisation=house_of(world.city), on=timezone.localdate())
    client = at_desk(firm.clerk)
    shown = client.get(page("assessment", found)).content.decode()
    assert shown.index("请补充功能分区图") < shown.index('id="assessment-summary"')
    assert "说明过于笼统" in shown
    assert client.get(page("report", found)).status_code == 200
    blocking = client.get(page("submit", found)).context["blocking"]
    assert [one["flag"].code for one in blocking] == ["open_return", "open_return"]


def test_a_report_is_taken_back_by_the_decider_only(world, firm, at_desk, opened) -> None:
    found = submit(opened, firm)
    assert at_desk(firm.clerk).post(page("withdraw", found)).status_code == 403
    at_desk(firm.decider).post(page("withdraw", found))
    found.refresh_from_db()
    assert found.state == "withdrawn"
    assert "已撤回" in at_desk(firm.clerk).get(page("assessment", found)).content.decode()
