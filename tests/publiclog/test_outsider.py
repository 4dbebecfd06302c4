"""An outsider with the script of the documentation, an exported file and a checkpoint kept elsewhere finds every tampering."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from greenmine.config.environment import HERE
from greenmine.publiclog import actions, queries
from greenmine.publiclog.statements import commitments

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
SCRIPT = HERE / "docs" / "verify_public_log.py"


def run(folder: Path, *more: str) -> tuple[int, str]:
    """The script as an outsider runs it: outside the repository, without our packages unless a key is checked."""
    isolated = [] if "--key" in more else ["-I", "-S"]
    command = [sys.executable, *isolated, str(SCRIPT), "log.ndjson", "checkpoint.txt", *more]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env={"PYTHONUTF8": "1"})
    return done.returncode, done.stdout + done.stderr


def write(folder: Path, lines: list[dict]) -> None:
    (folder / "log.ndjson").write_text(
        "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8"
    )


@pytest.fixture
def copy(tmp_path: Path) -> tuple[Path, list[dict]]:
    """A log of nine leaves, one of them withdrawn, under a checkpoint of seven kept elsewhere; two leaves came later."""
    leaves = [actions.append("entry", f"M{n:08d}", {"mine": f"矿山{n}"}, on=ON) for n in range(6)]
    actions.seal(at=AT)
    actions.withdraw(leaves[2].pk, reason="信用修复", on=ON)
    kept = actions.seal(at=AT)
    for n in (7, 8):
        actions.append("removal", f"M{n:08d}", {"mine": f"矿山{n}"}, on=ON)
    actions.seal(at=AT)
    lines = [json.loads(line) for line in queries.export()]
    assert [line["number"] for line in lines if "text" not in line] == [3]
    (tmp_path / "checkpoint.txt").write_text(kept.note, encoding="utf-8")
    write(tmp_path, lines)
    return tmp_path, lines


def rehashed(line: dict, text: str) -> dict:
    """As somebody would who knows how the hashes are made."""
    return {**line, "text": text, **commitments(line["salt"], text)}


def renumbered(lines: list[dict]) -> list[dict]:
    return [{**line, "number": number} for number, line in enumerate(lines, 1)]


def altered(lines: list[dict]) -> list[dict]:
    return [{**line, "text": line["text"].replace("矿山1", "矿山9")} if line["number"] == 2 else line for line in lines]


def altered_and_rehashed(lines: list[dict]) -> list[dict]:
    return [rehashed(line, line["text"].replace("矿山1", "矿山9")) if line["number"] == 2 else line for line in lines]


def dropped(lines: list[dict]) -> list[dict]:
    return lines[:4] + lines[5:]


def dropped_and_renumbered(lines: list[dict]) -> list[dict]:
    return renumbered(dropped(lines))


def reordered(lines: list[dict]) -> list[dict]:
    return renumbered([lines[1], lines[0], *lines[2:]])


def inserted(lines: list[dict]) -> list[dict]:
    return renumbered([lines[0], rehashed(lines[0], lines[0]["text"].replace("矿山0", "矿山X")), *lines[1:]])


def truncated(lines: list[dict]) -> list[dict]:
    return lines[:6]


def emptied(lines: list[dict]) -> list[dict]:
    return []


def text_lost(lines: list[dict]) -> list[dict]:
    return [
        {k: v for k, v in line.items() if k not in ("text", "salt")} if line["number"] == 5 else line for line in lines
    ]


def other_hash_without_text(lines: list[dict]) -> list[dict]:
    return [{**line, "sha256": "0" * 64} if line["number"] == 3 else line for line in lines]


def only_the_second_algorithm(lines: list[dict]) -> list[dict]:
    return [{**line, "sm3": "0" * 64} if line["number"] == 3 else line for line in lines]


def test_an_untouched_file_holds_also_with_leaves_that_came_after_the_checkpoint(copy) -> None:
    folder, _ = copy
    code, said = run(folder)
    assert (code, said) == (0, "holds: 9 leaves, 1 checkpoint(s), sha256, sm3\n")


@pytest.mark.parametrize(
    ("deed", "found"),
    [
        (altered, "number 2: the text does not have the hash"),
        (altered_and_rehashed, "do not have the sha256 root"),
        (dropped, "line 5 carries the number 6"),
        (dropped_and_renumbered, "do not have the sha256 root"),
        (reordered, "do not have the sm3 root"),
        (inserted, "do not have the sha256 root"),
        (truncated, "truncated, 6 of 7 leaves"),
        (emptied, "truncated, 0 of 7 leaves"),
        (text_lost, "number 5: no text and no withdrawal"),
        (other_hash_without_text, "do not have the sha256 root"),
        (only_the_second_algorithm, "do not have the sm3 root"),
    ],
    ids=lambda given: getattr(given, "__name__", ""),
)
def test_every_tampering_is_found(copy, deed, found) -> None:
    folder, lines = copy
    write(folder, deed(lines))
    code, said = run(folder)
    assert code == 1
    assert found in said


def test_a_file_that_is_no_log_does_not_hold(copy) -> None:
    folder, _ = copy
    (folder / "log.ndjson").write_text("{}\n", encoding="utf-8")
    assert run(folder)[0] == 1
    (folder / "log.ndjson").write_text("not json\n", encoding="utf-8")
    code, said = run(folder)
    assert code == 1
    assert said.startswith("cannot be read")


def test_with_the_key_a_checkpoint_somebody_else_made_is_found(copy) -> None:
    folder, _ = copy
    key = queries.public_keys()[0]["public_key"]
    assert run(folder, "--key", key)[0] == 0
    note = (folder / "checkpoint.txt").read_text(encoding="utf-8")
    (folder / "checkpoint.txt").write_text(note.replace("at 2026", "at 2025"), encoding="utf-8")
    code, said = run(folder, "--key", key)
    assert code == 1
    assert "InvalidSignature" in said


def test_without_a_checkpoint_the_script_says_that_nothing_can_be_shown(copy) -> None:
    folder, _ = copy
    command = [sys.executable, str(SCRIPT), "log.ndjson"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "kept elsewhere" in done.stderr


def test_the_script_is_short_and_needs_the_standard_library_only() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    lines = [line for line in text.split('"""')[2].splitlines() if line.strip()]
    assert len(lines) <= 70
    imports = [line.strip() for line in lines if line.strip().startswith(("import ", "from "))]
    assert imports == [
        "import base64",
        "import hashlib",
        "import json",
        "import sys",
        "from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey",
    ]
