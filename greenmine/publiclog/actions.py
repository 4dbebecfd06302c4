"""What can happen: a statement is appended, leaves are linked and sealed, a statement is withdrawn, a checkpoint is handed out."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from greenmine.publiclog import signing, trees
from greenmine.publiclog.models import Content, Dispatch, Leaf, Link, Node, Seal, Waiting, Withdrawal
from greenmine.publiclog.permissions import check_can_withdraw
from greenmine.publiclog.places import keys
from greenmine.publiclog.statements import commitments, text_of

SALT_BYTES = 16
SEALER_LOCK = 0x706C6F67  # an arbitrary number by which PostgreSQL lets one sealer work at a time
BATCH = 1000  # as many leaves are linked in one transaction, so that nobody who publishes waits long; the rest follow
WITHDRAWAL = "log.withdrawal"  # no act of the directory states this kind


@transaction.atomic(savepoint=False)
def append(kind: str, key: str, statement: Mapping[str, Any], *, on: date) -> Leaf:
    """Commit to a published statement, in the caller's transaction: rolled back with it, linked after it.

    Keep the leaf's `pk`: its number in the log is known when the sealer has linked it (`queries.number_of`).
    """
    salt, text = secrets.token_hex(SALT_BYTES), text_of(kind, key, on, statement)
    leaf = Leaf.objects.create(**commitments(salt, text))
    Content.objects.create(leaf=leaf, kind=kind, key=key, on=on, salt=salt, text=text)
    Waiting.objects.create(leaf=leaf)
    return leaf


@transaction.atomic
def withdraw(leaf: int, *, reason: str, on: date) -> Leaf:
    """Withdraw a statement (撤下): salt and text go, hash and place stay, and the withdrawal is a leaf itself."""
    found = check_can_withdraw(leaf, reason)
    by_leaf = append(WITHDRAWAL, found.sha256, {"withdraws": found.sha256, "reason": reason}, on=on)
    Withdrawal.objects.create(leaf=found, by_leaf=by_leaf, reason=reason, on=on)
    Content.objects.filter(leaf=found).delete()
    return by_leaf


def seal(*, at: datetime) -> Seal | None:
    """Link what was committed, in order, and sign the checkpoint; nothing where nothing waits or another sealer works.

    One transaction: after a crash the leaves still wait. CannotSign leaves them waiting too.
    """
    if not Waiting.objects.exists():
        return None
    signers = signing.signers(keys())
    with transaction.atomic():
        if not _alone():
            return None
        return _link_and_sign(at, signers)


def _link_and_sign(at: datetime, signers: Sequence[signing.Signer]) -> Seal | None:
    waiting = Waiting.objects.order_by("pk").values_list("pk", "leaf__sha256", "leaf__sm3")
    leaves = list(waiting[:BATCH])
    if not leaves:
        return None
    before = Link.objects.order_by("-number").values_list("number", flat=True).first() or 0
    tree = trees.grown(before, [(sha256, sm3) for _, sha256, sm3 in leaves])
    Link.objects.bulk_create(
        [Link(number=before + place, leaf_id=leaf) for place, (leaf, _, _) in enumerate(leaves, 1)]
    )
    Node.objects.bulk_create(tree.nodes)
    Waiting.objects.filter(pk__in=[leaf for leaf, _, _ in leaves]).delete()
    size = before + len(leaves)
    note = signing.note(size, tree.sha256, tree.sm3, at, signers)
    return Seal.objects.create(size=size, sha256=tree.sha256, sm3=tree.sm3, at=at, note=note)


def hand_out(checkpoint: Seal, *, to: tuple[str, str], way: str, at: datetime) -> Dispatch:
    """Write down that a checkpoint left the machine: `to` is the office's key and name, `way` how it went."""
    given, _ = Dispatch.objects.get_or_create(
        seal=checkpoint, to_key=to[0], way=way, defaults={"to_name": to[1], "at": at}
    )
    return given


def _alone() -> bool:
    """Whether no other sealer works. SQLite's writers queue at BEGIN; PostgreSQL's ask for a lock."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEALER_LOCK])
        return bool(cursor.fetchone()[0])
