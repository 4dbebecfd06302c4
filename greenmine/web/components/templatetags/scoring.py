"""Pieces that draw a score: points as people write them, and a bar of what is certain and what is still possible."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

register = template.Library()

HUNDRED = 100
# What an assessment comes to is an opinion with reasons, never a decision: the words say so.
VERDICTS = {
    "pass": ("green", _("达到标准")),
    "fail": ("red", _("未达到标准")),
    "undecided": ("azure", _("待定")),
}
STATUSES = {
    "official": _("正式指标"),
    "structure_only": _("仅有结构"),
    "demonstration": _("演示用，非正式指标"),
    "local": _("本地载入"),
}


@register.filter
def points(hundredths: int | None) -> str:
    """Points as people write them: 150 → 1.5; a dash where there are none."""
    if hundredths is None:
        return "—"
    whole = Decimal(hundredths) / HUNDRED
    text = f"{whole:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.simple_tag
def bounds(low: int, high: int) -> str:
    """Two bounds as one figure where they meet, else as low to high."""
    return points(low) if low == high else f"{points(low)} – {points(high)}"


@register.filter
def signed(hundredths: int | None) -> str:
    """A change of points with its sign; nothing where there is none to tell."""
    if hundredths is None:
        return ""
    return f"{'+' if hundredths > 0 else '−' if hundredths < 0 else '±'}{points(abs(hundredths))}"


@register.inclusion_tag("components/score_bar.html")
def score_bar(low: int, high: int, possible: int, mark: Any = None, label: str = "") -> dict[str, Any]:
    """A bar from nothing to what is possible: certain, still possible, and the mark that has to be reached."""
    whole = max(int(possible or 0), 1)
    sure, upper = _share(low, whole), _share(high, whole)
    return {
        "sure": sure,
        "upper": upper,
        "mark": None if mark is None else _share(mark, whole),
        "low": low,
        "high": high,
        "possible": possible,
        "label": label,
    }


def _share(part: Any, whole: int) -> str:
    """A part of the bar, in hundredths of its width."""
    return f"{max(0.0, min(100.0, 100 * float(part) / whole)):.2f}"


@register.simple_tag
def verdict_badge(verdict: str) -> SafeString:
    """What an assessment comes to: reached, not reached, or not decided yet."""
    tone, words = VERDICTS.get(str(verdict), ("secondary", verdict))
    return format_html('<span class="badge bg-{}-lt">{}</span>', tone, words)


@register.simple_tag
def standard_status(status: str) -> str:
    """What kind of text an indicator set is."""
    return str(STATUSES.get(str(status), status))
