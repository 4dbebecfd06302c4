"""What an address of the public desk carries, read: filters of the directory; what cannot be read is said in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from greenmine.directory.published.models import Scale, Standing, Tier
from greenmine.directory.published.queries import COUNTRY, Asked
from greenmine.web.components.numbers import number_in

LONGEST_WORDS = 100
FIRST_YEAR, LAST_YEAR = 2000, 2200
CODE = 6
CELL = re.compile(r"-?\d{1,3},-?\d{1,3}", re.ASCII)


@dataclass(frozen=True)
class Read:
    """Filters as they are applied, and sentences about those that could not be read."""

    asked: Asked
    after: int | None
    notes: list[str]


def read(request: HttpRequest) -> Read:
    """The filters of an address."""
    given, notes = request.GET, []

    def choice(name: str, allowed: Any) -> str:
        value = given.get(name, "").strip()
        if value and value not in allowed:
            notes.append(_("筛选条件“%(value)s”无法识别，已忽略。") % {"value": value[:30]})
            return ""
        return value

    place = given.get("place", "").strip()
    if place and not (len(place) == CODE and place.isascii() and place.isdecimal()):
        notes.append(_("地区代码“%(value)s”无法识别，已忽略。") % {"value": place[:30]})
        place = ""
    year = number_in(given.get("year", "").strip())
    if given.get("year", "").strip() and (year is None or not FIRST_YEAR <= year <= LAST_YEAR):
        notes.append(_("年份“%(value)s”无法识别，已忽略。") % {"value": given["year"][:30]})
        year = None
    after = number_in(given.get("after", "").strip())
    if given.get("after", "").strip() and after is None:
        notes.append(_("翻页位置无法识别，已从头显示。"))
    asked = Asked(
        words=given.get("words", "").strip()[:LONGEST_WORDS], tier=choice("tier", Tier.values),
        standing=choice("standing", Standing.values), place="" if place == COUNTRY else place,
        mineral=given.get("mineral", "").strip()[:64], scale=choice("scale", Scale.values), year=year,
        cell=_cell(given.get("cell", "").strip()),
    )  # fmt: skip
    return Read(asked, after, notes)


def _cell(text: str) -> str:
    """A square of the map: two whole numbers."""
    return text if CELL.fullmatch(text) else ""
