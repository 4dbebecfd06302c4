"""Transition campaigns (新旧指标衔接复核): mines listed under an older indicator set are judged under the new one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from greenmine.directory.models.entries import Entry


class Campaign(models.Model):
    """One campaign (衔接复核): which mines, under which new indicator set, until when. It removes nobody by itself."""

    number = models.CharField(max_length=16, unique=True, help_text="XJ-2026-0001")
    title = models.CharField(max_length=200)
    tier = models.CharField(max_length=12)
    organisation = models.CharField(max_length=24)
    region_code = models.CharField(max_length=6)
    indicator_set = models.CharField(max_length=80, help_text="the set they are judged under")
    digest = models.CharField(max_length=64)
    due_on = models.DateField()
    opened_by = models.CharField(max_length=200)
    opened_by_id = models.BigIntegerField()
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)

    class Meta:
        indexes = (models.Index(fields=("region_code", "-id"), name="campaigns_of_a_region"),)

    def __str__(self) -> str:
        return self.number


class CampaignMine(models.Model):
    """One listed mine of a campaign: what the new set says of it, and what a person decides."""

    class Result(models.TextChoices):
        """What the new set says."""

        WAITING = "", _("待复核")
        MEETS = "meets", _("符合新指标")
        BELOW = "below", _("不符合新指标")
        UNKNOWN = "unknown", _("材料不足，待核实")

    class Decision(models.TextChoices):
        """What a person decided."""

        OPEN = "", _("待决定")
        KEEP = "keep", _("继续在册")
        RECTIFY = "rectify", _("责令限期整改")

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="rows")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="campaign_rows")
    region_code = models.CharField(max_length=6)
    standard_before = models.CharField(max_length=80, blank=True, default="")
    due_on = models.DateField()
    result = models.CharField(max_length=8, choices=Result.choices, blank=True, default=Result.WAITING)
    assessment = models.CharField(max_length=32, blank=True, default="", help_text="assessment under the new set")
    figures = models.JSONField(default=dict, help_text="score, pass mark, vetoes, what is missing")
    judged_on = models.DateField(null=True)
    judged_by = models.CharField(max_length=200, blank=True, default="")
    judged_by_id = models.BigIntegerField(null=True)
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True, default=Decision.OPEN)
    reasons = models.TextField(blank=True, default="")
    removal = models.CharField(
        max_length=24, blank=True, default="", help_text="case of rectification or removal that followed"
    )
    decided_by = models.CharField(max_length=200, blank=True, default="")
    decided_by_id = models.BigIntegerField(null=True)
    decided_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("campaign", "entry"), name="an_entry_stands_in_a_campaign_once"),
            models.CheckConstraint(
                name="a_decision_of_a_campaign_gives_reasons", condition=Q(decision="") | ~Q(reasons="")
            ),
        )

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.entry_id}"
