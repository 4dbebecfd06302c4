"""An application follows its case where somebody withdrew that on the desk of cases."""

from __future__ import annotations

from greenmine.procedures import actions as procedures
from greenmine.selection import tasks
from greenmine.selection.standing import case_of
from tests.selection import ground


def test_an_application_follows_its_withdrawn_case_once(world: ground.World) -> None:
    from greenmine.ledger.models import Record

    application = ground.walk(world, ground.filed(world), "reviewing")
    assert tasks.follow_withdrawn(on=world.on) == 0
    procedures.withdraw(case_of(application), "企业书面撤回", by=world.people["firm"]["decider"], on=world.on)
    assert (tasks.follow_withdrawn(on=world.on), tasks.follow_withdrawn(on=world.on)) == (1, 0)
    application = ground.again(application)
    assert (application.state, application.outcome, application.outcome_reason) == (
        "withdrawn",
        "withdrawn",
        "企业书面撤回",
    )
    assert application.closed_on == world.on
    assert Record.objects.filter(verb="selection.withdrawn").count() == 1
    assert ground.filed(world).before == application
