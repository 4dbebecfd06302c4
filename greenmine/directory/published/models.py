"""What the public may read: mines as published, notices, statements with their place in the public log, copied papers.

Nothing here points at a table of the house: what an act did not write down here, no outlet can show.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Standing(models.TextChoices):
    """Where a mine stands as the public knows it. A proposed removal is no public standing: the mine is still listed."""

    LISTED = "listed", _("在册")
    RECTIFYING = "rectifying", _("整改中")
    CHANGING = "changing", _("变更核实中")
    NOTICE = "notice", _("公示中")
    REMOVED = "removed", _("已移出")
    ENDED = "ended", _("已终止")


class Tier(models.TextChoices):
    """The two tiers there are (cn-2024-1/2.3)."""

    NATIONAL = "national", _("国家级")
    PROVINCIAL = "provincial", _("省级")


class Scale(models.TextChoices):
    """Size class of a mine."""

    LARGE = "large", _("大型")
    MEDIUM = "medium", _("中型")
    SMALL = "small", _("小型")


class PublishedMine(models.Model):
    """A mine as published: one narrow row that every list, filter, count and map reads."""

    key = models.CharField(max_length=24, unique=True, help_text="permanent number of the mine")
    name = models.CharField(max_length=200)
    holder = models.CharField(max_length=200, blank=True, default="", help_text="a person's name never stands here")
    credit_code = models.CharField(max_length=18, blank=True, default="")
    region_code = models.CharField(max_length=6)
    prefecture = models.CharField(max_length=6)
    province = models.CharField(max_length=6)
    place = models.CharField(max_length=120)
    mineral = models.CharField(max_length=64, blank=True, default="")
    mineral_zh = models.CharField(max_length=64, blank=True, default="")
    mineral_en = models.CharField(max_length=64, blank=True, default="")
    scale = models.CharField(max_length=8, choices=Scale.choices, blank=True, default="")
    tier = models.CharField(
        max_length=12, choices=Tier.choices, blank=True, default="", help_text="the highest it holds"
    )
    standing = models.CharField(max_length=12, choices=Standing.choices)
    number = models.CharField(max_length=40, blank=True, default="", help_text="of its entry in the highest tier")
    entered_on = models.DateField(null=True)
    year = models.SmallIntegerField(default=0, help_text="of entry; nought before it")
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    cell = models.CharField(
        max_length=12, blank=True, default="", help_text="square of the map in which the point lies"
    )
    released = models.BooleanField(default=False, help_text="an authority released the exact point")
    changed_on = models.DateField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=("province", "id"), name="published_by_province"),
            models.Index(fields=("prefecture", "id"), name="published_by_prefecture"),
            models.Index(fields=("region_code", "id"), name="published_by_county"),
            models.Index(fields=("mineral", "id"), name="published_by_mineral"),
            models.Index(fields=("standing", "id"), name="published_by_standing"),
            models.Index(fields=("tier", "id"), name="published_by_tier"),
            models.Index(fields=("year", "id"), name="published_by_year"),
            models.Index(fields=("cell", "id"), name="published_by_cell"),
            models.Index(fields=("credit_code",), name="published_by_credit_code"),
            models.Index(fields=("changed_at", "id"), name="published_by_change"),
        )
        constraints = (
            models.CheckConstraint(
                name="a_published_point_has_longitude_and_latitude",
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(longitude__isnull=False, latitude__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.name


class MineDetail(models.Model):
    """The rest of a mine's page: standing per tier, results per dimension, why it is listed, its commitments."""

    mine = models.OneToOneField(PublishedMine, models.CASCADE, primary_key=True, related_name="detail")
    standings = models.JSONField(default=list)
    results = models.JSONField(default=dict)
    why = models.JSONField(default=dict)
    commitments = models.JSONField(default=list)

    def __str__(self) -> str:
        return str(self.pk)


class SearchText(models.Model):
    """What a mine is found by, folded: name, holder, place, mineral, numbers."""

    mine = models.OneToOneField(PublishedMine, models.CASCADE, primary_key=True, related_name="found_by")
    text = models.CharField(max_length=800)

    def __str__(self) -> str:
        return self.text


class Gram(models.Model):
    """Two neighbouring characters of a mine's search text: Chinese words are two characters, and no index splits them."""

    gram = models.CharField(max_length=2)
    mine = models.ForeignKey(PublishedMine, models.CASCADE, related_name="grams", db_index=False)

    class Meta:
        constraints = (models.UniqueConstraint(name="a_gram_stands_once_for_a_mine", fields=("gram", "mine")),)
        indexes = (models.Index(fields=("mine",), name="grams_of_a_mine"),)

    def __str__(self) -> str:
        return self.gram


class Tally(models.Model):
    """How many published mines there are of a kind: kept with every write, so that statistics never count 60,000 rows."""

    kind = models.CharField(max_length=12, help_text="all, province, prefecture, mineral, scale, year, cell")
    code = models.CharField(max_length=64, blank=True, default="")
    tier = models.CharField(max_length=12, blank=True, default="")
    standing = models.CharField(max_length=12)
    count = models.IntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="a_tally_is_kept_once", fields=("kind", "code", "tier", "standing")),
            models.CheckConstraint(name="a_tally_is_not_negative", condition=Q(count__gte=0)),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.code} {self.tier} {self.standing}: {self.count}"


