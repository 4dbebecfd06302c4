"""Batches (批次), applications (申报) and the materials an application rests on."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from greenmine.evidence.models import Provenance
from greenmine.papers.models import Paper


class Tier(models.TextChoices):
    """Into which directory."""

    PROVINCIAL = "provincial", _("省级")
    NATIONAL = "national", _("国家级")


class Batch(models.Model):
    """One round of selection (遴选批次): its notice, first and last day of filing, one public notice, one announcement."""

    number = models.CharField(max_length=16, unique=True, help_text="PC-2026-0001")
    tier = models.CharField(max_length=10, choices=Tier.choices, default=Tier.PROVINCIAL)
    region_code = models.CharField(max_length=6, help_text="the province; 000000 for the national tier")
    organisation = models.CharField(max_length=24, help_text="key of the authority that runs it")
    organisation_name = models.CharField(max_length=200)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True, default="", help_text="notice of the batch (批次通知): what is asked of whom")
    document = models.CharField(max_length=100, blank=True, default="", help_text="number of that notice")
    opens_on = models.DateField()
    closes_on = models.DateField(help_text="the last day of filing, that day included")
    made_by = models.CharField(max_length=200)
    made_by_id = models.PositiveBigIntegerField()
    made_on = models.DateField()
    issued_on = models.DateField(null=True, help_text="the notice was issued: until then nobody sees the batch")
    issued_by = models.CharField(max_length=200, blank=True, default="")
    announcement = models.ForeignKey(Paper, models.PROTECT, null=True, related_name="+", help_text="入名录公告（批次）")
    announced_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(name="a_batch_closes_after_it_opens", condition=Q(closes_on__gte=F("opens_on"))),
        )
        indexes = (models.Index(fields=("region_code", "-id"), name="batches_of_a_region"),)

    def __str__(self) -> str:
        return self.number


class Application(models.Model):
    """One mine's application in one batch (申报). Its state is that of its case, once it is filed."""

    class Outcome(models.TextChoices):
        """How it ended: listed, taken back, or one of the failures, each with a word of its own."""

        OPEN = "", _("办理中")
        LISTED = "listed", _("已纳入名录")
        WITHDRAWN = "withdrawn", _("已撤回")
        NOT_ACCEPTED = "not_accepted", _("不予受理")
        REVIEW_FAILED = "review_failed", _("初审不合格")
        ASSESSMENT_FAILED = "assessment_failed", _("评估未通过")
        VERIFICATION_FAILED = "verification_failed", _("核查不予确认")
        OBJECTION_UPHELD = "objection_upheld", _("异议成立")
        NOT_SUPPORTED = "not_supported", _("专家论证未通过")

    DRAFT = "draft"

    number = models.CharField(max_length=16, unique=True, help_text="SB-2026-0001")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="applications")
    tier = models.CharField(max_length=10, choices=Tier.choices, default=Tier.PROVINCIAL)
    mine = models.CharField(max_length=24)
    mine_name = models.CharField(max_length=200)
    region_code = models.CharField(max_length=6)
    holder = models.CharField(max_length=24, help_text="permanent key of the enterprise")
    holder_name = models.CharField(max_length=200)
    organisation = models.CharField(max_length=24, help_text="key of the account that applies or recommends")
    state = models.CharField(max_length=60, default=DRAFT, help_text="draft, then the state of the case")
    state_since = models.DateField()
    due_on = models.DateField(null=True, help_text="the first last day among what is open")
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True, default=Outcome.OPEN)
    outcome_reason = models.TextField(blank=True, default="")
    table = models.CharField(max_length=60, blank=True, default="", help_text="step table it runs on")
    case = models.CharField(max_length=32, blank=True, default="", help_text="number of the case")
    receiver = models.CharField(
        max_length=24, blank=True, default="", help_text="key of the authority that received it"
    )
    assessment = models.CharField(max_length=16, blank=True, default="", help_text="number of the self-assessment")
    assessment_hash = models.CharField(max_length=64, blank=True, default="")
    standard = models.CharField(max_length=64, blank=True, default="")
    self_points = models.IntegerField(null=True, help_text="hundredths, certain points of the self-assessment")
    commitment = models.TextField(blank=True, default="", help_text="the words that were agreed to (真实性承诺)")
    filed_hash = models.CharField(max_length=64, blank=True, default="", help_text="SHA-256 of everything filed")
    edition = models.CharField(max_length=64, blank=True, default="")
    prepared_by = models.CharField(max_length=200)
    prepared_on = models.DateField()
    filed_by = models.CharField(max_length=200, blank=True, default="")
    filed_on = models.DateField(null=True)
    accepted_on = models.DateField(null=True)
    review_passed_on = models.DateField(null=True)
    engagement = models.CharField(max_length=16, blank=True, default="", help_text="number of the engagement (委托)")
    report = models.CharField(max_length=32, blank=True, default="", help_text="number of the third party's report")
    third_party_points = models.IntegerField(null=True, help_text="hundredths, as the accepted report has them")
    verified_on = models.DateField(null=True)
    notice = models.CharField(max_length=20, blank=True, default="", help_text="number of the latest public notice")
    decided_on = models.DateField(null=True)
    decision_number = models.CharField(max_length=100, blank=True, default="")
    entry = models.CharField(max_length=20, blank=True, default="", help_text="number of the entry in the directory")
    closed_on = models.DateField(null=True)
    before = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="later", help_text="the one that failed or was taken back"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="one_open_application_a_mine_and_tier", fields=("mine", "tier"), condition=Q(closed_on=None)
            ),
            models.CheckConstraint(
                name="what_is_filed_has_its_case", condition=Q(filed_on=None) | (~Q(case="") & ~Q(table=""))
            ),
            models.CheckConstraint(
                name="what_ended_says_how",
                condition=Q(closed_on=None, outcome="") | (~Q(closed_on=None) & ~Q(outcome="")),
            ),
        )
        indexes = (
            models.Index(fields=("region_code", "state", "-id"), name="applications_of_a_region"),
            models.Index(fields=("holder", "-id"), name="applications_of_a_holder"),
            models.Index(fields=("batch", "state"), name="applications_of_a_batch"),
            models.Index(fields=("mine", "-id"), name="applications_of_a_mine"),
            models.Index(fields=("case",), name="applications_by_case"),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def subject(self) -> tuple[str, str]:
        """How the ledger, papers, gates and notices name it."""
        return "application", self.number

    @property
    def is_draft(self) -> bool:
        """Whether it is still being filled in."""
        return self.filed_on is None and self.closed_on is None


class Material(models.Model):
    """One line of the materials (申报材料清单): from facts with their sources, or a file the enterprise brings once."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="materials")
    item = models.CharField(max_length=40, help_text="id of the list of materials")
    required = models.BooleanField()
    facts = models.JSONField(
        default=list, help_text="[{name, value, source, since, statement}] as known when prefilled"
    )
    missing = models.JSONField(default=list, help_text="names of facts nobody has stated")
    reference = models.CharField(
        max_length=64, blank=True, default="", help_text="number of a kept account it is taken from"
    )
    file = models.ForeignKey(Provenance, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=500, blank=True, default="")
    by = models.CharField(max_length=200, blank=True, default="")
    on = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(name="a_material_stands_in_a_list_once", fields=("application", "item")),
        )

    def __str__(self) -> str:
        return f"{self.application_id} {self.item}"
