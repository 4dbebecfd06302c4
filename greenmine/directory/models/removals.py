"""Removals from the directory (移出名录): proposed with a ground, verified, told, heard, decided by another person, announced."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from greenmine.directory.models.entries import Entry
from greenmine.evidence.models import Provenance


class Removal(models.Model):
    """One removal case (移出事项) of one entry. Until it is decided it is nobody's business outside the authorities."""

    class GroundKind(models.TextChoices):
        """On what it rests."""

        RULE = "rule", _("规则判定")
        PERSON = "person", _("人工认定")
        STANDARD = "standard", _("不符合评价指标")

    class Outcome(models.TextChoices):
        """What was decided."""

        OPEN = "", _("未决定")
        REMOVED = "removed", _("移出名录")
        REFUTED = "refuted", _("不予移出")
        RECTIFIED = "rectified", _("整改到位，不予移出")
        WITHDRAWN = "withdrawn", _("建议已撤回")

    number = models.CharField(max_length=24, unique=True, help_text="number of its case: YC-2026-0001")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="removals")
    mine = models.CharField(max_length=24)
    mine_name = models.CharField(max_length=200)
    region_code = models.CharField(max_length=6)
    organisation = models.CharField(max_length=24, help_text="key of the authority that proposes")
    organisation_name = models.CharField(max_length=200)
    ground_kind = models.CharField(max_length=10, choices=GroundKind.choices)
    rule = models.CharField(max_length=80, blank=True, default="", help_text="rule whose finding is the ground")
    provision = models.CharField(max_length=64, help_text="clause of the ground")
    finding = models.JSONField(default=dict, help_text="outcome, values read, edition and moment, so it can be re-read")
    ground = models.TextField(help_text="the ground in words")
    state = models.CharField(max_length=24, help_text="of the step table")
    state_before = models.CharField(max_length=20, help_text="of the entry, before the proposal")
    rectify_by = models.DateField(null=True)
    rectify_months = models.JSONField(default=dict, help_text="the dated value used: figure, confidence, source")
    verified = models.TextField(blank=True, default="", help_text="what the verification found")
    verified_by = models.CharField(max_length=200, blank=True, default="")
    noticed_on = models.DateField(null=True, help_text="day the prior notice was served")
    plea_how = models.CharField(max_length=10, blank=True, default="", help_text="heard | waived | silent")
    plea = models.TextField(blank=True, default="")
    plea_on = models.DateField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default=Outcome.OPEN)
    reasons = models.TextField(blank=True, default="")
    decision_number = models.CharField(max_length=100, blank=True, default="")
    proposed_by = models.CharField(max_length=200)
    proposed_by_id = models.BigIntegerField()
    proposed_on = models.DateField()
    decided_by = models.CharField(max_length=200, blank=True, default="")
    decided_by_id = models.BigIntegerField(null=True)
    decided_on = models.DateField(null=True)
    notified_on = models.DateField(null=True, help_text="day the decision was served")
    announced_on = models.DateField(null=True)
    announced_where = models.JSONField(default=list)
    benefits_told = models.JSONField(default=list, help_text="departments told that the entry ended")
    closed_on = models.DateField(null=True)
    evidence = models.ManyToManyField(Provenance, related_name="+", blank=True)

    class Meta:
        indexes = (models.Index(fields=("region_code", "-id"), name="removals_of_a_region"),)
        constraints = (
            models.UniqueConstraint(
                fields=("entry",), condition=Q(closed_on__isnull=True), name="one_removal_of_an_entry_at_a_time"
            ),
            models.CheckConstraint(
                name="who_proposes_a_removal_does_not_decide_it",
                condition=Q(decided_by_id__isnull=True) | ~Q(decided_by_id=F("proposed_by_id")),
            ),
            models.CheckConstraint(
                name="nobody_is_removed_without_prior_notice_and_plea",
                condition=~Q(outcome="removed") | Q(noticed_on__isnull=False) & ~Q(plea_how=""),
            ),
            models.CheckConstraint(
                name="a_rule_stands_where_a_rule_is_the_ground", condition=~Q(ground_kind="rule") | ~Q(rule="")
            ),
        )

    def __str__(self) -> str:
        return self.number


class RemovalRecord(models.Model):
    """One thing found out in the verification of a removal (核实记录), with its evidence; never rewritten."""

    removal = models.ForeignKey(Removal, models.PROTECT, related_name="records")
    text = models.TextField()
    evidence = models.ForeignKey(Provenance, models.PROTECT, null=True, related_name="+")
    by = models.CharField(max_length=200)
    on = models.DateField()

    def __str__(self) -> str:
        return f"{self.removal_id} {self.on}"
