"""What is remembered of to-dos and messages."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """A to-do (待办) or a message (消息) for an organisation, one of its roles, or one person.

    An organisation is addressed by what it is in law (county_nr of 621225, the enterprise E00000001), so that a to-do
    waits even for one that has no account yet.
    """

    class Kind(models.TextChoices):
        """Whether something waits to be done."""

        TODO = "todo", _("待办")
        MESSAGE = "message", _("消息")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    verb = models.CharField(max_length=64)
    to_kind = models.CharField(max_length=24, blank=True, default="", help_text="actor word: enterprise, county_nr, …")
    to_key = models.CharField(max_length=24, blank=True, default="", help_text="enterprise key or division code")
    role = models.CharField(max_length=12, blank=True, default="")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="notices")
    zh = models.CharField(max_length=500)
    en = models.CharField(max_length=500)
    url = models.CharField(max_length=300, blank=True, default="")
    about_kind = models.CharField(max_length=32, blank=True, default="")
    about_key = models.CharField(max_length=64, blank=True, default="")
    due_on = models.DateField(null=True)
    told_at = models.DateTimeField()
    chased = models.PositiveSmallIntegerField(default=0, help_text="how often it was chased (催办)")
    chased_on = models.DateField(null=True)
    done_at = models.DateTimeField(null=True, help_text="done, or read")
    done_by = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = (
            models.Index(fields=("to_kind", "to_key"), name="open_notices_of_organisations", condition=Q(done_at=None)),
            models.Index(fields=("person", "-id"), name="open_notices_of_people", condition=Q(done_at=None)),
            models.Index(fields=("about_kind", "about_key"), name="notices_about_a_subject"),
        )
        constraints = (
            models.CheckConstraint(
                name="a_notice_has_an_addressee",
                condition=~Q(to_kind="") | Q(person__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.zh
