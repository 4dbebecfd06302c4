"""A report: refused while anything is missing, reviewed by three, filed with the commitment, returned, revised, accepted."""

from __future__ import annotations

import json
import zipfile

import pytest

from greenmine.assessment import actions as assessment
from greenmine.assessment import queries as assessments
from greenmine.assessment.models import Assessment
from greenmine.assessors.models import Declaration, Engagement
from greenmine.assessors.refusals import CannotEngage
from greenmine.evidence.places import path_of
from greenmine.facts import queries as facts
from greenmine.fieldwork import actions as fieldwork
from greenmine.fieldwork import merging, queries, reporting
from greenmine.fieldwork.hindrances import hindrances
from greenmine.fieldwork.models import Capture, Fieldwork, Report, Visit
from greenmine.fieldwork.permissions import CannotWork
from greenmine.ledger.models import Record

from .world import ON, FieldWorld, operation

WORDS = {"conclusion": "现场与材料相符，达到指标要求。", "recommendations": "加强边坡监测。"}


def sign_all(world: FieldWorld, visit: Visit) -> None:
    for who in ("agency", world.second):
        seen = {"seen_hash": merging.digest(queries.canonical_of(visit)), "seen_op": queries.last_operation(visit)}
        fieldwork.sign(visit, **seen, **world.as_(who))


def visited(world: FieldWorld, *, without: str = "", without_photo: str = "", place: bool = True) -> Fieldwork:
    """Every item seen on site recorded and photographed, signed, ended; every item judged on paper."""
    file = world.desk_done()
    wanted = world.site_items(file)
    visit = fieldwork.plan_visit(
        file,
        from_on=world.on,
        until_on=world.on,
        route="采场—排土场",
        items=wanted,
        members=[world.second.pk],
        **world.as_("agency"),
    )
    batch = [
        operation("finding", one, world.best(file, one), sequence=n, on=world.on)
        for n, one in enumerate(wanted, 1)
        if one != without
    ]
    assert world.send(visit, "agency", *batch).refused == []
    for shade, one in enumerate(wanted):
        if one != without_photo:
            where = {} if place else {"latitude": None, "longitude": None, "no_position": "denied"}
            world.shoot(visit, "agency", one, shade=shade, **where)
    sign_all(world, visit)
    fieldwork.close_visit(visit, **world.as_("agency"))
    judge_on_paper(world, file, wanted)
    return file


def judge_on_paper(world: FieldWorld, file: Fieldwork, seen_on_site: list[str]) -> None:
    target = Assessment.objects.get(number=file.assessment)
    versions = dict(target.items.values_list("indicator", "version"))
    for item in assessments.result_of(target).items:
        if item.applies is not False and item.id not in seen_on_site and item.state == "unanswered":
            draft = assessment.Draft(**{**world.best(file, item.id), "comment": "材料相符"})
            assessment.answer(target, item.id, draft, seen=versions.get(item.id, 0), by=world.cast.agency, on=world.on)
    explain(world, file)


def explain(world: FieldWorld, file: Fieldwork) -> None:
    target = Assessment.objects.get(number=file.assessment)
    hints = [one for one in assessments.flags(target, on=world.on) if one.is_open and one.severity == "asks"]
    told = dict.fromkeys((one.fingerprint for one in hints), "见书面材料")
    assessment.acknowledge_all(target, told, by=world.cast.agency, on=world.on)


def reviewed(world: FieldWorld, file: Fieldwork) -> Report:
    report = reporting.draft_report(file, **WORDS, **world.as_("agency"))
    for role, who in (("leader", "agency"), ("quality", "agency_reviewer"), ("signatory", "agency_decider")):
        reporting.review_report(
            report, role, seen_hash=report.content_hash, passed=True, comment="同意", **world.as_(who)
        )
    return report


def facts_of(world: FieldWorld) -> dict:
    found = facts.stored_sheets(world.edition, "mine", [world.mine.key])[world.mine.key]
    dictionary = world.edition.dictionary
    return {
        name: dictionary[name].show(found.values[name]) if name in found.values else None
        for name in ("third_party_passed", "binding_indicators_failed")
    }


