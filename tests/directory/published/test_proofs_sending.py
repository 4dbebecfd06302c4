"""Checkpoints leave the machine, and it is written down who got which."""

from __future__ import annotations

from datetime import UTC, date, datetime

from greenmine.directory.published import proofs_sending
from greenmine.notifications.models import Notice
from greenmine.publiclog import actions, queries, tasks

AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def test_before_the_first_checkpoint_nothing_is_sent(cast) -> None:
    assert proofs_sending.send(at=AT) == 0


def test_offices_of_province_and_ministry_get_the_note_itself_once_and_nobody_else(cast) -> None:
    from greenmine.accounts import actions as accounts

    accounts.found_organisation(
        kind="authority", name="甘肃省生态环境厅", by=None, on=date(2026, 1, 5), department="ecology", level="province", division="620000"
    )  # fmt: skip
    actions.append("entry", "M00000001", {"mine": "青山煤矿"}, on=AT.date())
    tasks.seal()
    assert [proofs_sending.send(at=AT) for _ in range(2)] == [3, 0]
    assert {one.to_name for one in queries.dispatches()} == {"甘肃省自然资源厅", "自然资源部", "甘肃省生态环境厅"}
    notices = Notice.objects.filter(verb="publiclog.checkpoint")
    assert notices.count() == 3
    assert all(queries.checkpoint().note in one.zh and one.kind == Notice.Kind.MESSAGE for one in notices)
    actions.append("entry", "M00000002", {"mine": "白石矿"}, on=AT.date())
    tasks.seal()
    assert proofs_sending.send(at=AT) == 3
    assert sorted({one.seal_id for one in queries.dispatches()}) == [1, 2]
