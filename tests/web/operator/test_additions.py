"""Local additions: effective days with their source, confirmed readings, replaced files; nothing counts at once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from greenmine.editions import queries as editions
from greenmine.editions.edition import edition_id
from greenmine.editions.models import Confirmation, OverlayEntry

pytestmark = pytest.mark.django_db
ADDRESS = reverse("operator:additions")


@pytest.fixture
def operator(law, cast, sign_in):
    return sign_in(cast.operator)


def a_reading(law) -> str:
    return next(rule.id for rule in law.rules if rule.needs_confirmation)


def test_every_reading_by_default_is_listed(law, operator) -> None:
    page = operator.get(ADDRESS).content.decode()
    assert [rule.id for rule in law.rules if rule.needs_confirmation and rule.id not in page] == []
    assert page.count("待确认</span>") == sum(bool(rule.needs_confirmation) for rule in law.rules)


def test_an_effective_day_is_entered_with_its_source_and_counts_only_from_activation(law, operator) -> None:
    given = {"deed": "day", "day-instrument": "kz-2024", "day-day": "2024-08-01", "day-source": "州政府网站公告"}
    response = operator.post(ADDRESS, given, follow=True)
    assert "须由签发人查看差异并启用后才生效" in response.content.decode()
    assert OverlayEntry.objects.get().day == date(2024, 8, 1)
    assert editions.active_id() == law.id
    assert edition_id(editions.candidate_text()) != law.id


def test_an_effective_day_before_the_document_was_issued_is_refused_on_the_form(operator) -> None:
    given = {"deed": "day", "day-instrument": "kz-2024", "day-day": "2024-07-25", "day-source": "公告"}
    response = operator.post(ADDRESS, given)
    assert "施行日期不能早于 2024-07-26" in response.content.decode()
    assert not OverlayEntry.objects.exists()


def test_a_document_that_names_its_own_day_is_not_offered(operator) -> None:
    given = {"deed": "day", "day-instrument": "cn-2024-1", "day-day": "2024-08-01", "day-source": "公告"}
    operator.post(ADDRESS, given)
    assert not OverlayEntry.objects.exists()


def test_a_reading_is_confirmed_with_reason_paper_and_day_and_taken_back(law, operator) -> None:
    on = timezone.localdate() - timedelta(days=3)
    given = {
        "deed": "confirm", "confirm-rule": a_reading(law), "confirm-settles": "reading", "confirm-reason": "法制审核意见",
        "confirm-document": "自然资法〔2026〕5号", "confirm-day": on.isoformat(),
    }  # fmt: skip
    operator.post(ADDRESS, given)
    kept = Confirmation.objects.get()
    assert (kept.rule, kept.reason, kept.on, kept.by) == (a_reading(law), "法制审核意见", on, "何运维")
    operator.post(ADDRESS, {"deed": "withdraw", "kind": "confirmation", "number": kept.pk})
    kept.refresh_from_db()
    assert kept.withdrawn_on == timezone.localdate()
    assert edition_id(editions.candidate_text()) == law.id


def test_a_reading_is_not_confirmed_tomorrow_or_without_a_paper(law, operator) -> None:
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    given = {"deed": "confirm", "confirm-rule": a_reading(law), "confirm-settles": "reading", "confirm-reason": "理由"}
    page = operator.post(ADDRESS, given | {"confirm-document": "文", "confirm-day": tomorrow}).content.decode()
    assert "确认日期不能晚于今天" in page
    operator.post(ADDRESS, given | {"confirm-document": "", "confirm-day": timezone.localdate().isoformat()})
    assert not Confirmation.objects.exists()


CALENDAR = "year: 2031\nconfidence: S\nsource: {zh: 国办通知, en: notice}\nholidays: [%s]\nworking: []\n"


def replace(operator, text: str | bytes, path: str = "values/calendars/2031.yaml"):
    content = text if isinstance(text, bytes) else text.encode()
    given = {
        "deed": "file",
        "file-path": path,
        "file-source": "国办通知",
        "file-file": SimpleUploadedFile("x.yaml", content),
    }
    return operator.post(ADDRESS, given, follow=True).content.decode()


def test_a_calendar_is_added_and_can_be_fetched_again(law, operator) -> None:
    replace(operator, CALENDAR % "2031-10-01")
    assert OverlayEntry.objects.get().subject == "values/calendars/2031.yaml"
    fetched = operator.get(reverse("operator:addition_file"), {"path": "values/calendars/2031.yaml"})
    assert fetched.content.decode() == CALENDAR % "2031-10-01"


@pytest.mark.parametrize(
    ("text", "path", "sentence"),
    [
        (CALENDAR % "2032-10-01", "values/calendars/2031.yaml", "有日期不在 2031 年"),
        ("a: [", "values/calendars/2031.yaml", "values/calendars/2031.yaml"),
        (b"\xff\xfe\x00", "values/calendars/2031.yaml", "文件不是 UTF-8 编码"),
        (CALENDAR % "2031-10-01", "rules/x.yaml", "路径应形如"),
        (CALENDAR % "2031-10-01", "values/../rules/x.yaml", "路径应形如"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words_and_not_kept(text, path, sentence, law, operator) -> None:
    assert sentence in replace(operator, text, path)
    assert not OverlayEntry.objects.exists()


@pytest.mark.parametrize("path", ["facts.yaml", "../pyproject.toml", "values/none.yaml", ""])
def test_only_values_are_handed_out(path, operator) -> None:
    assert operator.get(reverse("operator:addition_file"), {"path": path}).status_code == 404
