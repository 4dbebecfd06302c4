"""City and county lists of before (存量市县级绿色矿山): history only; each mine is assessed, the best move up."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from greenmine.directory.models.exchange import IncomingFile


class LegacyMine(models.Model):
    """One mine of a city or county list, and what became of it (cn-2024-1/2.3.d). It was never an entry of a directory."""

    class Outcome(models.TextChoices):
        """What became of it."""

        OPEN = "", _("待评估")
        MOVED_UP = "moved_up", _("择优推荐申报省级")
        ENDED = "ended", _("不再保留称号")

    number = models.CharField(max_length=24, unique=True, help_text="number of its case: CL-2026-0001")
    file = models.ForeignKey(IncomingFile, models.PROTECT, related_name="legacy_mines")
    level = models.CharField(max_length=8, help_text="city | county")
    list_title = models.CharField(max_length=300)
    mine = models.CharField(max_length=24)
    mine_name = models.CharField(max_length=200)
    region_code = models.CharField(max_length=6)
    listed_on = models.DateField(null=True)
    organisation = models.CharField(max_length=24)
    state = models.CharField(max_length=24, help_text="of the step table")
    report = models.CharField(max_length=64, blank=True, default="", help_text="third-party report it was assessed by")
    passed = models.BooleanField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default=Outcome.OPEN)
    reasons = models.TextField(blank=True, default="")
    decided_by = models.CharField(max_length=200, blank=True, default="")
    decided_on = models.DateField(null=True)
    entry = models.CharField(
        max_length=16, blank=True, default="", help_text="entry in the provincial directory that followed"
    )

    class Meta:
        indexes = (models.Index(fields=("region_code", "-id"), name="legacy_mines_of_a_region"),)
        constraints = (
            models.UniqueConstraint(fields=("file", "mine"), name="a_legacy_mine_stands_in_a_file_once"),
            models.CheckConstraint(
                name="only_an_assessed_mine_moves_up", condition=~Q(outcome="moved_up") | Q(passed=True)
            ),
        )

    def __str__(self) -> str:
        return self.number
