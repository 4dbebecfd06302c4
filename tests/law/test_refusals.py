"""Default deny: what a pack may not say. The attack strings come from the laboratory that chose this design."""

from __future__ import annotations

import random
import time

import pytest

from greenmine.law import LanguageError, RulebookError, load_dictionary, load_pack, load_values, load_yaml
from greenmine.law.language import Scope, read_condition
from tests.law.expressions import FACTS, VALUES

DICTIONARY = load_dictionary(FACTS)
FIGURES = load_values(VALUES, DICTIONARY)
ATTACKS = [
    "life IN (SELECT 1)", "EXISTS (SELECT 1)", "(SELECT password FROM auth_user) = 'x'", "pg_sleep(10) IS NULL",
    "load_extension('x')", "read_csv('/etc/passwd') IS NULL", "life > 1; DROP TABLE facts", "life > 1 -- x", "life > 1 /* x */",
    '"life" > 1', "`life` > 1", "[life] > 1", "facts.life > 1", "auth_user.password = 'x'", "life::text = '1'",
    "CAST(life AS INT) > 1", "method || 'x' = 'other'", "method LIKE '%a%'", "method ~ '(a+)+$'", "method = 'x'' OR 1=1 --'",
    "method = '\\' OR 1=1 --'", "method = 'other' OR 1=1", "1 = 1", "TRUE", "NULL", "NOT NULL", "life / 0 > 1", "life % 2 = 1",
    "life ** 9 > 1", "life > 1e999", "life > 0x1F", "life > 99999999999999999999", "life > 1001", "COUNT(*) > 1", "SUM(spent) > 1",
    "max(spent, 1) > 1", "random() > 1", "CURRENT_DATE > listed_on", "now() > listed_on", "listed_on > 'now'",
    "listed_on > '2024-01-01'", "listed_on > DATE 'today'", "listed_on > DATE '2024-02-30'", "listed_on > DATE '1899-12-31'",
    ":other > 1", "? > 1", "$1 > 1", "%s > 1", "@x > 1", "{{ 1 }} > 1", "life > (1, 2)", "life IN ()", "life = ANY (ARRAY[1])",
    "life IN (1, NULL)", "life NOT IN (1, spent)", "CASE WHEN flag_a THEN flag_b END", "COALESCE(flag_a, TRUE)",
    "flag_a IS DISTINCT FROM flag_b", "flag_a <=> flag_b", "x -> x", "{'a': 1}", "[1,2][1] = 1", "value('/etc/passwd', method) > 1",
    "value('least-rate') > 1", "value('least-rate', approved_method) > 1", "value('least-rate', method, method) > 1",
    "value(least-rate, method) > 1", "method = 5", "life = 'open_pit'", "flag_a > 1", "flag_a = flag_b", "listed_on + listed_on > listed_on",
    "listed_on + life DAYS < :on", "listed_on + 1 CENTURY < :on", "listed_on + 99999999 DAYS < :on", "listed_on + 1.5 DAYS < :on",
    "spent * spent > 1", "fl\u0430g_a", "flag_a\u200b", "flag_a \u202e OR flag_b", "method = 'other\u200b'", "flag_a\x00", "id > 1",
    "rowid > 1", "ctid IS NULL", "sqlite_version() = '1'", "flag_a AS x", "SELECT 1", "flag_a LIMIT 1", "flag_a UNION SELECT 1",
    "flag_a, flag_b", "* ", "VALUES (1)", "method COLLATE nocase = 'other'", "flag_a XOR flag_b", "spent & 1 = 1", "spent << 60 > 1",
    "~spent > 1", "rate > 0.85001", "rate = 2", "rate > -1", "share > 0.5", "holder.rate > 0.5", "flag_a IS NONE", "rate IS NONE",
    "NOT (life > 3)", "life NOT BETWEEN 1 AND 3", "listed_on NOT IN (DATE '2024-01-01')", "method < 'other'", "", " ", "()", "flag_a AND",
    "1000000 * (1000000 * (1000000 * spent)) > 1", "DATE '2024-01-01' < DATE '2025-01-01'", "flag_a NOT flag_b", "listed_on + 1 DAY + 1 DAY + 1 DAY < :on",
    "(listed_on + 1 DAY) + 1 DAY < :on",
]  # fmt: skip
BOMBS = {
    "brackets": "(" * 900 + "flag_a" + ")" * 900,
    "not": "NOT " * 480 + "flag_a",
    "and": " AND ".join(["flag_a AND flag_b"] * 300)[:1999],
    "open": "(" * 25 + "flag_a",
    "long": "a" * 10**6,
    "sum": "+".join(["spent"] * 300) + " > 1",
    "list": "ponds IN (" + ",".join(["1"] * 600) + ")",
    "between": "ponds BETWEEN " * 60 + "1",
    "quote": "'" * 1999,
}


