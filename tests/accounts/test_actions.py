"""People are invited, activated, changed, suspended and leave; nothing is deleted, everything is recorded."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from greenmine.accounts import actions, permissions, queries
from greenmine.accounts.credit_code import BadCreditCode, check_character, check_credit_code
from greenmine.accounts.models import Organisation, Person
from greenmine.accounts.permissions import NotAllowed
from greenmine.ledger import queries as ledger

ON = date(2026, 11, 20)
GOOD = "91620422MA71CQ8R9"
CODE = GOOD + check_character(GOOD)
PASSWORD = "青山绿水-2026-ok"

pytestmark = pytest.mark.django_db


@pytest.fixture
def invited(cast) -> actions.Invitation:
    organisation = cast.county.memberships.get().organisation
    return actions.invite(organisation, username="new", name="新人", role="clerk", by=cast.county_admin, on=ON)


def activated(invited: actions.Invitation, **changes) -> Person:
    given = {"username": "new", "code": invited.code, "password": PASSWORD, "on": ON, **changes}
    return actions.activate(**given)


def test_an_invited_person_cannot_sign_in_before_activation(invited) -> None:
    assert not invited.person.is_active
    assert not invited.person.has_usable_password()


def test_the_code_activates_once(invited) -> None:
    assert activated(invited).check_password(PASSWORD)
    with pytest.raises(NotAllowed, match="登录名或激活码不正确"):
        activated(invited)


@pytest.mark.parametrize("changes", [{"code": "AAAA-BBBB-CCCC"}, {"username": "nobody"}])
def test_a_wrong_code_and_an_unknown_name_get_the_same_sentence(invited, changes) -> None:
    with pytest.raises(NotAllowed, match="登录名或激活码不正确，或激活码已过期"):
        activated(invited, **changes)


def test_a_code_is_good_for_seven_days(invited) -> None:
    with pytest.raises(NotAllowed):
        activated(invited, at=datetime.now(UTC) + timedelta(days=7, minutes=1))
    assert activated(invited, at=datetime.now(UTC) + timedelta(days=6, hours=23)).is_active


def test_a_weak_password_is_refused_in_words(invited) -> None:
    with pytest.raises(NotAllowed):
        activated(invited, password="12345678901")


def test_a_sign_in_name_is_never_given_twice(cast, invited) -> None:
    organisation = invited.person.memberships.get().organisation
    with pytest.raises(NotAllowed, match="已被使用"):
        actions.invite(organisation, username="new", name="他人", role="clerk", by=cast.county_admin, on=ON)


def test_an_administrator_manages_his_own_organisation_only(cast) -> None:
    other = cast.other_county.memberships.get().organisation
    with pytest.raises(NotAllowed, match="不在您的管辖或所属范围内"):
        actions.invite(other, username="spy", name="外人", role="clerk", by=cast.county_admin, on=ON)


def test_a_role_the_organisation_does_not_have_cannot_be_given(cast) -> None:
    organisation = cast.county.memberships.get().organisation
    with pytest.raises(NotAllowed, match="没有“系统运维”岗位"):
        actions.invite(organisation, username="root", name="某人", role="operator", by=cast.county_admin, on=ON)


def test_a_changed_role_ends_the_old_one_that_day(cast) -> None:
    organisation = cast.county.memberships.get().organisation
    actions.change_role(cast.county, organisation, role="reviewer", by=cast.county_admin, on=ON)
    assert queries.roles(Person.objects.get(pk=cast.county.pk), on=ON) == {"reviewer"}
    assert queries.roles(Person.objects.get(pk=cast.county.pk), on=date(2026, 11, 19)) == {"clerk"}


def test_who_is_suspended_may_nothing_until_resumed(cast) -> None:
    actions.suspend(cast.county, by=cast.county_admin, on=ON, reason="核查中")
    assert not permissions.can(cast.county, "mines.see", on=ON)
    actions.resume(cast.county, by=cast.county_admin, on=ON)
    assert permissions.can(Person.objects.get(pk=cast.county.pk), "mines.see", on=ON)


def test_nobody_suspends_himself(cast) -> None:
    with pytest.raises(NotAllowed, match="不能停用自己"):
        actions.suspend(cast.county_admin, by=cast.county_admin, on=ON, reason="")


def test_who_leaves_hands_over_and_stays_in_the_books(cast, monkeypatch) -> None:
    handed = []
    monkeypatch.setattr(actions, "hand_overs", [lambda leaving, to: handed.append((leaving, to)) or 3])
    moved = actions.leave(cast.county, by=cast.county_admin, on=ON, successor=cast.county_reviewer)
    gone = Person.objects.get(pk=cast.county.pk)
    assert (moved, handed) == (3, [(cast.county, cast.county_reviewer)])
    assert (gone.is_active, gone.left_on) == (False, ON)


def test_the_only_administrator_names_a_successor_before_leaving(cast) -> None:
    with pytest.raises(NotAllowed, match="唯一的管理员"):
        actions.leave(cast.county_admin, by=cast.county_admin, on=ON)


def test_an_enterprise_is_verified_by_its_county_and_by_nobody_else(cast) -> None:
    firm = actions.register_enterprise(
        name="新矿业",
        credit_code=CODE,
        division="620422",
        enterprise="E00000009",
        username="boss",
        admin_name="董事",
        on=ON,
    )
    for stranger in (cast.province, cast.county):
        with pytest.raises(NotAllowed):
            actions.verify_enterprise(firm, by=stranger, on=ON)
    invitation = actions.verify_enterprise(firm, by=cast.county_admin, on=ON)
    assert actions.activate(username="boss", code=invitation.code, password=PASSWORD, on=ON).is_active
    assert Organisation.objects.get(pk=firm.pk).verified_by == "吴管理"


def test_the_administrator_of_an_unverified_enterprise_has_no_code_that_works(cast) -> None:
    firm = actions.register_enterprise(
        name="新矿业", credit_code=CODE, division="620422", enterprise="", username="boss", admin_name="董事", on=ON
    )
    person = firm.memberships.get().person
    assert not person.is_active


def test_who_proposed_does_not_decide(cast) -> None:
    permissions.check_is_not_proposer(cast.county_decider, cast.county.pk)
    with pytest.raises(permissions.ProposerDecides, match="提出人不能同时作出决定"):
        permissions.check_is_not_proposer(cast.county, cast.county.pk)


def test_every_act_about_people_is_in_the_ledger(cast, invited) -> None:
    entry = ledger.last("organisation", "O00000001")
    assert entry.zh == "会宁县自然资源局：邀请 新人 任“经办”"
    assert entry.by["name"] == "吴管理"


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (CODE[:-1], "应为18位"),
        (GOOD + "I", "含不允许的字符“I”"),
        (GOOD + ("0" if CODE[-1] != "0" else "1"), "校验位不符"),
    ],
)
def test_a_credit_code_that_cannot_be_one_is_refused_in_words(code, sentence) -> None:
    check_credit_code(CODE)
    with pytest.raises(BadCreditCode, match=sentence):
        check_credit_code(code)


def test_a_saved_view_is_ones_own(cast) -> None:
    kept = actions.save_view(cast.county, page="mines", name="待核实", query="standing=undecided")
    actions.remove_view(cast.other_county, kept.pk)
    assert [view.name for view in queries.saved_views(cast.county, "mines")] == ["待核实"]
    assert queries.saved_views(cast.other_county, "mines") == []


def test_an_operator_can_neither_take_over_nor_appoint_a_decider(cast) -> None:
    """Whoever renews the code of a person who signs in becomes that person: only his own house may."""
    county = queries.main_organisation(cast.county_decider, on=ON)
    with pytest.raises(NotAllowed, match="本单位管理员重发"):
        actions.renew_code(cast.county_decider, by=cast.operator, on=ON)
    with pytest.raises(NotAllowed, match="首位管理员"):
        actions.invite(county, username="mole", name="某", role="decider", by=cast.operator, on=ON)
    assert actions.renew_code(cast.county_decider, by=cast.county_admin, on=ON).code
