"""News between departments (信息共享、通报): progress, problems and changes of standing, told at once, read with a receipt."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from greenmine.accounts import permissions as accounts
from greenmine.accounts.models import Organisation, Person
from greenmine.accounts.permissions import NotAllowed
from greenmine.directory import permissions
from greenmine.directory.acts import Act, lock, mine_of, next_number, write
from greenmine.directory.models import Entry, SharedNote
from greenmine.directory.permissions import CannotExchange, check_words
from greenmine.evidence import actions as evidence
from greenmine.notifications import actions as notifications
from greenmine.registry.models import Mine

CITE = ["cn-2024-1/15.2.c", "gs-2023/3.9.e", "yn-2025/A.0.d"]


def departments_over(region_code: str, *, besides: str = "") -> list[Organisation]:
    """Every authority with an account over a place: its county, prefecture and province, and the ministries."""
    places = {region_code, f"{region_code[:4]}00", f"{region_code[:2]}0000", "000000"}
    found = Organisation.objects.filter(kind="authority", division__in=places).exclude(key=besides)
    return list(found.order_by("division", "department", "id"))


@transaction.atomic
def share(
    mine_key: str, kind: str, text: str, *, by: Person, organisation: Organisation, on: date,
    upload: evidence.Upload | None = None,
) -> SharedNote:  # fmt: skip
    """Tell the other departments at once (信息通报) what was achieved or found at a mine; it stays with the mine."""
    act = Act(by, organisation, on)
    permissions.check_is_of(by, organisation, on=on)
    mine = mine_of(mine_key, CannotExchange)
    accounts.check_can(by, "directory.see", on=on, region=mine.region_code)
    if kind not in (SharedNote.Kind.PROGRESS, SharedNote.Kind.PROBLEM):
        raise CannotExchange("请选择通报类别", "say whether it is progress or a problem")
    words = check_words(text, "通报内容", "what is told", CannotExchange)
    kept = None
    if upload is not None:
        kept = evidence.keep(
            upload, by=by, on=on, subject=("shared", mine.key), title="信息通报", region_code=mine.region_code
        )
    return _share(mine, kind, words, act, kept)


def status_changed(entry: Entry, act: Act, zh: str) -> SharedNote:
    """Tell every department over the mine that its standing changed."""
    return _share(mine_of(entry.mine), SharedNote.Kind.STATUS, f"{entry.number} {entry.mine_name}：{zh}", act, None)


def _share(mine: Mine, kind: str, words: str, act: Act, kept: Any) -> SharedNote:
    note = SharedNote.objects.create(
        number=next_number("TB", act.on), kind=kind, mine=mine.key, mine_name=mine.name, region_code=mine.region_code,
        organisation=act.organisation.key, organisation_name=act.organisation.name, text=words, evidence=kept,
        by=act.who, on=act.on,
    )  # fmt: skip
    told = []
    for one in departments_over(mine.region_code, besides=act.organisation.key):
        sent = notifications.tell(
            "directory.shared", to=one, about=("shared", note.number), todo=False,
            text={
                "zh": f"{act.organisation.name}通报（{note.number}，{mine.name}）：{words[:120]}",
                "en": f"news from another department ({note.number}, {mine.name}): {words[:120]}",
            },
        )  # fmt: skip
        told.append({"organisation": one.key, "name": one.name, "notice": sent.pk})
    note.told = told
    note.save(update_fields=["told"])
    write(
        act, "shared", ("mine", mine.key), f"{mine.name} 信息通报 {note.number}，已告知 {len(told)} 个部门",
        f"news {note.number} about {mine.name}: {len(told)} departments told", CITE, region=mine.region_code,
        payload={"number": note.number, "kind": kind, "told": [one["organisation"] for one in told]},
    )  # fmt: skip
    return note


@transaction.atomic
def acknowledge(note: SharedNote, *, by: Person, organisation: Organisation, on: date) -> SharedNote:
    """Say that one's department has read it (签收): the receipt that the sender sees."""
    now, act = lock(note), Act(by, organisation, on)
    permissions.check_is_of(by, organisation, on=on)
    if organisation.key not in _keys(now.told):
        raise NotAllowed("该通报未发送给本单位。", "This was not sent to your department.")
    if organisation.key in _keys(now.read):
        raise CannotExchange("本单位已签收", "your department has acknowledged it already")
    now.read = [
        *now.read,
        {"organisation": organisation.key, "name": organisation.name, "person": by.name, "on": on.isoformat()},
    ]
    now.save(update_fields=["read"])
    write(
        act, "shared_read", ("mine", now.mine), f"{organisation.name}签收信息通报 {now.number}", f"{now.number} was read",
        CITE, region=now.region_code,
    )  # fmt: skip
    return now


def unread(note: SharedNote) -> list[str]:
    """The departments that were told and have not said that they read it."""
    read = _keys(note.read)
    return [one["name"] for one in note.told if one["organisation"] not in read]


def _keys(rows: Iterable[dict[str, Any]]) -> set[str]:
    return {one["organisation"] for one in rows}
