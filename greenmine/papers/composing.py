"""Composing a paper (成文): the fields that were given are checked against the kind, and put where its sentences say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from greenmine.papers.content import (
    Block,
    Content,
    Heading,
    Imprint,
    Paragraph,
    Picture,
    SignatureLine,
    Table,
    chinese_day,
    iso,
)
from greenmine.papers.kinds import Field, Kind, Part, filled

MOST_SIGNS = 400_000
MOST_PICTURES = 120
MOST_ROWS = 3000
Pictures = Callable[[int], bytes | None]


class CannotMake(Exception):
    """A paper that cannot be made of these fields, in words."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} · {en}")
        self.zh, self.en = zh, en


def checked(kind: Kind, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as plain values that can be stored; CannotMake names what is unknown, missing or of the wrong form."""
    unknown = sorted(set(fields) - set(kind.fields))
    if unknown:
        raise CannotMake(
            f"《{kind.title['zh']}》没有字段：{'、'.join(unknown)}",
            f"{kind.title['en']} has no field {', '.join(unknown)}",
        )
    plain = {name: _plain(kind.fields[name], value) for name, value in fields.items() if not _is_empty(value)}
    missing = [field for field in kind.fields.values() if field.required and field.name not in plain]
    if missing:
        raise CannotMake(
            f"《{kind.title['zh']}》还缺：{'、'.join(field.label['zh'] for field in missing)}",
            f"{kind.title['en']} still needs: {', '.join(field.label['en'] for field in missing)}",
        )
    if _signs(plain) > MOST_SIGNS:
        raise CannotMake(
            f"文书内容超过 {MOST_SIGNS} 字，请改用附件", f"more than {MOST_SIGNS} characters: use attachments"
        )
    return plain


def compose(
    kind: Kind,
    fields: Mapping[str, Any],
    *,
    organisation: str,
    number: str = "",
    signed_on: date | None = None,
    pictures: Pictures = lambda _: None,
) -> Content:
    """The content of a paper of this kind with these (checked) fields."""
    values = {"organisation": organisation}
    values |= {name: _said(kind.fields[name], value) for name, value in fields.items()}
    values |= dict.fromkeys(set(kind.fields) - set(values), "")
    copies = filled(kind.imprint, values)
    return Content(
        title=filled(kind.heading, values),
        blocks=tuple(_blocks(kind, fields, values, pictures)),
        red_head=filled(kind.head, values) if kind.red_head else "",
        number=number,
        addressee=filled(kind.addressee, values),
        attachments=tuple(fields.get(kind.attachments, ())) if kind.attachments else (),
        signature=organisation if kind.signature else "",
        signed_on=signed_on,
        dated=kind.signature,
        imprint=Imprint(copies, organisation, signed_on) if copies else None,
    )


def _blocks(kind: Kind, fields: Mapping[str, Any], values: Mapping[str, str], pictures: Pictures) -> Iterator[Block]:
    for part in kind.body:
        if part.when and part.when not in fields:
            continue
        if part.form == "heading":
            yield Heading(filled(part.words, values), part.level)
        elif part.form == "text":
            yield Paragraph(filled(part.words, values))
        elif part.form == "pairs":
            rows = tuple((kind.fields[name].label["zh"], values[name]) for name in part.fields if name in fields)
            if rows:
                yield Table(rows, caption=filled(part.caption, values), widths=(1, 3))
        else:
            yield from _field(kind, part, fields, values, pictures)


def _field(
    kind: Kind, part: Part, fields: Mapping[str, Any], values: Mapping[str, str], pictures: Pictures
) -> Iterator[Block]:
    name = part.fields[0]
    given = fields.get(name, ())
    if part.form == "each":
        yield from (Paragraph(line) for line in given)
    elif part.form == "table" and given:
        field = kind.fields[name]
        yield Table(tuple(map(tuple, given)), field.columns, filled(part.caption, values), field.widths)
    elif part.form == "sections":
        for section in given:
            yield Heading(section["heading"], part.level)
            yield from (Paragraph(line) for line in section["text"])
    elif part.form == "signatures":
        yield from (SignatureLine(line["label"], line["name"], _day(line["on"])) for line in given)
    elif part.form == "pictures":
        yield from (_picture(one, pictures) for one in given)


def _picture(one: Mapping[str, Any], pictures: Pictures) -> Block:
    data = pictures(one["provenance"])
    if data is None:
        return Paragraph(f"（影像缺失：{one['caption']}）")
    return Picture(data, one["caption"])


def _said(field: Field, value: Any) -> str:
    """A field with one value, as it stands in a sentence."""
    if field.type == "day":
        return chinese_day(_day(value))
    return value if isinstance(value, str) else ""


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, Sequence) and not value)


def _signs(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Mapping):
        return sum(map(_signs, value.values()))
    return sum(map(_signs, value)) if isinstance(value, list | tuple) else 0


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None


def _plain(field: Field, value: Any) -> Any:
    try:
        return _READERS[field.type](field, value)
    except (TypeError, ValueError, KeyError, AttributeError):
        raise CannotMake(
            f"字段“{field.label['zh']}”的内容形式不对（应为 {field.type}）",
            f"the field “{field.label['en']}” has not the form of {field.type}",
        ) from None


def _text(_: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return _storable(value)


def _storable(text: str) -> str:
    """Text as a database can keep it: no NUL, no lone surrogates."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()


def _lines(_: Field, value: Any) -> list[str]:
    if isinstance(value, str):
        raise TypeError(value)
    return [_text(_, line) for line in value]


def _as_day(_: Field, value: Any) -> str:
    return iso(value) if isinstance(value, date) else date.fromisoformat(value).isoformat()


def _number(_: Field, value: Any) -> str:
    if isinstance(value, bool):
        raise TypeError(value)
    return _storable(str(value))


def _rows(field: Field, value: Any) -> list[list[str]]:
    rows = [[_storable("" if cell is None else str(cell)) for cell in row] for row in value]
    if any(len(row) > len(field.columns) for row in rows) or any(isinstance(row, str) for row in value):
        raise ValueError(field.name)
    if len(rows) > MOST_ROWS:
        raise CannotMake(f"表格“{field.label['zh']}”超过 {MOST_ROWS} 行", f"more than {MOST_ROWS} rows: {field.name}")
    return rows


def _pictures(field: Field, value: Any) -> list[dict[str, Any]]:
    if len(value) > MOST_PICTURES:
        raise CannotMake(
            f"一份文书最多插入 {MOST_PICTURES} 幅影像，其余请列入影像索引",
            f"at most {MOST_PICTURES} pictures in a paper; list the others in the index",
        )
    return [{"provenance": int(one["provenance"]), "caption": _text(field, one.get("caption", ""))} for one in value]


def _sections(field: Field, value: Any) -> list[dict[str, Any]]:
    return [
        {
            "heading": _text(field, one["heading"]),
            "text": _lines(field, [one["text"]] if isinstance(one["text"], str) else one["text"]),
        }
        for one in value
    ]


def _signatures(field: Field, value: Any) -> list[dict[str, Any]]:
    return [
        {
            "label": _text(field, one["label"]),
            "name": _text(field, one.get("name", "")),
            "on": _as_day(field, one["on"]) if one.get("on") else "",
        }
        for one in value
    ]


_READERS: Mapping[str, Callable[[Field, Any], Any]] = {
    "text": _text,
    "long": _text,
    "lines": _lines,
    "day": _as_day,
    "number": _number,
    "table": _rows,
    "pictures": _pictures,
    "sections": _sections,
    "signatures": _signatures,
}
