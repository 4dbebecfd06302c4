"""What is remembered of selection: batches, applications with their materials, and what each stage of the way left behind."""

from greenmine.selection.models.applications import Application, Batch, Material
from greenmine.selection.models.deciding import Meeting, Recommendation, Vote
from greenmine.selection.models.stages import BatchNotice, Consent, Defects, Draw, Forwarding, Review, Verification

__all__ = [
    "Application",
    "Batch",
    "BatchNotice",
    "Consent",
    "Defects",
    "Draw",
    "Forwarding",
    "Material",
    "Meeting",
    "Recommendation",
    "Review",
    "Verification",
    "Vote",
]
