"""A step table as BPMN 2.0: what any other workflow engine can read, and what an independent one must open in the same way.

Each state is a subprocess in which every step that is open there is a user task, all ready at once; opinions are one
parallel multi-instance user task beside them. The first step that leads elsewhere ends the subprocess, and with it whatever
else waited; a gateway then follows the step that was taken. A step that leaves the state as it is comes back to itself.
Clocks stand as documentation: BPMN durations know no working days. Opinions also have a boundary timer, in calendar days.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from greenmine.law.steps.table import ALSO, SAME, Clock, OpinionRound, Step, Table

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
TARGET = "urn:greenmine:procedures"
CHOSEN = "chosen"
KIND_WORDS = {"working": "个工作日", "calendar": "天"}


def export(table: Table) -> str:
    """The table as a BPMN 2.0 document: the process `process_<id>`, tasks named by state and step."""
    ET.register_namespace("", BPMN)
    ET.register_namespace("xsi", XSI)
    return _Writer(table).document()


def task_id(state: str, step: str) -> str:
    """The id of the user task of a step in a state."""
    return f"task_{_name(state)}__{_name(step)}"


def opinion_id(state: str) -> str:
    """The id of the task by which opinions are given in a state."""
    return f"opinion_{_name(state)}"


def process_id(table: Table) -> str:
    """The id of the process."""
    return f"process_{_name(table.id)}"


class _Writer:
    """Writes one table."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.flows = 0

    def document(self) -> str:
        root = ET.Element(_tag("definitions"), {"id": f"definitions_{_name(self.table.id)}", "targetNamespace": TARGET})
        process = ET.SubElement(
            root,
            _tag("process"),
            {"id": process_id(self.table), "name": self.table.title["zh"], "isExecutable": "true"},
        )
        _document(process, self.table.title["en"])
        _event(process, "startEvent", "start", self.table.opening.title["zh"] if self.table.opening else "")
        self.flow(process, "start", self.entry(self.table.start))
        for state in self.table.states:
            self.state(process, state)
        return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"

    def entry(self, state: str) -> str:
        """Where a state is entered."""
        return f"end_{_name(state)}" if self.table.states[state].final else f"state_{_name(state)}"

    def state(self, process: ET.Element, state: str) -> None:
        one = self.table.states[state]
        if one.final:
            _event(process, "endEvent", self.entry(state), one.title["zh"])
            return
        inside = ET.SubElement(process, _tag("subProcess"), {"id": self.entry(state), "name": one.title["zh"]})
        _document(inside, one.title["en"])
        self.inside(inside, state)
        moves = [step for step in self.table.open_steps(state) if step.to != SAME]
        if len(moves) == 1:
            self.flow(process, self.entry(state), self.entry(moves[0].lands_in(state)))
            return
        gateway = f"which_{_name(state)}"
        default = f"{gateway}__{_name(moves[-1].id)}"
        ET.SubElement(process, _tag("exclusiveGateway"), {"id": gateway, "default": default})
        self.flow(process, self.entry(state), gateway)
        for step in moves:
            identifier = f"{gateway}__{_name(step.id)}"
            condition = "" if identifier == default else f'{CHOSEN} == "{step.id}"'
            self.flow(process, gateway, self.entry(step.lands_in(state)), identifier, condition, step.title["zh"])

    def inside(self, inside: ET.Element, state: str) -> None:
        """The tasks that are ready in a state, side by side."""
        prefix = _name(state)
        _event(inside, "startEvent", f"in_{prefix}", "")
        fork = f"open_{prefix}"
        ET.SubElement(inside, _tag("parallelGateway"), {"id": fork})
        self.flow(inside, f"in_{prefix}", fork)
        asked = self.table.opinions.get(self.table.states[state].opinions)
        after = [s for s in self.table.open_steps(state) if asked and s.after_opinions == asked.id]
        if asked:
            self.opinions(inside, state, asked, fork, after)
        for step in self.table.open_steps(state):
            self.task(inside, state, step, "" if step in after else fork)

    def task(self, inside: ET.Element, state: str, step: Step, fork: str) -> None:
        """One step: a user task that ends the state, or comes back to itself."""
        identifier = task_id(state, step.id)
        if step.to == SAME:
            again = f"again_{identifier}"
            ET.SubElement(inside, _tag("exclusiveGateway"), {"id": again})
            if fork:
                self.flow(inside, fork, again)
            self.flow(inside, again, identifier)
            self.user_task(inside, identifier, step)
            self.flow(inside, identifier, again)
            return
        if fork:
            self.flow(inside, fork, identifier)
        self.user_task(inside, identifier, step)
        script = f"chose_{identifier}"
        node = ET.SubElement(inside, _tag("scriptTask"), {"id": script, "scriptFormat": "text/python"})
        ET.SubElement(node, _tag("script")).text = f'{CHOSEN} = "{step.id}"'
        self.flow(inside, identifier, script)
        out = _event(inside, "endEvent", f"out_{identifier}", "")
        ET.SubElement(out, _tag("terminateEventDefinition"))
        self.flow(inside, script, f"out_{identifier}")

    def user_task(self, inside: ET.Element, identifier: str, step: Step) -> None:
        node = ET.SubElement(inside, _tag("userTask"), {"id": identifier, "name": step.title["zh"]})
        _document(node, _said(step))

    def opinions(self, inside: ET.Element, state: str, asked: OpinionRound, fork: str, after: list[Step]) -> None:
        """One task for each department at once; then the steps that wait for all of them, or for the timer."""
        identifier, joined = opinion_id(state), f"asked_{_name(state)}"
        self.flow(inside, fork, identifier)
        node = ET.SubElement(inside, _tag("userTask"), {"id": identifier, "name": asked.title["zh"]})
        _document(node, f"{'、'.join(asked.departments)}；{_clock(asked.clock)}；{'、'.join(asked.provisions)}")
        many = ET.SubElement(node, _tag("multiInstanceLoopCharacteristics"), {"isSequential": "false"})
        cardinality = ET.SubElement(many, _tag("loopCardinality"), {f"{{{XSI}}}type": "tFormalExpression"})
        cardinality.text = str(len(asked.departments))
        ET.SubElement(inside, _tag("exclusiveGateway"), {"id": joined})
        self.flow(inside, identifier, joined)
        if asked.clock.days > 0:
            timer = f"late_{_name(state)}"
            boundary = ET.SubElement(
                inside, _tag("boundaryEvent"),
                {"id": timer, "name": "逾期未反馈", "attachedToRef": identifier, "cancelActivity": "true"},
            )  # fmt: skip
            _document(boundary, f"{_clock(asked.clock)}；逾期仍可反馈，不视为同意")
            definition = ET.SubElement(boundary, _tag("timerEventDefinition"))
            duration = ET.SubElement(definition, _tag("timeDuration"), {f"{{{XSI}}}type": "tFormalExpression"})
            duration.text = f'"P{asked.clock.days}D"'
            self.flow(inside, timer, joined)
        if not after:
            _event(inside, "endEvent", f"all_{_name(state)}", "")
            self.flow(inside, joined, f"all_{_name(state)}")
            return
        ready = f"ready_{_name(state)}"
        ET.SubElement(inside, _tag("parallelGateway"), {"id": ready})
        self.flow(inside, joined, ready)
        for step in after:
            target = task_id(state, step.id)
            self.flow(inside, ready, f"again_{target}" if step.to == SAME else target)

    def flow(
        self, parent: ET.Element, source: str, target: str, identifier: str = "", condition: str = "", name: str = ""
    ) -> None:
        self.flows += 1
        attributes = {"id": identifier or f"flow_{self.flows}", "sourceRef": source, "targetRef": target}
        node = ET.SubElement(parent, _tag("sequenceFlow"), attributes | ({"name": name} if name else {}))
        if condition:
            ET.SubElement(node, _tag("conditionExpression"), {f"{{{XSI}}}type": "tFormalExpression"}).text = condition


