"""An edition becomes the law only after a decider saw which findings flip."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from greenmine.accounts.permissions import NotAllowed
from greenmine.editions import actions as edition_actions
from greenmine.editions import queries as editions
from greenmine.editions.actions import CannotActivate
from greenmine.editions.models import Activation
from greenmine.web.operator import actions, queries, tasks
from greenmine.web.operator.models import EditionComparison

pytestmark = pytest.mark.django_db
PAGE = "operator:comparison"


def today() -> date:
    return timezone.localdate()


def enter_day() -> None:
    edition_actions.enter_effective_day("kz-2024", date(2024, 8, 1), source="州政府网站公告", by="何运维", on=today())


@pytest.fixture
def comparison(mine, cast):
    """Finished: the mine under the shipped law, and under it with the effective day of kz-2024."""
    enter_day()
    made = actions.compare(by=cast.operator, on=today())
    tasks.compare_editions.func(made.pk)
    made.refresh_from_db()
    return made


def test_a_comparison_finds_the_findings_that_begin_to_count(comparison, mine) -> None:
    assert (comparison.state, comparison.total, comparison.done) == ("done", 1, 1)
    flips = list(comparison.flips.order_by("rule"))
    assert flips
    assert {flip.mine for flip in flips} == {mine.key}
    assert queries.mines_flipped(comparison) == 1
    assert all(flip.kind_of_change()[:2] != flip.kind_of_change()[2:] for flip in flips)
    assert {flip.rule.split(".")[0] for flip in flips} == {"kz-2024"}


def test_a_rule_that_still_does_not_apply_is_no_flip(mine, cast) -> None:
    law = editions.active()
    rule = next(rule.id for rule in law.rules if rule.needs_confirmation and rule.instrument == "cn-2024-1")
    edition_actions.confirm(rule, reason="法制审核意见", document="法审〔2026〕5号", by="何运维", on=today())
    made = actions.compare(by=cast.operator, on=today())
    tasks.compare_editions.func(made.pk)
    idle = {"", "not_applicable"}
    assert [flip for flip in made.flips.all() if {flip.before, flip.outcome} <= idle] == []
    assert {flip.rule for flip in made.flips.all()} <= {rule}


def test_a_comparison_tried_again_keeps_each_flip_once(comparison) -> None:
    before = comparison.flips.count()
    EditionComparison.objects.update(state="failed")
    tasks.compare_editions.func(comparison.pk)
    assert comparison.flips.count() == before


def test_the_difference_is_shown_by_rule_and_then_by_mine(comparison, mine, cast, sign_in) -> None:
    client = sign_in(cast.province)
    rule = comparison.flips.first().rule
    overview = client.get(reverse(PAGE, args=[comparison.pk])).content.decode()
    assert rule in overview
    assert "1 座矿山的" in overview
    assert mine.name not in overview
    assert mine.name in client.get(reverse(PAGE, args=[comparison.pk]), {"rule": rule}).content.decode()


def test_a_decider_who_saw_the_difference_activates_it(comparison, cast, sign_in) -> None:
    client = sign_in(cast.province)
    client.get(reverse(PAGE, args=[comparison.pk]))
    response = client.post(reverse("operator:activate"), {"comparison": comparison.pk, "looked": "1"}, follow=True)
    assert "已启用" in response.content.decode()
    assert editions.active_id() == comparison.after
    kept = Activation.objects.latest("id")
    assert (kept.by, kept.seen["comparison"], kept.seen["mines_flipped"]) == ("孙厅", comparison.pk, 1)
    shown = client.get(reverse("operator:activation", args=[kept.pk])).content.decode()
    assert comparison.flips.first().rule in shown


def test_nobody_activates_what_he_did_not_open(comparison, cast, sign_in) -> None:
    client = sign_in(cast.province)
    client.post(reverse("operator:activate"), {"comparison": comparison.pk, "looked": "1"})
    assert editions.active_id() == comparison.before


def test_having_opened_it_is_not_enough_without_saying_so(comparison, cast, sign_in) -> None:
    client = sign_in(cast.province)
    client.get(reverse(PAGE, args=[comparison.pk]))
    client.post(reverse("operator:activate"), {"comparison": comparison.pk})
    assert editions.active_id() == comparison.before


def test_an_operator_compares_but_does_not_activate(comparison, cast, sign_in) -> None:
    client = sign_in(cast.operator)
    page = client.get(reverse(PAGE, args=[comparison.pk])).content.decode()
    assert "您的岗位不能启用规则版本" in page
    assert client.post(reverse("operator:activate"), {"comparison": comparison.pk, "looked": "1"}).status_code == 403
    with pytest.raises(NotAllowed):
        actions.activate(comparison, seen=True, by=cast.operator, on=today())


def test_a_difference_of_yesterday_is_not_the_one_to_decide_on(comparison, cast) -> None:
    with pytest.raises(CannotActivate, match="已不是今天的"):
        actions.activate(comparison, seen=True, by=cast.province, on=today() + timedelta(days=1))


def test_a_difference_of_other_additions_is_not_the_one_to_decide_on(comparison, cast) -> None:
    edition_actions.enter_effective_day("yn-2025", date(2025, 5, 1), source="省政府公报", by="何运维", on=today())
    with pytest.raises(CannotActivate, match="已经改变"):
        actions.activate(comparison, seen=True, by=cast.province, on=today())


def test_an_unfinished_comparison_activates_nothing(mine, cast, sign_in) -> None:
    enter_day()
    made = actions.compare(by=cast.operator, on=today())
    with pytest.raises(CannotActivate, match="尚未完成"):
        actions.activate(made, seen=True, by=cast.province, on=today())
    page = sign_in(cast.province).get(reverse(PAGE, args=[made.pk])).content.decode()
    assert "已判定 0 / 0 座矿山" in page
    assert 'hx-trigger="every 2s"' in page


def test_asking_twice_is_one_comparison(mine, cast) -> None:
    enter_day()
    assert actions.compare(by=cast.operator, on=today()).pk == actions.compare(by=cast.province, on=today()).pk


def test_nothing_changed_is_nothing_to_compare(law, cast, sign_in) -> None:
    response = sign_in(cast.operator).post(reverse("operator:compare"), follow=True)
    assert "没有变化，无需比对" in response.content.decode()


def test_the_first_edition_is_activated_by_a_decider_without_a_difference(cast, sign_in) -> None:
    client = sign_in(cast.province)
    assert "首次启用，没有可比对的版本" in client.get(reverse("operator:editions")).content.decode()
    client.post(reverse("operator:activate"))
    assert editions.active_id() is not None
    assert Activation.objects.get().by == "孙厅"


def test_after_activation_the_worker_is_asked_to_judge_every_mine(comparison, cast) -> None:
    from django_tasks_db.models import DBTaskResult

    actions.activate(comparison, seen=True, by=cast.province, on=today())
    paths = set(DBTaskResult.objects.values_list("task_path", flat=True))
    assert "greenmine.web.operator.tasks.judge_all_mines" in paths
