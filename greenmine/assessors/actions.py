"""Everything that can happen to third parties, in one place to import from; each action stands beside its kind.

The register: `registering`, `experts` · an engagement: `engaging`, `teams`, `working`, `ending` · sanctions: `sanctioning`.
"""

from __future__ import annotations

from greenmine.assessors.ending import (
    close,
    criteria,
    handle_fee_demand,
    pay_milestone,
    rate,
    report_fee_demand,
)
from greenmine.assessors.engaging import (
    Terms,
    accept,
    cancel,
    check_conflicts,
    commission,
    decide_conflicts,
    declare_independence,
    decline,
    draft_engagement,
    record_confirmation,
    recuse_agency,
)
from greenmine.assessors.experts import Tie, declare_expert_ties, draw_experts, enter_expert, remove_expert
from greenmine.assessors.registering import (
    NewAssessor,
    add_entry,
    add_former_house,
    check_agency,
    employ,
    end_employment,
    link_account,
    record_measure,
    record_training,
    register_agency,
)
from greenmine.assessors.sanctioning import debar, lift_suspension, revoke, suspend
from greenmine.assessors.teams import Member, declare, name_team, recuse_member
from greenmine.assessors.working import (
    accept_report,
    answer_question,
    confirm,
    confirm_question,
    file_report,
    finish_desk_review,
    finish_visit,
    give_entry_notice,
    raise_question,
    receive_entry_notice,
    return_report,
    review,
    settle_questions,
)

__all__ = [
    "Member", "NewAssessor", "Terms", "Tie",
    "accept", "accept_report", "add_entry", "add_former_house", "answer_question", "cancel", "check_agency",
    "check_conflicts", "close", "commission", "confirm", "confirm_question", "criteria", "debar", "decide_conflicts",
    "declare", "declare_expert_ties", "declare_independence", "decline", "draft_engagement", "draw_experts", "employ",
    "end_employment", "enter_expert", "file_report", "finish_desk_review", "finish_visit", "give_entry_notice",
    "handle_fee_demand", "lift_suspension", "link_account", "name_team", "pay_milestone", "raise_question", "rate",
    "receive_entry_notice", "record_confirmation", "record_measure", "record_training", "recuse_agency",
    "recuse_member", "register_agency", "remove_expert", "report_fee_demand", "return_report", "review", "revoke",
    "settle_questions", "suspend",
]  # fmt: skip
