"""The mine list: what is exported is what is seen, views are one's own, and no list asks more for being longer."""

from __future__ import annotations

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from tests.web.authority.conftest import HUINING, rejudge

PENALTY = "cn-2024-1.removal.penalty-unperformed"


def workbook(answer) -> dict[str, list[list[object]]]:
    """The sheets of a download."""
    assert answer.headers["Content-Type"].startswith("application/vnd.openxmlformats")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def many_mines(world, count: int) -> None:
    """More mines of the same county and holder, judged."""
    from greenmine.facts.statements import Source
    from greenmine.registry import actions as registry

    source = Source("county_nr", "O-test", "登记台账")
    for number in range(count):
        registry.register_mine(
            world.law, f"乙{number:02d}号煤矿", region_code=HUINING, mineral="coal", holder=world.green.holder, source=source,
            by="登记人", on=timezone.localdate(),
        )  # fmt: skip
    rejudge(world.law)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["青山煤矿", "白石铜矿", "红柳石灰岩矿"]),
        ("q=白石", ["白石铜矿", "红柳石灰岩矿"]),  # the second by its holder
        ("q=白石 铜", ["白石铜矿"]),
        ("q=没有这座", []),
        ("region=620400", ["青山煤矿", "红柳石灰岩矿"]),
        ("region=620525", ["白石铜矿"]),
        ("standing=ground_present", ["青山煤矿", "白石铜矿"]),
        ("mineral=limestone", ["红柳石灰岩矿"]),
        ("missing=construction_nature&mineral=coal", ["青山煤矿"]),
        ("missing=mineral", []),
    ],
)
def test_the_export_holds_exactly_what_the_filters_show(world, at_desk, query, found) -> None:
    client = at_desk(world.province)
    page = client.get(f"{reverse('authority:mines')}?{query}")
    assert [row["name"] for row in page.context["rows"]] == found
    assert page.context["count"] == len(found)
    sheet = workbook(client.get(f"{reverse('authority:mines_export')}?{query}"))["矿山"]
    assert sheet[0] == ["编号", "矿山", "地区", "矿种", "生产状态", "状态", "不符合", "未到期", "待核实"]
    shown = [
        [row["number"], row["name"], row["breached"], row["pending"], row["unknown"]] for row in page.context["rows"]
    ]
    assert [[line[0], line[1], int(line[6]), int(line[7]), int(line[8])] for line in sheet[1:]] == shown


def test_the_export_of_a_county_holds_no_neighbours_mine(world, at_desk) -> None:
    sheet = workbook(at_desk(world.county).get(reverse("authority:mines_export")))["矿山"]
    assert [line[1] for line in sheet[1:]] == ["青山煤矿", "红柳石灰岩矿"]


def test_a_mines_export_holds_its_findings_missing_and_known_facts(world, at_desk) -> None:
    client = at_desk(world.county)
    page = client.get(reverse("authority:mine", args=[world.green.key]))
    sheets = workbook(client.get(reverse("authority:mine_export", args=[world.green.key])))
    assert list(sheets) == ["判定", "缺少的事实", "已知事实"]
    assert len(sheets["判定"]) - 1 == sum(len(group.findings) for group in page.context["groups"])
    assert [line[1] for line in sheets["缺少的事实"][1:]] == [row["name"] for row in page.context["missing"]]
    assert [line[:2] for line in sheets["已知事实"][1:]] == [
        [row["label"], row["value"]] for row in page.context["facts"]
    ]


def test_the_report_of_unknowns_holds_what_the_dashboard_shows_first(world, at_desk) -> None:
    client = at_desk(world.county)
    seen = [
        (row["fact"], row["findings"], row["mines"])
        for row in client.get(reverse("authority:dashboard")).context["missing"]
    ]
    sheet = workbook(client.get(reverse("authority:unknowns_export")))["先补什么"]
    assert [(line[1], int(line[2]), int(line[3])) for line in sheet[1 : len(seen) + 1]] == seen


def test_a_view_is_kept_for_its_owner_only_and_removed_by_him_only(world, at_desk) -> None:
    from greenmine.accounts.models import SavedView

    client, mines = at_desk(world.county), reverse("authority:mines")
    answer = client.post(reverse("authority:view_save"), {"name": "我的煤矿", "query": "mineral=coal"})
    assert answer.headers["Location"] == f"{mines}?mineral=coal"
    assert "我的煤矿" in client.get(mines).content.decode()
    neighbour = at_desk(world.other_county)
    assert "我的煤矿" not in neighbour.get(mines).content.decode()
    view = SavedView.objects.get()
    neighbour.post(reverse("authority:view_remove", args=[view.pk]))
    assert SavedView.objects.filter(pk=view.pk).exists()
    client.post(reverse("authority:view_remove", args=[view.pk]), headers={"referer": "https://evil.example/"})
    assert not SavedView.objects.exists()


def test_a_long_list_goes_on_where_it_stopped_and_keeps_its_filters(world, at_desk) -> None:
    many_mines(world, 60)
    client, mines = at_desk(world.county), reverse("authority:mines")
    first = client.get(f"{mines}?mineral=coal")
    assert (first.context["count"], len(first.context["rows"])) == (61, 50)
    assert f"?mineral=coal&amp;after={first.context['next_after']}" in first.content.decode()
    second = client.get(f"{mines}?mineral=coal&after={first.context['next_after']}")
    assert len(second.context["rows"]) == 11
    assert not {row["number"] for row in first.context["rows"]} & {row["number"] for row in second.context["rows"]}


def test_no_page_asks_the_database_more_for_thirty_mines_than_for_one(world, at_desk) -> None:
    client = at_desk(world.firm)
    official = at_desk(world.county)
    addresses = [
        (client, reverse("authority:mines")),
        (client, reverse("authority:mines_export")),
        (client, reverse("authority:to_fill")),
        (official, reverse("authority:dashboard")),
        (official, reverse("authority:mines")),
        (official, reverse("authority:unknowns_export")),
        (official, reverse("authority:rule", args=[PENALTY])),
        (official, reverse("authority:provision", args=["cn-2024-1", "17.2"])),
        (official, reverse("authority:request_new") + "?fact=construction_nature"),
        (official, reverse("authority:mine", args=[world.green.key])),
    ]

    def counted() -> list[int]:
        counts = []
        for browser, address in addresses:
            browser.get(address)  # whatever is remembered after the first time is remembered now
            with CaptureQueriesContext(connection) as asked:
                assert browser.get(address).status_code == 200
            counts.append(len(asked))
        return counts

    one = counted()
    many_mines(world, 29)
    assert dict(zip([a for _, a in addresses], counted(), strict=True)) == dict(
        zip([a for _, a in addresses], one, strict=True)
    )
    assert max(one) <= 40


def test_a_stored_edition_reads_the_codes_of_its_sheets_as_the_shipped_one_wrote_them() -> None:
    from greenmine.editions.loading import from_stored, stored_text
    from greenmine.editions.rulebook_files import folder, read_texts
    from greenmine.editions.shipped import load_shipped

    shipped, stored = load_shipped().dictionary, from_stored(stored_text(read_texts(folder()))).dictionary
    enums = [name for name in shipped if shipped[name].type == "enum"]
    assert {name: list(stored[name].domain) for name in enums} == {name: list(shipped[name].domain) for name in enums}
