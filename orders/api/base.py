"""What the shop's operations share: who calls, bodies read by msgspec, answers that cost little."""

import re
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from rest_framework.request import Request
from rest_framework.views import APIView

from orders.api.errors import Problem, invalid, translated

if TYPE_CHECKING:
    from accounts.authentication import Merchant

T = TypeVar("T")
_WHERE: Final = re.compile(r" - at `\$\.?([\w.]*)`")
_NAME: Final = re.compile(r"field `(\w{1,64})`")
_LONGEST_KEY: Final = 255
# Of a caller who does not say: the shop is in Brazil.
_LANGUAGE: Final = "pt-br"


class Operation(APIView):
    """An endpoint of the API; what its services raise is answered by the error table."""

    @property
    def default_response_headers(self) -> dict[str, str]:
        """Add nothing: Allow belongs to a 405, and there is one representation only."""
        return {}

    def handle_exception(self, exc: Exception) -> Any:
        """Answer a service's error by the table, anything else as DRF does."""
        return super().handle_exception(translated(exc))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer as DRF does, then take view and request apart, which refer to each other.

        So a request is freed at once, the card in it too, and not when the garbage collector comes.
        """
        try:
            return super().dispatch(request, *args, **kwargs)
        finally:
            asked = self.request
            vars(self).clear()
            if isinstance(asked, Request):
                asked.parser_context.clear()


def account_of(request: Request) -> str:
    """Return the id of the account that calls; the permission has made sure that there is one."""
    account_id: str = cast("Merchant", request.auth).account_id
    return account_id


def language_of(request: Request) -> str:
    """Return the caller's language, in which the customer is written to."""
    raw = request._request  # noqa: SLF001 - operations meet no middleware of the pages
    if "HTTP_ACCEPT_LANGUAGE" not in raw.META:
        return _LANGUAGE
    return translation.get_language_from_request(raw)


def read(value: Any, shape: type[T], at: str = "") -> T:
    """Return `value` as `shape`; raises a 422 that names the field below `at`, not its value."""
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        problem = _blame(str(error), at)
    raise problem


def key_of(request: Request) -> str | None:
    """Return the request's idempotency key, None where it has none; raises a 422."""
    given = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if given is None:
        return None
    if not (0 < len(given) <= _LONGEST_KEY and given.isascii() and given.isprintable()):
        raise invalid("Idempotency-Key", "key")
    return str(given)


def json_answer(value: Any, *, status: int = 200) -> HttpResponse:
    """Return `value`, plain data, as an answer that needs no rendering any more."""
    return HttpResponse(msgspec.json.encode(value), status=status, content_type="application/json")


def _blame(told: str, at: str) -> Problem:
    """Return the 422 for what msgspec has found; its text holds names of fields, no values."""
    where = _WHERE.search(told)
    path = ".".join(part for part in (at, where[1] if where else "") if part)
    name = _NAME.search(told)
    if name is None:
        return invalid(path or "body", "type", "wrong_type")
    param = f"{path}.{name[1]}" if path else name[1]
    if "unknown" in told:
        # A caller's own word: it may be anything, a card's number too.
        is_safe = not any(c.isdigit() for c in name[1])
        return invalid(param if is_safe else "?", "unknown_field", "unknown_field")
    return invalid(param, "missing", "missing_field")
