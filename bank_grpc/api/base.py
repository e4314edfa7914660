"""What the bank's operations share: who calls, bodies read by msgspec, answers that cost little."""

import re
from typing import Any, Final, TypeVar

import msgspec
from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.views import APIView

from bank_grpc.api.errors import invalid, translated
from bank_grpc.api.sessions import PersonAuthentication

T = TypeVar("T")
_AMOUNT: Final = re.compile(r"(\d{1,12})(?:\.(\d{1,2}))?", re.ASCII)
_WHERE: Final = re.compile(r" - at `\$\.?([\w.]*)`")
_NAME: Final = re.compile(r"field `(\w{1,64})`")
_LONGEST_KEY: Final = 255


class Operation(APIView):
    """An endpoint of the API; what its services raise is answered by the error table."""

    @property
    def default_response_headers(self) -> dict[str, str]:
        """Add nothing: Allow belongs to a 405, and there is one representation only."""
        return {}

    def handle_exception(self, exc: Exception) -> Any:
        """Answer a service's error by the table, anything else as DRF does."""
        return super().handle_exception(translated(exc))


class PersonalOperation(Operation):
    """An endpoint for people in a browser: staff, or the holder of a card."""

    authentication_classes = (PersonAuthentication,)


def read(request: Request, shape: type[T]) -> T:
    """Return the body as `shape`; raises a 422 that names the field, never with its value."""
    try:
        return msgspec.convert(request.data, shape)
    except msgspec.ValidationError as error:
        problem = _blame(str(error))
    raise problem


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


def key_of(request: Request) -> str | None:
    """Return the request's idempotency key, None where it has none; raises a 422."""
    given = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if given is None:
        return None
    if not (0 < len(given) <= _LONGEST_KEY and given.isascii() and given.isprintable()):
        raise invalid("Idempotency-Key", "key")
    return str(given)


def page_of(rows: QuerySet[Any], cursor: str, *, size: int = 100) -> dict[str, Any]:
    """Return a page of rows, newest first by their ids, in the shape of every list here."""
    rows = rows.order_by("-pk")
    found = list((rows.filter(pk__lt=cursor) if cursor else rows)[: size + 1])
    has_more = len(found) > size
    following = found[size - 1].pk if has_more else None
    return {"data": found[:size], "has_more": has_more, "next_cursor": following}


def json_answer(value: Any, *, status: int = 200) -> HttpResponse:
    """Return `value`, plain data, as an answer that needs no rendering any more."""
    return HttpResponse(msgspec.json.encode(value), status=status, content_type="application/json")


def _blame(told: str) -> Exception:
    """Return the 422 for what msgspec has found; its text holds names of fields, no values."""
    where = _WHERE.search(told)
    path = where[1] if where else ""
    name = _NAME.search(told)
    if name is None:
        return invalid(path or "body", "type", "wrong_type")
    param = f"{path}.{name[1]}" if path else name[1]
    if "unknown" in told:
        # A caller's own word: it may be anything, a card's number too.
        return invalid(
            "?" if any(c.isdigit() for c in name[1]) else param, "unknown", "unknown_field"
        )
    return invalid(param, "missing", "missing_field")
