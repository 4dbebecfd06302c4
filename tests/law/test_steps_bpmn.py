"""Every shipped table exported as BPMN opens in SpiffWorkflow the tasks that the table opens, on random walks to the end.

SpiffWorkflow evaluates expressions with Python's eval; here it runs only what we exported ourselves.
"""

from __future__ import annotations

import io
import random
from xml.etree import ElementTree as ET

import pytest

from greenmine.editions import procedures, readings
from greenmine.law.steps import load_table
from greenmine.law.steps.bpmn import BPMN, export, opinion_id, process_id, task_id
from greenmine.law.steps.table import SAME

spiff = pytest.importorskip("SpiffWorkflow")

WALKS, MOST_STEPS = 12, 60


def settled(identifier):
    """The table with every reading as it is by default somewhere: the export carries days, not questions."""
    table = procedures.table(identifier)
    questions = readings.questions()
    return table.settled({name: questions[name].defaults[0].value for name in table.readings})


def start(table):
    from SpiffWorkflow.bpmn import BpmnWorkflow
    from SpiffWorkflow.bpmn.parser import BpmnParser

    parser = BpmnParser()
    parser.add_bpmn_io(io.BytesIO(export(table).encode()))
    workflow = BpmnWorkflow(parser.get_spec(process_id(table)), parser.get_subprocess_specs(process_id(table)))
    run(workflow)
    return workflow


def run(workflow):
    workflow.refresh_timers()
    workflow.do_engine_steps()


def ready(workflow):
    from SpiffWorkflow import TaskState

    return [task for task in workflow.get_tasks(state=TaskState.READY) if task.task_spec.manual]


class Witness:
    """The table itself, walked by hand: where it stands, and how many opinions have not come."""

    def __init__(self, table):
        self.table, self.state = table, table.start
        self.enter()

    def enter(self):
        asked = self.table.states[self.state].opinions
        self.waiting = len(self.table.opinions[asked].departments) if asked else 0

    def open(self):
        steps = [s for s in self.table.open_steps(self.state) if not (s.after_opinions and self.waiting)]
        return sorted([task_id(self.state, step.id) for step in steps] + [opinion_id(self.state)] * self.waiting)

    def do(self, task):
        if task == opinion_id(self.state):
            self.waiting -= 1
            return
        step = next(s for s in self.table.open_steps(self.state) if task_id(self.state, s.id) == task)
        self.table.check(self.state, step.id)
        if step.to != SAME:
            self.state = step.to
            self.enter()


def name(task):
    return task.task_spec.bpmn_id or task.task_spec.name


def walk(table, seed):
    chance, witness, workflow = random.Random(seed), Witness(table), start(table)
    done = []
    for _ in range(MOST_STEPS):
        tasks = ready(workflow)
        assert sorted(name(task) for task in tasks) == witness.open(), done
        if table.is_final(witness.state):
            break
        chosen = chance.choice(sorted(tasks, key=lambda one: (name(one), str(one.id))))
        done.append(name(chosen))
        chosen.run()
        run(workflow)
        witness.do(done[-1])
    assert workflow.is_completed() == table.is_final(witness.state)
    return done


@pytest.mark.parametrize("identifier", procedures.names())
def test_the_export_opens_the_same_tasks_as_the_table(identifier):
    table = settled(identifier)
    ended = 0
    for seed in range(WALKS):
        done = walk(table, seed)
        ended += bool(done) and len(done) < MOST_STEPS
    assert ended > 0  # not every walk turns in a circle


@pytest.mark.parametrize("identifier", procedures.names())
def test_the_export_names_every_state_step_and_clause(identifier):
    table = settled(identifier)
    root = ET.fromstring(export(table))
    tasks = {node.get("id") for node in root.iter(f"{{{BPMN}}}userTask")}
    wanted = {
        task_id(state, step.id)
        for state, one in table.states.items()
        if not one.final
        for step in table.open_steps(state)
    }
    assert wanted <= tasks
    texts = "".join(node.text or "" for node in root.iter(f"{{{BPMN}}}documentation"))
    assert all(provision in texts for step in table.steps.values() for provision in step.provisions)
    ends = [node.get("name") for node in root.iter(f"{{{BPMN}}}endEvent") if node.get("name")]
    assert ends == [one.title["zh"] for one in table.states.values() if one.final]


def test_the_export_is_the_same_text_every_time():
    table = settled("misconduct-inquiry")
    assert export(table) == export(table)


OPINIONS = """
id: asked
title: {zh: 征求, en: ask}
start: reviewing
states:
  reviewing: {zh: 初审中, en: reviewing, opinions: joint}
  passed: {zh: 合格, en: passed, final: true}
opinions:
  joint: {departments: [ecology, forestry, water], level: county, days: 10, kind: working, by: practice, confidence: I}
steps:
  - {id: pass, title: {zh: 通过, en: pass}, from: reviewing, to: passed, verb: mines.see, actor: authority, after_opinions: joint, by: practice, confidence: I}
  - {id: note, title: {zh: 记录, en: note}, from: reviewing, to: same, verb: mines.see, actor: authority, by: practice, confidence: I}
  - {id: drop, title: {zh: 终止, en: drop}, from: reviewing, to: passed, verb: mines.see, actor: authority, by: practice, confidence: I}
"""


def test_three_opinions_are_asked_at_once_and_the_step_waits_for_all_of_them():
    table = load_table(OPINIONS)
    workflow = start(table)
    for left in (3, 2, 1):
        names = sorted(name(task) for task in ready(workflow))
        assert names == ["opinion_reviewing"] * left + ["task_reviewing__drop", "task_reviewing__note"]
        next(task for task in ready(workflow) if name(task) == "opinion_reviewing").run()
        run(workflow)
    assert "task_reviewing__pass" in {name(task) for task in ready(workflow)}


def test_opinions_have_a_boundary_timer_that_says_late_is_not_agreement():
    root = ET.fromstring(export(load_table(OPINIONS)))
    timer = root.find(f".//{{{BPMN}}}boundaryEvent")
    assert timer is not None
    assert timer.get("name") == "逾期未反馈"
    assert timer.find(f".//{{{BPMN}}}timeDuration").text == '"P10D"'
    assert "不视为同意" in timer.find(f"{{{BPMN}}}documentation").text


def test_a_word_of_the_table_cannot_leave_its_element():
    table = load_table(OPINIONS.replace("zh: 通过", 'zh: "<script>&\\"]]>"'))
    root = ET.fromstring(export(table))
    assert "&lt;script&gt;&amp;" in export(table)
    assert any(node.get("name") == '<script>&"]]>' for node in root.iter(f"{{{BPMN}}}userTask"))
