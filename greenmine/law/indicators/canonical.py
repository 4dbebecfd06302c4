"""The canonical text of a standard: what it means, free of how it was written down; its digest; and the text again.

`dump_standard` writes a file that reads back to the same digest, so that a workbook and a file can be compared.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date
from fractions import Fraction
from hashlib import sha256
from typing import Any

import yaml

from greenmine.law.dictionary import Dictionary
from greenmine.law.indicators.points import said
from greenmine.law.indicators.standard import (
    Applies,
    Check,
    Dimension,
    EvidenceNeed,
    Indicator,
    Levels,
    Measured,
    Precondition,
    Range,
    Scale,
    Standard,
    UnknownScale,
    YesNo,
)

FORMAT = "1"  # raised when the same text would come to another score
LEFT_OUT = ("dictionary", "node")


def canonical_text(value: Any) -> str:
    """Stable JSON of plain data."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(standard: Standard) -> str:
    """Sha-256 over everything the standard says."""
    text = canonical_text({"format": FORMAT, "standard": plain(standard, standard.dictionary)})
    return sha256(text.encode()).hexdigest()


def plain(value: Any, dictionary: Dictionary) -> Any:
    """A value of a standard as plain data; codes are written by name, so that their order does not matter."""
    match value:
        case None | str() | bool() | int():
            return value
        case Fraction():
            return f"{value.numerator}/{value.denominator}"
        case date():
            return value.isoformat()
        case Measured():
            return {"measured": _measured(value, dictionary)}
    if is_dataclass(value):
        kept = (field.name for field in fields(value) if field.name not in LEFT_OUT)
        return {name: plain(getattr(value, name), dictionary) for name in kept}
    if isinstance(value, (list, tuple)):
        return [plain(item, dictionary) for item in value]
    return {key: plain(item, dictionary) for key, item in value.items()}


def dump_standard(standard: Standard) -> str:
    """The standard as a file of its own; an overlay as the whole set it comes to cannot be written as an overlay."""
    if standard.kind != "standalone":
        raise ValueError("an overlay is kept as its own text and its base")
    return yaml.dump(_written(standard), Dumper=_Plain, allow_unicode=True, sort_keys=False, width=120)


