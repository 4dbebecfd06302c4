"""What the pages load is what was vendored, whole and unchanged, and nothing newer than Chromium 92."""

from __future__ import annotations

import hashlib
import json
import re

from greenmine.config import old_browsers
from greenmine.config.environment import HERE

VENDOR = HERE / "greenmine" / "web" / "static" / "vendor"


def test_every_vendored_file_has_the_hash_of_the_manifest() -> None:
    listed = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))["sha256"]
    found = {
        str(file.relative_to(VENDOR)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in VENDOR.rglob("*")
        if file.is_file() and file.name != "manifest.json"
    }
    assert found == listed


def test_every_library_carries_its_licence() -> None:
    assert [folder.name for folder in VENDOR.iterdir() if folder.is_dir() and not (folder / "LICENSE").exists()] == []


def test_nothing_shipped_is_newer_than_the_oldest_browser() -> None:
    assert list(old_browsers.problems()) == []


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (VENDOR / "icons" / "sprite.svg").read_text(encoding="utf-8")))
    used = set()
    for file in (HERE / "greenmine").rglob("*.html"):
        used |= set(re.findall(r'\{% icon "([^"]+)"', file.read_text(encoding="utf-8")))
    matrix = (HERE / "greenmine" / "accounts" / "matrix.yaml").read_text(encoding="utf-8")
    used |= set(re.findall(r"icon: ([a-z0-9-]+)", matrix))
    assert used - sprite == set()


def test_the_locked_packages_name_no_download_address() -> None:
    assert '"resolved"' not in (HERE / "frontend" / "package-lock.json").read_text(encoding="utf-8")
