"""What can happen to an assessment: opened, filled in, proven, submitted, given back, moved to another set of indicators."""

from greenmine.assessment.actions.answering import Saved, acknowledge, acknowledge_all, answer, attach, detach
from greenmine.assessment.actions.moving import move, preview_move, undo_move, weigh_move
from greenmine.assessment.actions.opening import open_for_engagement, open_self
from greenmine.assessment.actions.sharing import Shared, preview_share, share, targets_of
from greenmine.assessment.actions.submitting import NotReady, commitment_text, return_, submit, withdraw
from greenmine.assessment.drafts import Draft
from greenmine.assessment.permissions import CannotAssess, Overtaken

__all__ = [
    "CannotAssess", "Draft", "NotReady", "Overtaken", "Saved", "Shared", "acknowledge", "acknowledge_all", "answer", "attach", "commitment_text", "detach", "move",
    "open_for_engagement", "open_self", "preview_move", "preview_share", "return_", "share", "submit", "targets_of", "undo_move",
    "weigh_move", "withdraw",
]  # fmt: skip
