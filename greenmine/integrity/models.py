"""What is remembered of integrity: prints of photographs, signals and what people made of them, draws, inquiries."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from greenmine.evidence.models import Provenance


class PhotoPrint(models.Model):
    """By what a photograph is recognised (影像指纹), once for each content."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    content = models.BinaryField(default=b"", help_text="empty: no picture, or one that shows nothing")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256[:12]


class LookedAt(models.Model):
    """That a filed report was searched for signals, so that the worker does it once."""

    report = models.CharField(max_length=64, primary_key=True, help_text="number of the report")
    at = models.DateTimeField()
    found = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.report


class KeptText(models.Model):
    """What a filed report says in words, as texts are compared (报告文字), so that it is gathered once."""

    engagement = models.CharField(max_length=32, primary_key=True)
    report = models.CharField(max_length=64, help_text="number of the report it was gathered for")
    text = models.TextField()
    checklist = models.CharField(max_length=140, help_text="indicator set: id@digest")

    def __str__(self) -> str:
        return self.engagement


class KeptAccount(models.Model):
    """One submitted assessment as gaps and leniency read it, so that it is scored once."""

    assessment = models.CharField(max_length=16, primary_key=True)
    frozen_hash = models.CharField(max_length=64)
    stratum = models.CharField(max_length=120)
    judged = models.JSONField(help_text="[indicator, score, points, decided by a fact]")

    def __str__(self) -> str:
        return self.assessment


class Signal(models.Model):
    """Something that a person should look at (诚信信号): what, on what evidence, and what would explain it innocently.

    It accuses nobody and changes nothing. A person looks, dismisses it with a reason, or opens an inquiry.
    """

    class Kind(models.TextChoices):
        """What was noticed."""

        PHOTO_REUSED = "photo_reused", _("影像复用")
        PHOTO_SUBMITTED = "photo_submitted", _("企业影像复用")
        TEXT_COPIED = "text_copied", _("文字雷同")
        LENIENT = "lenient", _("评分偏宽")
        RECHECK_GAP = "recheck_gap", _("与复评差距较大")
        VISIT_TOO_SHORT = "visit_too_short", _("现场时间过短")
        OFF_SITE = "off_site", _("影像不在矿区")
        OTHER_DAYS = "other_days", _("影像不在核查日期")
        CLOCK_OFF = "clock_off", _("设备时钟偏差")
        ONE_PLACE = "one_place", _("定位完全相同")
        NO_ACCURACY = "no_accuracy", _("定位精度为零")
        IMPOSSIBLE_SEQUENCE = "impossible_sequence", _("行程不可能")
        STRANGER = "stranger", _("现场人员不在评估组")
        PAIRED_HOLDER = "paired_holder", _("机构与企业固定搭配")
        PAIRED_COMMISSIONER = "paired_commissioner", _("机构与委托单位固定搭配")
        LEADER_HOLDER = "leader_holder", _("项目负责人与企业固定搭配")

    class State(models.TextChoices):
        """What people made of it."""

        OPEN = "open", _("待查看")
        LOOKED_AT = "looked_at", _("已查看")
        INQUIRY = "inquiry", _("已转调查")
        DISMISSED = "dismissed", _("已排除")

    number = models.CharField(max_length=16, unique=True, help_text="XH-2026-0001")
    fingerprint = models.CharField(max_length=64, unique=True, help_text="of kind and evidence: found again, kept once")
    kind = models.CharField(max_length=24, choices=Kind.choices)
    subject_kind = models.CharField(max_length=12, help_text="engagement, agency or assessor")
    subject_key = models.CharField(max_length=32)
    engagement = models.CharField(max_length=32, blank=True, default="")
    agency = models.CharField(max_length=24, blank=True, default="", help_text="permanent number of the agency")
    agency_name = models.CharField(max_length=200, blank=True, default="")
    mine = models.CharField(max_length=24, blank=True, default="")
    region_code = models.CharField(max_length=6)
    other_region = models.CharField(max_length=6, blank=True, default="", help_text="of the other report, if any")
    strength = models.PositiveSmallIntegerField(help_text="1 to 100: how far beyond the threshold")
    zh = models.TextField()
    en = models.TextField()
    innocent_zh = models.TextField(help_text="what would explain it")
    innocent_en = models.TextField()
    threshold = models.JSONField(default=dict, help_text="id, figure, confidence, title")
    evidence = models.JSONField(default=dict)
    found_on = models.DateField()
    edition = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    reason = models.CharField(max_length=1000, blank=True, default="")
    looked_by = models.CharField(max_length=200, blank=True, default="")
    looked_on = models.DateField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("region_code", "-id"), name="signals_of_a_region"),
            models.Index(fields=("state", "-id"), name="signals_by_state"),
            models.Index(fields=("agency", "-id"), name="signals_of_an_agency"),
            models.Index(fields=("engagement",), name="signals_of_an_engagement"),
        )
        constraints = (
            models.CheckConstraint(name="a_dismissed_signal_says_why", condition=~Q(state="dismissed") | ~Q(reason="")),
        )

    def __str__(self) -> str:
        return self.number


