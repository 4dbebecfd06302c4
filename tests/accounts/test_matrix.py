"""The matrix of roles, verbs and scopes, and what people may do by it."""

from __future__ import annotations

from datetime import date

import pytest

from greenmine.accounts import permissions, queries
from greenmine.accounts.matrix import MatrixError, matrix, read_matrix
from greenmine.accounts.permissions import NotAllowed
from greenmine.accounts.scope import Scope, division_prefix, union

ON = date(2026, 11, 20)
SMALL = """
verbs: {mines.see: {zh: 查看矿山, en: see mines}}
who: {authority: {clerk: {mines.see: region}}}
pages: [{url: "x:y", verb: mines.see}]
"""


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("clerk: {mines.see", "chief: {mines.see"), ("see: region", "see: moon"), ("verb: mines.see", "verb: mines.eat")],
)
def test_a_matrix_that_names_what_does_not_exist_is_refused(wrong, right) -> None:
    read_matrix(SMALL)
    with pytest.raises(MatrixError):
        read_matrix(SMALL.replace(wrong, right))


def test_an_auditor_reads_and_writes_nothing() -> None:
    writing = {"facts.state", "facts.request", "facts.answer", "ledgers.import", "ledgers.undo", "members.manage",
               "enterprises.verify", "editions.activate", "organisations.manage", "system.operate"}  # fmt: skip
    for (kind, role), may in matrix().who.items():
        if role == "auditor":
            assert writing & set(may) == set(), kind


def test_an_operator_decides_nothing_about_mines() -> None:
    assert not {"mines.see", "facts.state", "editions.activate"} & set(matrix().who["operator", "operator"])


@pytest.mark.parametrize(
    ("code", "prefix"), [("000000", ""), ("620000", "62"), ("620400", "6204"), ("620422", "620422"), ("653000", "6530")]
)
def test_a_division_covers_the_codes_that_begin_like_it(code, prefix) -> None:
    assert division_prefix(code) == prefix


def test_a_county_sees_its_own_mines_and_not_its_neighbours(cast) -> None:
    scope = queries.reach(cast.county, on=ON)
    assert scope.covers(region="620422")
    assert not scope.covers(region="620525")
    assert not scope.covers(region="620000")


def test_a_province_sees_all_its_counties_and_no_other_province(cast) -> None:
    scope = queries.reach(cast.province, on=ON)
    assert scope.covers(region="620525")
    assert not scope.covers(region="630100")


def test_an_unknown_division_is_in_nobodys_scope_but_the_countrys_books_are_open_to_the_ministry(cast) -> None:
    assert not queries.reach(cast.province, on=ON).covers(region="")
    assert queries.reach(cast.ministry, on=ON).covers(region="150421")


def test_an_enterprise_sees_only_its_own_mines(cast) -> None:
    scope = queries.reach(cast.enterprise, on=ON)
    assert scope.covers(region="620422", enterprise="E00000001")
    assert not scope.covers(region="620422", enterprise="E00000002")


def test_a_role_that_may_not_gets_a_sentence_in_both_languages(cast) -> None:
    with pytest.raises(NotAllowed) as refused:
        permissions.check_can(cast.auditor, "facts.state", on=ON)
    assert refused.value.zh == "您的岗位不能陈述事实；如需办理，请联系本单位管理员调整岗位。"
    assert refused.value.en == "Your role may not state facts; your organisation's administrator can change roles."


def test_what_lies_outside_the_jurisdiction_gets_another_sentence(cast) -> None:
    with pytest.raises(NotAllowed, match="不在您的管辖或所属范围内"):
        permissions.check_can(cast.county, "facts.state", on=ON, region="620525")


def test_a_role_holds_from_its_first_day_and_not_on_its_last(cast) -> None:
    held = cast.county.memberships.get()
    held.since, held.until = date(2026, 3, 1), date(2026, 6, 1)
    days = {day: held.holds(day) for day in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 5, 31), date(2026, 6, 1))}
    assert list(days.values()) == [False, True, True, False]


def test_nobody_signed_in_may_nothing() -> None:
    from django.contrib.auth.models import AnonymousUser

    assert not any(permissions.can(AnonymousUser(), verb, on=ON) for verb in [*matrix().verbs, "signed_in"])


def test_scopes_of_two_roles_are_joined() -> None:
    both = union([Scope(divisions=("62",)), Scope(enterprises=("E00000001",))])
    assert both.covers(region="620422")
    assert both.covers(enterprise="E00000001")
    assert not both.covers(region="150421", enterprise="E00000002")


def test_a_row_condition_says_the_same_as_the_scope(cast) -> None:
    from greenmine.accounts.models import Organisation

    rows = Organisation.objects.filter(queries.reach(cast.county, on=ON).condition(region="division"))
    assert {row.name for row in rows} == {"会宁县自然资源局", "青山矿业有限公司", "白石矿业有限公司"}


def test_an_edition_for_the_whole_installation_is_not_a_countys_to_activate(cast) -> None:
    assert not permissions.can(cast.county_decider, "editions.activate", on=ON)
    assert permissions.can(cast.province, "editions.activate", on=ON)
    assert permissions.can(cast.ministry, "editions.activate", on=ON)
