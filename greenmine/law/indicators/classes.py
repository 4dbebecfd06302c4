"""Industry classes (行业分类): the nine classes of DZ/T 0312–0320 with the minerals each speaks of.

classes.yaml is a list of {id, name {zh, en}, minerals: [codes of the fact `mineral`], code, title, note}.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from greenmine.law import limits
from greenmine.law.dictionary import Dictionary
from greenmine.law.problems import RulebookError
from greenmine.law.shape import Shape, Words
from greenmine.law.strict_yaml import load

MINERAL = "mineral"


@dataclass(frozen=True, slots=True)
class IndustryClass:
    """One class with the code of its standard (DZ/T 0312-2018) and its minerals."""

    id: str
    name: Words
    minerals: tuple[str, ...]
    code: str = ""


Classes = Mapping[str, IndustryClass]


def load_classes(text: str, dictionary: Dictionary, *, file: str = "classes.yaml") -> dict[str, IndustryClass]:
    """The classes by id; RulebookError where a mineral is no value of the fact `mineral`."""
    shape = Shape(file)
    known = dictionary[MINERAL].codes if MINERAL in dictionary else ()
    found: dict[str, IndustryClass] = {}
    for entry in shape.entries(load(text, file=file)):
        shape.known_keys(entry, ("id", "name", "minerals", "code", "title", "note"), ("id", "name", "minerals"))
        one = IndustryClass(
            shape.text(entry, "id"),
            shape.words(entry, "name"),
            shape.texts(entry, "minerals"),
            shape.text(entry, "code"),
        )
        if not limits.ID.fullmatch(one.id) or one.id in found:
            shape.refuse(
                f"分类编号“{one.id}”不合规或重复", f"“{one.id}” is no id or appears twice", entry.line_of("id")
            )
        for mineral in one.minerals:
            if mineral not in known:
                shape.refuse(
                    f"矿种“{mineral}”不在字典",
                    f"mineral “{mineral}” is not in the dictionary",
                    entry.line_of("minerals"),
                )
        found[one.id] = one
    shape.raise_if_any()
    return found


__all__ = ["Classes", "IndustryClass", "RulebookError", "load_classes"]
