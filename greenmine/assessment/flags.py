"""Consistency checks (一致性检查): what does not fit in an account, with what to do; pure, on what `checks` has gathered.

A hint never changes a score and never decides: `blocks` stops a submission, `asks` wants a reason, `notes` only tells.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any

from greenmine.assessment.drafts import points_words, score_problem
from greenmine.assessment.models import ItemAnswer, ItemEvidence
from greenmine.law.indicators import Standard
from greenmine.law.indicators.standard import EvidenceNeed, Indicator, Precondition

BLOCKS, ASKS, NOTES = "blocks", "asks", "notes"
ORDER = {BLOCKS: 0, ASKS: 1, NOTES: 2}
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Flag:
    """One hint: its code, how serious, of which item, what is wrong and what to do; `reason` once acknowledged."""

    code: str
    severity: str
    indicator: str
    zh: str
    en: str
    do: Mapping[str, str]
    fingerprint: str = ""
    reason: str = ""

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something before it is submitted."""
        return self.severity != NOTES and not self.reason


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where else the same file lies: at another mine (named only where it is the holder's), or at another item."""

    sha256: str
    mine: str
    mine_name: str
    indicator: str
    same_assessment: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What the checks read of one assessment, gathered in a constant number of queries."""

    standard: Standard
    evidence: Mapping[str, Sequence[ItemEvidence]]
    last: Mapping[str, ItemAnswer]
    last_comparable: bool
    jump: tuple[int, int] | None  # lowered share and its scale
    elsewhere: Mapping[str, Sequence[Elsewhere]]  # by hash
    broken: Collection[str]  # hashes whose file is gone or changed
    pictures: Collection[str]  # hashes that are photographs
    known_facts: Collection[str]
    on: date


def of_item(part: Indicator | Precondition, item: ItemAnswer, known: Known, scored: Any | None) -> list[Flag]:
    """Every hint about one item; `scored` is what the engine says of it, where it does."""
    links = known.evidence.get(part.id, ())
    found = [
        *_unproven(part, item, links, known, scored),
        *_broken(part, links, known),
        *_expired(part, links, known),
        *_elsewhere(part, links, known),
    ]
    found += _contradiction(part, scored)
    if isinstance(part, Indicator):
        found += [*_impossible(part, item), *_jump(part, item, known)]
    return sorted(found, key=lambda flag: (ORDER[flag.severity], flag.code))


def flag(code: str, severity: str, indicator: str, zh: str, en: str, do_zh: str, do_en: str, what: str = "") -> Flag:
    """A hint; its fingerprint says of what exactly, so that an acknowledgement does not cover something new."""
    mark = sha256(f"{code}\0{indicator}\0{what or zh}".encode()).hexdigest()
    return Flag(code, severity, indicator, zh, en, {"zh": do_zh, "en": do_en}, mark)


def acknowledged(flags: Iterable[Flag], reasons: Mapping[tuple[str, str, str], str]) -> list[Flag]:
    """The hints with the reasons that were given for them."""
    return [
        replace(one, reason=reasons.get((one.indicator, one.code, one.fingerprint), ""))
        if one.severity != NOTES
        else one
        for one in flags
    ]


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last one where it is shorter."""
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def expires_on(link: ItemEvidence, need: EvidenceNeed | None) -> date | None:
    """The first day on which evidence is too old for its need; None where it has no term."""
    if need is None or need.valid_months is None or link.day is None:
        return None
    return months_later(link.day, need.valid_months)


def missing_needs(
    part: Indicator | Precondition, links: Sequence[ItemEvidence], *, decided_by_fact: bool
) -> list[EvidenceNeed]:
    """The evidence an item asks for and has not; a fact that decides is itself the proof where a fact will do."""
    served = {link.need for link in links}
    anything = bool(links) and len(part.evidence) == 1
    return [
        need
        for need in part.evidence
        if need.id not in served and not anything and not (decided_by_fact and "fact" in need.kinds)
    ]


def claims(item: ItemAnswer) -> bool:
    """Whether the answer claims anything that wants proof."""
    return item.state == "scored" and bool(item.score or item.met)


def _unproven(
    part: Indicator | Precondition, item: ItemAnswer, links: Sequence[ItemEvidence], known: Known, scored: Any
) -> Iterable[Flag]:
    by_fact = bool(scored is not None and scored.decided_by_fact)
    lacking = missing_needs(part, links, decided_by_fact=by_fact) if claims(item) else []
    if lacking:
        zh = "、".join(need.name["zh"] for need in lacking)
        en = ", ".join(need.name["en"] for need in lacking)
        yield flag(
            "claimed_without_evidence", ASKS, part.id,
            f"已填得分，但缺少佐证：{zh}。", f"A score is claimed without its evidence: {en}.",
            "上传或选用佐证材料；确实没有的，说明原因。", "Attach the evidence, or say why there is none.",
            ",".join(sorted(need.id for need in lacking)),
        )  # fmt: skip
    gone = sorted(link.fact for link in links if link.fact and link.fact not in known.known_facts)
    if gone:
        yield flag(
            "fact_unknown", ASKS, part.id,
            "所引用的事实目前没有可用的值。", "The fact it rests on has no value at present.",
            "补报该事实，或改用文件佐证。", "State the fact, or attach a file instead.", ",".join(gone),
        )  # fmt: skip


def _broken(part: Indicator | Precondition, links: Sequence[ItemEvidence], known: Known) -> Iterable[Flag]:
    for link in links:
        if link.sha256 and link.sha256 in known.broken:
            yield flag(
                "evidence_without_file", BLOCKS, part.id,
                f"佐证“{link.provenance}”的文件缺失或已损坏。", f"The file of “{link.provenance}” is missing or damaged.",
                "重新上传该文件，或移除这条佐证。", "Upload the file again, or take the link away.", link.sha256,
            )  # fmt: skip


def _expired(part: Indicator | Precondition, links: Sequence[ItemEvidence], known: Known) -> Iterable[Flag]:
    needs = {need.id: need for need in part.evidence}
    for link in links:
        need = needs.get(link.need) or (part.evidence[0] if len(part.evidence) == 1 and not link.need else None)
        last_day = expires_on(link, need)
        if last_day is not None and need is not None and last_day <= known.on:
            yield flag(
                "expired_evidence", ASKS, part.id,
                f"佐证“{link.provenance or link.fact}”日期为 {link.day}，已超过 {need.valid_months} 个月的有效期。",
                f"“{link.provenance or link.fact}” is of {link.day}, older than the {need.valid_months} months it is good for.",
                "换用有效期内的材料；沿用旧材料的，说明原因。", "Attach newer evidence, or say why the old one stands.",
                f"{link.need}:{link.sha256 or link.fact}:{link.day}",
            )  # fmt: skip


def _elsewhere(part: Indicator | Precondition, links: Sequence[ItemEvidence], known: Known) -> Iterable[Flag]:
    for link in links:
        others = known.elsewhere.get(link.sha256, ()) if link.sha256 in known.pictures else ()
        away = [other for other in others if other.mine != link.mine]
        if away:
            name = next((other.mine_name for other in away if other.mine_name), "")
            zh, en = (f"“{name}”", f"“{name}”") if name else ("另一矿山", "another mine")
            yield flag(
                "same_photo_elsewhere", ASKS, part.id,
                f"同一张照片也用于{zh}。", f"The same photograph is also used for {en}.",
                "换用本矿山的现场照片；确属共用的，说明原因。", "Use a photograph of this mine, or say why it is shared.",
                link.sha256,
            )  # fmt: skip
        elif any(other.same_assessment and other.indicator != part.id for other in others):
            yield flag(
                "same_photo_in_other_item", NOTES, part.id,
                "同一张照片也用于本次自评的其他项。", "The same photograph also serves another item of this assessment.",
                "确认它能分别证明各项即可。", "Make sure that it proves each of them.", link.sha256,
            )  # fmt: skip


def _impossible(part: Indicator, item: ItemAnswer) -> Iterable[Flag]:
    if item.state == "scored" and item.score is not None and (wrong := score_problem(item.score, part)) is not None:
        yield flag(
            "impossible_value", BLOCKS, part.id, f"所填得分不可能：{wrong[0]}", f"The score is impossible: {wrong[1]}",
            "按本项的评分标准重新填写。", "Answer the item again on its scale.", str(item.score),
        )  # fmt: skip


def _jump(part: Indicator, item: ItemAnswer, known: Known) -> Iterable[Flag]:
    before = known.last.get(part.id) if known.last_comparable else None
    if before is None or before.score is None or item.score is None or not part.points or known.jump is None:
        return
    share, scale = known.jump
    difference = abs(item.score - before.score)
    if item.state == before.state == "scored" and difference * 10**scale >= share * part.points and difference:
        now, then = points_words(item.score), points_words(before.score)
        yield flag(
            "sudden_jump", ASKS, part.id,
            f"上次 {then} 分，本次 {now} 分，变化较大。", f"Last time {then}, now {now}: a large change.",
            "核对后说明变化原因。", "Check it, and say what changed.", f"{before.score}:{item.score}",
        )  # fmt: skip


def _contradiction(part: Indicator | Precondition, scored: Any) -> Iterable[Flag]:
    if scored is not None and scored.contradiction:
        yield flag(
            "contradicts_fact", ASKS, part.id,
            "所填得分与已掌握的事实不一致；计分以事实为准。", "The claim contradicts a known fact; the fact is what counts.",
            "改正得分；事实有误的，请更正事实；否则说明原因。", "Correct the score or the fact, or say why they differ.",
            f"{getattr(scored, 'fact_says', getattr(scored, 'outcome', ''))}:{scored.claimed}",
        )  # fmt: skip
