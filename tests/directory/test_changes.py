"""Changes of listed mines: another holder, mergers, splits; frozen until the owner decides; no history is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from greenmine.directory import actions as directory
from greenmine.directory import queries
from greenmine.directory.models import Change, Entry
from greenmine.directory.published.models import PublishedMine, Statement
from greenmine.registry import queries as registry
from tests.conftest import TODAY
from tests.directory.conftest import known

pytestmark = pytest.mark.django_db
DAY = TODAY + timedelta(days=6)


@pytest.fixture
def entry(world: Any) -> Entry:
    return world.listed()


def reported(world: Any, **more: Any) -> Any:
    return directory.Reported(DAY, "采矿权转让", **{"evidence_files": [world.file()], **more})


def transferred(world: Any, entry: Entry) -> Change:
    world.another_mine()
    return directory.change_holder(entry.mine, "E00000002", reported(world), **world.as_("county", DAY))


def checked(world: Any, entry: Entry) -> Change:
    return directory.check_change(transferred(world, entry), "仍符合标准", **world.as_("county", DAY))


@pytest.mark.shows("cn-2024-1/2.3.b", by="act")
def test_another_holder_freezes_the_entry_and_cancels_nothing(world: Any, entry: Entry) -> None:
    change = transferred(world, entry)
    now = Entry.objects.get(pk=entry.pk)
    assert (now.changing, now.state, now.stands, now.holder) == (True, "listed", True, "E00000001")
    assert PublishedMine.objects.get(key=world.mine.key).standing == "changing"
    assert (change.from_holder, change.to_holder) == ("青山矿业有限公司", "白石矿业有限公司")
    assert registry.mine(entry.mine).holder.key == "E00000002"
    assert known(world, "provincial_entry", on=DAY) == "listed"


def test_a_change_needs_proof_and_a_listed_mine(world: Any, entry: Entry, refused: Any) -> None:
    other = world.another_mine()
    act = world.as_("county", DAY)
    bare = directory.Reported(DAY, "转让")
    assert refused(lambda: directory.change_holder(entry.mine, "E00000002", bare, **act)).startswith("请附变更证明材料")
    assert refused(lambda: directory.change_holder(other.key, "E00000001", reported(world), **act)).startswith(
        "所涉矿山均不在名录中"
    )
    assert refused(lambda: directory.change_holder(entry.mine, "E00000009", reported(world), **act)) == "请选择受让企业"
    assert refused(lambda: directory.change_holder(entry.mine, "E00000001", reported(world), **act)) == (
        "受让人与现采矿权人相同"
    )
    late = directory.Reported(DAY + timedelta(days=1), "转让", [world.file()])
    assert refused(lambda: directory.change_holder(entry.mine, "E00000002", late, **act)) == "变更日期不能晚于今天"


def test_the_owner_decides_and_another_than_who_reported(world: Any, entry: Entry, refused: Any) -> None:
    change = checked(world, entry)
    keep = directory.Settlement("continued", "条件未变")
    row = change.rows.get()
    assert "由甘肃省自然资源厅决定" in refused(lambda: directory.settle(row, keep, **world.as_("county_decider", DAY)))
    settled = directory.settle(row, keep, **world.as_("province", DAY))
    now = Entry.objects.get(pk=entry.pk)
    assert (settled.outcome, now.changing, now.holder, now.holder_name) == (
        "continued", False, "E00000002", "白石矿业有限公司",
    )  # fmt: skip
    assert Change.objects.get().closed_on == DAY
    assert refused(lambda: directory.settle(row, keep, **world.as_("province", DAY))) == "该条目已决定"


def test_nothing_is_decided_before_the_check(world: Any, entry: Entry, refused: Any) -> None:
    row = transferred(world, entry).rows.get()
    sentence = refused(lambda: directory.settle(row, directory.Settlement("ended", "x"), **world.as_("province", DAY)))
    assert "目前为“变更核实中”" in sentence


def test_an_ended_entry_leaves_the_directory_and_keeps_its_history(world: Any, entry: Entry) -> None:
    row = checked(world, entry).rows.get()
    directory.settle(row, directory.Settlement("ended", "受让方拟停产改建"), **world.as_("province", DAY))
    now = Entry.objects.get(pk=entry.pk)
    assert (now.state, now.left_on) == ("ended", DAY)
    assert [one.kind for one in now.events.order_by("id")] == ["entered", "changing", "ended"]
    assert known(world, "provincial_entry", on=DAY) == "none"
    assert Statement.objects.filter(kind="change").count() == 1
    assert PublishedMine.objects.get(key=entry.mine).standing == "ended"


def test_a_merger_moves_the_entry_to_the_mine_that_follows(world: Any, entry: Entry, refused: Any) -> None:
    into = world.another_mine("整合后铁矿", holder="E00000001")
    change = directory.merge([entry.mine], into.key, reported(world), **world.as_("county", DAY))
    change = directory.check_change(change, "已完成整合", **world.as_("county", DAY))
    row = change.rows.get()
    act = world.as_("province", DAY)
    assert "已并入或分立" in refused(lambda: directory.settle(row, directory.Settlement("continued", "x"), **act))
    assert refused(lambda: directory.settle(row, directory.Settlement("moved", "x"), **act)) == "请选择承继的矿山"
    moved = directory.settle(row, directory.Settlement("moved", "主体资源并入", "甘〔2026〕99号", into.key), **act)
    new = moved.successor
    assert (new.mine, new.predecessor, new.tier, new.decision_number) == (
        into.key,
        entry,
        "provincial",
        "甘〔2026〕99号",
    )
    old = Entry.objects.get(pk=entry.pk)
    assert (old.state, old.left_on, old.events.count()) == ("ended", DAY, 3)
    assert list(queries.listed_on(DAY)) == [new]
    assert list(queries.listed_on(DAY - timedelta(days=1))) == []
    assert known(world, "provincial_entry", into, on=DAY) == "listed"
    assert [one.kind for one in registry.history_of(into)] == ["merge"]


def test_a_split_keeps_the_listing_for_the_part_that_goes_on(world: Any, entry: Entry) -> None:
    part = world.another_mine("青山铁矿二采区", holder="E00000001")
    change = directory.split(entry.mine, [entry.mine, part.key], reported(world), **world.as_("county", DAY))
    change = directory.check_change(change, "一采区不变", **world.as_("county", DAY))
    directory.settle(
        change.rows.get(), directory.Settlement("continued", "一采区条件未变"), **world.as_("province", DAY)
    )
    assert Entry.objects.get(pk=entry.pk).stands
    assert queries.entry_of(part.key, "provincial") is None


def test_a_mine_in_two_directories_waits_for_both_owners(world: Any, entry: Entry, refused: Any) -> None:
    world.listed(tier="national", on=DAY)
    later = DAY + timedelta(days=6)
    world.another_mine()
    told = directory.Reported(later, "转让", [world.file()])
    change = directory.change_holder(entry.mine, "E00000002", told, **world.as_("county", later))
    change = directory.check_change(change, "符合", **world.as_("county", later))
    provincial, national = change.rows.order_by("id")
    keep = directory.Settlement("continued", "未变")
    assert "由自然资源部决定" in refused(lambda: directory.settle(national, keep, **world.as_("province", later)))
    directory.settle(provincial, keep, **world.as_("province", later))
    assert Change.objects.get().closed_on is None
    directory.settle(national, keep, **world.as_("ministry", later))
    assert Change.objects.get().state == "settled"


def test_two_changes_at_once_are_refused(world: Any, entry: Entry, refused: Any) -> None:
    transferred(world, entry)
    again = world.another_mine("第三矿", holder="E00000003")
    assert again.holder.key == "E00000003"
    assert (
        refused(lambda: directory.change_holder(entry.mine, "E00000003", reported(world), **world.as_("county", DAY)))
        == f"{entry.number} 已在变更核实中"
    )
