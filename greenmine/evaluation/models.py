"""What is remembered of judgements: where each mine stands, which outcomes changed, and who was asked for what."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MineStanding(models.Model):
    """Where one mine stands (矿山状态) as last judged: day, knowledge and edition beside it, so it can be recomputed."""

    mine = models.CharField(max_length=64, unique=True, help_text="permanent number of the mine")
    region_code = models.CharField(max_length=6, blank=True, default="")
    holder = models.CharField(max_length=64, blank=True, default="", help_text="permanent key of the holder")
    judged_on = models.DateField()
    known_at = models.DateTimeField()
    edition = models.CharField(max_length=64)
    standing = models.CharField(max_length=32)
    decided_by = models.JSONField(default=list, help_text="ids of the rules that decided the standing")
    beside = models.PositiveIntegerField(default=0, help_text="findings counted beside: lapsed, flagged, yielded")
    grounds = models.PositiveIntegerField(default=0, help_text="removal grounds that seem present")
    breached = models.PositiveIntegerField(default=0)
    unknown = models.PositiveIntegerField(default=0)
    pending = models.PositiveIntegerField(default=0)
    satisfied = models.PositiveIntegerField(default=0)
    outcomes = models.TextField(default="", help_text="one letter a rule, in the edition's order: see packing.py")
    missing = models.JSONField(default=dict, help_text="fact name → number of the enterprise's findings it holds up")
    next_change = models.DateField(null=True, help_text="first day on which a finding may change by itself")

    class Meta:
        indexes = (
            models.Index(fields=("region_code", "standing"), name="standings_of_a_region"),
            models.Index(fields=("next_change",), name="standings_about_to_change"),
            models.Index(fields=("judged_on",), name="standings_by_day"),
        )

    def __str__(self) -> str:
        return f"{self.mine}: {self.standing} ({self.judged_on})"


class FindingChange(models.Model):
    """That the outcome of one rule for one mine became what it is (判定变化): the timeline of a mine, never rewritten."""

    mine = models.CharField(max_length=64)
    region_code = models.CharField(max_length=6, blank=True, default="")
    rule = models.CharField(max_length=60)
    kind = models.CharField(max_length=16)
    bound = models.CharField(max_length=32)
    before = models.CharField(max_length=16, blank=True, default="", help_text="empty: judged for the first time")
    outcome = models.CharField(max_length=16)
    flags = models.JSONField(default=list)
    due_on = models.DateField(null=True)
    judged_on = models.DateField()
    known_at = models.DateTimeField()
    edition = models.CharField(max_length=64)
    current = models.BooleanField(default=True)

    class Meta:
        indexes = (
            models.Index(fields=("mine", "-id"), name="changes_of_a_mine"),
            models.Index(fields=("rule", "outcome", "region_code"), name="mines_by_rule", condition=Q(current=True)),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("mine", "rule"), condition=Q(current=True), name="one_current_finding_per_mine_and_rule"
            ),
        )

    def __str__(self) -> str:
        return f"{self.mine} {self.rule}: {self.outcome}"


class UnknownTotal(models.Model):
    """How many findings and mines of a county one missing fact holds up (待核实汇总), kept by the judging job."""

    region_code = models.CharField(max_length=6)
    fact = models.CharField(max_length=80)
    findings = models.PositiveIntegerField()
    mines = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("region_code", "fact"), name="one_total_per_county_and_fact"),)

    def __str__(self) -> str:
        return f"{self.region_code} {self.fact}: {self.findings}"


class FactRequest(models.Model):
    """A request to complete facts (补录): who asks whom, for what, by when."""

    number = models.CharField(max_length=32, unique=True)
    asked_by = models.CharField(max_length=200)
    asked_by_organisation = models.CharField(max_length=64)
    region_code = models.CharField(max_length=6, blank=True, default="", help_text="region of the asking authority")
    asked_on = models.DateField()
    due_on = models.DateField(null=True)
    reason = models.CharField(max_length=500, blank=True, default="")
    closed_on = models.DateField(null=True)

    class Meta:
        indexes = (models.Index(fields=("region_code", "-id"), name="requests_of_a_region"),)

    def __str__(self) -> str:
        return self.number


class RequestedFact(models.Model):
    """One fact of one mine that somebody is asked to state (补录项), and whether it was."""

    class State(models.TextChoices):
        OPEN = "open", _("待填")
        ANSWERED = "answered", _("已填")
        SETTLED_OTHERWISE = "settled", _("已由其他来源补齐")
        WITHDRAWN = "withdrawn", _("已撤回")

    request = models.ForeignKey(FactRequest, models.PROTECT, related_name="items")
    mine = models.CharField(max_length=64)
    region_code = models.CharField(max_length=6, blank=True, default="")
    holder = models.CharField(max_length=64, blank=True, default="")
    asked = models.CharField(max_length=16, help_text="who is asked: enterprise or county_nr")
    fact = models.CharField(max_length=80)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    answered_by = models.CharField(max_length=200, blank=True, default="")
    answered_on = models.DateField(null=True)
    chased = models.PositiveSmallIntegerField(default=0, help_text="how often it was chased (催办)")
    chased_on = models.DateField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("holder", "state"), name="items_of_a_holder"),
            models.Index(fields=("region_code", "state"), name="items_of_a_region"),
            models.Index(fields=("mine", "fact", "state"), name="items_of_a_mine"),
        )
        constraints = (
            models.UniqueConstraint(fields=("request", "mine", "fact"), name="a_request_asks_a_fact_of_a_mine_once"),
            models.CheckConstraint(
                name="an_answered_item_says_when",
                condition=~Q(state="answered") | Q(answered_on__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.mine} {self.fact}: {self.state}"
