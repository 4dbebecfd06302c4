"""Filling in: what stands on the page, what a save answers, that two people lose nothing, and that it works without a script."""

from __future__ import annotations

import pytest
from django.urls import reverse

from greenmine.assessment.models import AnswerChange, ItemAnswer
from tests.web.enterprise.conftest import STANDARD, fill

LEVELS = "zones"  # an item of the demonstration set with levels


def address(opened, name="item", *more):
    return reverse(f"enterprise:{name}", args=[opened.number, *more])


def test_home_shows_the_enterprises_own_mine_and_its_open_self_assessment(world, at_desk, opened) -> None:
    shown = at_desk(world.firm).get(reverse("enterprise:home")).content.decode()
    for words in ("青山煤矿", opened.number, "预审", "涉嫌 1 种情形（待确认）"):
        assert words in shown, words
    assert "白石铜矿" not in shown


def test_a_standard_is_proposed_with_reasons_and_the_others_stand_beside_it(world, at_desk) -> None:
    answer = at_desk(world.firm).get(reverse("enterprise:assessment_new"), {"mine": world.green.key})
    shown = answer.content.decode()
    assert answer.context["choice"].reasons
    for words in (
        "系统建议",
        STANDARD,
        "cn-2024",
        "演示用，非正式指标",
        "有未掌握的内容，只作结构对照",
        "宽松，不能改用",
    ):
        assert words in shown, words


def test_the_working_page_shows_preconditions_first_and_every_item(world, at_desk, opened) -> None:
    answer = at_desk(world.firm).get(address(opened, "assessment"))
    shown = answer.content.decode()
    assert shown.index('id="preconditions"') < shown.index('id="dimension-')
    ids = [row.id for row in answer.context["preconditions"]]
    ids += [row.id for section in answer.context["sections"] for part in section.parts for row in part.rows]
    assert ids == list(ItemAnswer.objects.filter(assessment=opened).order_by("id").values_list("indicator", flat=True))
    assert "data-autosave" in shown


def test_a_save_answers_version_and_fragments_and_moves_the_total(world, at_desk, opened) -> None:
    client = at_desk(world.firm)
    most = client.get(address(opened, "assessment")).context["summary"]
    level = next(row for row in _rows(client, opened) if row.id == LEVELS)
    worst = level.choices[-2].value if level.choices[-1].value == "na" else level.choices[-1].value
    answer = client.post(
        address(opened, "item", LEVELS),
        {"claim": worst, "seen": "0", "comment": "尚未分区"},
        headers={"X-Autosave": "1"},
    )
    told = answer.json()
    assert (answer.status_code, told["outcome"], told["version"]) == (200, "saved", 1)
    assert "计分" in told["item"]
    after = client.get(address(opened, "assessment")).context["summary"]
    assert after["high"] < most["high"]
    assert f'id="total">{points(after["low"])} – {points(after["high"])}' in told["summary"]
    kept = ItemAnswer.objects.get(assessment=opened, indicator=LEVELS)
    assert (kept.comment, kept.by) == ("尚未分区", "陈填报")


def test_whoever_saves_what_he_did_not_see_is_shown_both_and_nothing_is_lost(world, firm, at_desk, opened) -> None:
    first, second = at_desk(firm.clerk), at_desk(firm.colleague)
    best = _rows(first, opened)
    choices = next(row for row in best if row.id == LEVELS).choices
    first.post(address(opened, "item", LEVELS), {"claim": choices[1].value, "seen": "0"}, headers={"X-Autosave": "1"})
    form = {"claim": choices[2].value, "seen": "0", "comment": "我看到的是另一样"}
    answer = second.post(address(opened, "item", LEVELS), form, headers={"X-Autosave": "1"})
    told = answer.json()
    assert (answer.status_code, told["outcome"], told["version"]) == (409, "overtaken", 1)
    assert told["theirs"]["claim"] == choices[1].value
    for words in ("采用我的", "采用对方的", "陈填报", choices[2].words, "我看到的是另一样"):
        assert words in told["conflict"], words
    refused = AnswerChange.objects.get(assessment=opened, outcome="refused")
    assert refused.comment == "我看到的是另一样"
    mine = second.post(
        address(opened, "item", LEVELS), form | {"seen": str(told["version"])}, headers={"X-Autosave": "1"}
    )
    assert mine.json()["version"] == 2


