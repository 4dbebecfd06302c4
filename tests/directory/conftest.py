"""An edition that is active, mines that pass every gate, and the offices that keep the directories."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from tests.conftest import TODAY, person
from tests.gates import ground

WORDS = "群众反映该矿夜间越界开采"


def house(who: Any) -> Any:
    """The organisation a person of the cast works for."""
    return who.memberships.get().organisation


@dataclass
class World:
    """Mines, offices and people of the directory's tests."""

    cast: Any
    law: Any
    mine: Any
    second_decider: Any
    ministry_clerk: Any
    ministry_second: Any

    def as_(self, who: Any, on: date = TODAY) -> dict[str, Any]:
        """`by`, `organisation` and `on` of an act."""
        found = getattr(self.cast, who) if isinstance(who, str) else who
        return {"by": found, "organisation": house(found), "on": on}

    def another_mine(self, name: str = "白石采石场", *, holder: str = "E00000002", clean: bool = True) -> Any:
        """One more mine of the county."""
        made = ground.found_mine(
            self.law, self.cast, name, holder=holder, holder_name="白石矿业有限公司", on=ground.before(TODAY)
        )
        if clean:
            ground.say_clean(self.law, made.key, since=ground.before(TODAY))
        return made

    def noticed(self, *mines: Any, stage: str = "provincial", on: date = TODAY, days: int = 5, batch: str = "") -> Any:
        """A notice begun by the authority of the stage."""
        from greenmine.directory import actions as directory

        who = {"provincial": self.cast.province, "national": self.cast.ministry}[stage]
        rows = [directory.NoticeRow(one.key, "拟纳入名录", f"SB-{one.key}") for one in mines or (self.mine,)]
        return directory.open_notice(
            stage, rows, days=days, days_kind="calendar", contact="省厅矿保处 0931-0000000", title="第一批公示", batch=batch,
            **self.as_(who, on),
        )  # fmt: skip

    def ended(self, notice: Any) -> Any:
        """The same, ended on the day after its last."""
        from greenmine.directory import actions as directory

        who = {"provincial": self.cast.province, "national": self.cast.ministry}[notice.stage]
        return directory.end_notice(notice, by=who, on=notice.until_on + timedelta(days=1))

    def gate(self, mine: Any, application: str, on: date, who: Any = None) -> Any:
        """The gate of entry, gone through for an application on a day."""
        from greenmine.gates import actions as gates

        acting = who or self.cast.province
        return gates.go_through(
            "entry", mine.key, about=("application", application), by=acting, organisation=house(acting), on=on
        )

    def listed(self, mine: Any = None, *, tier: str = "provincial", on: date = TODAY, **more: Any) -> Any:
        """An entry, by its whole way: notice, its end, gate, decision."""
        from greenmine.directory import actions as directory

        found = mine or self.mine
        notice = self.ended(self.noticed(found, stage=tier, on=on))
        day = notice.until_on + timedelta(days=1)
        who = self.cast.province if tier == "provincial" else self.cast.ministry
        self.gate(found, f"SB-{found.key}", day, who)
        return directory.enter(
            found.key, tier, notice=notice, application=f"SB-{found.key}", decision_number="甘自然资发〔2026〕88号",
            certificate_number="ZS-001", standard="demo-2024", standard_digest="a" * 64, **{**self.as_(who, day), **more},
        )  # fmt: skip

    def file(self, text: str = "证据") -> Any:
        """A kept piece of evidence."""
        from greenmine.evidence import actions as evidence

        return evidence.keep(Upload("证据.txt", text.encode()), by=self.cast.county, on=TODAY, title="证据")


@dataclass
class Upload:
    """A file as a form brings it."""

    name: str
    data: bytes

    def chunks(self) -> Any:
        """The content in one piece."""
        return (self.data,)


@pytest.fixture
def law(db: None, settings: Any, tmp_path: Any) -> Any:
    from greenmine.editions import queries as editions
    from greenmine.evaluation import actions as evaluation

    settings.DATA = tmp_path
    return evaluation.activate_edition(editions.candidate_text(), by="首次启用人", on=ground.before(TODAY, 300))


@pytest.fixture
def world(law: Any, cast: Any) -> World:
    made = ground.found_mine(law, cast, on=ground.before(TODAY))
    ground.say_clean(law, made.key, since=ground.before(TODAY))
    province, ministry = house(cast.province), house(cast.ministry)
    return World(
        cast, law, made, person(province, "seconddecider", "冯签发", "decider"), person(ministry, "ministryclerk", "蒋经办", "clerk"),
        person(ministry, "ministrysecond", "沈签发", "decider"),
    )  # fmt: skip


@pytest.fixture
def refused() -> Callable[..., str]:
    """The Chinese sentence by which an act is refused; fails where it is not."""

    def refusal(act: Callable[[], Any]) -> str:
        from greenmine.accounts.permissions import NotAllowed
        from greenmine.directory.permissions import CannotAct

        with pytest.raises((CannotAct, NotAllowed)) as found:
            act()
        return str(found.value.zh)

    return refusal


def signed(paper: Any, *, signer: Any, reviewer: Any, legal: Any = None, on: date = TODAY) -> Any:
    """A paper reviewed, checked, signed, numbered and sealed by other people than its drafter."""
    from greenmine.papers import actions as papers
    from greenmine.papers import permissions
    from greenmine.papers.models import Paper

    kind = permissions.kind_of(paper)
    if kind.reviewed_by:
        paper = papers.review(paper, by=reviewer, on=on)
    if kind.legal_by:
        paper = papers.check_legality(paper, by=legal or reviewer, on=on)
    paper = papers.number(papers.sign(paper, by=signer, on=on), by=signer, on=on)
    if kind.sealed:
        paper = papers.seal(paper, keeper="印章管理", copies=2, day=on, by=signer, on=on)
    assert paper.state in (Paper.State.NUMBERED, Paper.State.SEALED)
    return paper


def known(world: World, name: str, mine: Any = None, *, on: date = TODAY) -> Any:
    """A fact of a mine on a day as it is known now."""
    from django.utils import timezone

    from greenmine.facts import queries as facts

    sheet = facts.sheet_of(world.law, "mine", (mine or world.mine).key, on=on, known_at=timezone.now())
    return sheet.shown(name, world.law.dictionary)
