"""How a specification works in practice: scores by indicator over submitted assessments, no mine named."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from greenmine.editions import standards
from greenmine.editions.models import IndicatorSet
from tests.assessment.conftest import edition, house, mine, opened, say, state, submitted  # noqa: F401 -- fixtures

pytestmark = pytest.mark.django_db


@pytest.mark.shows("gs-2023/3.2.h", by="record")
def test_submitted_assessments_are_added_up_by_indicator_for_those_who_may_see_them(submitted, cast, sign_in):  # noqa: F811
    address = reverse("authority:standards_effect")
    page = re.sub(r"\s+", " ", sign_in(cast.province).get(address, {"set": submitted.standard}).content.decode())
    assert "1 份已提交的评估" in page
    assert "100%" in page
    assert "gs-2023/3.7.e" in page
    assert "青山煤矿" not in page
    elsewhere = sign_in(cast.other_county).get(address, {"set": submitted.standard}).content.decode()
    assert "还没有按这套指标表提交的评估" in elsewhere


def test_the_text_an_assessment_was_opened_on_is_kept_whole(opened):  # noqa: F811
    row = IndicatorSet.objects.get(digest=opened.standard_digest)
    assert not row.loaded
    assert standards.get(opened.standard, row.digest).digest == row.digest
