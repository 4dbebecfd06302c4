"""Objections to a notice (公示异议). Who objects lies in a table of its own that only the handling authority opens."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from greenmine.directory.models.notices import PublicNotice
from greenmine.evidence.models import Provenance


class Objection(models.Model):
    """One objection (异议): in writing and by name, with evidence. An anonymous one is a clue (问题线索), and is not dropped."""

    class Kind(models.TextChoices):
        """What it counts as."""

        OBJECTION = "objection", _("实名异议")
        CLUE = "clue", _("匿名线索")

    class Outcome(models.TextChoices):
        """What was decided."""

        OPEN = "", _("未决定")
        UPHELD = "upheld", _("异议成立")
        NOT_UPHELD = "not_upheld", _("异议不成立")
        NOTED = "noted", _("已作为线索办理")
        WITHDRAWN = "withdrawn", _("已撤回")

    number = models.CharField(max_length=24, unique=True, help_text="number of its case: YY-2026-0001")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="objections")
    mine = models.CharField(max_length=24)
    mine_name = models.CharField(max_length=200)
    region_code = models.CharField(max_length=6, help_text="county of the mine")
    organisation = models.CharField(max_length=24, help_text="key of the authority that handles it")
    way = models.CharField(max_length=12, help_text="online | post | visit | transfer")
    envelope = models.CharField(max_length=64, blank=True, default="", help_text="tracking code of the public desk")
    text = models.TextField()
    received_on = models.DateField()
    state = models.CharField(max_length=24, help_text="of the step table")
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True, default=Outcome.OPEN)
    findings = models.TextField(blank=True, default="", help_text="what the investigation found")
    reasons = models.TextField(blank=True, default="")
    answered_on = models.DateField(null=True, help_text="day the answer was served")
    registered_by = models.CharField(max_length=200)
    registered_by_id = models.BigIntegerField()
    decided_by = models.CharField(max_length=200, blank=True, default="")
    decided_by_id = models.BigIntegerField(null=True)
    decided_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    evidence = models.ManyToManyField(Provenance, related_name="+", blank=True)

    class Meta:
        indexes = (
            models.Index(fields=("region_code", "-id"), name="objections_of_a_region"),
            models.Index(fields=("notice", "mine"), name="objections_of_a_notice"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("envelope",), condition=~Q(envelope=""), name="an_envelope_is_registered_once"
            ),
            models.CheckConstraint(
                name="who_registers_an_objection_does_not_decide_it",
                condition=Q(decided_by_id__isnull=True) | ~Q(decided_by_id=models.F("registered_by_id")),
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Whether it stands in the way of the notice's end: a named one nobody has decided and answered."""
        return self.kind == self.Kind.OBJECTION and self.closed_on is None


class SealedObjector(models.Model):
    """Who objects (异议人身份), sealed: read only through `objecting.open_identity`, which writes down who looked and why."""

    objection = models.OneToOneField(Objection, models.PROTECT, related_name="sealed")
    name = models.CharField(max_length=100)
    phone = models.CharField(max_length=40, blank=True, default="")
    address = models.CharField(max_length=300, blank=True, default="")
    unit = models.CharField(max_length=200, blank=True, default="", help_text="for an organisation that objects")

    def __str__(self) -> str:
        return f"{self.objection_id}"


class ObjectorOpening(models.Model):
    """That somebody opened the identity of an objector (身份查阅留痕): who, for which authority, why, when."""

    objection = models.ForeignKey(Objection, models.PROTECT, related_name="openings")
    person = models.CharField(max_length=200)
    organisation = models.CharField(max_length=24)
    reason = models.CharField(max_length=300)
    on = models.DateField()

    def __str__(self) -> str:
        return f"{self.objection_id} {self.person}"


class ObjectionRecord(models.Model):
    """One thing found out in the investigation (核查记录), with its evidence; never rewritten."""

    objection = models.ForeignKey(Objection, models.PROTECT, related_name="records")
    text = models.TextField()
    evidence = models.ForeignKey(Provenance, models.PROTECT, null=True, related_name="+")
    by = models.CharField(max_length=200)
    on = models.DateField()

    def __str__(self) -> str:
        return f"{self.objection_id} {self.on}"
