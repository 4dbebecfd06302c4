"""Appending, sealing, withdrawing: what stays, what goes, what the database refuses."""

from __future__ import annotations

import contextlib
import threading
from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from greenmine.publiclog import actions, merkle, queries, signing, tasks, verifying
from greenmine.publiclog.models import Content, Dispatch, Leaf, Link, Node, Waiting
from greenmine.publiclog.permissions import CannotWithdraw
from greenmine.publiclog.statements import commitments

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def published(count: int = 1, name: str = "青山煤矿") -> list[Leaf]:
    return [actions.append("entry", f"M{n:08d}", {"mine": name, "n": n}, on=ON) for n in range(count)]


def test_a_leaf_commits_to_salt_and_text_in_both_algorithms() -> None:
    leaf = published()[0]
    content = leaf.content
    assert content.text == (
        '{"key":"M00000000","kind":"entry","on":"2026-11-20","statement":{"mine":"青山煤矿","n":0}}'
    )
    assert commitments(content.salt, content.text) == {"sha256": leaf.sha256, "sm3": leaf.sm3}
    assert len(content.salt) == 32


def test_the_same_statement_twice_has_two_hashes_so_that_nobody_can_guess_it() -> None:
    assert len({leaf.sha256 for _ in range(2) for leaf in published()}) == 2


def test_an_act_that_is_rolled_back_leaves_no_leaf() -> None:
    def undone() -> None:
        with transaction.atomic():
            published()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        undone()
    assert not Leaf.objects.exists()
    assert not Waiting.objects.exists()
    assert actions.seal(at=AT) is None


def test_the_sealer_numbers_without_gaps_whatever_was_rolled_back_between() -> None:
    def undone() -> None:
        with transaction.atomic():
            published(3)
            raise RuntimeError

    first = published(2)
    with pytest.raises(RuntimeError):
        undone()
    last = published(2)
    seal = actions.seal(at=AT)
    assert seal is not None
    assert seal.size == 4
    assert [queries.number_of(leaf.pk) for leaf in (*first, *last)] == [1, 2, 3, 4]
    assert queries.numbers_of([first[1].pk]) == {first[1].pk: 2}
    assert not Waiting.objects.exists()


def test_a_leaf_has_no_number_before_it_is_sealed() -> None:
    assert queries.number_of(published()[0].pk) is None


@pytest.mark.parametrize("batches", [(1,), (3, 1), (1, 1, 1, 1, 1), (8, 5, 3), (7, 9)])
def test_roots_grown_in_batches_are_the_roots_of_the_rfc(batches) -> None:
    leaves: list[Leaf] = []
    for count in batches:
        leaves += published(count)
        actions.seal(at=AT)
    seal = queries.checkpoint()
    for algorithm in ("sha256", "sm3"):
        hashes = [merkle.leaf_hash(algorithm, bytes.fromhex(getattr(leaf, algorithm))) for leaf in leaves]
        while len(hashes) > 1:  # a lone hash at the end of a level goes up as it is
            paired = zip(hashes[::2], hashes[1::2], strict=False)
            alone = hashes[-1:] if len(hashes) % 2 else []
            hashes = [merkle.inner_hash(algorithm, *pair) for pair in paired] + alone
        assert getattr(seal, algorithm) == hashes[0].hex()
    assert verifying.verify() == verifying.Verification(sum(batches), seal.sha256, ())


def test_more_than_a_batch_is_sealed_in_several_checkpoints(monkeypatch) -> None:
    monkeypatch.setattr(actions, "BATCH", 4)
    published(10)
    assert tasks.seal() == 3
    assert list(queries.checkpoints().values_list("size", flat=True)) == [10, 8, 4]


def test_every_number_is_proved_under_every_later_checkpoint() -> None:
    for count in (3, 4, 6):
        published(count)
        actions.seal(at=AT)
    for size in (3, 7, 13):
        for number in range(1, size + 1):
            proof = queries.proof(number, size)
            for algorithm in ("sha256", "sm3"):
                assert merkle.includes(
                    algorithm,
                    bytes.fromhex(proof.commitment[algorithm]),
                    number - 1,
                    size,
                    [bytes.fromhex(step) for step in proof.path[algorithm]],
                    bytes.fromhex(getattr(proof.checkpoint, algorithm)),
                )
    assert queries.proof(1).as_json()["size"] == 13


def test_an_earlier_checkpoint_is_proved_to_be_the_beginning_of_a_later() -> None:
    for count in (3, 4, 6):
        published(count)
        actions.seal(at=AT)
    for old, new in ((3, 7), (3, 13), (7, 13), (13, 13)):
        proof = queries.consistency(old, new)
        for algorithm in ("sha256", "sm3"):
            steps = [bytes.fromhex(step) for step in proof.path[algorithm]]
            roots = (bytes.fromhex(getattr(seal, algorithm)) for seal in (proof.old, proof.new))
            assert merkle.extends(algorithm, old, new, steps, *roots)
    assert queries.consistency(3).as_json()["new"]["size"] == 13


