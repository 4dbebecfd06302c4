"""What is remembered of procedures: cases, their steps, the work and opinions that are waited for, deputies, migrations."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class KeptTable(models.Model):
    """The text of a step table (步骤表) as cases were opened under it: a running case keeps its own."""

    digest = models.CharField(max_length=64, primary_key=True)
    table = models.CharField(max_length=60)
    content = models.TextField()

    def __str__(self) -> str:
        return f"{self.table} {self.digest[:12]}"


class Case(models.Model):
    """One case (案件、事项) that runs a step table; `version` counts its steps, so that two people cannot take the same one."""

    number = models.CharField(max_length=32, unique=True, help_text="DC-2026-0001")
    table = models.CharField(max_length=60)
    kept = models.ForeignKey(KeptTable, models.PROTECT, related_name="cases")
    subject_kind = models.CharField(max_length=32)
    subject_key = models.CharField(max_length=64)
    title = models.CharField(max_length=300, blank=True, default="")
    region_code = models.CharField(max_length=6, blank=True, default="")
    organisation = models.CharField(max_length=24, help_text="key of the organisation that runs it")
    parties = models.JSONField(
        default=dict, help_text="actor or department → key of the organisation whose turn its steps are"
    )
    mine = models.CharField(max_length=24, blank=True, default="", help_text="whose facts the preconditions read")
    readings = models.JSONField(default=dict, help_text="reading → what it said when the case was opened or migrated")
    state = models.CharField(max_length=60)
    state_since = models.DateField()
    version = models.PositiveIntegerField(default=0)
    opened_by = models.CharField(max_length=200)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    withdrawn_on = models.DateField(null=True, help_text="撤回; the state stays where it stood")
    destroyed_on = models.DateField(
        null=True, help_text="what was written in it was destroyed after its term of keeping"
    )

    class Meta:
        indexes = (
            models.Index(fields=("subject_kind", "subject_key"), name="cases_about_a_subject"),
            models.Index(fields=("region_code", "table", "-id"), name="cases_of_a_region"),
            models.Index(fields=("organisation", "-id"), name="cases_of_an_organisation"),
            models.Index(fields=("closed_on",), name="closed_cases_by_day", condition=Q(closed_on__isnull=False)),
        )

    def __str__(self) -> str:
        return self.number


class CaseCounter(models.Model):
    """The last number given in a year (编号): counted under the row's own lock, so that two cases never share one."""

    prefix = models.CharField(max_length=4)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(name="cases_are_counted_once", fields=("prefix", "year")),)

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}"


