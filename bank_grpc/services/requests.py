"""Keyed hashes of what callers name and ask: requests, tokens, invitations."""

from django.conf import settings

from cards import rules


class RequestReusedError(Exception):
    """The key stands for another request of the same caller."""


def digest_of(*parts: object) -> str:
    """Return a keyed hash of what was asked for; a CVV is never among the parts."""
    return _digest("request", *parts)


def secret_hash(kind: str, secret: str) -> str:
    """Return the keyed hash under which a token or an invitation is kept."""
    return _digest(kind, secret)


def _digest(*parts: object) -> str:
    text = "\x1f".join(map(str, parts))
    return rules.hmac_of(settings.BANK_KEY).digest(text.encode()).hex()
