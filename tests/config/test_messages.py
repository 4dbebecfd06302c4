"""Catalogues: what is found, read, written and compiled is the same."""

from __future__ import annotations

import gettext
import io

from greenmine.config import messages


def test_messages_of_programs_are_found() -> None:
    source = 'x = _("你好"); ngettext("%d 座", "%d 座矿山", n); other("不是")'
    assert list(messages._calls(source)) == [("你好", None), ("%d 座", "%d 座矿山")]


def test_messages_of_templates_are_found(tmp_path) -> None:
    file = tmp_path / "x.html"
    file.write_text(
        '{% load i18n %}{% translate "你好" %}{% trans "退出" as bye %}{% include "e.html" with text=_("没有待办。") %}'
        "{% blocktranslate count n=n %}{{ n }} 项{% plural %}{{ n }} 项们{% endblocktranslate %}{% blocktrans %}长（句）{% endblocktrans %}",
        encoding="utf-8",
    )
    assert set(messages._in_template(file)) == {
        ("你好", None), ("退出", None), ("没有待办。", None), ("%(n)s 项", "%(n)s 项们"), ("长（句）", None),
    }  # fmt: skip


def test_a_catalogue_survives_writing_and_reading() -> None:
    entries = {("说“是”\n", None): ['say "yes"\n'], ("%(n)s 项", "%(n)s 项"): ["%(n)s item", "%(n)s items"]}
    assert messages.read_catalogue(messages.write_catalogue(entries, {})) == entries


def test_the_compiled_catalogue_is_what_gettext_reads() -> None:
    entries = {("你好", None): ["hello"], ("%(n)s 项", "%(n)s 项"): ["%(n)s item", "%(n)s items"], ("缺", None): [""]}
    found = gettext.GNUTranslations(io.BytesIO(messages.compiled(entries)))
    assert found.gettext("你好") == "hello"
    assert found.ngettext("%(n)s 项", "%(n)s 项", 2) == "%(n)s items"
    assert found.gettext("缺") == "缺"


def test_every_message_has_its_english_and_the_compiled_catalogue_is_current() -> None:
    assert list(messages.problems()) == []


def test_a_guessed_translation_is_named() -> None:
    text = 'msgid "你好"\nmsgstr "hello"\n\n#, fuzzy, python-format\nmsgid "再见"\nmsgstr "hello"\n'
    assert list(messages.fuzzy(text)) == ['"再见"']


def test_a_placeholder_missing_in_english_is_named() -> None:
    assert messages.misfits(("共 %(n)s 座", None), ["%(n)s mines"]) == []
    assert messages.misfits(("共 %(n)s 座", None), ["%(m)s mines"]) == ["%(m)s", "%(n)s"]
    assert messages.misfits(("%(n)s 项", "%(n)s 项"), ["one item", "%(n)s items"]) == ["%(n)s"]


def test_chinese_outside_a_translation_is_named_with_its_line(tmp_path) -> None:
    file = tmp_path / "x.html"
    file.write_text(
        '{# 注释 #}{% trans "你好" %} GreenMine 绿矿\n{% blocktrans %}多\n行{% endblocktrans %}\n'
        '{% include "e.html" with text=_("没有") %}<b>忘了</b>（{{ n }}、{{ names|join:"、" }}',
        encoding="utf-8",
    )
    assert list(messages.bare_chinese(file)) == [f"{file}:4: 未经翻译 · not translated: 忘了"] + [
        f"{file}:4: 标点未经翻译 · not translated: {sign}" for sign in "（、"
    ]
