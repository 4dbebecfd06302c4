"""Reminders before the day, the level above, terms of keeping, and the dossier."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from greenmine.accounts.permissions import NotAllowed
from greenmine.evidence import actions as evidence
from greenmine.ledger.models import Record
from greenmine.notifications import queries as notices
from greenmine.notifications.models import Notice
from greenmine.procedures import actions, queries, retaining, tasks
from greenmine.procedures.addresses import above
from greenmine.procedures.models import Case, CaseStep, RetentionProposal
from greenmine.procedures.permissions import CannotTake
from tests.procedures.conftest import ON


def test_whoever_has_work_is_told_once_when_its_day_comes_near(cast, application):
    item = application.items.get(step="accept", state="open")
    assert item.due_on == date(2026, 11, 16)
    assert tasks.remind_soon(on=date(2026, 11, 11)) == 0
    assert tasks.remind_soon(on=date(2026, 11, 12)) == 1
    assert tasks.remind_soon(on=date(2026, 11, 13)) == 0
    told = notices.for_person(cast.county, on=ON).get(verb="procedures.soon")
    assert told.zh == f"{application.number}“受理”将于 2026-11-16 到期"


@pytest.mark.parametrize(
    ("kind", "key", "to"),
    [
        ("county_nr", "620422", ("city_nr", "620400")),
        ("city_nr", "620400", ("province_nr", "620000")),
        ("province_nr", "620000", ("ministry_nr", "000000")),
        ("ministry_nr", "000000", None),
        ("county_gov", "150430", ("city_gov", "150400")),
        ("ecology", "620422", ("ecology", "620400")),
        ("enterprise", "E00000001", None),
    ],
)
def test_the_level_above_is_the_same_line_one_step_up(kind, key, to):
    assert above(kind, key) == to


def test_late_work_is_reported_to_the_level_above_once(cast, application):
    assert tasks.escalate(on=date(2026, 11, 23)) == 0
    assert tasks.escalate(on=date(2026, 11, 24)) == 1
    assert tasks.escalate(on=date(2026, 11, 25)) == 0
    told = Notice.objects.get(verb="procedures.escalated")
    assert (told.to_kind, told.to_key) == ("city_nr", "620400")
    assert Record.objects.get(verb="procedures.escalated").by["name"] == "系统 · the system"
    assert Case.objects.get().state == "filed"


@pytest.fixture
def closed(cast, case):
    actions.take(case, "investigate", by=cast.province_reviewer, on=ON)
    actions.take(case, "refute", {"reasons": ["查无实据"]}, by=cast.province, on=ON)
    actions.take(
        case,
        "serve_clearance",
        {"paper": 9, "served_on": "2026-11-09", "way": "direct"},
        by=cast.province_reviewer,
        on=ON,
    )
    return case


END = date(2056, 11, 9)


@pytest.fixture
def proposal(closed):
    tasks.propose_retention(on=date(2056, 11, 10))
    return RetentionProposal.objects.get()


def test_the_end_of_the_term_is_proposed_once_and_changes_nothing(cast, closed):
    assert tasks.propose_retention(on=END) == 0
    assert tasks.propose_retention(on=date(2056, 11, 10)) == 1
    assert tasks.propose_retention(on=date(2056, 11, 11)) == 0
    assert CaseStep.objects.get(step="refute").payload == {"reasons": ["查无实据"]}
    assert [one.case_id for one in retaining.waiting(cast.province, on=ON)] == [closed.pk]
    assert retaining.waiting(cast.other_county, on=ON) == []


def keeper(office):
    from tests.conftest import person

    return person(office, "archivist", "聂档案", "reviewer")


def test_a_person_who_did_not_work_on_it_keeps_it_longer(cast, office, proposal):
    later = date(2056, 11, 12)
    with pytest.raises(NotAllowed, match="办理过本案"):
        actions.decide_retention(proposal, "destroy", "期满", by=cast.province, on=later)
    with pytest.raises(CannotTake, match="以后的日期"):
        actions.decide_retention(proposal, "keep", "涉诉", by=keeper(office), on=later, keep_until=later)
    by = type(cast.province).objects.get(username="archivist")
    actions.decide_retention(proposal, "keep", "涉诉", by=by, on=later, keep_until=date(2060, 1, 1))
    assert tasks.propose_retention(on=date(2060, 1, 1)) == 0
    assert tasks.propose_retention(on=date(2060, 1, 2)) == 1
    with pytest.raises(CannotTake, match="已作出决定"):
        actions.decide_retention(proposal, "destroy", "期满", by=by, on=later)


def test_what_was_written_is_destroyed_and_that_it_happened_stays(cast, office, closed, proposal):
    actions.decide_retention(proposal, "destroy", "鉴定无保存价值", by=keeper(office), on=date(2056, 11, 12))
    kept = Case.objects.get()
    assert (kept.title, kept.destroyed_on) == ("", date(2056, 11, 12))
    assert {json.dumps(row.payload) for row in queries.history(kept)} == {'{"destroyed": true}'}
    assert [row.step for row in queries.history(kept)] == ["open", "investigate", "refute", "serve_clearance"]
    assert Record.objects.get(verb="procedures.retention_decided").zh.endswith("销毁（鉴定无保存价值）")
    assert tasks.propose_retention(on=date(2090, 1, 1)) == 0


@pytest.mark.parametrize(("decision", "reason"), [("burn", "由"), ("", "由"), ("destroy", " ")])
def test_a_decision_on_keeping_is_one_of_two_with_a_reason(office, proposal, decision, reason):
    with pytest.raises(CannotTake):
        actions.decide_retention(proposal, decision, reason, by=keeper(office), on=date(2056, 11, 12))


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def test_the_dossier_holds_the_whole_case_and_opens_without_the_program(cast, departments, reviewing):
    one = queries.opinions_of(reviewing)[0]
    kept = evidence.keep(
        SimpleUploadedFile("../../意见<1>.pdf", PDF),
        by=departments["ecology"],
        on=ON,
        subject=("case", reviewing.number),
    )
    actions.give_opinion(
        one, "disagree", "<script>alert(1)</script>不同意", evidence=[kept], by=departments["ecology"], on=ON
    )
    content = queries.dossier(reviewing, on=ON)
    assert content == queries.dossier(reviewing, on=ON)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        assert names[:6] == [
            "history.json", "history.html", "picture.zh.svg", "picture.en.svg", "table.yaml", "table.bpmn",
        ]  # fmt: skip
        assert [name for name in names if name.startswith("evidence/")] == [f"evidence/{kept.pk}-意见1.pdf"]
        assert not any(".." in name or name.startswith("/") for name in names)
        assert archive.read(f"evidence/{kept.pk}-意见1.pdf") == PDF
        history = json.loads(archive.read("history.json"))
        page = archive.read("history.html").decode()
        assert archive.read("table.yaml").decode() == reviewing.kept.content
        assert archive.read("picture.zh.svg").decode().startswith("<svg")
    assert [row["step"] for row in history["steps"]] == ["open", "accept"]
    assert [row["standing"] for row in history["opinions"]] == ["given", "waiting"]
    assert history["readings"]["review-level"]["value"] == "county"
    assert [row["verb"] for row in history["records"]] == [
        "procedures.opened", "procedures.taken", "procedures.opinion_given",
    ]  # fmt: skip
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "按默认口径，待法制审核确认" in page