@pytest.mark.parametrize("text", ATTACKS)
def test_an_attack_is_refused_in_words(text: str) -> None:
    with pytest.raises(LanguageError) as refused:
        read_condition(text, Scope(DICTIONARY, FIGURES))
    assert refused.value.zh
    assert refused.value.en


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_at_once(name: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(LanguageError):
        read_condition(BOMBS[name], Scope(DICTIONARY, FIGURES))
    assert time.perf_counter() - begun < 1


def test_doubling_definitions_are_counted_before_they_are_built() -> None:
    definitions = {"d0": "flag_a", **{f"d{n}": f"d{n - 1} AND d{n - 1}" for n in range(1, 40)}}
    with pytest.raises(LanguageError, match=r"over 500 nodes|nested deeper"):
        read_condition("d39", Scope(DICTIONARY, FIGURES, definitions))
    wide = {"e0": "flag_a", **{f"e{n}": " AND ".join([f"e{n - 1}"] * 20) for n in range(1, 5)}}
    with pytest.raises(LanguageError, match="over 500 nodes"):
        read_condition("e4", Scope(DICTIONARY, FIGURES, wide))


def test_a_circle_of_definitions_is_refused() -> None:
    with pytest.raises(LanguageError, match="refers to itself"):
        read_condition("one", Scope(DICTIONARY, FIGURES, {"one": "two", "two": "NOT one"}))


def test_random_tokens_never_raise_anything_but_a_refusal() -> None:
    chance = random.Random(1)
    words = [
        "flag_a", "life", "listed_on", "method", "AND", "OR", "NOT", "(", ")", "IN", "BETWEEN", "IS", "NONE", "=", "<", ">", "<>",
        "+", "-", "*", "/", ",", "'other'", "1", "0.5", "DATE '2024-01-01'", "2 YEARS", ":on", "value", "'least-rate'", ".", "x", "属于", "且", "＜",
    ]  # fmt: skip
    accepted = 0
    for _ in range(8000):
        text = " ".join(chance.choice(words) for _ in range(chance.randint(1, 9)))
        try:
            read_condition(text, Scope(DICTIONARY, FIGURES))
            accepted += 1
        except LanguageError:
            continue
    assert accepted > 0


def test_chinese_words_and_full_width_signs_are_synonyms() -> None:
    scope = Scope(DICTIONARY, FIGURES)
    chinese = read_condition("非（flag_a）且 method 属于（'other'）或 method不属于('both') 且 rate＞＝0.5", scope)
    assert chinese == read_condition(
        "NOT (flag_a) AND method IN ('other') OR method NOT IN ('both') AND rate >= 0.5", scope
    )


def test_a_negated_comparison_beside_is_none_is_accepted() -> None:
    scope = Scope(DICTIONARY, FIGURES)
    assert read_condition("life IS NOT NONE AND NOT (life > 3)", scope)
    assert read_condition("NOT (life IS NONE OR life > 3)", scope)
    assert read_condition("NOT (NOT (life > 3))", scope)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: &x 1\nb: *x", "anchors"),
        ("a: 1\na: 2", "duplicate key"),
        ("a: !!python/object:os.system x", "tags"),
        ("a: [1, 2", "not valid YAML"),
        ("a: 1\n---\nb: 2", "one document"),
        ("<<: {a: 1}", "key"),
        ("{a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: 1}}}}}}}}}}}}}", "nested"),
    ],
)
def test_loose_yaml_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(RulebookError, match=sentence) as refused:
        load_yaml(text, file="x.yaml")
    assert refused.value.problems[0].line >= 1


