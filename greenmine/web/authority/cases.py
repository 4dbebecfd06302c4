"""The desk of cases (办件): what waits for me, what I did, what is supervised, what was copied to us, and all we may see."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from greenmine.accounts.models import Person
from greenmine.editions import procedures as tables
from greenmine.procedures import opinions as asking
from greenmine.procedures import queries
from greenmine.procedures.models import Case, Opinion, WorkItem
from greenmine.web.authority.asked import day_in, number_in
from greenmine.web.components.cases import cases_seen, place_of_case
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for
from greenmine.web.components.templatetags.regime import both, place
from greenmine.web.components.workbooks import workbook_response

PAGE = 50
MOST_EXPORTED = 20_000
MOST_OPINIONS = 100
NO_DAY = "-"
SOON_DAYS = 3  # how a row is coloured, no time limit of any text


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a tab: the case, what of it, since or until when, and whose."""

    case: Case
    what: dict[str, str]
    day: date | None
    due: date | None
    who: str
    key: str
    opinion: int = 0
    note: str = ""
    on: date | None = None

    @property
    def days_left(self) -> int | None:
        """Calendar days until its last day."""
        return None if self.due is None or self.on is None else (self.due - self.on).days

    @property
    def tone(self) -> str:
        """Its colour: red when the day has passed, orange when it is near."""
        left = self.days_left
        if left is None:
            return ""
        return "red" if left < 0 else "orange" if left <= SOON_DAYS else "secondary"

    @property
    def place(self) -> str:
        """The page of the thing itself."""
        return place_of_case(self.case)


@login_required
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """One tab of the desk, a page of it."""
    person, _organisation = acting_for(request)
    on = today()
    tab = _tab(request)
    found = _filtered(request, tab, person, on)
    page = list(tab.after(found, request.GET.get("after", ""))[: PAGE + 1])
    rows = tab.rows(page[:PAGE], on)
    asked = tab.id == "todo" and not request.GET.get("after")
    context = {
        "rows": rows,
        "asked": _rows_of_opinions(_matching(queries.opinions_for(person, on=on), request)[:MOST_OPINIONS], on) if asked else [],
        "next_after": rows[-1].key if len(page) > PAGE else "",
        "tabs": [(one.id, one.words(), counts) for one, counts in _counted(person, on)],
        "tab": tab.id,
        "filters": {name: request.GET.get(name, "") for name in ("q", "table", "overdue")},
        "filtered": any(request.GET.get(name) for name in ("q", "table", "overdue")),
        "tables": _tables(),
        "querystring": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "authority/cases.html", context)


