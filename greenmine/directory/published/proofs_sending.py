"""Checkpoints leave the machine (检查点外送): each day the newest goes to offices of province and ministry, and a record says which.

Whoever keeps what he was sent can show later, with the outsider's script, whether the log was changed since.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from greenmine.accounts.models import Organisation
from greenmine.accounts.vocabulary import Kind, Level
from greenmine.notifications import actions as notifications
from greenmine.publiclog import actions as publiclog
from greenmine.publiclog import queries as log
from greenmine.publiclog.models import Seal

WAY = "message"
LEVELS = (Level.PROVINCE, Level.MINISTRY)


def sending_list() -> list[Organisation]:
    """Who gets checkpoints: every office of a province or a ministry, of whichever department."""
    return list(Organisation.objects.filter(kind=Kind.AUTHORITY, level__in=LEVELS).order_by("key"))


@transaction.atomic
def send(*, at: datetime) -> int:
    """Send the newest checkpoint to whoever on the list has not got it; how many went out."""
    newest = log.checkpoint()
    if newest is None:
        return 0
    have = set(newest.dispatches.filter(way=WAY).values_list("to_key", flat=True))
    missing = [office for office in sending_list() if office.key not in have]
    for office in missing:
        notifications.tell(
            "publiclog.checkpoint", to=office, text=_letter(newest), about=("seal", str(newest.size)), todo=False, at=at
        )
        publiclog.hand_out(newest, to=(office.key, office.name), way=WAY, at=at)
    return len(missing)


def _letter(checkpoint: Seal) -> dict[str, str]:
    """The checkpoint whole, so that the message itself is what is kept."""
    return {
        "zh": f"公开日志检查点，请另处保存：第{checkpoint.size}号，SHA-256 {checkpoint.sha256}。检查点原文：\n{checkpoint.note}",
        "en": f"Checkpoint of the public log, to be kept elsewhere: number {checkpoint.size}, SHA-256 {checkpoint.sha256}. "
        f"The note itself:\n{checkpoint.note}",
    }
