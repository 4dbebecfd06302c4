"""Exchange with other systems (信息交换): packages that go out and their delivery, files that come in, news between departments."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from greenmine.evidence.models import Provenance


class OutgoingPackage(models.Model):
    """One package for another system (交换包): closed format, rows, hash. It is made here; a person hands it over."""

    number = models.CharField(max_length=16, unique=True, help_text="JH-2026-0001")
    format = models.CharField(max_length=40, help_text="of formats.yaml")
    version = models.PositiveSmallIntegerField()
    recipient = models.CharField(max_length=200)
    organisation = models.CharField(max_length=24)
    region_code = models.CharField(max_length=6)
    from_on = models.DateField(null=True)
    until_on = models.DateField()
    rows = models.PositiveIntegerField()
    file = models.ForeignKey(Provenance, models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, help_text="of the package")
    consent = models.ForeignKey(Provenance, models.PROTECT, null=True, related_name="+", help_text="企业授权书")
    purpose = models.CharField(max_length=300, blank=True, default="")
    mines = models.JSONField(default=list, help_text="permanent numbers of the mines in it")
    made_by = models.CharField(max_length=200)
    made_on = models.DateField()

    class Meta:
        indexes = (models.Index(fields=("region_code", "-id"), name="packages_of_a_region"),)

    def __str__(self) -> str:
        return self.number


class Delivery(models.Model):
    """That a package was handed over (交付记录): by whom, where, how, and what the other side gave as a receipt."""

    package = models.ForeignKey(OutgoingPackage, models.PROTECT, related_name="deliveries")
    way = models.CharField(max_length=12, help_text="upload | medium | mail | interface")
    where = models.CharField(max_length=300)
    on = models.DateField()
    by = models.CharField(max_length=200)
    receipt_number = models.CharField(max_length=100, blank=True, default="")
    receipt = models.ForeignKey(Provenance, models.PROTECT, null=True, related_name="+")
    receipt_on = models.DateField(null=True)
    recorded_on = models.DateField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="a_receipt_has_a_day",
                condition=Q(receipt_on__isnull=False) | Q(receipt_number="", receipt__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.package_id} {self.on}"


class IncomingFile(models.Model):
    """One file from another system or an old list (接收文件): read and shown first, then taken over by a person."""

    class State(models.TextChoices):
        """How far it came."""

        PREVIEW = "preview", _("待确认")
        LOADED = "loaded", _("已导入")
        DROPPED = "dropped", _("不予导入")

    number = models.CharField(max_length=16, unique=True, help_text="JS-2026-0001")
    format = models.CharField(max_length=40, help_text="of formats.yaml")
    title = models.CharField(max_length=300)
    origin = models.CharField(max_length=300, help_text="which document or system it comes from")
    organisation = models.CharField(max_length=24)
    region_code = models.CharField(max_length=6)
    options = models.JSONField(default=dict)
    file = models.ForeignKey(Provenance, models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PREVIEW)
    good = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    brought_by = models.CharField(max_length=200)
    brought_by_id = models.BigIntegerField()
    brought_on = models.DateField()
    loaded_by = models.CharField(max_length=200, blank=True, default="")
    loaded_on = models.DateField(null=True)

    class Meta:
        indexes = (models.Index(fields=("region_code", "-id"), name="incoming_files_of_a_region"),)

    def __str__(self) -> str:
        return self.number


class ImportRow(models.Model):
    """One row of an incoming file: what stands in it, which mine it is, and what is wrong with it."""

    file = models.ForeignKey(IncomingFile, models.CASCADE, related_name="rows")
    row = models.PositiveIntegerField()
    values = models.JSONField()
    mine = models.CharField(max_length=24, blank=True, default="")
    problems = models.JSONField(default=list, help_text="[{column, zh, en}]")
    result = models.CharField(max_length=64, blank=True, default="", help_text="what it became")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("file", "row"), name="a_row_of_a_file_is_read_once"),)

    def __str__(self) -> str:
        return f"{self.file_id} {self.row}"


class SharedNote(models.Model):
    """News of one department for the others about a mine (信息通报): progress or a problem, who was told, who read it."""

    class Kind(models.TextChoices):
        """What it is."""

        PROGRESS = "progress", _("工作成效")
        PROBLEM = "problem", _("发现问题")
        STATUS = "status", _("名录状态变化")

    number = models.CharField(max_length=16, unique=True, help_text="TB-2026-0001")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    mine = models.CharField(max_length=24)
    mine_name = models.CharField(max_length=200)
    region_code = models.CharField(max_length=6)
    organisation = models.CharField(max_length=24)
    organisation_name = models.CharField(max_length=200)
    text = models.TextField()
    evidence = models.ForeignKey(Provenance, models.PROTECT, null=True, related_name="+")
    told = models.JSONField(default=list, help_text="[{organisation, name, notice}]: told at once")
    read = models.JSONField(default=list, help_text="[{organisation, name, person, on}]: read, as they said")
    by = models.CharField(max_length=200)
    on = models.DateField()

    class Meta:
        indexes = (
            models.Index(fields=("region_code", "-id"), name="news_of_a_region"),
            models.Index(fields=("mine", "-id"), name="news_of_a_mine"),
        )

    def __str__(self) -> str:
        return self.number
