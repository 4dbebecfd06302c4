"""What can be asked of editions: the active one, any stored one, and the additions that would make the next."""

from __future__ import annotations

from collections import OrderedDict

from django.db.models import QuerySet

from greenmine.editions import rulebook_files
from greenmine.editions.edition import Confirmation, EffectiveDay, Overlay
from greenmine.editions.edition import Edition as Law
from greenmine.editions.loading import from_stored, stored_text
from greenmine.editions.models import Activation, Edition, OverlayEntry
from greenmine.editions.models import Confirmation as ConfirmationRow
from greenmine.editions.shipped import load_shipped
from greenmine.law.strict_yaml import load

KEPT_IN_MEMORY = 4
_read: OrderedDict[str, Law] = OrderedDict()


class NoEditionActive(LookupError):
    """No edition has been made active here: a person must do so first (./run admin, or the operator's desk)."""

    zh = "尚未启用任何规则版本：请先由管理员启用"
    en = "no edition is active yet: an operator must activate one first"


def active() -> Law:
    """The edition that is the law of this installation; NoEditionActive before anyone made one so."""
    identifier = Edition.objects.filter(is_active=True).values_list("id", flat=True).first()
    if identifier is None:
        raise NoEditionActive(NoEditionActive.zh)
    return stored(identifier)


def active_id() -> str | None:
    """The id of the active edition, or None."""
    return Edition.objects.filter(is_active=True).values_list("id", flat=True).first()


def is_stored(identifier: str) -> bool:
    """Whether an edition was stored here, so that it can be read again for ever."""
    return Edition.objects.filter(id=identifier).exists()


def stored(identifier: str) -> Law:
    """Any edition that was ever stored, as it was; KeyError where there is none with this id."""
    if identifier in _read:
        _read.move_to_end(identifier)
        return _read[identifier]
    found = _as_shipped(identifier) or _as_stored(identifier)
    _read[identifier] = found
    if len(_read) > KEPT_IN_MEMORY:
        _read.popitem(last=False)
    return found


def overlay() -> Overlay:
    """What this installation has added so far: the effective days, confirmations and files still standing."""
    entries = OverlayEntry.objects.filter(withdrawn_on__isnull=True).order_by("id")
    days = {
        e.subject: EffectiveDay(e.subject, e.day, e.source, e.by, e.on)
        for e in entries
        if e.kind == OverlayEntry.Kind.EFFECTIVE_DAY and e.day is not None
    }
    files = [e for e in entries if e.kind == OverlayEntry.Kind.FILE]
    return Overlay(
        effective_days=tuple(days.values()),
        confirmations=tuple(
            {
                (c.rule, c.settles): Confirmation(c.rule, c.settles, c.reason, c.document, c.by, c.on)
                for c in confirmations()
            }.values()
        ),
        files={e.subject: e.content if e.subject.endswith(".csv") else load(e.content, file=e.subject) for e in files},
    )


def confirmations() -> QuerySet[ConfirmationRow]:
    """The confirmed readings that stand."""
    return ConfirmationRow.objects.filter(withdrawn_on__isnull=True).order_by("id")


def candidate_text() -> str:
    """The canonical JSON of the edition that would be active now: the files on disk with this installation's additions."""
    return stored_text(rulebook_files.read_texts(rulebook_files.folder()), overlay())


def activations() -> QuerySet[Activation]:
    """Who made which edition active when, the latest first."""
    return Activation.objects.select_related("edition").order_by("-at")


def _as_shipped(identifier: str) -> Law | None:
    """The files on disk where they are that very edition: already read, quick."""
    shipped = load_shipped()
    return shipped if shipped.id == identifier else None


def _as_stored(identifier: str) -> Law:
    text = Edition.objects.filter(id=identifier).values_list("content", flat=True).first()
    if text is None:
        raise KeyError(identifier)
    return from_stored(text, words=rulebook_files.read_words(rulebook_files.folder()))
