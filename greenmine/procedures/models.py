"""What is remembered of procedures: cases, the steps they took, and the work that waits for somebody."""

from __future__ import annotations

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
    parties = models.JSONField(default=dict, help_text="actor → key of the organisation whose turn its steps are")
    state = models.CharField(max_length=60)
    state_since = models.DateField()
    version = models.PositiveIntegerField(default=0)
    opened_by = models.CharField(max_length=200)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("subject_kind", "subject_key"), name="cases_about_a_subject"),
            models.Index(fields=("region_code", "table", "-id"), name="cases_of_a_region"),
        )

    def __str__(self) -> str:
        return self.number


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
    on = models.DateField()
    counts_from = models.DateField(
        help_text="day from which clocks after this step run: that of service where one is given"
    )
    payload = models.JSONField(default=dict)

    class Meta:
        constraints = (models.UniqueConstraint(name="one_step_after_another", fields=("case", "order")),)

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
