"""Letters from the public: taken with or without a name, sealed, limited, followed by a code nobody guesses."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from greenmine.accounts.permissions import NotAllowed
from greenmine.directory.intake import actions as intake
from greenmine.directory.intake import queries, sealing
from greenmine.directory.intake.actions import Letter
from greenmine.directory.intake.models import Envelope, Event, Knock, Opening, Sender
from greenmine.directory.intake.permissions import CannotSend, From
from greenmine.ledger.models import Record
from greenmine.notifications.models import Notice
from tests.conftest import TODAY
from tests.directory.conftest import house

pytestmark = pytest.mark.django_db
NAMED = From("刘举报", "13912345678", "会宁县某街1号")
TEXT = "该矿夜间越界开采，影响村民安全。"


def complaint(mine: str = "M00000001", **fields: Any) -> Letter:
    return Letter("complaint", fields.pop("text", TEXT), mine=mine, category="illegal_mining", **fields)


def who(cast: Any, name: str) -> dict[str, Any]:
    person = getattr(cast, name)
    return {"by": person, "organisation": house(person), "on": TODAY}


def sentence(act: Any) -> str:
    with pytest.raises(CannotSend) as refused:
        act()
    assert refused.value.en
    return refused.value.zh


@pytest.mark.shows("kz-2024/23.a", by="act")
def test_anyone_complains_without_an_account_and_gets_a_receipt_and_a_code(cast: Any, mine: Any) -> None:
    sent = intake.send(complaint(), on=TODAY, sender=NAMED)
    assert sent.envelope.number == "LJ-2026-000001"
    assert (sent.envelope.region_code, sent.envelope.organisation, sent.envelope.state) == ("620422", house(cast.county).key, "received")  # fmt: skip
    assert queries.by_code(sent.code) == sent.envelope
    assert queries.by_code(sent.code.lower().replace("-", " ")) == sent.envelope
    told = Notice.objects.get(verb="intake.received")
    assert (told.to_kind, told.to_key, told.about_key) == ("county_nr", "620422", "LJ-2026-000001")
    assert Record.objects.get(verb="intake.received").cite == ["kz-2024/23.a", "nm-2020/4.2.j"]


@pytest.mark.shows("kz-2024/23.a", by="act", refusal=True)
def test_who_complains_is_nowhere_in_the_database_in_plain_text(cast: Any, mine: Any) -> None:
    intake.send(complaint(), on=TODAY, sender=NAMED)
    assert len(queries.envelopes_for(cast.county, TODAY)) == 1
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            kept = repr(cursor.fetchall())
            for secret in ("刘举报", "13912345678", "某街1号"):
                assert secret not in kept, table


def test_the_code_itself_is_nowhere(cast: Any, mine: Any) -> None:
    sent = intake.send(complaint(), on=TODAY)
    assert sent.code not in repr(list(Envelope.objects.values()))
    assert len(sent.code.replace("-", "")) == 16
    assert queries.by_code("") is None
    assert queries.by_code(sent.envelope.number) is None
    assert queries.by_code(sent.envelope.code_hash) is None


@pytest.mark.shows("kz-2024/23.a", by="act", refusal=True)
def test_only_who_may_opens_a_name_and_only_with_a_reason(cast: Any, mine: Any) -> None:
    envelope = intake.send(complaint(), on=TODAY, sender=NAMED).envelope
    with pytest.raises(NotAllowed):
        intake.identify(envelope, reason="想看", **who(cast, "county"))  # a clerk
    with pytest.raises(NotAllowed):
        intake.identify(envelope, reason="想看", **who(cast, "other_county"))
    assert "请说明查阅" in sentence(lambda: intake.identify(envelope, reason=" ", **who(cast, "county_reviewer")))
    assert not Opening.objects.exists()
    found = intake.identify(envelope, reason="需要向来件人核实地点", **who(cast, "county_reviewer"))
    assert found == {"name": "刘举报", "contact": "13912345678", "address": "会宁县某街1号"}
    opening = Opening.objects.get()
    assert (opening.name, opening.reason, opening.on) == ("周审核", "需要向来件人核实地点", TODAY)
    with pytest.raises(DatabaseError), transaction.atomic():
        Opening.objects.all().delete()
    record = Record.objects.get(verb="intake.identified")
    assert "刘举报" not in f"{record.zh}{record.payload}"


def test_an_anonymous_letter_has_nobody_to_open(cast: Any, mine: Any) -> None:
    envelope = intake.send(complaint(), on=TODAY).envelope
    assert not envelope.by_name
    assert "匿名" in sentence(lambda: intake.identify(envelope, reason="核实", **who(cast, "county_reviewer")))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": "太短"}, "至少 10 个字"), ({"text": "长" * 4001}, "最多 4000 字"), ({"mine": "M09999999"}, "没有这座矿山"),
        ({"mine": "", "about": "", "region_code": "620422"}, "请写明被反映的矿山或企业"), ({"mine": "", "about": "某矿", "region_code": "999999"}, "请选择所在地区"),
        ({"mine": "", "about": "某矿", "region_code": "000000"}, "请选择所在地区"), ({"statement": "GK-2026-000099"}, "没有这条公开信息"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_said(cast: Any, mine: Any, fields: dict[str, Any], said: str) -> None:
    assert said in sentence(lambda: intake.send(complaint(**fields), on=TODAY))
    assert not Envelope.objects.exists()


def test_a_name_without_contact_is_no_name(cast: Any, mine: Any) -> None:
    assert "姓名（单位名称）和联系方式" in sentence(
        lambda: intake.send(complaint(), on=TODAY, sender=From("刘举报", ""))
    )
    assert not intake.send(complaint(), on=TODAY, sender=From(" ", " ")).envelope.by_name
    assert "过长" in sentence(lambda: intake.send(complaint(), on=TODAY, sender=From("刘" * 61, "1")))


def test_a_mine_that_is_not_published_is_named_in_words(cast: Any, mine: Any) -> None:
    letter = Letter("complaint", TEXT, about="无名小矿", region_code="620525")
    envelope = intake.send(letter, on=TODAY).envelope
    assert (envelope.mine, envelope.mine_name, envelope.organisation) == ("", "无名小矿", house(cast.other_county).key)


def test_where_no_county_office_is_the_next_above_is_in_charge(cast: Any, mine: Any) -> None:
    letter = Letter("complaint", TEXT, about="无名小矿", region_code="620102")
    assert intake.send(letter, on=TODAY).envelope.organisation == house(cast.province).key


def test_one_source_sends_so_many_an_hour(cast: Any, mine: Any) -> None:
    for _ in range(10):
        intake.send(complaint(), on=TODAY, source="203.0.113.7")
    assert "一小时内最多提交 10 件" in sentence(lambda: intake.send(complaint(), on=TODAY, source="203.0.113.7"))
    intake.send(complaint(), on=TODAY, source="203.0.113.8")
    assert "203.0.113" not in repr(list(Knock.objects.values()))
    Knock.objects.update(at=datetime.now(UTC) - timedelta(minutes=61))
    intake.send(complaint(), on=TODAY, source="203.0.113.7")
    assert Knock.objects.count() == 1  # what was older than an hour is forgotten


def test_objections_are_taken_on_the_last_day_and_not_after(cast: Any, notice: Any) -> None:
    def letter(mine: str = "M00000002") -> Letter:
        return Letter("objection", TEXT, mine=mine, notice="GS-2026-0001")

    envelope = intake.send(letter(), on=date(2026, 11, 27), sender=NAMED).envelope
    assert (envelope.organisation, envelope.region_code) == (house(cast.province).key, "620422")
    assert "截止" in sentence(lambda: intake.send(letter(), on=date(2026, 11, 28), sender=NAMED))
    assert "尚未开始" in sentence(lambda: intake.send(letter(), on=date(2026, 11, 19), sender=NAMED))
    assert "请选择公示名单中的矿山" in sentence(lambda: intake.send(letter("M00000001"), on=TODAY, sender=NAMED))
    assert "没有这份公示" in sentence(lambda: intake.send(Letter("objection", TEXT, mine="M1", notice="X"), on=TODAY))


def picture() -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x8825] = {1: "N", 2: (35.0, 41.0, 12.0)}
    Image.new("RGB", (40, 30), "green").save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_pictures_lose_what_the_camera_wrote_and_every_file_its_name(cast: Any, mine: Any) -> None:
    upload = SimpleUploadedFile("刘举报家门口.jpg", picture())
    assert b"SecretCamera" in picture()
    envelope = intake.send(complaint(), on=TODAY, files=[upload]).envelope
    kept = envelope.enclosures.get()
    assert kept.name == "材料1.jpg"
    assert b"SecretCamera" not in bytes(kept.content)
    assert dict(Image.open(io.BytesIO(bytes(kept.content))).getexif()) == {}
    assert "刘举报".encode() not in bytes(kept.sealed)
    opened = sealing.unseal(bytes(kept.sealed))
    assert picture() in opened
    assert "刘举报家门口.jpg".encode() in opened


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("a.exe", b"MZ\x90\x00" + b"x" * 100)], "不能"), ([("a.pdf", b"no pdf at all")], ""), ([("a.jpg", b"\xff\xd8\xff\xe0broken")], ""),
        ([(f"{n}.txt", b"text") for n in range(6)], "最多可附 5 份"), ([("a.txt", b"")], "空"), ([("a.zip", b"PK\x05\x06" + b"\0" * 18)], ""),
    ],
)  # fmt: skip
def test_bad_files_are_refused_in_words_and_nothing_is_kept(cast: Any, mine: Any, files: Any, said: str) -> None:
    uploads = [SimpleUploadedFile(name, content) for name, content in files]
    assert said in sentence(lambda: intake.send(complaint(), on=TODAY, files=uploads))
    assert not Envelope.objects.exists()
    assert not Sender.objects.exists()


@pytest.mark.parametrize("cut", [8, 12])
def test_a_damaged_picture_is_refused_in_words(cast: Any, mine: Any, cut: int) -> None:
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (20, 20), "red").save(out, "PNG")
    content = out.getvalue()
    start = content.index(b"IDAT")
    length = int.from_bytes(content[start - 4 : start], "big") - cut
    upload = SimpleUploadedFile("a.png", content[: start - 4] + length.to_bytes(4, "big") + content[start:])
    assert "不是完整的图片" in sentence(lambda: intake.send(complaint(), on=TODAY, files=[upload]))


def test_a_small_file_that_unfolds_into_a_huge_picture_is_refused_in_words(cast: Any, mine: Any) -> None:
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("1", (8900, 8900)).save(out, "PNG")
    upload = SimpleUploadedFile("a.png", out.getvalue())
    assert "图片过大" in sentence(lambda: intake.send(complaint(), on=TODAY, files=[upload]))


def test_a_file_too_large_is_named_by_its_place(cast: Any, mine: Any) -> None:
    upload = SimpleUploadedFile("a.txt", b"x" * (10 * 1024 * 1024 + 1))
    assert "第 1 份材料超过 10 MB" in sentence(lambda: intake.send(complaint(), on=TODAY, files=[upload]))


def test_letters_reach_their_region_and_nobody_else(cast: Any, mine: Any) -> None:
    intake.send(complaint(), on=TODAY)
    seen = {name: queries.envelopes_for(getattr(cast, name), TODAY).count() for name in vars(cast)}
    assert {name for name, count in seen.items() if count} == {
        "county", "county_reviewer", "county_decider", "province", "province_clerk", "province_reviewer", "ministry",
    }  # fmt: skip


def test_another_department_sees_only_what_was_forwarded_to_it(cast: Any, mine: Any) -> None:
    from greenmine.accounts import actions as accounts
    from greenmine.directory import incoming
    from tests.conftest import person

    office = accounts.found_organisation(
        kind="authority", name="会宁县生态环境局", level="county", division="620422", department="ecology", by=None, on=date(2026, 1, 5)
    )  # fmt: skip
    clerk = person(office, "ecology", "环经办", "clerk")
    first = intake.send(complaint(), on=TODAY).envelope
    assert not queries.envelopes_for(clerk, TODAY).exists()
    incoming.forward(first, office.key, "", **who(cast, "county"))
    assert list(queries.envelopes_for(clerk, TODAY)) == [first]
    intake.send(complaint(), on=TODAY)
    assert queries.envelopes_for(clerk, TODAY).count() == 1


def test_the_sender_sees_every_state_and_no_internal_note(cast: Any, mine: Any) -> None:
    from greenmine.directory import incoming

    sent = intake.send(complaint(), on=TODAY, sender=NAMED)
    incoming.accept(sent.envelope, "", **who(cast, "county"))
    intake.write_down(sent.envelope, "已到现场，线索属实", **who(cast, "county"))
    incoming.answer(sent.envelope, {"zh": "已责令停止越界开采并立案。"}, **who(cast, "county"))
    found = queries.by_code(sent.code)
    assert found is not None
    assert [(event.state, event.zh) for event in found.events.all()] == [
        ("received", ""), ("accepted", "已受理，正在核实。"), ("answered", "已责令停止越界开采并立案。"),
    ]  # fmt: skip
    assert "线索属实" not in repr(list(Event.objects.values()))
    assert found.answered_on == TODAY


def test_an_answered_letter_is_not_moved_again(cast: Any, mine: Any) -> None:
    from greenmine.directory import incoming

    envelope = intake.send(complaint(), on=TODAY).envelope
    incoming.refuse(envelope, "不属于本部门职责，也无具体事实。", **who(cast, "county"))
    envelope.refresh_from_db()
    assert "已办结" in sentence(lambda: incoming.accept(envelope, "", **who(cast, "county")))
    assert Event.objects.count() == 2


@given(st.text(max_size=60))
def test_no_text_but_a_code_leads_to_its_hash(text: str) -> None:
    code = sealing.new_code()
    if "".join(sign for sign in text.upper() if sign in sealing.ALPHABET) != code.replace("-", ""):
        assert sealing.code_hash(text) != sealing.code_hash(code)
    assert sealing.code_hash(f" {code.lower()} ") == sealing.code_hash(code)


@given(st.binary(max_size=200))
def test_what_is_sealed_comes_back_and_a_touched_seal_does_not(content: bytes) -> None:
    from cryptography.exceptions import InvalidTag

    sealed = sealing.seal(content)
    assert sealing.unseal(sealed) == content
    with pytest.raises(InvalidTag):
        sealing.unseal(sealed[:-1] + bytes([sealed[-1] ^ 1]))
