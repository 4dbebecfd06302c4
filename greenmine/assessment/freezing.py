"""Freezing (存档): everything that was submitted as one canonical text with its hash, so that it can be read again for ever."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from greenmine.assessment.models import Assessment, ItemEvidence
from greenmine.assessment.queries.views import ItemView, View
from greenmine.registry.models import Enterprise, Mine


@dataclass(frozen=True, slots=True)
class Frozen:
    """The canonical JSON and its SHA-256."""

    text: str
    hash: str


def freeze(view: View, *, mine: Mine, commitment: Mapping[str, str], by: str, on: date) -> Frozen:
    """Answers, evidence by hash, every fact with source and day, result, texts: the same content gives the same bytes."""
    content = _content(view, mine=mine, commitment=commitment, by=by, on=on)
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Frozen(text, sha256(text.encode()).hexdigest())


def is_whole(assessment: Assessment) -> bool:
    """Whether what was frozen still has the hash it was frozen under."""
    return bool(assessment.frozen) and sha256(assessment.frozen.encode()).hexdigest() == assessment.frozen_hash


def _content(view: View, *, mine: Mine, commitment: Mapping[str, str], by: str, on: date) -> dict[str, Any]:
    assessment, standard = view.assessment, view.standard
    holder: Enterprise | None = mine.holder
    return {
        "number": assessment.number,
        "party": assessment.party,
        "year": assessment.year,
        "engagement": assessment.engagement,
        "mine": {"key": mine.key, "name": mine.name, "region_code": mine.region_code},
        "holder": {"key": holder.key, "name": holder.name} if holder else None,
        "organisation": assessment.organisation,
        "standard": {"id": standard.id, "title": dict(standard.title), "digest": standard.digest},
        "edition": view.ground.edition.id,
        "submitted": {"by": by, "on": on.isoformat()},
        "commitment": dict(commitment),
        "answers": [_answer(one) for one in view.items],
        "evidence": [_link(link) for one in view.items for link in one.links],
        "facts": _facts(view),
        "result": json.loads(view.result.canonical()),
        "hints": [
            {"code": one.code, "severity": one.severity, "indicator": one.indicator, "zh": one.zh, "reason": one.reason}
            for one in view.flags
        ],
    }


def _answer(one: ItemView) -> dict[str, Any]:
    item = one.item
    return {
        "indicator": one.part.id, "name": dict(one.part.name), "state": item.state, "score": item.score,
        "met": item.met, "comment": item.comment, "reason": item.reason, "effort": item.effort,
        "version": item.version, "by": item.by, "at": item.at.isoformat() if item.at else None,
        "taken_from": item.taken_from,
    }  # fmt: skip


def _link(link: ItemEvidence) -> dict[str, Any]:
    provenance = link.provenance
    return {
        "indicator": link.indicator, "need": link.need, "sha256": link.sha256, "fact": link.fact,
        "name": provenance.name if provenance is not None else "",
        "dated_on": link.day.isoformat() if link.day else None, "version": link.version_text,
        "attached_by": link.attached_by, "attached_on": link.attached_on.isoformat(),
    }  # fmt: skip


def _facts(view: View) -> list[dict[str, Any]]:
    """Every known fact of the mine on the day, with who said it: what the result was reckoned from."""
    sheet, dictionary = view.ground.sheet, view.ground.edition.dictionary
    found = []
    for name in sorted(sheet.values):
        value = sheet.values[name]
        if value is None or name not in dictionary:
            continue
        source = sheet.sources.get(name)
        found.append(
            {
                "name": name,
                "value": dictionary[name].show(value),
                "source": (source.label or source.source) if source is not None else "",
                "since": source.since.isoformat() if source is not None and source.since else None,
                "recorded_at": source.recorded_at.isoformat() if source is not None and source.recorded_at else None,
            }
        )
    return found