class LeniencyFigure(models.Model):
    """How lenient an agency or a leader is (评分宽严偏差), as last computed. Not public: commissioning side and agency only."""

    class Unit(models.TextChoices):
        """Of whom."""

        AGENCY = "agency", _("评估机构")
        LEADER = "leader", _("项目负责人")

    unit = models.CharField(max_length=8, choices=Unit.choices)
    key = models.CharField(max_length=64)
    agency = models.CharField(max_length=24, blank=True, default="")
    name = models.CharField(max_length=200)
    region_code = models.CharField(max_length=6, help_text="province within which it was compared")
    count = models.PositiveIntegerField()
    points = models.DecimalField(max_digits=6, decimal_places=2)
    low = models.DecimalField(max_digits=6, decimal_places=2)
    high = models.DecimalField(max_digits=6, decimal_places=2)
    too_few = models.BooleanField()
    computed_on = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("unit", "key", "region_code"), name="one_leniency_for_each_in_a_province"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.points}"


class BlindDraw(models.Model):
    """A draw of reports for blind re-assessment (盲评抽样): pool, seed and shares, so that anybody can repeat it."""

    number = models.CharField(max_length=16, unique=True, help_text="MP-2026-0001")
    region_code = models.CharField(max_length=6)
    seed = models.CharField(max_length=64)
    share = models.DecimalField(max_digits=4, decimal_places=2)
    from_on = models.DateField()
    until_on = models.DateField()
    pool = models.JSONField(help_text="engagement → agency")
    drawn = models.JSONField(help_text="engagement → number of the new engagement, or why there is none")
    drawn_by = models.CharField(max_length=200)
    drawn_by_id = models.BigIntegerField()
    organisation = models.CharField(max_length=24)
    on = models.DateField()
    ordered_on = models.DateField(null=True)
    ordered_by = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = (models.Index(fields=("region_code", "-id"), name="draws_of_a_region"),)

    def __str__(self) -> str:
        return self.number


