"""Unknown cells (未知单元): what of a text is not held, and which of it a verdict cannot do without."""

from __future__ import annotations

from collections.abc import Iterator

from greenmine.law.indicators.standard import Indicator, Standard, UnknownScale, YesNo


def unknown_cells(standard: Standard) -> tuple[str, ...]:
    """Paths of every cell that is not held, in the order of the text."""
    return tuple(path for path, _ in _cells(standard))


def needed_cells(standard: Standard) -> tuple[str, ...]:
    """Paths of the cells without which no verdict can be given."""
    return tuple(path for path, needed in _cells(standard) if needed)


def _cells(standard: Standard) -> Iterator[tuple[str, bool]]:
    marks = standard.pass_marks
    heads = {
        "points": standard.points,
        "pass_marks.total": marks.total,
        "pass_marks.dimension_ratio": marks.dimension_ratio,
        "pass_marks.binding_all": marks.binding_all,
        "not_applicable": standard.not_applicable,
        "preconditions": standard.preconditions,
    }
    yield from ((path, True) for path, held in heads.items() if held is None)
    yield from _counted("", standard.counts, _held(standard))
    for dimension in standard.dimensions:
        if dimension.points is None:
            yield f"dimensions.{dimension.id}.points", False
        held = {"categories": len(dimension.categories), "indicators": counted(dimension.indicators)}
        yield from _counted(f"dimensions.{dimension.id}.", dimension.counts, held)
        for category in dimension.categories:
            if category.points is None:
                yield f"categories.{category.id}.points", False
            for indicator in category.indicators:
                yield from _of_indicator(indicator, standard)


def _of_indicator(indicator: Indicator, standard: Standard) -> Iterator[tuple[str, bool]]:
    path = f"indicators.{indicator.id}"
    vetoes = standard.pass_marks.binding_all is not False
    if indicator.kind is None:
        yield f"{path}.kind", vetoes
    if indicator.points is None:
        yield f"{path}.points", True
    if isinstance(indicator.scale, UnknownScale):
        yield f"{path}.scale", True
    if indicator.kind == "binding" and indicator.pass_at is None and not isinstance(indicator.scale, YesNo):
        yield f"{path}.pass", vetoes


def _counted(path: str, counts: dict[str, int] | object, held: dict[str, int]) -> Iterator[tuple[str, bool]]:
    known = counts if isinstance(counts, dict) else {}
    for key, number in known.items():
        if held.get(key, 0) < number:
            yield f"{path}counts.{key} ({held.get(key, 0)}/{number})", True


def _held(standard: Standard) -> dict[str, int]:
    return {
        "dimensions": len(standard.dimensions),
        "categories": sum(len(dimension.categories) for dimension in standard.dimensions),
        "indicators": counted(standard.indicators),
        "preconditions": len(standard.preconditions or ()),
    }


def counted(indicators: tuple[Indicator, ...]) -> int:
    """How many indicators there are, variants of one counted once."""
    return len({indicator.alternative or f"={indicator.id}" for indicator in indicators})


def summed(indicators: tuple[Indicator, ...]) -> tuple[int, bool]:
    """Their points, variants counted once, and whether every one is known."""
    seen: dict[str, int | None] = {}
    for indicator in indicators:
        seen.setdefault(indicator.alternative or f"={indicator.id}", indicator.points)
    return sum(points or 0 for points in seen.values()), None not in seen.values()


held_counts = _held
__all__ = ["counted", "held_counts", "needed_cells", "summed", "unknown_cells"]
