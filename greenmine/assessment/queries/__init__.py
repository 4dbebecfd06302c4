"""What can be asked of assessments: whose they are to see, what a page shows of one, what is missing, what would help."""

from greenmine.assessment.queries.comparing import (
    Compared,
    OldToNew,
    compare,
    compare_parties,
    last_of,
    old_to_new,
    score_change,
)
from greenmine.assessment.queries.evidence import Reusable, reusable_evidence
from greenmine.assessment.queries.gates import Gate, GateLine, Risk, gates_preview, removal_risk
from greenmine.assessment.queries.headings import HeadingResult, by_heading
from greenmine.assessment.queries.listing import assessments_for, get, history, overdue
from greenmine.assessment.queries.stages import StageChecklist, Staged, stage_checklists
from greenmine.assessment.queries.views import (
    Gap,
    ItemView,
    View,
    advice,
    answers_of,
    flags,
    frozen_of,
    gaps,
    result_of,
    view_of,
)

__all__ = [
    "Compared", "Gap", "Gate", "GateLine", "HeadingResult", "ItemView", "OldToNew", "Reusable", "Risk", "StageChecklist", "Staged", "View", "advice",
    "answers_of", "assessments_for", "by_heading", "compare", "compare_parties", "flags", "frozen_of", "gaps",
    "gates_preview", "get", "history", "last_of", "old_to_new", "overdue", "removal_risk", "result_of",
    "reusable_evidence", "score_change", "stage_checklists", "view_of",
]  # fmt: skip
