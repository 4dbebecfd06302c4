"""What all tests share: quick passwords, a cast of people, and the browser where there is one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
LAUNCH = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


DATABASE = {"db", "transactional_db", "django_db_setup", "live_server", "postgresql"}


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Argon2 is slow on purpose; a test of anything else need not wait for it."""
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        "django.contrib.auth.hashers.Argon2PasswordHasher",
    ]


TODAY = date(2026, 11, 20)


@dataclass(frozen=True)
class Cast:
    """The people of the tests, each active in one role: see `cast`."""

    county: Any  # clerk of the natural resources bureau of 620422
    county_reviewer: Any
    county_decider: Any
    county_admin: Any
    other_county: Any  # clerk of 620525
    province: Any  # decider of 620000
    ministry: Any  # decider of the country
    auditor: Any  # auditor of 620000
    enterprise: Any  # clerk of the enterprise E00000001
    other_enterprise: Any  # clerk of the enterprise E00000002
    operator: Any
    enterprise_decider: Any  # signs for the enterprise E00000001
    province_clerk: Any
    province_reviewer: Any
    agency: Any  # clerk of the assessment agency 陇原评估咨询有限公司
    agency_reviewer: Any
    agency_decider: Any
    other_agency: Any  # clerk of the assessment agency 祁连技术服务中心

    def __iter__(self) -> Iterator[Any]:
        return iter(vars(self).values())


def person(organisation: Any, username: str, name: str, role: str) -> Any:
    """An active person in a role, by the real actions; the password is the sign-in name doubled."""
    from greenmine.accounts import actions

    on = date(2026, 1, 5)
    invitation = actions.invite(organisation, username=username, name=name, role=role, by=None, on=on)
    return actions.activate(username=username, code=invitation.code, password=f"{username}-{username}-9", on=on)


@pytest.fixture
def cast(db: None) -> Cast:
    """A county and its neighbour, province, ministry, two enterprises and the operator."""
    from greenmine.accounts import actions

    def found(kind: str, name: str, **fields: Any) -> Any:
        return actions.found_organisation(kind=kind, name=name, by=None, on=date(2026, 1, 5), **fields)

    nr = {"kind": "authority", "department": "natural_resources"}
    county = found(name="会宁县自然资源局", level="county", division="620422", **nr)
    other = found(name="张家川县自然资源局", level="county", division="620525", **nr)
    province = found(name="甘肃省自然资源厅", level="province", division="620000", **nr)
    ministry = found(name="自然资源部", level="ministry", division="000000", **nr)
    firm = found("enterprise", "青山矿业有限公司", division="620422", enterprise="E00000001")
    rival = found("enterprise", "白石矿业有限公司", division="620422", enterprise="E00000002")
    house = found("operator", "系统运行中心")
    agency = found("agency", "陇原评估咨询有限公司", credit_code="91620100MA71ABCD8H")
    other_agency = found("agency", "祁连技术服务中心", credit_code="12620000MB0000000E")
    return Cast(
        county=person(county, "county", "王经办", "clerk"),
        county_reviewer=person(county, "reviewer", "周审核", "reviewer"),
        county_decider=person(county, "decider", "李签发", "decider"),
        county_admin=person(county, "admin", "吴管理", "org_admin"),
        other_county=person(other, "neighbour", "赵经办", "clerk"),
        province=person(province, "province", "孙厅", "decider"),
        ministry=person(ministry, "ministry", "钱部", "decider"),
        auditor=person(province, "auditor", "郑审计", "auditor"),
        enterprise=person(firm, "firm", "陈填报", "clerk"),
        other_enterprise=person(rival, "rival", "林填报", "clerk"),
        operator=person(house, "operator", "何运维", "operator"),
        enterprise_decider=person(firm, "firmdecider", "高矿长", "decider"),
        province_clerk=person(province, "provinceclerk", "秦经办", "clerk"),
        province_reviewer=person(province, "provincereviewer", "韩审核", "reviewer"),
        agency=person(agency, "agency", "许评估", "clerk"),
        agency_reviewer=person(agency, "agencyreviewer", "邓质控", "reviewer"),
        agency_decider=person(agency, "agencydecider", "贺法人", "decider"),
        other_agency=person(other_agency, "otheragency", "田评估", "clerk"),
    )


@pytest.fixture
def sign_in(client: Any) -> Any:
    """`sign_in(cast.county)` gives a client signed in as this person."""

    def signed_in(who: Any) -> Any:
        client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return signed_in


def chromium() -> str | None:
    """The system's Chromium, if there is one."""
    given = os.environ.get("GREENMINE_CHROMIUM")
    return given or next((found for name in CHROMIUM if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The system's Chromium; a test that asks for it is skipped, loudly, where there is none."""
    path = chromium()
    if path is None:
        pytest.skip("浏览器测试已跳过：未找到 Chromium · BROWSER TESTS SKIPPED: no Chromium found")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=path, args=LAUNCH)
        yield running
        running.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A fresh page, wide as a desk."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    yield context.new_page()
    context.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Whatever uses the browser is marked so, and can be left out of the second run on another database.

    On the second database only what touches a database runs: the rest would be the same run twice.
    """
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
    if not os.environ.get("GREENMINE_DATABASE_URL", "").startswith("postgres"):
        return
    idle = [item for item in items if not _touches_a_database(item)]
    if idle:
        config.hook.pytest_deselected(items=idle)
        left_out = set(idle)
        items[:] = [item for item in items if item not in left_out]


def _touches_a_database(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("django_db") or DATABASE & set(getattr(item, "fixturenames", ())))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly what was not tested."""
    if any("Chromium" in str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])):
        terminalreporter.write_sep(
            "!", "浏览器测试未运行 · BROWSER TESTS DID NOT RUN: install chromium", red=True, bold=True
        )


@pytest.fixture(scope="session", autouse=True)
def _tests_may_empty_the_ledger() -> Iterator[None]:
    """SQLite empties tables by DELETE, which the ledger's triggers refuse: between browser tests they step aside."""
    from django.db import connection

    operations = type(connection.ops)
    original = operations.sql_flush
    if connection.vendor != "sqlite":
        yield
        return

    def sql_flush(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_refuses_%'")
            triggers = cursor.fetchall()
        drops = [f'DROP TRIGGER "{name}"' for name, _ in triggers]
        return [*drops, *original(self, style, tables, **options), *(text for _, text in triggers)] if tables else []

    operations.sql_flush = sql_flush
    yield
    operations.sql_flush = original
