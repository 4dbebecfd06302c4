"""Outcomes and flags of every kind of rule, on the days around each edge, and the same in SQL and on Polars."""

from __future__ import annotations

import random
import sqlite3
from datetime import date, timedelta
from typing import Any

import pytest

from greenmine.law import (
    NoRuleInForce,
    Outcome,
    Sheet,
    bind,
    compile_sql,
    diff,
    evaluate_one,
    evaluate_population,
    explain,
    next_change,
)
from greenmine.law.population import Closures, Database, Polars, Run
from greenmine.law.quota import quota
from greenmine.law.sql import column, column_type, to_sql
from tests.law.small_edition import edition, instrument, sheet

FACTS = """
- {name: provincial_entry, label: {zh: 省级名录, en: provincial entry}, type: enum, subject: mine, domain: {none: {zh: 未入, en: none}, listed: {zh: 在册, en: listed}, rectifying: {zh: 整改中, en: rectifying}}}
- {name: provincial_entered_on, label: {zh: 入库日, en: entered on}, type: date, may_be_none: true, subject: mine}
- {name: national_entered_on, label: {zh: 国家级入库日, en: national entered on}, type: date, may_be_none: true, subject: mine}
- {name: accident, label: {zh: 事故, en: accident}, type: boolean, subject: mine}
- {name: accident_on, label: {zh: 事故日, en: accident on}, type: date, may_be_none: true, subject: mine}
- {name: started_on, label: {zh: 投产日, en: started on}, type: date, may_be_none: true, subject: mine}
- {name: done_on, label: {zh: 完成日, en: done on}, type: date, may_be_none: true, subject: mine}
- {name: rate, label: {zh: 回采率, en: rate}, type: decimal, scale: 4, max: 1, subject: mine}
- {name: mineral, label: {zh: 矿种, en: mineral}, type: enum, subject: mine, domain: {coal: {zh: 煤, en: coal}, iron: {zh: 铁, en: iron}, gold: {zh: 金, en: gold}}}
- {name: share, label: {zh: 研发占比, en: share}, type: decimal, scale: 4, max: 1, subject: enterprise}
"""
VALUES = """
- id: least
  title: {zh: 最低回采率, en: least rate}
  type: decimal
  scale: 2
  max: 1
  keys: [mineral]
  versions: [{from: 2020-01-01, confidence: S, source: {zh: 甲, en: a}, rows: [[coal, "0.85"], [iron, "0.90", M]]}]
"""


def rule(name: str, kind: str, **keys: str) -> str:
    head = {
        "id": f"x.{name}",
        "provision": "[x/1]",
        "kind": kind,
        "title": "{zh: 甲, en: a}",
        "subject": "mine",
        "bound": "enterprise",
        **keys,
    }
    return "  - " + "\n    ".join(f"{key}: {value}" for key, value in head.items()) + "\n"


GROUND = {"ground": '"accident"', "event_on": "accident_on"}
TIMED = {"due": '"started_on + 1 YEAR"', "done_on": "done_on"}
PACK = "rules:\n" + "".join(
    [
        rule("scope", "scope", require="\"mineral = 'coal'\""),
        rule(
            "threshold",
            "threshold",
            applies="\"provincial_entry = 'listed'\"",
            require="\"rate >= value('least', mineral)\"",
        ),
        rule("benefit", "benefit", qualifies="\"provincial_entry = 'listed'\""),
        rule("ground", "removal", **GROUND),
        rule("ground-any", "removal", **GROUND, look_back="any"),
        rule("ground-entry", "removal", **GROUND, look_back="from_entry"),
        rule("deadline", "deadline", **TIMED, applies="\"mineral <> 'gold'\""),
        rule("deadline-from-force", "deadline", **TIMED, clock_before_force="from_force"),
        rule("deadline-apply", "deadline", **TIMED, clock_before_force="apply", due_after_term="run_on"),
        rule("deadline-drop", "report", **TIMED, due_after_term="drop"),
        rule("fixed", "deadline", due="\"DATE '2025-12-31'\"", done_on="done_on"),
        rule("yields", "obligation", require="accident", yields_to="[x.threshold]"),
        rule("read", "obligation", require="accident", needs_confirmation="{zh: 默认, en: default}"),
        rule("later", "obligation", require="accident", in_force="{from: 2026-01-01}"),
        rule("gansu", "obligation", require="accident", territory='"620000"'),
        rule("enterprise", "obligation", require='"share >= 0.015"', subject="enterprise"),
        rule(
            "quota",
            "quota",
            population="\"mineral = 'coal'\"",
            hit="\"provincial_entry = 'listed'\"",
            by="province",
            target='"0.5"',
        ),
    ]
)
SMALL = edition(FACTS, PACK, VALUES, instruments={"x": instrument(begins="2024-04-15", ends="2029-04-14")})
DAY = date(2025, 6, 1)


