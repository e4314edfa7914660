"""The shop's seals and keyed hashes: what it may keep of people and tokens, never in the clear."""

import hmac
from functools import cache

from django.conf import settings

from cards.vault import Vault


@cache
def vault() -> Vault:
    """Return the vault; raises `cards.vault.BadKeyError` when the settings' keys do not fit."""
    return Vault(
        keys=settings.CARDS_KEYS,
        current=settings.CARDS_CURRENT_KEY,
        fingerprint_key=settings.CARDS_FINGERPRINT_KEY,
    )


def keyed_hash(kind: str, *parts: object) -> str:
    """Return 64 hex digits that find the same parts of a kind again and say nothing of them."""
    text = "\x1f".join((kind, *(str(part) for part in parts)))
    return hmac.digest(settings.ORDERS_KEY, text.encode(), "sha256").hex()
