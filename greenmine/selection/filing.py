"""Filing (提交申报): the enterprise's decider signs, what is missing is named, the gate is asked, the case opens."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone

from greenmine.accounts import queries as people
from greenmine.accounts.models import Organisation, Person
from greenmine.assessment.models import Assessment
from greenmine.editions import procedures as tables_of_steps
from greenmine.editions import queries as editions
from greenmine.editions import readings
from greenmine.editions.edition import Edition
from greenmine.facts import queries as facts
from greenmine.gates import actions as gates
from greenmine.law.steps import Table
from greenmine.procedures import actions as procedures
from greenmine.procedures import addresses
from greenmine.procedures.queries import table_of
from greenmine.selection import permissions, tables
from greenmine.selection.models import Application, Material
from greenmine.selection.permissions import CannotSelect
from greenmine.selection.preparing import fill
from greenmine.selection.recording import Act, lock, tell_applicant, write
from greenmine.selection.standing import keep_in_step

FAMILY = "selection"
FILING = "filing"


@transaction.atomic
def file(application: Application, *, agreed: bool, by: Person, organisation: Organisation, on: date) -> Application:
    """File an application under the truth commitment. A missing required fact is named; a closed gate says why."""
    now, act = lock(application), Act(by, organisation, on)
    permissions.check_can_file(by, now, on=on)
    if not agreed:
        raise CannotSelect("请先阅读并签署真实性承诺，再提交申报", "read and sign the truth commitment before filing")
    edition = editions.active()
    fill(now, facts.sheet_of(edition, "mine", now.mine, on=on, known_at=timezone.now()), edition, act)
    _check_complete(now, edition)
    _check_account(now)
    gates.go_through(FILING, now.mine, about=now.subject, by=by, organisation=organisation, on=on)
    table = table_for(now, on)
    now.commitment = editions.active().words["commitment"]["application"]["zh"]
    now.filed_by, now.filed_on, now.edition, now.table = by.name, on, edition.id, table.id
    now.filed_hash = _digest(now)
    receiver = receiving(table, now.region_code, on)
    parties = {"enterprise": organisation.key} | ({"authority": receiver.key} if receiver else {})
    case = procedures.open_case(
        table.id, subject=now.subject, region_code=now.region_code, by=by, organisation=organisation, on=on,
        title=now.mine_name, parties=parties, mine=now.mine, runs=receiver,
        payload={"application": now.number, "commitment": now.commitment, "filed": now.filed_hash},
    )  # fmt: skip
    now.case, now.receiver = case.number, receiver.key if receiver else ""
    keep_in_step(now, case)
    opening = table_of(case).opening
    write(
        act, "filed", now, f"提交申报并承诺真实（存档 {now.filed_hash[:12]}）", f"filed, answering for its truth ({now.filed_hash[:12]})",
        opening.provisions if opening else (),
        {"hash": now.filed_hash, "assessment": now.assessment, "table": table.id, "batch": now.batch.number},
    )  # fmt: skip
    tell_applicant(now, "filed", "申报已提交", "filed")
    return now


def table_for(application: Application, on: date) -> Table:
    """The table in force where the mine lies; CannotSelect in the words of NoTableInForce where none is held."""
    try:
        return tables_of_steps.choose(FAMILY, application.region_code, on)
    except tables_of_steps.NoTableInForce as none:
        raise CannotSelect(none.zh, none.en) from None


def receiving(table: Table, region_code: str, on: date) -> Organisation | None:
    """The authority whose turn the first step is, if it has an account here."""
    said = readings.values_of(table.readings, region_code, on) if table.readings else {}
    step = table.settled({name: one.value for name, one in said.items()}).open_steps(table.start)[0]
    level = step.actor.levels[0] if step.actor.levels else "county"
    return people.find_address(*addresses.address(("natural_resources",), level, region_code)[0])


def missing_of(application: Application, edition: Edition) -> list[tuple[Material, list[str]]]:
    """Required lines that lack facts, or lack their report or file."""
    found = []
    for row in application.materials.filter(required=True).order_by("id"):
        kind = tables.lines()[row.item].kind
        lacking = [name for name in row.missing if name in edition.dictionary]
        if lacking or (kind == "account" and not row.reference) or (kind == "file" and row.file_id is None):
            found.append((row, lacking))
    return found


def _check_complete(application: Application, edition: Edition) -> None:
    lacking = missing_of(application, edition)
    if not lacking:
        return
    names = tuple(dict.fromkeys(name for _, facts_of in lacking for name in facts_of))
    parts: dict[str, list[str]] = {"zh": [], "en": []}
    for row, facts_of in lacking:
        for lang, said in parts.items():
            labels = [edition.dictionary[name].label[lang] for name in facts_of]
            line = tables.lines()[row.item].name[lang]
            said.append(f"{line}（{'、'.join(labels)}）" if labels else line)
    raise CannotSelect(
        f"必填材料不全：{'；'.join(parts['zh'])}", f"required material is missing: {'; '.join(parts['en'])}", names
    )


def _check_account(application: Application) -> None:
    """Applying rests on a submitted self-assessment that passes (自评达标); undecided is not passed."""
    account = Assessment.objects.filter(number=application.assessment).first()
    if account is None or account.state != Assessment.State.SUBMITTED:
        raise CannotSelect(
            "尚未提交自评估报告，不能申报", "no self-assessment was submitted: submit it first", ("self_assessment_on",)
        )
    if account.verdict == "fail":
        raise CannotSelect(
            f"自评 {account.number} 未达标，整改后重新自评方可申报",
            f"self-assessment {account.number} does not pass",
            ("self_assessment_passed",),
        )
    if account.verdict != "pass":
        raise CannotSelect(
            f"自评 {account.number} 结论待定，补齐后方可申报", f"the verdict of {account.number} is undecided: settle it first",
            ("self_assessment_passed",),
        )  # fmt: skip


def _digest(application: Application) -> str:
    """SHA-256 of everything that was filed: each line with its facts and files, the account, the words agreed to."""
    content: dict[str, Any] = {
        "application": application.number, "mine": application.mine, "assessment": application.assessment_hash,
        "commitment": application.commitment, "batch": application.batch.number,
        "materials": [
            {"item": row.item, "facts": row.facts, "file": row.file.file_id if row.file else "", "note": row.note}
            for row in application.materials.select_related("file").order_by("item")
        ],
    }  # fmt: skip
    return sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