def test_what_cannot_be_proved_is_refused_in_words() -> None:
    with pytest.raises(queries.NoSuchProof, match="没有大小为 0 的检查点"):
        queries.proof(1)
    published(2)
    actions.seal(at=AT)
    published(1)
    actions.seal(at=AT)
    for asked in (0, -1, 4):
        with pytest.raises(queries.NoSuchProof, match=f"没有第 {asked} 号"):
            queries.proof(asked)
    with pytest.raises(queries.NoSuchProof, match="reaches to number 2; number 3 is not under it"):
        queries.proof(3, 2)
    with pytest.raises(queries.NoSuchProof, match="没有大小为 1 的检查点"):
        queries.consistency(1)
    with pytest.raises(queries.NoSuchProof, match="较早的检查点应在前"):
        queries.consistency(3, 2)


def test_a_checkpoint_is_a_note_signed_by_the_kept_key() -> None:
    published(2)
    seal = actions.seal(at=AT)
    lines = seal.note.split("\n")
    assert lines[:2] == ["greenmine-public-log", "2"]
    assert lines[4:6] == ["at 2026-11-20T08:00:00Z", ""]
    key = queries.public_keys()[0]
    assert key["algorithm"] == "Ed25519"
    assert signing.is_signed(seal.note, {"Ed25519": key["public_key"]})
    assert not signing.is_signed(seal.note.replace("\n2\n", "\n3\n"), {"Ed25519": key["public_key"]})
    assert not signing.is_signed(seal.note, {})


def test_a_key_is_made_once_and_readable_by_its_owner_only(tmp_path) -> None:
    first = signing.ed25519(tmp_path / "keys")
    file = tmp_path / "keys" / signing.ED25519_FILE
    assert file.stat().st_mode & 0o777 == 0o600
    assert signing.ed25519(tmp_path / "keys").public_key() == first.public_key()
    assert [found.name for found in (tmp_path / "keys").iterdir()] == [signing.ED25519_FILE]


def test_where_sm2_is_configured_without_a_module_nothing_is_signed_and_leaves_wait(settings, tmp_path) -> None:
    settings.DATA = tmp_path
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / signing.SM2_FILE).write_text("a key")
    published(2)
    with pytest.raises(signing.CannotSign, match=r"没有安装可用的国密签名模块.*no module that signs with SM2"):
        actions.seal(at=AT)
    assert Waiting.objects.count() == 2
    (tmp_path / "keys" / signing.SM2_FILE).unlink()
    assert actions.seal(at=AT).size == 2


def test_a_withdrawn_statement_loses_salt_and_text_and_the_log_still_holds() -> None:
    leaves = published(3)
    actions.seal(at=AT)
    by_leaf = actions.withdraw(leaves[1].pk, reason="公示期满", on=ON)
    actions.seal(at=AT)
    assert not Content.objects.filter(leaf=leaves[1]).exists()
    assert queries.number_of(by_leaf.pk) == 4
    assert f'"withdraws":"{leaves[1].sha256}"' in by_leaf.content.text
    assert "M00000001" not in "".join(queries.export())
    assert verifying.verify().holds
    assert queries.proof(2).commitment["sha256"] == leaves[1].sha256


def test_a_statement_may_be_withdrawn_before_it_is_sealed() -> None:
    leaf = published()[0]
    actions.withdraw(leaf.pk, reason="有误", on=ON)
    actions.seal(at=AT)
    assert verifying.verify() == verifying.Verification(2, queries.checkpoint().sha256, ())


def test_a_withdrawal_needs_a_reason_a_leaf_and_a_text() -> None:
    leaf = published()[0]
    with pytest.raises(CannotWithdraw, match="须写明理由"):
        actions.withdraw(leaf.pk, reason=" ", on=ON)
    with pytest.raises(CannotWithdraw, match="holds no leaf 999"):
        actions.withdraw(999, reason="信用修复", on=ON)
    actions.withdraw(leaf.pk, reason="信用修复", on=ON)
    with pytest.raises(CannotWithdraw, match="此前已撤下"):
        actions.withdraw(leaf.pk, reason="信用修复", on=ON)
    assert Leaf.objects.count() == 2


DEEDS = [
    "UPDATE publiclog_leaf SET sha256 = 'x'",
    "DELETE FROM publiclog_leaf",
    "UPDATE publiclog_link SET number = number + 10",
    "DELETE FROM publiclog_link",
    "UPDATE publiclog_node SET sm3 = 'x'",
    "DELETE FROM publiclog_node",
    "UPDATE publiclog_seal SET size = 1",
    "DELETE FROM publiclog_seal",
    "UPDATE publiclog_withdrawal SET reason = 'x'",
    "DELETE FROM publiclog_withdrawal",
    "UPDATE publiclog_dispatch SET to_name = 'x'",
    "DELETE FROM publiclog_dispatch",
    "UPDATE publiclog_content SET text = 'x'",
    "DELETE FROM publiclog_content",
    "DELETE FROM publiclog_waiting",
]


