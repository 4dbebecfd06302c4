"""What a person decided against an agency or an assessor: debarment (列入黑名单) and suspension (暂停承接)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from greenmine.evidence.models import Provenance


class Party(models.TextChoices):
    """Who is debarred or suspended; a body and its people are named separately."""

    AGENCY = "agency", _("评估机构")
    ASSESSOR = "assessor", _("评估人员")


class Debarment(models.Model):
    """That the services of an agency or a person are not accepted (不予采信) from a day until the day before `until`."""

    kind = models.CharField(max_length=12, choices=Party.choices)
    key = models.CharField(max_length=24)
    name = models.CharField(max_length=200)
    ground = models.CharField(max_length=64, help_text="provision: cn-2024-1/17.0.3")
    reason = models.TextField()
    decision_number = models.CharField(max_length=100)
    decided_on = models.DateField()
    notified_on = models.DateField(help_text="day the notice was served: the term runs from it by default")
    since = models.DateField()
    until = models.DateField(help_text="first day after the term")
    counted_from = models.CharField(max_length=16, default="notified", help_text="notified | decided")
    inquiry = models.CharField(max_length=32, blank=True, default="")
    decided_by = models.CharField(max_length=200)
    decided_by_id = models.BigIntegerField(null=True)
    organisation = models.CharField(max_length=24, blank=True, default="")
    region_code = models.CharField(max_length=6, blank=True, default="")
    evidence = models.ForeignKey(Provenance, models.PROTECT, null=True, related_name="+")
    revoked_on = models.DateField(null=True, help_text="the decision was set aside from this day")
    revoked_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(name="a_debarment_lasts_at_least_a_day", condition=Q(until__gt=F("since"))),
            models.UniqueConstraint(name="a_decision_debars_a_party_once", fields=("kind", "key", "decision_number")),
        )
        indexes = (models.Index(fields=("kind", "key", "until"), name="debarments_of_a_party"),)

    def __str__(self) -> str:
        return f"{self.name} {self.since}–{self.until}"


class Suspension(models.Model):
    """That an agency or a person gets no new work (暂停承接) until somebody lifts it; less than debarment."""

    kind = models.CharField(max_length=12, choices=Party.choices)
    key = models.CharField(max_length=24)
    name = models.CharField(max_length=200)
    region_code = models.CharField(max_length=6, help_text="within which the suspension holds")
    reason = models.CharField(max_length=500)
    since = models.DateField()
    until = models.DateField(null=True, help_text="first day on which it no longer holds")
    by = models.CharField(max_length=200)
    organisation = models.CharField(max_length=24, blank=True, default="")
    lifted_by = models.CharField(max_length=200, blank=True, default="")
    lifted_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="a_suspension_does_not_end_before_it_begins",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
        )
        indexes = (models.Index(fields=("kind", "key"), name="suspensions_of_a_party"),)

    def __str__(self) -> str:
        return f"{self.name} {self.since}"
