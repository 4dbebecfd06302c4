"""The mines of the demonstration, through the real actions of registry, facts and evaluation.

Names and figures are invented; each mine shows one situation a person of an office knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from greenmine.accounts import actions as accounts
from greenmine.accounts import queries as accounts_queries
from greenmine.accounts.models import Organisation, Person
from greenmine.accounts.vocabulary import Kind
from greenmine.editions import queries as editions
from greenmine.editions import rulebook_files
from greenmine.editions.edition import Edition
from greenmine.editions.loading import stored_text
from greenmine.evaluation import actions as evaluation
from greenmine.evaluation import tasks as evaluation_tasks
from greenmine.evaluation.models import MineStanding
from greenmine.facts import actions as facts
from greenmine.facts.statements import Source, Statement
from greenmine.registry import import_reading, import_writing, imports
from greenmine.registry.models import ImportBatch, Mine

HEADINGS = "矿山编号,矿山名称,采矿权人,行政区代码,矿种,开采方式,生产状态,设计生产能力（万吨/年）,投产时间,经度（东经）,纬度（北纬）"
COUNTIES = ("620402", "620403", "620421", "620422", "620423")
HOLDERS = (
    "祁青矿业有限公司（演示）",
    "河岸能源有限公司（演示）",
    "北梁建材有限公司（演示）",
    "石峡金属有限公司（演示）",
)
NAMES = (
    "青山煤矿", "白石石灰岩矿", "红柳铜矿", "西岭煤矿", "东沟铁矿", "南坪石膏矿", "北山煤矿", "长河铅锌矿", "双井煤矿", "沙窝石灰岩矿",
    "金台金矿", "黑水煤矿", "云雾铁矿", "平川煤矿", "胡麻石灰岩矿", "大湾铜矿", "小湾铜矿", "旧堡煤矿", "新堡煤矿", "柳林石灰岩矿",
    "月牙石膏矿", "桃园煤矿", "石门铁矿", "草原煤矿",
)  # fmt: skip
MINERALS = (
    ("煤矿", "煤"),
    ("石灰岩", "石灰岩"),
    ("铜矿", "铜"),
    ("铁矿", "铁"),
    ("铅锌", "铅锌"),
    ("石膏", "石膏"),
    ("金矿", "金"),
)
STATES = ("生产", "生产", "生产", "停产", "在建", "生产", "关闭", "生产")
ENTERPRISE_NAME = HOLDERS[0]


@dataclass(frozen=True)
class Situation:
    """Facts that put one mine of the demonstration where a visitor can see why it stands there."""

    mine: str
    source: str  # key of the organisation that states them
    facts: Mapping[str, Any] = field(default_factory=dict)


LISTED = {
    "provincial_entry": "listed",
    "provincial_entered_on": "2025-03-18",
    "national_entry": "none",
    "national_entered_on": "none",
}
UNLISTED = {
    "provincial_entry": "none",
    "provincial_entered_on": "none",
    "national_entry": "none",
    "national_entered_on": "none",
}
LICENSED = {
    "mining_license_status": "valid", "mining_license_valid_until": "2031-06-30", "safety_license_status": "valid",
    "safety_license_valid_until": "2028-03-31", "business_license_status": "valid",
    "construction_nature": "existing", "remaining_life_years": "14.5", "produced_normally_last_3_years": True,
}  # fmt: skip


def situations(on: date) -> Iterable[Situation]:
    """What is stated of whom, relative to the day the demonstration is built."""
    yield Situation("青山煤矿", "province", LISTED | LICENSED)
    yield Situation(
        "青山煤矿", "province", {"earliest_unperformed_penalty_due_on": (on - timedelta(days=40)).isoformat()}
    )
    yield Situation(
        "青山煤矿",
        "ecology",
        {"emissions_compliant": True, "eia_measures_done": True, "pollution_permit_implemented": True},
    )
    yield Situation("白石石灰岩矿", "province", UNLISTED | {
        "construction_nature": "new", "commissioned_on": (on - timedelta(days=760)).isoformat(), "verification_passed_on": "none",
        "third_party_passed": False,
    })  # fmt: skip
    yield Situation("红柳铜矿", "province", UNLISTED | {
        "construction_nature": "new", "commissioned_on": (on - timedelta(days=430)).isoformat(), "verification_passed_on": "none",
    })  # fmt: skip
    yield Situation(
        "红柳铜矿", "county", {"has_beneficiation_plant": True, "beneficiation_water_recycling_rate": "0.82"}
    )
    yield Situation(
        "西岭煤矿",
        "province",
        LISTED | LICENSED | {"abnormal_listing": False, "earliest_unperformed_penalty_due_on": "none"},
    )
    yield Situation(
        "东沟铁矿",
        "province",
        LICENSED
        | UNLISTED
        | {"mining_license_valid_until": (on - timedelta(days=12)).isoformat(), "license_renewal_filed_on": "none"},
    )
    yield Situation("长河铅锌矿", "ecology", {"emissions_compliant": False, "soil_groundwater_pollution": False})
    yield Situation("长河铅锌矿", "county", {"tailings_pond": True})
    yield Situation("双井煤矿", "province", LICENSED | UNLISTED | {"remaining_life_years": "2.40"})
    yield Situation("金台金矿", "province", LISTED | LICENSED | {"utilisation_grade": "lagging"})


def build(
    houses: Mapping[str, Organisation],
    *,
    on: date,
    progress: Callable[[str], None],
    person: Callable[[str, str, Organisation, date], Any],
) -> list[Any]:
    """Edition, mines from a ledger, facts of several departments, standings, one request; the enterprise's sign-in."""
    officer = _officer(houses["province"], on)
    evaluation.activate_edition(stored_text(rulebook_files.read_texts(rulebook_files.folder())), by=officer, on=on)
    edition = editions.active()
    _import(edition, houses["province"], officer, on)
    mines = {mine.name: mine for mine in Mine.objects.select_related("holder")}
    for said in situations(on):
        _state(edition, houses[said.source], mines[said.mine], said.facts, on)
    made = [person("enterprise", "马填报", _enterprise(mines, on), on - timedelta(days=200))]
    evaluation_tasks.rejudge_changed(edition, on=on, known_at=timezone.now())
    _request(houses["city"], mines["青山煤矿"], on)
    progress(f"已建立 {len(mines)} 座演示矿山 · {len(mines)} mines")
    return made


