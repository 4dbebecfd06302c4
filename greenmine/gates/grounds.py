"""The ground as a paper (关口通过理由说明): drafted with the pass, reviewed, signed by another, numbered and sealed as papers go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from greenmine.accounts.models import Organisation, Person
from greenmine.editions import queries as editions
from greenmine.editions.edition import Edition
from greenmine.editions.gates import Gate
from greenmine.gates.models import GatePass
from greenmine.gates.permissions import CannotPass
from greenmine.papers import actions as papers
from greenmine.papers.composing import CannotMake
from greenmine.papers.models import Paper

KIND = "gate-ground"
OUTCOMES = {"unknown": "待核实", "stale": "已过时效"}


def draft(made: GatePass, gate: Gate, *, by: Person, organisation: Organisation, on: date) -> Paper:
    """Draft the paper of a pass, about the same matter; what is missing is said in its own words."""
    check, law = made.check_passed, editions.active()
    fields: dict[str, Any] = {
        "gate": gate.name["zh"], "mine": check.mine_name, "subject": f"{made.about_key}（核验记录 {check.number}）",
        "checked_on": check.on, "digest": check.lines_digest,
        "lines": [_row(law, place, line) for place, line in enumerate(check.closing, start=1)],
        "ground": [line.strip() for line in made.ground.splitlines() if line.strip()],
        "evidence": [one.title or one.name for one in made.evidence.order_by("id")],
    }  # fmt: skip
    try:
        return papers.make(
            KIND, fields, subject=(made.about_kind, made.about_key), region_code=made.region_code, by=by,
            organisation=organisation, on=on, enterprise=check.holder,
        )  # fmt: skip
    except CannotMake as refused:
        raise CannotPass(refused.zh, refused.en) from None


def _row(law: Edition, place: int, line: Mapping[str, Any]) -> list[str]:
    missing = "、".join(law.dictionary[name].label["zh"] for name in line["missing"] if name in law.dictionary)
    cited = "；".join(dict.fromkeys(law.cite(one) for one in line["cite"] if law.has_provision(one)))
    return [
        str(place),
        line["what"]["zh"],
        OUTCOMES.get(line["outcome"], line["outcome"]),
        missing or "—",
        cited or "—",
    ]