def test_a_save_whose_answer_was_lost_on_the_way_is_no_conflict_when_sent_again(world, firm, at_desk, opened) -> None:
    client, form = at_desk(firm.clerk), {"claim": "yes", "seen": "0", "comment": "同一份内容"}
    for _ in range(2):
        told = client.post(address(opened, "item", LEVELS), form, headers={"X-Autosave": "1"}).json()
        assert (told["outcome"], told["version"]) == ("saved", 1)
    assert ItemAnswer.objects.get(assessment=opened, indicator=LEVELS).version == 1


def test_without_a_script_a_conflict_is_a_page_with_both_and_what_was_typed(world, firm, at_desk, opened) -> None:
    choices = next(row for row in _rows(at_desk(firm.clerk), opened) if row.id == LEVELS).choices
    at_desk(firm.clerk).post(address(opened, "item", LEVELS), {"claim": choices[1].value, "seen": "0"})
    answer = at_desk(firm.colleague).post(
        address(opened, "item", LEVELS), {"claim": choices[2].value, "seen": "0", "comment": "我写的说明"}
    )
    shown = answer.content.decode()
    assert answer.status_code == 400
    assert "我写的说明" in shown
    assert "采用对方的" in shown
    assert 'name="seen" value="1"' in shown


def test_without_a_script_the_button_saves_and_leads_back_to_the_item(world, at_desk, opened) -> None:
    client = at_desk(world.firm)
    choices = next(row for row in _rows(client, opened) if row.id == LEVELS).choices
    answer = client.post(address(opened, "item", LEVELS), {"claim": choices[1].value, "seen": "0"})
    assert answer.headers["Location"].endswith(f"/#item-{LEVELS}")
    assert ItemAnswer.objects.get(assessment=opened, indicator=LEVELS).state == "scored"


def test_a_measured_item_says_what_each_score_asks_of_the_figure(world, at_desk, opened) -> None:
    from greenmine.law.indicators import Measured

    rows = [row for row in _rows(at_desk(world.firm), opened) if isinstance(getattr(row.spec, "scale", None), Measured)]
    assert rows
    for row in rows:
        words = [choice.words for choice in row.choices if choice.points is not None]
        assert len(set(words)) == len(words)
        assert all(words)
    figures = [choice.words for row in rows for choice in row.choices if choice.words.startswith("不低于")]
    assert any("%" in one for one in figures)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"claim": "na", "reason": ""}, "请说明不适用的理由"),
        ({"claim": "99999"}, "得分只能为"),
        ({"claim": "很多"}, "选择的得分无法识别"),
        ({"claim": "typed", "score": "1e9999"}, "不是有效数字"),
        ({"claim": "typed", "score": "七"}, "不是有效数字"),
        ({"claim": "none", "effort": "-3"}, "请填写整数"),
        ({"claim": "none", "effort": "9" * 40}, "请填写整数"),
        ({"claim": "none", "comment": "长" * 4001}, "说明最多 4000 字"),
    ],
)
def test_bad_input_is_a_sentence_and_what_was_typed_stays(world, at_desk, opened, form, words) -> None:
    client = at_desk(world.firm)
    quiet = client.post(address(opened, "item", LEVELS), {"seen": "0", **form}, headers={"X-Autosave": "1"})
    assert (quiet.status_code, quiet.json()["outcome"]) == (400, "refused")
    assert words in quiet.json()["sentence"]
    plain = client.post(
        address(opened, "item", LEVELS), {"seen": "0", **form, "comment": form.get("comment", "写了很久的说明")}
    )
    assert plain.status_code == 400
    assert form.get("comment", "写了很久的说明") in plain.content.decode()
    assert ItemAnswer.objects.get(assessment=opened, indicator=LEVELS).version == 0


def test_unknown_items_and_assessments_are_no_pages(world, at_desk, opened) -> None:
    client = at_desk(world.firm)
    assert client.get(address(opened, "item", "no-such-item")).status_code == 404
    answer = client.post(address(opened, "item", "no-such-item"), {"claim": "none"}, headers={"X-Autosave": "1"})
    assert answer.status_code == 400
    assert client.get(reverse("enterprise:assessment", args=["ZP-1999-0001"])).status_code == 404
    assert client.post(reverse("enterprise:evidence_detach", args=[opened.number, 10**12])).status_code == 404