def found(name: str, on: date = DAY, region: str | None = None, **facts: Any) -> tuple[Any, ...]:
    one = evaluate_one(bind(SMALL, on), sheet(SMALL, region=region, **facts), only=f"x.{name}")[f"x.{name}"]
    return (str(one.outcome), one.due_on.isoformat() if one.due_on else None, one.missing, one.flags)


@pytest.mark.parametrize(
    ("name", "facts", "expected"),
    [
        ("scope", {"mineral": "coal"}, ("satisfied", None, (), ())),
        ("scope", {"mineral": "iron"}, ("not_applicable", None, (), ())),
        ("scope", {}, ("unknown", None, ("mineral",), ())),
        ("threshold", {"provincial_entry": "none"}, ("not_applicable", None, (), ())),
        ("threshold", {}, ("unknown", None, ("mineral", "provincial_entry", "rate"), ())),
        ("threshold", {"provincial_entry": "listed", "mineral": "coal", "rate": "0.85"}, ("satisfied", None, (), ())),
        ("threshold", {"provincial_entry": "listed", "mineral": "coal", "rate": "0.8499"}, ("breached", None, (), ())),
        (
            "threshold",
            {"provincial_entry": "listed", "mineral": "iron", "rate": "0.8999"},
            ("breached", None, (), ("low_confidence",)),
        ),
        (
            "threshold",
            {"provincial_entry": "none", "mineral": "iron", "rate": "0.8999"},
            ("not_applicable", None, (), ()),
        ),
        (
            "threshold",
            {"provincial_entry": "listed", "mineral": "gold", "rate": "0.85"},
            ("unknown", None, ("value:least",), ()),
        ),
        ("benefit", {"provincial_entry": "listed"}, ("satisfied", None, (), ())),
        ("benefit", {"provincial_entry": "rectifying"}, ("not_applicable", None, (), ())),
        ("read", {"accident": True}, ("satisfied", None, (), ("needs_confirmation",))),
        ("enterprise", {"holder__share": "0.015"}, ("satisfied", None, (), ())),
        ("enterprise", {"holder__share": "0.0149"}, ("breached", None, (), ())),
        ("enterprise", {}, ("unknown", None, ("holder.share",), ())),
    ],
)
def test_a_rule_without_days(name: str, facts: dict[str, Any], expected: tuple[Any, ...]) -> None:
    assert found(name, **facts) == expected


@pytest.mark.parametrize(
    ("name", "facts", "expected"),
    [
        (
            "ground",
            {"accident": True, "accident_on": "2025-05-01", "provincial_entered_on": "2025-01-01"},
            ("breached", ()),
        ),
        (
            "ground",
            {"accident": True, "accident_on": "2025-05-01", "provincial_entered_on": "2025-05-02"},
            ("breached", ("needs_confirmation",)),
        ),
        ("ground", {"accident": True, "accident_on": "2024-04-15"}, ("breached", ())),
        ("ground", {"accident": True, "accident_on": "2024-04-14"}, ("breached", ("needs_confirmation",))),
        ("ground", {"accident": True}, ("breached", ())),
        ("ground", {"accident": True, "accident_on": "2025-06-01"}, ("breached", ())),
        ("ground", {"accident": True, "accident_on": "2025-06-02"}, ("satisfied", ())),
        ("ground", {"accident": False, "accident_on": "2024-01-01"}, ("satisfied", ())),
        ("ground-any", {"accident": True, "accident_on": "2024-04-14"}, ("breached", ())),
        (
            "ground-entry",
            {"accident": True, "accident_on": "2025-05-01", "provincial_entered_on": "2025-05-01"},
            ("breached", ()),
        ),
        (
            "ground-entry",
            {"accident": True, "accident_on": "2025-04-30", "provincial_entered_on": "2025-05-01"},
            ("satisfied", ()),
        ),
        ("ground-entry", {"accident": True, "accident_on": "2025-04-30"}, ("unknown", ())),
    ],
)
def test_an_event_is_looked_back_upon(name: str, facts: dict[str, Any], expected: tuple[Any, ...]) -> None:
    outcome, _, _, flags = found(name, **facts)
    assert (outcome, flags) == expected


