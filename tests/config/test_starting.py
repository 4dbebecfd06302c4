"""Starting: what is refused, in which words; one process group on one folder; the schedule."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import pytest

from greenmine.__main__ import COMMANDS, main
from greenmine.config import environment, keys, starting
from greenmine.config.commands import serve
from greenmine.config.environment import HERE, BadEnvironment

KEYED = {"GREENMINE_SECRET_KEY": "k", "GREENMINE_DEBUG": "0", "GREENMINE_DEMO": "0"}


def asked(**changes) -> argparse.Namespace:
    return argparse.Namespace(
        **{"host": "127.0.0.1", "tls_certificate": "", "tls_key": "", "behind_proxy": False, **changes}
    )


@pytest.mark.parametrize(
    ("variables", "changes", "sentence"),
    [
        ({"GREENMINE_DEBUG": "1"}, {}, "GREENMINE_DEBUG=1 时不能正式运行"),
        ({"GREENMINE_DEMO": "1"}, {}, "GREENMINE_DEMO=1 时不能正式运行"),
        ({"GREENMINE_SECRET_KEY": ""}, {}, "缺少密钥"),
        ({}, {"host": "0.0.0.0"}, "对外服务必须使用 https"),
        ({}, {"host": "10.1.2.3", "tls_certificate": "c"}, "对外服务必须使用 https"),
    ],
)
def test_serve_refuses_what_is_only_good_for_a_demonstration(
    monkeypatch, tmp_path, variables, changes, sentence
) -> None:
    for name, value in {**KEYED, **variables}.items():
        monkeypatch.setenv(name, value)
    assert sentence in (serve.refusal(asked(**changes), tmp_path) or "")


@pytest.mark.parametrize("changes", [{}, {"host": "::1"}, {"host": "0.0.0.0", "behind_proxy": True},
                                     {"host": "10.1.2.3", "tls_certificate": "c", "tls_key": "k"}])  # fmt: skip
def test_serve_accepts_loopback_or_https(monkeypatch, tmp_path, changes) -> None:
    for name, value in KEYED.items():
        monkeypatch.setenv(name, value)
    assert serve.refusal(asked(**changes), tmp_path) is None


def test_two_process_groups_do_not_share_a_folder(tmp_path) -> None:
    held = starting.hold_folder(tmp_path)
    with pytest.raises(starting.FolderInUse, match="正在被另一个进程使用"):
        starting.hold_folder(tmp_path)
    held.close()
    starting.hold_folder(tmp_path).close()


def test_a_key_is_made_once_and_only_its_owner_reads_it(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("GREENMINE_SECRET_KEY", "")
    made = keys.make_key(tmp_path)
    assert keys.make_key(tmp_path) == made
    assert keys.key_file(tmp_path).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "value"),
    [("GREENMINE_DEBUG", "yes"), ("GREENMINE_UPLOAD_MB", "0"), ("GREENMINE_DATABASE_URL", "mysql://a/b"),
     ("GREENMINE_DATABASE_URL", "postgres://host")],
)  # fmt: skip
def test_a_bad_variable_stops_the_start_with_a_sentence(monkeypatch, name, value) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadEnvironment, match=name):
        environment.read(name)


def test_a_database_address_is_read_whole(monkeypatch) -> None:
    monkeypatch.setenv("GREENMINE_DATABASE_URL", "postgres://u%40x:p@db:6543/mines?sslmode=require")
    found = environment.read("GREENMINE_DATABASE_URL")
    assert (found["USER"], found["HOST"], found["PORT"], found["NAME"], found["OPTIONS"]) == (
        "u@x", "db", "6543", "mines", {"sslmode": "require"},
    )  # fmt: skip


def test_a_command_that_does_not_exist_gets_the_list(capsys) -> None:
    assert main(["fly"]) == 2
    assert "没有命令“fly”" in capsys.readouterr().err


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_help(command) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "greenmine", command, "--help"], cwd=HERE, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "usage" in done.stdout


def test_the_lock_files_name_no_index() -> None:
    for lock in Path(HERE).glob("requirements*.lock"):
        text = lock.read_text(encoding="utf-8")
        assert "--index" not in text
        assert "://" not in text


def test_a_scheduled_task_that_fails_does_not_stop_the_others(tmp_path) -> None:
    from greenmine.config.schedule import DAY, Clock, Tick

    ran = []

    def fails() -> None:
        raise RuntimeError

    def often() -> None:
        ran.append("often")

    def daily() -> None:
        ran.append("daily")

    clock = Clock(tmp_path / "schedule.json", (Tick(fails, 1), Tick(often, 10), Tick(daily, DAY)))
    clock.run_due(moment=100.0, day="2026-11-20")
    clock.run_due(moment=105.0, day="2026-11-20")
    again = Clock(tmp_path / "schedule.json", clock.schedule)
    again.run_due(moment=111.0, day="2026-11-20")
    again.run_due(moment=112.0, day="2026-11-21")
    assert ran == ["often", "daily", "often", "daily"]


def test_the_lock_files_hold_every_wheel_and_not_only_one_machines() -> None:
    """A lock made from a folder of wheels knows one file of each package, and installs on one Python only."""
    for lock in Path(HERE).glob("requirements*.lock"):
        blocks = lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
        hashes = {block.split("==")[0]: block.count("sha256:") for block in blocks if "==" in block}
        compiled = {name for name in hashes if name in {"cffi", "cryptography", "numpy", "pyyaml", "shapely", "pillow"}}
        assert compiled
        assert {name: hashes[name] for name in compiled if hashes[name] < 20} == {}, lock.name


class Refused:
    """A worker whose database answers with a sentence."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    def run(self) -> None:
        from django.db import OperationalError

        raise OperationalError(self.sentence)


@pytest.mark.django_db
def test_a_worker_waits_where_another_writer_keeps_the_database_and_ends_on_anything_else() -> None:
    from django.db import OperationalError

    from greenmine.config.worker import worked

    assert not worked(Refused("database is locked"))
    with pytest.raises(OperationalError, match="no such table"):
        worked(Refused("no such table: tasks"))


def test_every_clock_of_the_worker_is_one_whose_problems_the_operator_sees() -> None:
    from greenmine.config.schedule import CLOCKS
    from greenmine.web.operator import wellbeing

    assert tuple(CLOCKS) == wellbeing.CLOCKS
    names = [tick.name for clock in CLOCKS.values() for tick in clock]
    assert len(names) == len(set(names))
