"""People who assess (评估人员) and the provincial pool of experts (专家库): natural persons, not tied to one house."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from greenmine.accounts.models import Person
from greenmine.assessors.models.agencies import Agency
from greenmine.evidence.models import Provenance


class Grade(models.TextChoices):
    """Professional title (职称)."""

    SENIOR = "senior", _("高级")
    INTERMEDIATE = "intermediate", _("中级")
    JUNIOR = "junior", _("初级")
    NONE = "none", _("无")


class Discipline(models.TextChoices):
    """The five fields that the notice wants covered."""

    GEOLOGY = "geology", _("地质")
    MINING = "mining", _("采矿")
    BENEFICIATION = "beneficiation", _("选矿")
    ECOLOGY = "ecology", _("生态")
    ENVIRONMENT = "environment", _("环境")


class Assessor(models.Model):
    """A natural person who assesses (评估人员); keeps number and history when joining another agency."""

    key = models.CharField(max_length=24, unique=True, help_text="permanent number: P0000001")
    name = models.CharField(max_length=100)
    identity = models.CharField(max_length=64, blank=True, default="", help_text="keyed hash of the identity number")
    account = models.OneToOneField(Person, models.PROTECT, null=True, related_name="+")
    qualification = models.CharField(max_length=200, blank=True, default="")
    grade = models.CharField(max_length=16, choices=Grade.choices, default=Grade.NONE)
    disciplines = models.JSONField(default=list)
    registered_on = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="an_identity_belongs_to_one_assessor", fields=("identity",), condition=~Q(identity="")
            ),
        )

    def __str__(self) -> str:
        return self.name


class Employment(models.Model):
    """That a person works for an agency (任职) from a day until the day before `until`."""

    assessor = models.ForeignKey(Assessor, models.PROTECT, related_name="employments")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="employments")
    since = models.DateField()
    until = models.DateField(null=True, help_text="first day on which it no longer holds")
    full_time = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="an_employment_lasts_at_least_a_day", condition=Q(until__isnull=True) | Q(until__gt=F("since"))
            ),
            models.UniqueConstraint(
                name="one_open_employment_a_person", fields=("assessor",), condition=Q(until__isnull=True)
            ),
        )
        indexes = (models.Index(fields=("agency", "since"), name="staff_of_an_agency"),)

    def __str__(self) -> str:
        return f"{self.assessor} · {self.agency}"


class FormerHouse(models.Model):
    """Another employer of an assessor (工作经历): a mining enterprise he worked for, which makes a conflict."""

    assessor = models.ForeignKey(Assessor, models.PROTECT, related_name="former_houses")
    name = models.CharField(max_length=200)
    enterprise = models.CharField(max_length=24, blank=True, default="", help_text="key in the registry, if known")
    credit_code = models.CharField(max_length=18, blank=True, default="")
    since = models.DateField(null=True)
    until = models.DateField(null=True, help_text="first day on which it no longer held; null: still holds")

    def __str__(self) -> str:
        return f"{self.assessor} · {self.name}"


class Training(models.Model):
    """A training in policy and standards with its test (培训与考核)."""

    assessor = models.ForeignKey(Assessor, models.PROTECT, related_name="trainings")
    title = models.CharField(max_length=200)
    on = models.DateField()
    hours = models.DecimalField(max_digits=5, decimal_places=1, null=True)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True, help_text="null: no test was held")
    passed = models.BooleanField(null=True, help_text="null: the result is not known")
    recorded_by = models.CharField(max_length=200)
    evidence = models.ForeignKey(Provenance, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(name="a_training_is_recorded_once", fields=("assessor", "title", "on")),)

    def __str__(self) -> str:
        return f"{self.assessor} {self.title}"


class Expert(models.Model):
    """An expert of a province's pool (专家库)."""

    key = models.CharField(max_length=24, unique=True, help_text="permanent number: X0000001")
    name = models.CharField(max_length=100)
    region_code = models.CharField(max_length=6, help_text="whose pool")
    disciplines = models.JSONField(default=list)
    grade = models.CharField(max_length=16, choices=Grade.choices, default=Grade.NONE)
    employer = models.CharField(max_length=200, blank=True, default="")
    employer_code = models.CharField(max_length=18, blank=True, default="", help_text="its credit code")
    assessor = models.ForeignKey(Assessor, models.PROTECT, null=True, related_name="+")
    declared_on = models.DateField(null=True, help_text="last declaration of conflicts; null: none yet")
    entered_on = models.DateField()
    left_on = models.DateField(null=True)

    class Meta:
        indexes = (models.Index(fields=("region_code", "key"), name="experts_of_a_pool"),)

    def __str__(self) -> str:
        return self.name


class ExpertConflict(models.Model):
    """A tie an expert declares (回避申报): to an enterprise, from a day to a day."""

    expert = models.ForeignKey(Expert, models.PROTECT, related_name="conflicts")
    enterprise = models.CharField(max_length=24, blank=True, default="")
    name = models.CharField(max_length=200)
    tie = models.CharField(max_length=200)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    declared_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.expert}: {self.name}"


class ExpertDraw(models.Model):
    """A draw of experts (随机抽取) that anybody holding the published seed can repeat."""

    number = models.CharField(max_length=24, unique=True)
    region_code = models.CharField(max_length=6)
    mine = models.CharField(max_length=24, blank=True, default="")
    seed = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    discipline = models.CharField(max_length=16, blank=True, default="")
    pool = models.JSONField(default=list, help_text="keys in the draw")
    excluded = models.JSONField(default=list, help_text="{expert, zh, en}: why somebody was not in the draw")
    drawn = models.JSONField(default=list)
    on = models.DateField()
    by = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.number
