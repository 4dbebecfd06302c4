"""What is remembered of fieldwork: one file per engagement, its desk review, visits, what was sent from site, reports."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from greenmine.accounts.models import Person
from greenmine.evidence.models import Provenance
from greenmine.papers.models import Paper


class Fieldwork(models.Model):
    """One engagement's work on one mine (评估作业): the indicator set is fixed when it opens and never changes (8.6.a)."""

    engagement = models.CharField(max_length=32, unique=True, help_text="number of the engagement (委托)")
    assessment = models.CharField(max_length=32, unique=True, help_text="number of the third party's assessment")
    mine = models.CharField(max_length=64)
    region_code = models.CharField(max_length=6, blank=True, default="")
    holder = models.CharField(max_length=64, blank=True, default="")
    organisation = models.CharField(max_length=24, help_text="key of the agency's organisation")
    standard = models.CharField(max_length=64)
    standard_digest = models.CharField(max_length=64)
    leader = models.ForeignKey(Person, models.PROTECT, related_name="+", help_text="项目负责人")
    opened_on = models.DateField()
    opened_by = models.CharField(max_length=200)
    closed_on = models.DateField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("organisation", "-id"), name="fieldwork_of_an_agency"),
            models.Index(fields=("region_code", "-id"), name="fieldwork_of_a_region"),
            models.Index(fields=("mine",), name="fieldwork_of_a_mine"),
        )

    def __str__(self) -> str:
        return self.engagement


class DeskReview(models.Model):
    """The review of papers before anybody travels (书面审查): preconditions and papers, returned once with one list."""

    class State(models.TextChoices):
        """How far it has come."""

        OPEN = "open", _("审查中")
        RETURNED = "returned", _("已退回补正")
        COMPLETE = "complete", _("审查完毕")

    fieldwork = models.OneToOneField(Fieldwork, models.PROTECT, related_name="desk_review")
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    opened_on = models.DateField()
    returned_on = models.DateField(null=True)
    returned_due_on = models.DateField(null=True)
    returned_by = models.CharField(max_length=200, blank=True, default="")
    completed_on = models.DateField(null=True)
    completed_by = models.CharField(max_length=200, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.fieldwork} {self.state}"


class DeskItem(models.Model):
    """One precondition or paper of the desk review, what the facts say of it, and what the reviewer found."""

    class Outcome(models.TextChoices):
        """What the reviewer found."""

        OPEN = "open", _("待审")
        IN_ORDER = "in_order", _("齐全")
        DEFECTIVE = "defective", _("缺失或不符")
        NOT_NEEDED = "not_needed", _("不需要")

    review = models.ForeignKey(DeskReview, models.CASCADE, related_name="items")
    place = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16, help_text="precondition or paper")
    code = models.CharField(max_length=100, help_text="id of the precondition, or indicator/need")
    zh = models.CharField(max_length=300)
    en = models.CharField(max_length=300)
    says_zh = models.CharField(max_length=500, blank=True, default="", help_text="what facts and files say")
    says_en = models.CharField(max_length=500, blank=True, default="")
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default=Outcome.OPEN)
    note = models.CharField(max_length=500, blank=True, default="")
    was_told = models.BooleanField(default=False, help_text="stood on the list that was returned")
    decided_by = models.CharField(max_length=200, blank=True, default="")
    decided_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("review", "kind", "code"), name="a_desk_review_asks_each_thing_once"),
            models.CheckConstraint(name="a_defect_says_what_is_wrong", condition=~Q(outcome="defective") | ~Q(note="")),
        )

    def __str__(self) -> str:
        return f"{self.zh}: {self.outcome}"


