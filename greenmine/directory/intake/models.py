"""What is remembered of letters from the public: the letter, its states as the sender sees them, and, apart and sealed, who sent it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Envelope(models.Model):
    """A letter from the public (公众来件). Who sent it stands elsewhere; here is only what it says and where it has got to."""

    class Kind(models.TextChoices):
        """What is sent."""

        OBJECTION = "objection", _("公示异议")
        CORRECTION = "correction", _("信息更正申请")
        COMPLAINT = "complaint", _("投诉举报")

    class State(models.TextChoices):
        """How far it has come, as the sender sees it."""

        RECEIVED = "received", _("已收到")
        ACCEPTED = "accepted", _("已受理")
        FORWARDED = "forwarded", _("已转交有权部门")
        CLUE = "clue", _("作为问题线索处理")
        REFUSED = "refused", _("不予受理")
        ANSWERED = "answered", _("已答复")

    number = models.CharField(max_length=24, unique=True, help_text="LJ-2026-000001: the receipt number")
    code_hash = models.CharField(
        max_length=64, unique=True, help_text="of the tracking code; the code itself is nowhere"
    )
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    by_name = models.BooleanField(default=False, help_text="the sender gave name and contact, which lie sealed")
    mine = models.CharField(max_length=24, blank=True, default="")
    mine_name = models.CharField(max_length=200, blank=True, default="", help_text="or what the sender called it")
    notice = models.CharField(max_length=24, blank=True, default="")
    statement = models.CharField(max_length=24, blank=True, default="")
    region_code = models.CharField(max_length=6)
    organisation = models.CharField(max_length=24, blank=True, default="", help_text="key of the office in charge")
    category = models.CharField(max_length=24, blank=True, default="")
    text = models.TextField()
    received_on = models.DateField()
    received_at = models.DateTimeField()
    due_on = models.DateField(null=True, help_text="by our own dated value; the texts only say promptly")
    reference = models.CharField(max_length=24, blank=True, default="", help_text="of the objection registered from it")
    answered_on = models.DateField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("region_code", "-id"), name="envelopes_by_region"),
            models.Index(fields=("organisation", "-id"), name="envelopes_by_office"),
            models.Index(fields=("mine", "-id"), name="envelopes_about_a_mine"),
        )
        constraints = (
            models.CheckConstraint(
                name="an_objection_is_about_a_mine_of_a_notice",
                condition=~Q(kind="objection") | (~Q(notice="") & ~Q(mine="")),
            ),
            models.CheckConstraint(
                name="an_answered_letter_has_its_day",
                condition=~Q(state="answered") | Q(answered_on__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.number


class Sender(models.Model):
    """Who sent a letter (来件人), sealed with a key that does not lie in the database."""

    envelope = models.OneToOneField(Envelope, models.PROTECT, primary_key=True, related_name="sender")
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return "●●●"


class Enclosure(models.Model):
    """A file sent with a letter (附件): a copy without what names the sender, and the original sealed."""

    envelope = models.ForeignKey(Envelope, models.PROTECT, related_name="enclosures")
    order = models.IntegerField()
    name = models.CharField(
        max_length=40, help_text="ours: 材料1.pdf; the sender's file name is sealed with the original"
    )
    media_type = models.CharField(max_length=100)
    size = models.IntegerField()
    sha256 = models.CharField(max_length=64, help_text="of the original")
    content = models.BinaryField()
    sealed = models.BinaryField()

    class Meta:
        ordering = ("order",)

    def __str__(self) -> str:
        return self.name


class Event(models.Model):
    """One state of a letter as its sender sees it (办理进度)."""

    envelope = models.ForeignKey(Envelope, models.PROTECT, related_name="events")
    state = models.CharField(max_length=12, choices=Envelope.State.choices)
    office = models.CharField(max_length=200, blank=True, default="")
    zh = models.TextField(blank=True, default="")
    en = models.TextField(blank=True, default="")
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.envelope_id} {self.state}"


class Note(models.Model):
    """What an office found out or did about a letter (办理记录): inside only."""

    envelope = models.ForeignKey(Envelope, models.PROTECT, related_name="notes")
    text = models.TextField()
    by = models.CharField(max_length=400)
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.envelope_id} {self.on}"


class Opening(models.Model):
    """That an official opened who sent a letter (查阅来件人身份): who, for which office, why. Never changed."""

    envelope = models.ForeignKey(Envelope, models.PROTECT, related_name="openings")
    person = models.CharField(max_length=64, help_text="name he signs in with")
    name = models.CharField(max_length=200)
    organisation = models.CharField(max_length=24)
    organisation_name = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    on = models.DateField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.envelope_id}"


class Knock(models.Model):
    """That a source, known only by a keyed hash, sent something within the hour; gone afterwards."""

    source = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.source[:8]


class Counter(models.Model):
    """The last number given in a year."""

    kind = models.CharField(max_length=16, unique=True)
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.kind} {self.last}"