@pytest.mark.shows("cn-2024-1/8.6.a", "gs-2023/3.10.f", by="record")
@pytest.mark.shows("cn-2024-1/8.6.b", "cn-2024-1/8.6.c", "cn-2024-1/8.6.d", "cn-2024-1/8.6.f", by="act")
def test_a_report_is_made_of_the_records_reviewed_by_three_and_filed(world: FieldWorld) -> None:
    file = visited(world)
    assert hindrances(file, on=ON) == []
    report = reviewed(world, file)
    with pytest.raises(CannotWork, match="真实性承诺"):
        reporting.file_report(report, agreed=False, **world.as_("agency_decider"))
    filed = reporting.file_report(report, agreed=True, **world.as_("agency_decider"))
    assert (filed.state, filed.number, filed.verdict) == (Report.State.FILED, "PG-2026-0001-1", "pass")
    assert reporting.digest(filed.content) == filed.content_hash
    assert "真实、完整" in filed.commitment
    assert filed.committed_by == "贺法人"
    assert filed.content["standard"]["digest"] == file.standard_digest
    wanted = set(world.site_items(file))
    assert {one["item"] for one in filed.content["captures"]} == wanted
    assert all(one["taken_at"] and one["latitude"] is not None for one in filed.content["captures"])
    assert all(one["comment"] for one in filed.content["items"] if one["id"] in wanted)
    assert Engagement.objects.get(number=world.engagement).state == "filed"
    assert Assessment.objects.get(number=file.assessment).state == "submitted"
    assert facts_of(world) == {"third_party_passed": True, "binding_indicators_failed": 0}
    record = Record.objects.get(verb="fieldwork.report_filed")
    assert record.cite == [f"cn-2024-1/8.6.{letter}" for letter in "bcdfg"]
    assert record.payload["hash"] == filed.content_hash
    assert [one.pk for one in queries.filed_reports()] == [filed.pk]


def test_the_paper_names_team_days_items_pictures_and_signatures(world: FieldWorld) -> None:
    file = visited(world)
    filed = reporting.file_report(reviewed(world, file), agreed=True, **world.as_("agency_decider"))
    with zipfile.ZipFile(path_of(filed.paper.docx.file_id)) as archive:
        text = archive.read("word/document.xml").decode()
        pictures = [name for name in archive.namelist() if name.startswith("word/media/")]
    first = Capture.objects.order_by("taken_at", "id").first()
    for words in (
        "青山石灰岩矿",
        "许评估",
        "宋评估",
        "采场—排土场",
        "矿容矿貌整洁",
        "邓质控",
        "贺法人",
        first.sha256[:16],
        "105.050000, 35.690000",
    ):
        assert words in text, words
    assert len(pictures) == len(world.site_items(file))
    assert path_of(filed.paper.pdf.file_id).read_bytes().startswith(b"%PDF")


@pytest.mark.shows("cn-2024-1/8.6.a", "gs-2023/3.10.f", by="record", refusal=True)
@pytest.mark.shows("cn-2024-1/8.6.b", by="act", refusal=True)
def test_no_report_before_everything_was_looked_at(world: FieldWorld) -> None:
    file = world.opened()
    with pytest.raises(CannotWork) as refused:
        reporting.draft_report(file, **WORDS, **world.as_("agency"))
    for words in (
        "书面审查尚未办结",
        "还没有现场核查",
        "没有现场核查记录",
        "没有带时间、地点的现场影像",
        "尚无评估结论",
    ):
        assert words in refused.value.zh
    assert not Report.objects.exists()


@pytest.mark.shows("cn-2024-1/8.6.c", by="act", refusal=True)
def test_an_item_seen_on_site_without_a_record_stops_the_report(world: FieldWorld) -> None:
    file = visited(world, without="order")
    with pytest.raises(CannotWork, match="1 项没有现场核查记录：矿容矿貌整洁"):
        reporting.draft_report(file, **WORDS, **world.as_("agency"))


@pytest.mark.shows("cn-2024-1/8.6.d", by="act", refusal=True)
def test_an_item_without_imagery_or_with_imagery_without_place_stops_the_report(world: FieldWorld) -> None:
    file = visited(world, without_photo="order")
    with pytest.raises(CannotWork, match="1 项没有带时间、地点的现场影像：矿容矿貌整洁"):
        reporting.draft_report(file, **WORDS, **world.as_("agency"))


def test_imagery_without_position_needs_its_place_in_words(world: FieldWorld) -> None:
    file = visited(world, place=False)
    wanted = world.site_items(file)
    assert any(f"{len(wanted)} 项没有带时间、地点的现场影像" in one["zh"] for one in hindrances(file, on=ON))
    Capture.objects.update(place="1200 中段")
    assert hindrances(file, on=ON) == []
    Capture.objects.filter(item="order").update(
        checks=[{"code": "hash_differs", "weight": "doubt", "zh": "", "en": ""}]
    )
    assert [one["zh"] for one in hindrances(file, on=ON)] == ["1 项没有带时间、地点的现场影像：矿容矿貌整洁"]


