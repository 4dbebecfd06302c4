"""What is remembered of assessments: each party's answers item by item, their history, evidence, and what was submitted.

Points are whole hundredths (1 point = 100). Mines, holders and organisations are named by permanent key.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from greenmine.evidence.models import Provenance


class Assessment(models.Model):
    """One party's account of one mine against one indicator set in one year (自评、第三方评估、复评、盲评)."""

    class Party(models.TextChoices):
        """Whose account it is."""

        SELF = "self", _("企业自评")
        THIRD_PARTY = "third_party", _("第三方评估")
        RECHECK = "recheck", _("复评")
        BLIND = "blind", _("盲评")

    class State(models.TextChoices):
        """How far it has come."""

        DRAFT = "draft", _("填写中")
        SUBMITTED = "submitted", _("已提交")
        RETURNED = "returned", _("已退回")
        WITHDRAWN = "withdrawn", _("已撤回")

    number = models.CharField(max_length=16, unique=True, help_text="ZP-2026-0001")
    party = models.CharField(max_length=12, choices=Party.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    mine = models.CharField(max_length=24, help_text="permanent number of the mine")
    region_code = models.CharField(max_length=6, blank=True, default="")
    holder = models.CharField(max_length=24, blank=True, default="", help_text="permanent key of the holder")
    organisation = models.CharField(max_length=24, help_text="key of the organisation that fills it in")
    engagement = models.CharField(max_length=16, blank=True, default="", help_text="number of the engagement (委托)")
    year = models.PositiveSmallIntegerField()
    standard = models.CharField(max_length=64, help_text="id of the indicator set")
    standard_digest = models.CharField(max_length=64, help_text="hash of exactly the text it is scored by")
    edition = models.CharField(max_length=64, help_text="id of the rulebook's edition it was opened under")
    chosen_because = models.JSONField(default=list, help_text="why this set was chosen: [{zh, en}]")
    last = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", help_text="the one before (上次)")
    low = models.IntegerField(default=0, help_text="points that are certain")
    high = models.IntegerField(default=0, help_text="points that are still possible")
    verdict = models.CharField(max_length=10, default="undecided")
    opened_on = models.DateField()
    opened_by = models.CharField(max_length=200)
    changed_at = models.DateTimeField()
    submitted_on = models.DateField(null=True)
    submitted_by = models.CharField(max_length=200, blank=True, default="")
    frozen = models.TextField(blank=True, default="", help_text="canonical JSON of everything that was submitted")
    frozen_hash = models.CharField(max_length=64, blank=True, default="", help_text="SHA-256 of it")
    report = models.CharField(max_length=64, blank=True, default="", help_text="number of the report as a paper")

    class Meta:
        indexes = (
            models.Index(fields=("mine", "party", "-id"), name="assessments_of_a_mine"),
            models.Index(fields=("region_code", "state", "-id"), name="assessments_of_a_region"),
            models.Index(fields=("holder", "state", "-id"), name="assessments_of_a_holder"),
            models.Index(fields=("organisation", "state", "-id"), name="assessments_of_a_filler"),
            models.Index(fields=("engagement",), name="assessments_of_an_engagement", condition=~Q(engagement="")),
        )
        constraints = (
            models.CheckConstraint(
                name="what_is_submitted_is_frozen",
                condition=~Q(state="submitted") | (~Q(frozen_hash="") & Q(submitted_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="third_parties_assess_for_an_engagement", condition=Q(party="self") | ~Q(engagement="")
            ),
            models.UniqueConstraint(
                fields=("mine",),
                condition=Q(party="self", state__in=("draft", "returned")),
                name="one_open_self_assessment_a_mine",
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Whether answers may still change (填写中，或退回后修改)."""
        return self.state in (self.State.DRAFT, self.State.RETURNED)

    @property
    def subject(self) -> tuple[str, str]:
        """How the ledger, evidence and notices name it."""
        return "assessment", self.number


class AnswerFields(models.Model):
    """What somebody answers to one indicator or precondition: the claim, and why."""

    class State(models.TextChoices):
        """Whether and how it is answered."""

        UNANSWERED = "unanswered", _("未填")
        SCORED = "scored", _("已填")
        NOT_APPLICABLE = "not_applicable", _("不适用")

    indicator = models.CharField(max_length=64, help_text="id of the indicator or precondition")
    state = models.CharField(max_length=16, choices=State.choices, default=State.UNANSWERED)
    score = models.IntegerField(null=True, help_text="claimed points, in hundredths")
    met = models.BooleanField(null=True, help_text="a precondition or a yes-or-no: whether it is met")
    comment = models.TextField(blank=True, default="")
    reason = models.TextField(blank=True, default="", help_text="why it does not apply")
    effort = models.PositiveIntegerField(null=True, help_text="what mending it costs, as the enterprise states it")
    version = models.PositiveIntegerField(default=0)
    by = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField(null=True)
    taken_from = models.CharField(
        max_length=16, blank=True, default="", help_text="number it was taken over from (沿用)"
    )

    class Meta:
        abstract = True


class ItemAnswer(AnswerFields):
    """The answer to one item as it stands (逐项填写)."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="items")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("assessment", "indicator"), name="an_item_is_answered_once"),
            models.CheckConstraint(
                name="what_does_not_apply_has_a_reason", condition=~Q(state="not_applicable") | ~Q(reason="")
            ),
            models.CheckConstraint(name="no_score_below_nothing", condition=Q(score__isnull=True) | Q(score__gte=0)),
        )

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.indicator}: {self.state}"


class AnswerChange(AnswerFields):
    """One change of one answer, or a draft that came too late (填写历史): appended, never changed."""

    class Outcome(models.TextChoices):
        """What became of it."""

        SAVED = "saved", _("已保存")
        REFUSED = "refused", _("与他人修改冲突，未覆盖")
        TAKEN_OVER = "taken_over", _("沿用")
        MOVED = "moved", _("换用指标")
        RESTORED = "restored", _("撤销换用")

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="changes")
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default=Outcome.SAVED)
    seen = models.PositiveIntegerField(default=0, help_text="the version its writer had before him")
    on = models.DateField()

    class Meta:
        indexes = (models.Index(fields=("assessment", "indicator", "-id"), name="history_of_an_item"),)

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.indicator} {self.version}: {self.outcome}"


