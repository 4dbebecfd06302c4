"""Nothing newer than Chromium 92 in any style sheet or script we ship: offices use browsers of that age."""

from __future__ import annotations

import re
from collections.abc import Iterator

from greenmine.config.environment import HERE

TOO_NEW = {
    ".css": {
        r"oklch\(": "oklch()", r"color-mix\(": "color-mix()", r":has\(": ":has()", r"@container\b": "@container",
        r"@layer\b": "@layer", r"\b\d+(dvh|svh|lvh)\b": "dvh/svh/lvh", r"(^|[{;])\s*&": "nesting", r"@property\b": "@property",
        r"text-wrap\s*:": "text-wrap", r"\blight-dark\(": "light-dark()",
    },
    ".js": {
        r"\.at\(\s*-": "Array.at", r"structuredClone\(": "structuredClone", r"Object\.hasOwn\(": "Object.hasOwn",
        r"\.findLast(Index)?\(": "findLast", r"\.toSorted\(": "toSorted", r"Object\.groupBy\(": "Object.groupBy",
        r"\bstatic\s*\{": "static blocks",
    },
}  # fmt: skip
# Libraries feature-detect what they use; their behaviour in Chromium 92 was tried as a whole.
LIBRARIES = {
    "vendor/echarts/echarts.min.js",
    "vendor/alpine/alpine-csp.min.js",
    "vendor/tabler/tabler.min.js",
    "vendor/htmx/htmx.min.js",
}


def problems() -> Iterator[str]:
    """File and feature, one line each."""
    root = HERE / "greenmine" / "web" / "static"
    for file in sorted(root.rglob("*")):
        name = str(file.relative_to(root))
        for pattern, feature in TOO_NEW.get(file.suffix, {}).items():
            if name not in LIBRARIES and re.search(pattern, file.read_text(encoding="utf-8"), re.MULTILINE):
                yield f"{name}: {feature} 比 Chromium 92 新 · is newer than Chromium 92"
    for file in sorted((HERE / "greenmine").rglob("*.html")):
        text = file.read_text(encoding="utf-8")
        if re.search(r"<script(?![^>]*\bsrc=)[^>]*>", text) or re.search(r"\son[a-z]+=\"", text):
            yield f"{file.relative_to(HERE)}: 页面内脚本会被安全策略拦截 · inline script is blocked by the security policy"
        if re.search(r"\sstyle=\"", text):
            yield f"{file.relative_to(HERE)}: 内联样式会被安全策略拦截 · inline style is blocked by the security policy"
        if re.search(r"(src|href)=\"(https?:)?//", text):
            yield f"{file.relative_to(HERE)}: 页面从外部加载 · loads something from outside"
