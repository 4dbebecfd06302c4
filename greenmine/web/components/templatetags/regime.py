"""Words of the regime in templates: labels, badges and citations come from the active edition, never from the template."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from greenmine.accounts import permissions
from greenmine.accounts import queries as accounts
from greenmine.web.components.desk import current_edition

register = template.Library()

TONES = {
    "danger": "red",
    "warning": "orange",
    "info": "azure",
    "primary": "blue",
    "success": "green",
    "muted": "secondary",
}
TRUTHS = {
    "T": ("green", {"zh": "成立", "en": "holds"}),
    "F": ("red", {"zh": "不成立", "en": "does not hold"}),
    "U": ("azure", {"zh": "待核实", "en": "unknown"}),
}


def language() -> str:
    """The language of the page: zh or en."""
    return "en" if (get_language() or "").startswith("en") else "zh"


@register.filter
def both(words: Any) -> str:
    """The words of a {zh, en} pair (or anything with .zh and .en) in the language of the page."""
    if isinstance(words, Mapping):
        return str(words.get(language()) or words.get("zh", ""))
    return str(getattr(words, language(), words))


@register.filter
def words(provision: Any) -> str:
    """What a provision says, in the language of the page."""
    return both(provision)


@register.filter
def after_slash(identifier: str) -> str:
    """The path of a provision id: 17.2 of cn-2024-1/17.2."""
    return identifier.partition("/")[2]


@register.filter
def tone(name: str) -> str:
    """The colour of a tone of the rulebook's tables."""
    return TONES.get(name, "secondary")


@register.filter
def place(region_code: str | None) -> str:
    """The full name of a division; says so where none is given."""
    if not region_code:
        return {"zh": "未填行政区", "en": "no region given"}[language()]
    return current_edition().divisions.full_name(region_code)


@register.filter
def fact_label(name: str) -> str:
    """The label of a fact, read through one hop: holder.rnd_spend_ratio → 采矿权人：研发投入占比."""
    return label_of(name, language())


def label_of(name: str, lang: str) -> str:
    """The label of a fact name as rules read it, in a language; a value id keeps its name."""
    edition = current_edition()
    path, _, plain = name.rpartition(".")
    if plain not in edition.dictionary:
        return name
    label = edition.dictionary[plain].label[lang]
    subject = {"holder": "enterprise"}.get(path, path)
    prefix = edition.words["subject"].get(subject, {}).get(lang, "") if path else ""
    colon = "：" if lang.startswith("zh") else ": "
    return f"{prefix}{colon}{label}" if prefix else label


@register.filter
def cite(provision: str) -> str:
    """How a clause is quoted: number of the document and place in it."""
    return current_edition().cite(provision)


@register.simple_tag(takes_context=True)
def may(context: Any, verb: str) -> bool:
    """Whether the person may do this anywhere: buttons that lead nowhere are not shown."""
    return permissions.can(context["request"].user, verb, on=accounts.today())


@register.simple_tag
def provision_url(provision: str) -> str:
    """The page of a provision in the rulebook browser."""
    instrument, _, path = provision.partition("/")
    return reverse("authority:provision", args=[instrument, path])


@register.simple_tag
def code_word(group: str, code: str) -> str:
    """The words of a code of `words.yaml` in the language of the page; the code itself where it has none."""
    entry = current_edition().words.get(group, {}).get(code)
    return both(entry) if entry else str(code)


@register.simple_tag
def code_badge(group: str, code: str) -> SafeString:
    """A badge with the words of a code."""
    return _badge(code_word(group, code), "secondary")


@register.simple_tag
def outcome_badge(outcome: Any, kind: str = "") -> SafeString:
    """A badge for an outcome; a removal ground that seems present is never called a breach."""
    table = current_edition().words
    code = str(outcome)
    entry = (table["removal_outcome"].get(code) if kind == "removal" else None) or table["outcome"][code]
    return _badge(both(entry), tone(table["outcome"][code]["tone"]))


@register.simple_tag
def standing_badge(state: str) -> SafeString:
    """A badge for a standing."""
    row = next(found for found in current_edition().standing["states"] if found["state"] == state)
    return _badge(both(row["label"]), tone(row["tone"]))


@register.filter
def is_truth(outcome: Any) -> bool:
    """Whether a part of an explanation is a condition (T, F, U), not a value."""
    return str(outcome) in TRUTHS


@register.filter
def truth_tone(truth: Any) -> str:
    """The colour of a truth value in an explanation."""
    return TRUTHS[str(truth)][0]


@register.filter
def truth_word(truth: Any) -> str:
    """The word of a truth value in an explanation."""
    return TRUTHS[str(truth)][1][language()]


@register.filter
def day(value: date | None) -> str:
    """A day as officials write it, or a dash."""
    return value.isoformat() if value else "—"


def _badge(text: str, colour: str) -> SafeString:
    return format_html('<span class="badge bg-{}-lt">{}</span>', colour, text)