def test_evidence_is_uploaded_chosen_again_for_another_item_and_taken_off(world, at_desk, opened) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client, other = at_desk(world.firm), "order"
    other = next(row.id for row in _rows(client, opened) if row.id != LEVELS and not row.is_precondition)
    file = SimpleUploadedFile("总平面图.pdf", b"%PDF-1.7\n%%EOF\n")
    need = next(row for row in _rows(client, opened) if row.id == LEVELS).spec.evidence[0].id
    client.post(address(opened, "evidence", LEVELS), {"file": file, "need": need, "dated_on": "2026-03-01"})
    (link,) = next(row for row in _rows(client, opened) if row.id == LEVELS).evidence
    assert link.day.isoformat() == "2026-03-01"
    page = client.get(address(opened, "item", other))
    assert [one.provenance.name for one in page.context["reusable"]] == ["总平面图.pdf"]
    client.post(address(opened, "evidence", other), {"provenance": [str(link.provenance_id)], "from": "item"})
    assert len(next(row for row in _rows(client, opened) if row.id == other).evidence) == 1
    client.post(address(opened, "evidence_detach", link.pk))
    assert next(row for row in _rows(client, opened) if row.id == LEVELS).evidence == []


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "请选择文件或事实"),
        ({"dated_on": "2026-02-30", "fact": "mineral"}, "材料日期不是有效日期"),
        ({"fact": "no_such_fact"}, "事实目录中没有"),
        ({"provenance": ["²", "-1", "x"]}, "请选择文件或事实"),
    ],
)
def test_evidence_that_cannot_be_taken_is_refused_in_words(world, at_desk, opened, form, words) -> None:
    shown = at_desk(world.firm).post(address(opened, "evidence", LEVELS), form, follow=True).content.decode()
    assert words in shown


def test_anothers_file_cannot_be_attached_by_its_number(world, at_desk, opened) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils import timezone

    from greenmine.evidence import actions as evidence

    kept = evidence.keep(
        SimpleUploadedFile("对手的图.pdf", b"%PDF-1.7\nrival\n%%EOF\n"), by=world.rival, on=timezone.localdate(),
        subject=("mine", world.red.key),
    )  # fmt: skip
    shown = at_desk(world.firm).post(address(opened, "evidence", LEVELS), {"provenance": [kept.pk]}, follow=True)
    assert "只能选用本企业、本矿山的材料" in shown.content.decode()
    assert "对手的图" not in shown.content.decode()


def test_a_fact_that_decides_is_shown_with_value_source_and_day_and_a_contrary_claim_is_flagged(
    world, at_desk, opened
) -> None:
    from tests.web.authority.conftest import rejudge, say

    say(world.law, world.green, "county_nr", mining_license_status="expired", mining_license_valid_until="2026-01-31")
    rejudge(world.law)
    client = at_desk(world.firm)
    row = next(row for row in _rows(client, opened) if row.id == "mining-licence")
    assert row.item.decided_by_fact
    assert row.vetoed
    shown = client.get(address(opened, "item", "mining-licence")).content.decode()
    for words in ("由事实判定", "county_nr 台账", "2026-01-31", "不满足：一票否决"):
        assert words in shown, words


def test_history_of_an_item_tells_every_change(world, firm, at_desk, opened) -> None:
    client = at_desk(world.firm)
    choices = next(row for row in _rows(client, opened) if row.id == LEVELS).choices
    for seen, choice in enumerate(choices[1:3]):
        client.post(address(opened, "item", LEVELS), {"claim": choice.value, "seen": str(seen)})
    page = at_desk(firm.records).get(address(opened, "item", LEVELS))
    assert [one["said"].split(" · ")[0] for one in page.context["history"]] == [choices[2].words, choices[1].words]
    assert "陈填报" in page.content.decode()


def test_whoever_only_reads_sees_why_nothing_can_be_changed(world, firm, at_desk, opened) -> None:
    shown = at_desk(firm.records).get(address(opened, "assessment")).content.decode()
    assert "您的岗位不能填写自评" in shown
    assert "data-autosave" not in shown
    assert '<fieldset class="claims" disabled>' in shown
    assert "添加佐证" not in shown


def test_a_filled_self_assessment_shows_no_open_item(world, firm, at_desk, opened) -> None:
    fill(opened, firm.clerk)
    summary = at_desk(world.firm).get(address(opened, "assessment")).context["summary"]
    assert summary["answered"] == summary["asked"]


def _rows(client, opened):
    answer = client.get(address(opened, "assessment"))
    rows = list(answer.context["preconditions"])
    return rows + [row for section in answer.context["sections"] for part in section.parts for row in part.rows]


def points(hundredths):
    from greenmine.web.components.templatetags.scoring import points as words

    return words(hundredths)
