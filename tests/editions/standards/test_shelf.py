"""The shelf of indicator sets: shipped and loaded side by side, each text by its digest for ever."""

from __future__ import annotations

from datetime import date

import pytest

from greenmine.editions import standards
from greenmine.editions.models import IndicatorSet
from greenmine.editions.standards import UnknownStandard, actions, shelf
from greenmine.editions.standards.actions import CannotLoad
from greenmine.law.indicators import StandardError, check_mapping, dump_standard, score
from greenmine.ledger.models import Record

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 20)
SHIPPED = {"cn-2020", "cn-2024", "nm-2024", "demo-2026", "demo-2026-gansu", "demo-2027"}


def test_the_shipped_sets_stand_side_by_side_and_only_the_demonstration_can_decide(law):
    entries = {entry.id: entry for entry in standards.listed()}
    assert set(entries) == SHIPPED
    assert {name for name, entry in entries.items() if entry.can_decide} == {
        "demo-2026",
        "demo-2026-gansu",
        "demo-2027",
    }
    assert {entry.id for entry in standards.listed(ON)} == SHIPPED - {"cn-2020", "demo-2027"}


def test_the_demonstration_set_has_six_dimensions_49_rows_and_100_points(law):
    demo = standards.get("demo-2026")
    assert (len(demo.dimensions), len(demo.indicators), demo.points) == (6, 49, 10_000)
    assert demo.status == "demonstration"
    assert "非官方" in demo.title["zh"]
    assert {one.kind for one in demo.indicators} == {"binding", "improvement"}
    assert {one.scale.name for one in demo.indicators} == {"levels", "range", "yes_no", "measured"}
    assert set(standards.classes()) == {
        "nonmetal", "chemical", "gold", "coal", "sand_stone", "oil_gas", "cement_limestone", "metallurgy", "nonferrous",
    }  # fmt: skip
    assert all(one.help and one.typical for one in demo.indicators)


@pytest.mark.shows("cn-2024-1/13.2.a", by="record", refusal=True)
def test_no_national_verdict_is_given_while_the_items_of_annex_3_are_missing(law, sheet):
    national = standards.get("cn-2024")
    assert [dimension.name["zh"] for dimension in national.dimensions] == [
        "矿区环境", "资源开采", "资源综合利用", "绿色低碳", "生态修复与环境治理", "科技创新与规范管理",
    ]  # fmt: skip
    assert "counts.categories (0/23)" in national.unknown_cells
    assert "counts.indicators (0/49)" in national.unknown_cells
    assert not national.can_decide
    result = score(national, {}, sheet(mineral="coal"), on=ON)
    assert result.verdict == "undecided"
    assert result.refused


def test_the_2020_set_is_held_as_far_as_it_is_known(law):
    old = standards.get("cn-2020")
    assert (old.points, old.pass_marks.total, float(old.pass_marks.dimension_ratio)) == (100_000, 80_000, 0.75)
    assert dict(old.counts) == {"dimensions": 6, "categories": 24, "indicators": 100, "preconditions": 5}
    assert len(old.preconditions) == 5
    assert not old.can_decide


@pytest.mark.shows("cn-2024-1/14.1.b", by="record")
def test_a_province_tightens_the_base_in_a_set_of_its_own(law):
    base, gansu = standards.get("demo-2026"), standards.get("demo-2026-gansu")
    assert gansu.territory == "620000"
    assert [(change.what, change.subject) for change in gansu.changes] == [
        ("tightens", "rnd"), ("tightens", "water-beneficiation"),
    ]  # fmt: skip
    assert base.indicator("rnd").scale.check.text.endswith(">= 0.01")
    assert gansu.indicator("rnd").scale.check.text.endswith(">= 0.015")
    assert gansu.indicator("rnd").provisions == ("gs-2023/3.6.f", "gs-2023/3.6.g")


OVERLAY = """
id: looser
title: {zh: 放宽, en: looser}
status: local
tier: any
kind: overlay
base: demo-2026
territory: "530000"
in_force: {from: 2026-01-01, to: open}
tightens: {pass_marks: {total: 60}}
"""


@pytest.mark.shows("cn-2024-1/14.1.b", by="record", refusal=True)
def test_an_overlay_that_loosens_silently_is_refused(law):
    with pytest.raises(StandardError):
        actions.load_indicator_set(OVERLAY, by="何运维", on=ON, source="函")
    assert not IndicatorSet.objects.filter(loaded=True).exists()


@pytest.mark.shows("kz-2024/20.1", by="record")
def test_a_prefecture_loads_its_local_standard_and_tightens_there_only(law, sheet):
    text = OVERLAY.replace("530000", "653000").replace("looser", "kz-local").replace("total: 60", "total: 85")
    actions.load_indicator_set(text, by="何运维", on=ON, source="DB6530/T 0001-2025")
    facts = {"mineral": "copper", "mining_method": "open_pit", "scale": "large"}
    chosen = standards.choose("653001", sheet("653001", **facts), tier="provincial", on=ON).standard
    assert (chosen.id, chosen.pass_marks.total) == ("kz-local", 8_500)
    assert standards.choose("652901", sheet("652901", **facts), tier="provincial", on=ON).standard.id == "demo-2026"


@pytest.mark.shows("kz-2024/20.1", by="record", refusal=True)
def test_a_local_set_without_a_source_or_a_name_is_not_loaded(law):
    text = OVERLAY.replace("530000", "653000").replace("total: 60", "total: 85")
    with pytest.raises(CannotLoad, match="来源"):
        actions.load_indicator_set(text, by="何运维", on=ON, source=" ")
    with pytest.raises(CannotLoad, match="具名人员"):
        actions.load_indicator_set(text, by="", on=ON, source="DB6530/T 0001-2025")
    assert not IndicatorSet.objects.exists()


