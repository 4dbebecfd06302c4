"""What is remembered of gates: what each check saw, and who passed a closed gate on which written ground."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from greenmine.evidence.models import Provenance


class KeptBook(models.Model):
    """The text of the gates (关口表) as checks read it: a check keeps the text it was judged by."""

    digest = models.CharField(max_length=64, primary_key=True)
    content = models.TextField()

    def __str__(self) -> str:
        return self.digest[:12]


class GateCheck(models.Model):
    """One check at one gate (关口核验): what was judged, on which facts and rules, and whether the gate was open.

    Never rewritten. Everything is kept that is needed to come to the same lines again: day, moment, edition, the text of
    the gates, and what was seen beside the facts. `lines` are those that say something; `fine` only names the others.
    """

    class Outcome(models.TextChoices):
        """What the gate came to."""

        OPEN = "open", _("开放")
        CLOSED = "closed", _("关闭")

    gate = models.CharField(max_length=16, help_text="filing review assessment verification notice entry yearly")
    mine = models.CharField(max_length=24, help_text="permanent number of the mine")
    mine_name = models.CharField(max_length=200)
    region_code = models.CharField(max_length=6, blank=True, default="")
    holder = models.CharField(max_length=24, blank=True, default="")
    about_kind = models.CharField(max_length=32, help_text="application, entry, mine")
    about_key = models.CharField(max_length=64)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    lines = models.JSONField(default=list)
    fine = models.JSONField(default=list, help_text="keys of the lines with nothing to say")
    beside = models.JSONField(default=dict, help_text="what was seen beside the facts: report, control chain")
    lines_digest = models.CharField(max_length=64)
    closing_digest = models.CharField(
        max_length=64, blank=True, default="", help_text="of what closed it: a pass names it"
    )
    facts_digest = models.CharField(max_length=64)
    edition = models.CharField(max_length=64)
    book = models.ForeignKey(KeptBook, models.PROTECT, related_name="checks")
    on = models.DateField()
    known_at = models.DateTimeField()
    by = models.CharField(max_length=200)
    by_id = models.BigIntegerField(null=True)
    organisation = models.CharField(max_length=24, blank=True, default="")

    class Meta:
        indexes = (
            models.Index(fields=("about_kind", "about_key", "-id"), name="checks_about_something"),
            models.Index(fields=("mine", "gate", "-id"), name="checks_of_a_mine"),
            models.Index(fields=("region_code", "-id"), name="checks_of_a_region"),
            models.Index(fields=("gate", "on", "mine"), name="checks_of_a_year"),
        )
        constraints = (
            models.CheckConstraint(
                name="a_closed_gate_says_what_closed_it", condition=Q(outcome="open") | ~Q(closing_digest="")
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.gate} {self.mine}: {self.outcome}"

    @property
    def number(self) -> str:
        """By what a check is named on screen and in papers; nothing where it was not kept."""
        return "" if self.pk is None else f"HY-{self.on.year}-{self.pk:06d}"

    @property
    def is_open(self) -> bool:
        """Whether nothing closed it."""
        return self.outcome == self.Outcome.OPEN

    @property
    def closing(self) -> list[dict[str, Any]]:
        """The lines that closed it."""
        return [line for line in self.lines if line["closes"]]


class GatePass(models.Model):
    """That a named person passed a closed gate (书面说明理由后通过): on what ground, over exactly which lines."""

    check_passed = models.OneToOneField(GateCheck, models.PROTECT, related_name="passed", db_column="check_id")
    gate = models.CharField(max_length=16)
    mine = models.CharField(max_length=24)
    region_code = models.CharField(max_length=6, blank=True, default="")
    about_kind = models.CharField(max_length=32)
    about_key = models.CharField(max_length=64)
    closing_digest = models.CharField(max_length=64)
    ground = models.TextField()
    evidence = models.ManyToManyField(Provenance, related_name="+", blank=True)
    by = models.CharField(max_length=200)
    by_id = models.BigIntegerField()
    proposed_by_id = models.BigIntegerField(null=True, help_text="who ran the check: never the one who passes it")
    organisation = models.CharField(max_length=24)
    organisation_name = models.CharField(max_length=200)
    on = models.DateField()
    statement = models.CharField(max_length=64, blank=True, default="", help_text="number under which it was published")
    published_on = models.DateField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("mine", "gate", "-id"), name="passes_of_a_mine"),
            models.Index(fields=("id",), name="passes_to_publish", condition=Q(published_on__isnull=True)),
        )
        constraints = (
            models.CheckConstraint(name="a_pass_has_a_ground", condition=~Q(ground="")),
            models.CheckConstraint(
                name="who_runs_a_gate_does_not_pass_it",
                condition=Q(proposed_by_id__isnull=True) | ~Q(by_id=F("proposed_by_id")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.gate} {self.mine}: {self.by}"
