"""Engagements (委托评估): who engaged whom for which mine, every step, who was on the team, what was paid by whom."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from greenmine.assessors.models.agencies import Agency
from greenmine.assessors.models.people import Assessor
from greenmine.evidence.models import Provenance


class Confirmation(models.Model):
    """That a lower level may commission after all (下放委托的确认): who confirmed it, in which paper, on which day."""

    territory = models.CharField(max_length=6)
    level = models.CharField(max_length=12, help_text="city | county")
    person = models.CharField(max_length=100, help_text="who confirmed it")
    document = models.CharField(max_length=200, help_text="number of the paper")
    confirmed_on = models.DateField()
    reason = models.CharField(max_length=500, blank=True, default="")
    recorded_by = models.CharField(max_length=200)
    organisation = models.CharField(max_length=24)
    withdrawn_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="a_level_is_confirmed_once", fields=("territory", "level", "document")),
        )

    def __str__(self) -> str:
        return f"{self.territory} {self.level} {self.document}"


class Engagement(models.Model):
    """One engagement of one agency for one mine (委托评估)."""

    class Purpose(models.TextChoices):
        """Why the mine is assessed."""

        FIRST = "first", _("首次评估")
        RECHECK = "recheck", _("复核评估")
        BLIND = "blind", _("盲评抽样")

    class Funding(models.TextChoices):
        """Who pays."""

        UNKNOWN = "", _("未登记")
        PUBLIC_BUDGET = "public_budget", _("财政预算")
        MINE = "mine", _("矿山企业支付")
        OTHER = "other", _("其他")

    number = models.CharField(max_length=16, unique=True)
    mine = models.CharField(max_length=24)
    mine_name = models.CharField(max_length=200)
    region_code = models.CharField(max_length=6)
    holder = models.CharField(max_length=24, blank=True, default="")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="engagements")
    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.FIRST)
    standard = models.CharField(max_length=64, blank=True, default="", help_text="id of the indicator set")
    state = models.CharField(max_length=24)
    state_since = models.DateField()
    due_on = models.DateField(null=True, help_text="of the next step, by its clock")
    due_provisional = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)
    drafted_by = models.CharField(max_length=200)
    drafted_by_id = models.BigIntegerField(null=True)
    drafted_by_organisation = models.CharField(max_length=24)
    drafted_on = models.DateField()
    commissioned_by = models.CharField(max_length=24, blank=True, default="", help_text="key of the authority")
    commissioned_by_name = models.CharField(max_length=200, blank=True, default="")
    commissioned_level = models.CharField(max_length=12, blank=True, default="")
    commissioned_on = models.DateField(null=True)
    ground = models.JSONField(default=dict, help_text="who may commission here that day: level, cite, confidence")
    confirmation = models.ForeignKey(Confirmation, models.PROTECT, null=True, related_name="engagements")
    jointly_with = models.JSONField(default=list, help_text="departments that commissioned jointly")
    findings = models.JSONField(default=list, help_text="conditions of the agency as read on the day of commission")
    edition = models.CharField(max_length=64, blank=True, default="")
    funding = models.CharField(max_length=16, choices=Funding.choices, blank=True, default="")
    budget_line = models.CharField(max_length=200, blank=True, default="")
    procurement_notice = models.CharField(max_length=200, blank=True, default="")
    procured_on = models.DateField(null=True)
    contract = models.CharField(max_length=200, blank=True, default="")
    contract_on = models.DateField(null=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, help_text="yuan")
    first_review_passed_on = models.DateField(null=True)
    report_hash = models.CharField(max_length=64, blank=True, default="")
    filed_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    end_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        indexes = (
            models.Index(fields=("region_code", "-id"), name="engagements_of_a_region"),
            models.Index(fields=("agency", "-id"), name="engagements_of_an_agency"),
            models.Index(fields=("mine", "-id"), name="engagements_of_a_mine"),
            models.Index(fields=("state", "due_on"), name="engagements_by_due_day"),
        )
        constraints = (
            models.UniqueConstraint(
                name="one_open_engagement_per_mine_and_purpose",
                fields=("mine", "purpose"),
                condition=~Q(state__in=("closed", "declined", "cancelled", "recused")),
            ),
            models.CheckConstraint(
                name="no_commission_is_paid_by_the_mine",
                condition=Q(commissioned_on__isnull=True) | Q(funding="public_budget"),
            ),
        )

    def __str__(self) -> str:
        return self.number


class EngagementStep(models.Model):
    """One step that was taken (办理步骤), never rewritten."""

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="steps")
    step = models.CharField(max_length=32)
    before = models.CharField(max_length=24)
    after = models.CharField(max_length=24)
    on = models.DateField()
    due_on = models.DateField(null=True, help_text="until when it was due")
    by = models.CharField(max_length=200)
    by_id = models.BigIntegerField(null=True)
    organisation = models.CharField(max_length=24, blank=True, default="")
    note = models.TextField(blank=True, default="")
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("engagement", "id"), name="steps_of_an_engagement"),)

    def __str__(self) -> str:
        return f"{self.engagement} {self.step}"


class ConflictCheck(models.Model):
    """A check for conflicts of interest (利益冲突核查): findings with evidence, and what a person decided on them."""

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="conflict_checks")
    on = models.DateField()
    by = models.CharField(max_length=200)
    by_id = models.BigIntegerField(null=True)
    findings = models.JSONField(default=list, help_text="{kind, outcome, subject, zh, en, evidence, day}")
    decision = models.CharField(max_length=12, blank=True, default="", help_text="proceed | recuse, by a person")
    reason = models.CharField(max_length=500, blank=True, default="")
    decided_by = models.CharField(max_length=200, blank=True, default="")
    decided_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.engagement} {self.on}"


class Declaration(models.Model):
    """A signed declaration (回避与利益冲突声明, 评估工作承诺书) of the agency, or of one member of its team."""

    class Party(models.TextChoices):
        """Who declares."""

        AGENCY = "agency", _("评估机构")
        ASSESSOR = "assessor", _("评估人员")

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="declarations")
    party = models.CharField(max_length=12, choices=Party.choices)
    key = models.CharField(max_length=24)
    name = models.CharField(max_length=200)
    ties = models.JSONField(default=dict, help_text="question → {tie: bool, text}")
    committed = models.BooleanField(default=False, help_text="the truth commitment was signed with it")
    signed_by = models.CharField(max_length=200)
    signed_by_id = models.BigIntegerField(null=True)
    signed_on = models.DateField()
    text_hash = models.CharField(max_length=64)
    paper = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        indexes = (models.Index(fields=("engagement", "party", "key"), name="declarations_of_an_engagement"),)

    def __str__(self) -> str:
        return f"{self.engagement} {self.name}"


class TeamMember(models.Model):
    """A member of the assessment team (评估组成员)."""

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="team")
    assessor = models.ForeignKey(Assessor, models.PROTECT, related_name="cases")
    disciplines = models.JSONField(default=list, help_text="for which he stands on this team")
    leader = models.BooleanField(default=False)
    since = models.DateField()
    until = models.DateField(null=True, help_text="first day on which he no longer belonged: recused or replaced")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="nobody_is_on_a_team_twice", fields=("engagement", "assessor"), condition=Q(until__isnull=True)
            ),
            models.UniqueConstraint(
                name="a_team_has_one_leader", fields=("engagement",), condition=Q(until__isnull=True, leader=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.engagement} {self.assessor}"


class Recusal(models.Model):
    """That an agency or a person stood aside (回避), by whose decision and why."""

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="recusals")
    party = models.CharField(max_length=12, choices=Declaration.Party.choices)
    key = models.CharField(max_length=24)
    name = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    on = models.DateField()
    by = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.engagement} {self.name}"


class EntryNotice(models.Model):
    """The notice that the team will come (进场告知书): when, who, what it wants to see."""

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="entry_notices")
    visit_from = models.DateField()
    visit_to = models.DateField()
    focus = models.TextField(blank=True, default="", help_text="what the visit looks at (现场重点)")
    given_on = models.DateField()
    given_by = models.CharField(max_length=200)
    paper = models.CharField(max_length=64, blank=True, default="")
    received_by = models.CharField(max_length=200, blank=True, default="")
    received_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.engagement} {self.visit_from}"


class Question(models.Model):
    """A question to the mine (问题清单): asked, answered or supplemented by a day, confirmed by both sides."""

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="questions")
    number = models.PositiveSmallIntegerField()
    indicator = models.CharField(max_length=64, blank=True, default="")
    text = models.TextField()
    asked_by = models.CharField(max_length=200)
    asked_on = models.DateField()
    due_on = models.DateField(help_text="until when papers are supplemented (补充材料期限)")
    answer = models.TextField(blank=True, default="")
    answered_by = models.CharField(max_length=200, blank=True, default="")
    answered_on = models.DateField(null=True)
    evidence = models.ManyToManyField(Provenance, related_name="+", blank=True)
    confirmed_by = models.CharField(max_length=200, blank=True, default="", help_text="of the agency")
    confirmed_on = models.DateField(null=True)
    unresolved = models.BooleanField(default=False, help_text="confirmed as not answered in time")

    class Meta:
        constraints = (models.UniqueConstraint(name="questions_are_numbered", fields=("engagement", "number")),)

    def __str__(self) -> str:
        return f"{self.engagement} {self.number}"


class Review(models.Model):
    """One signature of the agency's internal review (内部审核): project leader, quality reviewer, legal signatory."""

    class Role(models.TextChoices):
        """In this order."""

        LEADER = "leader", _("项目负责人")
        QUALITY = "quality", _("质控人")
        SIGNATORY = "signatory", _("签字法人")

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="reviews")
    round = models.PositiveSmallIntegerField(default=1, help_text="again after the report was returned")
    role = models.CharField(max_length=12, choices=Role.choices)
    report_hash = models.CharField(max_length=64)
    passed = models.BooleanField()
    comment = models.CharField(max_length=500, blank=True, default="")
    by = models.CharField(max_length=200)
    by_id = models.BigIntegerField()
    on = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="a_review_is_signed_once", fields=("engagement", "round", "role"), condition=Q(passed=True)
            ),
            models.UniqueConstraint(
                name="three_persons_review", fields=("engagement", "round", "by_id"), condition=Q(passed=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.engagement} {self.role}"


class Performance(models.Model):
    """How the commissioning side rates the work (履约评价), criterion by criterion."""

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="performances")
    criteria = models.JSONField(default=dict, help_text="criterion → points")
    total = models.PositiveSmallIntegerField()
    comment = models.CharField(max_length=500, blank=True, default="")
    by = models.CharField(max_length=200)
    organisation = models.CharField(max_length=24)
    on = models.DateField()

    def __str__(self) -> str:
        return f"{self.engagement} {self.total}"


class Milestone(models.Model):
    """A payment of the contract (付款节点): by the commissioning side, from public budget, after a step."""

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="milestones")
    name = models.CharField(max_length=100)
    after_state = models.CharField(max_length=24, help_text="not before the engagement has reached this state")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    paid_on = models.DateField(null=True)
    paid_by = models.CharField(max_length=24, blank=True, default="", help_text="key of the paying authority")
    voucher = models.CharField(max_length=100, blank=True, default="")
    recorded_by = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = (models.UniqueConstraint(name="a_payment_has_one_name", fields=("engagement", "name")),)

    def __str__(self) -> str:
        return f"{self.engagement} {self.name}"


class FeeDemand(models.Model):
    """A mine's report that money was asked of it for its assessment (反映评估收费)."""

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="fee_demands")
    text = models.TextField()
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    demanded_on = models.DateField()
    reported_by = models.CharField(max_length=200)
    organisation = models.CharField(max_length=24)
    reported_on = models.DateField()
    evidence = models.ForeignKey(Provenance, models.PROTECT, null=True, related_name="+")
    handled_by = models.CharField(max_length=200, blank=True, default="")
    handled_on = models.DateField(null=True)
    outcome = models.CharField(max_length=500, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.engagement} {self.reported_on}"