class ItemEvidence(models.Model):
    """That a file, or a fact, proves an item (佐证): a link, so one file serves many items, years and mines."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="evidence")
    indicator = models.CharField(max_length=64)
    need = models.CharField(max_length=64, blank=True, default="", help_text="which of the needs of the item it serves")
    provenance = models.ForeignKey(Provenance, models.PROTECT, null=True, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True, default="", help_text="of the file, for finding it elsewhere")
    mine = models.CharField(max_length=24, help_text="that of the assessment, for finding the file at another mine")
    fact = models.CharField(max_length=80, blank=True, default="", help_text="name of the fact that proves it")
    dated_on = models.DateField(null=True, help_text="the day of the document itself")
    version_text = models.CharField(max_length=100, blank=True, default="", help_text="version of a rule or system")
    attached_by = models.CharField(max_length=200)
    attached_on = models.DateField()
    taken_from = models.CharField(
        max_length=16, blank=True, default="", help_text="number it was taken over from (沿用)"
    )
    detached_at = models.DateTimeField(null=True)
    detached_by = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = (
            models.Index(
                fields=("sha256",), name="items_with_the_same_file", condition=Q(detached_at=None) & ~Q(sha256="")
            ),
        )
        constraints = (
            models.CheckConstraint(
                name="evidence_is_a_file_or_a_fact",
                condition=Q(provenance__isnull=False, fact="") | (Q(provenance__isnull=True) & ~Q(fact="")),
            ),
            models.UniqueConstraint(
                fields=("assessment", "indicator", "need", "provenance"),
                condition=Q(detached_at=None, provenance__isnull=False),
                name="a_file_proves_an_item_once",
            ),
            models.UniqueConstraint(
                fields=("assessment", "indicator", "need", "fact"),
                condition=Q(detached_at=None) & ~Q(fact=""),
                name="a_fact_proves_an_item_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.indicator}: {self.fact or self.sha256[:12]}"

    @property
    def day(self) -> Any:
        """The day the evidence speaks of: its own where stated, else the day it was brought."""
        return self.dated_on or (self.provenance.on if self.provenance is not None else self.attached_on)


class Acknowledgement(models.Model):
    """That a person saw a hint of the consistency checks and said why it stands (情况说明)."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="acknowledgements")
    indicator = models.CharField(max_length=64, blank=True, default="")
    code = models.CharField(max_length=32)
    fingerprint = models.CharField(max_length=64, help_text="of what exactly was acknowledged: new facts ask anew")
    reason = models.TextField()
    by = models.CharField(max_length=200)
    on = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("assessment", "indicator", "code", "fingerprint"), name="a_hint_is_acknowledged_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.indicator} {self.code}"


class Submission(models.Model):
    """One submission as it was (提交存档): returned and submitted again, the earlier one stays readable."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="submissions")
    sequence = models.PositiveSmallIntegerField()
    content = models.TextField(help_text="canonical JSON")
    hash = models.CharField(max_length=64)
    commitment = models.TextField(help_text="the words that were agreed to (真实性承诺)")
    low = models.IntegerField()
    high = models.IntegerField()
    verdict = models.CharField(max_length=10)
    by = models.CharField(max_length=200)
    on = models.DateField()
    at = models.DateTimeField()
    to_kind = models.CharField(max_length=24, help_text="who receives it: county_nr")
    to_key = models.CharField(max_length=24)
    by_default = models.BooleanField(help_text="the text names no receiving level: our default")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("assessment", "sequence"), name="submissions_are_numbered"),)

    def __str__(self) -> str:
        return f"{self.assessment_id} · {self.sequence}"


class Return(models.Model):
    """That an authority gave a report back, and what has to be put right (退回)."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="returns")
    reasons = models.JSONField(help_text="[{indicator, text}]; an empty indicator speaks of the whole")
    by = models.CharField(max_length=200)
    organisation = models.CharField(max_length=24)
    on = models.DateField()
    at = models.DateTimeField()
    answered_on = models.DateField(null=True, help_text="the day it was submitted again")

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.on}"


class Move(models.Model):
    """That an open assessment went over to another indicator set on a person's word (换用指标), with all it was before."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="moves")
    from_standard = models.CharField(max_length=64)
    from_digest = models.CharField(max_length=64)
    to_standard = models.CharField(max_length=64)
    to_digest = models.CharField(max_length=64)
    before = models.JSONField(help_text="every answer and evidence link as it stood")
    before_hash = models.CharField(max_length=64)
    kept = models.JSONField(default=list)
    to_review = models.JSONField(default=dict)
    dropped = models.JSONField(default=list)
    by = models.CharField(max_length=200)
    on = models.DateField()
    undone_on = models.DateField(null=True)
    undone_by = models.CharField(max_length=200, blank=True, default="")
    after = models.JSONField(null=True, help_text="what stood when it was undone, so that nothing is lost")

    def __str__(self) -> str:
        return f"{self.assessment_id}: {self.from_standard} → {self.to_standard}"
