"""The pool of experts: declared ties keep out, and anybody can repeat the draw."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenmine.accounts.permissions import NotAllowed
from greenmine.assessors import actions as assessors
from greenmine.assessors import queries
from greenmine.assessors.models import Expert, ExpertDraw
from greenmine.assessors.refusals import CannotRegister
from greenmine.law.draw import draw
from greenmine.ledger.models import Record

from .conftest import ON, World


def pool(world: World, count: int = 4, *, declared: bool = True) -> list[Expert]:
    by = world.as_("province")
    found = []
    for number in range(count):
        one = assessors.enter_expert(f"专家{number}", region_code="620000", disciplines=("geology",), **by)
        found.append(assessors.declare_expert_ties(one, (), **by) if declared else one)
    return found


@pytest.mark.shows("yn-2025/A.1.c", by="record")
def test_experts_are_drawn_by_a_published_seed(world: World) -> None:
    people = pool(world)
    found = assessors.draw_experts(
        region_code="620000", count=2, seed="双色球2026132期", mine=world.mine.key, **world.as_("province")
    )
    keys = [one.key for one in people]
    by_hand = sorted(keys, key=lambda key: sha256(f"双色球2026132期\n{key}".encode()).hexdigest())[:2]
    assert (found.pool, found.drawn, found.excluded) == (keys, by_hand, [])
    assert Record.objects.get(verb="assessors.experts_drawn").cite == ["yn-2025/A.1.c"]
    assert [one.key for one in queries.experts_for(world.cast.province, on=ON)] == keys


@pytest.mark.shows("yn-2025/A.1.c", by="record", refusal=True)
def test_whoever_is_tied_or_has_not_declared_is_not_in_the_draw(world: World) -> None:
    assert world.mine.holder is not None
    by = world.as_("province")
    free = pool(world, 2)
    silent = pool(world, 1, declared=False)[0]
    tied = pool(world, 1)[0]
    assessors.declare_expert_ties(tied, (assessors.Tie("青山矿业1", "顾问", enterprise=world.mine.holder.key),), **by)
    employed = assessors.enter_expert(
        "在职专家", region_code="620000", disciplines=("mining",), employer_code=world.mine.holder.credit_code, **by
    )
    assessors.declare_expert_ties(employed, (), **by)
    with pytest.raises(CannotRegister, match="只有 2 人"):
        assessors.draw_experts(region_code="620000", count=3, seed="种子", mine=world.mine.key, **by)
    found = assessors.draw_experts(region_code="620000", count=2, seed="种子", mine=world.mine.key, **by)
    assert found.pool == [one.key for one in free]
    assert {one["expert"]: one["zh"] for one in found.excluded} == {
        silent.key: "尚未申报利益关系", tied.key: "申报了利益关系", employed.key: "任职于矿业权人或其控制方",
    }  # fmt: skip
    with pytest.raises(CannotRegister, match="不能重抽"):
        assessors.draw_experts(region_code="620000", count=1, seed="种子", mine=world.mine.key, **by)


def test_a_pool_is_kept_by_its_own_province(world: World) -> None:
    with pytest.raises(CannotRegister, match="本省"):
        assessors.enter_expert("外省", region_code="530000", disciplines=("geology",), **world.as_("province"))
    with pytest.raises(NotAllowed):
        assessors.enter_expert("县里", region_code="620000", disciplines=("geology",), **world.as_("county"))
    gone = assessors.remove_expert(pool(world, 1)[0], "退休", **world.as_("province"))
    assert list(queries.experts_for(world.cast.province, on=ON)) == []
    with pytest.raises(CannotRegister, match="不能重复"):
        assessors.remove_expert(gone, "再次", **world.as_("province"))
    assert not ExpertDraw.objects.exists()


@given(st.sets(st.text("XP0123456789", min_size=1, max_size=9), max_size=12), st.integers(-1, 14), st.text(max_size=9))
def test_a_draw_depends_on_nothing_but_pool_count_and_seed(keys: set[str], count: int, seed: str) -> None:
    drawn = draw(keys, count, seed=seed)
    assert drawn == draw(sorted(keys, reverse=True), count, seed=seed)
    assert len(drawn) == min(max(count, 0), len(keys))
    assert set(drawn) <= keys
    assert draw(keys, len(keys), seed=seed)[: len(drawn)] == drawn
