"""Importing a ledger on the desk: upload, read, preview, correct, write, take back. The worker's part is done at once."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from greenmine.evaluation.models import MineStanding
from greenmine.registry import tasks
from greenmine.registry.models import ImportBatch, Mine
from tests.web.authority.conftest import rejudge

HEADINGS = "矿山编号,矿山名称,采矿权人,行政区代码,矿种,设计生产能力（万吨/年）,生产状态"
GOOD = "7,北山煤矿,北山矿业有限公司,620422,煤,120,生产"
BAD = "8,坏行煤矿,北山矿业有限公司,620422,煤,很多,生产"


@pytest.fixture
def bring(world, at_desk):
    """Upload a ledger on the desk, have the worker read it; the batch."""

    def brought(*rows, who=None, name="台账.csv", content=None):
        data = content if content is not None else "\n".join(["矿山台账", HEADINGS, *rows]).encode()
        given = {"file": SimpleUploadedFile(name, data), "as_of": "2026-06-30"}
        answer = at_desk(who or world.county).post(reverse("authority:imports"), given)
        batch = ImportBatch.objects.latest("id")
        assert answer.headers["Location"] == reverse("authority:import", args=[batch.pk])
        tasks.read_import.func(batch.pk)
        batch.refresh_from_db()
        return batch

    return brought


def act(client, name: str, batch, **given):
    return client.post(reverse(f"authority:import_{name}", args=[batch.pk]), given, follow=True)


def page_of(client, batch) -> str:
    return client.get(reverse("authority:import", args=[batch.pk])).content.decode()


def test_a_ledger_is_read_shown_written_judged_and_taken_back(world, at_desk, bring) -> None:
    client = at_desk(world.county)
    batch = bring(GOOD)
    shown = page_of(client, batch)
    for words in ("台账.csv", "待确认", "北山煤矿", "新矿山", "全部写入", "2026-06-30"):
        assert words in shown, words
    assert not Mine.objects.filter(name="北山煤矿").exists()
    act(client, "commit", batch)
    tasks.write_import.func(batch.pk)
    mine = Mine.objects.get(name="北山煤矿")
    assert "整批撤销" in page_of(client, batch)
    rejudge(world.law)
    assert MineStanding.objects.filter(mine=mine.key).exists()
    assert "北山煤矿" in client.get(reverse("authority:mines")).content.decode()
    assert "北山矿业有限公司" in client.get(reverse("authority:mine", args=[mine.key])).content.decode()
    assert "北山煤矿" not in at_desk(world.other_county).get(reverse("authority:mines")).content.decode()
    assert act(client, "undo", batch).status_code == 403  # a clerk brings in, a reviewer takes back
    assert act(at_desk(world.province), "undo", batch).status_code == 200
    rejudge(world.law)
    batch.refresh_from_db()
    assert batch.state == "undone"
    assert "北山煤矿" not in client.get(reverse("authority:mines")).content.decode()
    assert client.get(reverse("authority:mine", args=[mine.key])).status_code == 404


def test_progress_is_shown_while_the_worker_reads(world, at_desk) -> None:
    client = at_desk(world.county)
    client.post(
        reverse("authority:imports"),
        {"file": SimpleUploadedFile("台账.csv", f"{HEADINGS}\n{GOOD}".encode()), "as_of": "2026-06-30"},
    )
    batch = ImportBatch.objects.latest("id")
    waiting = page_of(client, batch)
    assert 'hx-trigger="every 1s"' in waiting
    assert "<progress" in waiting
    fragment = client.get(reverse("authority:import_progress", args=[batch.pk])).content.decode()
    assert "<html" not in fragment
    assert "hx-trigger" in fragment
    tasks.read_import.func(batch.pk)
    assert "hx-trigger" not in client.get(reverse("authority:import_progress", args=[batch.pk])).content.decode()


def test_bad_rows_are_told_with_row_and_column_and_only_the_good_are_written(world, at_desk, bring) -> None:
    client = at_desk(world.county)
    batch = bring(GOOD, BAD)
    shown = page_of(client, batch)
    for words in ("有 1 行存在问题", "只写入合格行", "设计生产能力", "很多"):
        assert words in shown, words
    assert "有 1 行存在问题" in act(client, "commit", batch).content.decode()
    batch.refresh_from_db()
    assert batch.state == "preview"
    act(client, "commit", batch, good_rows_only="1")
    tasks.write_import.func(batch.pk)
    assert list(Mine.objects.filter(name__in=["北山煤矿", "坏行煤矿"]).values_list("name", flat=True)) == ["北山煤矿"]


def test_the_refusal_of_a_step_speaks_english_on_an_english_page(world, at_desk, bring) -> None:
    batch, client = bring(GOOD, BAD), at_desk(world.county)
    client.post("/language/", {"language": "en", "next": "/"})
    shown = page_of(client, batch)
    assert "1 rows have problems" in shown
    assert "有 1 行存在问题" not in shown
    assert "待确认" not in shown


def test_a_heading_nobody_knows_is_mapped_by_a_person(world, at_desk, bring) -> None:
    client = at_desk(world.county)
    batch = bring(content=f"{HEADINGS},井巷情况\n{GOOD},true\n".encode())
    assert "未识别的表头" in page_of(client, batch)
    assert (
        "“井巷情况”对应的事实“no_such_fact”不存在"
        in act(client, "map", batch, heading="井巷情况", fact="no_such_fact").content.decode()
    )
    act(client, "map", batch, heading="井巷情况", fact="tailings_pond")
    tasks.read_import.func(batch.pk)
    assert "未识别的表头" not in page_of(client, batch)
    act(client, "commit", batch)
    tasks.write_import.func(batch.pk)
    mine = Mine.objects.get(name="北山煤矿")
    assert "tailings_pond" in client.get(reverse("authority:mine", args=[mine.key])).content.decode()


def test_an_ambiguous_row_waits_for_a_person(world, at_desk, bring) -> None:
    client = at_desk(world.county)
    twice = "矿山名称,行政区代码,矿种,矿山编号\n双生煤矿,620422,煤,21\n双生煤矿,620422,煤,22"
    first = bring(content=twice.encode())
    act(client, "commit", first, good_rows_only="1")
    tasks.write_import.func(first.pk)
    twins = list(Mine.objects.filter(name="双生煤矿").order_by("key"))
    assert len(twins) == 2
    batch = bring(content="矿山名称,行政区代码,矿种\n双生煤矿,620422,煤\n".encode())
    shown = page_of(client, batch)
    assert "待人工识别的行" in shown
    assert "还有 1 行待人工识别" in shown
    row = batch.matches.get().row
    for forged in (world.white.key, "M99999999"):
        act(client, "recognise", batch, **{f"row-{row}": forged})
        assert batch.matches.get().how == "ambiguous", forged
    act(client, "recognise", batch, **{"row-²": twins[0].key, "row-99999": twins[0].key, "row-": "x"})
    act(client, "recognise", batch, **{f"row-{row}": twins[1].key})
    match = batch.matches.get()
    assert (match.how, match.mine_key, match.decided_by) == ("person", twins[1].key, "王经办")
    assert "还有 1 行待人工识别" not in page_of(client, batch)


def test_an_import_of_another_office_does_not_exist_for_its_neighbour(world, at_desk, bring) -> None:
    batch, client = bring(GOOD), at_desk(world.other_county)
    assert "台账.csv" not in client.get(reverse("authority:imports")).content.decode()
    assert client.get(reverse("authority:import", args=[batch.pk])).status_code == 404
    for name in ("map", "recognise", "commit"):
        assert act(client, name, batch).status_code == 404
    batch.refresh_from_db()
    assert batch.state == "preview"


def test_a_row_of_another_region_is_refused_in_words(world, at_desk, bring) -> None:
    batch = bring("9,外县煤矿,某公司,620525,煤,30,生产")
    assert "不在本单位辖区" in page_of(at_desk(world.county), batch)
    assert batch.bad_rows == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [("空.csv", b""), ("图片.xlsx", b"\x89PNG\r\n\x1a\n"), ("半个.xlsx", b"PK\x03\x04half a file"), ("乱.csv", b"\xff\xfe\x00\xd8"),
     ("没有表头.csv", "甲,乙,丙\n1,2,3\n".encode())],
)  # fmt: skip
def test_a_file_that_is_no_ledger_is_refused_in_words(world, at_desk, name, content) -> None:
    client = at_desk(world.county)
    answer = client.post(
        reverse("authority:imports"), {"file": SimpleUploadedFile(name, content), "as_of": "2026-06-30"}, follow=True
    )
    if (batch := ImportBatch.objects.order_by("-id").first()) is not None:
        tasks.read_import.func(batch.pk)
        answer = client.get(reverse("authority:import", args=[batch.pk]))
    assert answer.status_code == 200
    assert "alert-danger" in answer.content.decode()
    assert "全部写入" not in answer.content.decode()


def test_the_same_step_twice_is_refused_in_words(world, at_desk, bring) -> None:
    client, batch = at_desk(world.county), bring(GOOD)
    act(client, "commit", batch)
    assert "不能写入" in act(client, "commit", batch).content.decode()
    tasks.write_import.func(batch.pk)
    assert "不能再改表头" in act(client, "map", batch, heading="矿种", fact="mineral").content.decode()
    assert Mine.objects.filter(name="北山煤矿").count() == 1