class Visit(models.Model):
    """A visit to the mine and its plan (现场核查): days, route, who goes, which items are to be seen on site."""

    class State(models.TextChoices):
        """How far it has come."""

        PLANNED = "planned", _("已计划")
        CLOSED = "closed", _("已结束")
        CANCELLED = "cancelled", _("已取消")

    fieldwork = models.ForeignKey(Fieldwork, models.PROTECT, related_name="visits")
    number = models.PositiveSmallIntegerField()
    from_on = models.DateField()
    until_on = models.DateField(help_text="last day on site")
    route = models.CharField(max_length=1000, help_text="places in the order in which they are seen")
    items = models.JSONField(default=list, help_text="ids of the indicators to be seen on site")
    state = models.CharField(max_length=12, choices=State.choices, default=State.PLANNED)
    reason = models.CharField(max_length=500, blank=True, default="", help_text="why it was cancelled")
    planned_by = models.CharField(max_length=200)
    planned_on = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("fieldwork", "number"), name="visits_are_numbered"),
            models.CheckConstraint(
                name="a_visit_does_not_end_before_it_begins", condition=Q(until_on__gte=models.F("from_on"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.fieldwork} · {self.number}"


class VisitMember(models.Model):
    """Who goes on a visit (评估组成员)."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="visits")
    leads = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("visit", "person"), name="a_member_goes_once"),)

    def __str__(self) -> str:
        return f"{self.visit} {self.person}"


class Operation(models.Model):
    """One thing an assessor did on site (现场操作), as his device sent it; never changed, never deleted.

    The site record is a function of the set of operations (`merging.site_record`): the order of arrival is no part of it.
    """

    class Kind(models.TextChoices):
        """What was done."""

        FINDING = "finding", _("核查结论")
        NOTE = "note", _("记录")
        CAPTURE = "capture", _("影像")
        WITHDRAW = "withdraw", _("撤回")
        SETTLE = "settle", _("组长裁定")

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="operations")
    op = models.CharField(
        max_length=36, unique=True, help_text="made on the device, so that sending twice does no harm"
    )
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=100)
    device = models.CharField(max_length=36, blank=True, default="")
    sequence = models.PositiveIntegerField(help_text="larger than every one its device had seen")
    device_time = models.DateTimeField(help_text="as the device's clock said")
    drift_ms = models.IntegerField(null=True, help_text="device clock less server clock at last contact; null: unknown")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    item = models.CharField(max_length=64, blank=True, default="")
    payload = models.JSONField(default=dict)
    received_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("visit", "id"), name="operations_of_a_visit"),)

    def __str__(self) -> str:
        return f"{self.author_name} {self.kind} {self.item}"


class Capture(models.Model):
    """A photograph taken on site (影像): hashed at capture, with time and place as the device said, checked later."""

    operation = models.OneToOneField(Operation, models.PROTECT, related_name="capture")
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="captures")
    item = models.CharField(max_length=64)
    author_name = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64, help_text="of the bytes, computed on the device at capture")
    size = models.BigIntegerField()
    taken_at = models.DateTimeField(help_text="as the device's clock said")
    drift_ms = models.IntegerField(null=True)
    latitude = models.FloatField(null=True, help_text="null: the device gave no position")
    longitude = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)
    position_age_ms = models.BigIntegerField(null=True)
    no_position = models.CharField(max_length=64, blank=True, default="", help_text="why there is none: denied …")
    place = models.CharField(max_length=200, blank=True, default="", help_text="the place in words: 1200 中段掘进面")
    provenance = models.ForeignKey(Provenance, models.PROTECT, null=True, related_name="+", help_text="null: awaited")
    checks = models.JSONField(default=list, help_text="what was noted: [{code, weight, zh, en}]")
    checked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("visit", "item"), name="captures_of_an_item"),
            models.Index(fields=("sha256",), name="captures_by_content"),
        )
        constraints = (
            models.CheckConstraint(
                name="a_position_is_whole",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.item} {self.sha256[:12]}"


class Signature(models.Model):
    """That a member signed exactly what he was shown (签字): the hash of the site record, and the text of it."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="signatures")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    person_name = models.CharField(max_length=100)
    record_hash = models.CharField(max_length=64)
    record = models.TextField(help_text="the canonical site record that was signed")
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("visit", "person", "record_hash"), name="a_record_is_signed_once_by_each"),
        )

    def __str__(self) -> str:
        return f"{self.person_name} {self.record_hash[:12]}"


class Report(models.Model):
    """A third-party assessment report (第三方评估报告), version by version; frozen when it is filed."""

    class State(models.TextChoices):
        """Whose turn it is."""

        DRAFT = "draft", _("编制中")
        REVIEW = "review", _("内部审核中")
        FILED = "filed", _("已提交委托方")
        RETURNED = "returned", _("委托方退回")
        ACCEPTED = "accepted", _("委托方已验收")

    fieldwork = models.ForeignKey(Fieldwork, models.PROTECT, related_name="reports")
    number = models.CharField(max_length=32, unique=True, help_text="PG-2026-0001-1: year, number, version")
    version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    conclusion = models.TextField(blank=True, default="", help_text="the agency's own words")
    recommendations = models.TextField(blank=True, default="")
    verdict = models.CharField(max_length=12, blank=True, default="")
    low = models.IntegerField(null=True, help_text="centipoints")
    high = models.IntegerField(null=True)
    content = models.JSONField(default=dict, help_text="everything it says, fixed when it goes to internal review")
    content_hash = models.CharField(max_length=64, blank=True, default="", help_text="what the three sign")
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, related_name="+", help_text="as .docx and PDF")
    commitment = models.TextField(blank=True, default="", help_text="the truth commitment (真实性承诺) agreed to")
    committed_by = models.CharField(max_length=100, blank=True, default="")
    drafted_by = models.CharField(max_length=100)
    drafted_on = models.DateField()
    filed_on = models.DateField(null=True)
    returned_on = models.DateField(null=True)
    returned_by = models.CharField(max_length=200, blank=True, default="")
    return_reasons = models.TextField(blank=True, default="")
    accepted_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("fieldwork", "version"), name="report_versions_are_numbered"),
            models.CheckConstraint(
                name="a_filed_report_is_frozen", condition=Q(filed_on__isnull=True) | ~Q(content_hash="")
            ),
        )
        indexes = (models.Index(fields=("state", "-filed_on"), name="reports_by_state"),)

    def __str__(self) -> str:
        return self.number