@login_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The tab as filtered, all pages, as a workbook."""
    person, _organisation = acting_for(request)
    on = today()
    tab = _tab(request)
    rows = tab.rows(list(_filtered(request, tab, person, on)[:MOST_EXPORTED]), on)
    if tab.id == "todo":
        rows = [*_rows_of_opinions(_matching(queries.opinions_for(person, on=on), request)[:MOST_EXPORTED], on), *rows]
    titles = [_("编号"), _("事项"), _("标题"), _("地区"), _("环节"), _("日期"), _("期限"), _("逾期"), _("承办")]
    lines = [
        [
            row.case.number, both(_title(row.case)), row.case.title, place(row.case.region_code), both(row.what),
            row.day or "", row.due or "", _("是") if row.tone == "red" else "", row.who,
        ]
        for row in rows
    ]  # fmt: skip
    return workbook_response(f"{tab.words()}-{on.isoformat()}.xlsx", [(tab.words(), titles, lines)])


def _title(case: Case) -> dict[str, str]:
    return dict(queries.table_of(case).title)


def _state(case: Case) -> dict[str, str]:
    if case.withdrawn_on is not None:
        return {"zh": "已撤回", "en": "withdrawn"}
    return dict(queries.table_of(case).states[case.state].title)


def _tables() -> list[tuple[str, dict[str, str]]]:
    """The procedures by family, each once."""
    found: dict[str, dict[str, str]] = {}
    for name in tables.names():
        table = tables.table(name)
        found.setdefault(table.family or name, dict(table.title))
    return list(found.items())


# What stands on each tab.


def _todo(person: Person, on: date) -> QuerySet[Any]:
    return queries.inbox_for(person, on=on).order_by(F("due_on").asc(nulls_last=True), "id")


def _after_due(found: QuerySet[Any], after: str) -> QuerySet[Any]:
    """Onward by last day and number: 2026-11-20_17, and -_17 where no day is known."""
    due, _sep, key = after.partition("_")
    last = number_in(key)
    if last is None:
        return found
    if due == NO_DAY:
        return found.filter(due_on=None, pk__gt=last)
    day = day_in(due)
    if day is None:
        return found
    return found.filter(Q(due_on__gt=day) | Q(due_on=day, pk__gt=last) | Q(due_on=None))


def _after_id(found: QuerySet[Any], after: str) -> QuerySet[Any]:
    last = number_in(after)
    return found if last is None else found.filter(pk__lt=last)


def _rows_of_work(items: Iterable[WorkItem], on: date) -> list[Row]:
    return [
        Row(
            item.case, dict(queries.table_of(item.case).step(item.step).title), item.opened_on, item.due_on,
            item.person.name if item.person else "", f"{item.due_on.isoformat() if item.due_on else NO_DAY}_{item.pk}",
            note=both(item.no_day) if item.no_day else "", on=on,
        )
        for item in items
    ]  # fmt: skip


def _rows_of_opinions(found: Iterable[Opinion], on: date) -> list[Row]:
    asked = {"zh": "出具部门意见", "en": "give the department's opinion"}
    return [
        Row(
            one.case, asked, one.asked_on, one.due_on, one.person.name if one.person else "", str(one.pk), opinion=one.pk,
            note=both(asking.STANDINGS[one.standing(on)]), on=on,
        )
        for one in found
    ]  # fmt: skip


def _rows_of_steps(steps: Iterable[Any], on: date) -> list[Row]:
    return [
        Row(one.case, dict(queries.table_of(one.case).step(one.step).title), one.on, None,
            one.by_name + (_("（代%(name)s）") % {"name": one.behalf_of_name} if one.behalf_of_name else ""), str(one.pk), on=on)
        for one in steps
    ]  # fmt: skip


def _rows_of_supervisions(found: Iterable[Any], on: date) -> list[Row]:
    return [
        Row(
            one.case, _state(one.case), one.on, None if one.ended_on else one.due_on, one.organisation_name, str(one.pk),
            note=one.result if one.ended_on else one.reason, on=on,
        )
        for one in found
    ]  # fmt: skip


def _rows_of_copies(found: Iterable[Any], on: date) -> list[Row]:
    return [Row(one.case, _state(one.case), one.on, None, one.by_name, str(one.pk), on=on) for one in found]


def _rows_of_cases(found: Iterable[Case], on: date) -> list[Row]:
    return [Row(one, _state(one), one.opened_on, None, one.opened_by, str(one.pk), on=on) for one in found]


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: its rows for a person, how it goes on by key, and how each row is shown."""

    id: str
    words: Callable[[], str]
    found: Callable[[Person, date], QuerySet[Any]]
    after: Callable[[QuerySet[Any], str], QuerySet[Any]]
    rows: Callable[[Any, date], list[Row]]
    case: str = "case__"


TABS = {
    tab.id: tab
    for tab in (
        Tab("todo", lambda: _("待办"), _todo, _after_due, _rows_of_work),
        Tab("done", lambda: _("已办"), lambda person, _on: queries.done_by(person), _after_id, _rows_of_steps),
        Tab(
            "supervised", lambda: _("督办"), lambda person, on: queries.supervised_for(person, on=on).order_by("-id"),
            _after_id, _rows_of_supervisions,
        ),
        Tab("copied", lambda: _("抄送"), lambda person, on: queries.copied_to(person, on=on), _after_id, _rows_of_copies),
        Tab("all", lambda: _("全部案件"), lambda person, on: cases_seen(person, on=on), _after_id, _rows_of_cases, ""),
    )
}  # fmt: skip


def _tab(request: HttpRequest) -> Tab:
    return TABS.get(request.GET.get("tab", ""), TABS["todo"])


def _counted(person: Person, on: date) -> list[tuple[Tab, int | None]]:
    """The tabs with how much waits there; what is only history is not counted."""
    waiting = queries.inbox_for(person, on=on).count() + queries.opinions_for(person, on=on).count()
    watched = queries.supervised_for(person, on=on).filter(ended_on=None).count()
    counts = {"todo": waiting, "supervised": watched, "copied": queries.copied_to(person, on=on).count()}
    return [(tab, counts.get(tab.id)) for tab in TABS.values()]


def _filtered(request: HttpRequest, tab: Tab, person: Person, on: date) -> QuerySet[Any]:
    found = _matching(tab.found(person, on), request, tab.case)
    if request.GET.get("overdue") and tab.id == "todo":
        found = found.filter(due_on__lt=on)
    return found


def _matching(found: QuerySet[Any], request: HttpRequest, case: str = "case__") -> QuerySet[Any]:
    """What fits the words and the procedure asked for."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:80]
    if words:
        found = found.filter(Q(**{f"{case}number__icontains": words}) | Q(**{f"{case}title__icontains": words}))
    family = request.GET.get("table", "").replace("\0", "").strip()[:60]
    if family:
        found = found.filter(Q(**{f"{case}table": family}) | Q(**{f"{case}table__startswith": f"{family}-"}))
    return found