@pytest.mark.parametrize(
    ("name", "facts", "expected"),
    [
        (
            "deadline",
            {"mineral": "coal", "started_on": "2024-06-01", "done_on": "none"},
            ("pending", "2025-06-01", (), ()),
        ),
        (
            "deadline",
            {"mineral": "coal", "started_on": "2024-05-31", "done_on": "none"},
            ("breached", "2025-05-31", (), ()),
        ),
        (
            "deadline",
            {"mineral": "coal", "started_on": "2024-05-31", "done_on": "2025-05-31"},
            ("satisfied", "2025-05-31", (), ()),
        ),
        (
            "deadline",
            {"mineral": "coal", "started_on": "2024-05-31", "done_on": "2025-06-01"},
            ("breached", "2025-05-31", (), ("remedied",)),
        ),
        (
            "deadline",
            {"mineral": "coal", "started_on": "2024-05-31", "done_on": "2025-06-02"},
            ("breached", "2025-05-31", (), ()),
        ),
        ("deadline", {"mineral": "coal", "started_on": "none"}, ("not_applicable", None, (), ())),
        ("deadline", {"mineral": "gold", "started_on": "2024-05-31"}, ("not_applicable", "2025-05-31", (), ())),
        ("deadline", {"mineral": "coal", "done_on": "none"}, ("unknown", None, ("started_on",), ())),
        ("deadline", {}, ("unknown", None, ("done_on", "mineral", "started_on"), ())),
        (
            "deadline",
            {"mineral": "coal", "started_on": "2024-04-14", "done_on": "none"},
            ("breached", "2025-04-14", (), ("needs_confirmation",)),
        ),
        (
            "deadline",
            {"mineral": "coal", "started_on": "2028-04-15", "done_on": "none"},
            ("pending", "2029-04-15", (), ("needs_confirmation",)),
        ),
        ("deadline-from-force", {"started_on": "2024-04-14", "done_on": "none"}, ("breached", "2025-04-15", (), ())),
        ("deadline-from-force", {"started_on": "2024-04-16", "done_on": "none"}, ("breached", "2025-04-16", (), ())),
        ("deadline-apply", {"started_on": "2024-04-14", "done_on": "none"}, ("breached", "2025-04-14", (), ())),
        ("deadline-apply", {"started_on": "2028-04-15", "done_on": "none"}, ("pending", "2029-04-15", (), ())),
        ("deadline-drop", {"started_on": "2028-04-15", "done_on": "none"}, ("not_applicable", "2029-04-15", (), ())),
        ("fixed", {"done_on": "none"}, ("pending", "2025-12-31", (), ())),
        ("fixed", {}, ("unknown", "2025-12-31", ("done_on",), ())),
    ],
)
def test_a_deadline(name: str, facts: dict[str, Any], expected: tuple[Any, ...]) -> None:
    assert found(name, **facts) == expected


def test_the_last_day_of_the_term_is_in_force_and_the_next_is_lapsed() -> None:
    assert found("scope", date(2029, 4, 14), mineral="coal")[3] == ()
    assert found("scope", date(2029, 4, 15), mineral="coal")[3] == ("lapsed",)
    with pytest.raises(NoRuleInForce):
        found("scope", date(2024, 4, 14), mineral="coal")


def test_a_text_that_ends_is_gone_the_next_day() -> None:
    ended = edition(
        FACTS, PACK, VALUES, instruments={"x": instrument(begins="2024-04-15", ends="2029-04-14", after="ended")}
    )
    assert bind(ended, date(2029, 4, 14)).rules
    assert not bind(ended, date(2029, 4, 15)).rules


def test_a_text_without_an_effective_day_needs_confirmation_from_not_before() -> None:
    unnamed = edition(FACTS, PACK, VALUES, instruments={"x": instrument(not_before="2024-07-26")})
    assert not bind(unnamed, date(2024, 7, 25)).speaks("x.scope")
    finding = evaluate_one(bind(unnamed, DAY), sheet(unnamed, mineral="iron"), only="x.scope")["x.scope"]
    assert (finding.outcome, finding.flags) == (Outcome.NOT_APPLICABLE, ("needs_confirmation",))
    counted = evaluate_one(
        bind(unnamed, DAY), sheet(unnamed, started_on="2024-01-01", done_on="none"), only="x.deadline-from-force"
    )
    assert counted["x.deadline-from-force"].missing == ("in_force:x",)


