"""What an enterprise publishes of itself (信息公开): plan, progress, restoring while mining. At once, in its own name, marked so.

Construction tasks and how they are carried out are disclosed in time (cn-2024-1/4.2.f). Authorities answer for nothing here;
whoever finds an untruth has the public pages' complaint form.
"""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from greenmine.directory import disclosing
from greenmine.directory.disclosing import CannotDisclose
from greenmine.directory.published.writing import CannotPublish
from greenmine.evidence.contents import NotKept
from greenmine.registry import queries as registry
from greenmine.web.components.clock import today
from greenmine.web.components.desk import acting_for, refuse_unless
from greenmine.web.components.templatetags.regime import both

SHOWN = 50
MOST_MINES = 500


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """Publish something, and see what was published."""
    refuse_unless(request, "disclosures.publish")
    person, organisation = acting_for(request)
    error = ""
    if request.method == "POST":
        try:
            made = disclosing.disclose(
                request.POST.get("mine", ""),
                disclosing.Disclosure(
                    what=request.POST.get("what", ""), period=request.POST.get("period", ""), text=request.POST.get("text", ""),
                    disturbed=request.POST.get("disturbed", ""), restored=request.POST.get("restored", ""),
                ),
                upload=request.FILES.get("file"), by=person, organisation=organisation, on=today(),
            )  # fmt: skip
        except (CannotDisclose, CannotPublish, NotKept) as refused:
            error = both(refused)
        else:
            messages.success(request, _("已公开：%(number)s") % {"number": made.number})
            return redirect("enterprise:disclosures")
    context = {
        "mines": list(registry.mines_for(request.user).order_by("key")[:MOST_MINES]),
        "kinds": disclosing.KINDS,
        "rows": disclosing.disclosed(person, on=today())[:SHOWN],
        "asked": request.POST,
        "error": error,
    }
    return render(request, "enterprise/disclosures.html", context, status=422 if error else 200)
