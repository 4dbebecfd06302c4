"""The ledger: append-only on both databases, and a chain that shows what was done behind its back."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from greenmine.ledger import actions as ledger
from greenmine.ledger import queries
from greenmine.ledger.models import Record, Salt

ON = date(2026, 11, 20)
MINE = ("mine", "M00000001")

pytestmark = pytest.mark.django_db


def written(zh: str = "青山矿 陈述事实") -> Record:
    return ledger.record(
        "facts.stated", subject=MINE, by=ledger.SYSTEM, on=ON, zh=zh, en="stated", cite=["cn-2024-1/17.2"]
    )


def test_a_record_keeps_the_actor_as_he_was(cast) -> None:
    entry = ledger.record("facts.stated", subject=MINE, by=cast.county, on=ON, zh="一", en="one")
    assert entry.by == {
        "id": cast.county.pk,
        "username": "county",
        "name": "王经办",
        "organisation": "O00000001",
        "organisation_name": "会宁县自然资源局",
        "roles": ["clerk"],
    }


def test_the_chain_holds_over_several_records() -> None:
    for number in range(5):
        written(f"第{number}条")
    found = queries.verify()
    assert (found.records, found.holds) == (5, True)
    assert found.head == queries.last(*MINE).hash


@pytest.mark.parametrize("deed", ["UPDATE ledger_record SET zh = 'x'", "DELETE FROM ledger_record"])
def test_the_database_refuses_to_change_or_delete_a_record(deed) -> None:
    written()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(deed)
    assert queries.verify().holds


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite replaces rows by an insert")
def test_an_insert_replaces_no_record() -> None:
    written()
    columns = ", ".join(f'"{one.column}"' for one in Record._meta.fields)
    changed = columns.replace('"zh"', "'改过'")
    with pytest.raises(DatabaseError, match="never replaced"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT OR REPLACE INTO ledger_record ({columns}) SELECT {changed} FROM ledger_record")
    assert queries.verify().holds


def test_what_is_changed_behind_the_triggers_is_found() -> None:
    first = written("原文")
    written("其后")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE ledger_record DISABLE TRIGGER ledger_record_refuses_update")
        else:
            cursor.execute("DROP TRIGGER ledger_record_refuses_update")
        cursor.execute("UPDATE ledger_record SET zh = %s WHERE id = %s", ["改过", first.pk])
    assert queries.verify().broken == ((first.pk, "内容被改 · the content was changed"),)


def test_a_salt_may_be_forgotten_and_the_chain_still_holds() -> None:
    entry = written()
    Salt.objects.filter(record=entry.pk).delete()
    assert queries.verify().holds


def test_an_act_that_is_rolled_back_leaves_no_record() -> None:
    def undone() -> None:
        with transaction.atomic():
            written()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        undone()
    assert not Record.objects.exists()


def test_a_sentence_may_come_as_one_pair() -> None:
    entry = ledger.record("x.done", subject=MINE, by="李四", on=ON, sentence={"zh": "做了", "en": "done"})
    assert (entry.zh, entry.en, entry.by["name"]) == ("做了", "done", "李四")
