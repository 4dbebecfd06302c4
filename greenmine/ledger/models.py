"""What is remembered: records of acts, each holding the hash of the one before."""

from __future__ import annotations

from django.db import models


class Record(models.Model):
    """One act (行为记录). `on` is the day it counts for, `at` the moment it was written down."""

    verb = models.CharField(max_length=64, help_text="context.past_participle, e.g. facts.stated")
    subject_kind = models.CharField(max_length=32)
    subject_key = models.CharField(max_length=64)
    region_code = models.CharField(max_length=6, blank=True, default="")
    by = models.JSONField(help_text="the actor as he was: id, name, organisation, roles")
    on = models.DateField()
    at = models.DateTimeField()
    zh = models.TextField()
    en = models.TextField()
    cite = models.JSONField(default=list, help_text="ids of provisions or rules relied on")
    payload = models.JSONField(default=dict)
    payload_hash = models.CharField(max_length=64, help_text="salted, so that personal data can be erased later")
    previous = models.CharField(max_length=64, unique=True, help_text="hash of the record before; zeros for the first")
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes = (
            models.Index(fields=("subject_kind", "subject_key", "-id"), name="records_of_a_subject"),
            models.Index(fields=("verb", "-id"), name="records_by_verb"),
            models.Index(fields=("region_code", "-id"), name="records_of_a_region"),
        )

    def __str__(self) -> str:
        return self.zh


class Salt(models.Model):
    """The salt of one payload's hash. Erasing salt and payload together forgets a person without breaking the chain."""

    record = models.BigIntegerField(primary_key=True)
    salt = models.CharField(max_length=32)

    def __str__(self) -> str:
        return str(self.record)
