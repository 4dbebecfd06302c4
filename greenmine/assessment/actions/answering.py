"""Filling in (填写): one answer, one piece of evidence, one reason at a time; several people at once lose nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from greenmine.accounts.models import Person
from greenmine.assessment import checks, scoring
from greenmine.assessment.actions.writing import append, keep_totals, locked
from greenmine.assessment.drafts import Draft, settled
from greenmine.assessment.flags import BLOCKS, NOTES, Flag
from greenmine.assessment.models import Acknowledgement, AnswerChange, Assessment, ItemAnswer, ItemEvidence
from greenmine.assessment.permissions import LONGEST_REASON, CannotAssess, Overtaken, check_can_fill
from greenmine.assessment.queries.views import flags
from greenmine.editions import queries as editions
from greenmine.evidence import actions as evidence
from greenmine.evidence.models import Provenance
from greenmine.facts.statements import EARLIEST_DAY
from greenmine.law.indicators import Result, Standard
from greenmine.law.indicators.standard import Indicator, Precondition
from greenmine.registry.models import Mine

MAY_BE_EXPLAINED = ("open_return",)  # what blocks and yet is settled by saying what was done
LONGEST_VERSION = 100


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save came to: the item as it stands now, the whole result, and the hints about the item."""

    item: ItemAnswer
    result: Result
    flags: Sequence[Flag]


def answer(assessment: Assessment, indicator: str, draft: Draft, *, seen: int, by: Person, on: date) -> Saved:
    """Save one answer (保存一项). Overtaken where somebody saved it since `seen`: the draft is kept in its history."""
    try:
        return _answer(assessment, indicator, draft, seen=seen, by=by, on=on)
    except Overtaken as overtaken:
        _keep_refused(overtaken, seen=seen, by=by, on=on)
        raise


@transaction.atomic
def _answer(assessment: Assessment, indicator: str, draft: Draft, *, seen: int, by: Person, on: date) -> Saved:
    open_one = locked(assessment)
    check_can_fill(by, open_one, on=on)
    ground = scoring.quick_ground(open_one)
    part = _part(ground.standard, indicator)
    items = {item.indicator: item for item in ItemAnswer.objects.filter(assessment=open_one)}
    item = items.setdefault(indicator, ItemAnswer(assessment=open_one, indicator=indicator))
    if item.version != seen:
        raise Overtaken(item, draft)
    wanted = settled(draft, part)
    if not _says(item, wanted):
        _write(item, wanted, by=by)
        append(item, outcome=AnswerChange.Outcome.SAVED, seen=seen, on=on)
    result = scoring.scored(ground, items.values(), on=on)
    keep_totals(open_one, result)
    links = checks.links_of(open_one, indicator)
    known = checks.gather(open_one, ground, links, on=on, indicator=indicator)
    return Saved(item, result, checks.item_flags(open_one, item, result, ground, known))


@transaction.atomic
def attach(
    assessment: Assessment,
    indicator: str,
    *,
    need: str = "",
    provenance: Provenance | None = None,
    upload: evidence.Upload | None = None,
    fact: str = "",
    dated_on: date | None = None,
    version_text: str = "",
    by: Person,
    on: date,
) -> ItemEvidence:
    """Link a file, an upload or a fact to an item (关联佐证). NotKept says why an upload is not taken."""
    open_one = locked(assessment)
    check_can_fill(by, open_one, on=on)
    part = _part(scoring.standard_of(open_one), indicator)
    _check_link(part, need=need, dated_on=dated_on, version_text=version_text, on=on)
    if upload is not None:
        about = ("mine", open_one.mine)
        provenance = evidence.keep(
            upload, by=by, on=on, subject=about, title=part.name["zh"][:200], region_code=open_one.region_code
        )
    elif provenance is not None:
        check_may_use(provenance, open_one)
    elif fact:
        _check_fact(fact)
    else:
        raise CannotAssess("请选择文件或事实。", "Choose a file or a fact.")
    link, made = ItemEvidence.objects.get_or_create(
        assessment=open_one,
        indicator=indicator,
        need=need,
        provenance=provenance,
        fact="" if provenance is not None else fact,
        detached_at=None,
        defaults={
            "sha256": provenance.file_id if provenance is not None else "",
            "mine": open_one.mine,
            "dated_on": dated_on,
            "version_text": version_text.strip(),
            "attached_by": by.name,
            "attached_on": on,
        },
    )
    if not made and (dated_on is not None or version_text.strip()):
        link.dated_on, link.version_text = dated_on or link.dated_on, version_text.strip() or link.version_text
        link.save(update_fields=["dated_on", "version_text"])
    Assessment.objects.filter(pk=open_one.pk).update(changed_at=timezone.now())
    return link


@transaction.atomic
def detach(link: ItemEvidence, *, by: Person, on: date) -> None:
    """Take a link away (移除佐证); the file itself stays, and who took it away is remembered."""
    open_one = locked(link.assessment)
    check_can_fill(by, open_one, on=on)
    ItemEvidence.objects.filter(pk=link.pk, detached_at=None).update(detached_at=timezone.now(), detached_by=by.name)