class CaseStep(models.Model):
    """That a step was taken (已办步骤): by whom, from where to where, with what. Never changed."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="steps")
    order = models.PositiveIntegerField()
    step = models.CharField(max_length=60)
    origin = models.CharField(max_length=60, blank=True, default="")
    to = models.CharField(max_length=60)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200)
    organisation = models.CharField(max_length=24)
    organisation_name = models.CharField(max_length=200)
    behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", help_text="the absent person (代办)"
    )
    behalf_of_name = models.CharField(max_length=200, blank=True, default="")
    on = models.DateField()
    counts_from = models.DateField(
        help_text="day from which clocks after this step run: that of service where one is given"
    )
    payload = models.JSONField(default=dict)

    class Meta:
        constraints = (models.UniqueConstraint(name="one_step_after_another", fields=("case", "order")),)
        indexes = (models.Index(fields=("by", "-id"), name="steps_of_a_person"),)

    def __str__(self) -> str:
        return f"{self.case_id}.{self.order} {self.step}"


class WorkItem(models.Model):
    """What waits to be done in a case (待办事项): which step, by whom, until when; without a day, why none is known."""

    class State(models.TextChoices):
        """Whether it still waits."""

        OPEN = "open", _("待办")
        DONE = "done", _("已办")
        DROPPED = "dropped", _("不再需要")

    case = models.ForeignKey(Case, models.PROTECT, related_name="items")
    step = models.CharField(max_length=60)
    verb = models.CharField(max_length=64, help_text="of the matrix: who in the organisation may do it")
    to_kind = models.CharField(max_length=24)
    to_key = models.CharField(max_length=24)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="work_items", help_text="承办人"
    )
    due_on = models.DateField(null=True)
    provisional = models.BooleanField(
        default=False, help_text="counted through a year whose holidays are not confirmed"
    )
    no_day = models.JSONField(default=dict, help_text="why no day is known, in both languages")
    opens_on = models.DateField(null=True, help_text="not before the day after this one")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    opened_on = models.DateField()
    done_on = models.DateField(null=True)
    reminded_on = models.DateField(null=True)
    soon_on = models.DateField(null=True, help_text="told that the day comes near (临期提醒)")
    escalated_on = models.DateField(null=True, help_text="told to the level above (逾期上报)")
    chased = models.PositiveSmallIntegerField(default=0, help_text="how often a person chased it (催办)")
    chased_on = models.DateField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("to_kind", "to_key"), name="open_work_of_organisations", condition=Q(state="open")),
            models.Index(fields=("due_on",), name="open_work_by_day", condition=Q(state="open")),
        )
        constraints = (
            models.UniqueConstraint(
                name="a_step_waits_once_in_a_case", fields=("case", "step"), condition=Q(state="open")
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.step}: {self.state}"


class Opinion(models.Model):
    """That a department was asked for its opinion (征求意见), until when, and what it answered in writing.

    One that did not answer in time is late (逾期未反馈): it is never counted as agreement.
    """

    class Verdict(models.TextChoices):
        """What a department says."""

        AGREE = "agree", _("同意")
        DISAGREE = "disagree", _("不同意")
        SUPPLEMENT = "supplement", _("需补充材料")

    case = models.ForeignKey(Case, models.PROTECT, related_name="opinions")
    round = models.CharField(max_length=60)
    entry = models.PositiveIntegerField(help_text="order of the step by which the state that asks was entered")
    state = models.CharField(max_length=60)
    department = models.CharField(max_length=24)
    verb = models.CharField(max_length=64)
    to_kind = models.CharField(max_length=24)
    to_key = models.CharField(max_length=24)
    asked_on = models.DateField()
    due_on = models.DateField(null=True)
    provisional = models.BooleanField(default=False)
    no_day = models.JSONField(default=dict, help_text="why no day is known, in both languages")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="opinions_to_give")
    given_on = models.DateField(null=True)
    verdict = models.CharField(max_length=12, choices=Verdict.choices, blank=True, default="")
    text = models.TextField(blank=True, default="")
    evidence = models.JSONField(default=list, help_text="ids of the files that came with it")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=200, blank=True, default="")
    behalf_of_name = models.CharField(max_length=200, blank=True, default="")
    organisation = models.CharField(max_length=24, blank=True, default="")
    organisation_name = models.CharField(max_length=200, blank=True, default="")
    ended_on = models.DateField(null=True, help_text="no longer waited for: the case went on without it")
    reminded_on = models.DateField(null=True)
    soon_on = models.DateField(null=True)
    escalated_on = models.DateField(null=True)
    chased = models.PositiveSmallIntegerField(default=0)
    chased_on = models.DateField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("to_kind", "to_key"),
                name="opinions_waited_for",
                condition=Q(given_on__isnull=True, ended_on__isnull=True),
            ),
        )
        constraints = (
            models.UniqueConstraint(
                name="a_department_is_asked_once_in_a_round", fields=("case", "round", "entry", "department")
            ),
            models.CheckConstraint(
                name="a_given_opinion_says_what_by_whom_and_when",
                condition=Q(given_on__isnull=True, verdict="")
                | Q(given_on__isnull=False) & ~Q(verdict="") & ~Q(by_name=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.round} {self.department}"

    def standing(self, on: date) -> str:
        """`given`, `given_late` 逾期反馈, `waiting`, or `late` 逾期未反馈, also where the case has gone on without it."""
        if self.given_on is not None:
            return "given_late" if self.due_on is not None and self.given_on > self.due_on else "given"
        until = self.ended_on if self.ended_on is not None and self.ended_on < on else on
        if self.due_on is not None and until > self.due_on:
            return "late"
        return "ended" if self.ended_on is not None else "waiting"

    def days_left(self, on: date) -> int | None:
        """Calendar days until its last day; below zero when it has passed; None where there is none or it was given."""
        return None if self.due_on is None or self.given_on is not None else (self.due_on - on).days


class Delegation(models.Model):
    """That somebody who is absent has a deputy (委托代办) from a day to a day, both counted."""

    absent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="delegations")
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="deputised")
    organisation = models.CharField(max_length=24)
    since = models.DateField()
    until = models.DateField(help_text="last day")
    reason = models.CharField(max_length=500)
    by_name = models.CharField(max_length=200)
    on = models.DateField()
    ended_on = models.DateField(null=True, help_text="first day on which it no longer holds, where it ended earlier")
    ended_by = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(name="a_delegation_ends_after_it_begins", condition=Q(until__gte=models.F("since"))),
            models.CheckConstraint(name="nobody_is_his_own_deputy", condition=~Q(absent=models.F("deputy"))),
        )

    def __str__(self) -> str:
        return f"{self.absent_id} → {self.deputy_id} {self.since}–{self.until}"

    def holds(self, on: date) -> bool:
        """Whether the deputy acts on this day."""
        return self.since <= on <= self.until and (self.ended_on is None or on < self.ended_on)


class Supervision(models.Model):
    """That an authority has its eye on a case (督办): why, until when an answer is asked, and how it ended."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="supervisions")
    organisation = models.CharField(max_length=24)
    organisation_name = models.CharField(max_length=200)
    reason = models.TextField()
    due_on = models.DateField(null=True)
    by_name = models.CharField(max_length=200)
    on = models.DateField()
    ended_on = models.DateField(null=True)
    ended_by = models.CharField(max_length=200, blank=True, default="")
    result = models.TextField(blank=True, default="")

    class Meta:
        indexes = (models.Index(fields=("organisation", "-id"), name="supervised_cases"),)
        constraints = (
            models.UniqueConstraint(
                name="an_authority_supervises_a_case_once", fields=("case", "organisation"), condition=Q(ended_on=None)
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.organisation}"


class Copy(models.Model):
    """That an organisation gets to know a case (抄送): it may read, and nothing waits for it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="copies")
    organisation = models.CharField(max_length=24)
    organisation_name = models.CharField(max_length=200)
    by_name = models.CharField(max_length=200)
    on = models.DateField()

    class Meta:
        indexes = (models.Index(fields=("organisation", "-id"), name="cases_copied_to"),)
        constraints = (models.UniqueConstraint(name="a_copy_goes_out_once", fields=("case", "organisation")),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.organisation}"


class Migration(models.Model):
    """That a running case went over to another table (改换步骤表): from where to where, why, and whether it was undone."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="migrations")
    order = models.PositiveIntegerField(help_text="version of the case after it")
    from_table = models.CharField(max_length=60)
    from_kept = models.ForeignKey(KeptTable, models.PROTECT, related_name="+")
    from_state = models.CharField(max_length=60)
    from_state_since = models.DateField()
    from_readings = models.JSONField(default=dict)
    to_table = models.CharField(max_length=60)
    to_kept = models.ForeignKey(KeptTable, models.PROTECT, related_name="+")
    to_state = models.CharField(max_length=60)
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200)
    on = models.DateField()
    undone_on = models.DateField(null=True)
    undone_by = models.CharField(max_length=200, blank=True, default="")
    undone_reason = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return f"{self.case_id}: {self.from_table} → {self.to_table}"


class RetentionProposal(models.Model):
    """That the term of keeping of a closed case has run out (保管期满): a task proposes, a person decides."""

    class Decision(models.TextChoices):
        """What was decided."""

        WAITING = "", _("待决定")
        KEEP = "keep", _("延长保管")
        DESTROY = "destroy", _("销毁")

    case = models.ForeignKey(Case, models.PROTECT, related_name="retention")
    proposed_on = models.DateField()
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True, default="")
    keep_until = models.DateField(null=True)
    reason = models.TextField(blank=True, default="")
    by_name = models.CharField(max_length=200, blank=True, default="")
    decided_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="one_proposal_waits_for_a_case", fields=("case",), condition=Q(decided_on__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.decision}"
