"""What both desks show of one application (申报): where it stands, its materials with sources, what was returned, its papers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from greenmine.accounts.vocabulary import Department
from greenmine.gates.models import GateCheck, GatePass
from greenmine.gates.queries import passes_about
from greenmine.papers import queries as papers
from greenmine.procedures import queries as procedures
from greenmine.procedures.models import Case, Opinion
from greenmine.registry.models import Mine
from greenmine.selection import queries, tables
from greenmine.selection.models import Application, Defects
from greenmine.selection.returning import GENERAL, defects_shown, name_of
from greenmine.web.components.selection import line_of
from greenmine.web.components.selection_map import placed
from greenmine.web.components.templatetags.regime import both

GATES = ("filing", "review", "assessment", "verification", "notice", "entry", "yearly")
SAID = ("reasons", "note", "document", "decision_number", "certificate_number")


def case_of(application: Application) -> Case | None:
    """The case that runs it; None while it is a draft."""
    return Case.objects.select_related("kept").filter(number=application.case).first() if application.case else None


def frame(request: HttpRequest, application: Application, mine: Mine | None, *, on: date) -> dict[str, Any]:
    """What every page of one application begins with."""
    case = case_of(application)
    return {
        **line_of(application, on=on),
        "row": line_of(application, on=on),
        "batch": application.batch,
        "mine": mine,
        "map": placed(mine, on=on) if mine is not None else {},
        "case": case,
        "picture": procedures.picture(case, on=on) if case is not None else None,
        "taken": _taken(case) if case is not None else [],
        "materials": materials_of(application),
        "returns": [{"row": one, "defects": defects_shown(one)} for one in application.returns.order_by("-round")],
        "papers": list(
            papers.standing(papers.for_person(request.user, on=on)).filter(
                subject_kind="application", subject_key=application.number
            )
        ),
        "seen": case.version if case is not None else "",
        "today": on,
    }


def materials_of(application: Application) -> list[dict[str, Any]]:
    """The lines of the list in its order: each with its name, what is known with source and day, what is missing."""
    rows = {row.item: row for row in application.materials.select_related("file")}
    found = []
    for item, line in tables.lines().items():
        if item not in rows:
            continue
        row = rows[item]
        done = not row.missing and (line.kind == "facts" or bool(row.reference) or row.file_id is not None)
        found.append({"row": row, "line": line, "name": line.name, "done": done, "required": row.required})
    return found


def open_defects(application: Application) -> list[dict[str, Any]]:
    """The defects that wait for an answer, in the order in which they were told."""
    waiting = application.returns.filter(answered_on=None).first()
    return defects_shown(waiting) if waiting is not None else []


def checks_shown(checks: Iterable[GateCheck], passes: Iterable[GatePass]) -> list[dict[str, Any]]:
    """The latest check of each gate in the order of the way, with the pass over its very lines, and the older ones counted."""
    held = {(one.gate, one.closing_digest): one for one in passes}
    latest: dict[str, GateCheck] = {}
    count: dict[str, int] = {}
    for one in checks:
        latest[one.gate] = one
        count[one.gate] = count.get(one.gate, 0) + 1
    return [
        {
            "check": latest[gate],
            "passed": None if latest[gate].is_open else held.get((gate, latest[gate].closing_digest)),
            "lines": sorted(latest[gate].lines, key=lambda line: not line["closes"]),
            "count": count[gate],
        }
        for gate in sorted(latest, key=_place)
    ]


def _place(gate: str) -> int:
    return GATES.index(gate) if gate in GATES else len(GATES)


def defect_items(application: Application, findings: Iterable[Mapping[str, Any]] = ()) -> list[tuple[str, str]]:
    """What a defect may be about: the form as a whole, a line of the materials, a department's word, a finding."""
    asked = Opinion.objects.filter(case__number=application.case).order_by("id").values_list("department", flat=True)
    return [
        (GENERAL, both(name_of(GENERAL))),
        *((row.item, both(name_of(row.item))) for row in application.materials.order_by("id")),
        *((f"opinion:{one}", _("部门意见：%(name)s") % {"name": department(one)}) for one in dict.fromkeys(asked)),
        *((f"rule:{one['rule']}", both(one)) for one in findings if one["outcome"] in ("breached", "unknown")),
    ]


def files_of(application: Application) -> set[int]:
    """The files that belong to it beside its papers: materials, consents, minutes, signed sheets, what came with opinions."""
    found = queries.files_of(application)
    for came in passes_about(*application.subject).values_list("evidence", flat=True):
        found |= {came} if came is not None else set()
    return found


def department(code: str) -> str:
    """A department in words."""
    return str(Department(code).label) if code in Department.values else code


def _linked(one: Defects) -> list[dict[str, Any]]:
    """The defects of a return, those about a line of the materials leading to it."""
    return [{**defect, "line": defect["item"] in tables.lines()} for defect in defects_shown(one)]


def _taken(case: Case) -> list[dict[str, Any]]:
    """The steps taken, the latest first, with what was said at each."""
    table = procedures.table_of(case)
    return [
        {
            "step": one,
            "title": table.step(one.step).title,
            "said": "；".join(str(one.payload[name]) for name in SAID if one.payload.get(name)),
        }
        for one in reversed(procedures.history(case))
    ]
