"""Preparing an application (填写申报): materials prefilled from facts, each with its source, so that one fills in once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from greenmine.accounts.models import Organisation, Person
from greenmine.assessment.models import Assessment
from greenmine.assessment.queries import last_of
from greenmine.assessors.numbers import take_yearly
from greenmine.editions import queries as editions
from greenmine.editions import readings
from greenmine.editions.edition import Edition
from greenmine.evidence import actions as evidence
from greenmine.facts import queries as facts
from greenmine.law import NONE, Sheet
from greenmine.registry.models import Mine
from greenmine.registry.queries import standing_mines
from greenmine.selection import permissions, tables
from greenmine.selection.models import Application, Batch, Material
from greenmine.selection.models.applications import Tier
from greenmine.selection.permissions import CannotSelect
from greenmine.selection.recording import Act, lock, write

LISTED = ("listed", "rectifying", "removal_proposed")
INTERVAL = "reapplication-months"
LONGEST_NOTE = 500


@transaction.atomic
def prepare(batch: Batch, mine_key: str, *, by: Person, organisation: Organisation, on: date) -> Application:
    """Begin an application for one mine in one batch. Nothing is filed by it."""
    act, mine = Act(by, organisation, on), mine_to_apply(mine_key)
    assert mine.holder is not None
    permissions.check_can_prepare(by, mine.holder.key, on=on)
    check_fits(batch, mine, on=on)
    before = Application.objects.filter(mine=mine.key, tier=batch.tier).order_by("-id").first()
    if before is not None and before.closed_on is None:
        raise CannotSelect(
            f"该矿山已有办理中的申报 {before.number}", f"the mine has an application under way: {before.number}"
        )
    _check_interval(before, mine, on=on)
    edition = editions.active()
    sheet = facts.sheet_of(edition, "mine", mine.key, on=on, known_at=timezone.now())
    _check_not_listed(sheet, edition)
    try:
        with transaction.atomic():
            application = Application.objects.create(
                number=take_yearly("SB", on), batch=batch, tier=batch.tier, mine=mine.key, mine_name=mine.name,
                region_code=mine.region_code, holder=mine.holder.key, holder_name=mine.holder.name,
                organisation=organisation.key, state_since=on, prepared_by=by.name, prepared_on=on, before=before,
            )  # fmt: skip
    except IntegrityError:
        raise CannotSelect("该矿山刚刚已开始申报，请刷新", "somebody just began one for this mine: reload") from None
    fill(application, sheet, edition, act)
    write(
        act,
        "prepared",
        application,
        f"开始填写申报（{batch.number}）",
        f"began an application in {batch.number}",
        ["cn-2024-1/7.2.c"],
    )
    return application


def mine_to_apply(key: str) -> Mine:
    """A standing mine with its holder; CannotSelect otherwise."""
    mine = standing_mines().select_related("holder").filter(key=key).first()
    if mine is None:
        raise CannotSelect("没有该矿山", "there is no such mine")
    if mine.holder is None:
        raise CannotSelect("该矿山尚未登记采矿权人", "the mine has no registered holder yet")
    return mine


def check_fits(batch: Batch, mine: Mine, *, on: date) -> None:
    """The batch takes applications for this mine today."""
    permissions.check_takes(batch, on=on)
    if batch.tier != Tier.PROVINCIAL:
        raise CannotSelect(
            "国家级由省级推荐，企业不能直接申报", "the national tier is by recommendation: nobody applies for it"
        )
    if not editions.active().covers(batch.region_code, mine.region_code, on):
        raise CannotSelect("该批次不受理其他地区的矿山", "the batch takes no mines of another region")


def _check_interval(before: Application | None, mine: Mine, *, on: date) -> None:
    """No text writes an interval; where a province confirmed one, it holds (再次申报间隔)."""
    if (
        before is None
        or before.closed_on is None
        or before.outcome in (Application.Outcome.WITHDRAWN, Application.Outcome.LISTED)
    ):
        return
    reading = readings.value(INTERVAL, mine.region_code, on)
    opens = months_later(before.closed_on, int(reading.value))
    if on < opens:
        raise CannotSelect(
            f"上次申报 {before.number} 于 {before.closed_on} 未通过，按本省口径 {opens} 起方可再次申报（{reading.document or reading.standing['zh']}）",
            f"{before.number} failed on {before.closed_on}: by the province's reading it may be filed again from {opens}",
        )


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError


def _check_not_listed(sheet: Sheet, edition: Edition) -> None:
    if sheet.shown("provincial_entry", edition.dictionary) in LISTED:
        raise CannotSelect("该矿山已在省级名录中", "the mine is in the provincial directory already")


def fill(application: Application, sheet: Sheet, edition: Edition, act: Act) -> None:
    """Fill the list from facts as they are known, and with the latest submitted self-assessment; brought files stay."""
    nature = sheet.shown(tables.NATURE, edition.dictionary)
    account = last_of(application.mine)
    asked = {
        line.id: line
        for line in tables.lines().values()
        if line.is_asked(edition, application.region_code, None if nature is None else str(nature), act.on)
    }
    application.materials.filter(file=None).exclude(item__in=asked).delete()
    for line in asked.values():
        rows, missing = _rows(line, sheet, edition)
        Material.objects.update_or_create(
            application=application, item=line.id,
            defaults={
                "required": line.required, "facts": rows, "missing": missing, "on": act.on,
                "reference": account.number if line.kind == "account" and account is not None else "",
            },
        )  # fmt: skip
    _take_account(application, account)


def _take_account(application: Application, account: Assessment | None) -> None:
    application.assessment = account.number if account else ""
    application.assessment_hash = account.frozen_hash if account else ""
    application.standard = account.standard if account else ""
    application.self_points = account.low if account else None
    application.save(update_fields=["assessment", "assessment_hash", "standard", "self_points"])


def _rows(line: tables.Line, sheet: Sheet, edition: Edition) -> tuple[list[dict[str, Any]], list[str]]:
    """The facts of a line with who said them since when, and those nobody has said."""
    rows: list[dict[str, Any]] = []
    missing: list[str] = []
    for name in line.facts:
        value = sheet.values.get(name)
        if value is None or (value is NONE and name in tables.never_none()):
            missing.append(name)
        if value is None:
            continue
        fact, source = edition.dictionary[name], sheet.sources.get(name)
        rows.append(
            {
                "name": name,
                "value": fact.show(value),
                "zh": fact.words(value, "zh"),
                "en": fact.words(value, "en"),
                "source": (source.label or source.source) if source is not None else "",
                "since": source.since.isoformat() if source is not None and source.since else None,
                "statement": source.sequence if source is not None else None,
            }
        )
    return rows, missing


@transaction.atomic
def refill(application: Application, *, by: Person, organisation: Organisation, on: date) -> Application:
    """Fill the list again from the facts of today: a draft, or what was returned for correction."""
    now, act = lock(application), Act(by, organisation, on)
    permissions.check_can_prepare(by, now.holder, on=on)
    check_is_open_to_change(now)
    edition = editions.active()
    fill(now, facts.sheet_of(edition, "mine", now.mine, on=on, known_at=timezone.now()), edition, act)
    return now


def check_is_open_to_change(application: Application) -> None:
    """Materials change in a draft, and while a return waits for its answer (补正)."""
    if application.is_draft or application.returns.filter(answered_on=None).exists():
        return
    raise CannotSelect("申报已提交，退回补正后方可修改材料", "it was filed: materials change only after a return")


@transaction.atomic
def bring(
    application: Application, item: str, upload: evidence.Upload | None, note: str = "", *, by: Person,
    organisation: Organisation, on: date,
) -> Material:  # fmt: skip
    """Bring a file or a note for one line of the materials, as a draft or to mend what was returned."""
    now, act = lock(application), Act(by, organisation, on)
    permissions.check_can_prepare(by, now.holder, on=on)
    check_is_open_to_change(now)
    material = now.materials.filter(item=item).first()
    if material is None:
        raise CannotSelect("材料清单中没有这一项", "the list has no such line")
    words = permissions.plain(note)
    if len(words) > LONGEST_NOTE:
        raise CannotSelect(f"说明最多 {LONGEST_NOTE} 字", f"a note has at most {LONGEST_NOTE} characters")
    if upload is None and not words:
        raise CannotSelect("请上传文件或填写说明", "add a file or a note")
    if upload is not None:
        material.file = evidence.keep(
            upload,
            by=by,
            on=on,
            subject=now.subject,
            title=tables.lines()[item].name["zh"],
            region_code=now.region_code,
        )
    if words:
        material.note = words
    material.by, material.on = by.name, on
    material.save()
    write(
        act,
        "material_brought",
        now,
        f"补充材料“{tables.lines()[item].name['zh']}”",
        f"brought material “{item}”",
        ["cn-2024-1/7.2.c"],
    )
    return material


@transaction.atomic
def discard(application: Application, *, by: Person, organisation: Organisation, on: date) -> None:
    """Throw a draft away: the record says so, the mine may begin anew."""
    now, act = lock(application), Act(by, organisation, on)
    permissions.check_can_prepare(by, now.holder, on=on)
    permissions.check_is_draft(now)
    now.state, now.state_since, now.closed_on = "withdrawn", on, on
    now.outcome = Application.Outcome.WITHDRAWN
    now.save(update_fields=["state", "state_since", "closed_on", "outcome"])
    write(act, "discarded", now, "放弃填写", "threw the draft away")


def digests(application: Application) -> Mapping[str, str]:
    """Item → what a line said and brought, in short: what is compared to know whether it changed."""
    return {row.item: digest_of(row) for row in application.materials.select_related("file")}


def digest_of(material: Material) -> str:
    """One line of the materials in short."""
    file = material.file.file_id if material.file is not None else ""
    said = ";".join(f"{one['name']}={one['value']}" for one in material.facts)
    return f"{said}|{material.reference}|{file}|{material.note}"
