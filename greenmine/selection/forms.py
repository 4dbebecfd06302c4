"""What each step is given (办理表单): the named fields a page shows for a step, and the order they stand in.

A page draws exactly these; `actions.take` reads exactly these from the payload. Nothing else decides what is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a step's form.

    kind: text · long · day · file · defects [{item, text}] · answers [text] · votes [{name, organisation, vote, reason}] ·
    team [{name, organisation, department, leads}] · findings [{item, text, met}] · views [{name, department, agrees, text}] ·
    agency (key of a registered agency)
    """

    name: str
    kind: str
    zh: str
    en: str
    required: bool = True


def _field(name: str, kind: str, zh: str, en: str, *, required: bool = True) -> Field:
    return Field(name, kind, zh, en, required)


REASONS = _field("reasons", "long", "理由", "reasons")
NOTE = _field("note", "long", "说明", "note", required=False)
REMARKS = _field("remarks", "findings", "逐项审查意见", "remarks on single points", required=False)
DEFECTS = _field("defects", "defects", "全部需补正的内容（一次性告知）", "all defects, told at once")
TEAM = (
    _field("team", "team", "联合核查组", "joint team"),
    _field("planned_on", "day", "核查日期", "day of the visit"),
)
SIGHT = (
    _field("visited_on", "day", "实际核查日期", "day on which it was visited"),
    _field("findings", "findings", "核查情况", "findings"),
    _field("views", "views", "各部门核查意见", "the word of each department"),
    _field("sheet", "file", "签字核查表", "the signed sheet"),
)
MEETING = (
    _field("held_on", "day", "会议日期", "day of the meeting"),
    _field("chair", "text", "主持人", "chair"),
    _field("votes", "votes", "表决情况", "votes"),
    _field("minutes", "file", "会议纪要", "minutes"),
    REASONS,
)

FORMS: Mapping[str, tuple[Field, ...]] = {
    "accept": (NOTE,),
    "return_for_correction": (DEFECTS,),
    "not_accept": (REASONS,),
    "resubmit": (_field("answers", "answers", "逐项补正说明", "an answer to each defect"),),
    "resubmit_review": (_field("answers", "answers", "逐项补正说明", "an answer to each defect"),),
    "return_review": (DEFECTS,),
    "pass_review": (REMARKS, REASONS),
    "fail_review": (REMARKS, REASONS),
    "commission": (_field("agency", "agency", "评估机构", "agency"),),
    "commission_again": (_field("agency", "agency", "评估机构", "agency"), REASONS),
    "pass_assessment": (),
    "fail_assessment": (REASONS,),
    "ask_consent": (NOTE,),
    "consent": (
        _field("document", "text", "同意文件文号", "number of the document"),
        _field("dated_on", "day", "文件日期", "day of the document"),
        _field("evidence", "file", "同意文件", "the document"),
    ),
    "decline_consent": (REASONS,),
    "forward": (NOTE,),
    "receive": (NOTE,),
    "forward_league": (NOTE,),
    "receive_league": (NOTE,),
    "forward_region": (NOTE,),
    "receive_region": (NOTE,),
    "report_review": (NOTE,),
    "receive_review": (NOTE,),
    "report_passed": (NOTE,),
    "receive_passed": (NOTE,),
    "plan_verification": TEAM,
    "record_verification": SIGHT,
    "confirm_verification": (REASONS,),
    "refuse_verification": (REASONS,),
    "pass_unsampled": (REASONS,),
    "uphold_objection": (REASONS,),
    "uphold_league_objection": (REASONS,),
    "decide": MEETING,
    "reconsider": MEETING,
    "enter": (
        _field("decision_number", "text", "决定文号", "number of the decision"),
        _field("certificate_number", "text", "证书（牌匾）编号", "number of certificate and emblem", required=False),
    ),
    "support": MEETING,
    "not_support": MEETING,
    "plan_field_check": TEAM,
    "record_field_check": SIGHT,
    "confirm_field_check": (REASONS,),
    "refuse_field_check": (REASONS,),
    "withdraw": (REASONS,),
    "withdraw_recommendation": (REASONS,),
}

# Steps that a whole batch takes together: on the page of the batch, not on that of one application.
BATCH_STEPS: Mapping[str, str] = {
    "open_league_notice": "notice",
    "close_league_notice": "end_notice",
    "open_notice": "notice",
    "close_notice": "end_notice",
}


def form_of(step: str) -> tuple[Field, ...]:
    """The fields of a step; a step without a form is taken by one button."""
    return FORMS.get(step, ())