class _Plain(yaml.SafeDumper):
    """Writes everything out: no anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 -- the library's own signature
        return True


def _without_empty(**parts: Any) -> dict[str, Any]:
    return {key: value for key, value in parts.items() if value not in (None, "", (), [], {})}


def _cell(points: int | None) -> str:
    return "unknown" if points is None else said(points)


def _mark(value: int | Fraction | None) -> str:
    if value is None:
        return "unknown"
    if value == 0:
        return "none"
    return said(value) if isinstance(value, int) else _decimal(value)


def _decimal(ratio: Fraction) -> str:
    text = f"{ratio.numerator * 10**6 // ratio.denominator:07d}"
    return f"{text[:-6]}.{text[-6:]}".rstrip("0").rstrip(".")


def _flag(value: bool | None) -> str:
    return "unknown" if value is None else "true" if value else "false"


def _written(standard: Standard) -> dict[str, Any]:
    begins, ends = standard.in_force
    marks = standard.pass_marks
    told = standard.preconditions
    return {
        "id": standard.id, "title": dict(standard.title), "status": standard.status, "tier": standard.tier,
        "kind": standard.kind, "territory": standard.territory,
        "in_force": {"from": begins.isoformat() if begins else "open", "to": ends.isoformat() if ends else "open"},
        **_without_empty(applies=_applies(standard.applies), source=dict(standard.source)),
        "confidence": standard.confidence,
        **_without_empty(provisions=list(standard.provisions)),
        "points": _cell(standard.points),
        "pass_marks": {"total": _mark(marks.total), "dimension_ratio": _mark(marks.dimension_ratio), "binding_all": _flag(marks.binding_all)},
        "not_applicable": standard.not_applicable or "unknown",
        **_without_empty(counts={key: str(number) for key, number in standard.counts.items()}),
        "preconditions": "unknown" if told is None else [_precondition(one) for one in told],
        "dimensions": [_dimension(one, standard.dictionary) for one in standard.dimensions],
    }  # fmt: skip


def _applies(applies: Applies) -> dict[str, Any]:
    return _without_empty(
        industries=list(applies.industries), methods=list(applies.methods), scales=list(applies.scales),
        regions=list(applies.regions), climates=list(applies.climates), when=applies.when.text if applies.when else "",
    )  # fmt: skip


def _evidence(needs: tuple[EvidenceNeed, ...]) -> list[dict[str, Any]]:
    return [
        {"id": need.id, "name": dict(need.name),
         **_without_empty(kinds=list(need.kinds), valid_months=str(need.valid_months or ""))}
        for need in needs
    ]  # fmt: skip


def _check(check: Check | None) -> str:
    return check.text if check else ""


def _precondition(one: Precondition) -> dict[str, Any]:
    return {
        "id": one.id, "name": dict(one.name),
        **_without_empty(
            check=_check(one.check), applies=_applies(one.applies), may_not_apply="true" if one.may_not_apply else "",
            evidence=_evidence(one.evidence), help=dict(one.help), provisions=list(one.provisions),
        ),
    }  # fmt: skip


def _dimension(one: Dimension, dictionary: Dictionary) -> dict[str, Any]:
    categories = [
        {"id": category.id, "name": dict(category.name), "points": _cell(category.points),
         "indicators": [_indicator(item, dictionary) for item in category.indicators]}
        for category in one.categories
    ]  # fmt: skip
    counts = {key: str(number) for key, number in one.counts.items()}
    return {
        "id": one.id,
        "name": dict(one.name),
        "points": _cell(one.points),
        **_without_empty(counts=counts),
        "categories": categories,
    }


def _indicator(one: Indicator, dictionary: Dictionary) -> dict[str, Any]:
    return {
        "id": one.id, "name": dict(one.name), "kind": one.kind or "unknown", "points": _cell(one.points),
        "scale": _scale(one.scale, dictionary),
        **_without_empty(**{"pass": "" if one.pass_at is None else said(one.pass_at)}),
        **_without_empty(applies=_applies(one.applies)),
        "may_not_apply": _flag(one.may_not_apply),
        **_without_empty(alternative=one.alternative, evidence=_evidence(one.evidence)),
        "checked": one.checked,
        **_without_empty(help=dict(one.help), typical=dict(one.typical), tags=list(one.tags), provisions=list(one.provisions)),
        "confidence": one.confidence,
    }  # fmt: skip


def _scale(scale: Scale, dictionary: Dictionary) -> Any:
    match scale:
        case UnknownScale():
            return "unknown"
        case Levels(levels=levels):
            return {"levels": [{"points": said(level.points), **level.words} for level in levels]}
        case Range(step=step):
            return {"range": {"step": said(step)}}
        case YesNo(check=check):
            return {"yes_no": _without_empty(check=_check(check))}
        case Measured():
            return {"measured": _measured(scale, dictionary)}


def _measured(scale: Measured, dictionary: Dictionary) -> dict[str, Any]:
    fact = dictionary[scale.fact]
    bands = []
    for band in scale.bands:
        lowered = [bool(value) for value in band.values] if fact.type == "boolean" else list(band.values)
        shown = [
            str(fact.show(value)).lower() if fact.type == "boolean" else str(fact.show(value)) for value in lowered
        ]
        bands.append({band.how: sorted(shown) if band.how == "is" else shown[0], "points": said(band.points)})
    written: dict[str, Any] = {"fact": scale.fact, "bands": bands, "else": said(scale.otherwise)}
    if scale.when_none is not None:
        written["none"] = said(scale.when_none)
    return written
