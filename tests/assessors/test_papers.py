"""The papers of an engagement carry what its record says."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from greenmine.assessors import actions as assessors
from greenmine.assessors.models import EntryNotice
from greenmine.assessors.refusals import CannotEngage
from greenmine.papers import queries as papers

from .conftest import NO_TIES, ON, World, again


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path


def test_the_task_letter_names_mine_agency_and_who_pays(world: World) -> None:
    found = world.commissioned()
    paper = assessors.task_letter(found, due_on=date(2026, 12, 31), **world.as_("province"))
    assert paper.kind == "task-letter"
    assert (paper.fields["agency"], paper.fields["mine"], paper.fields["engagement"]) == (
        found.agency.name, found.mine_name, found.number,
    )  # fmt: skip
    assert paper.fields["funding"] == "财政预算：2200109 自然资源调查评估"
    assert [one.pk for one in papers.about("engagement", found.number)] == [paper.pk]
    with pytest.raises(CannotEngage, match="不能早于今天"):
        assessors.task_letter(found, due_on=date(2026, 11, 19), **world.as_("province"))
    with pytest.raises(CannotEngage, match="委托方"):
        assessors.task_letter(found, due_on=date(2026, 12, 31), **world.as_("county_decider"))


def test_the_statement_says_what_was_declared(world: World) -> None:
    found = world.drafted()
    with pytest.raises(CannotEngage, match="尚未声明"):
        assessors.conflict_statement(found, **world.as_("agency"))
    given = {**NO_TIES, "business": {"tie": True, "text": "2023年勘察"}}
    assessors.declare_independence(found, given, **world.as_("agency"))
    paper = assessors.conflict_statement(again(found), **world.as_("agency"))
    assert [line.split("：")[0] for line in paper.fields["statements"]] == ["不存在", "不存在", "存在", "不存在"]
    assert paper.fields["disclosed"][0][1] == "2023年勘察"


def test_entry_notice_and_list_of_questions(world: World) -> None:
    found = assessors.finish_desk_review(world.declared(), **world.as_("agency"))
    with pytest.raises(CannotEngage, match="没有问题"):
        assessors.question_list(found, **world.as_("agency"))
    question = assessors.raise_question(found, "补充环评批复", due_on=ON, **world.as_("agency"))
    assessors.answer_question(question, "已补充", **world.as_("enterprise"))
    assessors.confirm(question, **world.as_("agency"))
    listed = assessors.question_list(found, **world.as_("agency"))
    assert listed.fields["questions"][0][2:] == ["补充环评批复", "已补充", "已确认"]
    found = assessors.settle_questions(found, **world.as_("agency"))
    notice = assessors.give_entry_notice(found, visit_from=ON, visit_to=ON, **world.as_("agency"))
    paper = assessors.entry_notice(notice, **world.as_("agency"))
    assert [row[3] for row in paper.fields["team"]] == ["组长", "组员", "组员", "组员", "组员"]
    assert EntryNotice.objects.get(pk=notice.pk).paper == str(paper.pk)