def acknowledge(assessment: Assessment, fingerprint: str, *, reason: str, by: Person, on: date) -> Acknowledgement:
    """Say why a hint stands (情况说明): the hint is named by its fingerprint, so that something new asks anew."""
    return acknowledge_all(assessment, {fingerprint: reason}, by=by, on=on)[0]


@transaction.atomic
def acknowledge_all(
    assessment: Assessment, reasons: Mapping[str, str], *, by: Person, on: date
) -> list[Acknowledgement]:
    """Say why several hints stand: fingerprint → reason. All of them are written, or with a refusal none."""
    open_one = locked(assessment)
    check_can_fill(by, open_one, on=on)
    told = {fingerprint: _reason(reason) for fingerprint, reason in reasons.items()}
    standing = {one.fingerprint: one for one in flags(open_one, on=on)}
    made = []
    for fingerprint, text in told.items():
        found = standing.get(fingerprint)
        if found is None:
            raise CannotAssess("该提示已不存在，请刷新页面。", "This hint is gone: load the page again.")
        if found.severity == NOTES or (found.severity == BLOCKS and found.code not in MAY_BE_EXPLAINED):
            raise CannotAssess(
                "该问题须先改正，不能仅作说明。", "This has to be put right; a reason alone will not do."
            )
        row, _ = Acknowledgement.objects.update_or_create(
            assessment=open_one,
            indicator=found.indicator,
            code=found.code,
            fingerprint=fingerprint,
            defaults={"reason": text, "by": by.name, "on": on},
        )
        made.append(row)
    return made


def _reason(reason: str) -> str:
    text = reason.strip()
    if not text:
        raise CannotAssess("请填写说明。", "Say why.")
    if len(text) > LONGEST_REASON:
        raise CannotAssess(
            f"说明最多 {LONGEST_REASON} 字，请缩短。", f"A reason has at most {LONGEST_REASON} characters: shorten it."
        )
    return text


def check_may_use(provenance: Provenance, assessment: Assessment) -> None:
    """Evidence is one's own: of this mine, of the holder's other mines, or brought by the same organisation."""
    own = provenance.organisation == assessment.organisation
    of_mine = (provenance.subject_kind, provenance.subject_key) == ("mine", assessment.mine)
    if own or of_mine:
        return
    of_group = provenance.subject_kind == "mine" and assessment.party == Assessment.Party.SELF
    if of_group and Mine.objects.filter(key=provenance.subject_key, holder__key=assessment.holder).exists():
        return
    raise CannotAssess(
        "只能选用本企业、本矿山的材料。", "Only material of this enterprise or of this mine can be used."
    )


def _part(standard: Standard, indicator: str) -> Precondition | Indicator:
    part = scoring.part(standard, indicator)
    if part is None:
        raise CannotAssess(
            "本套指标中没有这一项，请刷新页面。", "The set of indicators has no such item: load the page again."
        )
    return part


def _says(item: ItemAnswer, wanted: Draft) -> bool:
    """Whether the answer already says just this: an autosave that changes nothing is no new version."""
    said = Draft(item.state, item.score, item.met, item.comment, item.reason, item.effort)
    return item.pk is not None and said == wanted and not item.taken_from


def _write(item: ItemAnswer, wanted: Draft, *, by: Person) -> None:
    item.state, item.score, item.met = wanted.state, wanted.score, wanted.met
    item.comment, item.reason, item.effort = wanted.comment, wanted.reason, wanted.effort
    item.version, item.by, item.at, item.taken_from = item.version + 1, by.name, timezone.now(), ""
    item.save()


@transaction.atomic
def _keep_refused(overtaken: Overtaken, *, seen: int, by: Person, on: date) -> None:
    current, draft = overtaken.current, overtaken.draft
    AnswerChange.objects.create(
        assessment_id=current.assessment_id,
        indicator=current.indicator,
        state=draft.state,
        score=draft.score,
        met=draft.met,
        comment=draft.comment,
        reason=draft.reason,
        effort=draft.effort,
        version=current.version,
        by=by.name,
        at=timezone.now(),
        outcome=AnswerChange.Outcome.REFUSED,
        seen=seen,
        on=on,
    )


def _check_link(
    part: Precondition | Indicator, *, need: str, dated_on: date | None, version_text: str, on: date
) -> None:
    if need and scoring.need(part, need) is None:
        raise CannotAssess("该项没有这一类佐证要求。", "The item asks for no such evidence.")
    if dated_on is not None and dated_on > on:
        raise CannotAssess("材料日期不能晚于今天。", "The day of a document cannot lie in the future.")
    if dated_on is not None and dated_on < EARLIEST_DAY:
        raise CannotAssess(f"材料日期不能早于 {EARLIEST_DAY}。", f"The day cannot be before {EARLIEST_DAY}.")
    if len(version_text.strip()) > LONGEST_VERSION:
        raise CannotAssess(
            f"版本号最多 {LONGEST_VERSION} 字。", f"The version has at most {LONGEST_VERSION} characters."
        )


def _check_fact(fact: str) -> None:
    if fact not in editions.active().dictionary:
        raise CannotAssess(f"事实目录中没有“{fact}”。", f"The dictionary has no fact {fact!r}.")
