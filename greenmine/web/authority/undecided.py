"""What is only proposed is told to an enterprise by its prior notice (拟移出不对外): until then its own pages say that the mine stands listed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.http import HttpRequest

from greenmine.accounts import queries as accounts
from greenmine.editions.edition import Edition
from greenmine.law import Sheet
from greenmine.web.components.clock import today

PROPOSED, LISTED = "removal_proposed", "listed"
ENTRIES = ("provincial_entry", "national_entry")


def is_inside(request: HttpRequest) -> bool:
    """Whether the person sees the directory at work, with what nobody decided on yet."""
    return accounts.scope_for(request.user, "directory.see", on=today()) is not None


def shown(request: HttpRequest, edition: Edition) -> Callable[[Sheet], Sheet]:
    """A sheet as this person may see it."""
    return _same if is_inside(request) else lambda sheet: _without(sheet, edition)


def is_proposal(record: Any) -> bool:
    """Whether a statement says no more than that a removal was proposed."""
    return record.name in ENTRIES and json.loads(record.value) == PROPOSED


def _same(sheet: Sheet) -> Sheet:
    return sheet


def _without(sheet: Sheet, edition: Edition) -> Sheet:
    values, sources = dict(sheet.values), dict(sheet.sources)
    for name in ENTRIES:
        fact = edition.dictionary[name] if name in edition.dictionary else None
        if fact is not None and fact.show(values.get(name)) == PROPOSED:
            values[name] = fact.parse(LISTED)
            sources.pop(name, None)  # who proposed it, and when
    return replace(sheet, values=values, sources=sources, cache={})
