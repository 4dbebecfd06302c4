"""The agency's desk: what waits, its engagements while they last, its people; and what it does not see."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from greenmine.assessors import actions as assessors
from greenmine.assessors.models import Assessor, Declaration, Engagement, Question
from greenmine.evidence.models import Opening
from tests.assessors.conftest import (
    NO_TIES,
    World,
    again,
    edition,  # noqa: F401 -- a fixture
    house,
    make_agency,
    world,  # noqa: F401 -- a fixture
)
from tests.web.authority.conftest import BACKEND

SECRET = "只有受托机构看得见的问题"


@pytest.fixture(autouse=True)
def _a_desk(db: None, settings: Any, tmp_path: Any) -> None:
    settings.DEMO = True
    settings.DATA = tmp_path


@pytest.fixture
def both_agencies(world: World) -> World:  # noqa: F811
    """The second agency stands on the register too, with its account."""
    make_agency(world.cast, house(world.cast.other_agency), number=2)
    return world


def browser(who: Any) -> Client:
    client = Client()
    client.force_login(who, backend=BACKEND)
    return client


def text(client: Client, name: str, *arguments: Any) -> str:
    response = client.get(reverse(name, args=arguments))
    assert response.status_code == 200, (name, response.status_code)
    return response.content.decode()


def act(client: Client, engagement: Engagement, what: str, desk: str = "assessor", **fields: Any) -> Any:
    return client.post(reverse(f"{desk}:engagement_act", args=[engagement.number]), {"act": what, **fields})


def asked(world: World, found: Engagement) -> Question:  # noqa: F811
    on = timezone.localdate()
    return assessors.raise_question(found, SECRET, due_on=on + timedelta(days=9), **world.as_("agency", on))


def test_every_page_opens(world) -> None:  # noqa: F811
    found = world.declared()
    client = browser(world.cast.agency)
    assert found.mine_name in text(client, "assessor:home")
    for name in ("assessor:engagements", "assessor:staff"):
        text(client, name)
    for name in ("assessor:engagement", "assessor:self_assessment"):
        text(client, name, found.number)
    text(browser(world.cast.agency_decider), "assessor:leniency")
    assert found.number in text(browser(world.cast.enterprise), "enterprise:engagements")
    text(browser(world.cast.enterprise), "enterprise:engagement", found.number)


def test_before_the_commission_the_agency_declares_and_sees_nothing_else(world) -> None:  # noqa: F811
    found, client = world.drafted(), browser(world.cast.agency)
    shown = text(client, "assessor:engagement", found.number)
    assert ("独立性声明" in shown, "问题清单" in shown, "评估组" in shown) == (True, False, False)
    assert client.get(reverse("assessor:self_assessment", args=[found.number])).status_code == 404
    half = act(client, found, "declare_independence", **{"tie-business": "yes", "text-business": "写了一半的说明"})
    assert (half.status_code, "请逐项选择" in half.content.decode(), "写了一半的说明" in half.content.decode()) == (
        400, True, True,
    )  # fmt: skip
    answers = {f"tie-{kind}": "no" for kind in NO_TIES}
    assert act(client, found, "declare_independence", **answers).status_code == 302
    assert Declaration.objects.get(engagement=found).ties == NO_TIES


def test_accepting_naming_and_signing_by_the_page(world) -> None:  # noqa: F811
    found, client = world.commissioned(), browser(world.cast.agency)
    assert act(client, found, "accept").status_code == 302
    one, *others = world.people
    short = act(client, found, "name_team", leader=one.key, **{f"field-{one.key}": one.disciplines})
    assert (short.status_code, "尚缺" in short.content.decode()) == (400, True)
    fields = {f"field-{person.key}": person.disciplines for person in world.people}
    assert act(client, found, "name_team", leader=one.key, **fields).status_code == 302
    assert [member.leader for member in again(found).team.order_by("assessor__key")] == [True] + [False] * len(others)
    ties = {f"tie-{kind}": "no" for kind in ("staff_history", "business", "self_assessment_help")}
    unsigned = act(client, found, "declare", member=one.key, paper="承诺-1", **ties)
    assert (unsigned.status_code, "承诺书" in unsigned.content.decode()) == (400, True)
    for person in world.people:
        done = act(client, found, "declare", member=person.key, paper="承诺-1", committed="yes", **ties)
        assert done.status_code == 302
    assert again(found).state == "declared"


def test_who_cannot_be_on_the_team_is_shown_with_the_reason(world) -> None:  # noqa: F811
    found = world.accepted()
    on = timezone.localdate()
    tied, debarred = world.people[0], world.people[1]
    assessors.add_former_house(
        tied, "青山矿业1", enterprise=world.mine.holder.key, since=on - timedelta(days=900), **world.as_("agency", on)
    )
    assessors.debar(
        "assessor", debarred.key, ground="cn-2024-1/17.0.3", reason="出具虚假报告", decision_number="甘资罚〔2026〕1号",
        decided_on=on, notified_on=on, **world.as_("province", on),
    )  # fmt: skip
    shown = text(browser(world.cast.agency), "assessor:engagement", found.number)
    assert f"{tied.name} 曾在青山矿业1任职" in shown
    assert "已列入黑名单" in shown
    assert (f"field-{tied.key}" in shown, f"field-{debarred.key}" in shown) == (False, False)
    assert f"field-{world.people[2].key}" in shown


@pytest.mark.shows("cn-2024-1/17.0.2", by="act")
def test_a_file_of_an_answer_is_opened_by_the_engaged_agency_and_that_is_remembered(both_agencies) -> None:
    found = both_agencies.declared()
    question = asked(both_agencies, found)
    answer = {"number": question.number, "answer": "见附件", "file": ("台账.csv", b"a,b\n1,2\n")}
    from django.core.files.uploadedfile import SimpleUploadedFile

    answer["file"] = SimpleUploadedFile("台账.csv", "月,能耗\n1,3\n".encode())
    assert act(browser(both_agencies.cast.enterprise), found, "answer", "enterprise", **answer).status_code == 302
    kept = question.evidence.get()
    address = reverse("assessor:engagement_file", args=[found.number, kept.pk])
    assert browser(both_agencies.cast.agency).get(address).status_code == 200
    assert [one.person for one in Opening.objects.filter(provenance=kept)] == [both_agencies.cast.agency.username]
    assert browser(both_agencies.cast.other_agency).get(address).status_code == 404
    assert browser(both_agencies.cast.other_enterprise).get(address).status_code == 403


@pytest.mark.shows("cn-2024-1/17.0.2", by="act", refusal=True)
def test_after_the_closing_the_line_stays_and_the_content_is_gone(both_agencies) -> None:
    world, client = both_agencies, browser(both_agencies.cast.agency)  # noqa: F811
    found = world.declared()
    asked(world, found)
    assert SECRET in text(client, "assessor:engagement", found.number)
    on = timezone.localdate()
    assessors.cancel(again(found), "矿山停产", **world.as_("province", on))
    shown = text(client, "assessor:engagement", found.number)
    assert (SECRET in shown, "已取消委托" in shown) == (False, True)
    assert found.number in text(client, "assessor:engagements")
    assert client.get(reverse("assessor:self_assessment", args=[found.number])).status_code == 404
    assert SECRET not in act(client, found, "ask", question="还有一问", question_due_on="2027-01-01").content.decode()


def test_nobody_else_finds_a_trace(both_agencies) -> None:
    world = both_agencies  # noqa: F811
    found = world.declared()
    asked(world, found)
    rival = browser(world.cast.other_agency)
    for name in ("assessor:home", "assessor:engagements"):
        assert found.number not in text(rival, name), name
    for name in ("assessor:engagement", "assessor:self_assessment"):
        assert rival.get(reverse(name, args=[found.number])).status_code == 404, name
    assert act(rival, found, "ask", question="x", question_due_on="2027-01-01").status_code == 404
    other = browser(world.cast.other_enterprise)
    assert found.number not in text(other, "enterprise:engagements")
    assert other.get(reverse("enterprise:engagement", args=[found.number])).status_code == 404
    assert act(other, found, "answer", "enterprise", number=1, answer="x").status_code == 404
    county = browser(world.cast.other_county)
    assert found.number not in text(county, "authority:engagements")
    assert county.get(reverse("authority:engagement", args=[found.number])).status_code == 404
    assert act(county, found, "cancel", "authority").status_code == 404


AGENCY_PAGES = ("assessor:home", "assessor:engagements", "assessor:staff")
AUTHORITY_PAGES = ("authority:agencies", "authority:agency_new", "authority:experts", "authority:engagements",
                   "authority:engagement_new", "authority:engagement_confirmations")  # fmt: skip


@pytest.mark.parametrize(
    ("who", "pages", "opens"),
    [
        ("agency", AGENCY_PAGES, True), ("agency", AUTHORITY_PAGES, False), ("enterprise", AGENCY_PAGES, False),
        ("enterprise", AUTHORITY_PAGES, False), ("operator", AGENCY_PAGES + AUTHORITY_PAGES, False),
        ("province_clerk", AUTHORITY_PAGES, True), ("province_clerk", AGENCY_PAGES, False),
        ("auditor", ("authority:agencies", "authority:engagements"), True),
        ("auditor", ("authority:engagement_new", "authority:agency_new"), False),
        ("county", ("authority:agency_new",), False), ("agency", ("enterprise:engagements",), False),
    ],
)  # fmt: skip
def test_whose_desk_it_is(both_agencies, who, pages, opens) -> None:
    client = browser(getattr(both_agencies.cast, who))
    assert {name: client.get(reverse(name)).status_code for name in pages} == dict.fromkeys(
        pages, 200 if opens else 403
    )


def test_an_agency_gets_its_own_post_only(both_agencies) -> None:
    world = both_agencies  # noqa: F811
    for one in (world.cast.agency, world.cast.other_agency):
        firm = house(one)
        firm.division = "620100"  # both stand in one town
        firm.save()
    found = world.drafted()
    assert f"{found.number} {found.mine_name}：请声明" in text(browser(world.cast.agency), "assessor:home")
    assert found.number not in text(browser(world.cast.other_agency), "assessor:home")


def test_the_agency_enters_its_people(world) -> None:  # noqa: F811
    client = browser(world.cast.agency)
    address = reverse("assessor:staff_act")
    bad = client.post(address, {"act": "employ", "name": "新人", "since": "2026-02-30"})
    assert (bad.status_code, "入职日期不是有效日期" in bad.content.decode(), "新人" in bad.content.decode()) == (
        400,
        True,
        True,
    )
    fields = {"act": "employ", "name": "新人", "since": "2026-11-01", "grade": "senior", "discipline": ["geology"]}
    assert client.post(address, fields).status_code == 302
    made = Assessor.objects.get(name="新人")
    train = {
        "act": "train",
        "assessor": made.key,
        "title": "评估培训",
        "trained_on": "2026-11-10",
        "score": "91",
        "passed": "yes",
    }
    assert client.post(address, train).status_code == 302
    assert client.post(address, {**train, "title": "又一次", "score": "NaN"}).status_code == 400
    assert client.post(address, {"act": "former_house", "assessor": made.key, "house": "某矿业"}).status_code == 302
    leave = {"act": "leave", "employment": made.employments.get().pk, "until": "2026-11-19"}
    assert client.post(address, leave).status_code == 302
    assert "已离职 1 人" in text(client, "assessor:staff")
    assert client.post(address, {"act": "link", "account": "x"}).status_code == 404  # not an act of this desk
    assert client.post(address, {"act": "leave", "employment": "²"}).status_code == 400


def counted(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_lists_ask_the_same_of_one_row_and_of_thirty(world) -> None:  # noqa: F811
    world.drafted()
    looks = [
        (browser(world.cast.agency), reverse("assessor:home")), (browser(world.cast.agency), reverse("assessor:engagements")),
        (browser(world.cast.province_clerk), reverse("authority:engagements")),
        (browser(world.cast.province_clerk), reverse("authority:agencies")),
    ]  # fmt: skip
    before = [counted(*look) for look in looks]
    first = Engagement.objects.get()
    fields = {
        field.attname: getattr(first, field.attname)
        for field in Engagement._meta.concrete_fields
        if field.attname != "id"
    }
    Engagement.objects.bulk_create(
        Engagement(**{**fields, "number": f"WT-2026-{n:04d}", "mine": f"M{n:08d}"}) for n in range(1000, 1029)
    )
    for number in range(10, 20):
        make_agency(world.cast, number=number, ready=False)
    assert [counted(*look) for look in looks] == before


def test_bad_addresses_and_unknown_acts_are_pages_not_crashes(world) -> None:  # noqa: F811
    found = world.declared()
    client = browser(world.cast.agency)
    assert client.get(reverse("assessor:engagement", args=["WT-1999-0001"])).status_code == 404
    assert client.get(reverse("assessor:engagements") + "?after=²&state=xyz&q=%00").status_code in {200, 404}
    assert act(client, found, "nonsense").status_code == 404
    for what, fields in (
        ("ask", {"question": "x", "question_due_on": "2026-13-01"}), ("confirm", {"number": "9" * 30}),
        ("entry_notice", {"visit_from": "", "visit_to": "x"}), ("declare", {"member": "P999"}), ("name_team", {"field-P999": "x"}),
    ):  # fmt: skip
        assert act(client, found, what, **fields).status_code == 400, what
