"""The register of agencies (评估机构名录): who they are, what was checked, what is kept of their quality."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from greenmine.evidence.models import Provenance


class Agency(models.Model):
    """A third-party assessment agency (第三方评估机构), known by its unified social credit code."""

    class Kind(models.TextChoices):
        """Its legal form; the notice admits the first three."""

        ENTERPRISE = "enterprise", _("企业")
        PUBLIC_INSTITUTION = "public_institution", _("事业单位")
        INDUSTRY_ASSOCIATION = "industry_association", _("行业协会")
        OTHER = "other", _("其他")

    key = models.CharField(max_length=24, unique=True, help_text="permanent number: A0000001")
    organisation = models.CharField(max_length=24, blank=True, default="", help_text="key of its account, if any")
    name = models.CharField(max_length=200)
    credit_code = models.CharField(max_length=18, blank=True, default="")
    kind = models.CharField(max_length=24, choices=Kind.choices)
    independent_legal_person = models.BooleanField(null=True, help_text="null: not yet known")
    representative = models.CharField(max_length=100, blank=True, default="", help_text="法定代表人")
    region_code = models.CharField(max_length=6, blank=True, default="", help_text="where it is registered")
    registered_on = models.DateField()
    registered_by = models.CharField(max_length=200)
    registered_by_organisation = models.CharField(max_length=24, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="a_credit_code_belongs_to_one_agency", fields=("credit_code",), condition=~Q(credit_code="")
            ),
            models.UniqueConstraint(
                name="an_account_belongs_to_one_agency", fields=("organisation",), condition=~Q(organisation="")
            ),
        )
        indexes = (models.Index(fields=("name",), name="agencies_by_name"),)

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> tuple[str, str]:
        """How it is told something: as a third party, by the key of its account."""
        return "third_party", self.organisation or self.key


class AgencyCheck(models.Model):
    """That a person looked at an agency's conditions (资格审核) and judged its capacity; needed again after debarment."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="checks")
    on = models.DateField()
    eligible = models.BooleanField()
    capable = models.BooleanField(help_text="开展绿色矿山评估的业务能力, judged by a person")
    reason = models.CharField(max_length=500)
    findings = models.JSONField(default=list, help_text="rule, outcome, flags as the law read them that day")
    by = models.CharField(max_length=200)
    by_id = models.BigIntegerField(null=True)
    organisation = models.CharField(max_length=24)
    evidence = models.ForeignKey(Provenance, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = (models.Index(fields=("agency", "on"), name="checks_of_an_agency"),)

    def __str__(self) -> str:
        return f"{self.agency} {self.on}"


class AgencyEntry(models.Model):
    """One line of an agency's record (机构档案): equipment, past projects, quality checks, joint reviews, misconduct."""

    class Kind(models.TextChoices):
        """What the line is about."""

        EQUIPMENT = "equipment", _("设备与办公条件")
        PAST_PROJECT = "past_project", _("业绩")
        RULES = "rules", _("管理制度")
        QUALITY_CHECK = "quality_check", _("质量检查")
        RECHECK_RESULT = "recheck_result", _("抽查复核结果")
        FALSE_REPORT = "false_report", _("报告失实")
        JOINT_REVIEW = "joint_review", _("多部门联合评议")
        MISCONDUCT = "misconduct", _("失信处理")

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    text = models.TextField()
    departments = models.JSONField(default=list, help_text="that took part in a joint review")
    engagement = models.CharField(max_length=16, blank=True, default="")
    result = models.CharField(max_length=200, blank=True, default="")
    on = models.DateField()
    by = models.CharField(max_length=200)
    organisation = models.CharField(max_length=24, blank=True, default="")
    evidence = models.ForeignKey(Provenance, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("agency", "-on"), name="record_of_an_agency"),)

    def __str__(self) -> str:
        return f"{self.agency} {self.kind} {self.on}"


class Measure(models.Model):
    """A territory's measures for third-party assessment (第三方评估管理办法), or the note that its text is not held."""

    territory = models.CharField(max_length=6)
    title = models.CharField(max_length=200)
    number = models.CharField(max_length=100, blank=True, default="")
    holds_from = models.DateField(null=True)
    holds_to = models.DateField(null=True, help_text="first day on which it no longer holds")
    file = models.ForeignKey(Provenance, models.PROTECT, null=True, related_name="+", help_text="null: text not held")
    recorded_on = models.DateField()
    recorded_by = models.CharField(max_length=200)

    class Meta:
        constraints = (models.UniqueConstraint(name="measures_are_kept_once", fields=("territory", "title", "number")),)

    def __str__(self) -> str:
        return self.title
