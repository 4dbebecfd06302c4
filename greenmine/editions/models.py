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
