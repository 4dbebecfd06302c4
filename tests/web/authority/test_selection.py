"""The desk of selection: the list, one application on one page, its steps by their forms; nothing typed is lost."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from tests.selection import ground
from tests.web.authority.selecting import MINE, RIVAL, at, filed, of_a_real_set, place, text_of, today

__all__ = ["at", "place", "today"]

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def application(place, today):
    return in_days(place)


def in_days(place, mine=None, firm="firm"):
    """Filed on a day on which the batch still took it; then it is today again."""
    place.on = timezone.localdate() - timedelta(days=30)
    made = filed(place, mine, firm)
    place.on = timezone.localdate()
    return made


def page_of(application) -> str:
    return reverse("authority:application", args=[application.number])


def take(client, application, step, *, seen=None, **fields):
    application.refresh_from_db()
    from greenmine.procedures.models import Case

    version = Case.objects.get(number=application.case).version if seen is None else seen
    address = reverse("authority:application_act", args=[application.number])
    return client.post(address, {"act": "take", "step": step, "seen": version, **fields})


def steps_of(answer) -> dict[str, bool]:
    return {turn["step"].id: turn["may"] for turn in answer.context["turns"]}


# the list


def test_the_list_shows_what_was_filed_and_the_filters_narrow_it(place, at, application) -> None:
    other = in_days(place, place.rival_mine, "rival")
    client, address = at("county.clerk"), reverse("authority:selection")
    assert [row["application"].number for row in client.get(address).context["rows"]] == [
        other.number,
        application.number,
    ]
    for query, found in (
        ("q=青山", [application.number]),
        ("q=E0", []),
        ("state=filed", [other.number, application.number]),
        ("state=reviewing", []),
        ("state=ended", []),
        ("state=open", [other.number, application.number]),
        (f"batch={place.batch.number}", [other.number, application.number]),
        ("batch=PC-0000-0000", []),
        ("region=140100", [other.number, application.number]),
        ("region=150000", []),
        ("tier=national", []),
        ("due=overdue", [other.number, application.number]),
    ):
        rows = client.get(f"{address}?{query}").context["rows"]
        assert [row["application"].number for row in rows] == found, query


def test_a_draft_is_the_enterprises_alone(place, at) -> None:
    from greenmine.selection import actions as selection

    place.on = timezone.localdate() - timedelta(days=30)
    draft = selection.prepare(place.batch, place.mine.key, **place.act("firm.clerk"))
    for who in ("county.clerk", "province.decider"):
        assert draft.number not in text_of(at(who).get(reverse("authority:selection")))
        assert at(who).get(page_of(draft)).status_code == 404


def test_the_workbook_holds_what_the_list_shows(place, at, application) -> None:
    answer = at("province.reviewer").get(reverse("authority:selection_export") + "?q=青山")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows] == ["编号", application.number]
    assert rows[1][3] == MINE


@pytest.mark.parametrize("count", [1, 30])
def test_a_list_asks_the_same_however_long_it_is(place, at, count) -> None:
    place.on = timezone.localdate() - timedelta(days=30)
    for number in range(count):
        mine = ground.clean_mine(place, f"乙{number:02d}号矿")
        copy_of(place, mine, number)
    client = at("county.clerk")
    client.get(reverse("authority:selection"))
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(reverse("authority:selection"))
    assert len(answer.context["rows"]) == count
    assert len(asked) <= 22


def copy_of(place, mine, number) -> None:
    """An application as it would stand, without its way: only its line is looked at."""
    from greenmine.selection.models import Application

    Application.objects.create(
        number=f"SB-2020-{number:04d}", batch=place.batch, mine=mine.key, mine_name=mine.name, region_code=mine.region_code,
        holder="E00000001", holder_name="青山", organisation="O1", state="filed", state_since=place.on, table=place.place.table,
        case=f"XX-{number}", prepared_by="某人", prepared_on=place.on, filed_on=place.on,
    )  # fmt: skip


# one page


def test_one_page_shows_where_it_stands_and_what_it_rests_on(at, application) -> None:
    answer = at("county.clerk").get(page_of(application))
    shown = text_of(answer)
    for words in (
        MINE, application.number, "已提交，待受理", "安全生产许可证", "流程图", "自动判定", "申报材料", "来源", "关口核验", "位置", "文书",
        "不予受理", "退回补正",
    ):  # fmt: skip
        assert words in shown, words
    assert steps_of(answer) == {"accept": True, "return_for_correction": True, "not_accept": False}


def test_a_button_that_is_grey_says_why(at, application) -> None:
    turns = {turn["step"].id: turn for turn in at("province.clerk").get(page_of(application)).context["turns"]}
    assert turns["accept"]["may"] is False
    assert "县级" in turns["accept"]["reason"].zh


@pytest.mark.parametrize(
    "who", ["neighbour.clerk", "neighbour.decider", "neighbour_ecology.clerk", "rival.clerk", "rival.decider"]
)
def test_another_county_department_or_enterprise_finds_no_trace(place, at, application, who) -> None:
    client = at(who)
    addresses = [
        page_of(application), reverse("authority:selection"), reverse("authority:selection") + "?q=青山",
        reverse("authority:batches"), reverse("authority:batch", args=[place.batch.number]),
        reverse("authority:selection_export"), reverse("authority:batch_export", args=[place.batch.number]),
    ]  # fmt: skip
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code in {200, 403, 404}, address
        if "export" in address and answer.status_code == 200:
            rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
            assert len(rows) <= 1, address
            continue
        leaked = text_of(answer).replace('value="青山"', "").replace(address, "")
        assert MINE not in leaked, address
        assert application.number not in leaked, address
    assert client.post(
        reverse("authority:application_act", args=[application.number]), {"act": "take", "step": "accept"}
    ).status_code in {403, 404}
    application.refresh_from_db()
    assert application.state == "filed"


def test_a_file_of_another_application_is_no_page(place, at, application) -> None:
    from greenmine.selection import actions as selection

    place.on = timezone.localdate() - timedelta(days=30)
    draft = selection.prepare(place.batch, place.rival_mine.key, **place.act("rival.clerk"))
    brought = selection.bring(draft, "images", ground.paper("现状.txt", "秘密"), **place.act("rival.clerk"))
    address = reverse("authority:application_file", args=[application.number, brought.file_id])
    assert at("county.clerk").get(address).status_code == 404
    own = reverse("authority:application_file", args=[draft.number, brought.file_id])
    assert at("county.clerk").get(own).status_code == 404  # a draft is not the authority's to see


# steps


def test_it_is_accepted_by_the_button_and_the_departments_are_asked(at, application) -> None:
    client = at("county.clerk")
    assert take(client, application, "accept", note="").status_code == 302
    application.refresh_from_db()
    assert application.state == "reviewing"
    shown = text_of(client.get(page_of(application)))
    assert "生态环境" in shown
    assert "待反馈" in shown


def test_all_defects_are_told_at_once_by_rows_of_the_form(at, application) -> None:
    answer = take(
        at("county.clerk"), application, "return_for_correction",
        **{"defects-item": ["images", "licences", "form"], "defects-text": ["缺采场影像", "许可证扫描件不清", "  "]},
    )  # fmt: skip
    assert answer.status_code == 302
    told = application.returns.get()
    assert [(one["item"], one["text"]) for one in told.defects] == [
        ("images", "缺采场影像"),
        ("licences", "许可证扫描件不清"),
    ]
    assert "缺采场影像" in text_of(at("county.reviewer").get(page_of(application)))


def test_what_was_typed_stays_where_a_step_is_refused(at, application) -> None:
    client = at("county.clerk")
    take(client, application, "accept", note="")
    answer = take(at("county.reviewer"), application, "pass_review", reasons="逐项核对材料齐全一致")
    assert answer.status_code == 400
    shown = text_of(answer)
    assert "逐项核对材料齐全一致" in shown
    assert answer.context["refused"].words
    application.refresh_from_db()
    assert application.state == "reviewing"


def test_rows_that_were_typed_stay_in_their_columns_where_they_are_refused(at, application) -> None:
    answer = take(
        at("county.clerk"), application, "return_for_correction",
        **{"defects-item": ["nothing-like-it", "licences"], "defects-text": ["甲问题", "乙问题"]},
    )  # fmt: skip
    assert answer.status_code == 400
    field = next(t for t in answer.context["turns"] if t["step"].id == "return_for_correction")["fields"][0]
    typed = [[cell["value"] for cell in row["cells"]] for row in field["rows"]]
    assert typed[:2] == [["nothing-like-it", "甲问题"], ["licences", "乙问题"]]


def test_of_two_who_act_at_once_one_is_told_and_can_copy_what_he_typed(at, application) -> None:
    seen = at("county.decider").get(page_of(application)).context["seen"]
    assert take(at("county.clerk"), application, "accept", seen=seen, note="").status_code == 302
    answer = take(at("county.decider"), application, "not_accept", seen=seen, reasons="材料不属于受理范围的长篇理由")
    assert answer.status_code == 400
    shown = text_of(answer)
    assert "已由他人办理" in shown
    assert "材料不属于受理范围的长篇理由" in shown
    application.refresh_from_db()
    assert application.state == "reviewing"


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"act": "take", "step": "enter", "decision_number": "x"}, 400),
        ({"act": "take", "step": "no-such-step"}, 400),
        ({"act": "take", "step": ""}, 400),
        ({"act": "nonsense"}, 404),
        ({"act": "opine", "opinion": "99999999999999999999"}, 400),
        ({"act": "let_pass", "check": "²", "ground": "x"}, 400),
        ({"act": "look", "gate": "nowhere"}, 400),
        ({"act": "take", "step": "accept", "seen": "²"}, 302),
    ],
)
def test_bad_input_is_answered_with_a_sentence_and_never_with_an_error(at, application, form, status) -> None:
    address = reverse("authority:application_act", args=[application.number])
    assert at("county.clerk").post(address, form).status_code == status


def test_a_day_the_calendar_does_not_have_is_refused_in_words(place, at, application) -> None:
    ground.walk(place, application, "assessed")
    answer = take(
        at("province.reviewer"), application, "plan_verification", planned_on="2026-02-30",
        **{"team-name": ["甲", "乙"], "team-organisation": ["省厅", "环保厅"],
           "team-department": ["natural_resources", "ecology"], "team-leads": ["yes", "no"]},
    )  # fmt: skip
    assert answer.status_code == 400
    shown = text_of(answer)
    assert "不是有效日期" in shown
    assert "环保厅" in shown


def test_a_department_gives_its_opinion_on_the_page_and_no_other_department_does_it_for_it(
    place, at, application
) -> None:
    take(at("county.clerk"), application, "accept", note="")
    asked = {
        one["opinion"].department: one for one in at("ecology.clerk").get(page_of(application)).context["opinions"]
    }
    assert {name: one["may"] for name, one in asked.items()} == {"ecology": True, "forestry": False}
    address = reverse("authority:application_act", args=[application.number])
    form = {"act": "opine", "verdict": "agree", "opinion_text": "经核，无环境违法记录"}
    refused = at("forestry.clerk").post(address, {**form, "opinion": asked["ecology"]["opinion"].pk})
    assert refused.status_code == 400
    assert "经核，无环境违法记录" in text_of(refused)
    proof = SimpleUploadedFile("意见附件.txt", "附件".encode())
    given = at("ecology.clerk").post(
        address, {**form, "opinion": asked["ecology"]["opinion"].pk, "opinion_file": proof}
    )
    assert given.status_code == 302
    one = next(
        o
        for o in at("county.reviewer").get(page_of(application)).context["opinions"]
        if o["opinion"].department == "ecology"
    )
    assert (one["standing"], one["opinion"].verdict) == ("given", "agree")
    file = reverse("authority:application_file", args=[application.number, one["opinion"].evidence[0]])
    assert at("county.clerk").get(file).status_code == 200
    assert at("neighbour_ecology.clerk").get(file).status_code == 404


def test_the_whole_way_by_the_forms_of_the_page(place, at, application) -> None:
    """Accept, opinions, review, commission, assessment, verification; the notice is the batch's; votes; entry."""
    take(at("county.clerk"), application, "accept", note="")
    ground.opine(place, application)
    remarks = {"remarks-item": ["许可证", ""], "remarks-text": ["有效期内", ""], "remarks-met": ["yes", ""]}
    assert take(at("county.reviewer"), application, "pass_review", reasons="材料齐全", **remarks).status_code == 302
    assert application.reviews.get().remarks == [{"item": "许可证", "text": "有效期内", "met": True}]
    assert "有效期内" in text_of(at("county.clerk").get(page_of(application)))
    agency = ground.agency()
    assert take(at("province.clerk"), application, "commission", agency=agency.key).status_code == 302
    application.refresh_from_db()
    ground.reported(place, application)
    assert take(at("province.reviewer"), application, "pass_assessment").status_code == 302
    team = {"team-name": ["甲", "乙"], "team-organisation": ["省厅", "环保厅"],
            "team-department": ["natural_resources", "ecology"], "team-leads": ["yes", "no"]}  # fmt: skip
    day = timezone.localdate().isoformat()
    assert take(at("province.reviewer"), application, "plan_verification", planned_on=day, **team).status_code == 302
    found = {
        "visited_on": day, "findings-item": ["边坡", ""], "findings-text": ["与报告一致", ""], "findings-met": ["", "yes"],
        "views-name": ["甲", "乙"], "views-department": ["natural_resources", "ecology"], "views-agrees": ["yes", "no"],
        "views-text": ["", "道路扬尘待改进"], "sheet": ground.paper("核查表.txt", "签字核查表"),
    }  # fmt: skip
    assert take(at("province.reviewer"), application, "record_verification", **found).status_code == 302
    kept = application.verifications.get()
    assert kept.findings == [{"item": "边坡", "text": "与报告一致", "met": None}]
    assert [one["agrees"] for one in kept.views] == [True, False]
    assert kept.team[0]["leads"] is True
    answer = at("province.decider").get(page_of(application))
    assert steps_of(answer)["confirm_verification"] is True


