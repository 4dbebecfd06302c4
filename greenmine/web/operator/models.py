"""What is remembered of comparisons of editions: what a person saw before making another edition the law here."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class EditionComparison(models.Model):
    """What making another edition active would change (版本差异): every mine judged under both, on one day."""

    class State(models.TextChoices):
        """How far the judging has come."""

        WAITING = "waiting", _("排队中")
        RUNNING = "running", _("正在比对")
        DONE = "done", _("已完成")
        FAILED = "failed", _("失败")

    before = models.CharField(max_length=64, help_text="id of the edition that was active")
    after = models.CharField(max_length=64, help_text="id of the edition that would be")
    judged_on = models.DateField()
    known_at = models.DateTimeField()
    asked_by = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    total = models.PositiveIntegerField(default=0, help_text="mines to judge")
    done = models.PositiveIntegerField(default=0, help_text="mines judged under both editions")
    standings = models.JSONField(default=list, help_text="[standing before, standing after, mines] where they differ")

    class Meta:
        indexes = (models.Index(fields=("before", "after", "-id"), name="comparisons_of_two_editions"),)

    def __str__(self) -> str:
        return f"{self.before[:12]} → {self.after[:12]}"

    @property
    def percent(self) -> int:
        """How far, of a hundred."""
        return 100 * self.done // self.total if self.total else 0

    @property
    def is_open(self) -> bool:
        """Whether a worker still has to do with it."""
        return self.state in {self.State.WAITING, self.State.RUNNING}


class ComparedFlip(models.Model):
    """One finding that would become another: its outcome, or whether it counts by itself (not only beside)."""

    comparison = models.ForeignKey(EditionComparison, models.CASCADE, related_name="flips")
    mine = models.CharField(max_length=64)
    region_code = models.CharField(max_length=6, blank=True, default="")
    rule = models.CharField(max_length=60)
    before = models.CharField(max_length=16, blank=True, default="", help_text="empty: the edition has no such rule")
    outcome = models.CharField(max_length=16, blank=True, default="", help_text="empty: the edition has no such rule")
    counted_before = models.BooleanField(default=False)
    counted = models.BooleanField(default=False)

    class Meta:
        indexes = (models.Index(fields=("comparison", "rule", "id"), name="flips_of_a_rule"),)

    def __str__(self) -> str:
        return f"{self.mine} {self.rule}: {self.before} → {self.outcome}"

    def kind_of_change(self) -> tuple[Any, ...]:
        """What is the same for all mines that flip alike."""
        return (self.before, self.counted_before, self.outcome, self.counted)
