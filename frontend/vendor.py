"""Copy what the pages load from node_modules into greenmine/web/static/vendor, without source maps, and list its hashes.

    cd frontend && npm ci --ignore-scripts && python3 vendor.py

The result is committed, so neither installing nor running GreenMine needs Node.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path

HERE = Path(__file__).resolve().parent
FROM = HERE / "node_modules"
TO = HERE.parent / "greenmine" / "web" / "static" / "vendor"
FILES = {
    "tabler/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "tabler/LICENSE": "@tabler/core/LICENSE",
    "htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx/LICENSE": "htmx.org/LICENSE",
    "alpine/alpine-csp.min.js": "@alpinejs/csp/dist/cdn.min.js",
    "echarts/echarts.min.js": "echarts/dist/echarts.min.js",
    "echarts/LICENSE": "echarts/LICENSE",
    "echarts/NOTICE": "echarts/NOTICE",
    "icons/LICENSE": "@tabler/icons/LICENSE",
}
SOURCE_MAP = re.compile(rb"\n?(//[#@] sourceMappingURL=[^\n]*|/\*# sourceMappingURL=[^*]*\*/)\s*$")
# Chromium 92 does not know :has(); the kit uses it once, for an underline.
TOO_NEW = re.compile(rb"[^{}]*:has\([^{}]*\{[^{}]*\}")
SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
ALPINE_LICENCE = (
    "MIT License. Copyright © 2019-2026 Caleb Porzio and contributors. https://github.com/alpinejs/alpine\n"
)


def sprite() -> str:
    """One file with a symbol for each icon of icons.txt."""
    symbols = []
    for name in (HERE / "icons.txt").read_text(encoding="utf-8").split():
        drawn = (FROM / f"@tabler/icons/icons/outline/{name}.svg").read_text(encoding="utf-8")
        found = SHAPES.search(drawn)
        if found is None:
            raise SystemExit(f"{name}: no shapes")
        shapes = re.sub(r"\s*\n\s*", "", found.group(1))
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
            f'stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>'
        )
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def main() -> None:
    """Build the vendor folder anew."""
    shutil.rmtree(TO, ignore_errors=True)
    for target, source in FILES.items():
        (TO / target).parent.mkdir(parents=True, exist_ok=True)
        content = (FROM / source).read_bytes()
        if target.endswith((".css", ".js")):
            content = SOURCE_MAP.sub(b"\n", content)
        if target.endswith(".css"):
            content = TOO_NEW.sub(b"", content)
        (TO / target).write_bytes(content)
    (TO / "icons" / "sprite.svg").write_text(sprite(), encoding="utf-8")
    (TO / "alpine" / "LICENSE").write_text(ALPINE_LICENCE, encoding="utf-8")
    versions = json.loads((HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    hashes = {
        str(file.relative_to(TO)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(TO.rglob("*"))
        if file.is_file()
    }
    manifest = {"versions": versions, "sha256": hashes}
    (TO / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
