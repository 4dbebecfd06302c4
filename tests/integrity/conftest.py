"""An agency with two assessors and earlier engagements, a law that is active, files that go where nobody else looks."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.conftest import TODAY

HUINING = "620422"


@pytest.fixture
def law(db: None, settings: Any, tmp_path: Any) -> Any:
    from greenmine.editions import queries as editions
    from greenmine.evaluation import actions as evaluation

    settings.DATA = tmp_path
    return evaluation.activate_edition(editions.candidate_text(), by="首次启用人", on=date(2026, 1, 5))


class House:
    """The register as far as an inquiry needs it."""

    def __init__(self, organisation: str = "") -> None:
        from greenmine.assessors.models import Agency, Assessor, Employment

        self.agency = Agency.objects.create(
            key="A0000001", organisation=organisation, name="陇原评估咨询有限公司", credit_code="91620100MA71ABCD8H",
            kind="enterprise", independent_legal_person=True, registered_on=date(2026, 1, 5), registered_by="登记人",
        )  # fmt: skip
        self.leader = Assessor.objects.create(key="P0000001", name="许评估", registered_on=date(2026, 1, 5))
        self.member = Assessor.objects.create(key="P0000002", name="邓质控", registered_on=date(2026, 1, 5))
        for one in (self.leader, self.member):
            Employment.objects.create(assessor=one, agency=self.agency, since=date(2026, 1, 5))

    def engage(self, number: str, mine: str, *, on: date = date(2026, 3, 2), agency: Any = None, **fields: Any) -> Any:
        from greenmine.assessors.models import Engagement, TeamMember

        made = Engagement.objects.create(
            **{
                "number": number, "mine": mine, "mine_name": f"{mine} 矿", "region_code": HUINING, "holder": "E00000001",
                "agency": agency or self.agency, "state": "closed", "state_since": on, "drafted_by": "省厅", "drafted_on": on,
                "drafted_by_organisation": "O00000003", "commissioned_by": "O00000003", "commissioned_on": on,
                "funding": "public_budget", **fields,
            }
        )  # fmt: skip
        TeamMember.objects.create(engagement=made, assessor=self.leader, leader=True, since=on)
        return made


@pytest.fixture
def house(law: Any, cast: Any) -> House:
    return House(cast.agency.memberships.get().organisation.key)


@pytest.fixture
def signal(house: House) -> Any:
    return signal_of(house)


def signal_of(house: House, number: str = "XH-2026-00001", **fields: Any) -> Any:
    from greenmine.integrity.models import Signal

    return Signal.objects.create(
        **{
            "number": number, "fingerprint": number, "kind": "photo_reused", "subject_kind": "engagement",
            "subject_key": "WT-2026-0002", "engagement": "WT-2026-0002", "agency": house.agency.key,
            "agency_name": house.agency.name, "region_code": HUINING, "strength": 90, "zh": "影像与另一委托相符", "en": "fits",
            "innocent_zh": "存档影像", "innocent_en": "archived", "threshold": {"id": "integrity-photo-fit", "figure": 85, "confidence": "I"},
            "evidence": {}, "found_on": TODAY, "edition": "x", **fields,
        }
    )  # fmt: skip


@pytest.fixture
def province(cast: Any) -> Any:
    """The organisation that inquires."""
    return cast.province.memberships.get().organisation
