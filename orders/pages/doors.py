"""Keeps robots from filling the shop with people: so many from an address in half an hour."""

import math
from datetime import timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.throttling import LockedError, Tries, client_address
from orders.adapters.hashes import keyed_hash

_HASH_LETTERS: Final = 31


def wait_at(door: str, request: HttpRequest, *, who: str = "") -> timedelta | None:
    """Count one entry by `door`; return how long to wait instead, None where it may go on.

    Ten are let in from one address (IPv6: its /64) within half an hour. Where `who` is given, it is
    ten for the same one and a hundred for the address: a campaign is shown where many share one.
    """
    address = keyed_hash("tries", door, client_address(request.META))[:_HASH_LETTERS]
    kind = keyed_hash("tries", door, "who", who)[:_HASH_LETTERS] if who else "address"
    try:
        Tries({f"shop:{address}": kind}).count_failure()
    except LockedError as error:
        return max(error.until - timezone.now(), timedelta(seconds=1))
    return None


def words_of(wait: timedelta) -> str:
    """Return what a person is told who has to wait."""
    minutes = math.ceil(wait.total_seconds() / 60)
    return ngettext(
        "Too many forms came from this connection. Come back in %(n)d minute.",
        "Too many forms came from this connection. Come back in %(n)d minutes.",
        minutes,
    ) % {"n": minutes}


def told_to_wait(answer: HttpResponse, wait: timedelta) -> HttpResponse:
    """Return the answer with when to come again."""
    answer["Retry-After"] = str(math.ceil(wait.total_seconds()))
    return answer