def official(law, **changes):
    """The demonstration set as if it were the official table."""
    text = dump_standard(standards.get("demo-2026"))
    for before, after in {"demo-2026": "cn-2024", "demonstration": "official", **changes}.items():
        text = text.replace(before, after)
    return text


@pytest.mark.shows("cn-2024-1/13.2.a", by="record")
def test_a_loaded_official_table_takes_the_place_of_the_skeleton_and_the_old_digest_stays(law):
    skeleton = standards.get("cn-2024")
    row = actions.load_indicator_set(official(law), by="何运维", on=ON, source="附件3")
    now = standards.get("cn-2024")
    assert now.can_decide
    assert now.digest == row.digest != skeleton.digest
    assert standards.get("cn-2024", skeleton.digest).digest == skeleton.digest
    assert Record.objects.get(verb="standards.loaded").cite == ["cn-2024-1/13.2.a"]
    actions.withdraw_indicator_set(row.digest, by="何运维", on=ON, reason="文本有误")
    assert standards.get("cn-2024").digest == skeleton.digest
    assert standards.get("cn-2024", row.digest).can_decide


def test_the_same_text_is_not_loaded_twice_and_a_withdrawn_one_can_come_back(law):
    row = actions.load_indicator_set(official(law), by="何运维", on=ON, source="附件3")
    with pytest.raises(CannotLoad, match="完全相同"):
        actions.load_indicator_set(official(law), by="何运维", on=ON, source="附件3")
    actions.withdraw_indicator_set(row.digest, by="何运维", on=ON, reason="误")
    with pytest.raises(CannotLoad, match="已经撤回"):
        actions.withdraw_indicator_set(row.digest, by="何运维", on=ON, reason="误")
    actions.load_indicator_set(official(law), by="何运维", on=ON, source="附件3")
    assert standards.get("cn-2024").digest == row.digest


@pytest.mark.shows("gs-2023/3.2.i", by="record")
def test_a_kept_text_is_computed_the_same_after_the_files_moved_on(law, sheet, tmp_path, monkeypatch):
    before = standards.get("demo-2026-gansu")
    facts = sheet(mineral="copper", mining_method="open_pit", scale="large")
    first = score(before, {}, facts, on=ON)
    actions.keep_shipped(on=ON)
    _changed_files(tmp_path, monkeypatch)
    shelf.forget()
    again = standards.get("demo-2026-gansu", before.digest)
    assert standards.get("demo-2026-gansu").digest != before.digest
    assert again.digest == before.digest
    assert score(again, {}, facts, on=ON).canonical() == first.canonical()
    shelf.forget()


def _changed_files(tmp_path, monkeypatch):
    import shutil

    from greenmine.editions import rulebook_files

    shutil.copytree(rulebook_files.folder(), tmp_path / "rulebook")
    for name in ("demo-2026.yaml", "classes.yaml"):
        path = tmp_path / "rulebook/standards" / name
        text = path.read_text(encoding="utf-8")
        changed = text.replace("total: 80", "total: 82").replace(
            "minerals: [\n    copper", "minerals: [\n    agate, copper"
        )
        path.write_text(changed, encoding="utf-8")
    monkeypatch.setenv(rulebook_files.FOLDER_VARIABLE, str(tmp_path / "rulebook"))


@pytest.mark.shows("cn-2024-1/17.b", "gs-2023/3.2.i", by="record", refusal=True)
@pytest.mark.parametrize(("name", "digest"), [("cn-1999", None), ("demo-2026", "0" * 64), ("cn-2024", "demo")])
def test_a_set_or_version_that_is_not_held_is_refused_in_words(law, name, digest):
    if digest == "demo":
        digest = standards.get("demo-2026").digest
    with pytest.raises(UnknownStandard, match="没有指标表"):
        standards.get(name, digest)


def test_the_shipped_mapping_speaks_of_every_item_of_both_editions(law):
    old, new = standards.get("demo-2026"), standards.get("demo-2027")
    mapping = standards.mapping("demo-2026", "demo-2027")
    assert check_mapping(mapping, old, new) == []
    assert {pair.relation for pair in mapping.pairs} == {"equal", "narrower", "wider", "none"}
    assert standards.mapping("demo-2026-gansu", "demo-2027").from_id == "demo-2026-gansu"
    assert standards.mapping("cn-2020", "cn-2024") is None


def test_a_mapping_that_forgets_an_item_is_refused_with_its_name(law):
    text = "from: demo-2026\nto: demo-2027\npairs:\n  - {from: zones, to: zones, relation: equal}\n"
    with pytest.raises(StandardError, match="未写明对应关系"):
        actions.load_indicator_mapping(text, by="何运维", on=ON, source="函")


def test_a_mapping_is_loaded_in_place_of_the_one_before(law):
    text = (shelf._mapping_folder() / "demo-2026--demo-2027.yaml").read_text(encoding="utf-8")
    for _ in range(2):
        actions.load_indicator_mapping(
            text.replace("relation: narrower", "relation: wider"), by="何运维", on=ON, source="函"
        )
    assert {pair.relation for pair in standards.mapping("demo-2026", "demo-2027").pairs} == {"equal", "wider", "none"}
    assert [one.to_id for one in standards.mappings()] == ["demo-2027"]
