"""What arrives from site: kept once however often it is sent, refused one by one, checked and noted."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from django.utils import timezone

from greenmine.evidence.contents import NotKept
from greenmine.evidence.public_copies import public_copy
from greenmine.fieldwork import actions, photographs, queries, receiving
from greenmine.fieldwork.models import Capture, Operation
from greenmine.fieldwork.permissions import CannotWork
from greenmine.registry.models import Boundary, Mine
from greenmine.spatial.areas import from_rings

from .world import CHINA, LATITUDE, LONGITUDE, ON, SITE, FieldWorld, File, capture, finding, operation, photograph

ITEM = SITE[0]


def codes(row: Capture, weight: str = "doubt") -> list[str]:
    return [one["code"] for one in row.checks if one["weight"] == weight]


@pytest.fixture
def visit(world: FieldWorld):
    return world.planned()


def test_sending_twice_keeps_one_and_another_content_under_the_same_id_is_refused(world: FieldWorld, visit) -> None:
    raw = finding(ITEM, 300)
    assert world.send(visit, "agency", raw, raw).accepted == [raw["op"], raw["op"]]
    assert world.send(visit, "agency", raw).accepted == [raw["op"]]
    assert Operation.objects.count() == 1
    again = {**raw, "payload": {**raw["payload"], "score": 0}}
    refused = world.send(visit, "agency", again).refused
    assert [one["op"] for one in refused] == [raw["op"]]
    assert "未覆盖已有记录" in refused[0]["zh"]
    stolen = world.send(visit, world.second, raw).refused
    assert len(stolen) == 1
    assert queries.record_of(visit).item(ITEM).holds["score"] == 300


def test_the_same_whatever_the_order_of_arrival_and_the_parts(world: FieldWorld, visit) -> None:
    batch = [
        finding(ITEM, 150, sequence=1),
        finding(ITEM, 300, sequence=2),
        operation("note", ITEM, {"text": "整洁"}, sequence=3),
    ]
    for raw in reversed(batch):
        world.send(visit, "agency", raw)
    once = queries.canonical_of(visit)
    world.send(visit, "agency", *batch)
    assert queries.canonical_of(visit) == once
    assert queries.record_of(visit).item(ITEM).holds["score"] == 300


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"op": "one"}, "编号或时间"),
        ({"device_time": "yesterday"}, "编号或时间"),
        ({"device_time": "2026-11-20T10:00:00"}, "编号或时间"),
        ({"sequence": -1}, "序号"),
        ({"sequence": True}, "序号"),
        ({"sequence": "1"}, "序号"),
        ({"sequence": 2_000_000_000}, "序号"),
        ({"device_time": "0001-01-01T00:00:00+14:00"}, "设备的日期"),
        ({"device_time": "9999-12-31T23:59:59-12:00"}, "设备的日期"),
        ({"payload": {"state": [[[[[[[["x"]]]]]]]]}}, "格式"),
        ({"kind": "decision"}, "类型"),
        ({"item": "nothing"}, "指标表中没有"),
        ({"author": 10**9}, "由本人登录"),
        ({"payload": None}, "格式"),
        ({"payload": {"state": "scored", "score": 299, "met": None}}, "得分只能为"),
        ({"payload": {"state": "scored", "score": "300", "met": None}}, "得分无法识别"),
        ({"payload": {"state": "scored", "score": True, "met": None}}, "得分无法识别"),
        ({"payload": {"state": "not_applicable", "score": None, "met": None, "reason": ""}}, "不适用的理由"),
        ({"kind": "note", "payload": {"text": "  "}}, "空的"),
        ({"kind": "note", "payload": {"text": "长" * 4001}}, "最多 4000 字"),
        ({"kind": "capture", "payload": {"sha256": "abc", "size": 5}}, "哈希"),
    ],
)
def test_bad_records_are_refused_one_by_one_and_the_good_ones_kept(world: FieldWorld, visit, changes, why) -> None:
    bad, good = {**finding(ITEM, 300), **changes}, operation("note", SITE[1], {"text": "到场"})
    received = world.send(visit, "agency", bad, good)
    assert received.accepted == [good["op"]]
    assert why in received.refused[0]["zh"]
    assert received.refused[0]["en"]
    assert Operation.objects.count() == 1


def test_nonsense_in_a_batch_is_refused_in_words(world: FieldWorld, visit) -> None:
    received = world.send(visit, "agency", None, 7, [], "x", {})
    assert (received.accepted, len(received.refused)) == ([], 5)
    with pytest.raises(CannotWork, match="最多同步 500 条"):
        world.send(visit, "agency", *([None] * 501))


def test_zero_characters_and_halves_of_characters_are_left_out_and_the_record_can_be_signed(
    world: FieldWorld, visit
) -> None:
    shot = capture(ITEM, photograph(4), world.on)
    shot["payload"] |= {"name": "\ud83d.jpg", "place": "采场\x00", "no_position": "\x00"}
    batch = [
        operation("note", ITEM, {"text": "到场\ud83d\x00"}, sequence=1),
        shot,
        operation("withdraw", "", {"op": "\x00\ud83d", "reason": "\x00"}, sequence=7),
        operation("settle", ITEM, {"between": ["\x00"], "chosen": "\x00", "reason": "\ud83d"}, sequence=8),
    ]
    assert world.send(visit, "agency", *batch).refused == []
    text = queries.canonical_of(visit)
    assert "到场?" in text
    assert "\\u0000" not in text
    assert text.encode().decode() == text


def test_a_member_cannot_use_up_the_numbers_of_the_leader(world: FieldWorld, visit) -> None:
    high = operation("note", ITEM, {"text": "到场"}, sequence=100_000)
    assert world.send(visit, world.second, high).refused == []
    assert world.send(visit, world.second, {**finding(ITEM, 300), "sequence": 200_001}).refused != []
    assert world.send(visit, world.second, {**finding(ITEM, 300), "sequence": 200_000}).refused == []
    assert world.send(visit, "agency", finding(ITEM, 150)).refused == []
    record = queries.record_of(visit)
    between = sorted(record.item(ITEM).findings_by_op())
    actions.settle(visit, ITEM, chosen=between[0], between=between, reason="复看", by=world.cast.agency, on=world.on)
    assert queries.record_of(visit).open_conflicts() == []


def test_a_photograph_is_hashed_at_capture_and_compared_when_it_arrives(world: FieldWorld, visit) -> None:
    row = world.shoot(visit, "agency", ITEM, shade=5)
    assert row.provenance.file_id == row.sha256 == sha256(photograph(5)).hexdigest()
    assert (row.latitude, row.longitude, row.accuracy_m) == (LATITUDE, LONGITUDE, 8.0)
    assert (codes(row), codes(row, "note"), codes(row, "fine")) == ([], [], ["exif_absent"])
    again = receiving.keep_photograph(row, File("photo.jpg", photograph(6)), by=world.cast.agency, on=ON)
    assert again.provenance_id == row.provenance_id


def test_altered_bytes_are_kept_with_a_note_until_the_right_ones_come(world: FieldWorld, visit) -> None:
    row = world.shoot(visit, "agency", ITEM, shade=5, upload=False)
    altered = receiving.keep_photograph(row, File("photo.jpg", photograph(6)), by=world.cast.agency, on=ON)
    assert codes(altered) == ["hash_differs"]
    assert altered.sha256 != altered.provenance.file_id
    right = receiving.keep_photograph(row, File("photo.jpg", photograph(5)), by=world.cast.agency, on=ON)
    assert (codes(right), right.provenance.file_id) == ([], right.sha256)


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ({"latitude": None, "longitude": None, "no_position": "denied"}, ["no_position"]),
        ({"latitude": 95.0}, ["no_position"]),
        ({"latitude": "35.69"}, ["no_position"]),
        ({"accuracy_m": 0}, ["accuracy_zero"]),
        ({"accuracy_m": None}, ["accuracy_zero"]),
        ({"longitude": LONGITUDE + 1}, ["off_site"]),
        ({"drift_ms": 301_000, "device_time": datetime(2026, 11, 20, 10, 5, 1, tzinfo=CHINA).isoformat()}, ["drift"]),
        ({"drift_ms": 300_000}, []),
        ({"device_time": datetime(2026, 11, 19, 23, 59, 59, tzinfo=CHINA).isoformat()}, ["outside_days"]),
        ({"device_time": datetime(2026, 11, 20, 0, 0, tzinfo=CHINA).isoformat()}, []),
        ({"device_time": datetime(2026, 11, 21, 23, 59, 59, tzinfo=CHINA).isoformat()}, []),
        ({"device_time": datetime(2026, 11, 22, 0, 0, tzinfo=CHINA).isoformat()}, ["outside_days"]),
    ],
)
def test_time_and_place_are_compared_and_noted_never_refused(world: FieldWorld, visit, claim, expected) -> None:
    row = world.shoot(visit, "agency", ITEM, **claim)
    assert codes(row) == expected
    assert row.provenance is not None


def test_an_unknown_drift_an_old_and_a_poor_position_are_told(world: FieldWorld, visit) -> None:
    row = world.shoot(visit, "agency", ITEM, drift_ms=None, accuracy_m=501.0, position_age_ms=121_000)
    assert codes(row, "note") == ["drift_unknown", "accuracy_poor", "position_old"]


def test_a_boundary_counts_to_the_metre_of_tolerance_and_accuracy(world: FieldWorld, visit) -> None:
    area = from_rings([[(105.0, 35.6), (105.1, 35.6), (105.1, 35.7), (105.0, 35.7), (105.0, 35.6)]])
    west, south, east, north = area.box
    Boundary.objects.create(
        mine=world.mine, shape=area.wkb, west=west, south=south, east=east, north=north, hectares=1, holds_from=ON,
        recorded_at=timezone.now(),
    )  # fmt: skip
    metre = 1 / 90_500  # of longitude at this latitude, nearly
    near = world.shoot(visit, "agency", ITEM, shade=1, longitude=105.1 + 205 * metre)
    far = world.shoot(visit, "agency", ITEM, shade=2, longitude=105.1 + 215 * metre)
    assert (codes(near), codes(far)) == ([], ["off_site"])
    assert world.shoot(visit, "agency", ITEM, shade=3, longitude=105.1).checks[-1]["code"] == "exif_absent"


def test_without_boundary_or_coordinates_the_place_is_not_known(world: FieldWorld, visit) -> None:
    Mine.objects.filter(pk=world.mine.pk).update(longitude=None, latitude=None)
    assert codes(world.shoot(visit, "agency", ITEM), "note") == ["no_area"]


def exif(moment: str, latitude: float, longitude: float):
    from PIL import Image

    found = Image.Exif()
    found.get_ifd(0x8769)[0x9003] = moment
    minutes = [divmod(one * 60, 60) for one in (latitude, longitude)]
    degrees = [(int(whole), int(part), round(part % 1 * 60, 3)) for whole, part in minutes]
    found.get_ifd(0x8825).update({1: "N", 2: degrees[0], 3: "E", 4: degrees[1]})
    return found


@pytest.mark.parametrize(
    ("moment", "longitude", "expected"),
    [
        ("2026:11:20 10:00:30", LONGITUDE, []),
        ("2026:11:20 10:10:00", LONGITUDE, []),
        ("2026:11:20 10:10:01", LONGITUDE, ["exif_time"]),
        ("2025:03:01 10:00:00", LONGITUDE, ["exif_time"]),
        ("2026:11:20 10:00:30", LONGITUDE + 0.2, ["exif_place"]),
        ("0000:00:00 00:00:00", LONGITUDE, []),
    ],
)
def test_what_the_camera_wrote_is_compared_with_what_the_device_said(
    world: FieldWorld, visit, moment, longitude, expected
) -> None:
    picture = photograph(9, exif=exif(moment, LATITUDE, longitude))
    raw = capture(ITEM, picture)
    world.send(visit, "agency", raw)
    row = Capture.objects.get(operation__op=raw["op"])
    kept = receiving.keep_photograph(row, File("photo.jpg", picture), by=world.cast.agency, on=ON)
    assert codes(kept) == expected
    assert b"Exif" in picture
    assert b"Exif" not in public_copy(kept.provenance.file)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("photo.jpg", b"", "空的"),
        ("photo.jpg", b"MZ" + b"\0" * 200, "不能作为佐证"),
        ("photo.jpg", b"%PDF-1.7\n%%EOF\n", "与扩展名不符"),
        ("photo.pdf", b"%PDF-1.7\n%%EOF\n", "须为照片"),
        ("photo.jpg", b"\xff\xd8\xff" + b"\0" * 50, "无法读取"),
    ],
)
def test_what_is_no_photograph_is_refused_in_words(world: FieldWorld, visit, name, content, why) -> None:
    row = world.shoot(visit, "agency", ITEM, upload=False)
    with pytest.raises(NotKept, match=why):
        receiving.keep_photograph(row, File(name, content), by=world.cast.agency, on=ON)
    assert Capture.objects.get(pk=row.pk).provenance is None


def test_nobody_sends_anothers_photograph(world: FieldWorld, visit) -> None:
    row = world.shoot(visit, "agency", ITEM, upload=False)
    with pytest.raises(CannotWork, match="拍摄人"):
        receiving.keep_photograph(row, File("photo.jpg", photograph()), by=world.second, on=ON)
    assert row.taken_at - timedelta(hours=10) == datetime(2026, 11, 20, tzinfo=CHINA)


def test_a_place_that_the_earth_does_not_have_is_no_place() -> None:
    degrees = photographs._degrees
    assert degrees((36.0, 30.0, 0.0), "N", "S", most=90) == 36.5
    assert degrees((36.0, 30.0, 0.0), "S", "S", most=90) == -36.5
    assert degrees((90.0, 0.0, 0.0), "N", "S", most=90) == 90
    for nonsense in ((90.0, 0.0, 1.0), (float("nan"), 0.0, 0.0), (-1.0, 0.0, 0.0), (1e300, 1e300, 1e300), None, (1.0,)):
        assert degrees(nonsense, "N", "S", most=90) is None
