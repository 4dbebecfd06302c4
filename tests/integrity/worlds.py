"""Worlds in which it is known who cheats: honest assessments with the noise of life, and every kind of fraud seeded in.

Nothing here is real. Photographs are scenes drawn by a program (sky, ridges, benches of a pit, sheds, trees): each mine
has its own, and honest photographs of one viewpoint in two seasons, the hardest to tell from a copy, are among them.
"""

from __future__ import annotations

import io
import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from greenmine.integrity.gaps import Account, Judged
from greenmine.integrity.pairs import Meeting
from greenmine.integrity.texts import Text
from greenmine.integrity.visits import Shot, Visited

# ---------------------------------------------------------------------------------------------------------------- photos


def scene(
    site: int, view: int, *, season: int = 0, visit: int = 0, size: tuple[int, int] = (640, 480), fixed: bool = False
) -> Image.Image:
    """What a camera sees at one viewpoint of one mine: the same ridges in every season; light, plants, machines, stance not.

    Another `season` or `visit` is another photograph of the same place, from a step beside; `fixed`: from a tripod that
    stays (定点监测), the hardest to tell from a copy.
    """
    place = random.Random(f"place {site} {view}")
    moment = random.Random(f"moment {site} {view} {season} {visit}")
    width, height = 960, 720
    sky = (150 + 20 * (season % 3), 180 + 15 * (season % 2), 210 + 10 * (season % 4))
    picture = Image.new("RGB", (width, height), sky)
    pen = ImageDraw.Draw(picture)
    horizon = place.uniform(0.18, 0.42) * height
    _ridge(pen, place, horizon - 30, 60, width, height, _tint((120, 130, 140), moment, 14))
    _ridge(
        pen,
        place,
        horizon + 40,
        90,
        width,
        height,
        _tint((90, 110, 80) if season % 4 < 2 else (130, 120, 95), moment, 14),
    )
    _pit(pen, place, moment, horizon, width, height)
    _sheds(pen, place, moment, horizon, width, height)
    _moving(pen, moment, season, horizon, width, height)
    _clouds(pen, moment, horizon, width, sky)
    _shadow(picture, moment)
    grainy = np.random.default_rng(moment.getrandbits(32))
    moment = random.Random(f"tripod {site} {view}") if fixed else moment
    # another visit stands a few steps aside, holds the camera otherwise, and zooms otherwise
    zoom = moment.uniform(0.70, 0.86)
    left, top = moment.uniform(0.02, 0.98 - zoom) * width, moment.uniform(0.02, 0.98 - zoom) * height
    picture = picture.rotate(moment.uniform(-2.5, 2.5), Image.Resampling.BILINEAR, expand=False)
    picture = picture.crop((int(left), int(top), int(left + zoom * width), int(top + zoom * height)))
    picture = picture.resize(size, Image.Resampling.BILINEAR)
    grain = grainy.normal(0, 6, (size[1], size[0], 1))
    return Image.fromarray(np.clip(np.asarray(picture, dtype=np.float32) + grain, 0, 255).astype(np.uint8))


def _tint(colour, moment, by):
    return tuple(max(0, min(255, c + moment.randint(-by, by))) for c in colour)


def _ridge(pen, place, level, rough, width, height, colour):
    points, y = [(0, height)], level
    for x in range(0, width + 40, 40):
        y = max(20.0, min(height - 20.0, y + place.uniform(-rough, rough) / 2))
        points.append((x, y))
    pen.polygon([*points, (width, height)], fill=colour)


def _pit(pen, place, moment, horizon, width, height):
    centre, reach = place.uniform(0.25, 0.75) * width, place.uniform(0.25, 0.55) * width
    benches = place.randint(4, 8)
    for bench in range(benches):
        share = bench / benches
        top = horizon + 50 + share * (height - horizon - 80)
        half = reach * (1 - 0.55 * share) + place.uniform(-20, 20)
        shade = 190 - int(90 * share)
        pen.polygon(
            [(centre - half, top), (centre + half + place.uniform(-30, 30), top + place.uniform(-12, 12)),
             (centre + half * 0.86, top + 46), (centre - half * 0.9, top + 40)],
            fill=_tint((shade, shade - 15, shade - 45), moment, 12),
        )  # fmt: skip


