"""How GreenMine differs from allauth's defaults: no signing up, names are invited; secrets of second factors are sealed."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Signing in only; accounts come from invitations."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 -- allauth's signature
        """Nobody signs himself up."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Signing in and out need no announcement: the page shows it."""


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps one-time-password secrets sealed with the installation's key."""

    def encrypt(self, text: str) -> str:
        """Seal a secret for the database."""
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret."""
        return _seal().decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user: Any) -> str:
        """What the authenticator app shows."""
        return str(user.username)


def _seal() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"second factor:" + settings.SECRET_KEY.encode()).digest()))
