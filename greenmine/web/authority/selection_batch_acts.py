"""What is done with a whole batch (批次办理): issue, draw, notice, announcement, recommendation; each act reads its form."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from greenmine.selection import actions as selection
from greenmine.selection.models import Batch
from greenmine.selection.noticing import OPENS, waiting_for
from greenmine.selection.permissions import CannotSelect
from greenmine.web.authority.asked import number_in
from greenmine.web.components.selection import Who

STAGES = (
    ("league", gettext_lazy("盟市公示")),
    ("provincial", gettext_lazy("省级公示")),
    ("national", gettext_lazy("国家级公示")),
)
MOST_CHOSEN = 2_000
GONE = CannotSelect("该条记录已不存在，请刷新页面", "it is gone: reload the page")


def issue(request: HttpRequest, batch: Batch, by: Who) -> str:
    """Issue the notice of the batch under its number."""
    selection.issue_batch(batch, request.POST.get("document", ""), **by)
    return _("已印发批次通知，企业可以申报")


def draw(request: HttpRequest, batch: Batch, by: Who) -> str:
    """Draw who is verified, by a seed published beforehand, or all of them."""
    said = request.POST
    typed = said.get("count", "").strip()
    count = number_in(typed) if typed else None
    if typed and count is None:
        raise CannotSelect("抽取数量应为整数", "how many are drawn is a whole number")
    made = selection.draw(
        batch,
        selection.Sample(
            count=count, seed=said.get("seed", "").strip(),
            seed_source=said.get("seed_source", "").strip(), policy=said.get("policy", "").strip(),
            witness=said.get("witness", "").strip(),
        ),
        **by,
    )  # fmt: skip
    return _("已抽取 %(n)s 座矿山") % {"n": len(made.drawn)}


def open_notice(request: HttpRequest, batch: Batch, by: Who) -> str:
    """Publish the notice of a stage for every mine that waits for it."""
    said = request.POST
    days = number_in(said.get("days", "").strip())
    if days is None:
        raise CannotSelect("请填写公示天数（整数）", "give the days of the notice, a whole number")
    stage = said.get("stage", "")
    if stage not in OPENS:
        raise GONE
    listed = set(said.getlist("listed")[:MOST_CHOSEN])
    waiting = waiting_for(batch, stage, by["organisation"].division)
    made = selection.open_notice(
        batch, stage, days=days, contact=said.get("contact", ""), title=said.get("title", ""),
        leave_out=[one.number for one in waiting if one.number not in listed], **by,
    )  # fmt: skip
    return _("已发起公示 %(number)s") % {"number": made.number}


def end_notice(request: HttpRequest, batch: Batch, by: Who) -> str:
    """End a notice whose time is over."""
    found = batch.notices.filter(number=request.POST.get("notice", "")).first()
    if found is None:
        raise GONE
    selection.end_notice(found, **by)
    return _("公示已结束")


def announce(request: HttpRequest, batch: Batch, by: Who) -> str:  # noqa: ARG001 -- acts take the form
    """Draft the announcement of everything the batch listed."""
    made = selection.announce(batch, **by)
    return _("已拟制公告：%(title)s") % {"title": made.title}


def propose(request: HttpRequest, batch: Batch, by: Who) -> str:
    """Propose whom the province recommends, each with a reason."""
    mines = request.POST.getlist("mine")[:MOST_CHOSEN]
    chosen = [{"mine": mine, "reason": request.POST.get(f"reason-{mine}", "").strip()} for mine in mines]
    selection.propose_recommendation(batch, chosen, **by)
    return _("已提出推荐名单，由另一人决定")


def decide(request: HttpRequest, batch: Batch, by: Who) -> str:
    """Decide on a proposed recommendation."""
    found = batch.recommendations.filter(pk=number_in(request.POST.get("recommendation", "")) or 0).first()
    if found is None:
        raise GONE
    made = selection.decide_recommendation(found, **by)
    return _("已决定推荐 %(n)s 座矿山") % {"n": len(made)}


ACTS = {
    "issue": issue,
    "draw": draw,
    "open_notice": open_notice,
    "end_notice": end_notice,
    "announce": announce,
    "propose": propose,
    "decide": decide,
}
