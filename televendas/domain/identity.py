"""Names people by keyed hashes, so that what remembers them cannot tell who they were."""

import hmac
from typing import Final

_CHARACTERS: Final = 32


def person_hash(key: bytes, source: str, customer_id: str) -> str:
    """Return 32 hex digits that stand for one customer of one source, under `key` (32 bytes)."""
    return _digest(key, f"person\x1f{source}\x1f{customer_id}")


def phone_hash(key: bytes, phone: str) -> str:
    """Return 32 hex digits that stand for an E.164 phone number, under `key` (32 bytes)."""
    return _digest(key, f"phone\x1f{phone}")


def _digest(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), "sha256").hex()[:_CHARACTERS]
