"""What can happen in the directory: one place to call from.

open_notice(stage, [NoticeRow(mine, result, application)], days=, contact=, title=, batch=, …) → end_notice(notice, …)
register_objection(notice, mine, text, objector=Objector(…) | None, …) → … → answer_objection(objection, …)
enter(mine, tier, notice=, application=, decision_number=, certificate_number=, standard=, …) → Entry
propose_removal(entry, Ground(…), …) → verify → draft, serve → plead → decide_removal → serve → announce → tell_benefits
"""

from greenmine.directory.campaigns import Plan, close_campaign, open_transition_campaign
from greenmine.directory.campaigns import decide as decide_campaign
from greenmine.directory.campaigns import judge as judge_campaign
from greenmine.directory.changing import Reported, Settlement, change_holder, check_change, merge, settle, split
from greenmine.directory.entering import Certificate, enter, issue_certificate, take_back_certificate
from greenmine.directory.legacy import assess as judge_legacy
from greenmine.directory.legacy import end as end_legacy
from greenmine.directory.legacy import move_up
from greenmine.directory.noticing import NoticeRow, end_notice, open_notice, withdraw_notice
from greenmine.directory.objecting import (
    Objector,
    answer_objection,
    close_clue,
    conclude,
    decide_objection,
    draft_answer,
    draft_check,
    open_identity,
    register_objection,
)
from greenmine.directory.objecting import add_record as record_investigation
from greenmine.directory.objecting import investigate as investigate_objection
from greenmine.directory.permissions import (
    CannotAct,
    CannotEnter,
    CannotExchange,
    CannotJudgeAnew,
    CannotNotice,
    CannotObject,
    CannotRemove,
    CannotSettle,
)
from greenmine.directory.removing import (
    Ground,
    accept_rectification,
    decide_removal,
    note_overdue,
    order_rectification,
    plead,
    propose_removal,
    refute_removal,
    tell_kept,
    verify,
)
from greenmine.directory.removing import add_record as record_verification
from greenmine.directory.removing_papers import announce, draft, serve, tell_benefits
from greenmine.directory.sending import Handover, Wanted, hand_over, make_package, note_receipt
from greenmine.directory.sharing import acknowledge, share
from greenmine.directory.taking_in import Brought, bring, drop, load

__all__ = [
    "Brought",
    "CannotAct",
    "CannotEnter",
    "CannotExchange",
    "CannotJudgeAnew",
    "CannotNotice",
    "CannotObject",
    "CannotRemove",
    "CannotSettle",
    "Certificate",
    "Ground",
    "Handover",
    "NoticeRow",
    "Objector",
    "Plan",
    "Reported",
    "Settlement",
    "Wanted",
    "accept_rectification",
    "acknowledge",
    "announce",
    "answer_objection",
    "bring",
    "change_holder",
    "check_change",
    "close_campaign",
    "close_clue",
    "conclude",
    "decide_campaign",
    "decide_objection",
    "decide_removal",
    "draft",
    "draft_answer",
    "draft_check",
    "drop",
    "end_legacy",
    "end_notice",
    "enter",
    "hand_over",
    "investigate_objection",
    "issue_certificate",
    "judge_campaign",
    "judge_legacy",
    "load",
    "make_package",
    "merge",
    "move_up",
    "note_overdue",
    "note_receipt",
    "open_identity",
    "open_notice",
    "open_transition_campaign",
    "order_rectification",
    "plead",
    "propose_removal",
    "record_investigation",
    "record_verification",
    "refute_removal",
    "register_objection",
    "serve",
    "settle",
    "share",
    "split",
    "take_back_certificate",
    "tell_benefits",
    "tell_kept",
    "verify",
    "withdraw_notice",
]