def test_votes_are_given_in_rows_and_kept_with_their_reasons(place, at, today) -> None:
    place.on = timezone.localdate() - timedelta(days=35)
    made = ground.walk(place, filed(place), "noticed")
    assert place.on <= timezone.localdate()
    votes = {
        "votes-name": ["甲", "乙", "丙", ""], "votes-organisation": ["省厅"] * 4, "votes-vote": ["for", "for", "against", "for"],
        "votes-reason": ["", "", "指标存疑", ""],
    }  # fmt: skip
    day = timezone.localdate().isoformat()
    client = at("province.decider")
    refused = take(client, made, "decide", held_on=day, chair="甲", reasons="形成一致意见", **votes)
    assert refused.status_code == 400  # no minutes
    assert "指标存疑" in text_of(refused)
    form = {"held_on": day, "chair": "甲", "reasons": "形成一致意见", "minutes": ground.paper(), **votes}
    assert take(client, made, "decide", **form).status_code == 302
    meeting = made.meetings.get()
    assert (meeting.favour, meeting.against, meeting.carried) == (2, 1, True)
    assert "指标存疑" in text_of(at("province.reviewer").get(page_of(made)))
    assert take(client, made, "enter", decision_number="绿矿决〔2026〕1号", certificate_number="").status_code == 302
    made.refresh_from_db()
    assert made.outcome == "listed"


