"""How a sender's data is sealed (密封): by a key derived from the installation's own, which never lies in the database.

A copy of the database opens nothing. Whoever loses the installation's key loses these names with it, and nothing else.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

KEY_BYTES, NONCE_BYTES = 32, 12
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 signs nobody confuses
GROUP = 4
CODE_LENGTH = 16  # 80 bits


def seal(value: Mapping[str, Any] | bytes) -> bytes:
    """Sealed content: nonce and cipher text."""
    plain = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(_key(b"intake")).encrypt(nonce, plain, None)


def unseal(sealed: bytes) -> bytes:
    """What was sealed; InvalidTag where the key is another or the content was touched."""
    kept = bytes(sealed)
    return AESGCM(_key(b"intake")).decrypt(kept[:NONCE_BYTES], kept[NONCE_BYTES:], None)


def new_code() -> str:
    """A tracking code (查询码) that nobody guesses: 80 random bits in four groups."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(signs[start : start + GROUP] for start in range(0, CODE_LENGTH, GROUP))


def code_hash(code: str) -> str:
    """What is stored of a code: however it was typed."""
    plain = "".join(sign for sign in code.upper() if sign in ALPHABET)
    return sha256(f"greenmine tracking code\n{plain}".encode()).hexdigest()


def source_hash(address: str) -> str:
    """What is remembered, for an hour, of where a letter came from."""
    return hmac.new(_key(b"source"), address.encode(), sha256).hexdigest()


def _key(purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"greenmine " + purpose).derive(
        settings.SECRET_KEY.encode()
    )
