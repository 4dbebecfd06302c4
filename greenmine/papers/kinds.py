"""Kinds of papers (文书种类) as data: named fields and sentences in `rulebook/papers`. A closed list, no code in it.

`{name}` in a sentence is replaced by the field of that name; anything else stays as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from greenmine.editions import rulebook_files as files
from greenmine.law.shape import Shape
from greenmine.law.strict_yaml import Map, load

FOLDER = "papers"
TYPES = ("text", "long", "lines", "day", "number", "table", "pictures", "sections", "signatures")
SINGLE = ("text", "long", "day", "number")
GIVEN = ("organisation",)  # names that every paper has without being asked
PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
PARTS = {
    "heading": None,
    "text": None,
    "each": ("lines",),
    "table": ("table",),
    "pairs": SINGLE,
    "pictures": ("pictures",),
    "sections": ("sections",),
    "signatures": ("signatures",),
}
KEYS = (
    "id", "title", "heading", "red_head", "head", "numbering", "addressee", "signature", "attachments", "separate",
    "made_by", "reviewed_by", "legal_by", "signed_by", "sealed", "seen_by", "confidential", "by_hand", "provision", "by",
    "confidence", "fields", "body", "imprint", "note",
)  # fmt: skip
NEEDED = ("id", "title", "heading", "made_by", "signed_by", "seen_by", "fields", "body")


class UnknownKind(LookupError):
    """The rulebook has no paper of this kind."""

    def __init__(self, identifier: str) -> None:
        self.zh, self.en = f"没有文书种类“{identifier}”", f"there is no kind of paper “{identifier}”"
        super().__init__(f"{self.zh} · {self.en}")


@dataclass(frozen=True, slots=True)
class Field:
    """One named field: its words, its type, whether the paper cannot be without it, and a table's columns."""

    name: str
    label: Mapping[str, str]
    type: str
    required: bool
    columns: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the body: a heading, a sentence, or the place of a field; `when` names a field that must be given."""

    form: str
    words: str
    fields: tuple[str, ...] = ()
    level: int = 1
    when: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of paper: what it is called, which fields it has, who makes, signs and sees it, and what it rests on.

    Verbs in `reviewed_by` and `legal_by` ask for a review (审核) and a legal check (法制审核) before the signature; `sealed`
    papers are not served before the seal (用印). `head` is the red head where it is not 〈organisation〉文件. `confidential`
    papers are seen by nobody but who has the verb in the paper's own organisation, and the addressee.
    What is drafted `by_hand` belongs to no act of another room: a person begins it on a page.
    """

    id: str
    title: Mapping[str, str]
    heading: str
    red_head: bool
    head: str
    numbering: str
    addressee: str
    signature: bool
    attachments: str
    separate: bool
    made_by: tuple[str, ...]
    reviewed_by: tuple[str, ...]
    legal_by: tuple[str, ...]
    signed_by: tuple[str, ...]
    sealed: bool
    seen_by: str
    confidential: bool
    by_hand: bool
    provisions: tuple[str, ...]
    fields: Mapping[str, Field]
    body: tuple[Part, ...]
    imprint: str
    text: str


def kind(identifier: str) -> Kind:
    """The kind of this name as it lies in the rulebook; UnknownKind where there is none."""
    if identifier not in names():
        raise UnknownKind(identifier)
    return read((files.folder() / FOLDER / f"{identifier}.yaml").read_text(encoding="utf-8"), identifier)


def names() -> list[str]:
    """All kinds of papers."""
    return sorted(path.stem for path in (files.folder() / FOLDER).glob("*.yaml"))


@lru_cache(maxsize=128)
def read(text: str, identifier: str = "") -> Kind:
    """The kind of a file's text; RulebookError lists every problem with its line."""
    shape = Shape(f"{FOLDER}/{identifier}.yaml")
    data = load(text, file=shape.file)
    if not isinstance(data, Map):
        shape.refuse("文书种类应为键值对", "a kind of paper is a mapping", 1)
        shape.raise_if_any()
    shape.known_keys(data, KEYS, NEEDED)
    fields = _fields(shape, data)
    found = Kind(
        id=shape.text(data, "id"), title=shape.words(data, "title"), heading=shape.text(data, "heading"),
        red_head=shape.yes_no(data, "red_head"), head=shape.text(data, "head", "{organisation}文件"), numbering=shape.text(data, "numbering"),
        addressee=shape.text(data, "addressee"), signature=shape.choice(data, "signature", ("true", "false"), "true") == "true",
        attachments=shape.text(data, "attachments"), separate=shape.yes_no(data, "separate"),
        made_by=shape.texts(data, "made_by"), reviewed_by=shape.texts(data, "reviewed_by"), legal_by=shape.texts(data, "legal_by"),
        signed_by=shape.texts(data, "signed_by"), sealed=shape.yes_no(data, "sealed"), seen_by=shape.text(data, "seen_by"),
        confidential=shape.yes_no(data, "confidential"), by_hand=shape.yes_no(data, "by_hand"),
        provisions=shape.texts(data, "provision"), fields=fields, body=_body(shape, data, fields),
        imprint=shape.text(data, "imprint"), text=text,
    )  # fmt: skip
    _check(shape, data, found)
    shape.raise_if_any()
    return found


