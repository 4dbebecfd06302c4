"""Reading what a person gave with a step (办理表单): every field of its form, of the right kind, or a sentence that says which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from greenmine.evidence import actions as evidence
from greenmine.evidence.contents import NotKept
from greenmine.evidence.models import Provenance
from greenmine.selection.forms import Field, form_of
from greenmine.selection.models import Application
from greenmine.selection.permissions import LONGEST, CannotSelect, check_words, plain
from greenmine.selection.recording import Act

MOST_ROWS = 200
MOST_TEXT = 500
SHORTER: Mapping[str, int] = {
    "document": 100,
    "chair": 100,
    "decision_number": 100,
    "certificate_number": 100,
    "agency": 24,
}
IN_ROWS: Mapping[str, int] = {
    "name": 100,
    "organisation": 200,
    "department": 100,
    "item": 200,
    "reason": 1000,
    "vote": 8,
}
ROWS: Mapping[str, tuple[str, ...]] = {
    "defects": ("item", "text"),
    "votes": ("name", "organisation", "vote", "reason"),
    "team": ("name", "organisation", "department"),
    "findings": ("item", "text"),
    "views": ("name", "department", "text"),
}
NEEDED: Mapping[str, tuple[str, ...]] = {
    "defects": ("item", "text"),
    "votes": ("name", "vote"),
    "team": ("name", "organisation", "department"),
    "findings": ("item", "text"),
    "views": ("name",),
}
FLAGS: Mapping[str, str] = {"findings": "met", "views": "agrees", "team": "leads"}


def read(application: Application, step: str, payload: Mapping[str, Any], act: Act) -> dict[str, Any]:
    """The payload of a step as its form wants it; files are kept and stand as their number."""
    return {
        field.name: value
        for field in form_of(step)
        if (value := _value(application, field, payload.get(field.name), act)) not in (None, "", [])
    }


def _value(application: Application, field: Field, given: Any, act: Act) -> Any:
    missing = given is None or (isinstance(given, str) and not given.strip()) or given == []
    if missing:
        if field.required:
            raise CannotSelect(f"请填写{field.zh}", f"give {field.en}")
        return None
    if field.kind == "day":
        return day_of(given, field.zh, field.en)
    if field.kind == "file":
        return _file(application, field, given, act)
    if field.kind == "answers":
        return texts_of(given, field.zh, field.en)
    if field.kind in ROWS:
        return rows_of(field, given)
    return check_words(
        given, field.zh, field.en, most=LONGEST if field.kind == "long" else SHORTER.get(field.name, MOST_TEXT)
    )


def day_of(given: Any, zh: str, en: str) -> date:
    """A day, given as one or as 2026-11-20."""
    if isinstance(given, date):
        return given
    try:
        return date.fromisoformat(str(given).strip())
    except ValueError:
        raise CannotSelect(f"{zh}应为 2026-11-20 的写法", f"{en} is a day like 2026-11-20") from None


def _file(application: Application, field: Field, given: Any, act: Act) -> int:
    """A new file is kept; one kept before is named by its number and must belong to this application."""
    if hasattr(given, "chunks"):
        try:
            kept = evidence.keep(
                given,
                by=act.by,
                on=act.on,
                subject=application.subject,
                title=field.zh,
                region_code=application.region_code,
            )
        except NotKept as refused:
            raise CannotSelect(refused.zh, refused.en) from None
        return kept.pk
    number = given.pk if isinstance(given, Provenance) else given
    if not str(number).isdecimal() or len(str(number)) > 18:  # noqa: PLR2004 -- the most a key can have
        raise CannotSelect(f"请上传{field.zh}", f"add {field.en}")
    found = Provenance.objects.filter(
        pk=int(number), subject_kind=application.subject[0], subject_key=application.subject[1]
    ).first()
    if found is None:
        raise CannotSelect(f"请上传{field.zh}", f"add {field.en}")
    return found.pk


def texts_of(given: Any, zh: str, en: str) -> list[str]:
    """A list of texts."""
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) > MOST_ROWS:
        raise CannotSelect(f"{zh}应逐项填写", f"{en}: one text each")
    return [plain(one)[:LONGEST] for one in given]


def rows_of(field: Field, given: Any) -> list[dict[str, Any]]:
    """Rows of named texts; a row with a flag keeps it three-valued (yes, no, unknown)."""
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) > MOST_ROWS:
        raise CannotSelect(f"{field.zh}应逐行填写，最多 {MOST_ROWS} 行", f"{field.en}: at most {MOST_ROWS} rows")
    found = []
    for number, row in enumerate(given, 1):
        if not isinstance(row, Mapping):
            raise CannotSelect(f"{field.zh}第 {number} 行有误", f"{field.en}: row {number} is wrong")
        kept: dict[str, Any] = {name: plain(row.get(name) or "") for name in ROWS[field.kind]}
        if not any(kept.values()):
            continue
        lacking = [name for name in NEEDED[field.kind] if not kept[name]]
        if lacking or any(len(text) > IN_ROWS.get(name, LONGEST) for name, text in kept.items()):
            raise CannotSelect(
                f"{field.zh}第 {number} 行不完整或过长", f"{field.en}: row {number} is incomplete or too long"
            )
        if field.kind in FLAGS:
            kept[FLAGS[field.kind]] = flag_of(row.get(FLAGS[field.kind]))
        found.append(kept)
    if not found:
        raise CannotSelect(f"请填写{field.zh}", f"give {field.en}")
    return found


def flag_of(given: Any) -> bool | None:
    """Yes, no, or not known; a form says yes, no or nothing."""
    if isinstance(given, bool) or given is None:
        return given
    return {"yes": True, "true": True, "1": True, "on": True, "no": False, "false": False, "0": False}.get(
        str(given).strip().lower()
    )
