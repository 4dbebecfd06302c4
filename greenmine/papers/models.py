"""What is remembered of papers: what stands in them, who signed, their number, and how they were served."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from greenmine.evidence.models import Provenance


class Paper(models.Model):
    """One paper (文书). What was signed is not changed: a correction is a new paper that replaces it."""

    class State(models.TextChoices):
        """How far it came."""

        DRAFT = "draft", _("拟稿")
        RETURNED = "returned", _("退回修改")
        REVIEWED = "reviewed", _("已审核")
        LEGAL = "legal", _("已法制审核")
        SIGNED = "signed", _("已签发")
        NUMBERED = "numbered", _("已编号")
        SEALED = "sealed", _("已用印")
        SERVED = "served", _("已送达")

    class Way(models.TextChoices):
        """How it was served (送达方式)."""

        DIRECT = "direct", _("直接送达")
        POST = "post", _("邮寄送达")
        ELECTRONIC = "electronic", _("电子送达")
        LEFT = "left", _("留置送达")
        NOTICE = "notice", _("公告送达")

    kind = models.CharField(max_length=40, help_text="file of rulebook/papers")
    kind_text = models.TextField(help_text="that file as it was when the paper was made")
    number = models.CharField(max_length=80, blank=True, default="", help_text="发文字号: 绿矿评告〔2026〕1号")
    year = models.PositiveSmallIntegerField(null=True)
    sequence = models.PositiveIntegerField(null=True, help_text="counted for each kind, organisation and year")
    title = models.CharField(max_length=300)
    fields = models.JSONField(default=dict)
    subject_kind = models.CharField(max_length=32)
    subject_key = models.CharField(max_length=64)
    region_code = models.CharField(max_length=6, blank=True, default="")
    organisation = models.CharField(max_length=24, help_text="key of the organisation whose paper it is")
    organisation_name = models.CharField(max_length=200)
    enterprise = models.CharField(max_length=24, blank=True, default="", help_text="key of the enterprise it concerns")
    addressed_to = models.CharField(
        max_length=24, blank=True, default="", help_text="key of the organisation addressed"
    )
    made_by = models.CharField(max_length=200)
    made_by_id = models.PositiveBigIntegerField()
    made_on = models.DateField()
    content_hash = models.CharField(max_length=64, help_text="of what it says, without number and day of signature")
    docx = models.ForeignKey(Provenance, models.PROTECT, related_name="+")
    pdf = models.ForeignKey(Provenance, models.PROTECT, related_name="+")
    notes = models.JSONField(default=list, help_text="what the layout could not show, in both languages")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    signed_by = models.CharField(max_length=200, blank=True, default="")
    signed_on = models.DateField(null=True)
    numbered_on = models.DateField(null=True)
    served_on = models.DateField(null=True)
    served_way = models.CharField(max_length=12, choices=Way.choices, blank=True, default="")
    received_by = models.CharField(max_length=200, blank=True, default="")
    receipt = models.ForeignKey(Provenance, models.PROTECT, null=True, related_name="+", help_text="送达回证")
    sealed_on = models.DateField(null=True)
    seal_keeper = models.CharField(max_length=200, blank=True, default="", help_text="who keeps the seal (印章保管人)")
    seal_copies = models.PositiveSmallIntegerField(null=True, help_text="how many copies were sealed (用印份数)")
    official = models.ForeignKey(
        Provenance,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="scanned or electronically signed copy: PDF, OFD",
    )
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")

    class Meta:
        indexes = (
            models.Index(fields=("subject_kind", "subject_key"), name="papers_about_a_subject"),
            models.Index(fields=("organisation", "-id"), name="papers_of_an_organisation"),
            models.Index(fields=("region_code", "kind"), name="papers_of_a_region"),
        )
        constraints = (
            models.CheckConstraint(
                name="a_signed_paper_says_who_signed_and_when",
                condition=Q(state__in=("draft", "returned", "reviewed", "legal"))
                | ~Q(signed_by="") & Q(signed_on__isnull=False),
            ),
            models.CheckConstraint(
                name="a_served_paper_says_when_and_how",
                condition=~Q(state="served") | Q(served_on__isnull=False) & ~Q(served_way=""),
            ),
            models.CheckConstraint(
                name="a_sealed_paper_says_who_keeps_the_seal",
                condition=~Q(state="sealed")
                | ~Q(seal_keeper="") & Q(sealed_on__isnull=False) & Q(seal_copies__isnull=False),
            ),
            models.UniqueConstraint(name="a_number_is_given_once", fields=("kind", "organisation", "year", "sequence")),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}" if self.number else self.title

    @property
    def is_replaced(self) -> bool:
        """Whether a correction took its place (更正)."""
        return hasattr(self, "replaced_by")


class PaperMark(models.Model):
    """What somebody did to a paper (流转记录): who, when, with which words. Never changed."""

    class Act(models.TextChoices):
        """What was done."""

        MADE = "made", _("拟稿")
        RETURNED = "returned", _("退回修改")
        REVIEWED = "reviewed", _("审核")
        LEGAL = "legal", _("法制审核")
        SIGNED = "signed", _("签发")
        NUMBERED = "numbered", _("编号")
        SEALED = "sealed", _("用印")
        SERVED = "served", _("送达")
        OFFICIAL = "official", _("正式文本入库")

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="marks")
    act = models.CharField(max_length=10, choices=Act.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200)
    on = models.DateField()
    text = models.TextField(blank=True, default="", help_text="the reviewer's sentences, the number, how it was served")

    def __str__(self) -> str:
        return f"{self.paper_id} {self.act}"