def test_a_rule_yields_while_the_other_applies_and_a_confirmation_ends_that() -> None:
    one = sheet(SMALL, accident=False, provincial_entry="listed", mineral="coal", rate="0.9")
    assert evaluate_one(bind(SMALL, DAY), one, only="x.yields")["x.yields"].flags == ("yielded",)
    other = sheet(SMALL, accident=False, provincial_entry="none")
    assert evaluate_one(bind(SMALL, DAY), other, only="x.yields")["x.yields"].flags == ()
    settled = edition(
        FACTS,
        PACK,
        VALUES,
        instruments=SMALL.instruments,
        confirmations=({"rule": "x.yields", "settles": "yields"}, "x.read"),
    )
    assert evaluate_one(bind(settled, DAY), one, only="x.yields")["x.yields"].flags == ()
    assert evaluate_one(bind(settled, DAY), one, only="x.read")["x.read"].flags == ()


def test_territory_covers_what_lies_below_it_and_nothing_unknown() -> None:
    bound = bind(SMALL, DAY)
    assert "x.gansu" in evaluate_one(bound, sheet(SMALL, region="620102"))
    assert "x.gansu" not in evaluate_one(bound, sheet(SMALL, region="150421"))
    assert "x.gansu" not in evaluate_one(bound, sheet(SMALL))


def test_marks_of_facts_read_become_flags() -> None:
    marked = Sheet("mine", "m", None, {}, {"accident": "conflict", "rate": "disputed"})
    flags = {name: finding.flags for name, finding in evaluate_one(bind(SMALL, DAY), marked).items()}
    assert flags["x.ground"] == ("conflict",)
    assert flags["x.threshold"] == ("disputed",)
    assert flags["x.scope"] == ()


def test_a_finding_shows_its_facts_and_says_why_in_both_languages() -> None:
    one = evaluate_one(bind(SMALL, DAY), sheet(SMALL, provincial_entry="listed", mineral="iron", rate="0.8999"))[
        "x.threshold"
    ]
    assert one.facts == {"mineral": "iron", "provincial_entry": "listed", "rate": "0.8999"}
    assert not one.counted
    assert one.reason == {
        "zh": "不符合：回采率（89.99%）低于最低回采率（0.90）。",
        "en": "not satisfied: rate (89.99%) is below least rate (0.90).",
    }
    late = evaluate_one(bind(SMALL, DAY), sheet(SMALL, mineral="coal", started_on="2024-04-14", done_on="none"))[
        "x.deadline"
    ]
    assert late.reason["zh"] == (
        "应于 2025-04-14 前（含当日）完成，尚未完成，已逾期 48 日；起算日 2024-04-14 早于文件施行日 2024-04-15，现按原起算日计；若自施行日起算，应于 2025-04-15 前完成。"
    )


def test_an_explanation_holds_the_tree_the_sources_and_the_citations() -> None:
    one = Sheet(
        "mine",
        "m",
        None,
        sheet(SMALL, provincial_entry="listed", mineral="iron", rate="0.8999").values,
        {},
        {"rate": "reported"},
    )
    told = explain(bind(SMALL, DAY), "x.threshold", one)
    applies, require = told.tree
    assert (applies.outcome, require.outcome) == ("T", "F")
    assert require.children[0].zh == "回采率不低于最低回采率"
    assert [(fact.name, fact.value, fact.source) for fact in require.children[0].facts] == [
        ("mineral", "iron", None),
        ("rate", "0.8999", "reported"),
    ]
    assert [(figure.id, figure.figure, figure.confidence) for figure in told.values] == [("least", "0.90", "M")]
    assert told.missing == ()


def test_the_next_change_is_the_day_after_the_due_day_then_the_end_of_the_term() -> None:
    one = sheet(SMALL, mineral="coal", started_on="2024-07-01", done_on="none")
    assert next_change(bind(SMALL, DAY), "x.deadline", one) == date(2025, 7, 2)
    assert next_change(bind(SMALL, date(2025, 7, 2)), "x.deadline", one) == date(2029, 4, 15)
    ahead = sheet(SMALL, accident=True, accident_on="2025-06-20")
    assert next_change(bind(SMALL, DAY), "x.ground", ahead) == date(2025, 6, 20)


def random_sheets(count: int, seed: int = 7) -> list[Sheet]:
    chance = random.Random(seed)
    sheets = []
    for number in range(count):
        values: dict[str, Any] = {}
        for fact in SMALL.dictionary.values():
            name = f"holder.{fact.name}" if fact.subject == "enterprise" else fact.name
            if chance.random() < 0.2:
                continue
            if fact.type == "date":
                day = chance.choice([DAY, date(2024, 4, 15), date(2028, 4, 14), date(2024, 6, 1)]) + timedelta(
                    chance.randint(-2, 2)
                )
                values[name] = fact.parse("none") if chance.random() < 0.2 else day.toordinal()
            elif fact.type == "boolean":
                values[name] = chance.random() < 0.7
            elif fact.type == "enum":
                values[name] = chance.randrange(len(fact.codes))
            else:
                values[name] = chance.choice([0, 149, 150, 8499, 8500, 9000, 10000])
        sheets.append(Sheet("mine", f"M{number:05d}", chance.choice([None, "620102", "150421"]), values))
    return sheets