def test_self_assessment_and_third_party_stand_side_by_side(place, at, application) -> None:
    from greenmine.assessment.models import Assessment, ItemAnswer
    from greenmine.selection.models import Application
    from tests.web.enterprise.conftest import fill, open_one

    for old in Assessment.objects.all():  # the ground writes its own numbers
        Assessment.objects.filter(pk=old.pk).update(number=f"ZP-0000-{old.pk:04d}", state="withdrawn")
    own = open_one(place.mine, place.people["firm"]["clerk"], place.people["firm"][""], standard=ground.STANDARD)
    fill(own, place.people["firm"]["clerk"])
    own.refresh_from_db()
    third = Assessment.objects.get(pk=own.pk)
    third.pk, third.number, third.party, third.engagement, third.low = (
        None,
        "ZP-2026-9999",
        "third_party",
        "WT-1",
        own.low - 100,
    )
    third.save()
    for row in ItemAnswer.objects.filter(assessment=own):
        row.pk, row.assessment = None, third
        row.save()
    lowered = ItemAnswer.objects.filter(assessment=third, state="scored", score__gte=100).order_by("pk").first()
    ItemAnswer.objects.filter(pk=lowered.pk).update(score=lowered.score - 100)
    Application.objects.filter(pk=application.pk).update(assessment=own.number, engagement="WT-1")
    assert at("county.clerk").get(page_of(application)).context["compared"] is None  # neither was submitted
    frozen = {"state": "submitted", "submitted_on": timezone.localdate(), "frozen": "{}", "frozen_hash": "f" * 64}
    Assessment.objects.filter(pk__in=[own.pk, third.pk]).update(**frozen)
    compared = at("province.reviewer").get(page_of(application)).context["compared"]
    assert compared["comparison"].change == -100
    assert {row["id"]: row["change"] for row in compared["rows"] if row["change"]} == {lowered.indicator: -100}


