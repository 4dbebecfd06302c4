from datetime import date

import pytest
from django.utils import timezone

from greenmine.accounts import queries as accounts
from greenmine.facts import queries as facts
from greenmine.facts.models import FactRecord
from greenmine.ledger.models import Record
from greenmine.registry import import_reading, import_writing, imports, queries
from greenmine.registry.models import Enterprise, ImportBatch, ImportMatch, Mine, MiningRight
from greenmine.registry.permissions import NotAllowed
from tests.registry.conftest import ON, Brought, ledger_of

HEADINGS = [
    "矿山编号",
    "矿山名称",
    "采矿权人",
    "行政区代码",
    "矿种",
    "开采方式",
    "设计生产能力（万吨/年）",
    "生产状态",
    "投产年份",
]
GREEN = ["7", "青山煤矿", "青山矿业有限公司", "620422", "煤", "地下", "120", "生产", "2012年"]
WHITE = ["8", "白石煤矿", "白石矿业有限公司", "620422", "煤", "地下", "30", "停产", "1998年"]
BAD = ["9", "坏行煤矿", "青山矿业有限公司", "620422", "煤", "地下", "很多", "生产", "2001年"]
AS_OF = date(2026, 6, 30)


@pytest.fixture
def bring(edition, cast):
    """Upload a ledger as the county and have it read."""

    def brought(*rows, headings=HEADINGS, file=None, who=None):
        person = who or cast.county
        batch = imports.upload(
            file or ledger_of(headings, *rows),
            by=person,
            organisation=accounts.main_organisation(person, on=ON),
            as_of=AS_OF,
        )
        return import_reading.read(edition, batch)

    return brought


@pytest.fixture
def write(edition, cast):
    """Confirm an import and have it written."""

    def written(batch, *, good_rows_only=False):
        imports.commit(batch, good_rows_only=good_rows_only, by=cast.county, on=ON)
        return import_writing.write(edition, batch)

    return written


def values(edition, mine):
    sheet = facts.stored_sheets(edition, "mine", [mine.key])[mine.key]
    return {name: edition.dictionary[name].show(value) for name, value in sheet.values.items()}


def test_a_ledger_becomes_mines_holders_and_facts_in_one_act(edition, bring, write):
    batch = bring(GREEN, WHITE)
    assert (batch.state, batch.rows, batch.bad_rows, batch.unmapped) == ("preview", 2, 0, [])
    assert Mine.objects.count() == 0
    write(batch)
    green, white = Mine.objects.order_by("key")
    assert (green.name, green.region_code, green.mineral, green.holder.name) == (
        "青山煤矿",
        "620422",
        "coal",
        "青山矿业有限公司",
    )
    assert values(edition, green)["operating_status"] == "producing"
    assert values(edition, green)["scale"] == "large"
    assert values(edition, white)["scale"] == "small"
    assert values(edition, green)["commissioning_year"] == 2012
    assert set(FactRecord.objects.values_list("act", flat=True)) == {f"import:{batch.pk}"}
    entry = Record.objects.get(verb="registry.ledger_imported")
    assert entry.payload["sha256"] == batch.sha256
    assert imports.progress_of(batch).percent == 100


def test_what_stands_on_a_day_holds_from_that_day_and_what_a_mine_is_holds_always(edition, bring, write):
    write(bring(GREEN))
    mine = Mine.objects.get()
    earlier = facts.sheet_of(edition, "mine", mine.key, on=date(2026, 6, 29), known_at=timezone.now())
    assert earlier.region_code == "620422"
    assert "operating_status" not in earlier.values
    assert earlier.values["commissioning_year"] == 2012


def test_a_bad_row_stops_the_whole_import_unless_a_person_takes_the_good_rows_only(bring, write):
    batch = bring(GREEN, BAD)
    problem = batch.problems.get()
    assert (problem.row, problem.column) == (4, "设计生产能力（万吨/年）")
    assert "很多" in problem.zh
    with pytest.raises(NotAllowed, match="有 1 行存在问题"):
        write(batch)
    assert Mine.objects.count() == 0
    write(batch, good_rows_only=True)
    assert [mine.name for mine in Mine.objects.all()] == ["青山煤矿"]


def test_the_same_file_previewed_twice_and_written_twice_makes_each_mine_once(bring, write):
    first, second = bring(GREEN, WHITE), bring(GREEN, WHITE)
    write(first)
    write(second)
    assert sorted(mine.name for mine in Mine.objects.all()) == ["白石煤矿", "青山煤矿"]


def test_a_mine_taken_back_since_the_preview_is_registered_anew(cast, bring, write):
    first = bring(GREEN)
    write(first)
    second = bring(GREEN)
    imports.undo(first, by=cast.county, on=ON)
    write(second)
    assert [mine.name for mine in queries.standing_mines()] == ["青山煤矿"]


