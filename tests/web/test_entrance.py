"""Signing in, the second factor, idling, languages, and the matrix before every page."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import NoReverseMatch, reverse

from greenmine.accounts import permissions, queries
from greenmine.accounts.matrix import matrix

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def signed_in(client, username: str, password: str | None = None):
    return client.post(LOGIN, {"login": username, "password": password or f"{username}-{username}-9"})


def confirmed(client, username: str) -> None:
    client.post(reverse("account_reauthenticate"), {"password": f"{username}-{username}-9"})


def test_a_page_leads_to_sign_in_and_back(client, cast) -> None:
    response = client.get("/people/")
    assert response.headers["Location"] == "/accounts/login/?next=/people/"
    response = client.post(
        "/accounts/login/?next=/people/", {"login": "admin", "password": "admin-admin-9", "next": "/people/"}
    )
    assert response.headers["Location"] == "/people/"


def test_a_wrong_password_and_an_unknown_name_look_the_same(client, cast) -> None:
    pages = [signed_in(client, "county", "wrong"), signed_in(client, "nobody", "wrong")]
    texts = [page.content.decode().replace("county", "X").replace("nobody", "X") for page in pages]
    assert "登录名或密码不正确" in texts[0]
    assert [text.count("alert") for text in texts] == [texts[0].count("alert")] * 2


def test_guessing_is_stopped(client, cast) -> None:
    for _ in range(10):
        signed_in(client, "county", "wrong")
    assert signed_in(client, "county").status_code in {200, 429}
    assert "_auth_user_id" not in client.session


def test_who_is_suspended_cannot_sign_in(client, cast) -> None:
    from datetime import date

    from greenmine.accounts import actions

    actions.suspend(cast.county, by=cast.county_admin, on=date(2026, 11, 20), reason="核查")
    signed_in(client, "county")
    assert "_auth_user_id" not in client.session


def test_who_signs_for_others_is_led_to_his_second_factor(client, cast) -> None:
    signed_in(client, "province")
    assert client.get("/notices/").headers["Location"] == reverse("mfa_activate_totp")
    assert "请再次输入密码" in client.get(reverse("mfa_activate_totp"), follow=True).content.decode()
    confirmed(client, "province")
    assert "密钥" in client.get(reverse("mfa_activate_totp")).content.decode()


def test_a_second_factor_is_set_up_sealed_and_asked_for(client, cast) -> None:
    signed_in(client, "province")
    confirmed(client, "province")
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    code = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
    client.post(reverse("mfa_activate_totp"), {"code": code})
    assert client.get("/notices/").status_code == 200
    assert secret not in str(Authenticator.objects.get(type="totp").data)
    client.post(reverse("account_logout"))
    assert signed_in(client, "province").headers["Location"].startswith(reverse("mfa_authenticate"))
    assert client.get("/notices/").status_code == 302


def test_an_idle_person_is_signed_out_after_half_an_hour(sign_in, cast) -> None:
    client = sign_in(cast.county)
    client.get("/notices/")
    session = client.session
    session["seen"] = int(time.time()) - 30 * 60 - 5
    session.save()
    assert client.get("/notices/").status_code == 302


def test_a_page_that_renews_itself_keeps_nobody_signed_in(sign_in, cast) -> None:
    client = sign_in(cast.county)
    client.get("/notices/")
    session = client.session
    session["seen"] = long_ago = int(time.time()) - 20 * 60
    session.save()
    client.get("/notices/?poll=1")
    assert client.session["seen"] == long_ago
    client.get("/notices/")
    assert client.session["seen"] > long_ago


def test_the_page_is_chinese_until_english_is_chosen(client) -> None:
    assert 'lang="zh-hans"' in client.get(LOGIN, headers={"Accept-Language": "en"}).content.decode()
    response = client.post("/language/", {"language": "en", "next": LOGIN})
    assert response.headers["Location"] == LOGIN
    assert 'lang="en"' in client.get(LOGIN).content.decode()


def test_the_language_switch_leads_to_no_other_house(client) -> None:
    assert client.post("/language/", {"language": "en", "next": "https://evil.example/"}).headers["Location"] == "/"


def test_every_answer_carries_the_security_policy(client) -> None:
    policy = client.get(LOGIN).headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_zero_characters_reach_no_view(client, sign_in, cast) -> None:
    assert client.post("/activate/", {"username": "a\x00b", "code": "x"}).context["form"].data["username"] == "ab"
    assert sign_in(cast.county).get("/people/1\x00/").status_code == 404
    assert client.get("/notices/?after=%00").status_code == 200


def test_healthz_tells_nobody_anything_else(client) -> None:
    assert client.get("/healthz").json() == {"database": True, "worker": False}


def test_activation_sets_the_first_password(client, cast) -> None:
    from datetime import date

    from greenmine.accounts import actions

    house = cast.county.memberships.get().organisation
    invited = actions.invite(
        house, username="new", name="新人", role="clerk", by=cast.county_admin, on=date(2026, 11, 20)
    )
    given = {"username": "new", "code": invited.code, "password": "青山绿水-2026-ok", "again": "青山绿水-2026-ok"}
    assert client.post("/activate/", {**given, "again": "另一个"}).context["form"].errors["again"] == [
        "两次输入的密码不一致。"
    ]
    assert client.post("/activate/", given).status_code == 302
    signed_in(client, "new", "青山绿水-2026-ok")
    assert "_auth_user_id" in client.session


def test_an_administrator_invites_and_hands_over_a_code(sign_in, cast) -> None:
    response = sign_in(cast.county_admin).post("/people/", {"name": "新人", "username": "newcomer", "role": "clerk"})
    assert "的激活码，只显示这一次" in response.content.decode()


def test_an_administrator_cannot_open_a_person_of_another_organisation(sign_in, cast) -> None:
    assert sign_in(cast.county_admin).get(f"/people/{cast.other_county.pk}/").status_code == 404


def test_evidence_is_a_download_for_whom_its_subject_is_open(client, cast, settings, tmp_path) -> None:
    from datetime import date

    from django.core.files.uploadedfile import SimpleUploadedFile

    from greenmine.evidence import actions as evidence

    settings.DATA = tmp_path
    upload = SimpleUploadedFile("许可证.pdf", b"%PDF-1.7\n%%EOF\n")
    kept = evidence.keep(upload, by=cast.county, on=date(2026, 11, 20), subject=("mine", "M1"), region_code="620422")
    address = reverse("people:file", args=[kept.pk])
    client.force_login(cast.county_reviewer, backend=BACKEND)
    response = client.get(address)
    assert b"".join(response) == b"%PDF-1.7\n%%EOF\n"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    client.force_login(cast.other_county, backend=BACKEND)
    assert client.get(address).status_code == 404


def addresses() -> list[tuple[str, str]]:
    """Every page that needs no argument, with its verb."""
    found = []
    for page in matrix().pages.values():
        try:
            found.append((reverse(page.url), page.verb))
        except NoReverseMatch:
            continue
    return found


def test_every_page_opens_to_the_roles_of_the_matrix_and_to_nobody_else(sign_in, cast, settings) -> None:
    settings.DEMO = True  # second factors have their own tests
    on = queries.today()
    wrong = []
    for who in cast:
        client = sign_in(who)
        for address, verb in addresses():
            may = permissions.can(who, verb, on=on)
            status = client.head(address).status_code
            if (status == 403) == may:
                wrong.append((who.username, address, verb, status))
    assert wrong == []


def test_pages_with_arguments_are_refused_by_the_matrix_before_they_look(sign_in, cast) -> None:
    assert sign_in(cast.county).get("/people/1/").status_code == 403


def test_a_form_left_open_too_long_is_refused_in_words(cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.county, backend=BACKEND)
    response = strict.post(reverse("people:language"), {"language": "en"})
    assert response.status_code == 403
    assert "请返回上一页、刷新后再提交" in response.content.decode()
