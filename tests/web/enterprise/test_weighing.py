"""Gaps, gates, risk, comparison, other standards, other mines; and that no page asks more for more rows."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.web.enterprise.conftest import fill, open_one, submit


def page(name, found, *more):
    return reverse(f"enterprise:{name}", args=[found.number, *more])


@pytest.fixture
def sister(world, firm):
    """Another mine of the same enterprise, with a self-assessment open."""
    return open_one(make_mine(world, "青山二矿"), firm.clerk, firm.house)


def make_mine(world, name):
    from greenmine.facts.statements import Source
    from greenmine.registry import actions as registry

    return registry.register_mine(
        world.law, name, region_code=world.green.region_code, mineral="coal", holder=world.green.holder,
        source=Source("county_nr", "O-test", "登记台账"), by="登记人", on=timezone.localdate(),
    )  # fmt: skip


def test_gaps_name_each_unanswered_item_with_its_evidence_and_vetoes_come_first(world, firm, at_desk, opened) -> None:
    answer = at_desk(firm.clerk).get(page("gaps", opened))
    kinds = {one["row"].id: one["gap"].kind for one in answer.context["gaps"]}
    assert kinds["no-open-dispute"] == "unknown"
    assert kinds["zones"] == "unanswered"
    shown = answer.content.decode()
    for words in ("先改什么", "否决项", "总平面布置图", "没有正在处理的重大矿地纠纷"):
        assert words in shown, words
    assert shown.index("否决项") < shown.index("未达到或未证明的项目")


def test_the_gates_say_what_would_stop_the_mine_and_what_is_missing(world, firm, at_desk, opened) -> None:
    answer = at_desk(firm.clerk).get(reverse("enterprise:gates", args=[world.green.key]))
    shown = answer.content.decode()
    for words in ("会被拦下", "待核实", "还没有提交过自评报告", "不是受理或决定"):
        assert words in shown, words
    assert len(answer.context["gates"]) >= 4


def test_the_removal_risk_is_a_hint_and_never_called_a_breach(world, firm, at_desk, opened) -> None:
    shown = at_desk(firm.clerk).get(reverse("enterprise:removal_risk", args=[world.green.key])).content.decode()
    for words in ("涉嫌存在（待确认）", "行政处罚逾期未履行", "本页不作决定"):
        assert words in shown, words
    assert ">不符合<" not in shown  # the word of an outcome; a rule's own title may say it


def test_a_second_year_is_compared_item_by_item(world, firm, at_desk, opened) -> None:
    from greenmine.assessment import actions

    first = submit(opened, firm)
    second = open_one(world.green, firm.clerk, firm.house)
    item = second.items.get(indicator="zones")
    assert item.taken_from == first.number
    draft = actions.Draft("scored", None, False)
    actions.answer(second, "zones", draft, seen=item.version, by=firm.clerk, on=timezone.localdate())
    answer = at_desk(firm.clerk).get(page("compare", second))
    changed = {row["id"]: row["change"] for row in answer.context["rows"] if row["change"]}
    assert list(changed) == ["zones"]
    assert first.number in answer.content.decode()
    assert "沿用" in at_desk(firm.clerk).get(page("assessment", second)).content.decode()


def test_a_first_self_assessment_says_that_there_is_nothing_to_compare(world, firm, at_desk, opened) -> None:
    assert "还没有可比较的自评" in at_desk(firm.clerk).get(page("compare", opened)).content.decode()


def test_another_standard_is_previewed_taken_and_left_again_with_every_answer(world, firm, at_desk, opened) -> None:
    fill(opened, firm.clerk)
    client = at_desk(firm.clerk)
    before = list(opened.items.order_by("indicator").values_list("indicator", "score", "met", "version"))
    preview = client.get(page("move", opened), {"to": "demo-2027"})
    assert preview.context["kept"]
    assert "确认换用" in preview.content.decode()
    assert list(opened.items.order_by("indicator").values_list("indicator", "score", "met", "version")) == before
    client.post(page("move", opened), {"to": "demo-2027"})
    opened.refresh_from_db()
    assert opened.standard == "demo-2027"
    client.post(page("move_undo", opened))
    opened.refresh_from_db()
    assert opened.standard == "demo-2026-gansu"
    assert list(opened.items.order_by("indicator").values_list("indicator", "score", "met", "version")) == before
    again = client.post(page("move_undo", opened), follow=True).content.decode()
    assert "没有可以撤销的换用" in again


@pytest.mark.parametrize("wanted", ["no-such-set", "cn-2024", ""])
def test_a_standard_that_cannot_be_taken_is_refused_in_words(world, firm, at_desk, opened, wanted) -> None:
    answer = at_desk(firm.clerk).post(page("move", opened), {"to": wanted})
    assert answer.status_code == 400
    assert 'class="alert alert-danger"' in answer.content.decode()


def test_an_answer_is_previewed_for_a_sister_mine_and_written_only_on_a_persons_word(
    world, firm, at_desk, opened, sister
) -> None:
    fill(opened, firm.clerk)
    client = at_desk(firm.clerk)
    form = {"item": ["zones"], "other": [sister.number]}
    preview = client.post(page("share", opened), form)
    (one,) = preview.context["preview"]
    assert (one["mine_name"], one["shared"].overwrites) == ("青山二矿", False)
    assert sister.items.get(indicator="zones").state == "unanswered"
    client.post(page("share", opened), form | {"apply": "1", "seen": [one["seen"]]})
    assert sister.items.get(indicator="zones").taken_from == opened.number
    stale = client.post(page("share", opened), form | {"apply": "1", "seen": [one["seen"]]})
    assert (stale.status_code, "请重新预览" in stale.content.decode()) == (400, True)
    nothing = client.post(page("share", opened), {})
    assert "请至少选择一项和一座矿山" in nothing.content.decode()


def test_no_page_asks_the_database_more_for_thirty_than_for_one(world, firm, at_desk, opened) -> None:
    client, official = at_desk(firm.clerk), at_desk(world.county)
    open_one(make_mine(world, "青山四矿"), firm.clerk, firm.house)
    submitted = submit(open_one(make_mine(world, "青山三矿"), firm.clerk, firm.house), firm)
    addresses = [
        (client, reverse("enterprise:home")),
        (client, reverse("enterprise:assessments")),
        (client, reverse("enterprise:assessment_new")),
        (client, page("assessment", opened)),
        (client, page("item", opened, "zones")),
        (client, page("gaps", opened)),
        (client, page("share", opened)),
        (client, page("submit", opened)),
        (client, page("report", submitted)),
        (official, reverse("authority:assessments")),
        (official, reverse("authority:assessments_export")),
        (official, reverse("authority:assessment", args=[submitted.number])),
    ]

    def counted():
        counts = {}
        for browser, address in addresses:
            browser.get(address)
            with CaptureQueriesContext(connection) as asked:
                assert browser.get(address).status_code == 200, address
            counts[address] = len(asked)
        return counts

    one = counted()
    more(world, firm, submitted)
    assert counted() == one
    assert max(one.values()) <= 40


def test_a_save_asks_the_database_the_same_however_many_assessments_there_are(world, firm, at_desk, opened) -> None:
    client = at_desk(firm.clerk)

    def saved(seen, claim):
        form = {"claim": claim, "seen": str(seen)}
        with CaptureQueriesContext(connection) as asked:
            assert client.post(page("item", opened, "zones"), form, headers={"X-Autosave": "1"}).status_code == 200
        return len(asked)

    saved(0, "yes")
    saved(1, "no")
    one = saved(2, "yes")
    saved(3, "no")
    more(world, firm, None)
    assert saved(4, "yes") == one
    assert one <= 25


def more(world, firm, submitted):
    """Twenty-nine more mines of the enterprise, each with a self-assessment; as many submitted ones in the county."""
    from greenmine.assessment.models import Assessment

    for place in range(29):
        open_one(make_mine(world, f"青山矿{place}"), firm.clerk, firm.house)
    if submitted is None:
        return
    for place in range(29):
        copy = Assessment.objects.get(pk=submitted.pk)
        copy.pk, copy.number = None, f"ZP-2026-9{place:03d}"
        copy.save()
