"""`./run verify`: looks at a data folder of its own, exports for outsiders, and says that it is a convenience."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from greenmine.config.environment import HERE

PREPARE = """
from datetime import date
from greenmine.config import starting
from pathlib import Path
import sys
starting.prepare_folder(Path(sys.argv[1])); starting.set_up(); starting.migrate()
from greenmine.publiclog import actions
actions.append("entry", "M00000001", {"mine": "青山煤矿"}, on=date(2026, 11, 20))
"""
TAMPER = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1] + "/greenmine.sqlite3")
db.execute("DROP TRIGGER publiclog_content_refuses_update")
db.execute("UPDATE publiclog_content SET text = 'x'")
db.commit()
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key != "GREENMINE_DATABASE_URL"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=HERE, capture_output=True, text=True, check=False, env=environment
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("house") / "data"
    done = run("-c", PREPARE, str(folder))
    assert done.returncode == 0, done.stderr
    return folder


def test_it_seals_looks_exports_and_says_what_it_is_worth(house, tmp_path) -> None:
    done = run("-m", "greenmine", "verify", "--data", str(house), "--export", str(tmp_path), "--to", "甘肃日报")
    assert done.returncode == 0, done.stderr
    assert "1 条 · leaves" in done.stdout
    assert "for convenience" in done.stdout
    assert sorted(file.name for file in tmp_path.iterdir()) == ["checkpoint.txt", "key.txt", "log.ndjson"]
    script = HERE / "docs" / "verify_public_log.py"
    key = (tmp_path / "key.txt").read_text().split()[1]
    outside = run(str(script), str(tmp_path / "log.ndjson"), str(tmp_path / "checkpoint.txt"), "--key", key)
    assert outside.stdout.startswith("holds: 1 leaves")


def test_it_finds_what_was_changed_in_the_database(house) -> None:
    assert run("-c", TAMPER, str(house)).returncode == 0
    done = run("-m", "greenmine", "verify", "--data", str(house))
    assert done.returncode == 1
    assert "the text does not have this hash" in done.stdout


def test_where_there_is_nothing_to_look_at_it_says_so(tmp_path) -> None:
    done = run("-m", "greenmine", "verify", "--data", str(tmp_path / "none"))
    assert (done.returncode, "没有数据目录" in done.stderr) == (2, True)
    empty = tmp_path / "empty"
    empty.mkdir()
    done = run("-m", "greenmine", "verify", "--data", str(empty))
    assert (done.returncode, "读不了数据库" in done.stderr) == (2, True)
    assert run("-m", "greenmine", "verify", "--to", "某厅").returncode == 2
