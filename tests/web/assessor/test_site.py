"""The pages of fieldwork: who may open which, what the phone is given, what it may send, and that lists cost no more when long."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from greenmine.assessors.models import Engagement
from greenmine.fieldwork import merging, queries
from greenmine.fieldwork.models import Capture, Operation, Report, Signature, Visit
from tests.conftest import cast as cast_fixture
from tests.fieldwork.world import SITE, FieldWorld, build, capture, finding, operation, photograph

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SECRET = "只有本机构看得见的记录"


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[tuple[FieldWorld, Visit]]:
    quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    data = tmp_path_factory.mktemp("site")
    with django_db_blocker.unblock(), override_settings(PASSWORD_HASHERS=quick, DATA=data), transaction.atomic():
        world = build(cast_fixture.__wrapped__(None), timezone.localdate())
        yield world, world.planned()
        transaction.set_rollback(True)


@pytest.fixture
def world(built: tuple[FieldWorld, Visit], db: None, settings: Any, tmp_path: Any) -> FieldWorld:
    settings.DEMO, settings.DATA = True, tmp_path
    return copy.deepcopy(built[0])


@pytest.fixture
def visit(built: tuple[FieldWorld, Visit], world: FieldWorld) -> Visit:
    return Visit.objects.select_related("fieldwork").get(pk=built[1].pk)


def at_desk(who: Any) -> Client:
    client = Client()
    client.force_login(who, backend=BACKEND)
    return client


def address(name: str, world: FieldWorld, *more: Any) -> str:
    return reverse(f"assessor:{name}", args=[world.engagement, *more])


def everything(world: FieldWorld) -> list[str]:
    return [
        *(address(name, world) for name in ("fieldwork", "desk_review", "desk_answers", "plan_visit", "report")),
        *(address(name, world, 1) for name in ("site_pack", "site_data", "visit")),
    ]


def sync(client: Client, world: FieldWorld, *batch: Any, number: int = 1) -> Any:
    body = {"device": "phone", "operations": list(batch)}
    return client.post(address("site_sync", world, number), json.dumps(body), content_type="application/json")


def test_the_team_opens_every_page(world: FieldWorld, visit: Visit) -> None:
    client = at_desk(world.cast.agency)
    for page in [reverse("assessor:site_list"), *everything(world)]:
        assert client.get(page).status_code == 200, page


@pytest.mark.parametrize("who", ["other_agency", "county", "province", "enterprise", "operator", "auditor"])
def test_nobody_else_finds_a_trace_of_it(world: FieldWorld, visit: Visit, who: str) -> None:
    sync(at_desk(world.cast.agency), world, operation("note", SITE[0], {"text": SECRET}, on=world.on))
    client = at_desk(getattr(world.cast, who))
    for page in everything(world):
        answer = client.get(page)
        assert answer.status_code in {403, 404}, page
        assert SECRET not in answer.content.decode()
        assert "青山石灰岩矿" not in answer.content.decode()
    assert sync(client, world, operation("note", SITE[0], {"text": "x"}, on=world.on)).status_code in {403, 404}
    assert Operation.objects.count() == 1


def test_a_colleague_who_does_not_go_cannot_open_the_pack(world: FieldWorld, visit: Visit) -> None:
    client = at_desk(world.cast.agency_reviewer)
    answer = client.get(address("site_pack", world, 1))
    assert answer.status_code == 403
    assert "您不是本次现场核查的成员" in answer.content.decode()
    assert client.get(address("site_data", world, 1)).status_code == 409


def test_the_pack_holds_the_checklist_of_exactly_this_edition(world: FieldWorld, visit: Visit) -> None:
    pack = at_desk(world.cast.agency).get(address("site_data", world, 1)).json()
    assert pack["standard"]["digest"] == visit.fieldwork.standard_digest
    assert [one["id"] for one in pack["items"]] == list(SITE)
    assert pack["items"][0]["choices"][0][0] == 300
    assert pack["mine"]["point"] == [105.05, 35.69]
    assert pack["me"] == {"id": world.cast.agency.pk, "name": "许评估"}
    assert [name for _, name in pack["members"]] == ["许评估", "宋评估"]
    page = at_desk(world.cast.agency).get(address("site_pack", world, 1))
    assert visit.fieldwork.standard_digest[:16] in page.content.decode()
    assert page["X-Site-Pack"] == visit.fieldwork.standard_digest


def test_worker_and_manifest_hold_nothing_private_and_open_to_anyone(world: FieldWorld) -> None:
    answer = Client().get(reverse("assessor:site_worker"))
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    text = answer.content.decode()
    assert text.startswith("self.SITE = {")
    for file in json.loads(text[len("self.SITE = ") : text.index(";\n")])["files"]:
        assert Client().get(file).status_code == 200, file
    manifest = Client().get(reverse("assessor:site_manifest")).json()
    assert manifest["scope"] == "/assessor/site/"


def test_a_phone_sends_and_is_told_what_is_held(world: FieldWorld, visit: Visit) -> None:
    client = at_desk(world.cast.agency)
    raw, picture = finding(SITE[0], 300, on=world.on), photograph(4)
    shot = capture(SITE[0], picture, world.on)
    told = sync(client, world, raw, shot, {"op": "nonsense"}).json()
    assert told["accepted"] == [raw["op"], shot["op"]]
    assert [one["op"] for one in told["refused"]] == ["nonsense"]
    assert told["top"] == 5
    assert told["lines"][SITE[0]][0]["zh"] == "许评估：3 分 — 现场属实"
    upload = SimpleUploadedFile("photo.jpg", picture, "image/jpeg")
    kept = client.post(address("site_photo", world, 1, shot["op"]), {"photo": upload})
    assert (kept.status_code, kept.json()["kept"]) == (200, True)
    row = Capture.objects.get()
    small = client.get(address("visit_photo", world, 1, row.pk))
    assert (small.status_code, small["Content-Type"]) == (200, "image/jpeg")
    assert at_desk(world.cast.other_agency).get(address("visit_photo", world, 1, row.pk)).status_code == 404


DEEP = '{"device": "x", "operations": ' + "[" * 100_000 + "]" * 100_000 + "}"
NO_SYNC = ["", "{", "[]", "null", '{"device": 1}', '{"device": "x", "operations": {}}', DEEP]


@pytest.mark.parametrize("body", NO_SYNC, ids=range(len(NO_SYNC)))
def test_what_cannot_be_read_is_refused_in_words(world: FieldWorld, visit: Visit, body: str) -> None:
    answer = at_desk(world.cast.agency).post(address("site_sync", world, 1), body, content_type="application/json")
    assert answer.status_code == 409
    assert answer.json()["zh"] == "同步内容无法识别。"


def test_unknown_visits_photographs_and_engagements_are_404(world: FieldWorld, visit: Visit) -> None:
    client = at_desk(world.cast.agency)
    assert client.get(address("site_pack", world, 9)).status_code == 404
    assert sync(client, world, number=9).status_code == 404
    assert client.post(address("site_photo", world, 1, uuid4())).status_code == 404
    assert client.get(reverse("assessor:fieldwork", args=["WT-1999-0001"])).status_code == 404
    assert client.get(address("report_file", world, "PG-1", "docx")).status_code == 404


def test_a_photograph_that_is_none_is_refused_in_words(world: FieldWorld, visit: Visit) -> None:
    client, shot = at_desk(world.cast.agency), capture(SITE[0], photograph(4), world.on)
    sync(client, world, shot)
    upload = SimpleUploadedFile("photo.jpg", b"MZ" + b"\0" * 100, "image/jpeg")
    for sent in ({"photo": upload}, {}):
        answer = client.post(address("site_photo", world, 1, shot["op"]), sent)
        assert answer.status_code == 409
        assert answer.json()["zh"]
    assert Capture.objects.get().provenance is None


def test_when_the_engagement_has_ended_the_phone_is_told_why(world: FieldWorld, visit: Visit) -> None:
    Engagement.objects.filter(number=world.engagement).update(state="cancelled")
    client = at_desk(world.cast.agency)
    for answer in (
        sync(client, world, operation("note", SITE[0], {"text": "x"})),
        client.get(address("site_data", world, 1)),
    ):
        assert answer.status_code == 409
        assert "已结束，不能再办理" in answer.json()["zh"]
    page = client.get(address("fieldwork", world))
    assert page.status_code == 403
    assert "已办结或终止" in page.content.decode()


def test_after_the_end_the_agency_reads_nothing_of_it_any_more(world: FieldWorld, visit: Visit) -> None:
    world.send(visit, "agency", finding("order", 150, comment=SECRET))
    pages = [
        address("fieldwork", world), address("desk_review", world), address("desk_answers", world),
        address("visit", world, visit.number), address("report", world),
    ]  # fmt: skip
    client = at_desk(world.cast.agency)
    assert [client.get(one).status_code for one in pages] == [200] * len(pages)
    Engagement.objects.filter(number=world.engagement).update(state="closed")
    for one in pages:
        shut = client.get(one)
        assert (shut.status_code, "已办结或终止" in shut.content.decode()) == (403, True), one
        assert SECRET not in shut.content.decode()


def test_signing_a_stale_page_is_refused_and_names_the_item(world: FieldWorld, visit: Visit) -> None:
    client = at_desk(world.cast.agency)
    sync(client, world, finding(SITE[0], 300, on=world.on))
    said = {
        "step": "sign",
        "seen_hash": merging.digest(queries.canonical_of(visit)),
        "seen_op": queries.last_operation(visit),
    }
    sync(client, world, operation("note", SITE[1], {"text": "破损"}, on=world.on))
    answer = client.post(address("visit_act", world, 1), said, follow=True)
    assert "未签署：生产配套设施完好" in answer.content.decode()
    assert Signature.objects.count() == 0
    said = {
        "step": "sign",
        "seen_hash": merging.digest(queries.canonical_of(visit)),
        "seen_op": queries.last_operation(visit),
    }
    answer = client.post(address("visit_act", world, 1), said, follow=True)
    assert "已签署现场核查记录" in answer.content.decode()


def test_a_difference_is_settled_on_the_page_by_the_leader(world: FieldWorld, visit: Visit) -> None:
    sync(at_desk(world.cast.agency), world, finding(SITE[0], 300, on=world.on))
    sync(at_desk(world.second), world, finding(SITE[0], 0, on=world.on))
    page = at_desk(world.second).get(address("visit", world, 1)).content.decode()
    assert "结论不一致，待裁定" in page
    assert 'name="chosen"' not in page
    ops = sorted(queries.record_of(visit).item(SITE[0]).findings_by_op())
    said = {"step": "settle", "item": SITE[0], "between": ops, "chosen": ops[0], "reason": "以照片为准"}
    at_desk(world.cast.agency).post(address("visit_act", world, 1), said)
    assert queries.record_of(visit).open_conflicts() == []


def test_what_was_typed_survives_a_refusal(world: FieldWorld, visit: Visit) -> None:
    client = at_desk(world.cast.agency)
    said = {"from_on": "2020-01-01", "until_on": "2020-01-02", "route": "采场北帮—排土场", "item": list(SITE)}
    page = client.post(address("plan_visit", world), said).content.decode()
    assert "不能安排在过去" in page
    assert "采场北帮—排土场" in page
    said = {"step": "draft", "conclusion": "写了很久的结论", "recommendations": ""}
    page = client.post(address("report_act", world), said, follow=True).content.decode()
    assert "还不能编制报告" in page
    assert Report.objects.count() == 0


def test_pages_cost_no_more_queries_with_thirty_times_the_records(world: FieldWorld, visit: Visit) -> None:
    client = at_desk(world.cast.agency)

    def counted() -> dict[str, int]:
        found = {}
        for page in everything(world):
            client.get(page)
            with CaptureQueriesContext(connection) as seen:
                assert client.get(page).status_code == 200
            found[page] = len(seen)
        return found

    sync(client, world, finding(SITE[0], 300, on=world.on), capture(SITE[0], photograph(1), world.on))
    few = counted()
    for shade in range(30):
        sync(
            client, world, operation("note", SITE[1], {"text": f"记录{shade}"}, on=world.on, sequence=10 + shade),
            capture(SITE[0], photograph(shade + 2), world.on, sequence=50 + shade),
        )  # fmt: skip
    assert counted() == few


def test_hints_are_explained_together_and_what_was_typed_stays(world: FieldWorld) -> None:
    client, where = at_desk(world.cast.agency), address("desk_answers", world)
    lines = [
        one for _, group in client.get(where).context["groups"] for one in group if one["line"].control == "yes_no"
    ]
    for one in lines[:2]:
        said = {"item": one["line"].indicator.id, "seen": one["version"], "claim": "scored", "met": "yes"}
        assert client.post(where, said).status_code == 302
    asked = [one["flag"].fingerprint for one in client.get(where).context["hints"] if one["flag"].severity == "asks"]
    assert len(asked) >= 2

    said = {"step": "explain", "hint": asked[:2], "reason": ["", " "]}
    assert "请填写说明" in client.post(where, said).content.decode()
    refused = client.post(where, said | {"hint": [asked[0], "gone"], "reason": ["台账在档案室", "乙"]}).content.decode()
    assert "该提示已不存在" in refused
    assert 'value="台账在档案室"' in refused
    assert len(client.get(where).context["hints"]) >= len(asked)

    assert client.post(where, said | {"reason": ["台账在档案室", "现场已看"]}).status_code == 302
    left = [one["flag"].fingerprint for one in client.get(where).context["hints"]]
    assert not set(asked[:2]) & set(left)