# gates


def half_known(place, but="boundary_breach"):
    """A mine of which nobody has said whether it mines beyond its boundary; the enterprise's other papers are in order."""
    from greenmine.gates import replays
    from tests.gates import ground as gate_ground

    since = place.place.start - timedelta(days=30)
    registrar = type("Cast", (), {"county": "登记人"})
    mine = gate_ground.found_mine(
        place.edition, registrar, "半知铁矿", region=place.place.county, holder="E00000001", on=since
    )
    for said in replays.clean():
        facts = {name: value for name, value in said.facts.items() if name != but}
        gate_ground.say(place.edition, mine.key, said.by, facts, since=since)
    done = {"construction_tasks_done_on": (since - timedelta(days=60)).isoformat()}
    gate_ground.say(place.edition, mine.key, "county_nr", done, since=since)
    ground.self_assessed(place, mine)
    of_a_real_set()
    return mine


def test_a_closed_gate_names_its_lines_and_is_passed_by_another_person_on_a_ground(place, at) -> None:
    application = in_days(place, half_known(place))
    take(at("county.clerk"), application, "accept", note="")
    ground.opine(place, application)
    answer = take(at("county.reviewer"), application, "pass_review", reasons="材料齐全")
    assert answer.status_code == 400
    assert answer.context["refused"].lines
    checks = [row for row in answer.context["checks"] if row["check"].gate == "review"]
    assert len(checks) == 1
    check = checks[0]["check"]
    assert check.outcome == "closed"
    assert checks[0]["why_not_pass"] is not None  # who ran the check does not pass it
    address = reverse("authority:application_act", args=[application.number])
    form = {"act": "let_pass", "check": check.pk, "ground": "市场监管部门函复近期更新"}
    own = at("county.reviewer").post(address, form)
    assert own.status_code == 400
    assert "市场监管部门函复近期更新" in text_of(own)
    assert at("county.decider").post(address, form).status_code == 302
    assert "说明理由后通过" in text_of(at("county.clerk").get(page_of(application)))
    assert take(at("county.reviewer"), application, "pass_review", reasons="材料齐全").status_code == 302