class Inquiry(models.Model):
    """An inquiry into misconduct of an agency or its people (评估失信调查), from opening to debarment or clearance."""

    class Origin(models.TextChoices):
        """From what it was opened."""

        SIGNAL = "signal", _("诚信信号")
        COMPLAINT = "complaint", _("投诉举报")
        FINDING = "finding", _("工作中发现")

    number = models.CharField(max_length=24, unique=True, help_text="number of its case")
    agency = models.CharField(max_length=24)
    agency_name = models.CharField(max_length=200)
    organisation = models.CharField(max_length=24, help_text="key of the authority that inquires")
    region_code = models.CharField(max_length=6)
    ground = models.CharField(max_length=64, help_text="provision: cn-2024-1/17.0.3")
    origin = models.CharField(max_length=12, choices=Origin.choices)
    source = models.TextField(help_text="what was reported or found, in words")
    state = models.CharField(max_length=24, help_text="of the step table")
    opened_by = models.CharField(max_length=200)
    opened_by_id = models.BigIntegerField()
    opened_on = models.DateField()
    facts = models.TextField(blank=True, default="", help_text="what was verified (查明事实)")
    plea = models.TextField(blank=True, default="")
    plea_on = models.DateField(null=True)
    plea_how = models.CharField(max_length=12, blank=True, default="", help_text="heard | waived | silent")
    outcome = models.CharField(max_length=10, blank=True, default="", help_text="verified | refuted")
    reasons = models.TextField(blank=True, default="")
    decided_by = models.CharField(max_length=200, blank=True, default="")
    decided_by_id = models.BigIntegerField(null=True)
    decided_on = models.DateField(null=True)
    decision_number = models.CharField(max_length=100, blank=True, default="")
    counted_from = models.CharField(
        max_length=8, default="notified", help_text="the term runs from: notified | decided"
    )
    term_from = models.DateField(null=True, help_text="first day of the term as the decision says it")
    noticed_on = models.DateField(null=True, help_text="day the prior notice was served")
    notified_on = models.DateField(null=True, help_text="day the decision was served")
    debarred_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    signals = models.ManyToManyField(Signal, related_name="inquiries", blank=True)

    class Meta:
        indexes = (
            models.Index(fields=("region_code", "-id"), name="inquiries_of_a_region"),
            models.Index(fields=("agency", "-id"), name="inquiries_of_an_agency"),
        )
        constraints = (
            models.CheckConstraint(
                name="who_opens_an_inquiry_does_not_decide_it",
                condition=Q(decided_by_id__isnull=True) | ~Q(decided_by_id=models.F("opened_by_id")),
            ),
            models.CheckConstraint(
                name="nobody_is_debarred_without_a_verified_finding",
                condition=Q(debarred_on__isnull=True) | Q(outcome="verified", notified_on__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.number


class InquiryParty(models.Model):
    """Whom an inquiry is about: the agency, and each person by name; the decision names each apart."""

    class Kind(models.TextChoices):
        """A body or a person."""

        AGENCY = "agency", _("评估机构")
        ASSESSOR = "assessor", _("评估人员")

    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="parties")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    key = models.CharField(max_length=24)
    name = models.CharField(max_length=200)
    verified = models.BooleanField(null=True, help_text="what was decided of this party; null: nothing yet")
    debarment = models.BigIntegerField(null=True, help_text="id of the debarment that followed")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("inquiry", "kind", "key"), name="a_party_stands_in_an_inquiry_once"),
        )

    def __str__(self) -> str:
        return f"{self.inquiry} {self.name}"


class InquiryRecord(models.Model):
    """One thing that was found out (调查记录), with its evidence; never rewritten."""

    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="records")
    text = models.TextField()
    evidence = models.ForeignKey(Provenance, models.PROTECT, null=True, related_name="+")
    by = models.CharField(max_length=200)
    on = models.DateField()

    def __str__(self) -> str:
        return f"{self.inquiry} {self.on}"


class Recheck(models.Model):
    """An earlier report of somebody debarred that a person has to look at again (既往报告复核). It removes no mine."""

    class Outcome(models.TextChoices):
        """What the person found."""

        OPEN = "open", _("待复核")
        STANDS = "stands", _("未见问题")
        REASSESS = "reassess", _("建议重新评估")
        CLUE = "clue", _("移交问题线索")

    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="rechecks")
    engagement = models.CharField(max_length=32)
    mine = models.CharField(max_length=24)
    mine_name = models.CharField(max_length=200)
    region_code = models.CharField(max_length=6)
    commissioned_on = models.DateField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    note = models.CharField(max_length=1000, blank=True, default="")
    by = models.CharField(max_length=200, blank=True, default="")
    on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("inquiry", "engagement"), name="a_report_is_looked_at_once_an_inquiry"),
            models.CheckConstraint(name="a_second_look_says_what_it_saw", condition=Q(outcome="open") | ~Q(note="")),
        )

    def __str__(self) -> str:
        return f"{self.inquiry} {self.engagement}"


class PublicNotice(models.Model):
    """The notification of a verified case (通报): who, on what ground, by which decision, from when; published by a person."""

    inquiry = models.OneToOneField(Inquiry, models.PROTECT, related_name="notice")
    ground = models.CharField(max_length=64)
    decision_number = models.CharField(max_length=100)
    names = models.JSONField(help_text="[{kind, key, name, shown}]: people by the first character only")
    zh = models.TextField()
    en = models.TextField()
    published_on = models.DateField()
    published_by = models.CharField(max_length=200)
    region_code = models.CharField(max_length=6)

    def __str__(self) -> str:
        return self.decision_number
