"""What is remembered of third parties: the register, who was engaged for what, and who is debarred."""

from __future__ import annotations

from greenmine.assessors.models.agencies import Agency, AgencyCheck, AgencyEntry, Measure
from greenmine.assessors.models.engagements import (
    Confirmation,
    ConflictCheck,
    Declaration,
    Engagement,
    EngagementStep,
    EntryNotice,
    FeeDemand,
    Milestone,
    Performance,
    Question,
    Recusal,
    Review,
    TeamMember,
)
from greenmine.assessors.models.people import (
    Assessor,
    Employment,
    Expert,
    ExpertConflict,
    ExpertDraw,
    FormerHouse,
    Training,
)
from greenmine.assessors.models.sanctions import Debarment, Suspension

__all__ = [
    "Agency",
    "AgencyCheck",
    "AgencyEntry",
    "Assessor",
    "Confirmation",
    "ConflictCheck",
    "Debarment",
    "Declaration",
    "Employment",
    "Engagement",
    "EngagementStep",
    "EntryNotice",
    "Expert",
    "ExpertConflict",
    "ExpertDraw",
    "FeeDemand",
    "FormerHouse",
    "Measure",
    "Milestone",
    "Performance",
    "Question",
    "Recusal",
    "Review",
    "Suspension",
    "TeamMember",
    "Training",
]
