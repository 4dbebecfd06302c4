"""Collective decisions (集体研究), expert reviews (专家论证) with every vote, and recommendations to the national tier."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from greenmine.evidence.models import Provenance
from greenmine.selection.models.applications import Application, Batch


class Meeting(models.Model):
    """A meeting that decided on one application (集体决策、专家论证): when, with which minutes, with which result."""

    class Kind(models.TextChoices):
        """Who met."""

        DECISION = "decision", _("集体决策")
        EXPERTS = "experts", _("专家论证")

    application = models.ForeignKey(Application, models.PROTECT, related_name="meetings")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    held_on = models.DateField()
    chair = models.CharField(max_length=100, blank=True, default="")
    minutes = models.ForeignKey(Provenance, models.PROTECT, related_name="+", help_text="会议纪要")
    favour = models.PositiveSmallIntegerField()
    against = models.PositiveSmallIntegerField()
    abstained = models.PositiveSmallIntegerField()
    carried = models.BooleanField()
    reasons = models.TextField()
    by = models.CharField(max_length=200)
    on = models.DateField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="what_is_carried_has_more_for_than_against",
                condition=Q(carried=False) | Q(favour__gt=models.F("against")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.application_id} {self.kind} {self.held_on}"


class Vote(models.Model):
    """One vote (表决): who, for whom he sat there, how, and why."""

    class How(models.TextChoices):
        """The vote."""

        FOR = "for", _("同意")
        AGAINST = "against", _("反对")
        ABSTAIN = "abstain", _("弃权")

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="votes")
    name = models.CharField(max_length=100)
    organisation = models.CharField(max_length=200, blank=True, default="")
    vote = models.CharField(max_length=8, choices=How.choices)
    reason = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(name="everybody_votes_once", fields=("meeting", "name", "organisation")),
        )

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.name}: {self.vote}"


class Recommendation(models.Model):
    """The province's list for the national tier (推荐国家级): the ranking as it was, the quota, whom a person chose and why."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="recommendations")
    province = models.CharField(max_length=6)
    organisation = models.CharField(max_length=24)
    ranking = models.JSONField(help_text="[{entry, mine, name, points, basis, rank}]: every candidate of the day")
    quota = models.PositiveIntegerField(null=True, help_text="null: no figure is known for the province and year")
    quota_source = models.JSONField(default=dict, help_text="{confidence, cite, source} of the dated value")
    chosen = models.JSONField(help_text="[{mine, reason}]")
    proposed_by = models.CharField(max_length=200)
    proposed_by_id = models.PositiveBigIntegerField()
    proposed_on = models.DateField()
    decided_by = models.CharField(max_length=200, blank=True, default="")
    decided_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="one_recommendation_waits_a_batch_and_province",
                fields=("batch", "province"),
                condition=Q(decided_on=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.batch_id} {self.province}"
