"""What is remembered of facts: every assertion ever made, its source and its days; who changed what, in order."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class FactRecord(models.Model):
    """One assertion (事实陈述): a value about a subject, the days it holds, who said it, on what evidence, recorded when.

    Rows are never rewritten; only `withdrawn_at` is set once, when the act that stated them is taken back.
    """

    subject_kind = models.CharField(max_length=16)
    subject_key = models.CharField(max_length=64)
    name = models.CharField(max_length=64)
    value = models.TextField(help_text="JSON text of the value as files write it: canonical, so equal values are equal")
    holds_from = models.DateField(null=True, help_text="first day; empty: for all earlier days too")
    holds_to = models.DateField(null=True, help_text="first day on which it no longer holds")
    source = models.CharField(
        max_length=32,
        help_text="actor of the dictionary: enterprise, county_nr, … or system",
    )
    organisation = models.CharField(max_length=64, blank=True, default="", help_text="permanent key of who said it")
    stated_by = models.CharField(
        max_length=200,
        blank=True,
        default="",
        help_text="as shown: organisation and person",
    )
    evidence = models.JSONField(default=list, help_text="ids of evidence files")
    note = models.CharField(max_length=500, blank=True, default="")
    act = models.CharField(
        max_length=64,
        blank=True,
        default="",
        help_text="the act that stated it: import, form, case",
    )
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("subject_kind", "subject_key", "name"),
                name="facts_of_a_subject",
            ),
            models.Index(fields=("act",), name="facts_of_an_act"),
            models.Index(
                fields=("holds_from",),
                name="facts_that_begin",
                condition=Q(holds_from__isnull=False),
            ),
            models.Index(
                fields=("holds_to",),
                name="facts_that_end",
                condition=Q(holds_to__isnull=False),
            ),
        )
        constraints = (
            models.CheckConstraint(
                name="a_fact_holds_at_least_one_day",
                condition=Q(holds_from__isnull=True) | Q(holds_to__isnull=True) | Q(holds_to__gt=F("holds_from")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_key} {self.name}={self.value}"


class CollectionRecord(models.Model):
    """One row of a collection (台账行): a penalty, a licence, a year's figures, with its own days; folded on reading."""

    subject_kind = models.CharField(max_length=16)
    subject_key = models.CharField(max_length=64)
    record = models.CharField(max_length=32, help_text="penalty, licence, order, milestone, yearly_value …")
    row_key = models.CharField(max_length=64)
    from_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    fields = models.JSONField(default=dict)
    source = models.CharField(max_length=32)
    organisation = models.CharField(max_length=64, blank=True, default="")
    stated_by = models.CharField(max_length=200, blank=True, default="")
    evidence = models.JSONField(default=list)
    act = models.CharField(max_length=64, blank=True, default="")
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("subject_kind", "subject_key", "record"),
                name="rows_of_a_subject",
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_key} {self.record} {self.row_key}"


class CollectionComplete(models.Model):
    """A keeper's declaration that a collection of a subject is complete to a day (台账完整性声明)."""

    subject_kind = models.CharField(max_length=16)
    subject_key = models.CharField(max_length=64)
    record = models.CharField(max_length=32)
    complete_to = models.DateField()
    stated_by = models.CharField(max_length=200, blank=True, default="")
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("subject_kind", "subject_key"), name="complete_of_a_subject"),)

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_key} {self.record} ≤ {self.complete_to}"


class MigratedHistory(models.Model):
    """An operator's declaration that a region's history from before go-live is complete to a day (历史数据完整性声明).

    From then on a fact the system keeps, and nobody stated, is none there instead of unknown.
    """

    region_code = models.CharField(max_length=6)
    complete_to = models.DateField()
    reason = models.CharField(max_length=500)
    declared_by = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.region_code} ≤ {self.complete_to}"


class Relation(models.Model):
    """What one subject is to another on a day (关联): the holder of a mine. Read as `holder.…` by the mine's rules."""

    path = models.CharField(max_length=16, help_text="holder, entry, application …")
    subject_kind = models.CharField(max_length=16)
    subject_key = models.CharField(max_length=64)
    other_kind = models.CharField(max_length=16)
    other_key = models.CharField(max_length=64)
    holds_from = models.DateField(null=True)
    holds_to = models.DateField(null=True)
    act = models.CharField(max_length=64, blank=True, default="")
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("subject_kind", "subject_key", "path"),
                name="relations_of_a_subject",
            ),
            models.Index(
                fields=("other_kind", "other_key", "path"),
                name="relations_to_a_subject",
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject_key} {self.path} {self.other_key}"


class Change(models.Model):
    """That something was stated about a subject (变更流水): contexts above read it from their own cursor.

    `transaction` orders rows by the database's own transaction number, so that a reader never overtakes a writer who
    has a smaller id and commits later (PostgreSQL; SQLite has one writer and leaves it 0).
    """

    subject_kind = models.CharField(max_length=16)
    subject_key = models.CharField(max_length=64)
    names = models.TextField(
        blank=True,
        default="",
        help_text="the facts stated, comma separated; empty: all",
    )
    act = models.CharField(max_length=64, blank=True, default="")
    transaction = models.BigIntegerField(default=0)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("transaction", "id"), name="changes_in_order"),)

    def __str__(self) -> str:
        return f"{self.id} {self.subject_kind} {self.subject_key}"


class Cursor(models.Model):
    """How far one reader of the changes has come (读取位置)."""

    reader = models.CharField(max_length=32, unique=True)
    transaction = models.BigIntegerField(default=0)
    change = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.reader} ≤ {self.transaction}/{self.change}"


class StoredSheets(models.Model):
    """Which edition's dictionary the stored sheets of a kind were made from, and to which day they are rolled."""

    kind = models.CharField(max_length=16, unique=True)
    edition = models.CharField(max_length=64)
    columns = models.JSONField(default=list)
    rolled_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.kind} @ {self.rolled_on}"
