"""What each stage leaves behind: defects told at once, reviews, transfers, consent, draws, verifications, notices."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from greenmine.evidence.models import Provenance
from greenmine.selection.models.applications import Application, Batch


class Defects(models.Model):
    """That an application was given back with ALL its defects at once (退回补正、一次性告知), and what was answered."""

    class Stage(models.TextChoices):
        """From where it was given back."""

        ACCEPTANCE = "acceptance", _("受理审查")
        REVIEW = "review", _("初审")

    application = models.ForeignKey(Application, models.PROTECT, related_name="returns")
    round = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=12, choices=Stage.choices)
    defects = models.JSONField(
        help_text="[{item, text, told, changed}]: told in an earlier round, or about what changed"
    )
    materials = models.JSONField(default=dict, help_text="item → digest of the material as it was then")
    by = models.CharField(max_length=200)
    by_id = models.PositiveBigIntegerField()
    organisation = models.CharField(max_length=24)
    on = models.DateField()
    answers = models.JSONField(default=list, help_text="one text for each defect, in the same order")
    answered_by = models.CharField(max_length=200, blank=True, default="")
    answered_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="returns_are_numbered", fields=("application", "round")),
            models.UniqueConstraint(
                name="one_return_waits_for_an_answer", fields=("application",), condition=Q(answered_on=None)
            ),
        )

    def __str__(self) -> str:
        return f"{self.application_id} · {self.round}"


class Review(models.Model):
    """A preliminary review (初审): the automatic findings as they were seen, the reviewer's remarks, and the verdict."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="reviews")
    findings = models.JSONField(default=list, help_text="[{rule, outcome, zh, en, why, missing}]")
    opinions = models.JSONField(default=list, help_text="[{department, verdict, text, given_on, late}]")
    remarks = models.JSONField(default=list, help_text="[{item, text, met}]: what the reviewer says of single points")
    passed = models.BooleanField()
    reasons = models.TextField()
    by = models.CharField(max_length=200)
    by_id = models.PositiveBigIntegerField()
    organisation = models.CharField(max_length=24)
    on = models.DateField()

    def __str__(self) -> str:
        return f"{self.application_id} {self.on}: {'passed' if self.passed else 'failed'}"


class Forwarding(models.Model):
    """That an application went up with its bundle (上报), and when it was received."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="forwardings")
    step = models.CharField(max_length=60)
    organisation = models.CharField(max_length=24)
    organisation_name = models.CharField(max_length=200)
    to_level = models.CharField(max_length=12)
    bundle = models.JSONField(help_text="what was handed over: [{kind, key, digest}]")
    digest = models.CharField(max_length=64, help_text="SHA-256 of that list")
    by = models.CharField(max_length=200)
    on = models.DateField()
    received_by = models.CharField(max_length=200, blank=True, default="")
    received_at = models.DateTimeField(null=True)
    received_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.application_id} → {self.to_level}"


class Consent(models.Model):
    """What the government of the banner answered (旗县级人民政府同意): its document and day."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="consents")
    given = models.BooleanField()
    document = models.CharField(max_length=100)
    dated_on = models.DateField()
    reasons = models.TextField(blank=True, default="")
    evidence = models.ForeignKey(Provenance, models.PROTECT, null=True, related_name="+")
    by = models.CharField(max_length=200)
    organisation = models.CharField(max_length=24)
    on = models.DateField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="a_consent_has_its_document",
                condition=Q(given=False) | ~Q(document="") & Q(evidence__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.application_id} {self.document}"


class Draw(models.Model):
    """Which of the mines that passed are verified (抽查核查抽取): pool, count and a seed published before it was used."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="draws")
    stage = models.CharField(
        max_length=12, help_text="verification | field: spot verification, or the ministry's field check"
    )
    all_of_them = models.BooleanField(help_text="by the reading in force every mine is verified")
    pool = models.JSONField(help_text="numbers of the applications that passed, sorted")
    seed = models.CharField(max_length=200, blank=True, default="")
    seed_source = models.CharField(
        max_length=300, blank=True, default="", help_text="where it was published beforehand"
    )
    count = models.PositiveIntegerField()
    drawn = models.JSONField()
    policy = models.CharField(max_length=300, blank=True, default="", help_text="document of the sampling policy")
    reading = models.JSONField(default=dict, help_text="the reading as it was: value, confidence, document")
    witness = models.CharField(max_length=200, blank=True, default="", help_text="抽取见证人")
    by = models.CharField(max_length=200)
    by_id = models.PositiveBigIntegerField()
    on = models.DateField()

    def __str__(self) -> str:
        return f"{self.batch_id} {self.stage} {self.on}"


class Verification(models.Model):
    """A verification of one mine (核查): joint team, findings, each department's word, and whether it is confirmed."""

    class Stage(models.TextChoices):
        """Whose."""

        PROVINCE = "verification", _("省级抽查核查")
        MINISTRY = "field", _("实地抽查核查")

    application = models.ForeignKey(Application, models.PROTECT, related_name="verifications")
    stage = models.CharField(max_length=12, choices=Stage.choices)
    draw = models.ForeignKey(Draw, models.PROTECT, null=True, related_name="verifications")
    team = models.JSONField(help_text="[{name, organisation, department, leads}]")
    planned_on = models.DateField()
    planned_by = models.CharField(max_length=200)
    planned_by_id = models.PositiveBigIntegerField()
    visited_on = models.DateField(null=True)
    findings = models.JSONField(default=list, help_text="[{item, text, met}]: met true, false or null for unknown")
    views = models.JSONField(default=list, help_text="[{name, department, agrees, text}]: joint sign-off")
    sheet = models.ForeignKey(Provenance, models.PROTECT, null=True, related_name="+", help_text="the signed sheet")
    recorded_by = models.CharField(max_length=200, blank=True, default="")
    recorded_by_id = models.PositiveBigIntegerField(null=True)
    recorded_on = models.DateField(null=True)
    confirmed = models.BooleanField(null=True)
    reasons = models.TextField(blank=True, default="")
    concluded_by = models.CharField(max_length=200, blank=True, default="")
    concluded_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="one_open_verification_an_application",
                fields=("application", "stage"),
                condition=Q(concluded_on=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.application_id} {self.stage}"


class BatchNotice(models.Model):
    """The public notice of a batch at one stage (公示): league, provincial or national; the notice itself is the directory's."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="notices")
    stage = models.CharField(max_length=12)
    region_code = models.CharField(max_length=6)
    number = models.CharField(max_length=20, unique=True, help_text="number of the public notice")
    organisation = models.CharField(max_length=24)
    by = models.CharField(max_length=200)
    on = models.DateField()
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="one_notice_a_batch_stage_and_region", fields=("batch", "stage", "region_code")
            ),
        )

    def __str__(self) -> str:
        return self.number
