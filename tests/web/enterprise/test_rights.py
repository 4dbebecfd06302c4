"""Who opens what: every page of the desk by every role, with data of others beside it that could leak."""

from __future__ import annotations

import pytest
from django.urls import reverse

from greenmine.accounts import permissions, queries
from greenmine.accounts.matrix import matrix
from greenmine.web.enterprise.urls import urlpatterns
from tests.web.enterprise.conftest import open_one, submit

SECRET = "对手的内部说明"
LISTS = ("home", "assessments", "assessment_new", "engagements", "applications", "application_new", "disclosures")


@pytest.fixture
def rivals(world, firm):
    """A self-assessment of another enterprise's mine, with a comment nobody else may read."""
    from django.utils import timezone

    from greenmine.assessment import actions
    from tests.web.enterprise.conftest import house_of

    found = open_one(world.red, world.rival, house_of(world.rival))
    draft = actions.Draft("unanswered", comment=SECRET)
    actions.answer(found, "zones", draft, seen=0, by=world.rival, on=timezone.localdate())
    return found


def arguments(assessment, mine):
    """What each page of the desk needs in its address."""
    number = assessment.number
    return {
        "home": [], "assessments": [], "assessment_new": [], "removal_risk": [mine.key], "gates": [mine.key],
        "item": [number, "zones"], "evidence": [number, "zones"], "evidence_detach": [number, 1],
        "report_file": [number, "json"], "engagements": [], "engagement_file": [number, 1],
        "applications": [], "application_new": [], "application_file": [number, 1], "disclosures": [],
    }  # fmt: skip


def addresses(assessment, mine):
    """Every page of the desk about this assessment and mine."""
    known = arguments(assessment, mine)
    return {
        found.name: reverse(f"enterprise:{found.name}", args=known.get(found.name, [assessment.number]))
        for found in urlpatterns
    }


def test_every_page_opens_to_the_roles_of_the_matrix_only(world, firm, at_desk, opened) -> None:
    on, wrong = queries.today(), []
    everybody = [*world.offices, firm.colleague, firm.decider, firm.records, firm.admin]
    for who in everybody:
        client = at_desk(who)
        for name, address in addresses(opened, world.green).items():
            may = permissions.can(who, matrix().pages[f"enterprise:{name}"].verb, on=on)
            status = client.get(address).status_code
            if (status == 403) is may:
                wrong.append((who.username, name, status))
    assert wrong == []


def test_another_enterprises_assessment_does_not_exist_on_any_page(world, firm, at_desk, rivals) -> None:
    for who in (firm.clerk, firm.decider):
        client = at_desk(who)
        for name, address in addresses(rivals, world.red).items():
            if name in LISTS:
                continue
            for answer in (client.get(address), client.post(address, {"claim": "none", "seen": "1", "agreed": "yes"})):
                assert answer.status_code in {404, 405, 403}, (name, answer.status_code)
                for leak in (SECRET, world.red.name, "白石矿业"):
                    assert leak not in answer.content.decode(), name


def test_lists_hold_no_trace_of_another_enterprise(world, firm, at_desk, opened, rivals) -> None:
    client = at_desk(firm.clerk)
    for name in LISTS:
        for query in ("", "?q=红柳", "?q=矿", "?state=draft"):
            shown = client.get(reverse(f"enterprise:{name}") + query).content.decode()
            for leak in (rivals.number, world.red.name, world.red.key, SECRET):
                assert leak not in shown, (name, query)


def test_another_mine_cannot_be_chosen_compared_or_shared_to(world, firm, at_desk, opened, rivals) -> None:
    client = at_desk(firm.clerk)
    assert client.get(reverse("enterprise:assessment_new"), {"mine": world.red.key}).status_code == 404
    assert client.post(reverse("enterprise:assessment_new"), {"mine": world.red.key}).status_code == 404
    compare = reverse("enterprise:compare", args=[opened.number])
    assert client.get(compare, {"with": rivals.number}).status_code == 404
    share = client.post(
        reverse("enterprise:share", args=[opened.number]), {"item": "zones", "other": rivals.number, "apply": "1"}
    )
    assert share.status_code == 400
    assert world.red.name not in share.content.decode()


def test_an_authority_reads_nothing_here_and_no_draft_there(world, firm, at_desk, opened) -> None:
    client = at_desk(world.county)
    assert client.get(reverse("enterprise:assessment", args=[opened.number])).status_code == 403
    assert client.get(reverse("authority:assessment", args=[opened.number])).status_code == 404
    assert opened.number not in client.get(reverse("authority:assessments")).content.decode()


def test_only_a_decider_submits_and_the_others_are_told_why(world, firm, at_desk, opened) -> None:
    from tests.web.enterprise.conftest import explain, fill

    fill(opened, firm.clerk)
    explain(opened, firm.clerk)
    page = reverse("enterprise:submit", args=[opened.number])
    shown = at_desk(firm.clerk).get(page).content.decode()
    assert "您的岗位不能提交自评报告" in shown
    assert 'aria-disabled="true"' in shown
    refused = at_desk(firm.clerk).post(page, {"agreed": "yes"}, follow=True)
    assert "您的岗位不能提交自评报告" in refused.content.decode()
    opened.refresh_from_db()
    assert opened.state == "draft"


def test_what_was_submitted_is_read_by_the_own_region_only(world, firm, at_desk, opened) -> None:
    found = submit(opened, firm)
    page = reverse("authority:assessment", args=[found.number])
    seen = {who.username: at_desk(who).get(page).status_code for who in world.offices}
    assert {name for name, status in seen.items() if status == 200} == {
        world.province.username, world.decider.username, world.auditor.username, world.city.username,
        world.county.username, world.ecology.username,
    }  # fmt: skip
    assert seen[world.other_county.username] == 404
    assert seen[world.firm.username] == 403