def _event(parent: ET.Element, kind: str, identifier: str, name: str) -> ET.Element:
    return ET.SubElement(parent, _tag(kind), {"id": identifier} | ({"name": name} if name else {}))


def _document(node: ET.Element, text: str) -> None:
    if text:
        ET.SubElement(node, _tag("documentation")).text = text


def _said(step: Step) -> str:
    """Whose turn, until when, on which clause: what BPMN itself has no place for."""
    parts = [
        step.title["en"],
        f"{step.actor.kind} {ALSO.join(step.actor.levels)} {ALSO.join(step.actor.departments)}".strip(),
    ]
    parts += [_clock(step.clock)] if step.clock else []
    parts += [f"不早于{_clock(step.not_before)}"] if step.not_before else []
    parts += [one.words["zh"] for one in step.requires]
    parts += ["、".join(step.provisions)] if step.provisions else []
    return "；".join(parts)


def _clock(clock: Clock) -> str:
    days = str(clock.days) if clock.days else f"{clock.reading or clock.payload}"
    return f"{days}{KIND_WORDS[clock.kind]}"


def _tag(name: str) -> str:
    return f"{{{BPMN}}}{name}"


def _name(text: str) -> str:
    """An id as XML allows it; two names of a table never become one."""
    return "".join(sign if sign.isalnum() else {"_": "_", "-": "-", ".": "."}.get(sign, "") for sign in text)