def _fields(shape: Shape, data: Map) -> dict[str, Field]:
    given = data.get("fields")
    if not isinstance(given, Map):
        shape.refuse("fields 应为 {名称: …}", "fields must be {name: …}", data.line_of("fields"))
        return {}
    found = {}
    for name, entry in given.items():
        if not isinstance(entry, Map):
            shape.refuse(f"字段“{name}”应为键值对", f"field “{name}” must be a mapping", given.line_of(name))
            continue
        shape.known_keys(entry, ("zh", "en", "type", "required", "columns", "widths"), ("zh", "en", "type"))
        kind_of = shape.choice(entry, "type", TYPES, "text")
        columns = shape.texts(entry, "columns")
        if (kind_of == "table") != bool(columns):
            shape.refuse("只有表格有 columns，且必须有", "tables, and only they, have columns", entry.line)
        label = {lang: shape.text(entry, lang) for lang in ("zh", "en")}
        widths = tuple(int(width) for width in shape.texts(entry, "widths") if width.isdecimal())
        found[name] = Field(name, label, kind_of, shape.yes_no(entry, "required"), columns, widths)
    return found


def _body(shape: Shape, data: Map, fields: Mapping[str, Field]) -> tuple[Part, ...]:
    parts = []
    for entry in shape.entries(data.get("body", "")):
        forms = [form for form in PARTS if form in entry]
        if len(forms) != 1:
            shape.refuse("每一段写且只写一种内容", "each part is of exactly one form", entry.line)
            continue
        form = forms[0]
        shape.known_keys(entry, (form, "level", "when", "caption"))
        allowed = PARTS[form]
        named = shape.texts(entry, form) if allowed else ()
        for name in named:
            if name not in fields or fields[name].type not in (allowed or ()):
                shape.refuse(f"没有可用于 {form} 的字段“{name}”", f"no field “{name}” for {form}", entry.line_of(form))
        level = shape.whole(entry, "level", 1) or 1
        when = shape.text(entry, "when")
        if when and when not in fields:
            shape.refuse(f"when 的字段“{when}”不存在", f"when: there is no field “{when}”", entry.line_of("when"))
        words = "" if allowed else shape.text(entry, form)
        parts.append(Part(form, words, named, level, when, shape.text(entry, "caption")))
    return tuple(parts)


def _check(shape: Shape, data: Map, found: Kind) -> None:
    """Every `{name}` is a field with one value; every paper rests on a clause or says that it is practice."""
    single = {name for name, field in found.fields.items() if field.type in SINGLE} | set(GIVEN)
    for sentence in (
        found.heading,
        found.head,
        found.addressee,
        found.imprint,
        *(p.words + p.caption for p in found.body),
    ):
        for name in PLACE.findall(sentence):
            if name not in single:
                shape.refuse(f"句中的字段“{name}”不存在", f"a sentence names no field “{name}”", data.line)
    if found.attachments and (found.attachments not in found.fields or found.fields[found.attachments].type != "lines"):
        shape.refuse(
            "attachments 应为 lines 字段", "attachments must name a field of lines", data.line_of("attachments")
        )
    if found.legal_by and not found.reviewed_by:
        shape.refuse("法制审核在审核之后", "a legal check comes after a review", data.line_of("legal_by"))
    if not found.provisions and not (shape.text(data, "by") == "practice" and shape.text(data, "confidence")):
        shape.refuse(
            "须写明 provision，或 by: practice 并注明 confidence", "name a provision, or practice with confidence", 1
        )


def filled(sentence: str, values: Mapping[str, Any]) -> str:
    """A sentence with its fields put in, once: what was put in is not read again."""
    return PLACE.sub(lambda place: str(values.get(place[1], "")), sentence)
