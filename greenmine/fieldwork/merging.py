"""The site record (现场核查记录) as a pure function of the set of operations: neither order of arrival nor repetition matters.

Every assessor's latest finding on an item stands beside the others'. Where they differ, all are shown and the project
leader settles it with a reason; a settlement names the findings it decides between, so a later finding opens it again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

SUBSTANCE = ("state", "score", "met")


@dataclass(frozen=True)
class Op:
    """One operation as the merge reads it."""

    op: str
    author: int
    author_name: str
    sequence: int
    device_time: str  # ISO, as the device said
    kind: str
    item: str
    payload: Mapping[str, Any]

    @property
    def place(self) -> tuple[int, str]:
        """Where it stands among one author's operations: a total order that every reader shares."""
        return self.sequence, self.op


@dataclass
class ItemRecord:
    """What stands about one item: findings by author, what holds of them, notes and photographs."""

    item: str
    findings: dict[int, Op] = field(default_factory=dict)
    settlement: Op | None = None
    notes: list[Op] = field(default_factory=list)
    captures: list[Op] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        """Whether assessors came to different findings (结论不一致)."""
        return len({substance(op.payload) for op in self.findings.values()}) > 1

    @property
    def is_open(self) -> bool:
        """Whether a difference waits for the leader."""
        return self.differs and self.settlement is None

    @property
    def holds(self) -> Mapping[str, Any] | None:
        """The finding that holds: the one all share, or the one the leader settled on; None while there is none."""
        if self.settlement is not None:
            return self.findings_by_op()[self.settlement.payload["chosen"]].payload
        if not self.findings or self.differs:
            return None
        return min(self.findings.values(), key=lambda op: op.place).payload

    def findings_by_op(self) -> dict[str, Op]:
        """The findings by the id of their operation."""
        return {op.op: op for op in self.findings.values()}

    @property
    def comments(self) -> list[tuple[str, str]]:
        """(author, words) of every finding and note, in a fixed order."""
        said = [
            (op.author_name, str(op.payload.get("comment", "")).strip()) for op in _by_author(self.findings.values())
        ]
        said += [(op.author_name, str(op.payload.get("text", "")).strip()) for op in self.notes]
        return [(who, words) for who, words in said if words]

    @property
    def text(self) -> str:
        """Everything written about the item, for whoever compares texts."""
        return "\n".join(words for _, words in self.comments)


@dataclass
class SiteRecord:
    """The whole record of a visit, item by item."""

    items: dict[str, ItemRecord]
    withdrawn: list[Op]

    def item(self, identifier: str) -> ItemRecord:
        """What stands about an item; an empty record where nothing was said."""
        return self.items.get(identifier) or ItemRecord(identifier)

    def open_conflicts(self) -> list[str]:
        """Items on which assessors differ and the leader has not settled."""
        return sorted(one.item for one in self.items.values() if one.is_open)

    def without_finding(self, wanted: Iterable[str]) -> list[str]:
        """Items that nobody came to a finding about."""
        return [one for one in wanted if not self.item(one).findings]

    def without_capture(self, wanted: Iterable[str]) -> list[str]:
        """Items of which nobody took a photograph."""
        return [one for one in wanted if not self.item(one).captures]


def site_record(operations: Iterable[Op], *, leaders: Iterable[int]) -> SiteRecord:
    """What a set of operations says. `leaders` are those whose settlements count."""
    found = {op.op: op for op in operations}
    gone = {
        target.op
        for op in found.values()
        if op.kind == "withdraw"
        and (target := found.get(str(op.payload.get("op", "")))) is not None
        and target.author == op.author
        and target.kind != "withdraw"
    }
    ordered = sorted((op for op in found.values()), key=lambda op: (op.author, *op.place))
    items: dict[str, ItemRecord] = {}
    for op in ordered:
        if op.op not in gone and op.kind in ("finding", "note", "capture"):
            _place(items.setdefault(op.item, ItemRecord(op.item)), op)
    head = frozenset(leaders)
    settlements = [op for op in ordered if op.kind == "settle" and op.author in head and op.op not in gone]
    for op in sorted(settlements, key=lambda op: (*op.place, op.author)):
        _settle(items.get(op.item), op)
    return SiteRecord(items, [found[op] for op in sorted(gone)])


def _place(record: ItemRecord, op: Op) -> None:
    if op.kind == "note":
        record.notes.append(op)
    elif op.kind == "capture":
        record.captures.append(op)
    else:
        before = record.findings.get(op.author)
        if before is None or before.place < op.place:
            record.findings[op.author] = op


def _settle(record: ItemRecord | None, op: Op) -> None:
    """A settlement holds while it named every finding that stands, and the one it chose still stands."""
    if record is None:
        return
    standing = record.findings_by_op()
    named = set(op.payload.get("between", ()))
    if set(standing) <= named and op.payload.get("chosen") in standing:
        record.settlement = op


def substance(payload: Mapping[str, Any]) -> str:
    """What a finding comes to, without its words: two assessors agree when this is equal."""
    return json.dumps([payload.get(key) for key in SUBSTANCE])


def _by_author(ops: Iterable[Op]) -> list[Op]:
    return sorted(ops, key=lambda op: (op.author, *op.place))


def canonical(record: SiteRecord, plan: Mapping[str, Any]) -> str:
    """The text that is signed: plan and record, keys in order, no blanks. Equal records have equal texts."""
    content = {"plan": dict(plan), "items": {name: _item(one) for name, one in sorted(record.items.items())}}
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """SHA-256 of a canonical text."""
    return sha256(text.encode()).hexdigest()


def _item(one: ItemRecord) -> dict[str, Any]:
    said: dict[str, Any] = {
        "findings": [_plain(op) for op in _by_author(one.findings.values())],
        "notes": [_plain(op) for op in one.notes],
        "captures": [_plain(op) for op in one.captures],
    }
    if one.settlement is not None:
        said["settlement"] = _plain(one.settlement)
    return said


def _plain(op: Op) -> dict[str, Any]:
    return {"op": op.op, "by": op.author_name, "at": op.device_time, "says": dict(op.payload)}


def changed_items(before: SiteRecord, after: SiteRecord) -> list[str]:
    """The items whose record is not the same any more, for whoever would sign an older one."""
    names = sorted(set(before.items) | set(after.items))
    return [name for name in names if _item(before.item(name)) != _item(after.item(name))]


def read_time(text: str) -> datetime:
    """A device's moment; ValueError where it is none or has no zone."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found
