"""Ends the guessing of cards at the shop: after ten refusals address and card wait half an hour."""

from collections.abc import Mapping
from typing import Final

from accounts.throttling import LockedError, Tries, client_address
from orders.adapters.vault import keyed_hash

__all__ = ["LockedError", "Tries", "tries_of"]
# What the counter's names hold at most is 36 characters.
_HASH_LETTERS: Final = 31


def tries_of(number: str, meta: Mapping[str, str]) -> Tries:
    """Return what counts the refusals of a card, and of the address that sent it."""
    address = _subject("address", client_address(meta))
    return Tries({address: "address", _subject("card", number): "card"})


def _subject(kind: str, value: str) -> str:
    return f"shop:{keyed_hash('tries', kind, value)[:_HASH_LETTERS]}"