def stored(sheets: list[Sheet]) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    names = [f"holder.{fact.name}" if fact.subject == "enterprise" else fact.name for fact in SMALL.dictionary.values()]
    columns = ", ".join(f"{column(name)} {column_type(SMALL.dictionary[name], 'sqlite')}" for name in names)
    connection.execute(f"CREATE TABLE sheet (key TEXT, region_code TEXT, {columns})")
    for one in sheets:
        row = [one.key, one.region_code, *(to_sql(SMALL.dictionary[name], one.values.get(name)) for name in names)]
        connection.execute(f"INSERT INTO sheet VALUES ({', '.join('?' * len(row))})", row)
    return connection


@pytest.mark.parametrize("on", [DAY, date(2026, 1, 1), date(2029, 4, 14), date(2029, 4, 15)])
def test_every_engine_gives_every_outcome_and_every_flag_alike(on: date) -> None:
    sheets = random_sheets(600)
    for small in (SMALL, edition(FACTS, PACK, VALUES, instruments={"x": instrument(not_before="2024-07-26")})):
        bound = bind(small, on)
        closures = evaluate_population(bound, Closures(sheets))
        for backend in (Database(stored(sheets), "sqlite", "sheet"), Polars(sheets)):
            run = evaluate_population(bound, backend)
            assert [
                (key, rule)
                for key in closures.codes
                for rule in closures.rules
                if closures.cell(key, rule) != run.cell(key, rule)
            ] == []


def test_packed_outcomes_are_stored_inside_the_database() -> None:
    sheets = random_sheets(50)
    connection = stored(sheets)
    bound = bind(SMALL, DAY)
    batch = compile_sql(bound, "sqlite", "sheet")
    connection.execute(batch.create_table("outcome"))
    connection.execute(batch.insert_into("outcome"))
    connection.execute(batch.create_as("at_once"))
    rows = [connection.execute(f"SELECT * FROM {table} ORDER BY key").fetchall() for table in ("outcome", "at_once")]
    assert rows[0] == rows[1]
    key, *words = connection.execute("SELECT * FROM outcome ORDER BY key").fetchone()
    wanted = evaluate_one(bound, sheets[0])
    cells = dict(zip(batch.rules, batch.unpack(words), strict=True))
    assert key == "M00000"
    assert {name: cell for name, cell in cells.items() if cell} == {
        name: (one.outcome, one.counted) for name, one in wanted.items()
    }


def test_a_difference_names_who_flips_and_why() -> None:
    one = sheet(SMALL, mineral="coal", started_on="2024-06-01", done_on="none")
    before = evaluate_population(bind(SMALL, DAY), Closures([one]), only=["x.deadline"])
    after = evaluate_population(bind(SMALL, DAY + timedelta(1)), Closures([one]), only=["x.deadline"])
    (flip,) = diff(before, after)
    assert (flip.rule, flip.before, flip.after, flip.why) == (
        "x.deadline",
        (Outcome.PENDING, True),
        (Outcome.BREACHED, True),
        ("day",),
    )
    other = evaluate_population(bind(SMALL, DAY), Closures([sheet(SMALL, mineral="gold")]), only=["x.deadline"])
    assert [flip.why for flip in diff(before, other)] == [("facts",)]
    assert diff(before, Run(before.edition, before.on, before.rules, before.codes, before.fingerprints)) == []


def test_a_quota_is_met_not_met_or_undecided() -> None:
    def mines(*entries: str | None) -> list[Sheet]:
        said = [
            {"mineral": "coal"} if entry is None else {"mineral": "coal", "provincial_entry": entry}
            for entry in entries
        ]
        sheets = [sheet(SMALL, region="620102", **facts) for facts in said]
        return [Sheet("mine", f"M{number}", one.region_code, one.values) for number, one in enumerate(sheets)]

    bound = bind(SMALL, DAY)
    assert [row.outcome for row in quota(bound, "x.quota", mines("listed", "none"))] == ["met"]
    assert [row.outcome for row in quota(bound, "x.quota", mines("listed", "none", "none"))] == ["not_met"]
    (row,) = quota(bound, "x.quota", mines("listed", "none", None))
    assert (row.region, row.outcome, row.deciding, row.hits, row.possible_hits, row.members) == (
        "620000",
        "undecided",
        ("M2",),
        1,
        2,
        3,
    )
