"""What the bank's operations share: the error table, who calls, amounts, lists in pages."""

import re
from typing import Any, Final

from django.db.models import QuerySet

import rest
from bank_grpc.api.errors import ANSWERS, invalid
from bank_grpc.api.sessions import PersonAuthentication

_AMOUNT: Final = re.compile(r"(\d{1,12})(?:\.(\d{1,2}))?", re.ASCII)


class Operation(rest.Operation):
    """An endpoint of the bank's API."""

    answers = ANSWERS


class PersonalOperation(Operation):
    """An endpoint for people in a browser: staff, or the holder of a card."""

    authentication_classes = (PersonAuthentication,)


def cents(value: str | float, param: str = "amount", reason: str = "amount") -> int:
    """Return the cents of an amount such as `10.50`; raises a 422 that names `param`."""
    match = _AMOUNT.fullmatch(str(value))
    if match is None:
        raise invalid(param, reason)
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def amount(value_cents: int) -> str:
    """Return cents as the API writes amounts, a minus before what is negative."""
    sign = "-" if value_cents < 0 else ""
    return f"{sign}{abs(value_cents) // 100}.{abs(value_cents) % 100:02}"


def page_of(rows: QuerySet[Any], cursor: str, *, size: int = 100) -> dict[str, Any]:
    """Return a page of rows, newest first by their ids, in the shape of every list here."""
    rows = rows.order_by("-pk")
    found = list((rows.filter(pk__lt=cursor) if cursor else rows)[: size + 1])
    has_more = len(found) > size
    following = found[size - 1].pk if has_more else None
    return {"data": found[:size], "has_more": has_more, "next_cursor": following}
