"""The vault with this installation's keys, one for the process, for gateway, bank and shop."""

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
