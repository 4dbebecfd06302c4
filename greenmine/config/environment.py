"""Every environment variable GreenMine reads, declared once: name, type, default, and why it exists."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

HERE = Path(__file__).resolve().parents[2]


class BadEnvironment(ValueError):
    """A variable whose value cannot be used; the sentence names it and says what is expected."""


def a_text(raw: str) -> str:
    """Any text."""
    return raw


def a_switch(raw: str) -> bool:
    """1 or 0."""
    if raw not in {"0", "1"}:
        raise ValueError("1 或 0 · 1 or 0")
    return raw == "1"


def a_number(raw: str) -> int:
    """A whole number above zero."""
    if not raw.isdecimal() or int(raw) == 0:
        raise ValueError("正整数 · a whole number above zero")
    return int(raw)


def a_folder(raw: str) -> Path:
    """A folder, made absolute."""
    return Path(raw).expanduser().resolve()


def a_list(raw: str) -> list[str]:
    """Entries separated by commas."""
    return [entry.strip() for entry in raw.split(",") if entry.strip()]


def a_database(raw: str) -> dict[str, Any] | None:
    """postgres://user:password@host:port/name; host and port may also stand in the query (unix sockets)."""
    if not raw:
        return None
    parts = urlsplit(raw)
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgres", "postgresql"} or not name:
        raise ValueError("postgres://用户:密码@主机:端口/库名 · postgres://user:password@host:port/name")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": query.pop("port", "") or str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }


@dataclass(frozen=True)
class Variable:
    """One variable: how its text is read, what it is without being set, and why it exists."""

    read: Callable[[str], Any]
    default: str
    why: str


VARIABLES = {
    "GREENMINE_DATA": Variable(a_folder, str(HERE / "data"), "folder of everything kept: database, files, keys, logs"),
    "GREENMINE_DATABASE_URL": Variable(a_database, "", "PostgreSQL instead of SQLite in GREENMINE_DATA"),
    "GREENMINE_SECRET_KEY": Variable(a_text, "", "signing key; without it the one kept in GREENMINE_DATA/keys"),
    "GREENMINE_DEBUG": Variable(a_switch, "0", "error pages for developers; refused by ./run serve"),
    "GREENMINE_DEMO": Variable(a_switch, "0", "demonstration accounts and banner; refused by ./run serve"),
    "GREENMINE_HTTPS": Variable(a_switch, "0", "cookies and redirects for https; set by ./run serve where it applies"),
    "GREENMINE_HOSTS": Variable(a_list, "127.0.0.1,localhost,[::1]", "host names the server answers to"),
    "GREENMINE_UPLOAD_MB": Variable(a_number, "200", "largest file accepted, in megabytes"),
    "GREENMINE_CACHE": Variable(a_text, "", "folder of parsed rulebooks; without it .cache beside the program"),
    "GREENMINE_THOROUGH": Variable(a_switch, "0", "many more examples for the property tests"),
    "GREENMINE_FONTS": Variable(
        a_text, "", "folder of further fonts for papers: 仿宋_GB2312, 小标宋 where the house owns them"
    ),
    "GREENMINE_MAP_APPROVAL": Variable(
        a_text, "", "审图号 of the outlines on the public map; without it only a graticule is drawn"
    ),
    "GREENMINE_RULEBOOK": Variable(a_folder, str(HERE / "rulebook"), "folder of the law as data"),
}


def read(name: str) -> Any:
    """The value of a declared variable; a bad one stops the start-up with a sentence."""
    variable = VARIABLES[name]
    raw = os.environ.get(name, variable.default)
    try:
        return variable.read(raw)
    except ValueError as problem:
        raise BadEnvironment(f"环境变量 {name}={raw!r} 无效，应为 · is not usable, expected: {problem}") from problem
