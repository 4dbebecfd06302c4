"""A published statement as text, and the salted hashes that commit to it. Pure; no database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from greenmine.publiclog.merkle import ALGORITHMS


def canonical(value: Any) -> str:
    """One text for one value: keys sorted, no spaces, Chinese as it is."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def text_of(kind: str, key: str, on: date, statement: Mapping[str, Any]) -> str:
    """What a leaf commits to: kind, subject, day and the statement."""
    return canonical({"key": key, "kind": kind, "on": on.isoformat(), "statement": statement})


def commitments(salt: str, text: str) -> dict[str, str]:
    """The salted hashes of a statement in every algorithm, in hexadecimal."""
    salted = f"{salt}\n{text}".encode()
    return {name: made(salted).hex() for name, made in ALGORITHMS.items()}
