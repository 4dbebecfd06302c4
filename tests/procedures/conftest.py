"""A case in Gansu, opened by the province's reviewer."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

ON = date(2026, 11, 9)  # a Monday


@pytest.fixture
def office(cast: Any) -> Any:
    """The province's natural resources department."""
    return cast.province.memberships.get().organisation


@pytest.fixture
def case(cast: Any, office: Any) -> Any:
    from greenmine.procedures import actions

    return actions.open_case(
        "misconduct-inquiry",
        subject=("agency", "A0000001"),
        region_code="620000",
        by=cast.province_reviewer,
        organisation=office,
        on=ON,
        title="陇原评估咨询有限公司",
        parties={"agency": cast.agency.memberships.get().organisation.key},
        payload={"grounds": ["cn-2024-1/17.0.4"], "source": "复核比对"},
    )


@pytest.fixture
def to_noticed(cast: Any, case: Any) -> Any:
    """The case after prior notice was served on 11 November."""
    from greenmine.procedures import actions

    actions.take(case, "investigate", by=cast.province_reviewer, on=ON)
    actions.take(
        case,
        "serve_prior_notice",
        {"paper": 7, "served_on": date(2026, 11, 11), "way": "direct"},
        by=cast.province_reviewer,
        on=date(2026, 11, 12),
    )
    return case


@pytest.fixture
def departments(cast: Any) -> dict[str, Any]:
    """A clerk of ecology and of forestry in the county, and ecology's clerk in the neighbour county."""
    from greenmine.accounts import actions as accounts
    from tests.conftest import person

    def found(department: str, division: str, name: str) -> Any:
        return accounts.found_organisation(
            kind="authority", name=name, by=None, on=date(2026, 1, 5), level="county", division=division, department=department,
        )  # fmt: skip

    return {
        "ecology": person(found("ecology", "620422", "会宁生态环境分局"), "ecology", "冯环保", "clerk"),
        "forestry": person(found("forestry", "620422", "会宁县林草局"), "forestry", "沈林草", "clerk"),
        "elsewhere": person(found("ecology", "620525", "张家川生态环境分局"), "elsewhere", "韦环保", "clerk"),
    }


@pytest.fixture
def application(cast: Any, departments: Any) -> Any:
    """An application in Gansu as its enterprise files it; the county runs the case."""
    from greenmine.procedures import actions

    county = cast.county.memberships.get().organisation
    firm = cast.enterprise_decider.memberships.get().organisation
    return actions.open_case(
        "selection-620000-2024",
        subject=("application", "SB-2026-000001"),
        region_code="620422",
        by=cast.enterprise_decider,
        organisation=firm,
        on=ON,
        title="青山煤矿",
        mine="M00000001",
        runs=county,
        parties={"enterprise": firm.key, "authority": county.key},
        payload={"application": "SB-2026-000001", "commitment": "承诺"},
    )


@pytest.fixture
def reviewing(cast: Any, application: Any) -> Any:
    """The application accepted on Monday 9 November: ecology and forestry are asked."""
    from greenmine.procedures import actions

    actions.take(application, "accept", by=cast.county, on=ON)
    return application


def case_under(
    text: str, *, organisation: Any, by: Any, region_code: str = "620422", mine: str = "", **fields: Any
) -> Any:
    """A case that runs a table of the test's own, as one kept from an older rulebook would."""
    from greenmine.editions import procedures as tables
    from greenmine.procedures import opinions, running, working
    from greenmine.procedures.clocks import calendar
    from greenmine.procedures.models import Case, CaseStep

    table = tables.read(text, "test")
    case = Case.objects.create(
        number=working.next_number("CS", ON), table="test", kept=running.keep(table, text), subject_kind="mine",
        subject_key=mine or "M00000001", mine=mine, region_code=region_code, organisation=organisation.key,
        state=table.start, state_since=ON, opened_by=by.name, opened_on=ON, version=1, **fields,
    )  # fmt: skip
    first = CaseStep.objects.create(
        case=case, order=1, step="open", to=table.start, by=by, by_name=by.name, organisation=organisation.key,
        organisation_name=organisation.name, on=ON, counts_from=ON,
    )  # fmt: skip
    opinions.ask(table, case, [first], calendar(), on=ON)
    working.ask_for_next(table, case, [first], calendar(), on=ON)
    return case
