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
