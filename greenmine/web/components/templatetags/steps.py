"""The picture of a procedure in templates (办理流程图): `{% steps_picture drawing %}`, an SVG and the same in words."""

from __future__ import annotations

from typing import Any

from django import template

from greenmine.law.steps import Drawing

register = template.Library()


@register.inclusion_tag("components/steps.html")
def steps_picture(drawing: Drawing) -> dict[str, Any]:
    """Boxes for states, arrows for steps, the place where the case stands; below it every step in words."""
    return {"drawing": drawing}
