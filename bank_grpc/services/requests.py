"""Keyed hashes of what callers name and ask: requests, tokens, invitations."""

import re
from typing import Final

from django.conf import settings

from cards import rules

_of_checkout: Final = re.compile(r"checkout:([0-9a-f-]{36}):").match


class RequestReusedError(Exception):
    """The key stands for another request of the same caller."""


def digest_of(*parts: object) -> str:
    """Return a keyed hash of what was asked for; a CVV is never among the parts."""
    return _digest("request", *parts)


def secret_hash(kind: str, secret: str) -> str:
    """Return the keyed hash under which a token or an invitation is kept."""
    return _digest(kind, secret)


def checkout_key(caller: str, name: str) -> str:
    """Return the bank's key for a checkout by REST that `caller` calls `name`."""
    return f"checkout:{caller}:{name}"


def account_of_checkout(key: str) -> str | None:
    """Return the account whose checkout has this key at the bank, None for any other key."""
    found = _of_checkout(key)
    return found and found[1]


def _digest(*parts: object) -> str:
    text = "\x1f".join(map(str, parts))
    return rules.hmac_of(settings.BANK_KEY).digest(text.encode()).hex()
