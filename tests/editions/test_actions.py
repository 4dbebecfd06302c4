from datetime import date

import pytest

from greenmine.editions import actions as editions
from greenmine.editions import queries
from greenmine.editions.actions import CannotActivate
from greenmine.editions.models import Activation, Edition
from greenmine.editions.queries import NoEditionActive
from greenmine.editions.shipped import load_shipped
from greenmine.law import RulebookError
from greenmine.ledger.models import Record

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 20)
SEEN = {"flips": 0}


@pytest.fixture
def first() -> Edition:
    return editions.activate(queries.candidate_text(), by="何运维", on=ON)


def test_before_anyone_made_one_active_there_is_no_edition():
    with pytest.raises(NoEditionActive, match="尚未启用任何规则版本"):
        queries.active()


def test_the_first_activation_makes_the_files_on_disk_the_law_and_says_who(first):
    assert queries.active().id == first.id == load_shipped().id
    assert [(entry.by, entry.on) for entry in Activation.objects.all()] == [("何运维", ON)]
    assert Record.objects.get(verb="editions.activated").zh == f"启用规则版本 {first.id[:12]}"


def test_an_activation_is_a_named_persons_act_after_seeing_the_difference(first):
    with pytest.raises(CannotActivate, match="具名人员"):
        editions.activate(queries.candidate_text(), by=" ", on=ON, seen=SEEN)
    with pytest.raises(CannotActivate, match="请先查看差异"):
        editions.activate(queries.candidate_text(), by="何运维", on=ON)
    assert Edition.objects.count() == 1


def test_an_entered_effective_day_counts_from_the_next_activation_and_the_old_edition_stays(first):
    editions.enter_effective_day("kz-2024", date(2024, 9, 1), source="州人大常委会公告", by="何运维", on=ON)
    assert queries.active().instrument("kz-2024").in_force is None
    second = editions.activate(queries.candidate_text(), by="何运维", on=ON, seen=SEEN)
    assert second.id != first.id
    assert queries.active().instrument("kz-2024").in_force.from_on == date(2024, 9, 1)
    assert queries.stored(first.id).instrument("kz-2024").in_force is None
    assert list(Edition.objects.filter(is_active=True).values_list("id", flat=True)) == [second.id]


def test_an_effective_day_before_the_texts_own_earliest_is_refused(first):
    with pytest.raises(CannotActivate, match="不能早于 2024-07-26"):
        editions.enter_effective_day("kz-2024", date(2024, 7, 25), source="公告", by="何运维", on=ON)
    with pytest.raises(CannotActivate, match="来源"):
        editions.enter_effective_day("kz-2024", date(2024, 7, 26), source=" ", by="何运维", on=ON)


def test_a_confirmed_reading_names_rule_reason_and_paper_and_can_be_withdrawn(first):
    rule = queries.active().rules[0].id
    with pytest.raises(CannotActivate, match="请写明理由"):
        editions.confirm(rule, reason="", document="", by="何运维", on=ON)
    with pytest.raises(CannotActivate, match="没有规则"):
        editions.confirm("gs-2023.no-such", reason="一", document="二", by="何运维", on=ON)
    confirmed = editions.confirm(rule, reason="厅法规处意见", document="函〔2026〕1号", by="何运维", on=ON)
    editions.activate(queries.candidate_text(), by="何运维", on=ON, seen=SEEN)
    assert [entry.rule for entry in queries.active().confirmations] == [rule]
    editions.withdraw(confirmed, by="何运维", on=ON)
    assert queries.overlay().confirmations == ()


def test_a_replaced_file_is_read_with_everything_else_before_it_is_kept(first):
    with pytest.raises(CannotActivate, match="只能替换 values/"):
        editions.replace_file("rules/cn-2024-1/removal.yaml", "{}", source="无", by="何运维", on=ON)
    with pytest.raises(RulebookError):
        editions.replace_file("values/calendars/2024.yaml", "year: 2024\n", source="通知", by="何运维", on=ON)
    table = "year: 2024\nconfidence: S\nsource: {zh: 国办通知, en: State Council notice}\nholidays: [2024-10-01]\n"
    editions.replace_file("values/calendars/2024.yaml", table, source="国办发明电〔2023〕7号", by="何运维", on=ON)
    editions.activate(queries.candidate_text(), by="何运维", on=ON, seen=SEEN)
    assert queries.active().calendar.sure(2024)
    assert not queries.active().calendar.works(date(2024, 10, 1))
    assert queries.active().calendar.works(date(2024, 10, 2))
