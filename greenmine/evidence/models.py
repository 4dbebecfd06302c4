"""What is remembered: each content once, and every time somebody brought it."""

from __future__ import annotations

from django.db import models


class File(models.Model):
    """One content (文件), known by the SHA-256 of its bytes; it lies in the data folder under that name."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    kept_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256[:12]


class Provenance(models.Model):
    """That a person brought a file, under which name, as evidence of what (来源)."""

    file = models.ForeignKey(File, models.PROTECT, related_name="provenances")
    name = models.CharField(max_length=255)
    title = models.CharField(max_length=200, blank=True, default="")
    subject_kind = models.CharField(max_length=32, blank=True, default="")
    subject_key = models.CharField(max_length=64, blank=True, default="")
    region_code = models.CharField(max_length=6, blank=True, default="")
    organisation = models.CharField(max_length=24, blank=True, default="", help_text="key of the bringing organisation")
    brought_by = models.CharField(max_length=200)
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("subject_kind", "subject_key"), name="evidence_of_a_subject"),)

    def __str__(self) -> str:
        return self.title or self.name


class Opening(models.Model):
    """That somebody opened a file (查阅记录): who, for which organisation, when. Written by the view, never changed."""

    provenance = models.ForeignKey(Provenance, models.PROTECT, related_name="openings")
    person = models.CharField(max_length=150, help_text="name he signs in with")
    name = models.CharField(max_length=200)
    organisation = models.CharField(max_length=24, blank=True, default="")
    organisation_kind = models.CharField(max_length=16, blank=True, default="")
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("organisation", "-id"), name="openings_by_an_organisation"),)

    def __str__(self) -> str:
        return f"{self.name}: {self.provenance_id}"
