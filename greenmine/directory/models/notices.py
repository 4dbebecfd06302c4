"""Public notices (公示): the mines on them, from when until when, and how each came out of it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from greenmine.papers.models import Paper


class PublicNotice(models.Model):
    """One public notice (公示) of one batch at one stage. It ends by a person's act, never by itself."""

    class Stage(models.TextChoices):
        """Whose notice it is."""

        LEAGUE = "league", _("盟市公示")
        PROVINCIAL = "provincial", _("省级公示")
        NATIONAL = "national", _("国家级公示")

    class State(models.TextChoices):
        """Whether it still runs."""

        RUNNING = "running", _("公示中")
        ENDED = "ended", _("已结束")
        WITHDRAWN = "withdrawn", _("已撤回")

    number = models.CharField(max_length=16, unique=True, help_text="GS-2026-0001")
    stage = models.CharField(max_length=12, choices=Stage.choices)
    organisation = models.CharField(max_length=24, help_text="key of the authority that gives notice")
    organisation_name = models.CharField(max_length=200)
    region_code = models.CharField(max_length=6)
    title = models.CharField(max_length=300)
    from_on = models.DateField()
    until_on = models.DateField(help_text="last day on which objections are taken")
    days = models.PositiveSmallIntegerField()
    days_kind = models.CharField(max_length=8, help_text="working | calendar")
    days_from = models.JSONField(
        default=dict, help_text="where the number of days comes from: reading, value or officer"
    )
    provisional = models.BooleanField(
        default=False, help_text="counted through a year whose holidays are not confirmed"
    )
    contact = models.CharField(max_length=500, help_text="where objections go: office, telephone, address")
    batch = models.CharField(max_length=32, blank=True, default="")
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    opened_by = models.CharField(max_length=200)
    opened_by_id = models.BigIntegerField()
    opened_on = models.DateField()
    ended_on = models.DateField(null=True)
    ended_by = models.CharField(max_length=200, blank=True, default="")
    reason = models.CharField(max_length=1000, blank=True, default="", help_text="why it was withdrawn")

    class Meta:
        indexes = (
            models.Index(fields=("region_code", "-id"), name="notices_of_a_region"),
            models.Index(fields=("state", "until_on"), name="notices_by_end"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("batch", "stage"), condition=~Q(batch="") & ~Q(state="withdrawn"), name="one_notice_of_a_batch"
            ),
            models.CheckConstraint(name="a_notice_lasts_a_day", condition=Q(until_on__gte=F("from_on"))),
            models.CheckConstraint(
                name="a_notice_ends_after_its_last_day",
                condition=~Q(state="ended") | Q(ended_on__gt=F("until_on")),
            ),
            models.CheckConstraint(name="a_withdrawn_notice_says_why", condition=~Q(state="withdrawn") | ~Q(reason="")),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class NoticeMine(models.Model):
    """One mine on a notice, as it was shown."""

    class Outcome(models.TextChoices):
        """What the notice ended with for this mine."""

        RUNNING = "", _("公示中")
        CLEAR = "clear", _("公示无异议")
        NOT_UPHELD = "not_upheld", _("异议不成立")
        UPHELD = "upheld", _("异议成立")

    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="rows")
    mine = models.CharField(max_length=24)
    mine_name = models.CharField(max_length=200)
    holder = models.CharField(max_length=24, blank=True, default="")
    holder_name = models.CharField(max_length=200, blank=True, default="")
    region_code = models.CharField(max_length=6, help_text="county of the mine")
    result = models.CharField(max_length=300, blank=True, default="", help_text="what is proposed, as shown")
    application = models.CharField(max_length=32, blank=True, default="")
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True, default=Outcome.RUNNING)

    class Meta:
        indexes = (models.Index(fields=("mine", "-id"), name="notices_of_a_mine"),)
        constraints = (models.UniqueConstraint(fields=("notice", "mine"), name="a_mine_stands_on_a_notice_once"),)

    def __str__(self) -> str:
        return f"{self.notice_id} {self.mine_name}"
