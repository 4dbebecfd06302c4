"""The peers: each is made from the questions, given its rows in the form it likes best, and then only asked."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from bench.conditions import FALSE, TRUE, UNKNOWN, Questions, keyed_tables, plain
from bench.peers import texts
from bench.population import Population, shifted
from greenmine.law.days import add_months
from greenmine.law.ir import Lookup, Shift, walk
from greenmine.law.sql import SQL_NONE

NO_FACT = SQL_NONE - 1  # unknown, where a peer has only numbers


def rows_of(population: Population, count: int, *, absent: bool) -> list[dict[str, Any]]:
    """One mapping a mine; unknown facts are left out or None."""
    names = list(population.values)
    columns = [population.stored(name, 0, count) for name in names]
    rows = [dict(zip(map(plain, names), row, strict=True)) for row in zip(*columns, strict=True)]
    return [{name: value for name, value in row.items() if value is not None} for row in rows] if absent else rows


def add_months_or_nothing(day: Any, count: Any) -> Any:
    """Our calendar for peers that can be given a function; none and unknown pass through."""
    return day if day is None or day == SQL_NONE else add_months(int(day), int(count))


class Peer:
    """A peer over rows: `answers` gives one of false, unknown, true for every condition it can express."""

    name = package = note = ""
    rows: list[Any]

    def __init__(self, asked: Questions) -> None:
        self.asked = asked
        self.can = [self.expressible(node) for node in asked.conditions]

    @staticmethod
    def expressible(node: Any) -> bool:
        """Whether the peer can say the condition at all."""
        return node is not None

    def prepare(self, population: Population, count: int) -> None:
        raise NotImplementedError

    def answers(self) -> np.ndarray:
        return np.array([self.one(row) for row in self.rows], np.uint8)

    def one(self, row: Any) -> list[int]:
        raise NotImplementedError


class CelCpp(Peer):
    """CEL in Google's own C++, through its Python binding."""

    name, package = "CEL (C++)", "cel-expr-python"
    note = "unknown = absent fact; errors absorbed by && and ||; add_months given as a function"

    def __init__(self, asked: Questions) -> None:
        super().__init__(asked)
        from cel_expr_python import cel  # noqa: PLC0415 -- a peer

        kind = cel.Type
        moved = cel.Overload(
            "add_months_int",
            return_type=kind.INT,
            parameters=[kind.INT, kind.INT],
            is_member=False,
            impl=add_months_or_nothing,
        )
        dynamic = kind.Map(kind.STRING, kind.DYN)
        self.env = cel.NewEnv(
            variables={"m": dynamic, "t": dynamic}, functions=[cel.FunctionDecl("add_months", [moved])]
        )
        writer = texts.Cel(asked)
        self.programs = [self.env.compile(writer.condition(node)) for node in asked.conditions]

    def prepare(self, population: Population, count: int) -> None:
        tables = keyed_tables(self.asked)
        self.rows = [{"m": row, "t": tables} for row in rows_of(population, count, absent=True)]

    def one(self, row: Any) -> list[int]:
        activation = self.env.Activation(row)
        values = [program.eval(activation).value() for program in self.programs]
        return [TRUE if value is True else FALSE if value is False else UNKNOWN for value in values]


class CelPython(Peer):
    """CEL in Python."""

    name, package = "CEL (Python)", "cel-python"
    note = CelCpp.note

    def __init__(self, asked: Questions) -> None:
        super().__init__(asked)
        import celpy  # noqa: PLC0415 -- a peer

        self.celpy = celpy
        environment, writer = celpy.Environment(), texts.Cel(asked)
        functions = {"add_months": self.add_months}
        self.programs = [
            environment.program(environment.compile(writer.condition(node)), functions=functions)
            for node in asked.conditions
        ]

    def add_months(self, day: Any, count: Any) -> Any:
        return day if isinstance(day, Exception) else self.celpy.celtypes.IntType(add_months_or_nothing(day, count))

    def prepare(self, population: Population, count: int) -> None:
        to_cel = self.celpy.json_to_cel
        tables = to_cel(keyed_tables(self.asked))
        self.rows = [{"m": to_cel(row), "t": tables} for row in rows_of(population, count, absent=True)]

    def one(self, row: Any) -> list[int]:
        return [self.said(program, row) for program in self.programs]

    def said(self, program: Any, row: Any) -> int:
        try:
            return TRUE if program.evaluate(row) else FALSE
        except self.celpy.CELEvalError:
            return UNKNOWN


