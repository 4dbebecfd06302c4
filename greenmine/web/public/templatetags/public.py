"""Tags of the public pages: badges of standing, the parts of a statement in words, places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from html import escape
from typing import Any
from urllib.parse import quote

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from greenmine.directory.published.models import Standing, Tier
from greenmine.editions.territories import COUNTRY
from greenmine.web.components.desk import current_edition
from greenmine.web.components.templatetags.regime import language
from greenmine.web.public.words import CODES, LABELS

register = template.Library()
TONES = {
    Standing.LISTED: "green", Standing.RECTIFYING: "orange", Standing.CHANGING: "orange", Standing.NOTICE: "azure",
    Standing.REMOVED: "red", Standing.ENDED: "secondary",
}  # fmt: skip
DEEPEST = 4
CITED = ("cite", "provisions")  # what a statement rests on, by the keys of the provisions
MENU = (
    "start",
    "mines",
    "notices",
    "map",
    "figures",
    "statements",
    "batch",
    "complaint",
    "status",
    "data",
    "check",
    "log",
    "about",
)
LINE = (
    '<tr><td><a href="{}">{}</a><div class="text-secondary small">{}</div><div class="text-secondary small d-md-none">{}</div></td>'
    '<td class="d-none d-md-table-cell">{}</td><td class="d-none d-md-table-cell">{}</td><td class="d-none d-md-table-cell">{}</td>'
    '<td>{}</td><td class="text-nowrap d-none d-md-table-cell">{}</td></tr>'
)


@register.simple_tag
def public_nav(path: str) -> SafeString:
    """The public desk's own menu, with the page one is on marked."""
    here = max((at for at in _addresses() if path.startswith(at)), key=len, default="")
    return _nav(language(), here)


@cache
def _addresses() -> tuple[str, ...]:
    return tuple(reverse(f"public:{name}") for name in MENU)


@cache
def _nav(_language: str, here: str) -> SafeString:
    """Drawn once for each page and language: nothing in it changes while the program runs."""
    words = (
        _("首页"), _("名录"), _("公示"), _("分布图"), _("统计"), _("公开信息"), _("批量查询"), _("投诉举报"), _("查进度"), _("开放数据"),
        _("核验证明"), _("公开日志"), _("说明与政策"),
    )  # fmt: skip
    lines = format_html_join(
        "\n", '<li><a href="{}"{}>{}</a></li>',
        ((at, SafeString(' aria-current="page"') if at == here else "", word) for at, word in zip(_addresses(), words, strict=True)),
    )  # fmt: skip
    return format_html(
        '<nav class="public-nav d-print-none" aria-label="{}"><div class="container-xl"><ul>{}</ul></div></nav>', _("公众查询"), lines
    )  # fmt: skip


@register.simple_tag
def public_standing(standing: str) -> SafeString:
    """A badge with the public standing of a mine."""
    return _badge(language(), standing)


@lru_cache(maxsize=64)
def _badge(_language: str, standing: str) -> SafeString:
    """One badge for each standing and language."""
    if standing not in Standing.values:
        return SafeString("")
    found = Standing(standing)
    return format_html('<span class="badge bg-{}-lt">{}</span>', TONES[found], found.label)


@register.simple_tag
def mine_lines(rows: Iterable[Any]) -> SafeString:
    """The lines of a list of mines, each written at once: a template would take four times as long over a page of them."""
    page = reverse("public:mine", args=["KEY"])
    name = f"mineral_{language()}"
    lines = []
    for mine in rows:
        mineral, tier = getattr(mine, name) or mine.mineral_zh, tier_word(mine.tier)
        entered = mine.entered_on.isoformat() if mine.entered_on else ""
        brief = " · ".join(part for part in (mine.place, mineral, tier, entered) if part)
        shown = (mine.name, mine.holder, brief, mine.place, mineral, tier)
        address = page.replace("KEY", quote(mine.key, safe=""))
        lines.append(LINE.format(address, *map(escape, shown), public_standing(mine.standing), entered))
    return SafeString("\n".join(lines))


@register.filter
def tier_word(tier: str) -> str:
    """省级 or 国家级; nothing where a mine only stands in a notice."""
    return str(Tier(tier).label) if tier in Tier.values else ""


@register.filter
def worded(row: Any, name: str) -> str:
    """The field of a row in the language of the page: `name_zh` or `name_en`, Chinese where there is no English."""
    text = getattr(row, f"{name}_{language()}", "") or getattr(row, f"{name}_zh", "")
    return str(text)


@register.filter
def division(code: str) -> str:
    """The name of a division; the whole country where none is given."""
    return current_edition().divisions.name(code or COUNTRY)


@register.simple_tag
def parts(body: Any) -> SafeString:
    """A statement's body as a list of what it says: labels in words, whatever is nested below."""
    return _block(body, 0)


def _block(value: Any, depth: int) -> SafeString:
    if isinstance(value, Mapping):
        if _is_words(value):
            return _text(value.get(language()) or value.get("zh", ""))
        if {"label", "value"} <= set(value):
            return format_html("{}{} {}", _text(_plain(value["label"])), _("："), _block(value["value"], depth + 1))
        return _pairs(value, depth)
    if isinstance(value, list):
        return _list(value, depth)
    return _text(value)


def _pairs(value: Mapping[str, Any], depth: int) -> SafeString:
    rows = [
        format_html(
            '<div class="datagrid-item"><dt class="datagrid-title">{}</dt><dd class="datagrid-content">{}</dd></div>',
            LABELS.get(key, key), _block(_quoted(one) if key in CITED else one, depth + 1),
        )
        for key, one in value.items()
        if one not in (None, "", [], {}) and depth < DEEPEST
    ]  # fmt: skip
    return (
        format_html('<dl class="datagrid mb-0">{}</dl>', format_html_join("", "{}", ((row,) for row in rows)))
        if rows
        else SafeString("")
    )


def _quoted(provisions: Any) -> Any:
    """Provisions as they are quoted (第几条); whatever the rulebook of today does not hold stays as it was published."""
    if not isinstance(provisions, list):
        return provisions
    law = current_edition()
    quoted = (law.cite(one) if isinstance(one, str) and law.has_provision(one) else one for one in provisions)
    return list(dict.fromkeys(quoted)) if all(isinstance(one, str) for one in provisions) else provisions


def _list(value: list[Any], depth: int) -> SafeString:
    if depth >= DEEPEST:
        return SafeString("")
    rows = [format_html("<li>{}</li>", _block(one, depth + 1)) for one in value if one not in (None, "", [], {})]
    return format_html('<ul class="public-parts">{}</ul>', format_html_join("", "{}", ((row,) for row in rows)))


def _text(value: Any) -> SafeString:
    if isinstance(value, bool):
        value = _("是") if value else _("否")
    return format_html('<span class="public-text">{}</span>', CODES.get(str(value), value))


def _plain(value: Any) -> str:
    return str(value.get(language()) or value.get("zh", "")) if isinstance(value, Mapping) else str(value)


def _is_words(value: Mapping[str, Any]) -> bool:
    return bool(value) and set(value) <= {"zh", "en"}
