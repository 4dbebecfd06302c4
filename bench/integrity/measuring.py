"""How much of seeded fraud is found, and how much of honest work is suspected: both rates, on worlds made from a seed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from greenmine.integrity import gaps, leniency, pairs, texts, visits
from greenmine.integrity.likeness import Album, compare, look, print_of, seek
from tests.integrity import worlds

# The figures of rulebook/values/integrity.yaml; a test holds that they are the same.
CANDIDATE, FIT = 18, 85
TEXT_SHARE, TEXT_SHARED, TEXT_AGENCIES = 0.35, 20, 5
LENIENT, LEAST = 0.5, 6
GAP = 10.0
CHANCE, PAIR_LEAST = 0.01, 4
LIMITS = visits.Limits(2, 1000, 0.2, 160, 1800, 6)

# Where thresholds were chosen, and where they are measured: no world is in both.
CHOSEN = {"sites": "0–149", "seeds": "1–5"}
FRESH_SITE, FRESH_SEED = 5000, 101
COUNTS = ((6, 9), (10, 14), (15, 999))


@dataclass(frozen=True)
class Rate:
    """One kind: how many were seeded and found, how many honest ones were looked at and suspected."""

    kind: str
    seeded: int
    found: int
    honest: int
    suspected: int

    @property
    def detection(self) -> float:
        return self.found / self.seeded if self.seeded else float("nan")

    @property
    def false_alarms(self) -> float:
        return self.suspected / self.honest if self.honest else float("nan")


def photographs(*, sites: int, views: int, cheats: int, honest: int) -> list[Rate]:
    """Every cheat against an album of all sites; honest: the same viewpoints in another season, by hand and from a tripod."""
    album, looks, contents = Album(), {}, {}
    for site in range(FRESH_SITE, FRESH_SITE + sites):
        for view in range(views):
            key = f"{site}/{view}"
            contents[key] = worlds.jpeg(worlds.scene(site, view))
            looks[key] = look(contents[key])
            album.add(key, print_of(looks[key]))
    keys = sorted(contents)

    def found(key: str, content: bytes) -> bool:
        seen = look(content)
        return key in dict(album.candidates(seek(seen), within=CANDIDATE)) and compare(seen, looks[key]).fit >= FIT

    def alarm(content: bytes) -> bool:
        seen = look(content)
        near = album.candidates(seek(seen), within=CANDIDATE)
        return any(compare(seen, looks[key]).fit >= FIT for key, _ in near)

    rates = []
    for how in (*worlds.CHEATS, *worlds.CLOSELY):
        picked = [keys[n * 7 % len(keys)] for n in range(cheats)]
        hits = sum(found(key, worlds.cheat(contents[key], how, FRESH_SITE + n)) for n, key in enumerate(picked))
        rates.append(Rate(f"photo: {how}", cheats, hits, 0, 0))
    for title, fixed in (("another season, by hand", False), ("another season, from a tripod that stays", True)):
        places = [tuple(map(int, keys[n * 5 % len(keys)].split("/"))) for n in range(honest)]
        if fixed:  # the album has to hold the picture from the tripod too
            for site, view in places:
                key = f"{site}/{view}/tripod"
                looks[key] = look(worlds.jpeg(worlds.scene(site, view, fixed=True)))
                album.add(key, print_of(looks[key]))
        alarms = sum(
            alarm(worlds.jpeg(worlds.scene(site, view, season=1 + n % 3, visit=1 + n % 3, fixed=fixed)))
            for n, (site, view) in enumerate(places)
        )
        rates.append(Rate(f"photo: {title}", 0, 0, honest, alarms))
    return rates


def copied_texts(seeds: range, *, mines: int) -> Rate:
    seeded = found = honest = suspected = 0
    for seed in seeds:
        world = worlds.market(seed, mines=mines, copies=20)
        pairs_found = {
            (one.one, one.other)
            for one in texts.copied(
                world.texts, checklist="\n".join(worlds.CHECKLIST), share=TEXT_SHARE, shared=TEXT_SHARED, agencies=TEXT_AGENCIES
            )
        }  # fmt: skip
        seeded += len(world.copies)
        found += len(world.copies & pairs_found)
        named = {key for pair in pairs_found - world.copies for key in pair}
        honest += mines - 2 * len(world.copies)
        suspected += len(named)
    return Rate("text copied", seeded, found, honest, suspected)


def lenient(seeds: range, *, mines: int, shift: float) -> list[Rate]:
    """Three lenient agencies of forty, by how many assessments an agency has: few of them show little."""
    rows: list[tuple[int, bool, bool]] = []
    for seed in seeds:
        cheats = {f"A{3 + seed % 7 * 4 + step:07d}": shift for step in (0, 1, 2)}
        world = worlds.market(seed, mines=mines, lenient=cheats)
        rows += [
            (one.count, one.assessor in cheats, one.low >= LENIENT)
            for one in leniency.leniency(gaps.scores(world.accounts, by="agency"), least=LEAST)
            if not one.too_few
        ]
    rates = []
    for low, high in ((LEAST, 999), *COUNTS):
        part = [row for row in rows if low <= row[0] <= high]
        name = "all" if (low, high) == (LEAST, 999) else f"{low}–{high}" if high < 999 else f"{low} and more"
        rates.append(
            Rate(
                f"lenient by {shift * 100:g}, assessments: {name}",
                sum(row[1] for row in part), sum(row[1] and row[2] for row in part),
                sum(not row[1] for row in part), sum(not row[1] and row[2] for row in part),
            )
        )  # fmt: skip
    return rates


def recheck_gaps(seeds: range, *, mines: int) -> Rate:
    seeded = found = honest = suspected = 0
    for seed in seeds:
        cheats = {f"A{place:07d}": 0.25 for place in (2, 9, 16, 23, 30)}
        world = worlds.market(seed, mines=mines, lenient=cheats, rechecked=0.4)
        reports = [one for one in world.accounts if one.party == "third_party"]
        for one in gaps.differences(reports, [one for one in world.accounts if one.party == "recheck"]):
            flagged = one.points >= GAP
            seeded += one.agency in cheats
            found += one.agency in cheats and flagged
            honest += one.agency not in cheats
            suspected += one.agency not in cheats and flagged
    return Rate("re-check gap (shift 25)", seeded, found, honest, suspected)


def odd_visits(seeds: range, *, mines: int, each: int) -> list[Rate]:
    seeded: dict[str, int] = defaultdict(int)
    found: dict[str, int] = defaultdict(int)
    suspected: dict[str, int] = defaultdict(int)
    honest = 0
    for seed in seeds:
        world = worlds.market(seed, mines=mines, odd=worlds.ODD, odd_each=each)
        jumped = {
            jump.one.key.rsplit("-", 2)[0] + "/1"
            for jump in visits.jumps([shot for one in world.visits for shot in one.shots], kmh=LIMITS.speed_kmh)
        }
        for one in world.visits:
            kinds = {odd.kind for odd in visits.oddities(one, LIMITS)}
            kinds |= {"impossible_sequence"} if one.key in jumped else set()
            was = world.odd.get(one.key)
            if was is None:
                honest += 1
                for kind in kinds:
                    suspected[kind] += 1
            else:
                seeded[was] += 1
                found[was] += was in kinds
    return [Rate(f"visit: {kind}", seeded[kind], found[kind], honest, suspected[kind]) for kind in worlds.ODD]


def paired(seeds: range, *, mines: int) -> Rate:
    seeded = found = honest = suspected = 0
    for seed in seeds:
        world = worlds.market(seed, mines=mines, tied=3)
        flagged = {(one.assessor, one.other) for one in pairs.pairs(world.meetings, chance=CHANCE, least=PAIR_LEAST)}
        met = {(one.assessor, one.other) for one in world.meetings}
        # two agencies cannot both be tied to one holder: whom the world tied and who met him at all
        really = {tie for tie in world.tied if sum((m.assessor, m.other) == tie for m in world.meetings) >= PAIR_LEAST}
        seeded += len(really)
        found += len(really & flagged)
        honest += len(met - world.tied)
        suspected += len(flagged - world.tied)
    return Rate("paired", seeded, found, honest, suspected)


def everything(*, large: bool) -> list[Rate]:
    """All kinds; `large` for the page, small for a quick look."""
    seeds = range(FRESH_SEED, FRESH_SEED + (10 if large else 2))
    few = range(FRESH_SEED, FRESH_SEED + (4 if large else 1))
    mines = 400
    return [
        *photographs(sites=150 if large else 8, views=2, cheats=60 if large else 6, honest=60 if large else 6),
        copied_texts(few, mines=mines),
        *lenient(seeds, mines=mines, shift=0.06),
        *lenient(seeds, mines=mines, shift=0.10),
        *lenient(seeds, mines=mines, shift=0.15),
        recheck_gaps(few, mines=mines),
        *odd_visits(few, mines=mines, each=8),
        paired(seeds, mines=mines),
    ]


def table(rates: list[Rate]) -> str:
    """As Markdown; — where nothing of the kind was seeded or looked at."""
    lines = [
        "| kind | seeded | found | detection | honest | suspected | false alarms |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for one in rates:
        found = f"{one.seeded} | {one.found} | {one.detection:.1%}" if one.seeded else "— | — | —"
        wrong = f"{one.honest} | {one.suspected} | {one.false_alarms:.2%}" if one.honest else "— | — | —"
        lines.append(f"| {one.kind} | {found} | {wrong} |")
    return "\n".join(lines)
