"""What can happen to editions: one is stored, made active by a named person, and added to by operators.

Nothing here judges: whoever activates also rebuilds the sheets and judges anew (`evaluation.actions.activate_edition`).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from greenmine.editions import queries
from greenmine.editions.edition import edition_id
from greenmine.editions.loading import from_stored
from greenmine.editions.models import Activation, Confirmation, Edition, OverlayEntry
from greenmine.editions.shipped import load_shipped
from greenmine.ledger import actions as ledger

Who = ledger.Actor | str  # a person, or the name of one where a command acts


class CannotActivate(ValueError):
    """An edition that may not be made active, in words."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en


@transaction.atomic
def store(text: str) -> Edition:
    """Keep the whole text of an edition (存档); the same text twice is one edition. RulebookError where it is refused."""
    identifier = edition_id(text)
    found = Edition.objects.filter(id=identifier).first()
    if found is None:
        if load_shipped().id != identifier:  # the files on disk were read and checked already
            from_stored(text)
        found = Edition.objects.create(id=identifier, content=text, stored_at=timezone.now())
    return found


@transaction.atomic
def activate(text: str, *, by: Who, on: date, seen: dict[str, Any] | None = None) -> Edition:
    """Make an edition the law of this installation (启用版本): a named person's act after seeing what changes.

    `seen` is the difference shown to the person; only the very first activation has nothing to differ from.
    """
    if not _name(by).strip():
        raise CannotActivate(
            "启用规则版本须由具名人员办理",
            "activating an edition is a named person's act",
        )
    before = Edition.objects.select_for_update().filter(is_active=True).first()
    if before is not None and seen is None:
        raise CannotActivate(
            "请先查看差异：哪些判定会改变",
            "look at the difference first: which findings would change",
        )
    edition = store(text)
    if before is not None:
        Edition.objects.filter(pk=before.pk).update(is_active=False)
    edition.is_active, edition.activated_by = True, _name(by)
    edition.activated_at, edition.activated_on = timezone.now(), on
    edition.save()
    Activation.objects.create(
        edition=edition,
        before=before,
        by=_name(by),
        on=on,
        at=edition.activated_at,
        seen=seen or {},
    )
    ledger.record(
        "editions.activated", subject=("edition", edition.id[:64]), by=by, on=on,
        zh=f"启用规则版本 {edition.id[:12]}", en=f"edition {edition.id[:12]} made active",
    )  # fmt: skip
    return edition


@transaction.atomic
def confirm(
    rule: str,
    *,
    reason: str,
    document: str,
    by: Who,
    on: date,
    settles: str = Confirmation.Settles.READING,
) -> Confirmation:
    """Record that a reading by default is confirmed, or that a rule need not yield (口径确认); counts from the next activation."""
    if all(known.id != rule for known in queries.active().rules):
        raise CannotActivate(f"没有规则“{rule}”", f"there is no rule {rule!r}")
    if not reason.strip() or not document.strip():
        raise CannotActivate("请写明理由和依据文件", "give the reason and the document that settles it")
    found = Confirmation.objects.create(
        rule=rule,
        settles=settles,
        reason=reason,
        document=document,
        by=_name(by),
        on=on,
    )
    ledger.record(
        "editions.confirmed", subject=("rule", rule), by=by, on=on,
        zh=f"确认口径 {rule}：{reason}", en=f"reading of {rule} confirmed: {reason}",
    )  # fmt: skip
    return found


@transaction.atomic
def enter_effective_day(instrument: str, day: date, *, source: str, by: Who, on: date) -> OverlayEntry:
    """Enter the effective day of a document that does not name it, with its source (施行日期登记)."""
    law = queries.active()
    if instrument not in law.instruments:
        raise CannotActivate(f"没有文件“{instrument}”", f"there is no document {instrument!r}")
    not_before = law.instruments[instrument].not_before
    if not_before is not None and day < not_before:
        raise CannotActivate(
            f"施行日期不能早于 {not_before}",
            f"the effective day cannot be before {not_before}",
        )
    if not source.strip():
        raise CannotActivate("请写明施行日期的来源", "give the source of the effective day")
    return _enter(OverlayEntry.Kind.EFFECTIVE_DAY, instrument, by, on, day=day, source=source)


@transaction.atomic
def replace_file(path: str, content: str, *, source: str, by: Who, on: date) -> OverlayEntry:
    """Replace or add a file of values, a calendar or the divisions (参数替换); read with everything else before it is kept."""
    if not path.startswith("values/"):
        raise CannotActivate(
            "只能替换 values/ 下的参数文件",
            "only files below values/ can be replaced here",
        )
    entry = _enter(OverlayEntry.Kind.FILE, path, by, on, content=content, source=source)
    from_stored(queries.candidate_text())
    return entry


@transaction.atomic
def withdraw(entry: OverlayEntry | Confirmation, *, by: Who, on: date) -> None:
    """Take an addition back (撤回); the next activation no longer has it."""
    what = entry.rule if isinstance(entry, Confirmation) else entry.subject
    entry.withdrawn_on = on
    entry.save(update_fields=["withdrawn_on"])
    ledger.record(
        "editions.addition_withdrawn", subject=("edition", what[:64]), by=by, on=on,
        zh=f"撤回本地补充 {what}", en=f"addition {what} withdrawn",
    )  # fmt: skip


def _enter(kind: str, subject: str, by: Who, on: date, **fields: Any) -> OverlayEntry:
    """Keep an addition in place of the one before on the same thing (本地补充); counts from the next activation."""
    earlier = OverlayEntry.objects.filter(kind=kind, subject=subject, withdrawn_on__isnull=True)
    earlier.update(withdrawn_on=on)
    entry = OverlayEntry.objects.create(kind=kind, subject=subject, by=_name(by), on=on, **fields)
    ledger.record(
        "editions.added", subject=("edition", subject[:64]), by=by, on=on,
        zh=f"本地补充 {subject}：{fields['source']}", en=f"addition {subject}: {fields['source']}",
    )  # fmt: skip
    return entry


def _name(by: Who) -> str:
    return by if isinstance(by, str) else str(by)
