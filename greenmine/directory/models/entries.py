"""Entries of the two directories (名录) and everything that happened to them, by day."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from greenmine.directory.models.notices import PublicNotice


class Tier(models.TextChoices):
    """The two directories there are (两级名录); a county or a prefecture keeps none (cn-2024-1/2.3.c)."""

    PROVINCIAL = "provincial", _("省级")
    NATIONAL = "national", _("国家级")

    @property
    def zh(self) -> str:
        """The Chinese word, whatever the language of the page: what is recorded does not depend on it."""
        return "省级" if self is Tier.PROVINCIAL else "国家级"


class Entry(models.Model):
    """One mine in one directory (在册矿山). A mine of the national directory has two entries, each with its own owner."""

    class State(models.TextChoices):
        """Where it stands; what is only proposed changes nothing yet."""

        LISTED = "listed", _("在册")
        RECTIFYING = "rectifying", _("整改中")
        REMOVAL_PROPOSED = "removal_proposed", _("拟移出")
        REMOVED = "removed", _("已移出")
        ENDED = "ended", _("已终止")

    number = models.CharField(max_length=16, unique=True, help_text="ML-2026-0001")
    mine = models.CharField(max_length=24, help_text="permanent number of the mine")
    mine_name = models.CharField(max_length=200)
    region_code = models.CharField(max_length=6, help_text="county of the mine")
    holder = models.CharField(max_length=24, blank=True, default="", help_text="permanent key of the enterprise")
    holder_name = models.CharField(max_length=200, blank=True, default="")
    tier = models.CharField(max_length=12, choices=Tier.choices)
    owner = models.CharField(max_length=24, help_text="key of the authority that keeps this directory")
    owner_name = models.CharField(max_length=200)
    state = models.CharField(max_length=20, choices=State.choices, default=State.LISTED)
    changing = models.BooleanField(default=False, help_text="变更核实中: benefits are frozen, not cancelled")
    entered_on = models.DateField()
    left_on = models.DateField(null=True, help_text="first day on which it is in the directory no more")
    decision_number = models.CharField(max_length=100)
    certificate_number = models.CharField(max_length=100, blank=True, default="", help_text="证书编号")
    emblem_number = models.CharField(max_length=100, blank=True, default="", help_text="牌匾编号")
    certificate_issued_on = models.DateField(null=True)
    certificate_returned_on = models.DateField(null=True)
    batch = models.CharField(max_length=32, blank=True, default="")
    application = models.CharField(max_length=32, blank=True, default="")
    notice = models.ForeignKey(PublicNotice, models.PROTECT, null=True, related_name="entries")
    standard = models.CharField(max_length=80, blank=True, default="", help_text="indicator set it was assessed under")
    standard_digest = models.CharField(max_length=64, blank=True, default="")
    edition = models.CharField(max_length=64, blank=True, default="", help_text="of the law in force at entry")
    legacy = models.BooleanField(default=False, help_text="imported from a list that was published before this system")
    source = models.CharField(max_length=300, blank=True, default="", help_text="where an imported entry stands")
    rectify_by = models.DateField(null=True)
    predecessor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="successors",
        help_text="merged or split mine whose entry went on",
    )
    entered_by = models.CharField(max_length=200)
    recorded_on = models.DateField()

    class Meta:
        indexes = (
            models.Index(fields=("region_code", "tier", "-id"), name="entries_of_a_region"),
            models.Index(fields=("mine", "tier"), name="entries_of_a_mine"),
            models.Index(fields=("tier", "entered_on"), name="entries_by_day"),
            models.Index(fields=("holder",), name="entries_of_a_holder"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("mine", "tier"), condition=Q(left_on__isnull=True), name="a_mine_stands_once_in_a_directory"
            ),
            models.CheckConstraint(
                name="only_two_directories_are_kept", condition=Q(tier__in=["provincial", "national"])
            ),
            models.CheckConstraint(name="an_entry_names_its_decision", condition=~Q(decision_number="")),
            models.CheckConstraint(
                name="who_left_the_directory_says_when",
                condition=Q(state__in=["removed", "ended"], left_on__isnull=False)
                | ~Q(state__in=["removed", "ended"]) & Q(left_on__isnull=True),
            ),
            models.CheckConstraint(
                name="nobody_leaves_before_he_entered",
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("entered_on")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.mine_name}"

    @property
    def stands(self) -> bool:
        """Whether it is in the directory: also while it is rectifying, or a removal is only proposed."""
        return self.left_on is None

    @property
    def shown_state(self) -> str:
        """The state the public sees: what nobody has decided is not shown (拟移出 stays 在册)."""
        return self.State.LISTED.value if self.state == self.State.REMOVAL_PROPOSED else str(self.state)


class EntryEvent(models.Model):
    """Something that happened to an entry on a day (名录沿革): what, by whom, where it stood afterwards. Never rewritten."""

    class Kind(models.TextChoices):
        """What happened."""

        ENTERED = "entered", _("纳入名录")
        IMPORTED = "imported", _("历史名录导入")
        CERTIFICATE = "certificate", _("发放证书牌匾")
        RETURNED = "returned", _("收回证书牌匾")
        RECTIFYING = "rectifying", _("责令限期整改")
        RECTIFIED = "rectified", _("整改验收通过")
        PROPOSED = "proposed", _("提出移出建议")
        REFUTED = "refuted", _("不予移出")
        REMOVED = "removed", _("移出名录")
        CHANGING = "changing", _("变更核实")
        SETTLED = "settled", _("变更核实办结")
        ENDED = "ended", _("名录终止")
        REJUDGED = "rejudged", _("新指标复核")

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    on = models.DateField()
    state = models.CharField(max_length=20, choices=Entry.State.choices, help_text="after it")
    changing = models.BooleanField(default=False, help_text="after it")
    zh = models.TextField()
    en = models.TextField()
    cite = models.JSONField(default=list)
    case = models.CharField(max_length=32, blank=True, default="")
    public = models.BooleanField(default=True, help_text="what is only proposed is not for the public")
    by = models.CharField(max_length=200)
    recorded_on = models.DateField()

    class Meta:
        indexes = (models.Index(fields=("entry", "on", "id"), name="events_of_an_entry"),)

    def __str__(self) -> str:
        return f"{self.entry_id} {self.kind} {self.on}"