def test_an_application_that_could_not_be_filed_is_passed_by_a_decider_who_sees_its_gate(place, at) -> None:
    from greenmine.gates.models import GateCheck
    from greenmine.selection import actions as selection

    bare = half_known(place, but="in_red_line")
    place.on = timezone.localdate()
    batch = ground.opened_batch(place, title="第二批")
    draft = selection.prepare(batch, bare.key, **place.act("firm.clerk"))
    form = {"act": "submit", "agreed": "yes"}
    address = reverse("enterprise:application_act", args=[draft.number])
    assert at("firm.decider").post(address, form).status_code == 400
    check = GateCheck.objects.get(gate="filing", mine=bare.key)
    page = reverse("authority:gate_check", args=[check.pk])
    assert check.number in text_of(at("county.clerk").get(reverse("authority:gate_checks")))
    for who in ("neighbour.decider", "neighbour.clerk"):
        assert at(who).get(page).status_code == 404
        assert check.number not in text_of(at(who).get(reverse("authority:gate_checks")))
    assert at("firm.decider").get(page).status_code == 403
    assert at("county.decider").post(page, {"ground": " "}).status_code == 400
    refused = at("county.clerk").post(page, {"ground": "经办人写的理由"})
    assert refused.status_code == 400
    assert "经办人写的理由" in text_of(refused)
    assert at("county.decider").post(page, {"ground": "县局核对红线图，矿区在红线外"}).status_code == 302
    assert "县局核对红线图" in text_of(at("county.clerk").get(page))
    assert at("firm.decider").post(address, form).status_code == 302