class PublishedNotice(models.Model):
    """A public notice (公示) as published: its list is in `rows`, its days and contact here."""

    class Stage(models.TextChoices):
        """Who gives notice, and before what."""

        LEAGUE = "league", _("盟市公示")
        PROVINCIAL = "provincial", _("省级公示")
        NATIONAL = "national", _("国家级公示")

    class State(models.TextChoices):
        """How far it has come."""

        RUNNING = "running", _("公示中")
        ENDED = "ended", _("已结束")
        WITHDRAWN = "withdrawn", _("已撤回")

    number = models.CharField(max_length=24, unique=True, help_text="GS-2026-0001")
    stage = models.CharField(max_length=12, choices=Stage.choices)
    office = models.CharField(max_length=200, help_text="name of the publishing authority")
    organisation = models.CharField(max_length=24, blank=True, default="", help_text="its key")
    region_code = models.CharField(max_length=6)
    province = models.CharField(max_length=6)
    title_zh = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True, default="")
    contact = models.CharField(max_length=500, blank=True, default="")
    from_on = models.DateField()
    until_on = models.DateField(help_text="last day on which objections are taken")
    state = models.CharField(max_length=12, choices=State.choices, default=State.RUNNING)
    outcome_zh = models.CharField(max_length=500, blank=True, default="")
    outcome_en = models.CharField(max_length=500, blank=True, default="")
    closed_on = models.DateField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("state", "-id"), name="published_notices_by_state"),
            models.Index(fields=("province", "-id"), name="published_notices_by_place"),
        )
        constraints = (
            models.CheckConstraint(
                name="a_published_notice_does_not_end_before_it_begins", condition=Q(until_on__gte=models.F("from_on"))
            ),
        )

    def __str__(self) -> str:
        return self.number


class NoticeRow(models.Model):
    """One mine of a published notice."""

    notice = models.ForeignKey(PublishedNotice, models.CASCADE, related_name="rows")
    order = models.IntegerField()
    mine = models.CharField(max_length=24, help_text="permanent number")
    name = models.CharField(max_length=200)
    holder = models.CharField(max_length=200, blank=True, default="")
    region_code = models.CharField(max_length=6, blank=True, default="")
    place = models.CharField(max_length=120, blank=True, default="")
    result_zh = models.CharField(max_length=300, blank=True, default="")
    result_en = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ("order",)
        constraints = (models.UniqueConstraint(name="a_mine_stands_once_in_a_notice", fields=("notice", "mine")),)
        indexes = (models.Index(fields=("mine",), name="notice_rows_by_mine"),)

    def __str__(self) -> str:
        return f"{self.notice_id} {self.name}"


class Statement(models.Model):
    """One published statement (公开信息): what was said, by which office, and its place in the public log."""

    class Kind(models.TextChoices):
        """What is stated."""

        ENTRY = "entry", _("纳入名录")
        NOTICE = "notice", _("公示")
        NOTICE_END = "notice_end", _("公示结束")
        OBJECTION_OUTCOME = "objection_outcome", _("异议处理结果")
        CONFIRMATION = "confirmation", _("复核确认")
        REMOVAL = "removal", _("移出名录")
        CHANGE = "change", _("在册信息变更")
        GATE_PASS = "gate_pass", _("关口通过理由")
        CORRECTION = "correction", _("信息更正")
        WITHDRAWAL = "withdrawal", _("公开信息撤回")
        DISCLOSURE = "disclosure", _("企业公开")

    number = models.CharField(max_length=24, unique=True, help_text="GK-2026-000001")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    mine = models.CharField(max_length=24, blank=True, default="")
    mine_name = models.CharField(max_length=200, blank=True, default="")
    notice = models.CharField(max_length=24, blank=True, default="")
    region_code = models.CharField(max_length=6)
    province = models.CharField(max_length=6)
    on = models.DateField()
    at = models.DateTimeField()
    title_zh = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True, default="")
    body = models.JSONField(default=dict)
    office = models.CharField(max_length=200, help_text="who speaks: an authority, or an enterprise of itself")
    by_enterprise = models.BooleanField(default=False)
    leaf = models.BigIntegerField(null=True, help_text="its number in the public log")
    withdrawn_on = models.DateField(null=True)
    withdrawn_zh = models.CharField(max_length=500, blank=True, default="")
    withdrawn_en = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        indexes = (
            models.Index(fields=("mine", "-id"), name="statements_of_a_mine"),
            models.Index(fields=("notice", "-id"), name="statements_of_a_notice"),
            models.Index(fields=("kind", "-id"), name="statements_by_kind"),
            models.Index(fields=("province", "-id"), name="statements_by_place"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title_zh}"


class PublicFile(models.Model):
    """A paper copied for the public with its statement (公开文件): without anything a person is known by."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    size = models.IntegerField()
    content = models.BinaryField()

    def __str__(self) -> str:
        return self.name


class Counter(models.Model):
    """The last number given of each kind and year."""

    kind = models.CharField(max_length=16, unique=True)
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.kind} {self.last}"