def test_a_row_with_the_licence_number_of_a_mine_elsewhere_states_nothing_of_it(cast, bring, write):
    headings = [*HEADINGS, "采矿许可证号"]
    licence = "C6204222015031120137701"
    write(bring([*GREEN, licence], headings=headings))
    for region in ("620525", ""):
        row = [*WHITE[:3], region, *WHITE[4:], licence]
        batch = bring(row, headings=headings, who=cast.other_county)
        assert batch.bad_rows == 1
        assert any("辖区以外的一座矿山" in problem.zh for problem in batch.problems.filter(is_error=True))


def test_the_same_ledger_again_recognises_every_mine_and_corrects_its_facts(edition, bring, write):
    write(bring(GREEN, WHITE))
    batch = bring([*GREEN[:7], "停产", GREEN[8]], WHITE)
    assert list(batch.matches.values_list("how", flat=True)) == ["number", "number"]
    write(batch)
    assert Mine.objects.count() == 2
    assert Enterprise.objects.count() == 2
    assert values(edition, Mine.objects.get(name="青山煤矿"))["operating_status"] == "suspended"


def test_an_ambiguous_row_waits_for_a_person(edition, bring, write, cast):
    twin = ["10", "青山煤矿", "青山矿业有限公司", "620422", "煤", "地下", "90", "生产", "2015年"]
    write(bring(GREEN, twin))
    batch = bring(["", *GREEN[1:]])
    match = batch.matches.get()
    assert match.how == "ambiguous"
    assert len(match.candidates) == 2
    with pytest.raises(NotAllowed, match="1 行待人工识别"):
        write(batch)
    imports.recognise(batch, 3, match.candidates[1], by=cast.county)
    write(batch)
    assert Mine.objects.count() == 2
    assert values(edition, Mine.objects.get(key=match.candidates[1]))["designed_capacity"] == "120.00"


def test_a_row_outside_the_importers_region_is_refused(bring):
    batch = bring([*GREEN[:3], "620525", *GREEN[4:]])
    assert batch.bad_rows == 1
    assert "不在本单位辖区" in batch.problems.get().zh


def test_an_import_can_be_taken_back_and_stays_known_as_it_was_known(edition, bring, write, cast):
    write(bring(GREEN))
    mine = Mine.objects.get()
    batch = bring([*GREEN[:7], "停产", GREEN[8]], WHITE)
    write(batch)
    known = timezone.now()
    imports.undo(batch, by=cast.county_reviewer, on=ON, reason="传错文件")
    assert batch.state == ImportBatch.State.UNDONE
    assert [mine.name for mine in queries.standing_mines()] == ["青山煤矿"]
    assert values(edition, mine)["operating_status"] == "producing"
    as_known = facts.sheet_of(edition, "mine", mine.key, on=ON, known_at=known)
    assert edition.dictionary["operating_status"].show(as_known.values["operating_status"]) == "suspended"
    with pytest.raises(NotAllowed, match="只有已导入的批次"):
        imports.undo(batch, by=cast.county_reviewer, on=ON)


def test_a_mine_someone_else_has_spoken_of_stays_when_its_import_is_undone(bring, write, cast):
    first = bring(GREEN)
    write(first)
    write(bring(GREEN))
    imports.undo(first, by=cast.county_reviewer, on=ON)
    assert queries.standing_mines().count() == 1


def test_a_heading_nobody_knows_can_be_mapped_by_a_person(edition, bring):
    headings = [*HEADINGS[:-1], "开始出矿年度"]
    batch = bring(GREEN, headings=headings)
    assert batch.unmapped == ["开始出矿年度"]
    imports.remap(batch, {"开始出矿年度": "commissioning_year"})
    import_reading.read(edition, batch)
    assert batch.unmapped == []
    with pytest.raises(imports.CannotImport, match="不存在"):
        imports.remap(batch, {"开始出矿年度": "no_such_fact"})


def test_a_file_that_cannot_be_read_is_refused_in_words_and_keeps_nothing(bring):
    batch = bring(file=Brought("台账.xlsx", b"not a workbook at all"))
    assert batch.state == ImportBatch.State.REFUSED
    assert batch.problem["zh"]
    assert batch.problem["en"]
    assert ImportMatch.objects.count() == 0


def test_an_empty_file_and_one_that_is_too_large_are_refused_at_once(bring, settings):
    with pytest.raises(imports.CannotImport, match="是空文件"):
        bring(file=Brought("空.csv", b""))
    settings.UPLOAD_BYTES = 10
    with pytest.raises(imports.CannotImport, match="请按地区拆成几个文件"):
        bring(file=Brought("大.csv", b"x" * 11))


def test_a_licence_number_is_kept_as_a_right_once(bring, write):
    licence = "C6204222012017110098765"
    headings = [*HEADINGS, "采矿许可证号"]
    write(bring([*GREEN, licence], headings=headings))
    write(bring([*GREEN, licence], headings=headings))
    assert [right.licence_number for right in MiningRight.objects.all()] == [licence]


def test_the_import_is_queued_for_the_worker_and_can_be_seen_only_within_its_region(bring, cast):
    batch = bring(GREEN)
    assert list(queries.imports_for(cast.county)) == [batch]
    assert list(queries.imports_for(cast.province)) == [batch]
    assert list(queries.imports_for(cast.other_county)) == []