class Zen(Peer):
    """The zen engine of GoRules: one expression node with every condition."""

    name, package = "zen", "zen-engine"
    note = "three values as 0, 1, 2 with min and max; months cannot be added to a column, those rules are left out"

    def __init__(self, asked: Questions) -> None:
        super().__init__(asked)
        import zen  # noqa: PLC0415 -- a peer

        writer = texts.Zen(asked)
        lines = [
            {"id": f"c{place}", "key": f"c{place}", "value": writer.condition(node)}
            for place, node in enumerate(asked.conditions)
            if self.can[place]
        ]
        nodes = [
            {"id": "i", "name": "in", "type": "inputNode", "position": {"x": 0, "y": 0}, "content": {}},
            {
                "id": "x",
                "name": "conditions",
                "type": "expressionNode",
                "position": {"x": 1, "y": 0},
                "content": {"expressions": lines},
            },
            {"id": "o", "name": "out", "type": "outputNode", "position": {"x": 2, "y": 0}, "content": {}},
        ]
        edges = [
            {"id": "e1", "sourceId": "i", "targetId": "x", "type": "edge"},
            {"id": "e2", "sourceId": "x", "targetId": "o", "type": "edge"},
        ]
        graph = {"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}
        self.decision = zen.ZenEngine().create_decision(json.dumps(graph))

    @staticmethod
    def expressible(node: Any) -> bool:
        return not any(isinstance(part, Shift) and part.months for part in walk(node))

    def prepare(self, population: Population, count: int) -> None:
        tables = keyed_tables(self.asked)
        self.rows = [{"m": row, "t": tables} for row in rows_of(population, count, absent=False)]

    def one(self, row: Any) -> list[int]:
        said = self.decision.evaluate(row)["result"]
        return [int(said[f"c{place}"]) if can else UNKNOWN for place, can in enumerate(self.can)]


class JsonLogic(Peer):
    """JsonLogic in Python."""

    name, package = "JsonLogic", "json-logic-qubit"
    note = "three values as 0, 1, 2 with min and max; add_months given as an operation"

    def __init__(self, asked: Questions) -> None:
        super().__init__(asked)
        import json_logic  # noqa: PLC0415 -- a peer

        json_logic.add_operation("add_months", add_months_or_nothing)
        self.ask = json_logic.jsonLogic
        writer = texts.JsonLogic(asked)
        self.rules = [writer.condition(node) for node in asked.conditions]

    def prepare(self, population: Population, count: int) -> None:
        tables = keyed_tables(self.asked)
        self.rows = [{"m": row, "t": tables} for row in rows_of(population, count, absent=False)]

    def one(self, row: Any) -> list[int]:
        return [int(self.ask(rule, row)) for rule in self.rules]


class OpenFisca(Peer):
    """OpenFisca: a country package made from the conditions, one variable a fact and a condition, all mines at once."""

    name, package = "OpenFisca", "openfisca-core"
    note = "formulas generated; unknown and none are sentinels, three values 0, 1, 2; its integers widened to 64 bits"

    def __init__(self, asked: Questions) -> None:
        super().__init__(asked)
        from openfisca_core import entities, periods, taxbenefitsystems, variables  # noqa: PLC0415 -- a peer

        mine = entities.build_entity("mine", "mines", "矿山", is_person=True)
        self.system = taxbenefitsystems.TaxBenefitSystem([mine])
        common = {"value_type": int, "entity": mine, "definition_period": periods.DAY}
        made = {plain(name): {**common, "default_value": 0, "label": name} for name in asked.facts()}
        for place, node in enumerate(asked.conditions):
            made[f"c{place}"] = {
                **common,
                "default_value": UNKNOWN,
                "label": f"c{place}",
                "formula": self.formula(node),
            }
        for name, content in made.items():
            self.system.add_variable(type(name, (variables.Variable,), content)).dtype = np.dtype(np.int64)
        self.day = asked.bound.on.isoformat()

    def formula(self, node: Any) -> Any:
        """A formula as a country package has it: facts by name, then one array expression."""
        names = sorted({plain(part.name) for one in walk(node) for part in _refs(one)})
        text = (
            f"def formula(mine, period, parameters):\n f = {{name: mine(name, period) for name in {names}}}\n"
            f" return {texts.Numpy(self.asked).condition(node)}"
        )
        scope: dict[str, Any] = {"np": np, "UNKNOWN": NO_FACT, "look": self.look, "months": shifted}
        exec(text, scope)
        return scope["formula"]

    def prepare(self, population: Population, count: int) -> None:
        self.count = count
        self.columns = {
            plain(name): np.where(population.known[name][:count], population.values[name][:count], NO_FACT)
            for name in self.asked.facts()
        }
        self.dense = {f"t{number}": _dense(rows, NO_FACT) for number, rows in enumerate(self.asked.tables.values())}

    def look(self, table: str, *keys: np.ndarray) -> np.ndarray:
        """A row of a table for every mine."""
        dense = self.dense[table]
        inside = np.logical_and.reduce([(key >= 0) & (key < size) for key, size in zip(keys, dense.shape, strict=True)])
        return np.where(inside, dense[tuple(np.where(inside, key, 0) for key in keys)], NO_FACT)

    def answers(self) -> np.ndarray:
        from openfisca_core.simulation_builder import SimulationBuilder  # noqa: PLC0415 -- a peer

        simulation = SimulationBuilder().build_default_simulation(self.system, self.count)
        for name, values in self.columns.items():
            simulation.set_input(name, self.day, values)
        said = [
            np.broadcast_to(simulation.calculate(f"c{place}", self.day), self.count) for place in range(len(self.can))
        ]
        return np.stack(said, 1).astype(np.uint8)


def _refs(node: Any) -> Any:
    from greenmine.law.ir import Ref  # noqa: PLC0415 -- beside its only use

    if isinstance(node, Ref):
        yield node
    elif isinstance(node, Lookup):
        yield from node.keys


def _dense(rows: dict[tuple[int, ...], int], missing: int) -> np.ndarray:
    sizes = [max(int(key[place]) for key in rows) + 1 for place in range(len(next(iter(rows))))]
    dense = np.full(sizes, missing, np.int64)
    for key, value in rows.items():
        dense[tuple(int(part) for part in key)] = value
    return dense


PEERS = (OpenFisca, CelCpp, Zen, JsonLogic, CelPython)
