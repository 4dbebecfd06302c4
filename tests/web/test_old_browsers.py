"""The check that nothing shipped is newer than Chromium 92 sees what it is there to see."""

from __future__ import annotations

import pytest

from greenmine.config import old_browsers


@pytest.mark.parametrize(
    ("place", "content", "said"),
    [
        ("web/static/a.css", "a { color: color-mix(in srgb, red, blue); }", "color-mix()"),
        ("web/static/a.css", ".card { & a { color: red } }", "nesting"),
        ("web/static/a.css", "p:has(a) { color: red }", ":has()"),
        ("web/static/a.css", "main { height: 100dvh }", "dvh"),
        ("web/static/a.js", "const last = rows.at(-1);", "Array.at"),
        ("web/static/a.js", "const copy = structuredClone(row);", "structuredClone"),
        ("web/desk/templates/a.html", "<script>alert(1)</script>", "页面内脚本"),
        ("web/desk/templates/a.html", '<button onclick="go()">', "页面内脚本"),
        ("web/desk/templates/a.html", '<p style="color: red">', "内联样式"),
        ("web/desk/templates/a.html", '<img src="https://elsewhere.example/a.png">', "从外部加载"),
    ],
)
def test_what_is_newer_or_comes_from_outside_is_told(tmp_path, monkeypatch, place, content, said) -> None:
    file = tmp_path / "greenmine" / place
    file.parent.mkdir(parents=True)
    file.write_text(content, encoding="utf-8")
    monkeypatch.setattr(old_browsers, "HERE", tmp_path)
    (told,) = old_browsers.problems()
    assert said in told
    assert file.name in told