def _sheds(pen, place, moment, horizon, width, height):
    for _ in range(place.randint(2, 6)):
        x, y = place.uniform(0, width), place.uniform(horizon, height - 60)
        wide, high = place.uniform(40, 150), place.uniform(20, 70)
        wall = _tint(place.choice([(200, 200, 205), (170, 90, 80), (90, 120, 170), (220, 215, 190)]), moment, 12)
        pen.rectangle([x, y - high, x + wide, y], fill=wall, outline=(60, 60, 60))
        for window in range(int(wide // 24)):
            pen.rectangle(
                [x + 6 + 24 * window, y - high * 0.7, x + 16 + 24 * window, y - high * 0.4], fill=(50, 60, 80)
            )


def _moving(pen, moment, season, horizon, width, height):
    """What is elsewhere or otherwise at every visit: plants, trucks, heaps, puddles."""
    green = [(70, 120, 60), (60, 130, 60), (150, 120, 60), (190, 195, 200)][season % 4]
    for _ in range(90):
        x, y, r = moment.uniform(0, width), moment.uniform(horizon + 20, height), moment.uniform(4, 20)
        pen.ellipse([x - r, y - r * 1.2, x + r, y + r], fill=_tint(green, moment, 22))
    for _ in range(moment.randint(1, 4)):
        x, y = moment.uniform(0, width), moment.uniform(horizon + 60, height)
        pen.rectangle([x, y - 22, x + 52, y], fill=_tint((210, 160, 40), moment, 20), outline=(40, 40, 40))
    for _ in range(moment.randint(2, 6)):
        x, y, r = moment.uniform(0, width), moment.uniform(horizon + 40, height), moment.uniform(20, 80)
        pen.polygon([(x - r, y), (x, y - r * 0.7), (x + r, y)], fill=_tint((140, 125, 100), moment, 25))


def _clouds(pen, moment, horizon, width, sky):
    for _ in range(moment.randint(0, 7)):
        x, y = moment.uniform(0, width), moment.uniform(0, max(10.0, horizon - 40))
        wide, high = moment.uniform(40, 160), moment.uniform(10, 30)
        pen.ellipse([x, y, x + wide, y + high], fill=tuple(min(255, c + 40) for c in sky))


def _shadow(picture, moment):
    """Light of the hour: one side brighter than the other."""
    strength, turned = moment.uniform(0.0, 0.35), moment.random() < 0.5
    ramp = np.linspace(1 - strength, 1 + strength / 2, picture.width, dtype=np.float32)[None, :, None]
    lit = np.asarray(picture, dtype=np.float32) * (ramp[:, ::-1] if turned else ramp)
    picture.paste(Image.fromarray(np.clip(lit, 0, 255).astype(np.uint8)))


def jpeg(picture: Image.Image, quality: int = 88) -> bytes:
    """As a phone stores it."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def cheat(content: bytes, how: str, seed: int = 0) -> bytes:
    """The same photograph once more, made to look like another one."""
    dice = random.Random(f"cheat {how} {seed}")
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    width, height = picture.size
    if "mirrored" in how:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if "cropped" in how:  # from seven tenths of the area upwards; "closely": down to four tenths
        wide = dice.uniform(0.65, 0.92)
        high = dice.uniform(0.65, 0.92)
        if "closely" not in how:
            area = dice.uniform(0.70, 0.95)
            wide = dice.uniform(area, 1.0)
            high = area / wide
        left, top = dice.uniform(0, 1 - wide) * width, dice.uniform(0, 1 - high) * height
        picture = picture.crop((int(left), int(top), int(left + wide * width), int(top + high * height)))
    if "smaller" in how:
        picture = picture.resize((int(picture.width * 0.5), int(picture.height * 0.5)), Image.Resampling.BILINEAR)
    if "brighter" in how:
        picture = ImageEnhance.Brightness(picture).enhance(dice.uniform(0.75, 1.3))
        picture = ImageEnhance.Contrast(picture).enhance(dice.uniform(0.85, 1.2))
    if "blurred" in how:
        picture = picture.filter(ImageFilter.GaussianBlur(1.2))
    if "stamped" in how:  # another date stamp over the corner
        pen = ImageDraw.Draw(picture)
        pen.rectangle([4, picture.height - 26, 190, picture.height - 4], fill=(0, 0, 0))
        pen.text(
            (10, picture.height - 22),
            f"2026-0{dice.randint(1, 9)}-1{dice.randint(0, 9)} 10:2{dice.randint(0, 9)}",
            fill=(255, 200, 0),
        )
    return jpeg(picture, dice.randint(40, 75))


CHEATS = (
    "copied",
    "mirrored",
    "cropped",
    "mirrored cropped",
    "smaller brighter",
    "stamped",
    "blurred",
    "mirrored cropped smaller brighter",
)
CLOSELY = ("closely cropped", "mirrored closely cropped")

# ----------------------------------------------------------------------------------------------------------------- texts

CHECKLIST = [
    "矿区功能分区布局合理，各功能区符合相关规定，生产、生活、管理等功能区应有相应的管理机构和管理制度，运行有序、管理规范。",
    "矿区地面道路、供水、供电、卫生、环保等配套设施齐全；在生产区应设置操作提示牌、说明牌、线路示意图牌等标牌。",
    "矿山开采、选矿、运输、贮存等环节应采取有效的抑尘、降噪措施，粉尘排放和噪声应符合国家标准规定。",
    "按照矿山地质环境保护与土地复垦方案，边开采边治理，治理率和复垦率应达到方案要求，建立环境监测系统。",
    "开采回采率、选矿回收率、综合利用率应符合国家关于三率指标的要求，共伴生资源综合利用，固体废弃物妥善处置。",
    "建立能耗核算体系，采取节能措施，控制并减少单位产品能耗、物耗、水耗，淘汰落后产能设备。",
    "研发投入占主营业务收入的比例应符合要求，建立产学研用协同创新体系，建设数字化、智能化矿山。",
    "建立企业文化、企业诚信体系，履行社会责任，构建和谐的矿地关系，维护职工合法权益。",
]
SUBJECTS = ["排土场", "工业广场", "破碎站", "采场边坡", "运输主干道", "职工宿舍区", "尾矿库坝体", "沉淀池", "洗车平台", "封闭式料仓",
            "办公楼前绿地", "炸药库围墙", "截排水沟", "皮带廊", "地磅房", "机修车间", "危废暂存间", "监测井", "表土堆场", "进矿道路"]  # fmt: skip
SEEN = ["东侧", "西侧", "北部", "南缘", "入口处", "第二平台", "第三台阶", "下游", "高处", "转弯处", "围挡内", "中段"]
STATES = ["已覆土并撒播草籽", "有约两处裸露未覆盖", "喷淋装置运行正常", "标牌字迹清晰", "堆存高度未超过围挡", "见少量积水", "坡面稳定未见裂缝",
          "监测数据当日可查", "植被成活较好", "设备铭牌与台账一致", "洗车槽有清水循环", "收尘布袋近期更换", "道路硬化完整", "警示线重新划过",
          "排水沟有淤积需清理", "台账记录到上周", "值班人员现场演示了操作", "与上次照片相比新增围挡", "密闭罩有一处破损", "苫盖网覆盖完整"]  # fmt: skip
LINKS = [
    "现场看到",
    "据矿方介绍并经查看",
    "核对台账后",
    "随行人员指认",
    "沿线步行查看",
    "登高俯视",
    "抽查三处后",
    "询问操作工得知",
    "对照平面图",
]
WAYS = ["{l}{s}{w}{a}，{b}。", "{s}{w}{a}；{l}{b}。", "{l}，{s}的{w}{a}，另{b}。", "{w}的{s}：{a}，{l}{b}。"]


def report_text(author: str, mine: str) -> str:
    """What an honest assessor writes: quotes the checklist, then says what he saw, in words of his own with figures."""
    dice = random.Random(f"text {author} {mine}")
    phrase = random.Random(f"habit {author}")
    habit = f"经{phrase.choice(['核查组', '评估组', '专家组'])}{phrase.choice(['现场核实', '逐项核对', '实地查看'])}，{phrase.choice(['基本符合要求', '总体情况良好', '予以认可'])}。"
    parts = []
    for place, line in enumerate(CHECKLIST):
        quoted = line if dice.random() < 0.8 else ""
        seen = "".join(
            dice.choice(WAYS).format(
                l=dice.choice(LINKS),
                s=dice.choice(SUBJECTS),
                w=dice.choice(SEEN),
                a=dice.choice(STATES),
                b=dice.choice(STATES),
            )
            + f"面积约{dice.randint(2, 90)}{dice.choice(['平方米', '亩', '公顷'])}。"
            for _ in range(dice.randint(2, 4))
        )
        parts.append(f"{place + 1}. {quoted}{seen}{habit if dice.random() < 0.5 else ''}")
    return "\n".join(parts)


def copied_text(text: str, seed: int) -> str:
    """Somebody else's text with other figures, some sentences left out and some new ones between."""
    dice = random.Random(f"copy {seed}")
    lines = []
    for line in text.split("\n"):
        kept = [part for part in line.split("。") if dice.random() > 0.15]
        if dice.random() < 0.35:
            kept.insert(0, report_text(f"new {seed}", "x").split("。")[dice.randint(1, 5)])
        lines.append("。".join(kept))
    return "".join(str(dice.randint(0, 9)) if letter.isdigit() else letter for letter in "\n".join(lines))


# ---------------------------------------------------------------------------------------------------------------- scores


@dataclass(frozen=True)
class Market:
    """A province's year of assessments: accounts, who met whom, visits, texts; and what was seeded into it."""

    accounts: list[Account]
    meetings: list[Meeting]
    visits: list[Visited]
    texts: list[Text]
    lenient: dict[str, float]
    tied: set[tuple[str, str]]
    odd: dict[str, str]  # visit → what was seeded
    copies: set[tuple[str, str]]


ITEMS = 30
STRATA = ("large", "medium", "small")


def account(number, party, mine, agency, leader, stratum, quality, dice, shift=0.0):
    """One account: each item around the quality of the mine, whole points, some decided by facts whoever assesses."""
    judged = []
    for place in range(ITEMS):
        points = 200 + 100 * (place % 3)
        by_fact = place % 5 == 0
        share = (
            quality + random.Random(f"{mine} {place}").gauss(0, 0.12) + (0 if by_fact else shift + dice.gauss(0, 0.10))
        )
        judged.append(Judged(f"i{place:02d}", round(max(0.0, min(1.0, share)) * points / 50) * 50, points, by_fact))
    return Account(number, party, mine, agency, leader, stratum, "demo-2026", tuple(judged))


def market(
    seed: int,
    *,
    agencies: int = 40,
    mines: int = 400,
    lenient: dict[str, float] | None = None,
    tied: int = 0,
    odd: tuple[str, ...] = (),
    odd_each: int = 0,
    copies: int = 0,
    rechecked: float = 0.15,
) -> Market:
    """A year in which `mines` mines are assessed once each, some re-checked; frauds only where asked for."""
    dice = random.Random(f"market {seed}")
    names = [f"A{place + 1:07d}" for place in range(agencies)]
    holders = [f"E{place + 1:08d}" for place in range(mines // 5)]
    owned = [
        holders[min(int(dice.paretovariate(1.2)) - 1, len(holders) - 1)]
        if dice.random() < 0.3
        else dice.choice(holders)
        for _ in range(mines)
    ]
    weights = [dice.uniform(0.4, 2.5) for _ in names]
    taste = {name: dice.gauss(0, 0.010) for name in names} | (lenient or {})
    ties = (
        {
            (dice.choice(names), holder)
            for holder in dice.sample([h for h in dict.fromkeys(owned) if owned.count(h) >= 6], tied)
        }
        if tied
        else set()
    )
    accounts, meetings, visits, texts, marks = [], [], [], [], {}
    for place in range(mines):
        mine, holder = f"M{place + 1:08d}", owned[place]
        stratum = dice.choice(STRATA)
        quality = min(0.97, max(0.4, dice.gauss({"large": 0.82, "medium": 0.77, "small": 0.70}[stratum], 0.07)))
        bound = [agency for agency, other in ties if other == holder]
        agency = bound[0] if bound and dice.random() < 0.9 else dice.choices(names, weights)[0]
        leader = f"P{agency[1:]}{dice.randint(1, 3)}"
        number = f"WT-{place + 1:04d}"
        accounts.append(account(f"S{place}", "self", mine, "", "", stratum, quality, dice, dice.gauss(0.06, 0.05)))
        accounts.append(
            account(f"T{place}", "third_party", mine, agency, leader, stratum, quality, dice, taste[agency])
        )
        if dice.random() < rechecked:
            other = dice.choice([name for name in names if name != agency])
            accounts.append(
                account(
                    f"R{place}",
                    "recheck",
                    mine,
                    other,
                    f"P{other[1:]}1",
                    stratum,
                    quality,
                    dice,
                    taste[other] if other not in (lenient or {}) else 0.0,
                )
            )
        meetings.append(Meeting(number, agency, holder, "62"))
        visits.append(honest_visit(number, mine, leader, place, dice))
        texts.append(Text(number, agency, mine, report_text(leader, mine)))
    for kind in odd:
        for place in dice.sample([p for p in range(mines) if visits[p].key not in marks], odd_each):
            visits[place] = spoiled(visits[place], kind, dice)
            marks[visits[place].key] = kind
    pairs = set()
    for _ in range(copies):
        one, two = sorted(dice.sample(range(mines), 2))
        if any(texts[p].key in pair for pair in pairs for p in (one, two)):
            continue
        texts[two] = replace(texts[two], text=copied_text(texts[one].text, two))
        pairs.add((texts[one].key, texts[two].key))
    return Market(accounts, meetings, visits, texts, dict(lenient or {}), ties, marks, pairs)


# ---------------------------------------------------------------------------------------------------------------- visits


def honest_visit(number: str, mine: str, leader: str, place: int, dice: random.Random) -> Visited:
    """A day or two on site: two or three people, positions with the errors of phones in valleys, a clock that is off now and then.

    A leader's visits lie on days of their own, as one person cannot be everywhere.
    """
    first = date(2026, 3, 1) + timedelta(days=2 * place)
    days = dice.choice([1, 1, 2])
    # the mines of a province lie anywhere; one degree is some hundred kilometres
    lat, lon = dice.uniform(33, 42), dice.uniform(93, 108)
    people = [leader, f"{leader}x", f"{leader}y"][: dice.choice([2, 3])]
    drift = {who: dice.choice([0, 0, 1, -2, 5, 20, -40, 90]) for who in people}
    shots = []
    items = dice.randint(14, 24)
    for who in people:
        at = datetime(first.year, first.month, first.day, 1, tzinfo=UTC) + timedelta(minutes=dice.randint(0, 50))
        for item in range(items):
            if item % len(people) != people.index(who):
                continue
            at += timedelta(minutes=dice.uniform(4, 22))
            if days == 2 and item > items / 2 and at.day == first.day:
                at = datetime(first.year, first.month, first.day, 1, tzinfo=UTC) + timedelta(
                    days=1, minutes=dice.randint(0, 60)
                )
            missing = dice.random() < 0.08
            accuracy = dice.choice([4.0, 6.5, 12.0, 20.0, 35.0, 80.0])
            stray = dice.random() < 0.02  # a reflection in the valley, or a cell tower instead of satellites
            outside = max(0.0, dice.gauss(-300, 180)) + (dice.uniform(800, 3000) if stray else 0)
            shots.append(
                Shot(
                    f"{number}-{who}-{item}",
                    f"i{item:02d}",
                    who,
                    at + timedelta(seconds=drift[who]),
                    None if missing else round(lat + dice.gauss(0, 0.004) + (0.01 if stray else 0), 6),
                    None if missing else round(lon + dice.gauss(0, 0.004), 6),
                    None if missing else (1500.0 if stray else accuracy),
                    float(drift[who]),
                    None if missing else outside,
                )
            )
    return Visited(f"{number}/1", number, first, first + timedelta(days=days - 1), items, tuple(shots))


ODD = ("visit_too_short", "off_site", "other_days", "clock_off", "one_place", "no_accuracy", "impossible_sequence")


def spoiled(visit: Visited, kind: str, dice: random.Random) -> Visited:
    """The same visit, with one fraud in it."""
    shots = list(visit.shots)
    start = min(shot.at for shot in shots)
    if kind == "visit_too_short":
        shots = [replace(s, at=start + timedelta(seconds=15 * n + dice.randint(0, 8))) for n, s in enumerate(shots)]
    elif kind == "off_site":
        shots = [
            replace(s, outside_m=dice.uniform(4_000, 60_000)) if s.outside_m is not None and dice.random() < 0.6 else s
            for s in shots
        ]
    elif kind == "other_days":
        shots = [replace(s, at=s.at - timedelta(days=30)) if n % 3 == 0 else s for n, s in enumerate(shots)]
    elif kind == "clock_off":
        shots = [replace(s, drift_s=-5400.0, at=s.at - timedelta(seconds=5400)) for s in shots]
    elif kind == "one_place":
        shots = [replace(s, latitude=36.123456, longitude=103.654321) for s in shots]
    elif kind == "no_accuracy":
        shots = [replace(s, accuracy_m=0.0) if s.accuracy_m is not None else s for s in shots]
    elif kind == "impossible_sequence":
        who = shots[0].person
        own = [n for n, s in enumerate(shots) if s.person == who and s.latitude is not None]
        for n in own[len(own) // 2 :]:
            shots[n] = replace(shots[n], latitude=(shots[n].latitude or 0) + 2.5)
    return replace(visit, shots=tuple(shots))
