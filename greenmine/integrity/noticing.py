"""What is noticed, put into words (信号成文): each with its evidence, the threshold it used, and what would explain it. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from greenmine.integrity.gaps import Difference
from greenmine.integrity.leniency import Leniency
from greenmine.integrity.likeness import Alike
from greenmine.integrity.pairs import Pair
from greenmine.integrity.texts import Copied
from greenmine.integrity.thresholds import Threshold
from greenmine.integrity.visits import Jump, Oddity

HALF, WHOLE = 50, 100
OF_TWO = frozenset({"photo_reused", "text_copied", "impossible_sequence"})


@dataclass(frozen=True)
class Job:
    """An engagement as signals name it (委托): who, where, for whom."""

    number: str
    agency: str
    agency_name: str
    mine: str
    mine_name: str
    region_code: str
    holder: str = ""
    leader: str = ""
    leader_name: str = ""
    commissioner: str = ""
    commissioner_name: str = ""


@dataclass(frozen=True)
class Noticed:
    """A signal before it is kept."""

    kind: str
    subject: tuple[str, str]
    region_code: str
    strength: int
    zh: str
    en: str
    threshold: Threshold
    evidence: Mapping[str, Any]
    same: Sequence[Any] = field(default=())  # what makes it the same signal when it is found again
    job: Job | None = None
    other_region: str = ""
    agency: str = ""
    agency_name: str = ""

    @property
    def fingerprint(self) -> str:
        """The same evidence is one signal, however often it is found."""
        subject = () if self.kind in OF_TWO else self.subject  # found from either side, it is one signal
        said = json.dumps([self.kind, *subject, *self.same], ensure_ascii=False)
        return sha256(said.encode()).hexdigest()

    @property
    def innocent(self) -> Mapping[str, str]:
        """What would explain it."""
        return INNOCENT[self.kind]


def strength(figure: float, limit: float, most: float) -> int:
    """From 50 at the threshold to 100 at the most there can be."""
    reach = abs(most - limit)
    return min(WHOLE, HALF + round(HALF * min(1.0, abs(figure - limit) / reach))) if reach else WHOLE


@dataclass(frozen=True)
class Photo:
    """A photograph in evidence: its content, and where it was used."""

    sha256: str
    job: Job
    item: str
    taken_at: str
    author: str
    capture: int


@dataclass(frozen=True)
class Submitted:
    """A picture that an enterprise handed in to prove an item of its self-assessment (自评佐证影像)."""

    sha256: str
    assessment: str
    mine: str
    mine_name: str
    region_code: str
    item: str
    attached_on: str
    by: str


def photo_reused(photo: Photo, earlier: Photo, alike: Alike, threshold: Threshold) -> Noticed:
    """The same photograph in two engagements."""
    how_zh, how_en = _how(alike)
    return Noticed(
        "photo_reused", ("engagement", photo.job.number), photo.job.region_code,
        strength(alike.fit, threshold.figure, WHOLE),
        f"委托 {photo.job.number}（{photo.job.mine_name}）项目 {photo.item} 的影像与委托 {earlier.job.number} 项目 {earlier.item} 的影像{how_zh}相符 {alike.fit}%",
        f"a photograph of engagement {photo.job.number}, item {photo.item}, fits one of {earlier.job.number}, item {earlier.item}{how_en}, to {alike.fit} %",
        threshold, _fit(alike) | {"photos": [_shown(photo), _shown(earlier)]},
        sorted((photo.sha256, earlier.sha256)) + sorted((photo.job.number, earlier.job.number)), photo.job, earlier.job.region_code,
    )  # fmt: skip


def photo_submitted(photo: Photo, before: Submitted, alike: Alike, threshold: Threshold) -> Noticed:
    """A site photograph is a picture that an enterprise had submitted before the visit, of this mine or of another."""
    how_zh, how_en = _how(alike)
    whose = ("本矿", "this mine") if before.mine == photo.job.mine else (before.mine_name, before.mine_name)
    return Noticed(
        "photo_submitted", ("engagement", photo.job.number), photo.job.region_code,
        strength(alike.fit, threshold.figure, WHOLE),
        f"委托 {photo.job.number}（{photo.job.mine_name}）项目 {photo.item} 的现场影像与企业此前为{whose[0]}提交的自评佐证影像（{before.assessment} 项目 {before.item}，{before.attached_on}）{how_zh}相符 {alike.fit}%",
        f"a site photograph of engagement {photo.job.number}, item {photo.item}, fits a picture submitted before for {whose[1]} ({before.assessment}, item {before.item}, {before.attached_on}){how_en}, to {alike.fit} %",
        threshold, _fit(alike) | {"photos": [_shown(photo), _handed_in(before)]},
        (photo.sha256, before.sha256, before.mine), photo.job, before.region_code,
    )  # fmt: skip


def _how(alike: Alike) -> tuple[str, str]:
    ways = [word for word, so in ((("镜像", "mirrored"), alike.mirrored), (("裁剪", "cropped"), alike.cropped)) if so]
    return (
        ("（" + "、".join(zh for zh, _ in ways) + "后）", f" ({' and '.join(en for _, en in ways)})")
        if ways
        else ("", "")
    )


def _fit(alike: Alike) -> dict[str, Any]:
    return {
        "fit": alike.fit, "mirrored": alike.mirrored, "cropped": alike.cropped, "box": list(alike.box), "distance": alike.distance,
    }  # fmt: skip


def _handed_in(before: Submitted) -> dict[str, Any]:
    return {
        "sha256": before.sha256, "engagement": before.assessment, "submitted": True, "agency": "", "mine": before.mine_name,
        "region": before.region_code, "item": before.item, "taken_at": before.attached_on, "author": before.by, "capture": None,
    }  # fmt: skip


def _shown(photo: Photo) -> dict[str, Any]:
    return {
        "sha256": photo.sha256, "engagement": photo.job.number, "agency": photo.job.agency_name, "mine": photo.job.mine_name,
        "region": photo.job.region_code, "item": photo.item, "taken_at": photo.taken_at, "author": photo.author,
        "capture": photo.capture,
    }  # fmt: skip


def text_copied(job: Job, earlier: Job, copied: Copied, threshold: Threshold) -> Noticed:
    """Two reports on different mines say the same in words of their own."""
    share = round(copied.share * WHOLE)
    return Noticed(
        "text_copied", ("engagement", job.number), job.region_code, strength(copied.share, threshold.figure, 1.0),
        f"委托 {job.number}（{job.mine_name}）的核查文字有 {share}% 与委托 {earlier.number}（{earlier.mine_name}）雷同（已除去指标原文和通用表述）",
        f"{share} % of what engagement {job.number} says in its own words stands in {earlier.number} too (checklist and common phrases left out)",
        threshold, {"share": share, "shared": copied.shared, "engagements": [job.number, earlier.number]},
        sorted((job.number, earlier.number)), job, earlier.region_code,
    )  # fmt: skip


def recheck_gap(job: Job, found: Difference, threshold: Threshold) -> Noticed:
    """A report gave much more than the re-check of the same mine."""
    return Noticed(
        "recheck_gap", ("engagement", job.number), job.region_code, strength(found.points, threshold.figure, 40),
        f"委托 {job.number}（{job.mine_name}）评分 {found.given:g}，复评 {found.found:g}，高出 {found.points:.1f} 分（百分制，仅计双方均判断的项目）",
        f"engagement {job.number} gave {found.given:g}, the re-assessment {found.found:g}: {found.points:.1f} points more (of 100, items both judged)",
        threshold,
        {"given": found.given, "found": found.found, "accounts": [found.number, found.recheck], "items": [list(one) for one in found.items]},
        (found.number, found.recheck), job,
    )  # fmt: skip


def lenient(one: Leniency, *, region: str, agency: str, name: str, threshold: Threshold) -> Noticed:
    """An agency gives more than others would have given the same mines."""
    return Noticed(
        "lenient", ("agency", agency), region, strength(one.low, threshold.figure, 10),
        f"{name}评分偏宽 {one.points:.1f} 分（95% 区间 {one.low:.1f} 至 {one.high:.1f}，{one.count} 份评估，已按矿山类别和自评调整）",
        f"{name} gives {one.points:.1f} points more (95 % interval {one.low:.1f} to {one.high:.1f}, {one.count} assessments, adjusted for the mines)",
        threshold, {"points": one.points, "low": one.low, "high": one.high, "count": one.count}, (region,),
        agency=agency, agency_name=name,
    )  # fmt: skip


def odd_visit(job: Job, visit: str, odd: Oddity, threshold: Threshold) -> Noticed:
    """Something about a visit that does not fit."""
    more = {key: f"{value:g}" for key, value in odd.more.items()}
    said = VISITS[odd.kind]
    words = {"n": len(odd.shots), "figure": f"{odd.figure:g}", "limit": f"{odd.limit:g}", **more}
    far = {"visit_too_short": 0.0, "other_days": 30.0, "no_accuracy": 20.0}.get(odd.kind, max(odd.limit, 1) * 5)
    return Noticed(
        odd.kind, ("engagement", job.number), job.region_code, strength(odd.figure, odd.limit, far),
        f"委托 {job.number}（{job.mine_name}）：{said['zh'].format(**words)}", f"engagement {job.number}: {said['en'].format(**words)}",
        threshold, {"visit": visit, "captures": list(odd.shots), "figure": odd.figure, **odd.more}, (visit,), job,
    )  # fmt: skip


def impossible(job: Job, other: Job, jump: Jump, threshold: Threshold) -> Noticed:
    """One person at two places faster than anybody travels."""
    return Noticed(
        "impossible_sequence", ("engagement", job.number), job.region_code, strength(jump.kmh, threshold.figure, threshold.figure * 10),
        f"委托 {job.number}：同一人的两张影像相距 {jump.kilometres:g} 公里，间隔 {jump.minutes:g} 分钟（{jump.kmh:g} 公里/小时）",
        f"engagement {job.number}: one person's two photographs lie {jump.kilometres:g} km and {jump.minutes:g} minutes apart ({jump.kmh:g} km/h)",
        threshold,
        {"captures": [jump.one.key, jump.other.key], "kilometres": jump.kilometres, "minutes": jump.minutes, "engagements": [job.number, other.number]},
        (jump.person, *sorted((job.number, other.number))), job, other.region_code,
    )  # fmt: skip


def stranger(job: Job, people: Sequence[str], threshold: Threshold) -> Noticed:
    """Somebody worked on site who is not on the team or not on the staff: whether the work was handed on (转包) is to be asked."""
    return Noticed(
        "stranger", ("engagement", job.number), job.region_code, strength(len(people), 0, 3),
        f"委托 {job.number}：现场人员 {'、'.join(people)} 不在评估组或当时不是该机构在册人员",
        f"engagement {job.number}: {', '.join(people)} worked on site but is not on the team, or not on the agency's staff that day",
        threshold, {"people": list(people)}, tuple(people), job,
    )  # fmt: skip


def paired(
    kind: str, pair: Pair, *, region: str, names: tuple[str, str], agency: tuple[str, str], threshold: Threshold
) -> Noticed:
    """Two that meet more often than chance would have it."""
    chance = "＜0.0001" if pair.chance < 1e-4 else f"{pair.chance:.4f}"  # noqa: PLR2004 -- four places are enough
    return Noticed(
        kind, ("assessor" if kind == "leader_holder" else "agency", pair.assessor), region,
        strength(min(pair.met, 3 * pair.expected + pair.met), pair.expected, pair.of_other),
        f"{names[0]}与{names[1]}搭配 {pair.met} 次，按随机分派应约 {pair.expected:g} 次（共 {pair.all} 份委托；校正后偶然概率 {chance}）",
        f"{names[0]} met {names[1]} {pair.met} times; by chance it would be about {pair.expected:g} (of {pair.all}; corrected probability {chance})",
        threshold,
        {"met": pair.met, "expected": pair.expected, "of_assessor": pair.of_assessor, "of_other": pair.of_other, "all": pair.all,
         "engagements": list(pair.engagements)},
        (pair.other, region), agency=agency[0], agency_name=agency[1],
    )  # fmt: skip


VISITS: Mapping[str, Mapping[str, str]] = {
    "visit_too_short": {"zh": "{people} 人在现场 {minutes} 分钟核查 {items} 项，平均每项 {figure} 分钟·人，少于 {limit}", "en": "{people} people, {minutes} minutes, {items} items: {figure} minutes of one person each, less than {limit}"},
    "off_site": {"zh": "{placed} 张有定位的影像中 {away} 张在矿区以外（中位 {figure} 米）", "en": "{away} of {placed} placed photographs lie outside the mine (median {figure} m)"},
    "other_days": {"zh": "{n} 张影像不在计划的核查日期内，最多相差 {figure} 天", "en": "{n} photographs were not taken on the planned days, up to {figure} days off"},
    "clock_off": {"zh": "{n} 张影像的设备时钟偏差最多 {figure} 秒", "en": "the clock of {n} photographs was off by up to {figure} seconds"},
    "one_place": {"zh": "{n} 张不同项目的影像坐标完全相同（历时 {minutes} 分钟）", "en": "{n} photographs of different items at exactly one position (over {minutes} minutes)"},
    "no_accuracy": {"zh": "{n} 张影像的定位精度为 0 米", "en": "{n} photographs claim an accuracy of nought metres"},
}  # fmt: skip

INNOCENT: Mapping[str, Mapping[str, str]] = {
    "photo_reused": {"zh": "同一矿山同一设施的存档影像被注明后引用；两份委托属同一矿区的相邻采场；示意图、标牌等本来相同的内容；固定监测点同一机位拍摄的影像", "en": "an archived picture of the same facility quoted as such; neighbouring pits of one area; signs and diagrams that are the same; a camera that stays at a fixed monitoring point"},
    "photo_submitted": {"zh": "固定监测点、固定摄像机定时拍摄的画面；核查人员翻拍企业的展板、图件或监控画面；佐证由评估机构先期协助拍摄（是否须回避另行核实）", "en": "frames of a fixed camera; a board, plan or screen of the enterprise photographed on site; the agency took the picture earlier while helping (whether it should have been recused is another question)"},
    "text_copied": {"zh": "同一集团的矿山采用相同工艺和制度；机构使用统一模板中尚未识别为套语的段落", "en": "mines of one group with the same process and rules; passages of the agency's template not yet known as common phrases"},
    "lenient": {"zh": "该机构承接的矿山确实较好，而类别和自评未能反映；样本较少", "en": "its mines are better than their kind and self-assessments say; few assessments"},
    "recheck_gap": {"zh": "两次评估之间矿山情况变化；复评依据不同时间的事实", "en": "the mine changed between the two; the re-assessment read later facts"},
    "visit_too_short": {"zh": "影像集中拍摄，核查在拍摄前后进行；部分项目在室内核对", "en": "photographs were taken in one go, the work done before or after; some items checked indoors"},
    "off_site": {"zh": "矿区范围或坐标登记有误；井下、峡谷中定位漂移；附属设施在范围以外", "en": "the registered area or point is wrong; positions drift in gorges and underground; facilities outside the area"},
    "other_days": {"zh": "核查计划改期未登记；设备日期设置错误", "en": "the plan was moved and not recorded; the device's date was set wrong"},
    "clock_off": {"zh": "设备时钟未校准", "en": "the device's clock was not set"},
    "one_place": {"zh": "设备缓存了一次定位；关闭了高精度定位", "en": "the device kept one fix; precise positions were switched off"},
    "no_accuracy": {"zh": "个别旧设备不报告精度", "en": "some old devices report no accuracy"},
    "impossible_sequence": {"zh": "账号借给同事使用；一次定位错误；设备时钟在途中调整", "en": "an account was lent; one position was wrong; the clock was set on the way"},
    "stranger": {"zh": "评估组调整未及时登记；新入职人员尚未登记；随行人员借用账号", "en": "the team or staff changed and was not entered; a companion used an account"},
    "paired_holder": {"zh": "集团统一招标；当地可承接的机构少；同一机构连续跟踪评估", "en": "one tender for a group; few agencies work there; the same agency follows a mine over years"},
    "paired_commissioner": {"zh": "年度框架协议；当地可承接的机构少", "en": "a framework contract for the year; few agencies work there"},
    "leader_holder": {"zh": "专业对口的项目负责人少；集团统一委托", "en": "few leaders of that discipline; one contract for a group"},
}  # fmt: skip


def in_order(found: Iterable[Noticed]) -> list[Noticed]:
    """Strongest first, the same evidence once."""
    once = {one.fingerprint: one for one in found}
    return sorted(once.values(), key=lambda one: (-one.strength, one.kind, one.subject, one.fingerprint))
