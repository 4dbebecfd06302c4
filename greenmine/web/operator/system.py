"""Is the system well (运行状态): worker, jobs, backlog, storage, backup, and the text of the law that is active."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from greenmine.accounts.models import Person
from greenmine.accounts.permissions import NotAllowed
from greenmine.editions import queries as editions
from greenmine.evaluation.models import MineStanding
from greenmine.evaluation.tasks import READER
from greenmine.facts import queries as facts
from greenmine.web.components.clock import today
from greenmine.web.components.templatetags.regime import both
from greenmine.web.operator import actions, jobs, wellbeing


def page(request: HttpRequest) -> HttpResponse:
    """Everything an operator looks at first; the page asks for itself again every ten seconds."""
    now = timezone.now()
    beat = wellbeing.heartbeat()
    active = editions.activations().defer("edition__content").first()
    context: dict[str, Any] = {
        "beat": beat,
        "schedule_problems": wellbeing.schedule_problems(),
        "silent": beat.is_stale(now),
        "jobs": jobs.overview(now=now, worker=beat.worker(now)),
        "unseen": facts.unseen_changes(READER),
        "behind": MineStanding.objects.exclude(edition=active.edition_id).count() if active else 0,
        "rolled_on": facts.rolled_on(),
        "today": today(),
        "storage": wellbeing.storage(),
        "backup": wellbeing.last_backup(),
        "active": active,
    }
    return render(request, "operator/system.html", context)


@require_POST
def retry(request: HttpRequest, job: str) -> HttpResponse:
    """Queue a failed or stuck job again."""
    try:
        actions.retry(str(job), by=cast("Person", request.user), on=today())
        messages.success(request, _("已重新排队。"))
    except NotAllowed as refused:
        messages.error(request, both(refused))
    return redirect("operator:system")
