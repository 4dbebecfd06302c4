"""Small pieces of every page, available in all templates without loading."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; with a label for those who do not see it, else hidden from them."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="icon" {}><use href="{}#{}"/></svg>', spoken, static("vendor/icons/sprite.svg"), name
    )


@register.inclusion_tag("components/action_button.html")
def action_button(
    words: str,
    *,
    href: str = "",
    allowed: bool = True,
    reason: Any = "",
    style: str = "primary",
    icon: str = "",
    post: bool = False,
) -> dict[str, Any]:
    """A button that knows why it is grey: without `allowed` it shows `reason`, a sentence or anything with zh and en."""
    return {
        "words": words, "href": href, "allowed": allowed, "reason": reason, "style": style, "icon": icon, "post": post,
    }  # fmt: skip


@register.inclusion_tag("components/pages.html", takes_context=True)
def next_page(context: dict[str, Any], after: Any, name: str = "after") -> dict[str, Any]:
    """Onward through a long list by key: keeps the filters of the address. `after` is the last key shown, or nothing."""
    request = context["request"]
    kept = [(key, value) for key, values in request.GET.lists() if key != name for value in values]
    return {
        "onward": f"?{urlencode([*kept, (name, after)])}" if after else "",
        "start": f"?{urlencode(kept)}" if request.GET.get(name) else "",
    }


@register.filter
def in_words(pair: Any, language: str) -> str:
    """The sentence of anything with zh and en, in the page's language; plain text as it is."""
    name = "en" if str(language).startswith("en") else "zh"
    if isinstance(pair, dict):
        return str(pair.get(name) or pair.get("zh", ""))
    return str(getattr(pair, name, pair))


@register.filter
def styled(field: Any) -> SafeString:
    """A form field with the kit's classes, red where it has errors."""
    widget = field.field.widget
    kind = getattr(widget, "input_type", "")
    base = {"select": "form-select", "checkbox": "form-check-input", "radio": "form-check-input"}.get(
        kind, "form-control"
    )
    classes = f"{base} is-invalid" if field.errors else base
    rendered: SafeString = field.as_widget(attrs={"class": f"{widget.attrs.get('class', '')} {classes}".strip()})
    return rendered


@register.simple_tag(takes_context=True)
def title_again(context: Any) -> str:
    """The page's title block once more, as its heading; a block can stand only once in a template."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block("title")
    return str(block.nodelist.render(context)) if block else ""
