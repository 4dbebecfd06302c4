"""The chain (哈希链): how a record's hash is made, from what every reader can see. Pure; no database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

GENESIS = "0" * 64


def canonical(value: Any) -> str:
    """One text for one value: keys sorted, no spaces, Chinese as it is."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def payload_hash(salt: str, private: Mapping[str, Any]) -> str:
    """The salted hash of what may have to be forgotten one day: actor, sentences, payload."""
    return hashlib.sha256((salt + "\n" + canonical(private)).encode()).hexdigest()


def link(previous: str, public: Mapping[str, Any]) -> str:
    """The hash of a record: of the one before, and of its public part with the payload's hash in it."""
    return hashlib.sha256((previous + "\n" + canonical(public)).encode()).hexdigest()
