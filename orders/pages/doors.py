"""Keeps robots from filling the shop with people: so many from an address in half an hour."""

import math
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import ngettext

from orders.api.tries import LockedError, count_entry


def wait_at(door: str, request: HttpRequest, *, who: str = "") -> timedelta | None:
    """Count one entry by `door`; return how long to wait instead, None where it may go on.

    `who` is who enters, where it is not the address alone that counts (`tries.count_entry`).
    """
    try:
        count_entry(door, request.META, who)
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
