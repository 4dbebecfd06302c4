"""What is remembered of editions: each whole text that was ever read as law here, and what the operators added."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Edition(models.Model):
    """One edition, stored whole (规则版本): shipped files, local additions and engine as canonical JSON, named by hash."""

    id = models.CharField(max_length=64, primary_key=True)
    content = models.TextField()
    is_active = models.BooleanField(default=False)
    stored_at = models.DateTimeField()
    activated_at = models.DateTimeField(null=True)
    activated_on = models.DateField(null=True)
    activated_by = models.CharField(max_length=200, blank=True, default="")
    note = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="one_edition_is_active",
                fields=("is_active",),
                condition=Q(is_active=True),
            ),
        )

    def __str__(self) -> str:
        return self.id[:12]


class Activation(models.Model):
    """That a named person made an edition the law of this installation (启用版本), after seeing what changes."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="activations")
    before = models.ForeignKey(Edition, models.PROTECT, null=True, related_name="+")
    by = models.CharField(max_length=200)
    on = models.DateField()
    at = models.DateTimeField()
    seen = models.JSONField(
        default=dict,
        help_text="the difference the person saw: how many findings flip, by rule",
    )

    def __str__(self) -> str:
        return f"{self.edition} {self.on}"


class Confirmation(models.Model):
    """A confirmed reading (口径确认): what `needs_confirmation` said of a rule is settled, by whom, when and why."""

    class Settles(models.TextChoices):
        """What is settled."""

        READING = "reading", _("按此口径")
        YIELDS = "yields", _("不让位")

    rule = models.CharField(max_length=64)
    settles = models.CharField(max_length=16, choices=Settles.choices, default=Settles.READING)
    reason = models.TextField()
    document = models.CharField(max_length=300, help_text="the paper that settles it: number and title")
    by = models.CharField(max_length=200)
    on = models.DateField()
    withdrawn_on = models.DateField(null=True)

    def __str__(self) -> str:
        return self.rule


class OverlayEntry(models.Model):
    """What an operator added to the shipped files (本地补充): an effective day, a replaced value, an official table."""

    class Kind(models.TextChoices):
        """What was added."""

        EFFECTIVE_DAY = "effective_day", _("施行日期")
        FILE = "file", _("参数或表")

    kind = models.CharField(max_length=16, choices=Kind.choices)
    subject = models.CharField(max_length=200, help_text="document id, or path of the file below rulebook/")
    day = models.DateField(null=True)
    content = models.TextField(blank=True, default="", help_text="the whole file, for kind file")
    source = models.CharField(max_length=500)
    by = models.CharField(max_length=200)
    on = models.DateField()
    withdrawn_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.subject}"