@pytest.mark.parametrize("deed", DEEDS)
def test_the_database_refuses_to_change_or_delete_what_stands_in_the_log(deed) -> None:
    leaves = published(3)
    actions.seal(at=AT)
    actions.withdraw(leaves[0].pk, reason="期满", on=ON)
    actions.hand_out(queries.checkpoint(), to=("620000", "甘肃省生态环境厅"), way="message", at=AT)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(deed)
    assert verifying.verify().holds


REPLACEMENTS = [
    "INSERT OR REPLACE INTO publiclog_leaf (id, sha256, sm3) SELECT id, 'x', sm3 FROM publiclog_leaf LIMIT 1",
    "INSERT OR REPLACE INTO publiclog_link (number, leaf_id) SELECT number + 9, leaf_id FROM publiclog_link LIMIT 1",
    "INSERT OR REPLACE INTO publiclog_node (place, sha256, sm3) SELECT place, 'x', 'x' FROM publiclog_node LIMIT 1",
    "INSERT OR REPLACE INTO publiclog_seal SELECT size, 'x', sm3, at, note FROM publiclog_seal LIMIT 1",
    "INSERT OR REPLACE INTO publiclog_content SELECT leaf_id, kind, key, \"on\", salt, 'x' FROM publiclog_content LIMIT 1",
]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite replaces rows by an insert")
@pytest.mark.parametrize("deed", REPLACEMENTS)
def test_an_insert_replaces_nothing_in_the_log_whatever_the_connection_is_set_to(deed) -> None:
    published(3)
    actions.seal(at=AT)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers=OFF")
        try:
            with pytest.raises(DatabaseError, match="never replaced"), transaction.atomic():
                cursor.execute(deed)
        finally:
            cursor.execute("PRAGMA recursive_triggers=ON")
    assert verifying.verify().holds


def test_who_got_a_checkpoint_is_written_once_by_each_way() -> None:
    published()
    seal = actions.seal(at=AT)
    for _ in range(2):
        actions.hand_out(seal, to=("620000", "甘肃省生态环境厅"), way="message", at=AT)
    actions.hand_out(seal, to=("620000", "甘肃省生态环境厅"), way="file", at=AT)
    assert [(one.to_name, one.way, one.seal.size) for one in queries.dispatches()] == [
        ("甘肃省生态环境厅", "file", 1),
        ("甘肃省生态环境厅", "message", 1),
    ]
    assert Dispatch.objects.count() == 2


def tamper(table: str, *statements: str) -> None:
    """As a keeper of the database would: the triggers step aside."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what waits for the end of the transaction forbids ALTER
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            for deed in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER {table}_refuses_{deed}")
        for statement in statements:
            cursor.execute(statement)


@pytest.mark.parametrize(
    ("table", "deed", "found"),
    [
        ("publiclog_content", "UPDATE publiclog_content SET text = 'x'", "does not have this hash"),
        ("publiclog_content", "DELETE FROM publiclog_content", "the text is missing and was not withdrawn"),
        ("publiclog_link", "DELETE FROM publiclog_link WHERE number = 3", "leaves under this checkpoint are gone"),
        ("publiclog_link", "DELETE FROM publiclog_link WHERE number = 2", "the numbers are not without gaps"),
        ("publiclog_link", "DELETE FROM publiclog_link WHERE number = 3", "neither linked nor waiting"),
        ("publiclog_node", "UPDATE publiclog_node SET sm3 = sha256", "a node of the tree differs"),
        ("publiclog_seal", "UPDATE publiclog_seal SET sha256 = sm3", "the root of this checkpoint differs"),
        ("publiclog_seal", "UPDATE publiclog_seal SET note = REPLACE(note, '3', '4')", "the signature"),
    ],
)
def test_what_is_changed_behind_the_triggers_is_found(table, deed, found) -> None:
    published(3)
    actions.seal(at=AT)
    tamper(table, deed)
    assert any(found in wrong for _, wrong in verifying.verify().broken)


@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_number_each_leaf_once() -> None:
    published(40)

    def run() -> None:
        try:
            with contextlib.suppress(OperationalError):  # the database was busy: the next second tries again
                tasks.seal()
        finally:
            connection.close()

    both = [threading.Thread(target=run) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    tasks.seal()
    assert list(Link.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 41))
    assert verifying.verify().holds
    assert Node.objects.count() == 20 + 10 + 5 + 2 + 1
