"""Translations: Chinese is the source, English must be complete. Finds the strings, reads and compiles the catalogue.

Needs no gettext programs: `python -m greenmine.config.messages` renews locale/en and its compiled form.
"""

from __future__ import annotations

import ast
import re
import struct
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

from greenmine.config.environment import HERE

CATALOGUE = HERE / "locale" / "en" / "LC_MESSAGES" / "django.po"
COMPILED = CATALOGUE.with_suffix(".mo")
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL_CALLS = {"ngettext", "ngettext_lazy"}
HEADER = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\nLanguage: en\n"
MO_MAGIC = 0x950412DE
TRANSLATED = re.compile(
    r"{#.*?#}|{% *blocktrans(?:late)?\b.*?{% *endblocktrans\w* *%}|{% *trans(?:late)?\b.*?%}|\b_\((?:\"[^\"]*\"|'[^']*')\)",
    re.DOTALL,
)
CHINESE = re.compile("[\u4e00-\u9fff]+")
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
FULL_WIDTH = re.compile("[，。；：、（）]")
AS_THEY_ARE = {"绿矿", "中文"}  # the product's name; the way back for those who cannot read the English page
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
Message = tuple[str, str | None]


def used() -> dict[Message, str]:
    """Every message of programs and templates → the first place that uses it. (singular, plural or None)."""
    found: dict[Message, str] = {}
    for file in sorted((HERE / "greenmine").rglob("*.py")):
        _add(found, _calls(file.read_text(encoding="utf-8")), file)
    for file in templates():
        _add(found, _in_template(file), file)
    return found


def templates() -> list[Path]:
    """Every template of the desks."""
    return sorted((HERE / "greenmine").rglob("*.html"))


def bare_chinese(file: Path) -> Iterator[str]:
    """Chinese words and signs of a template that no translation covers: they would stand on the English page."""
    text = TRANSLATED.sub(lambda found: "\n" * found.group().count("\n"), file.read_text(encoding="utf-8"))
    for number, line in enumerate(text.splitlines(), 1):
        for words in CHINESE.findall(line):
            if words not in AS_THEY_ARE:
                yield f"{file}:{number}: 未经翻译 · not translated: {words}"
        for sign in FULL_WIDTH.findall(TAG.sub("", line)):
            yield f"{file}:{number}: 标点未经翻译 · not translated: {sign}"


def _add(found: dict[Message, str], messages: Iterator[Message], file: Path) -> None:
    for message in messages:
        found.setdefault(message, str(file.relative_to(HERE)))


def _calls(source: str) -> Iterator[Message]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
        strings = [text for text in texts if isinstance(text, str)]
        if name in CALLS and strings:
            yield strings[0], None
        elif name in PLURAL_CALLS and len(strings) > 1:
            yield strings[0], strings[1]


def _in_template(file: Path) -> Iterator[Message]:
    """Django turns a template into something like a program; only the calls in it are read."""
    source = templatize(file.read_text(encoding="utf-8"), origin=str(file))
    for start in _starts(source):
        yield from _calls_at(source, start)


def _starts(source: str) -> Iterator[int]:
    position = 0
    while True:
        hits = [hit for call in ("gettext(", "_(") if (hit := source.find(call, position)) >= 0]
        if not hits:
            return
        hit = min(hits)
        start = hit - 1 if source[max(0, hit - 1) : hit] == "n" else hit
        yield start
        position = hit + 2


def _calls_at(source: str, start: int) -> Iterator[Message]:
    """The call that begins here, up to the first closing bracket that makes it a whole expression."""
    end = source.find(")", start)
    while end >= 0 and end - start < 4000:  # noqa: PLR2004 -- no message is longer
        try:
            yield from _calls(source[start : end + 1])
        except SyntaxError:
            end = source.find(")", end + 1)
        else:
            return


def read_catalogue(text: str) -> dict[Message, list[str]]:
    """The translations of a .po file: (singular, plural or None) → its forms."""
    entries: dict[Message, list[str]] = {}
    fields: dict[str, str] = {}
    current = ""
    for line in [*text.splitlines(), ""]:
        stripped = line.strip()
        if stripped.startswith("msg"):
            current, _, quoted = stripped.partition(" ")
            fields[current] = ast.literal_eval(quoted)
        elif stripped.startswith('"'):
            fields[current] += ast.literal_eval(stripped)
        elif not stripped and fields:
            forms = [value for key, value in sorted(fields.items()) if key.startswith("msgstr")]
            entries[fields["msgid"], fields.get("msgid_plural")] = forms
            fields = {}
    entries.pop(("", None), None)
    return entries


