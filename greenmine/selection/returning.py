"""Giving back with all defects at once (一次性告知), and what a later return may still name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from greenmine.procedures.models import Opinion
from greenmine.selection import tables
from greenmine.selection.models import Application, Defects
from greenmine.selection.permissions import CannotSelect
from greenmine.selection.preparing import digests
from greenmine.selection.recording import Act

GENERAL = "form"  # the application as a whole


def give_back(application: Application, stage: str, defects: Sequence[Mapping[str, str]], act: Act) -> Defects:
    """Keep a return. A second one names only what was told before or what changed since; anything else is refused."""
    earlier = list(application.returns.order_by("round"))
    now = digests(application)
    told = {one["item"] for row in earlier for one in row.defects}
    changed = _changed(application, earlier[-1], now) if earlier else frozenset()
    kept = []
    for one in defects:
        item = one["item"]
        _check_item(item)
        if earlier and item not in told and item not in changed:
            name = name_of(item)
            raise CannotSelect(
                f"“{name['zh']}”首次补正时未一次性告知，材料也没有变化，不得再要求补正",
                f"“{name['en']}” was not told the first time and has not changed: it cannot be asked for now",
            )
        kept.append({"item": item, "text": one["text"], "told": item in told, "changed": item in changed})
    return Defects.objects.create(
        application=application, round=len(earlier) + 1, stage=stage, defects=kept, materials=dict(now), by=act.who,
        by_id=act.by.pk, organisation=act.organisation.key, on=act.on,
    )  # fmt: skip


def _check_item(item: str) -> None:
    if item in tables.lines() or item == GENERAL or item.startswith(("opinion:", "rule:")):
        return
    raise CannotSelect(f"材料清单中没有“{item[:40]}”", f"the list has no line “{item[:40]}”")


def name_of(item: str) -> Mapping[str, str]:
    """A defect's item in words."""
    if item in tables.lines():
        return tables.lines()[item].name
    if item == GENERAL:
        return {"zh": "申报表", "en": "the application form"}
    return {"zh": item.split(":", 1)[1], "en": item.split(":", 1)[1]}


def _changed(application: Application, last: Defects, now: Mapping[str, str]) -> frozenset[str]:
    """What is not as it was at the last return: materials, and departments that asked for more since."""
    items = {item for item, digest in now.items() if last.materials.get(item) != digest}
    since = Opinion.objects.filter(
        case__number=application.case, given_on__gte=last.on, verdict__in=("supplement", "disagree")
    ).values_list("department", flat=True)
    return frozenset(items | {f"opinion:{department}" for department in since})


def answer(application: Application, answers: Sequence[str], act: Act) -> Defects:
    """Answer a return, every defect of it (补正)."""
    waiting = application.returns.filter(answered_on=None).order_by("-round").first()
    if waiting is None:
        raise CannotSelect("没有待补正的内容", "nothing waits for a correction")
    if len(answers) != len(waiting.defects) or not all(answers):
        raise CannotSelect(
            f"共 {len(waiting.defects)} 项，请逐项说明补正情况", f"answer each of the {len(waiting.defects)} defects"
        )
    waiting.answers, waiting.answered_by, waiting.answered_on = list(answers), act.by.name, act.on
    waiting.save(update_fields=["answers", "answered_by", "answered_on"])
    return waiting


def defects_shown(row: Defects) -> list[dict[str, Any]]:
    """The defects of a return with their words and answers, for pages and papers."""
    return [
        {**one, "name": name_of(one["item"]), "answer": row.answers[number] if number < len(row.answers) else ""}
        for number, one in enumerate(row.defects)
    ]
