"""What officials do with letters: objections registered sealed, corrections answered in public, complaints forwarded and answered."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from greenmine.accounts.permissions import NotAllowed
from greenmine.directory import incoming
from greenmine.directory.intake import actions as intake
from greenmine.directory.intake import queries as letters
from greenmine.directory.intake.actions import Letter
from greenmine.directory.intake.permissions import CannotSend, From
from greenmine.directory.models import Objection
from greenmine.directory.published.models import Statement
from greenmine.notifications.models import Notice
from greenmine.publiclog.models import Content
from tests.conftest import TODAY, person
from tests.directory.conftest import house

pytestmark = pytest.mark.django_db
NAMED = From("刘举报", "13912345678")
TEXT = "该矿夜间越界开采，影响村民安全。"


def who(person: Any, on: date = TODAY) -> dict[str, Any]:
    return {"by": person, "organisation": house(person), "on": on}


def sentence(act: Any) -> str:
    with pytest.raises(CannotSend) as refused:
        act()
    assert refused.value.en
    return refused.value.zh


def test_an_objection_by_name_is_registered_sealed_with_its_evidence(world: Any) -> None:
    notice = world.noticed()
    letter = Letter("objection", TEXT, mine=world.mine.key, notice=notice.number)
    upload = SimpleUploadedFile("刘举报.txt", "证据".encode())
    sent = intake.send(letter, on=TODAY, sender=NAMED, files=[upload])
    made = incoming.register(sent.envelope, **who(world.cast.province))
    assert (made.kind, made.envelope, made.text) == (Objection.Kind.OBJECTION, "LJ-2026-000001", TEXT)
    assert [(one.name, one.subject_key) for one in made.evidence.all()] == [("材料1.txt", "LJ-2026-000001")]
    found = letters.by_code(sent.code)
    assert found is not None
    assert (found.state, found.reference) == ("accepted", made.number)
    assert made.number in found.events.all()[1].zh
    assert "该来件已受理" in sentence(lambda: incoming.register(sent.envelope, **who(world.cast.province)))
    assert Objection.objects.count() == 1


@pytest.mark.parametrize("name", ["county", "county_reviewer", "county_decider", "other_county", "ministry", "agency"])
def test_an_objection_waits_with_who_gave_notice_and_its_county_never_learns_who_sent_it(world: Any, name: str) -> None:
    notice = world.noticed()
    sent = intake.send(Letter("objection", TEXT, mine=world.mine.key, notice=notice.number), on=TODAY, sender=NAMED)
    stranger = getattr(world.cast, name)
    assert not letters.envelopes_for(stranger, TODAY).exists()
    with pytest.raises(NotAllowed):
        intake.identify(sent.envelope, reason="想知道是谁", **who(stranger))
    with pytest.raises(NotAllowed):
        intake.write_down(sent.envelope, "已看过", **who(stranger))
    anonymous = intake.send(Letter("objection", TEXT, mine=world.mine.key, notice=notice.number), on=TODAY)
    with pytest.raises(NotAllowed):
        incoming.refuse(anonymous.envelope, "不想办", **who(stranger))
    assert list(letters.envelopes_for(world.cast.province_clerk, TODAY)) == [anonymous.envelope, sent.envelope]
    assert intake.identify(sent.envelope, reason="核实身份", **who(world.cast.province))["name"] == NAMED.name


def test_an_anonymous_objection_becomes_a_clue(world: Any) -> None:
    notice = world.noticed()
    letter = Letter("objection", TEXT, mine=world.mine.key, notice=notice.number)
    sent = intake.send(letter, on=TODAY)
    made = incoming.register(sent.envelope, **who(world.cast.province))
    assert made.kind == Objection.Kind.CLUE
    found = letters.by_code(sent.code)
    assert found is not None
    assert found.state == "clue"


def test_the_sender_sees_that_the_objection_is_investigated(world: Any) -> None:
    from greenmine.directory import objecting

    notice = world.noticed()
    sent = intake.send(Letter("objection", TEXT, mine=world.mine.key, notice=notice.number), on=TODAY, sender=NAMED)
    made = incoming.register(sent.envelope, **who(world.cast.province))
    objecting.investigate(made, **who(world.cast.province_clerk))
    found = letters.by_code(sent.code)
    assert found is not None
    assert len(found.events.all()) >= 3


def test_a_named_objection_is_never_refused_and_never_forwarded(world: Any) -> None:
    notice = world.noticed()
    sent = intake.send(Letter("objection", TEXT, mine=world.mine.key, notice=notice.number), on=TODAY, sender=NAMED)
    assert "不能不予受理" in sentence(lambda: incoming.refuse(sent.envelope, "不想办", **who(world.cast.province)))
    other = house(world.cast.county).key
    assert "不能转交" in sentence(lambda: incoming.forward(sent.envelope, other, "", **who(world.cast.province)))


def correction(statement: str = "") -> Any:
    return intake.send(Letter("correction", "矿种应为石灰岩，不是煤，见许可证。", mine="M00000001", statement=statement), on=TODAY, sender=NAMED)  # fmt: skip


def test_a_correction_is_answered_in_public_without_its_sender(cast: Any, mine: Any) -> None:
    sent = correction()
    made = incoming.answer_correction(
        sent.envelope, "矿种应为石灰岩", "经核实许可证，已更正。", corrected=True, **who(cast.county_decider)
    )
    assert (made.kind, made.mine, made.body["question"], made.body["answer"]) == ("correction", "M00000001", "矿种应为石灰岩", "经核实许可证，已更正。")  # fmt: skip
    public = "".join(Content.objects.values_list("text", flat=True))
    assert "已更正" in public
    for secret in ("刘举报", "13912345678", "见许可证"):
        assert secret not in public
    found = letters.by_code(sent.code)
    assert found is not None
    assert (found.state, found.reference) == ("answered", made.number)


def test_who_may_not_publish_answers_no_correction(cast: Any, mine: Any) -> None:
    sent = correction()
    with pytest.raises(NotAllowed):
        incoming.answer_correction(sent.envelope, "问", "答", corrected=True, **who(cast.county))
    assert not incoming.may_answer_corrections(cast.county, sent.envelope, on=TODAY)
    assert not Statement.objects.exists()


def test_the_sender_of_a_correction_is_not_named_in_public(cast: Any, mine: Any) -> None:
    sent = correction()
    said = sentence(
        lambda: incoming.answer_correction(
            sent.envelope, "刘举报来信称有误", "已更正", corrected=True, **who(cast.county_decider)
        )
    )
    assert "不得写入申请人姓名" in said
    assert not Statement.objects.exists()
    assert "请填写答复内容" in sentence(
        lambda: incoming.answer_correction(sent.envelope, "问", " ", corrected=True, **who(cast.county_decider))
    )


def test_a_complaint_goes_to_the_office_that_has_the_power(cast: Any, mine: Any) -> None:
    from greenmine.accounts import actions as accounts

    office = accounts.found_organisation(
        kind="authority", name="会宁县生态环境局", level="county", division="620422", department="ecology", by=None, on=date(2026, 1, 5)
    )  # fmt: skip
    clerk = person(office, "ecology", "环经办", "clerk")
    sent = intake.send(Letter("complaint", TEXT, mine="M00000001", category="pollution"), on=TODAY)
    moved = incoming.forward(sent.envelope, office.key, "", **who(cast.county))
    assert (moved.state, moved.organisation) == ("forwarded", office.key)
    assert Notice.objects.filter(verb="intake.received", to_kind="ecology", to_key="620422").exists()
    assert "已在所选部门" in sentence(lambda: incoming.forward(moved, office.key, "", **who(cast.county)))
    assert "请选择接收部门" in sentence(lambda: incoming.forward(moved, house(cast.agency).key, "", **who(cast.county)))
    incoming.answer(moved, {"zh": "已责令停产整治。"}, **who(clerk))
    found = letters.by_code(sent.code)
    assert found is not None
    assert [event.office for event in found.events.all()] == [
        "会宁县自然资源局",
        "会宁县自然资源局",
        "会宁县生态环境局",
    ]
    assert not Notice.objects.filter(verb="intake.received", done_at=None).exists()


def test_an_official_of_another_county_handles_nothing(cast: Any, mine: Any) -> None:
    sent = intake.send(Letter("complaint", TEXT, mine="M00000001"), on=TODAY)
    for act in (
        lambda: incoming.accept(sent.envelope, "", **who(cast.other_county)),
        lambda: incoming.refuse(sent.envelope, "不办", **who(cast.other_county)),
        lambda: intake.write_down(sent.envelope, "记录", **who(cast.other_county)),
        lambda: incoming.accept(sent.envelope, "", **who(cast.enterprise)),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_complaint_is_answered_after_it_was_accepted_and_with_words(cast: Any, mine: Any) -> None:
    sent = intake.send(Letter("complaint", TEXT, mine="M00000001"), on=TODAY)
    assert "请先受理或转交" in sentence(lambda: incoming.answer(sent.envelope, {"zh": "答"}, **who(cast.county)))
    incoming.accept(sent.envelope, "", **who(cast.county))
    assert "请填写答复内容" in sentence(lambda: incoming.answer(sent.envelope, {"zh": " "}, **who(cast.county)))
    assert "请填写不予受理的理由" in sentence(
        lambda: incoming.refuse(
            intake.send(Letter("complaint", TEXT, mine="M00000001"), on=TODAY).envelope, "", **who(cast.county)
        )
    )