def test_a_gate_can_be_looked_at_before_the_step(at, application) -> None:
    take(at("county.clerk"), application, "accept", note="")
    address = reverse("authority:application_act", args=[application.number])
    assert at("county.clerk").post(address, {"act": "look", "gate": "review"}).status_code == 302
    rows = at("county.clerk").get(page_of(application)).context["checks"]
    assert [(row["check"].gate, row["check"].outcome) for row in rows][-1] == ("review", "open")
    application.refresh_from_db()
    assert application.state == "reviewing"


def test_a_step_that_went_through_under_a_pass_shows_the_pass_at_its_own_check(place, at) -> None:
    from greenmine.gates import actions as gates

    application = in_days(place, half_known(place))
    take(at("county.clerk"), application, "accept", note="")
    ground.opine(place, application)
    check = gates.check("review", application.mine, about=application.subject, **place.act("county.reviewer"))
    gates.pass_closed(check, ground="县局实地踏勘记录可证", **place.act("county.decider"))
    assert take(at("county.reviewer"), application, "pass_review", reasons="材料齐全").status_code == 302
    row = next(r for r in at("county.clerk").get(page_of(application)).context["checks"] if r["check"].gate == "review")
    assert row["check"].pk > check.pk
    assert row["passed"].ground == "县局实地踏勘记录可证"


@pytest.mark.parametrize("more", [1, 30])
def test_a_page_asks_the_same_however_much_was_done(place, at, application, more) -> None:
    from greenmine.gates import actions as gates

    take(at("county.clerk"), application, "accept", note="")
    for _again in range(more):
        gates.check("review", application.mine, about=application.subject, **place.act("county.clerk"))
    client = at("county.clerk")
    client.get(page_of(application))
    with CaptureQueriesContext(connection) as asked:
        client.get(page_of(application))
    assert len(asked) <= 95, len(asked)


def test_an_auditor_style_reader_sees_and_takes_nothing(place, at, application) -> None:
    answer = at("forestry.reviewer").get(page_of(application))
    assert answer.status_code == 200
    assert all(not may for may in steps_of(answer).values())


def test_an_unknown_number_is_a_missing_page(at) -> None:
    for name in ("application", "batch"):
        assert at("province.decider").get(reverse(f"authority:{name}", args=["SB-0000-0000"])).status_code == 404


def test_the_rival_is_on_the_list_of_its_county_too(place, at) -> None:
    in_days(place, place.rival_mine, "rival")
    assert RIVAL in text_of(at("county.clerk").get(reverse("authority:selection")))
