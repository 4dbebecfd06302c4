"""What happens by itself in the directory: people are reminded, and a case that a person withdrew is followed. Nothing else."""

from __future__ import annotations

from datetime import date

from greenmine.accounts.models import Organisation
from greenmine.directory import objecting, removing
from greenmine.directory.models import CampaignMine, Entry, Objection, PublicNotice, Removal
from greenmine.notifications import actions as notifications
from greenmine.notifications.models import Notice
from greenmine.procedures.models import Case, CaseStep


def remind(on: date) -> int:
    """Remind of notices whose last day passed, of terms of rectification and of campaigns that ran out; each once."""
    count = 0
    for notice in PublicNotice.objects.filter(state=PublicNotice.State.RUNNING, until_on__lt=on):
        count += _once(
            "directory.notice_over", notice.organisation, ("notice", notice.number),
            f"{notice.number} 公示期已于 {notice.until_on} 届满，请结束公示", f"{notice.number} ran until {notice.until_on}: end it",
        )  # fmt: skip
    for removal in Removal.objects.filter(state="rectifying", rectify_by__lt=on).select_related("entry"):
        count += _once(
            "directory.rectification_over", removal.entry.owner, ("removal", removal.number),
            f"{removal.mine_name}整改期限已于 {removal.rectify_by} 届满，请验收或认定逾期",
            f"the term of {removal.number} ran until {removal.rectify_by}: accept it or find it overdue",
        )  # fmt: skip
    late = CampaignMine.objects.filter(
        decision="", due_on__lt=on, campaign__closed_on__isnull=True, entry__left_on__isnull=True
    )
    for row in late.exclude(entry__state=Entry.State.REMOVAL_PROPOSED).select_related("campaign", "entry"):
        count += _once(
            "directory.campaign_late", row.campaign.organisation, ("entry", row.entry.number),
            f"{row.entry.mine_name}衔接复核已过期限 {row.due_on}", f"{row.entry.number} was to be judged anew by {row.due_on}",
        )  # fmt: skip
    return count


def _once(verb: str, organisation: str, about: tuple[str, str], zh: str, en: str) -> int:
    if Notice.objects.filter(verb=verb, about_kind=about[0], about_key=about[1]).exists():
        return 0
    found = Organisation.objects.filter(key=organisation).first()
    if found is None:
        return 0
    notifications.tell(verb, to=found, about=about, text={"zh": zh, "en": en})
    return 1


def follow_withdrawn(on: date) -> int:
    """Removals and objections whose case a person withdrew on the desk of cases (撤回): the case says who and why."""
    cases = Case.objects.filter(withdrawn_on__isnull=False).values("number")
    count = 0
    for removal in Removal.objects.filter(closed_on__isnull=True, number__in=cases):
        removing.follow_withdrawn(removal, _withdrawal(removal.number), on=on)
        count += 1
    for objection in Objection.objects.filter(closed_on__isnull=True, number__in=cases).select_related("notice"):
        objecting.follow_withdrawn(objection, _withdrawal(objection.number), on=on)
        count += 1
    return count


def _withdrawal(number: str) -> CaseStep:
    """The last step of a withdrawn case: by whom, and on which reason."""
    return CaseStep.objects.select_related("by").filter(case__number=number).order_by("-order")[0]
