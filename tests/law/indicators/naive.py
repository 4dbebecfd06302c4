"""A naive scorer, written from the words and sharing nothing with the engine: everything known, floats nowhere, no bounds.

A specification is plain data; `text_of` writes it as the engine reads it, `outcome_of` scores it directly. Unknown facts
and missing answers are completed one way after the other by `completions`.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import yaml
from hypothesis import strategies as st

FACTS = """
- {name: flag_a, label: {zh: 甲, en: a}, type: boolean, subject: mine}
- {name: flag_b, label: {zh: 乙, en: b}, type: boolean, subject: mine}
- {name: rate, label: {zh: 率, en: rate}, type: decimal, scale: 1, max: 1, may_be_none: true, subject: mine}
- {name: grade, label: {zh: 级, en: grade}, type: enum, subject: mine, domain: {x: {zh: 甲级, en: x}, y: {zh: 乙级, en: y}, z: {zh: 丙级, en: z}}}
- {name: mining_method, label: {zh: 开采方式, en: method}, type: enum, subject: mine, domain: {open_pit: {zh: 露天, en: open pit}, underground: {zh: 地下, en: underground}}}
"""
VALUES: dict[str, list[Any]] = {
    "flag_a": [True, False], "flag_b": [True, False], "rate": ["0.2", "0.5", "0.7", "1", "none"], "grade": ["x", "y", "z"],
    "mining_method": ["open_pit", "underground"],
}  # fmt: skip
CONDITIONS = {
    "flag_a": lambda known: known["flag_a"],
    "NOT flag_b": lambda known: not known["flag_b"],
    "rate >= 0.5": lambda known: known["rate"] != "none" and Fraction(known["rate"]) >= Fraction(1, 2),
    "flag_a OR grade = 'x'": lambda known: known["flag_a"] or known["grade"] == "x",
    "flag_b AND rate IS NOT NONE": lambda known: known["flag_b"] and known["rate"] != "none",
}
READS = {
    "flag_a": {"flag_a"}, "NOT flag_b": {"flag_b"}, "rate >= 0.5": {"rate"}, "flag_a OR grade = 'x'": {"flag_a", "grade"},
    "flag_b AND rate IS NOT NONE": {"flag_b", "rate"},
}  # fmt: skip
MOST = 400


@st.composite
def items(draw: st.DrawFn, number: int) -> dict[str, Any]:
    points = draw(st.sampled_from([1, 2, 4]))
    sort = draw(st.sampled_from(["levels", "range", "yes_no", "check", "rate", "grade"]))
    kind = draw(st.sampled_from(["binding", "improvement", "improvement"]))
    item: dict[str, Any] = {"id": f"item-{number}", "points": points, "sort": sort, "kind": kind}
    if sort == "check":
        item["check"] = draw(st.sampled_from(sorted(CONDITIONS)))
    if kind == "binding" and sort not in ("yes_no", "check"):
        item["pass"] = Fraction(points, 2)
    item["applies"] = draw(st.sampled_from([None, None, None, "method", *sorted(CONDITIONS)]))
    return item


@st.composite
def specifications(draw: st.DrawFn) -> dict[str, Any]:
    dimensions = []
    count = itertools.count()
    for number in range(draw(st.integers(1, 2))):
        listed = [draw(items(next(count))) for _ in range(draw(st.integers(1, 3)))]
        dimensions.append({"id": f"dimension-{number}", "items": listed})
    preconditions = draw(st.lists(st.sampled_from([None, *sorted(CONDITIONS)]), max_size=2))
    return {
        "dimensions": dimensions, "preconditions": preconditions,
        "full": draw(st.booleans()), "binding_all": draw(st.sampled_from([True, True, False])),
        "total": draw(st.sampled_from(["none", "0.5", "0.8"])), "ratio": draw(st.sampled_from(["none", "0.5", "0.75"])),
    }  # fmt: skip


def scale_of(item: dict[str, Any]) -> dict[str, Any]:
    points = item["points"]
    half = f"{points / 2:g}"
    match item["sort"]:
        case "levels":
            return {"levels": [{"points": str(p), "zh": "档", "en": "level"} for p in (points, half, 0)]}
        case "range":
            return {"range": {"step": "0.5"}}
        case "yes_no":
            return {"yes_no": {}}
        case "check":
            return {"yes_no": {"check": item["check"]}}
        case "rate":
            return {
                "measured": {
                    "fact": "rate",
                    "bands": [{"at_least": "0.7", "points": str(points)}, {"at_least": "0.5", "points": half}],
                    "else": "0",
                }
            }
    return {
        "measured": {
            "fact": "grade",
            "bands": [{"is": ["x"], "points": str(points)}, {"is": ["y"], "points": half}],
            "else": "0",
        }
    }


def text_of(spec: dict[str, Any]) -> str:
    words = {"zh": "某", "en": "some"}
    everything = sum(item["points"] for dimension in spec["dimensions"] for item in dimension["items"])

    def item_of(item: dict[str, Any]) -> dict[str, Any]:
        written = {
            "id": item["id"],
            "name": words,
            "kind": item["kind"],
            "points": str(item["points"]),
            "scale": scale_of(item),
        }
        if "pass" in item:
            written["pass"] = f"{float(item['pass']):g}"
        if item["applies"] == "method":
            written["applies"] = {"methods": ["open_pit"]}
        elif item["applies"]:
            written["applies"] = {"when": item["applies"]}
        return written

    data = {
        "id": "spec", "title": words, "status": "demonstration", "tier": "any", "territory": "000000",
        "points": str(everything),
        "pass_marks": {"total": "none" if spec["total"] == "none" else f"{float(Fraction(spec['total']) * everything):g}",
                       "dimension_ratio": spec["ratio"], "binding_all": str(spec["binding_all"]).lower()},
        "not_applicable": "full" if spec["full"] else "rescale",
        "preconditions": [
            {"id": f"pre-{number}", "name": words, **({"check": check} if check else {})}
            for number, check in enumerate(spec["preconditions"])
        ],
        "dimensions": [
            {"id": dimension["id"], "name": words, "points": str(sum(item["points"] for item in dimension["items"])),
             "categories": [{"id": f"c-{dimension['id']}", "name": words, "indicators": [item_of(i) for i in dimension["items"]]}]}
            for dimension in spec["dimensions"]
        ],
    }  # fmt: skip
    return yaml.dump(data, Dumper=NoAnchors, allow_unicode=True, sort_keys=False)


class NoAnchors(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def choices_of(item: dict[str, Any]) -> list[Fraction]:
    points = Fraction(item["points"])
    if item["sort"] in ("yes_no", "check"):
        return [Fraction(0), points]
    return [Fraction(0), points / 2, points]


def says(item: dict[str, Any], known: dict[str, Any]) -> Fraction | None:
    """What the facts, all known, give; None where they do not decide."""
    points = Fraction(item["points"])
    match item["sort"]:
        case "check":
            return points if CONDITIONS[item["check"]](known) else Fraction(0)
        case "rate":
            if known["rate"] == "none":
                return None
            rate = Fraction(known["rate"])
            return points if rate >= Fraction(7, 10) else points / 2 if rate >= Fraction(1, 2) else Fraction(0)
        case "grade":
            return {"x": points, "y": points / 2, "z": Fraction(0)}[known["grade"]]
    return None


def applies(item: dict[str, Any], known: dict[str, Any]) -> bool:
    if item["applies"] is None:
        return True
    return (
        known["mining_method"] == "open_pit"
        if item["applies"] == "method"
        else bool(CONDITIONS[item["applies"]](known))
    )


def outcome_of(spec: dict[str, Any], answers: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """Score with everything known: answers are points, True/False for preconditions, or 'n/a'."""
    veto = False
    for number, check in enumerate(spec["preconditions"]):
        veto = veto or not (CONDITIONS[check](known) if check else answers[f"pre-{number}"])
    shares, total, possible = [], Fraction(0), Fraction(0)
    for dimension in spec["dimensions"]:
        got = room = Fraction(0)
        for item in dimension["items"]:
            points = Fraction(item["points"])
            fact = says(item, known)
            answer = answers.get(item["id"])
            excused = answer == "n/a" and item["kind"] != "binding" and fact is None and item["applies"] is None
            if not applies(item, known) or excused:
                if spec["full"]:
                    got, room = got + points, room + points
                continue
            counts = fact if fact is not None else answer
            got, room = got + counts, room + points
            if item["kind"] == "binding" and spec["binding_all"]:
                veto = veto or counts < item.get("pass", points)
        shares.append(got / room if room else None)
        total, possible = total + got, possible + room
    marks = []
    if spec["total"] != "none":
        marks.append(None if not possible else total / possible >= Fraction(spec["total"]))
    if spec["ratio"] != "none":
        marks += [share is None or share >= Fraction(spec["ratio"]) for share in shares]
    verdict = "fail" if veto or False in marks else "undecided" if None in marks else "pass"
    return {
        "total": total,
        "possible": possible,
        "share": total / possible if possible else None,
        "shares": shares,
        "verdict": verdict,
    }


def completions(
    spec: dict[str, Any], answers: dict[str, Any], known: dict[str, Any], seed: int
) -> Iterator[dict[str, Any]]:
    """Outcomes of the ways to fill what is open; facts that would belie an answer given are left out."""
    listed = [item for dimension in spec["dimensions"] for item in dimension["items"]]
    unknown = [name for name in VALUES if name not in known]
    open_pre = [f"pre-{n}" for n, check in enumerate(spec["preconditions"]) if not check and f"pre-{n}" not in answers]
    ways = random.Random(seed)
    for facts in itertools.product(*[VALUES[name] for name in unknown]):
        full = {**known, **dict(zip(unknown, facts, strict=True))}
        if _belied(listed, answers, known, full):
            continue
        open_items = [item for item in listed if not isinstance(answers.get(item["id"]), Fraction)
                      and not (answers.get(item["id"]) == "n/a" and item["kind"] != "binding" and item["applies"] is None)]  # fmt: skip
        rooms = [*[[True, False]] * len(open_pre), *[choices_of(item) for item in open_items]]
        size = 1
        for room in rooms:
            size *= len(room)
        every = (
            itertools.product(*rooms)
            if size <= MOST
            else (tuple(ways.choice(room) for room in rooms) for _ in range(MOST))
        )
        names = [*open_pre, *[item["id"] for item in open_items]]
        for given in every:
            yield outcome_of(spec, {**answers, **dict(zip(names, given, strict=True))}, full)


def _belied(listed: list[dict[str, Any]], answers: dict[str, Any], known: dict[str, Any], full: dict[str, Any]) -> bool:
    """Whether newly known facts would say otherwise than an answer that stood while they were unknown."""
    for item in listed:
        answer = answers.get(item["id"])
        if answer is None or not applies(item, full):
            continue
        fact = says(item, full)
        if fact is None:
            continue
        reads = READS[item["check"]] if item["sort"] == "check" else {"rate"} if item["sort"] == "rate" else {"grade"}
        if reads <= set(known):
            continue
        if answer == "n/a" or answer != fact:
            return True
    return False
