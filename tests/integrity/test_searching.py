"""The worker looks at filed reports: what it finds is kept once, with its evidence; it changes nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from greenmine.integrity import tasks
from greenmine.integrity.models import LookedAt, Signal
from tests.integrity.worlds import cheat, jpeg, scene

ON = date(2026, 6, 1)
DAY = date(2026, 5, 4)


class Field:
    """Fieldwork as it lies in the tables when a report was filed."""

    def __init__(self, house: Any, cast: Any) -> None:
        self.house, self.cast, self.made = house, cast, 0
        house.leader.account = cast.agency
        house.leader.save()

    def report(
        self, number: str, mine: str, photos: list[bytes], *, said: str = "", author: Any = None, minutes: int = 6
    ) -> Any:
        from greenmine.assessment.models import Assessment
        from greenmine.evidence import actions as evidence
        from greenmine.fieldwork.models import Capture, Fieldwork, Operation, Report, Visit, VisitMember

        self.house.engage(number, mine)
        Assessment.objects.create(
            number=f"ZP-{number}", party="third_party", mine=mine, region_code="620422", holder="E00000001",
            organisation=self.house.agency.organisation, engagement=number, year=2026, standard="demo-2026",
            standard_digest="0" * 64, edition="x", opened_on=DAY, opened_by="许", changed_at=datetime(2026, 5, 4, tzinfo=UTC),
        )  # fmt: skip
        who = author or self.cast.agency
        work = Fieldwork.objects.create(
            engagement=number, assessment=f"ZP-{number}", mine=mine, region_code="620422", holder="E00000001",
            organisation=self.house.agency.organisation, standard="demo-2026", standard_digest="0" * 64, leader=who,
            opened_on=DAY, opened_by="许",
        )  # fmt: skip
        visit = Visit.objects.create(
            fieldwork=work,
            number=1,
            from_on=DAY,
            until_on=DAY,
            route="采场",
            items=["i1"],
            planned_by="许",
            planned_on=DAY,
        )
        VisitMember.objects.create(visit=visit, person=who, leads=True)
        for place, content in enumerate(photos):
            at = datetime(2026, 5, 4, 2, tzinfo=UTC) + timedelta(minutes=minutes * place, hours=self.made)
            done = Operation.objects.create(
                visit=visit, op=f"{number}-{place}", author=who, author_name=who.name, sequence=place, device_time=at, drift_ms=0,
                kind="capture", item=f"i{place}", payload={}, received_at=at,
            )  # fmt: skip
            kept = evidence.keep(SimpleUploadedFile("a.jpg", content), by=who, on=DAY)
            Capture.objects.create(
                operation=done, visit=visit, item=f"i{place}", author_name=who.name, sha256=kept.file_id, size=1, taken_at=at,
                drift_ms=0, provenance=kept,
            )  # fmt: skip
        if said:
            Operation.objects.create(
                visit=visit, op=f"{number}-said", author=who, author_name=who.name, sequence=99, kind="note", item="i1",
                device_time=datetime(2026, 5, 4, 5, tzinfo=UTC), payload={"text": said}, received_at=datetime(2026, 5, 4, 5, tzinfo=UTC),
            )  # fmt: skip
        self.made += 3
        return Report.objects.create(
            fieldwork=work,
            number=f"PG-{number}",
            version=1,
            state="filed",
            content_hash="x",
            drafted_on=DAY,
            filed_on=DAY + timedelta(days=9),
        )


@pytest.fixture
def field(house: Any, cast: Any) -> Field:
    return Field(house, cast)


@pytest.mark.shows("cn-2024-1/17.0.3", "gs-2023/4.3.h", by="act")
def test_a_reused_photograph_is_a_signal_with_both_files_kept_once(field: Field, law: Any) -> None:
    first = jpeg(scene(1, 1))
    field.report("WT-2026-0001", "M00000001", [first, jpeg(scene(1, 2))])
    field.report("WT-2026-0002", "M00000002", [jpeg(scene(2, 1)), cheat(first, "mirrored cropped", 1)])
    assert tasks.look_at_reports(law, on=ON) == 2
    (found,) = Signal.objects.filter(kind="photo_reused")
    assert found.evidence["mirrored"] is True
    assert {one["engagement"] for one in found.evidence["photos"]} == {"WT-2026-0001", "WT-2026-0002"}
    assert (found.threshold["id"], found.threshold["confidence"], found.state) == ("integrity-photo-fit", "I", "open")
    assert found.innocent_zh
    count = Signal.objects.count()
    LookedAt.objects.all().delete()
    assert tasks.look_at_reports(law, on=ON) == 2
    assert Signal.objects.count() == count
    assert tasks.look_at_reports(law, on=ON) == 0


@pytest.mark.shows("gs-2023/4.3.h", by="act", refusal=True)
def test_honest_reports_raise_no_signal(field: Field, law: Any) -> None:
    field.report(
        "WT-2026-0001", "M00000001", [jpeg(scene(1, 1)), jpeg(scene(1, 2))], said="排土场东侧已覆土并撒播草籽，成活较好"
    )
    field.report(
        "WT-2026-0002", "M00000002", [jpeg(scene(2, 1)), jpeg(scene(2, 2))], said="破碎站密闭罩有一处破损，已拍照记录"
    )
    assert tasks.look_at_reports(law, on=ON) == 2
    assert list(Signal.objects.all()) == []


@pytest.mark.shows("cn-2024-1/17.0.1", by="act")
def test_somebody_on_site_who_is_not_on_the_team_is_a_signal(field: Field, law: Any, cast: Any) -> None:
    field.report("WT-2026-0001", "M00000001", [jpeg(scene(1, 1))], author=cast.other_agency)
    tasks.look_at_reports(law, on=ON)
    (found,) = Signal.objects.filter(kind="stranger")
    assert found.evidence["people"] == ["田评估"]
    assert "不在评估组" in found.zh


@pytest.mark.shows("cn-2024-1/17.0.1", by="act", refusal=True)
def test_who_stands_on_the_team_and_on_the_staff_is_no_stranger(field: Field, law: Any) -> None:
    field.report("WT-2026-0001", "M00000001", [jpeg(scene(1, 1))])
    tasks.look_at_reports(law, on=ON)
    assert not Signal.objects.filter(kind="stranger").exists()
    from greenmine.assessors.models import Employment

    Employment.objects.filter(assessor=field.house.leader).update(until=DAY)  # left before the visit
    LookedAt.objects.all().delete()
    tasks.look_at_reports(law, on=ON)
    assert Signal.objects.filter(kind="stranger").count() == 1


def submitted_picture(field: Field, content: bytes, *, mine: str, on: date) -> Any:
    """What an enterprise hands in with its self-assessment."""
    from greenmine.assessment.models import Assessment, ItemEvidence
    from greenmine.evidence import actions as evidence

    own, _ = Assessment.objects.get_or_create(
        number=f"ZP-{mine}",
        defaults={
            "party": "self", "mine": mine, "region_code": "620422", "holder": "E00000001", "organisation": "O1", "year": 2026,
            "standard": "demo-2026", "standard_digest": "0" * 64, "edition": "x", "opened_on": on, "opened_by": "陈",
            "changed_at": datetime(2026, 5, 1, tzinfo=UTC),
        },
    )  # fmt: skip
    kept = evidence.keep(SimpleUploadedFile("b.jpg", content), by=field.cast.enterprise, on=on)
    return ItemEvidence.objects.create(
        assessment=own, indicator="i7", provenance=kept, sha256=kept.file_id, mine=mine, attached_by="陈填报", attached_on=on
    )  # fmt: skip


@pytest.mark.parametrize("mine", ["M00000001", "M00000009"])
def test_an_enterprises_own_picture_as_site_photograph_is_a_signal(
    field: Field, law: Any, mine: str, sign_in: Any, cast: Any, settings: Any
) -> None:
    settings.DEMO = True
    first = jpeg(scene(1, 1))
    submitted_picture(field, first, mine=mine, on=DAY - timedelta(days=20))
    submitted_picture(field, jpeg(scene(7, 1)), mine=mine, on=DAY - timedelta(days=20))
    field.report("WT-2026-0001", "M00000001", [cheat(first, "cropped", 1), jpeg(scene(1, 2))])
    tasks.look_at_reports(law, on=ON)
    (found,) = Signal.objects.filter(kind="photo_submitted")
    assert [one["engagement"] for one in found.evidence["photos"]] == ["WT-2026-0001", f"ZP-{mine}"]
    assert ("为本矿提交" in found.zh) is (mine == "M00000001")
    assert found.innocent_zh.startswith("固定监测点")
    page = sign_in(cast.province_reviewer).get(f"/authority/integrity/signals/{found.number}/").content.decode()
    assert "企业提交的自评佐证" in page
    count = Signal.objects.count()
    LookedAt.objects.all().delete()
    tasks.look_at_reports(law, on=ON)
    assert Signal.objects.count() == count


def test_what_an_enterprise_hands_in_after_the_visit_is_no_signal(field: Field, law: Any) -> None:
    first = jpeg(scene(1, 1))
    submitted_picture(field, first, mine="M00000001", on=DAY)
    submitted_picture(field, jpeg(scene(1, 1, season=2, visit=2)), mine="M00000001", on=DAY - timedelta(days=200))
    field.report("WT-2026-0001", "M00000001", [first])
    tasks.look_at_reports(law, on=ON)
    assert list(Signal.objects.all()) == []


def judged(field: Field, number: str, party: str, share: int) -> None:
    """A submitted assessment in which every item that has points got so many hundredths of them."""
    from greenmine.assessment.models import Assessment, ItemAnswer
    from greenmine.editions import standards
    from greenmine.law.indicators import Levels, Range

    standard = standards.get("demo-2026")
    made, _ = Assessment.objects.update_or_create(
        number=number,
        defaults={
            "party": party, "mine": "M00000001", "region_code": "620422", "holder": "E00000001", "organisation": "O1",
            "engagement": number.removeprefix("ZP-"), "year": 2026, "standard": standard.id, "standard_digest": standard.digest,
            "edition": "x", "opened_on": DAY, "opened_by": "许", "changed_at": datetime(2026, 5, 4, tzinfo=UTC), "state": "submitted",
            "submitted_on": DAY, "frozen_hash": "f" * 64,
        },
    )  # fmt: skip
    for one in standard.indicators:
        if one.points and isinstance(one.scale, Levels | Range):
            ItemAnswer.objects.create(
                assessment=made, indicator=one.id, state="scored", score=one.points * share // 100
            )


@pytest.mark.shows("cn-2024-1/17.0.4", by="act")
def test_a_report_far_above_its_re_check_is_a_signal_item_by_item(field: Field, law: Any) -> None:
    field.report("WT-2026-0001", "M00000001", [jpeg(scene(1, 1))])
    judged(field, "ZP-WT-2026-0001", "third_party", 100)
    field.house.engage("WT-2026-0009", "M00000001", purpose="recheck")
    judged(field, "ZP-WT-2026-0009", "recheck", 0)
    tasks.look_at_reports(law, on=ON)
    (found,) = Signal.objects.filter(kind="recheck_gap")
    assert found.engagement == "WT-2026-0001"
    assert (found.evidence["given"], found.evidence["found"]) == (100.0, 0.0)
    assert all(given > seen == 0 for _, given, seen, _ in found.evidence["items"])
    assert found.evidence["accounts"] == ["ZP-WT-2026-0001", "ZP-WT-2026-0009"]


@pytest.mark.shows("cn-2024-1/17.0.4", by="act", refusal=True)
def test_without_a_later_verification_the_gap_is_unknown_and_nothing_is_claimed(
    field: Field, law: Any, sign_in: Any, cast: Any, settings: Any
) -> None:
    from greenmine.integrity import queries

    settings.DEMO = True
    field.report("WT-2026-0001", "M00000001", [jpeg(scene(1, 1))])
    judged(field, "ZP-WT-2026-0001", "third_party", 100)
    tasks.look_at_reports(law, on=ON)
    assert not Signal.objects.filter(kind="recheck_gap").exists()
    assert queries.indicator_gaps("A0000001", "620000")["recheck"] == []
    page = sign_in(cast.province_reviewer).get("/authority/integrity/agencies/A0000001/").content.decode()
    assert "尚无复评或盲评，差距未知" in page


def test_a_drive_by_visit_is_a_signal_about_the_visit(field: Field, law: Any) -> None:
    field.report("WT-2026-0001", "M00000001", [jpeg(scene(1, n)) for n in range(4)], minutes=0)
    tasks.look_at_reports(law, on=ON)
    (found,) = Signal.objects.filter(kind="visit_too_short")
    assert len(found.evidence["captures"]) == 4


def test_copied_text_is_a_signal_with_both_texts(
    field: Field, law: Any, sign_in: Any, cast: Any, settings: Any
) -> None:
    settings.DEMO = True
    said = "排土场东侧已覆土并撒播草籽，截排水沟有淤积需清理，台账记录到上周，洗车槽有清水循环，监测数据当日可查。"
    field.report("WT-2026-0001", "M00000001", [jpeg(scene(1, 1))], said=said)
    field.report("WT-2026-0002", "M00000002", [jpeg(scene(2, 1))], said=said.replace("上周", "昨日"))
    tasks.look_at_reports(law, on=ON)
    (found,) = Signal.objects.filter(kind="text_copied")
    assert found.evidence["share"] >= 80
    page = sign_in(cast.province_reviewer).get(f"/authority/integrity/signals/{found.number}/").content.decode()
    assert page.count("<mark>") >= 2


def test_leniency_and_pairs_are_computed_for_a_province_and_claim_nothing_from_nothing(field: Field, law: Any) -> None:
    field.report("WT-2026-0001", "M00000001", [jpeg(scene(1, 1))])
    assert tasks.look_at_provinces(law, on=ON) == []
