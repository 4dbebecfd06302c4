"""Whatever is typed into a form is read, or refused in a sentence; it never breaks anything."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from greenmine.selection import payloads
from greenmine.selection.forms import FORMS, form_of
from greenmine.selection.models import Application
from greenmine.selection.permissions import CannotSelect, plain
from greenmine.selection.preparing import months_later
from greenmine.selection.recording import Act

TEXT = st.text(st.characters(codec=None), max_size=30)
LEAF = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXT, st.dates())
JUNK = st.recursive(
    LEAF, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXT, inner, max_size=4)), max_leaves=12
)
ROW = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("item", "text", "name", "vote", "reason", "department", "organisation", "met", "agrees", "leads"), JUNK)
)  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(step=st.sampled_from(sorted(FORMS)), data=st.data())
def test_junk_in_a_form_is_read_or_refused_in_words(step: str, data: Any) -> None:
    payload = {field.name: data.draw(st.one_of(JUNK, st.lists(ROW, max_size=3))) for field in form_of(step)}
    act = Act(None, None, date(2026, 8, 3))  # type: ignore[arg-type]
    try:
        read = payloads.read(Application(number="SB-2026-0001"), step, payload, act)
    except CannotSelect:
        return
    assert set(read) <= {field.name for field in form_of(step)}
    assert str(read).encode("utf-8")


@given(TEXT)
def test_a_plain_text_can_be_stored(text: str) -> None:
    assert "\0" not in plain(text)
    assert plain(text).encode("utf-8").decode() == plain(text) == plain(plain(text))


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.integers(0, 60))
def test_months_later_keeps_the_day_or_takes_the_last_of_the_month(day: date, months: int) -> None:
    later = months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (
        later.day < day.day and (later.replace(day=later.day).month != (date.fromordinal(later.toordinal() + 1)).month)
    )


@pytest.mark.parametrize(
    ("given_", "kept"),
    [("yes", True), ("no", False), ("", None), (None, None), ("perhaps", None), (True, True), (1, True)],
)
def test_a_flag_is_yes_no_or_not_known(given_: Any, kept: bool | None) -> None:
    assert payloads.flag_of(given_) is kept


@pytest.mark.parametrize(("name", "length"), [("document", 101), ("decision_number", 101), ("chair", 101)])
def test_what_is_too_long_is_refused_not_cut(name: str, length: int) -> None:
    field = next(one for form in FORMS.values() for one in form if one.name == name)
    with pytest.raises(CannotSelect, match="最多 100 字"):
        payloads._value(Application(), field, "长" * length, Act(None, None, date(2026, 8, 3)))  # type: ignore[arg-type]
