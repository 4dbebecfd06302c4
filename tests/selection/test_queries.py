"""Pages ask a number of questions that does not grow with what there is."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from greenmine.selection import queries
from greenmine.selection.models import Application, Defects, Forwarding, Material
from tests.selection import ground


def counted(ask: Any) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        ask()
    return len(asked)


def test_one_page_of_an_application_costs_the_same_with_thirty_times_as_much(world: ground.World) -> None:
    application = ground.walk(world, ground.filed(world))
    application = ground.again(application)
    before = counted(lambda: queries.view_of(application, on=world.on))
    file = application.meetings.get().minutes
    for number in range(30):
        Defects.objects.create(
            application=application, round=number + 1, stage="review", defects=[{"item": "form", "text": "x"}], by="甲",
            by_id=1, organisation="O1", on=world.on, answered_on=world.on,
        )  # fmt: skip
        Material.objects.create(application=application, item=f"more-{number}", required=False, file=file, on=world.on)
        Forwarding.objects.create(
            application=application, step="forward", organisation="O1", organisation_name="县", to_level="city", bundle=[],
            digest="d", by="甲", on=world.on,
        )  # fmt: skip
    view = queries.view_of(application, on=world.on)
    assert (len(view.returns), len(view.forwardings), view.entry is not None, view.version > 0) == (30, 30, True, True)
    assert counted(lambda: queries.view_of(application, on=world.on)) == before
    assert before <= 30
    assert file.pk in queries.files_of(application)


def test_a_list_and_its_buttons_cost_the_same_with_one_and_with_thirty(world: ground.World) -> None:
    application = ground.filed(world)
    act = world.act("county.clerk")

    def listed() -> list[Any]:
        return [(one.mine_name, one.batch.title) for one in queries.applications_for(act["by"], on=world.on)]

    def todo() -> Any:
        return queries.batch_choices(
            world.batch, world.people["province"]["decider"], world.people["province"][""], on=world.on
        )

    def choices() -> Any:
        return queries.choices(application, act["by"], act["organisation"], on=world.on)

    [one() for one in (listed, todo, choices)]  # whoever asks is known by now
    first = [counted(one) for one in (listed, todo, choices)]
    for number in range(30):
        Application.objects.create(
            number=f"SB-2026-9{number:03d}", batch=world.batch, mine=f"M9{number}", mine_name=f"矿{number}",
            region_code=world.place.county, holder="E9", holder_name="业主", organisation="O9", state="assessed",
            state_since=world.on, prepared_by="甲", prepared_on=world.on, filed_on=world.on, case=f"BL-{number}",
            table="selection-000000-2024",
        )  # fmt: skip
    again = [counted(one) for one in (listed, todo, choices)]
    assert again == first
    assert (len(listed()), todo().pool, todo().sampled, todo().draw) == (31, 30, False, None)
    assert [one.may for one in choices()] == [True, True, False, False]