def write_catalogue(entries: dict[Message, list[str]], places: dict[Message, str]) -> str:
    """The .po file, in order of place and message."""
    blocks = [f'msgid ""\nmsgstr {_quoted(HEADER)}']
    for message in sorted(entries, key=lambda message: (places.get(message, ""), message[0])):
        singular, plural = message
        lines = [f"#: {places.get(message, '')}", f"msgid {_quoted(singular)}"]
        if plural is None:
            lines.append(f"msgstr {_quoted(entries[message][0])}")
        else:
            lines.append(f"msgid_plural {_quoted(plural)}")
            lines += [f"msgstr[{number}] {_quoted(form)}" for number, form in enumerate(entries[message])]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def compiled(entries: dict[Message, list[str]]) -> bytes:
    """The .mo file that gettext reads."""
    pairs = {"": HEADER}
    for (singular, plural), forms in entries.items():
        if all(forms):
            pairs[singular if plural is None else f"{singular}\0{plural}"] = "\0".join(forms)
    keys = sorted(pairs, key=lambda key: key.encode())
    originals = [key.encode() for key in keys]
    translations = [pairs[key].encode() for key in keys]
    table = 28 + 16 * len(keys)
    offsets, position = [], table
    for text in [*originals, *translations]:
        offsets.append((len(text), position))
        position += len(text) + 1
    head = struct.pack("<7I", MO_MAGIC, 0, len(keys), 28, 28 + 8 * len(keys), 0, table)
    body = b"".join(struct.pack("<2I", *offset) for offset in offsets)
    return head + body + b"".join(text + b"\0" for text in [*originals, *translations])


def fuzzy(text: str) -> Iterator[str]:
    """The messages of a .po file whose English somebody's tool guessed and nobody confirmed."""
    for block in text.split("\n\n"):
        lines = block.splitlines()
        if any(line.startswith("#,") and "fuzzy" in line for line in lines):
            yield next((line.partition(" ")[2] for line in lines if line.startswith("msgid ")), "")


def misfits(message: Message, forms: list[str]) -> list[str]:
    """Placeholders that are in the Chinese and not in the English, or the other way round."""
    wanted = set(PLACEHOLDER.findall(" ".join(filter(None, message))))
    return sorted({odd for form in forms if form for odd in wanted ^ set(PLACEHOLDER.findall(form))})


def problems() -> Iterator[str]:
    """Messages without English, English nobody uses or confirmed, a compiled file that is not the catalogue's."""
    text = CATALOGUE.read_text(encoding="utf-8") if CATALOGUE.exists() else ""
    entries = read_catalogue(text)
    messages = used()
    for message, place in sorted(messages.items(), key=lambda item: item[1]):
        forms = entries.get(message, [""])
        if not all(forms):
            yield f"{place}: 缺英文 · no English for: {message[0]}"
        for odd in misfits(message, forms):
            yield f"{place}: 占位符不一致 · the placeholder {odd} does not match: {message[0]}"
    for singular, _plural in sorted(set(entries) - set(messages), key=str):
        yield f"{CATALOGUE.relative_to(HERE)}: 无处使用 · used nowhere: {singular}"
    for guessed in fuzzy(text):
        yield f"{CATALOGUE.relative_to(HERE)}: 英文未经确认 · fuzzy: {guessed}"
    for file in templates():
        yield from bare_chinese(file)
    if not COMPILED.exists() or COMPILED.read_bytes() != compiled(entries):
        yield f"{COMPILED.relative_to(HERE)}: 未更新 · not current: python -m greenmine.config.messages"


def renew() -> None:
    """Bring the catalogue to what the program uses, keeping every translation, and compile it."""
    entries = read_catalogue(CATALOGUE.read_text(encoding="utf-8")) if CATALOGUE.exists() else {}
    messages = used()
    kept = {message: entries.get(message, [""] * (1 if message[1] is None else 2)) for message in messages}
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_text(write_catalogue(kept, messages), encoding="utf-8")
    COMPILED.write_bytes(compiled(kept))


if __name__ == "__main__":
    renew()
