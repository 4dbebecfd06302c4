"""The matrix of roles, verbs and scopes (权限矩阵), read once from matrix.yaml and checked as it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, Protocol, cast

import yaml

from greenmine.accounts.vocabulary import Kind, Role

Extent = Literal["region", "organisation", "all"]
EXTENTS = ("organisation", "region", "all")
OPEN_VERBS = {"anyone": {"zh": "任何人", "en": "anyone"}, "signed_in": {"zh": "已登录", "en": "signed in"}}
FILE = Path(__file__).with_name("matrix.yaml")


class MatrixError(ValueError):
    """The matrix says something that cannot be."""


@dataclass(frozen=True)
class Page:
    """One page: its URL name, the verb it needs, and its entry in the menu if it has one."""

    url: str
    verb: str
    menu: Mapping[str, str] | None


class Office(Protocol):
    """What the matrix asks of an organisation."""

    kind: Any
    level: Any
    department: Any


@dataclass(frozen=True)
class Matrix:
    """Who may do what, where; and what each page needs."""

    verbs: Mapping[str, Mapping[str, Any]]
    who: Mapping[tuple[str, str], Mapping[str, Extent]]
    pages: Mapping[str, Page]

    def extent(self, kind: str, role: str, verb: str) -> Extent | None:
        """How far this role in an organisation of this kind may do this; None if not at all."""
        return self.who.get((kind, role), {}).get(verb)

    def lets(self, organisation: Office, role: str, verb: str) -> Extent | None:
        """As `extent`, for one organisation: a verb may be kept to some levels and departments of government."""
        limits = self.verbs.get(verb, {})
        if organisation.level not in limits.get("levels", (organisation.level,)):
            return None
        if organisation.department not in limits.get("departments", (organisation.department,)):
            return None
        return self.extent(organisation.kind, role, verb)

    def words(self, verb: str, language: str) -> str:
        """The verb as people say it."""
        return str(self.verbs.get(verb, OPEN_VERBS.get(verb, {"zh": verb, "en": verb}))[language])


@cache
def matrix() -> Matrix:
    """The matrix of this installation."""
    return read_matrix(FILE.read_text(encoding="utf-8"))


def read_matrix(text: str) -> Matrix:
    """Read and check: every verb named is declared, every role, kind and extent is one of the closed lists."""
    raw: dict[str, Any] = yaml.safe_load(text)
    verbs = cast("dict[str, dict[str, Any]]", raw["verbs"])
    who = {(kind, role): may for kind, roles in raw["who"].items() for role, may in roles.items()}
    for (kind, role), may in who.items():
        if kind not in Kind.values or role not in Role.values:
            raise MatrixError(f"{kind}.{role}")
        for verb, extent in may.items():
            if verb not in verbs or extent not in EXTENTS:
                raise MatrixError(f"{kind}.{role}: {verb}: {extent}")
    pages = {row["url"]: Page(row["url"], row["verb"], row.get("menu")) for row in raw["pages"]}
    for page in pages.values():
        if page.verb not in verbs and page.verb not in OPEN_VERBS:
            raise MatrixError(f"{page.url}: {page.verb}")
    if len(pages) != len(raw["pages"]):
        raise MatrixError("a page is listed twice")
    return Matrix(verbs, who, pages)
