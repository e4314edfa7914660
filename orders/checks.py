"""Has Django's own checks tell of a shop that the bank would not know, and of a weak key."""

from typing import Any, Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - Django's

_KEY_BYTES: Final = 32


@register
def check_key(**_options: Any) -> list[CheckMessage]:
    """Return an error when `ORDERS_KEY` is too short to keep people's hashes apart from guesses."""
    if len(settings.ORDERS_KEY) < _KEY_BYTES:
        return [Error("ORDERS_KEY needs 64 hex digits.", id="orders.E001")]
    return []


@register(Tags.security, deploy=True)
def check_account(**_options: Any) -> list[CheckMessage]:
    """Return a warning when the shop has no account at the bank: every checkout answers 503."""
    if settings.SHOP_ACCOUNT_ID and settings.SHOP_ACCOUNT_SECRET:
        return []
    hint = 'manage.py create_account "My shop" makes one.'
    told = "SHOP_ACCOUNT_ID and SHOP_ACCOUNT_SECRET are not set: nobody can check out."
    return [Warning(told, hint=hint, id="orders.W001")]