def test_plain_scalars_stay_texts() -> None:
    assert load_yaml("{a: no, b: 0.10, c: 2025-01-01, d: }") == {"a": "no", "b": "0.10", "c": "2025-01-01", "d": ""}


PACK = """
rules:
  - id: x.one
    provision: [x/1]
    kind: obligation
    title: {zh: 甲, en: a}
    subject: mine
    bound: enterprise
    require: "flag_a"
"""


@pytest.mark.parametrize(
    ("was", "now", "sentence"),
    [
        ("id: x.one", "id: X.one", "no rule id"),
        ("id: x.one", "id: y.one", "recorded document"),
        ("[x/1]", "[x/2]", "there is no provision"),
        ("[x/1]", "[]", "citation"),
        ("kind: obligation", "kind: duty", "not one of"),
        ("en: a}", "fr: a}", "needs zh and en"),
        ("bound: enterprise", "bound: somebody", "no actor"),
        ('require: "flag_a"', 'ground: "flag_a"', "unknown key"),
        ('require: "flag_a"', 'require: "flag_c"', "not in the dictionary"),
        ('require: "flag_a"', 'require: "life + 1"', "a condition is expected"),
        ('require: "flag_a"', 'require: "flag_a"\n    colour: red', "unknown key"),
        ('require: "flag_a"', 'require: "flag_a"\n    in_force: {from: 2025-02-02, to: 2025-02-01}', "ends before"),
        ('require: "flag_a"', 'require: "flag_a"\n    territory: Gansu', "six-digit"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_line(was: str, now: str, sentence: str) -> None:
    load_pack(PACK, DICTIONARY, FIGURES, provisions={"x/1"}, instruments={"x"})
    with pytest.raises(RulebookError, match=sentence) as refused:
        load_pack(
            PACK.replace(was, now), DICTIONARY, FIGURES, file="rules/x.yaml", provisions={"x/1"}, instruments={"x"}
        )
    assert all(problem.file == "rules/x.yaml" and problem.line > 1 for problem in refused.value.problems)


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ("{name: Bad, label: {zh: 甲, en: a}, type: boolean, subject: mine}", "no fact name"),
        ("{name: a, label: {zh: 甲}, type: boolean, subject: mine}", "needs zh and en"),
        ("{name: a, label: {zh: 甲, en: a}, type: decimal, scale: 2, subject: mine}", "a number needs “max”"),
        ("{name: a, label: {zh: 甲, en: a}, type: enum, subject: mine}", "needs a domain"),
        ("{name: a, label: {zh: 甲, en: a}, type: boolean, may_be_none: true, subject: mine}", "may be none"),
        ("{name: a, label: {zh: 甲, en: a}, type: boolean, subject: ship}", "not one of"),
        ("{name: a, label: {zh: 甲, en: a}, type: boolean, subject: mine, event_on: b}", "no date fact"),
    ],
)
def test_a_wrong_dictionary_entry_is_refused(entry: str, sentence: str) -> None:
    with pytest.raises(RulebookError, match=sentence):
        load_dictionary(f"- {entry}")


@pytest.mark.parametrize(
    ("was", "now", "sentence"),
    [
        ("confidence: S", "confidence: A", "not one of"),
        ('[open_pit, "0.95"]', '[open_cast, "0.95"]', "not one of"),
        ('[open_pit, "0.95"]', '[underground, "0.95"]', "duplicate row"),
        ('[open_pit, "0.95"]', '[open_pit, "0.955"]', "at most 2 decimals"),
        ('[open_pit, "0.95"]', '[open_pit, "1.95"]', "outside min–max"),
        ("from: 2025-01-01", "from: 1999-01-01", "increasing days"),
        ("keys: [method]", "keys: [colour]", "no enum fact"),
        ("source: {zh: 甲, en: a}", "note: x", "citation|unknown key"),
    ],
)
def test_a_wrong_value_is_refused(was: str, now: str, sentence: str) -> None:
    with pytest.raises(RulebookError, match=sentence):
        load_values(VALUES.replace(was, now), DICTIONARY)