class IndicatorSet(models.Model):
    """The text of a set of indicators (指标表), kept whole under its digest for as long as anything was scored on it.

    Beside the text stands what it was read with: the edition whose dictionary it was, the industry classes, and the
    base an overlay was laid over; so the same text means the same for ever. `loaded` tells an operator's from a shipped.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    identifier = models.CharField(max_length=64)
    text = models.TextField()
    classes = models.TextField(blank=True, default="")
    base_digest = models.CharField(max_length=64, blank=True, default="")
    edition = models.CharField(max_length=64)
    loaded = models.BooleanField(default=False)
    source = models.CharField(max_length=500, blank=True, default="")
    by = models.CharField(max_length=200, blank=True, default="")
    on = models.DateField()
    at = models.DateTimeField()
    withdrawn_on = models.DateField(null=True)
    withdrawn_by = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = (models.Index(fields=["identifier", "at"], name="indicator_sets_by_name"),)

    def __str__(self) -> str:
        return f"{self.identifier} {self.digest[:12]}"


class IndicatorMapping(models.Model):
    """How the indicators of one set correspond to those of another (新旧指标对应表), as loaded by a named person."""

    from_id = models.CharField(max_length=64)
    to_id = models.CharField(max_length=64)
    text = models.TextField()
    source = models.CharField(max_length=500)
    by = models.CharField(max_length=200)
    on = models.DateField()
    at = models.DateTimeField()
    withdrawn_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="one_mapping_stands", fields=("from_id", "to_id"), condition=Q(withdrawn_on__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.from_id} → {self.to_id}"


class CatalogueEntry(models.Model):
    """One text of the catalogue of standards (标准目录) that somebody registered here, beside the shipped ones."""

    key = models.CharField(max_length=24, unique=True)
    number = models.CharField(max_length=100, blank=True, default="", help_text="empty while planned or drafted")
    title = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True, default="")
    level = models.CharField(max_length=16)
    subject = models.CharField(max_length=16, default="construction")
    stage = models.CharField(max_length=16)
    stage_on = models.DateField(null=True)
    issuer = models.CharField(max_length=200, blank=True, default="")
    lead = models.CharField(max_length=200, blank=True, default="", help_text="the drafting body")
    participants = models.JSONField(default=list)
    territory = models.CharField(max_length=6, default="000000")
    industries = models.JSONField(default=list)
    minerals = models.JSONField(default=list)
    methods = models.JSONField(default=list)
    scales = models.JSONField(default=list)
    in_force_on = models.DateField(null=True)
    replaces = models.CharField(max_length=100, blank=True, default="")
    version = models.CharField(max_length=40, blank=True, default="")
    provisions = models.JSONField(default=list)
    source = models.CharField(max_length=500, blank=True, default="")
    enterprise = models.CharField(max_length=24, blank=True, default="")
    organisation = models.CharField(max_length=24, blank=True, default="")
    by = models.CharField(max_length=200)
    by_id = models.IntegerField(null=True)
    on = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(name="a_number_is_one_standard", fields=("number",), condition=~Q(number="")),
        )

    def __str__(self) -> str:
        return f"{self.number or self.key} {self.title}"


class CatalogueStage(models.Model):
    """That a text reached a stage (标准阶段): planned, drafting, consultation, issued, in force, abolished."""

    entry = models.CharField(max_length=64, db_index=True, help_text="key of the entry, shipped or registered")
    stage = models.CharField(max_length=16)
    stage_on = models.DateField(help_text="the day it reached the stage, or will")
    number = models.CharField(max_length=100, blank=True, default="", help_text="given when it is issued")
    title = models.CharField(max_length=300, blank=True, default="")
    source = models.CharField(max_length=500)
    by = models.CharField(max_length=200)
    by_id = models.IntegerField(null=True)
    on = models.DateField()

    def __str__(self) -> str:
        return f"{self.entry} {self.stage}"


class StandardUse(models.Model):
    """That a mine carries out an enterprise's own standard (采用企业标准), and since when."""

    entry = models.CharField(max_length=64, db_index=True)
    mine = models.CharField(max_length=24)
    enterprise = models.CharField(max_length=24, blank=True, default="")
    since = models.DateField()
    until = models.DateField(null=True)
    by = models.CharField(max_length=200)
    on = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="a_mine_uses_a_standard_once", fields=("entry", "mine"), condition=Q(until__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.mine} {self.entry}"


class Checklist(models.Model):
    """The checklist of a standard whose text is not shipped (检查清单), as somebody entered it from the text."""

    entry = models.CharField(max_length=64, db_index=True)
    items = models.JSONField(help_text="a list of {number, zh, en}")
    source = models.CharField(max_length=500)
    by = models.CharField(max_length=200)
    on = models.DateField()
    withdrawn_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="one_checklist_stands", fields=("entry",), condition=Q(withdrawn_on__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.entry} {len(self.items)}"


class ModeChoice(models.Model):
    """Why a mine is worked by this method and not by another (开采方式比选): the reason, beside what it was compared with."""

    mine = models.CharField(max_length=24, db_index=True)
    method = models.CharField(max_length=32)
    compared_with = models.JSONField(default=list)
    reason = models.TextField()
    by = models.CharField(max_length=200)
    on = models.DateField()
    superseded_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="one_choice_of_mode_stands", fields=("mine",), condition=Q(superseded_on__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.mine} {self.method}"


class ReadingConfirmation(models.Model):
    """That a province confirmed how a procedure is read (程序口径确认): which reading, what it says, by whom and on which paper.

    The rows of one reading and territory follow each other; the latest that is not withdrawn counts from its day.
    """

    reading = models.CharField(max_length=60)
    territory = models.CharField(max_length=6)
    value = models.CharField(max_length=60)
    document = models.CharField(max_length=300, help_text="the paper that settles it: number and title")
    reason = models.TextField()
    by = models.CharField(max_length=200)
    by_id = models.IntegerField(null=True)
    on = models.DateField()
    withdrawn_on = models.DateField(null=True)
    withdrawn_by = models.CharField(max_length=200, blank=True, default="")
    withdrawn_reason = models.TextField(blank=True, default="")

    class Meta:
        indexes = (models.Index(fields=("reading", "territory", "on"), name="confirmed_readings"),)
        constraints = (
            models.CheckConstraint(
                name="a_confirmed_reading_names_its_paper_and_reason", condition=~Q(document="") & ~Q(reason="")
            ),
        )

    def __str__(self) -> str:
        return f"{self.reading} {self.territory} {self.on}"