def ledger_text() -> str:
    """The invented ledger, as a department keeps one: a title row, Chinese headings, blanks where nothing is known."""
    lines = ["白银市矿山台账（演示）", HEADINGS]
    for number, name in enumerate(NAMES, start=1):
        mineral = next(word for part, word in MINERALS if part in name)
        method = "露天开采" if mineral in {"石灰岩", "石膏"} or number % 5 == 0 else "地下开采"
        lines.append(
            f"DEMO{number:03d},{name},{HOLDERS[number % len(HOLDERS)] if name != '青山煤矿' else ENTERPRISE_NAME},"
            f"{COUNTIES[number % len(COUNTIES)]},{mineral},{method},{STATES[number % len(STATES)]},"
            f"{15 * (number % 9 + 1)},{1995 + number}年,{104 + number * 0.07:.4f},{36 + number * 0.03:.4f}"
        )
    return "\n".join(lines) + "\n"


def _officer(organisation: Organisation, on: date) -> Person:
    return next(iter(accounts_queries.holders(organisation, "reviewer", on=on)))


def _import(edition: Edition, organisation: Organisation, by: Person, on: date) -> None:
    """The same three steps a person takes on the desk; the worker's part is done at once."""
    file = ContentFile(ledger_text().encode(), name="演示台账.csv")
    batch = imports.upload(file, by=by, organisation=organisation, as_of=on)
    import_reading.read(edition, batch)
    batch.refresh_from_db()
    imports.commit(batch, good_rows_only=False, by=by, on=on)
    import_writing.write(edition, ImportBatch.objects.get(pk=batch.pk))


def _state(edition: Edition, organisation: Organisation, mine: Mine, said: Mapping[str, Any], on: date) -> None:
    """Facts of one department about one mine, as its migrated records say them."""
    statements = [
        Statement("mine", mine.key, name, value, since=on - timedelta(days=30)) for name, value in said.items()
    ]
    source = Source(organisation.actor, organisation.key, organisation.name)
    facts.state_many(edition, statements, source=source, act=f"demo:{mine.key}", imported=True)


def _enterprise(mines: Mapping[str, Mine], on: date) -> Organisation:
    holder = mines["青山煤矿"].holder
    return accounts.found_organisation(
        kind=Kind.ENTERPRISE, name=ENTERPRISE_NAME, name_en="Qiqing Mining (demo)", by=None, on=on,
        enterprise=holder.key if holder else "", division="620422",
    )  # fmt: skip


def _request(organisation: Organisation, mine: Mine, on: date) -> None:
    """One open request for facts, so that the enterprise's desk has something to do."""
    missing = MineStanding.objects.get(mine=mine.key).missing
    wanted = [
        name for name in ("self_assessment_on", "restoration_plan_executed", "grievance_mechanism") if name in missing
    ]
    if not wanted:
        return
    evaluation.request_facts(
        [evaluation.AskedMine(mine.key, mine.region_code, mine.holder.key if mine.holder else "")],
        wanted, asked="enterprise", due_on=on + timedelta(days=14), reason="补齐年度判定所需事实",
        by=_officer(organisation, on), organisation=organisation, on=on,
    )  # fmt: skip
