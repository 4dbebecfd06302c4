"""What officials do with an application (申报办理): a step, an opinion, a look at a gate; each act reads its form."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from greenmine.accounts import permissions as accounts
from greenmine.evidence import actions as evidence
from greenmine.evidence.models import Provenance
from greenmine.gates import actions as gates
from greenmine.gates import queries as checks
from greenmine.gates.permissions import CannotPass
from greenmine.procedures import queries as cases
from greenmine.procedures.models import Opinion
from greenmine.procedures.opinions import check_can_give, give_opinion
from greenmine.selection import actions as selection
from greenmine.selection import queries
from greenmine.selection.models import Application
from greenmine.selection.permissions import CannotSelect
from greenmine.web.authority.asked import number_in
from greenmine.web.components.selection import Who, said_done
from greenmine.web.components.selection_case import case_of
from greenmine.web.components.selection_forms import read

GONE = CannotSelect("该条记录已不存在，请刷新页面", "it is gone: reload the page")


def take(request: HttpRequest, application: Application, by: Who) -> str:
    """Take a step of the case with what the form gives; who was overtaken is told so."""
    step = request.POST.get("step", "")
    payload = read(request, step)
    case = case_of(application)
    if case is None:
        raise GONE
    title = cases.table_of(case).step(step).title
    seen = number_in(request.POST.get("seen", ""))
    selection.take(application, step, payload, seen=seen, **by)
    return said_done(title)


def opine(request: HttpRequest, application: Application, by: Who) -> str:
    """Give the department's opinion in writing, with a file if there is one."""
    case = case_of(application)
    found = Opinion.objects.filter(pk=number_in(request.POST.get("opinion", "")) or 0, case=case).first()
    if found is None or case is None:
        raise GONE
    check_can_give(found, by["by"], on=by["on"])  # before a file is kept
    text = request.POST.get("opinion_text", "").strip()
    came = _kept(request, "opinion_file", application, by, "部门意见")
    give_opinion(found, request.POST.get("verdict", ""), text, evidence=came, by=by["by"], on=by["on"])
    return _("已出具部门意见")


def look(request: HttpRequest, application: Application, by: Who) -> str:
    """Judge the mine at a gate now, and keep what was seen; decides nothing."""
    accounts.check_can(by["by"], "gates.see", on=by["on"], region=application.region_code)
    case = case_of(application)
    gate = request.POST.get("gate", "")
    if case is None or gate not in {step.gate for step in cases.table_of(case).steps.values() if step.gate}:
        raise GONE
    made = gates.check(gate, application.mine, about=application.subject, **by)
    return _("关口核验完成：%(outcome)s") % {"outcome": made.get_outcome_display()}


def let_pass(request: HttpRequest, application: Application, by: Who) -> str:
    """Pass a closed gate on a written ground; it is kept and later published."""
    check = checks.checks_about(*application.subject).filter(pk=number_in(request.POST.get("check", "")) or 0).first()
    if check is None:
        raise CannotPass("没有该次核验，请刷新页面", "there is no such check: reload the page")
    came = _kept(request, "ground_file", application, by, "关口通过理由材料")
    gates.pass_closed(check, ground=request.POST.get("ground", ""), evidence=came, **by)
    return _("已说明理由通过该关口，理由将随公开信息公布")


def move(request: HttpRequest, application: Application, by: Who) -> str:
    """Move an application that cannot keep pace to a later batch."""
    to = queries.batches_for(request.user, on=by["on"]).filter(number=request.POST.get("to", "")).first()
    if to is None:
        raise GONE
    selection.move(application, to, request.POST.get("move_reason", ""), **by)
    return _("已转入批次 %(number)s") % {"number": to.number}


def _kept(request: HttpRequest, name: str, application: Application, by: Who, title: str) -> list[Provenance]:
    """The file that came with a form, kept as evidence; none where none came."""
    upload = request.FILES.get(name)
    if upload is None:
        return []
    region = application.region_code
    return [
        evidence.keep(upload, by=by["by"], on=by["on"], subject=application.subject, title=title, region_code=region)
    ]


ACTS = {"take": take, "opine": opine, "look": look, "let_pass": let_pass, "move": move}
