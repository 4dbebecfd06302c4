"""Open data: the files of a day, whole or not at all, with hashes that stand in the public log."""

from __future__ import annotations

import csv
import hashlib
import json
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest

from greenmine.config.environment import HERE
from greenmine.directory.published import proofs_open, writing
from greenmine.publiclog import queries
from greenmine.publiclog import tasks as publiclog
from tests.conftest import TODAY
from tests.publiclog.publishing import notice, publish, standing, state_entry

AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def law(db, settings, tmp_path):
    from greenmine.editions import queries as editions
    from greenmine.evaluation import actions as evaluation

    settings.DATA = tmp_path
    return evaluation.activate_edition(editions.candidate_text(), by="首次启用人", on=date(2026, 1, 5))


@pytest.fixture
def day():
    publish()
    publish("M00000002", standing("provincial", "removed"), name="=1+1 煤矿", longitude=None, latitude=None)
    notice("GS-2026-0001", "M00000003")
    gone = state_entry()
    state_entry("M00000002", "removal")
    publiclog.seal()
    writing.withdraw(gone.number, {"zh": "信用修复", "en": "repaired"}, TODAY)
    publiclog.seal()
    return proofs_open.write_day(on=TODAY, at=AT)


def test_a_day_has_every_file_with_its_hash_and_the_log_knows_them(day) -> None:
    manifest = proofs_open.kept()[0]
    assert {one["name"]: one["rows"] for one in manifest["files"]} == {
        "checkpoint.txt": None, "log.ndjson": 4, "mines.csv": 2, "mines.json": 2, "notices.json": 1, "statements.json": 3,
        "status-list.json": None,
    }  # fmt: skip
    for one in manifest["files"]:
        content = (day / one["name"]).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (one["sha256"], one["bytes"])
    publiclog.seal()
    leaf = list(queries.leaves())[-1].leaf
    assert leaf.sha256 == manifest["sha256_in_log"]
    stated = json.loads(leaf.content.text)["statement"]["files"]
    assert [{**one, "kept": True} for one in stated] == manifest["files"]


def test_the_table_opens_in_a_spreadsheet_and_runs_nothing_there(day) -> None:
    text = (day / "mines.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(text.decode("utf-8-sig").splitlines()))
    assert rows[0][:2] == ["key", "name"]
    assert rows[1][:2] == ["矿山编号", "矿山名称"]
    assert [row[1] for row in rows[2:]] == ["青山煤矿", "'=1+1 煤矿"]


def test_the_json_files_hold_what_is_published_and_nothing_that_was_withdrawn(day) -> None:
    mines = json.loads((day / "mines.json").read_text(encoding="utf-8"))
    assert [(one["key"], one["standing"]) for one in mines["mines"]] == [
        ("M00000001", "listed"), ("M00000002", "removed"),
    ]  # fmt: skip
    statements = json.loads((day / "statements.json").read_text(encoding="utf-8"))["statements"]
    assert [(one["log_number"], one["withdrawn_on"], bool(one["body"])) for one in statements] == [
        (1, None, True), (2, "2026-11-20", False), (3, None, True),
    ]  # fmt: skip
    assert (
        json.loads((day / "notices.json").read_text(encoding="utf-8"))["notices"][0]["mines"][0]["key"] == "M00000003"
    )


def test_the_log_of_a_day_holds_under_its_checkpoint(day) -> None:
    command = [sys.executable, "-I", str(HERE / "docs" / "verify_public_log.py"), "log.ndjson", "checkpoint.txt"]
    done = subprocess.run(command, cwd=day, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("holds: 4 leaves, 1 checkpoint(s)")


def test_texts_stay_in_the_files_of_the_newest_day_only_and_go_at_once_when_one_is_withdrawn(day) -> None:
    assert proofs_open.forget_withdrawn(on=TODAY) == 0
    assert proofs_open.forget_withdrawn(on=date(2026, 11, 21)) == 2
    kept = {one["name"]: one["kept"] for one in proofs_open.kept()[0]["files"]}
    assert [name for name, is_kept in kept.items() if not is_kept] == ["log.ndjson", "statements.json"]
    later = proofs_open.write_day(on=date(2026, 11, 21))
    text = json.loads((later / "statements.json").read_text(encoding="utf-8"))["statements"][2]
    writing.withdraw(text["number"], {"zh": "期满", "en": "term over"}, date(2026, 11, 21))
    assert proofs_open.forget_withdrawn(on=date(2026, 11, 21)) == 2
    assert not (later / "statements.json").exists()
    assert (later / "mines.csv").exists()


def test_a_day_is_written_once(day) -> None:
    before = (day / "manifest.json").read_bytes()
    publish("M00000009", name="后来的矿")
    assert proofs_open.write_day(on=TODAY, at=AT) == day
    assert (day / "manifest.json").read_bytes() == before


def test_a_day_that_broke_off_is_made_anew(settings) -> None:
    broken = proofs_open.folder() / "2026-11-20.new"
    broken.mkdir(parents=True)
    (broken / "rubbish").write_text("x")
    day = proofs_open.write_day(on=TODAY, at=AT)
    assert not broken.exists()
    assert "rubbish" not in [one.name for one in day.iterdir()]


def test_old_days_go_after_their_term_and_not_before(day) -> None:
    assert proofs_open.forget_old(on=date(2027, 12, 25)) == 0
    assert proofs_open.forget_old(on=date(2027, 12, 26)) == 1
    assert proofs_open.kept() == []


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("2026-11-20", "../../keys/publiclog_ed25519.pem"),
        ("../..", "keys"),
        ("2026-11-19", "mines.csv"),
        ("x", "mines.csv"),
        ("2026-11-20", ""),
    ],
)
def test_only_kept_files_are_found_by_their_name(day, asked, name) -> None:
    assert proofs_open.file_of(asked, name) is None
    assert proofs_open.file_of("2026-11-20", "mines.csv") == day / "mines.csv"
