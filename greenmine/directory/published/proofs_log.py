"""The public log as the public sees it (公开日志): checkpoint, who got it, proofs of a statement, and changes since a number."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from greenmine.directory.published.models import PublicFile, Statement
from greenmine.publiclog import queries as publiclog
from greenmine.publiclog.models import Content, Dispatch, Link, Seal
from greenmine.publiclog.queries import NoSuchProof

__all__ = ["LogPage", "NoSuchProof", "changes", "log_page", "position_of", "positions", "proof_of_statement"]
MOST_CHANGES = 500


@dataclass(frozen=True)
class LogPage:
    """What a page about the log shows: the newest checkpoint, the keys, the last that left the machine, and to whom."""

    checkpoint: Seal | None
    checkpoints: Sequence[Seal]
    keys: Sequence[dict[str, str]]
    dispatches: Sequence[Dispatch]


def log_page(few: int = 20) -> LogPage:
    """The newest of everything, for a page."""
    newest = list(publiclog.checkpoints()[:few])
    return LogPage(newest[0] if newest else None, newest, publiclog.public_keys(), list(publiclog.dispatches()[:few]))


def position_of(statement: Statement) -> int | None:
    """The number of a statement in the public log; None for the second in which it waits for the sealer."""
    return publiclog.number_of(statement.leaf) if statement.leaf is not None else None


def positions(statements: Sequence[Statement]) -> dict[int, int]:
    """The numbers of many statements, by their leaf, by one question."""
    return publiclog.numbers_of([one.leaf for one in statements if one.leaf is not None])


def proof_of_statement(statement: Statement, size: int | None = None) -> dict[str, Any]:
    """The proof that a statement stands in the log: its salt and text while it is published, and the path to the root."""
    number = position_of(statement)
    if number is None:
        raise NoSuchProof(
            "该条公开信息正在等待编号，请稍后再试。", "This statement waits for its number; ask again in a moment."
        )
    proof = publiclog.proof(number, size).as_json()
    link = publiclog.leaves(number - 1).get(number=number)
    return {**json.loads(publiclog.exported(link)), **proof}


@dataclass(frozen=True)
class Change:
    """One change of what is published, under its number in the log: a statement, or what became of one."""

    number: int
    statement: Statement | None
    kind: str


def changes(after: int = 0, most: int = 100) -> list[Change]:
    """What was published after a number of the log, oldest first: numbers have no gaps, so whoever keeps the last misses nothing."""
    links = list(Link.objects.filter(number__gt=after).order_by("number")[: min(most, MOST_CHANGES)])
    stated = Statement.objects.filter(leaf__in=[link.leaf_id for link in links])
    files = Prefetch("files", PublicFile.objects.defer("content"))
    found = {one.leaf: one for one in stated.prefetch_related(files)}
    kinds = dict(_kinds(link.leaf_id for link in links if link.leaf_id not in found))
    made = []
    for link in links:
        statement = found.get(link.leaf_id)
        kind = statement.kind if statement is not None else kinds.get(link.leaf_id, "")
        made.append(Change(link.number, statement, kind))
    return made


def _kinds(leaves: Iterator[int]) -> Iterator[tuple[int, str]]:
    yield from Content.objects.filter(leaf__in=list(leaves)).values_list("leaf", "kind")


def size() -> int:
    """The newest number of the log."""
    return Link.objects.order_by("-number").values_list("number", flat=True).first() or 0


def checkpoints_before(size_before: int | None, most: int) -> list[Seal]:
    """Checkpoints, newest first, below a size."""
    found = publiclog.checkpoints()
    return list((found if size_before is None else found.filter(size__lt=size_before))[:most])


def proof(number: int, under: int | None = None) -> dict[str, Any]:
    """An inclusion proof for other systems."""
    return publiclog.proof(number, under).as_json()


def consistency(old: int, new: int | None = None) -> dict[str, Any]:
    """A consistency proof for other systems."""
    return publiclog.consistency(old, new).as_json()


def leaves(after: int, most: int) -> list[str]:
    """The lines of the leaves after a number."""
    return [publiclog.exported(link) for link in publiclog.leaves(after)[:most]]


def export() -> Iterator[str]:
    """The lines of the whole log."""
    return publiclog.export()
