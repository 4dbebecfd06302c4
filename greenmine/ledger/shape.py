"""The two parts of a record: what everybody may recompute, and what may have to be forgotten one day."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from greenmine.ledger.models import Record


def private_part(entry: Record) -> dict[str, Any]:
    """Actor, sentences, payload."""
    return {"by": entry.by, "zh": entry.zh, "en": entry.en, "payload": entry.payload}


def public_part(entry: Record) -> dict[str, Any]:
    """Verb, subject, day, moment, citations, and the private part's salted hash."""
    return {
        "verb": entry.verb,
        "subject": [entry.subject_kind, entry.subject_key],
        "region_code": entry.region_code,
        "on": entry.on.isoformat(),
        "at": entry.at.astimezone(UTC).isoformat(),
        "cite": entry.cite,
        "payload_hash": entry.payload_hash,
    }
