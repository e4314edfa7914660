"""Turns secrets into what may be stored: an HMAC under a pepper that the database never sees."""

import hmac
from typing import Final

from django.conf import settings

# Compared with where an account has no secret, so that it costs the same; no digest equals it.
NO_DIGEST: Final = "0" * 64


def digest_of(secret: str, pepper_id: str) -> str:
    """Return the hex HMAC-SHA256 of `secret` under the pepper of that id.

    A pepper that is no longer in the settings gives `NO_DIGEST`, which nothing equals.
    """
    pepper = settings.ACCOUNTS_SECRET_PEPPERS.get(pepper_id)
    if pepper is None:
        return NO_DIGEST
    return hmac.digest(pepper.encode(), secret.encode(), "sha256").hex()


def equals(digest: str, kept: str) -> bool:
    """Compare a computed digest with a kept one, in constant time."""
    return hmac.compare_digest(digest, kept) and digest != NO_DIGEST
