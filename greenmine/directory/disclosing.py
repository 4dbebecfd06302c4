"""What an enterprise discloses (企业公开): construction plan, progress, restoring while mining, in its own name and at once.

Serves cn-2024-1/4.2.f. A mine that is not published yet may disclose too: the statement stands in the public log and appears
on the mine's page as soon as it has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.db import transaction

from greenmine.accounts import permissions as accounts
from greenmine.accounts.models import Organisation, Person
from greenmine.directory.published import writing
from greenmine.directory.published.models import Statement
from greenmine.directory.published.writing import OpenFile
from greenmine.evidence import actions as evidence
from greenmine.evidence.places import path_of
from greenmine.ledger import actions as ledger
from greenmine.registry import queries as registry
from greenmine.registry.models import Mine

KINDS: Mapping[str, Mapping[str, str]] = {
    "plan": {"zh": "建设计划", "en": "construction plan"},
    "progress": {"zh": "建设进展", "en": "progress of construction"},
    "restoration": {"zh": "边开采边修复", "en": "restoring while mining"},
}
LONGEST, LONGEST_PERIOD, LONGEST_AREA = 8000, 40, 12
MOST_HECTARES = Decimal(1_000_000)


class CannotDisclose(Exception):
    """Why something is not published in the enterprise's name, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class Disclosure:
    """What the enterprise says: kind, period, text; areas in hectares where it restores."""

    what: str
    period: str
    text: str
    disturbed: str = ""
    restored: str = ""


@transaction.atomic
def disclose(
    mine_key: str,
    said: Disclosure,
    *,
    upload: evidence.Upload | None = None,
    by: Person,
    organisation: Organisation,
    on: date,
) -> Statement:
    """Publish it at once, the enterprise speaking (企业公开)."""
    mine = _mine(mine_key, by)
    accounts.check_can(by, "disclosures.publish", on=on, enterprise=mine.holder.key if mine.holder else "")
    title, body = _checked(mine, said)
    files = []
    if upload is not None:
        kept = evidence.keep(
            upload, by=by, on=on, subject=("mine", mine.key), title=title["zh"], region_code=mine.region_code
        )
        if Path(kept.name).suffix.lower() != ".pdf":
            raise CannotDisclose("公开文件请上传 PDF", "upload a PDF to be published")
        files = [OpenFile(f"{title['zh']}.pdf", kept.file.media_type, path_of(kept.file_id).read_bytes())]
    made = writing.state(
        Statement.Kind.DISCLOSURE, mine=mine.key, region_code=mine.region_code, on=on, title=title, body=body,
        office=organisation.name, files=files, by_enterprise=True, spare=(mine.name, organisation.name),
    )  # fmt: skip
    if not made.mine_name:
        Statement.objects.filter(pk=made.pk).update(mine_name=mine.name)
    ledger.record(
        "directory.disclosed", subject=("mine", mine.key), by=by, organisation=organisation, on=on, region_code=mine.region_code,
        sentence={"zh": f"企业公开{title['zh']}（{made.number}）", "en": f"the enterprise published {title['en']} ({made.number})"},
        cite=["cn-2024-1/4.2.f"],
    )  # fmt: skip
    return made


def disclosed(person: Any, *, on: date) -> list[Statement]:
    """What the person's enterprise published, the latest first."""
    if not accounts.can(person, "disclosures.publish", on=on):
        return []
    keys = list(registry.mines_for(person).values_list("key", flat=True))
    return list(Statement.objects.filter(kind=Statement.Kind.DISCLOSURE, mine__in=keys).order_by("-id")[:100])


def _mine(key: str, by: Person) -> Mine:
    found = registry.mines_for(by).select_related("holder").filter(key=key).first()
    if found is None:
        raise CannotDisclose("请选择本企业的矿山", "choose a mine of your enterprise")
    return found


def _checked(mine: Mine, said: Disclosure) -> tuple[dict[str, str], dict[str, Any]]:
    """Title and body, when everything that has to be there is there."""
    if said.what not in KINDS:
        raise CannotDisclose("请选择公开的事项", "say what you publish")
    period, text = said.period.strip(), said.text.strip()
    if not period or len(period) > LONGEST_PERIOD:
        raise CannotDisclose("请填写所属期间，例如 2026 年第三季度", "give the period, for example 2026 Q3")
    if not text or len(text) > LONGEST:
        raise CannotDisclose(
            f"请填写公开内容，最多 {LONGEST} 字", f"write what is published, at most {LONGEST} characters"
        )
    kind = KINDS[said.what]
    body: dict[str, Any] = {"what": dict(kind), "period": period, "content": text}
    if said.what == "restoration":
        body["lines"] = [
            {"label": {"zh": zh, "en": en}, "value": f"{_hectares(given, zh)} hm²"}
            for given, zh, en in (
                (said.disturbed, "占用损毁面积", "disturbed area"),
                (said.restored, "已修复面积", "restored area"),
            )
        ]
    return {"zh": f"{mine.name}：{period}{kind['zh']}", "en": f"{mine.name}: {kind['en']}, {period}"}, body


def _hectares(text: str, what: str) -> Decimal:
    try:
        given = text.strip()
        if not given.isascii() or len(given) > LONGEST_AREA or "e" in given.lower():
            raise InvalidOperation
        found = Decimal(given)
        if not found.is_finite() or not 0 <= found <= MOST_HECTARES:
            raise InvalidOperation
    except InvalidOperation:
        raise CannotDisclose(
            f"{what}请填写公顷数，例如 12.5", "areas are given in hectares, for example 12.5"
        ) from None
    return found
