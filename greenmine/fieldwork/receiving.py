"""What arrives from site (同步): operations and photographs, stored once however often they are sent, refused one by one.

A device sends what it holds whenever it has signal. Everything that can be kept is kept; what cannot is refused in words
and stays on the device. Nothing that arrived is ever changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from greenmine.accounts.models import Person
from greenmine.assessment.drafts import Draft, settled
from greenmine.assessment.permissions import CannotAssess
from greenmine.assessment.scoring import standard_by
from greenmine.evidence import actions as evidence
from greenmine.evidence.contents import NotKept
from greenmine.evidence.places import path_of
from greenmine.fieldwork import merging, photographs
from greenmine.fieldwork.models import Capture, Operation, Visit
from greenmine.fieldwork.permissions import (
    LONGEST_TEXT,
    CannotWork,
    check_can_work,
    check_is_on_visit,
    check_is_running,
    check_leads,
)
from greenmine.fieldwork.places import surroundings
from greenmine.law.indicators import Standard

MOST_AT_ONCE = 500
MOST_SEQUENCE = 2_000_000_000
MOST_AHEAD = 100_000  # every device counts on from the highest number it knows: one that leaps would use the numbers up
MOST_DRIFT_MS = 2_000_000_000
MOST_NESTED = 6
FIRST_YEAR, LAST_YEAR = 1970, 2999  # a device that lost its clock says 1970; beyond these no day can be reckoned
HASH = re.compile(r"[0-9a-f]{64}")
FINDING_KEYS = ("state", "score", "met", "comment", "reason")
CAPTURE_KEYS = (
    "sha256", "size", "name", "latitude", "longitude", "accuracy_m", "position_age_ms", "no_position", "place",
)  # fmt: skip


@dataclass
class Received:
    """What became of a batch: ids that are kept, and those refused with the reason."""

    accepted: list[str] = field(default_factory=list)
    refused: list[dict[str, str]] = field(default_factory=list)

    def refuse(self, op: str, refused: CannotWork | CannotAssess) -> None:
        """One operation that is not kept, and why."""
        self.refused.append({"op": op, "zh": refused.zh, "en": refused.en})


@transaction.atomic
def receive(visit: Visit, batch: Sequence[Any], *, device: str, drift_ms: int | None, by: Person, on: date) -> Received:
    """Store operations of one assessor (同步现场记录). CannotWork where nothing at all can be taken."""
    check_can_work(by, visit.fieldwork, on=on)
    check_is_on_visit(by, visit)
    if len(batch) > MOST_AT_ONCE:
        raise CannotWork(f"一次最多同步 {MOST_AT_ONCE} 条，请分批。", f"At most {MOST_AT_ONCE} at once: send parts.")
    standard = standard_by(visit.fieldwork.standard, visit.fieldwork.standard_digest)
    received, at = Received(), timezone.now()
    top = Operation.objects.filter(visit=visit).aggregate(top=Max("sequence"))["top"] or 0
    for raw in batch:
        name = ""
        try:
            said = cleaned(raw)
            name = str(said.get("op", ""))[:36] if isinstance(said, Mapping) else ""
            with transaction.atomic():
                row = _read(visit, standard, said, by=by)
                if row.sequence > top + MOST_AHEAD:
                    raise CannotWork("记录的序号无法识别。", "The record's sequence cannot be read.")
                _store(row, said, device=cleaned(device)[:36], drift_ms=drift_ms, by=by, at=at)
                top = max(top, row.sequence)
        except (CannotWork, CannotAssess) as refused:
            received.refuse(name, refused)
        else:
            received.accepted.append(name)
    return received


def cleaned(said: Any, deep: int = 0) -> Any:
    """What a device sent, without what no database keeps: zero characters, and halves of characters that a cut left over."""
    if deep > MOST_NESTED:
        raise CannotWork("记录格式无法识别。", "This record cannot be read.")
    if isinstance(said, str):
        return said.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(said, Mapping):
        return {cleaned(str(key)): cleaned(value, deep + 1) for key, value in said.items()}
    if isinstance(said, list):
        return [cleaned(one, deep + 1) for one in said]
    return said


def _store(
    row: Operation, raw: Mapping[str, Any], *, device: str, drift_ms: int | None, by: Person, at: datetime
) -> None:
    known = Operation.objects.filter(op=row.op).first()
    if known is not None:
        if _substance(known) != _substance(row):
            raise CannotWork(
                "编号相同而内容不同，未覆盖已有记录。", "The same id with other content: nothing replaced."
            )
        return
    if row.kind == Operation.Kind.SETTLE:
        check_leads(by, row.visit.fieldwork)
    said = raw.get("drift_ms", drift_ms)
    row.drift_ms = said if _is_whole(said, -MOST_DRIFT_MS, MOST_DRIFT_MS) else None
    row.device, row.received_at = device, at
    row.save(force_insert=True)
    if row.kind == Operation.Kind.CAPTURE:
        _capture(row)


def _substance(row: Operation) -> tuple[Any, ...]:
    return row.visit_id, row.author_id, row.kind, row.item, row.sequence, row.device_time, row.payload


def _read(visit: Visit, standard: Standard, raw: Any, *, by: Person) -> Operation:
    if not isinstance(raw, Mapping) or not isinstance(raw.get("payload"), Mapping):
        raise CannotWork("记录格式无法识别。", "This record cannot be read.")
    if raw.get("author", by.pk) != by.pk:
        raise CannotWork(
            "该记录由另一人在本设备上填写，请由本人登录后同步。",
            "Somebody else wrote this here: that person has to sign in and send it.",
        )
    kind, item = str(raw.get("kind", "")), str(raw.get("item", ""))
    if kind not in Operation.Kind.values:
        raise CannotWork("记录类型无法识别。", "This kind of record is not known.")
    if item not in standard.by_id and kind != Operation.Kind.WITHDRAW:
        raise CannotWork(f"指标表中没有“{item[:64]}”。", f"The indicator set has no item {item[:64]!r}.")
    try:
        name, device_time = str(UUID(str(raw.get("op", "")))), merging.read_time(str(raw.get("device_time", "")))
    except ValueError as problem:
        raise CannotWork("记录的编号或时间无法识别。", "The record's id or time cannot be read.") from problem
    if not FIRST_YEAR <= device_time.year <= LAST_YEAR:
        raise CannotWork("设备的日期无法识别，请校准设备时钟。", "The device's date cannot be right: set its clock.")
    sequence = raw.get("sequence")
    if not isinstance(sequence, int) or not _is_whole(sequence, 0, MOST_SEQUENCE):
        raise CannotWork("记录的序号无法识别。", "The record's sequence cannot be read.")
    payload = _PAYLOADS[kind](standard, item, raw["payload"])
    return Operation(
        visit=visit, op=name, author=by, author_name=by.name, sequence=sequence, device_time=device_time, kind=kind,
        item=item if kind != Operation.Kind.WITHDRAW else "", payload=payload,
    )  # fmt: skip


def _finding(standard: Standard, item: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """A finding lies on the scale of exactly this edition."""
    score, met = said.get("score"), said.get("met")
    if score is not None and not _is_whole(score, 0, MOST_SEQUENCE):
        raise CannotWork("得分无法识别。", "The score cannot be read.")
    draft = Draft(
        state=str(said.get("state", "unanswered")),
        score=score,
        met=met if isinstance(met, bool) else None,
        comment=str(said.get("comment") or ""),
        reason=str(said.get("reason") or ""),
    )
    kept = settled(draft, standard.indicator(item))
    return {name: getattr(kept, name) for name in FINDING_KEYS}


def _note(_: Standard, __: str, said: Mapping[str, Any]) -> dict[str, Any]:
    words = str(said.get("text") or "").strip()
    if not words:
        raise CannotWork("记录是空的。", "The note is empty.")
    return {"text": _text(words)}


def _capture_claim(_: Standard, __: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """What the device said of a photograph. A position that is none is absent, never mended."""
    digest, size = str(said.get("sha256", "")), said.get("size")
    if not HASH.fullmatch(digest) or not _is_whole(size, 1, 2**40):
        raise CannotWork("照片的哈希或大小无法识别。", "The photograph's hash or size cannot be read.")
    kept = {key: said.get(key) for key in CAPTURE_KEYS}
    latitude, longitude = _number(said.get("latitude"), 90), _number(said.get("longitude"), 180)
    whole = latitude is not None and longitude is not None
    kept["latitude"], kept["longitude"] = (latitude, longitude) if whole else (None, None)
    kept["accuracy_m"] = _number(said.get("accuracy_m"), 1e8) if whole else None
    age = said.get("position_age_ms")
    kept["position_age_ms"] = age if whole and _is_whole(age, 0, 2**50) else None
    kept["no_position"] = "" if whole else str(said.get("no_position") or "unknown")[:64]
    kept["place"] = _text(str(said.get("place") or "").strip())[:200]
    kept["name"] = str(said.get("name") or "photo.jpg")[:200]
    return kept


def _withdrawal(_: Standard, __: str, said: Mapping[str, Any]) -> dict[str, Any]:
    return {"op": str(said.get("op", ""))[:36], "reason": _text(str(said.get("reason") or "").strip())}


def _settlement(_: Standard, __: str, said: Mapping[str, Any]) -> dict[str, Any]:
    between, reason = said.get("between"), str(said.get("reason") or "").strip()
    if not isinstance(between, list) or not between or said.get("chosen") not in between:
        raise CannotWork("裁定须指明采用哪一个结论。", "A settlement names the result it takes.")
    if not reason:
        raise CannotWork("请说明裁定理由。", "Give the reason of the settlement.")
    return {
        "between": sorted(str(one)[:36] for one in between),
        "chosen": str(said["chosen"])[:36],
        "reason": _text(reason),
    }


_PAYLOADS = {
    "finding": _finding,
    "note": _note,
    "capture": _capture_claim,
    "withdraw": _withdrawal,
    "settle": _settlement,
}


def _text(words: str) -> str:
    if len(words) > LONGEST_TEXT:
        raise CannotWork(f"文字最多 {LONGEST_TEXT} 字，请缩短。", f"A text has at most {LONGEST_TEXT} characters.")
    return words


def _is_whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _number(value: Any, most: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if -most <= value <= most else None


def _capture(row: Operation) -> Capture:
    said = row.payload
    return Capture.objects.create(
        operation=row, visit=row.visit, item=row.item, author_name=row.author_name, sha256=said["sha256"],
        size=said["size"], taken_at=row.device_time, drift_ms=row.drift_ms, latitude=said["latitude"],
        longitude=said["longitude"], accuracy_m=said["accuracy_m"], position_age_ms=said["position_age_ms"],
        no_position=said["no_position"], place=said["place"],
    )  # fmt: skip


@transaction.atomic
def keep_photograph(capture: Capture, upload: evidence.Upload, *, by: Person, on: date) -> Capture:
    """Keep the bytes of a photograph and note how they agree with what was claimed (影像核对). Sending again does no harm.

    NotKept where it is no photograph we keep; everything else is noted for a person, never refused.
    """
    visit = capture.visit
    check_can_work(by, visit.fieldwork, on=on)
    if capture.operation.author_id != by.pk:
        raise CannotWork("照片须由拍摄人上传。", "A photograph is sent by whoever took it.")
    locked = (
        Capture.objects.select_for_update(of=("self",))
        .select_related("provenance", "visit__fieldwork")
        .get(pk=capture.pk)
    )
    if locked.provenance is not None and locked.provenance.file_id == locked.sha256:
        return locked
    check_is_running(visit)
    kept = evidence.keep(
        upload, by=by, on=on, subject=("fieldwork", visit.fieldwork.engagement), title=locked.item,
        region_code=visit.fieldwork.region_code,
    )  # fmt: skip
    if not kept.file.media_type.startswith("image/"):
        raise NotKept("现场影像须为照片（jpg、png）。", "What is sent here is a photograph (jpg, png).")
    locked.checks = _checks(locked, kept.file_id)
    locked.provenance, locked.checked_at = kept, timezone.now()
    locked.save(update_fields=["provenance", "checks", "checked_at"])
    return locked


def _checks(capture: Capture, actual: str) -> list[dict[str, str]]:
    visit = capture.visit
    tolerances, areas, point = surroundings(visit.fieldwork.mine, on=visit.from_on)
    claim = photographs.Claim(
        capture.taken_at, capture.drift_ms, capture.latitude, capture.longitude, capture.accuracy_m,
        capture.position_age_ms, capture.no_position,
    )  # fmt: skip
    content = photographs.inside(path_of(actual).read_bytes())
    return [
        *photographs.content_notes(claim, capture.sha256, actual, content, tolerances=tolerances),
        *photographs.time_notes(claim, from_on=visit.from_on, until_on=visit.until_on, tolerances=tolerances),
        *photographs.place_notes(claim, areas, point, tolerances=tolerances),
    ]