@pytest.mark.shows("cn-2024-1/8.6.f", by="act", refusal=True)
def test_a_member_who_has_not_committed_stops_the_report(world: FieldWorld) -> None:
    file = visited(world)
    report = reviewed(world, file)
    Declaration.objects.filter(name="宋评估").update(committed=False)
    with pytest.raises(CannotWork, match="未签署真实性承诺：宋评估"):
        reporting.draft_report(file, **WORDS, **world.as_("agency"))
    with pytest.raises(CannotWork, match="重新编制"):
        reporting.file_report(report, agreed=True, **world.as_("agency_decider"))
    assert Report.objects.get().state == Report.State.REVIEW


def test_three_different_persons_review_exactly_what_they_saw(world: FieldWorld) -> None:
    report = reporting.draft_report(visited(world), **WORDS, **world.as_("agency"))
    seen = {"seen_hash": report.content_hash, "comment": ""}
    with pytest.raises(CannotEngage, match="项目负责人"):
        reporting.review_report(report, "quality", passed=True, **seen, **world.as_("agency_reviewer"))
    reporting.review_report(report, "leader", passed=True, **seen, **world.as_("agency"))
    with pytest.raises(CannotWork, match="正在内部审核"):
        reporting.draft_report(report.fieldwork, **WORDS, **world.as_("agency"))
    with pytest.raises(CannotEngage, match="退回修改"):
        reporting.review_report(report, "quality", passed=False, **seen, **world.as_("agency_reviewer"))
    reporting.review_report(
        report,
        "quality",
        passed=False,
        seen_hash=report.content_hash,
        comment="结论与分值不符",
        **world.as_("agency_reviewer"),
    )
    changed = reporting.draft_report(report.fieldwork, conclusion="已改", recommendations="", **world.as_("agency"))
    assert changed.pk == report.pk
    assert changed.content_hash != report.content_hash
    with pytest.raises(CannotWork, match="已修改"):
        reporting.review_report(changed, "leader", passed=True, **seen, **world.as_("agency"))
    with pytest.raises(CannotEngage):
        reporting.file_report(changed, agreed=True, **world.as_("agency_decider"))


def test_a_returned_report_takes_its_facts_back_and_a_new_version_keeps_the_old_one(world: FieldWorld) -> None:
    file = visited(world)
    filed = reporting.file_report(reviewed(world, file), agreed=True, **world.as_("agency_decider"))
    before = file.assessment
    returned = reporting.return_report(filed, ["第三章缺少分项说明"], **world.as_("province_clerk"))
    assert (returned.state, returned.return_reasons) == (Report.State.RETURNED, "第三章缺少分项说明")
    assert facts_of(world) == {"third_party_passed": None, "binding_indicators_failed": None}
    file.refresh_from_db()
    made = reporting.revise(file, **world.as_("agency"))
    assert Assessment.objects.get(number=before).state == "withdrawn"
    same = [
        dict(Assessment.objects.get(number=one).items.values_list("indicator", "score"))
        for one in (before, made.number)
    ]
    assert same[0] == same[1]
    assert list(queries.visits_of(before)) == list(queries.visits_of(made.number)) != []
    explain(world, file)
    second = reporting.file_report(reviewed(world, file), agreed=True, **world.as_("agency_decider"))
    assert second.number == "PG-2026-0001-2"
    assert json.loads(json.dumps(Report.objects.get(number="PG-2026-0001-1").content)) == filed.content
    assert facts_of(world)["third_party_passed"] is True
    accepted = reporting.accept_report(second, **world.as_("province"))
    assert accepted.state == Report.State.ACCEPTED
    assert Fieldwork.objects.get(pk=file.pk).closed_on == ON
    with pytest.raises(CannotWork, match="不能办理"):
        reporting.return_report(second, ["再看"], **world.as_("province_clerk"))


def test_a_report_is_seen_by_its_agency_and_once_filed_by_the_region(world: FieldWorld) -> None:
    file = visited(world)
    report = reviewed(world, file)
    everybody = {
        who: getattr(world.cast, who)
        for who in ("agency", "other_agency", "county", "other_county", "province", "enterprise")
    }

    def see() -> set[str]:
        return {who for who, person in everybody.items() if queries.reports_for(person, on=ON).exists()}

    assert see() == {"agency"}
    reporting.file_report(report, agreed=True, **world.as_("agency_decider"))
    assert see() == {"agency", "county", "province"}
