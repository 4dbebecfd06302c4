"""Signatures of proofs and lists: over the canonical text of a payload (RFC 8785: keys sorted, no spaces, UTF-8)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from greenmine.publiclog import queries as publiclog
from greenmine.publiclog import signing
from greenmine.publiclog.places import keys
from greenmine.publiclog.statements import canonical


def signed(payload: Mapping[str, Any]) -> list[dict[str, str]]:
    """The signatures over the canonical text of a payload."""
    content = canonical(payload).encode()
    return [
        {
            "algorithm": signer.algorithm,
            "public_key": signer.public_key(),
            "signature": base64.b64encode(signer.sign(content)).decode(),
        }
        for signer in signing.signers(keys())
    ]


def is_ours(payload: Mapping[str, Any], signatures: Sequence[Any]) -> bool:
    """Whether one of our keys signed exactly this payload."""
    ours = {(key["algorithm"], key["public_key"]) for key in publiclog.public_keys()}
    content = canonical(payload).encode()
    for one in signatures:
        if not isinstance(one, Mapping) or (one.get("algorithm"), one.get("public_key")) not in ours:
            continue
        try:
            signature = base64.b64decode(str(one.get("signature", "")), validate=True)
        except (binascii.Error, ValueError):
            continue
        if signing.verify_ed25519(str(one["public_key"]), content, signature):
            return True
    return False
