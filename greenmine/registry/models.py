"""What is remembered of mines and enterprises: identity and its dated changes. What the law reads lies in facts."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Enterprise(models.Model):
    """A mining enterprise (矿山企业), known by its unified social credit code; without one, by its name until it has one."""

    key = models.CharField(max_length=24, unique=True, help_text="permanent number: E00000001")
    credit_code = models.CharField(max_length=18, blank=True, default="")
    name = models.CharField(max_length=200)
    region_code = models.CharField(max_length=6, blank=True, default="")
    act = models.CharField(max_length=64, blank=True, default="", help_text="the act that entered it: an import")
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("name",), name="enterprises_by_name"),)
        constraints = (
            models.UniqueConstraint(
                name="a_credit_code_belongs_to_one_enterprise", fields=("credit_code",), condition=~Q(credit_code="")
            ),
        )

    def __str__(self) -> str:
        return self.name


class Control(models.Model):
    """That one enterprise controls another (控股关系) from a day to a day."""

    parent = models.ForeignKey(Enterprise, models.PROTECT, related_name="controls")
    child = models.ForeignKey(Enterprise, models.PROTECT, related_name="controlled_by")
    share = models.DecimalField(max_digits=5, decimal_places=4, null=True, help_text="0..1 where it is known")
    holds_from = models.DateField()
    holds_to = models.DateField(null=True, help_text="first day on which it no longer holds")

    class Meta:
        constraints = (
            models.CheckConstraint(name="nobody_controls_himself", condition=~Q(parent=F("child"))),
            models.CheckConstraint(
                name="control_lasts_at_least_a_day",
                condition=Q(holds_to__isnull=True) | Q(holds_to__gt=F("holds_from")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.parent} → {self.child}"


class Mine(models.Model):
    """A mine (矿山): its permanent number, its present name and place. Everything else is dated and lies beside it."""

    key = models.CharField(max_length=24, unique=True, help_text="permanent number: M00000001")
    name = models.CharField(max_length=200)
    region_code = models.CharField(max_length=6, blank=True, default="")
    mineral = models.CharField(
        max_length=64,
        blank=True,
        default="",
        help_text="main mineral, a code of the dictionary",
    )
    ledger_number = models.CharField(
        max_length=64,
        blank=True,
        default="",
        help_text="矿山编号 of the department's ledger",
    )
    holder = models.ForeignKey(Enterprise, models.PROTECT, null=True, related_name="mines")
    longitude = models.DecimalField(max_digits=10, decimal_places=6, null=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    search = models.TextField(
        blank=True,
        default="",
        help_text="everything the mine is searched by",
    )
    ended_on = models.DateField(null=True, help_text="merged or split away: first day without a mine of its own")
    act = models.CharField(max_length=64, blank=True, default="", help_text="the act that entered it: an import")
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, help_text="its import was undone")

    class Meta:
        indexes = (
            models.Index(fields=("region_code", "key"), name="mines_by_region"),
            models.Index(fields=("ledger_number",), name="mines_by_ledger_number"),
            models.Index(fields=("name",), name="mines_by_name"),
        )
        constraints = (
            models.CheckConstraint(
                name="a_point_has_longitude_and_latitude",
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(longitude__isnull=False, latitude__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.name


class MineName(models.Model):
    """A name a mine bore (矿山名称) from a day."""

    mine = models.ForeignKey(Mine, models.PROTECT, related_name="names")
    name = models.CharField(max_length=200)
    holds_from = models.DateField(null=True)
    holds_to = models.DateField(null=True)
    act = models.CharField(max_length=64, blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Boundary(models.Model):
    """The area of a mine (矿区范围) in CGCS2000 degrees, from a day."""

    mine = models.ForeignKey(Mine, models.PROTECT, related_name="boundaries")
    shape = models.BinaryField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    hectares = models.DecimalField(max_digits=14, decimal_places=4)
    notes = models.JSONField(default=list)
    holds_from = models.DateField()
    holds_to = models.DateField(null=True)
    evidence = models.JSONField(default=list)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("west", "east", "south", "north"), name="boundaries_by_box"),)

    def __str__(self) -> str:
        return f"{self.mine} {self.hectares} hm²"


class MiningRight(models.Model):
    """A mining right (采矿权) and its licence (采矿许可证): number, minerals, days."""

    mine = models.ForeignKey(Mine, models.PROTECT, related_name="rights")
    licence_number = models.CharField(max_length=40, blank=True, default="")
    holder = models.ForeignKey(Enterprise, models.PROTECT, null=True, related_name="rights")
    minerals = models.JSONField(default=list)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    act = models.CharField(max_length=64, blank=True, default="")
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("licence_number",), name="rights_by_licence_number"),)

    def __str__(self) -> str:
        return self.licence_number or f"{self.mine}"


class Succession(models.Model):
    """How mines became other mines or changed hands (承继): transfer, merger, split, renaming, on a day."""

    class Kind(models.TextChoices):
        """What happened."""

        TRANSFER = "transfer", _("转让")
        MERGE = "merge", _("整合")
        SPLIT = "split", _("分立")
        RENAME = "rename", _("更名")

    kind = models.CharField(max_length=16, choices=Kind.choices)
    on = models.DateField()
    before = models.ManyToManyField(Mine, related_name="succeeded_by")
    after = models.ManyToManyField(Mine, related_name="succeeds")
    from_holder = models.ForeignKey(Enterprise, models.PROTECT, null=True, related_name="+")
    to_holder = models.ForeignKey(Enterprise, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True, default="")
    evidence = models.JSONField(default=list)
    recorded_by = models.CharField(max_length=200, blank=True, default="")
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"


class RoleHolding(models.Model):
    """Who answers for what at a mine or enterprise (任职): legal representative, mine manager, contact; with days."""

    subject_kind = models.CharField(max_length=16)
    subject_key = models.CharField(max_length=64)
    role = models.CharField(max_length=32)
    person_name = models.CharField(max_length=100)
    phone = models.CharField(max_length=40, blank=True, default="")
    holds_from = models.DateField()
    holds_to = models.DateField(null=True)

    class Meta:
        indexes = (models.Index(fields=("subject_kind", "subject_key"), name="roles_of_a_subject"),)

    def __str__(self) -> str:
        return f"{self.person_name} {self.role}"


class ImportBatch(models.Model):
    """One import of one ledger (台账导入): the file by its hash, what was read, what a person decided, what was stated."""

    class State(models.TextChoices):
        """How far the import has come."""

        UPLOADED = "uploaded", _("已上传")
        READING = "reading", _("读取中")
        PREVIEW = "preview", _("待确认")
        REFUSED = "refused", _("无法读取")
        COMMITTING = "committing", _("写入中")
        COMMITTED = "committed", _("已导入")
        UNDONE = "undone", _("已撤销")
        FAILED = "failed", _("失败")

    filename = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=500, help_text="where the file lies below the data folder")
    state = models.CharField(max_length=16, choices=State.choices, default=State.UPLOADED)
    source = models.CharField(max_length=32, help_text="actor whose ledger it is")
    source_label = models.CharField(max_length=200, blank=True, default="")
    organisation = models.CharField(max_length=64, blank=True, default="")
    region_code = models.CharField(max_length=6, blank=True, default="", help_text="rows outside it are refused")
    as_of = models.DateField(help_text="the day the ledger speaks of")
    mapping = models.JSONField(default=dict, help_text="heading → fact name, '' to ignore; as a person decided")
    columns = models.JSONField(default=list)
    unmapped = models.JSONField(default=list)
    good_rows_only = models.BooleanField(default=False)
    rows = models.IntegerField(default=0)
    bad_rows = models.IntegerField(default=0)
    done = models.IntegerField(default=0, help_text="progress: rows handled so far")
    problem = models.JSONField(default=dict, help_text="why the file was refused, {zh, en}")
    uploaded_by = models.CharField(max_length=200)
    uploaded_by_id = models.BigIntegerField(null=True)
    uploaded_at = models.DateTimeField()
    committed_by_id = models.BigIntegerField(null=True)
    committed_on = models.DateField(null=True)
    committed_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("sha256",), name="imports_by_file"),)

    def __str__(self) -> str:
        return self.filename

    @property
    def act(self) -> str:
        """The name under which everything this import stated is recorded."""
        return f"import:{self.pk}"

    @property
    def job(self) -> str:
        """The name of its progress."""
        return f"import-{self.pk}"


class ImportProblem(models.Model):
    """What is wrong in one place of an imported file, in both languages."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="problems")
    row = models.IntegerField(null=True)
    column = models.CharField(max_length=200, blank=True, default="")
    zh = models.TextField()
    en = models.TextField()
    is_error = models.BooleanField(default=True, help_text="an error makes its row bad, a notice does not")

    def __str__(self) -> str:
        return self.zh


class ImportMatch(models.Model):
    """What one row of an import was recognised as (识别): a known mine, a new one, or a question to a person."""

    class How(models.TextChoices):
        """By what the row was recognised."""

        LICENCE = "licence", _("许可证号")
        NUMBER = "number", _("编号与地区")
        NAME = "name", _("名称、地区与矿种")
        NEW = "new", _("新矿山")
        AMBIGUOUS = "ambiguous", _("待人工识别")
        PERSON = "person", _("人工指定")

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="matches")
    row = models.IntegerField()
    name = models.CharField(max_length=200, blank=True, default="")
    how = models.CharField(max_length=16, choices=How.choices)
    mine_key = models.CharField(max_length=24, blank=True, default="")
    candidates = models.JSONField(default=list)
    decided_by = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("batch", "row"), name="a_row_is_recognised_once"),)

    def __str__(self) -> str:
        return f"{self.row} {self.name}"


class Counter(models.Model):
    """The last permanent number given of each kind (永久编号)."""

    kind = models.CharField(max_length=16, unique=True)
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.kind} {self.last}"
