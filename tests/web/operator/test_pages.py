"""Every page of the operator's desk: open to whom it is for, refused in words to everybody else, steady in its queries."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

pytestmark = pytest.mark.django_db

PAGES = {
    "operator:system": "后台进程",
    "operator:editions": "启用记录",
    "operator:additions": "按默认口径的规则",
    "operator:history": "声明历史数据完整",
    "operator:organisations": "设立并邀请首位管理员",
    "operator:records": "核对台账链",
}


@pytest.mark.parametrize(("name", "words"), PAGES.items())
def test_the_operator_opens_every_page_of_his_desk(name, words, law, cast, sign_in) -> None:
    response = sign_in(cast.operator).get(reverse(name))
    assert response.status_code == 200
    assert words in response.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_a_clerk_is_refused_with_a_sentence(name, law, cast, sign_in) -> None:
    response = sign_in(cast.county).get(reverse(name))
    assert response.status_code == 403
    assert "您的岗位不能" in response.content.decode()


@pytest.mark.parametrize(("name", "words"), PAGES.items())
def test_every_page_has_an_english_frame(name, words, law, cast, sign_in) -> None:
    client = sign_in(cast.operator)
    client.cookies["greenmine_language"] = "en"
    response = client.get(reverse(name))
    assert response.status_code == 200
    assert response.headers["Content-Language"] == "en"


@pytest.mark.parametrize("name", ["operator:system", "operator:editions", "operator:organisations", "operator:records"])
def test_before_any_edition_is_active_the_operator_still_sees_his_desk(name, cast, sign_in) -> None:
    assert sign_in(cast.operator).get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", ["operator:additions", "operator:history"])
def test_what_adds_to_the_law_waits_for_the_first_edition_in_words(name, cast, sign_in) -> None:
    response = sign_in(cast.operator).get(reverse(name))
    assert response.status_code == 503
    assert "尚未启用任何规则版本" in response.content.decode()


def test_the_operator_begins_at_the_state_of_the_system(cast, sign_in) -> None:
    assert sign_in(cast.operator).get("/").headers["Location"] == reverse("operator:system")


def queries_of(client, address: str) -> int:
    client.get(address)  # whatever is remembered is remembered now
    with CaptureQueriesContext(
        connection,
    ) as counted:
        assert client.get(address).status_code == 200
    return len(counted)


def test_the_list_of_acts_asks_as_often_for_many_as_for_few(cast, sign_in) -> None:
    from greenmine.ledger import actions as ledger

    client, address = sign_in(cast.operator), reverse("operator:records")
    few = queries_of(client, address)
    for number in range(60):
        ledger.record(
            "tests.done",
            subject=("mine", f"M{number}"),
            by="测试",
            on=cast.operator.invited_at.date(),
            zh="做",
            en="did",
        )
    assert queries_of(client, address) == few


def test_the_list_of_organisations_asks_as_often_for_many_as_for_few(cast, sign_in) -> None:
    from datetime import date

    from greenmine.accounts import actions

    client, address = sign_in(cast.operator), reverse("operator:organisations")
    few = queries_of(client, address)
    for number in range(30):
        actions.found_organisation(kind="agency", name=f"评估机构{number}", by=None, on=date(2026, 1, 5))
    assert queries_of(client, address) == few
