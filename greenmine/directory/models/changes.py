"""Changes of listed mines (在册矿山变更): another holder, a merger, a split. The entry waits until a person has looked."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from greenmine.directory.models.entries import Entry
from greenmine.evidence.models import Provenance
from greenmine.registry.models import Succession


class Change(models.Model):
    """One change (变更核实): what happened to the mine, and what a person decides of each entry. Benefits freeze meanwhile."""

    class Kind(models.TextChoices):
        """What happened."""

        TRANSFER = "transfer", _("采矿权人变更")
        MERGE = "merge", _("整合")
        SPLIT = "split", _("分立")

    number = models.CharField(max_length=24, unique=True, help_text="number of its case: BG-2026-0001")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    mine = models.CharField(max_length=24, help_text="the mine the change is named after")
    mine_name = models.CharField(max_length=200)
    region_code = models.CharField(max_length=6)
    organisation = models.CharField(max_length=24)
    succession = models.ForeignKey(Succession, models.PROTECT, related_name="+")
    changed_on = models.DateField()
    from_holder = models.CharField(max_length=200, blank=True, default="")
    to_holder = models.CharField(max_length=200, blank=True, default="")
    reason = models.TextField()
    state = models.CharField(max_length=24, help_text="of the step table")
    checked = models.TextField(blank=True, default="", help_text="what the check of the changed mine found")
    opened_by = models.CharField(max_length=200)
    opened_by_id = models.BigIntegerField()
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    evidence = models.ManyToManyField(Provenance, related_name="+", blank=True)

    class Meta:
        indexes = (models.Index(fields=("region_code", "-id"), name="changes_of_a_region"),)

    def __str__(self) -> str:
        return self.number


class ChangeEntry(models.Model):
    """One entry within a change, and what its owner decided: it goes on, goes on under another mine, or ends."""

    class Outcome(models.TextChoices):
        """What was decided."""

        OPEN = "", _("待决定")
        CONTINUED = "continued", _("继续在册")
        MOVED = "moved", _("转至承继矿山")
        ENDED = "ended", _("终止在册")

    change = models.ForeignKey(Change, models.PROTECT, related_name="rows")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="changes")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default=Outcome.OPEN)
    successor = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="+")
    reasons = models.TextField(blank=True, default="")
    decision_number = models.CharField(max_length=100, blank=True, default="")
    decided_by = models.CharField(max_length=200, blank=True, default="")
    decided_by_id = models.BigIntegerField(null=True)
    decided_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("change", "entry"), name="an_entry_stands_in_a_change_once"),
            models.CheckConstraint(
                name="a_decided_change_says_who_and_why",
                condition=Q(outcome="") | ~Q(reasons="") & Q(decided_by_id__isnull=False),
            ),
            models.CheckConstraint(
                name="nobody_follows_himself", condition=Q(successor__isnull=True) | ~Q(successor=F("entry"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.change_id} {self.entry_id}"
