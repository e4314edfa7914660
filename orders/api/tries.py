"""Counts what robots do at the shop: guessing cards (records 0115 and 0145), entering people."""

from collections.abc import Mapping
from typing import Final

from accounts.throttling import LockedError, Tries, client_address
from orders.adapters.hashes import keyed_hash

__all__ = ["CallerGate", "LockedError", "PageGate", "count_entry"]
# What a refusal tells whoever makes cards up.
GUESSES: Final = frozenset({"unknown_card", "wrong_cvv", "card_expired"})
# What the counter's names hold at most is 36 characters.
_HASH_LETTERS: Final = 31


class PageGate:
    """Counts every refusal at the page, where anybody comes: by address, and by card."""

    def __init__(self, number: str, meta: Mapping[str, str]) -> None:
        """Watch the card, and the address that the request with `meta` came from."""
        address = _subject("address", client_address(meta))
        self._tries = Tries({address: "address", _subject("card", number): "card"})

    def refuse_if_locked(self) -> None:
        """Raise LockedError after ten refusals."""
        self._tries.refuse_if_locked()

    def count_refusal(self, reason: str) -> None:  # noqa: ARG002 - the page counts them all
        """Count it; raises LockedError where it was one too many."""
        self._tries.count_failure()


class CallerGate:
    """Counts the wrong guesses of an account over REST: ten at a card, a hundred at all of them."""

    def __init__(self, account_id: str, number: str) -> None:
        """Watch the card within the account: nobody locks it for another."""
        card = keyed_hash("tries", "of", account_id, number)[:_HASH_LETTERS]
        self._tries = Tries({_subject("account", account_id): card})

    def refuse_if_locked(self) -> None:
        """Raise LockedError after too many wrong guesses."""
        self._tries.refuse_if_locked()

    def count_refusal(self, reason: str) -> None:
        """Count it where it is a wrong guess; raises LockedError where it was one too many."""
        if reason in GUESSES:
            self._tries.count_failure()


def count_entry(door: str, meta: Mapping[str, str], who: str = "") -> None:
    """Count one entry of a person by `door` from the address that the request's `meta` tells.

    Ten are let in from one address (IPv6: its /64) within half an hour. Where `who` is given, it is
    ten for the same one and a hundred for the address: a campaign is shown where many share one.
    Raises LockedError for those that are too many.
    """
    address = _subject(f"entry:{door}", client_address(meta))
    person = keyed_hash("tries", door, "who", who)[:_HASH_LETTERS] if who else "address"
    Tries({address: person}).count_failure()


def _subject(kind: str, value: str) -> str:
    return f"shop:{keyed_hash('tries', kind, value)[:_HASH_LETTERS]}"
