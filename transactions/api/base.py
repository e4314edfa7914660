"""What every operation of the API shares: the error table, and answers that cost little."""

from typing import TYPE_CHECKING, Any, cast

import msgspec
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from rest_framework.views import APIView

from transactions.api.errors import translated
from transactions.domain.listing import Readers, read_query

if TYPE_CHECKING:
    from accounts.authentication import Merchant


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


def merchant_of(request: Request) -> "Merchant":
    """Return who calls; the permission has made sure that there is one."""
    return cast("Merchant", request.auth)


def is_json(request: Request) -> bool:
    """Say whether the body is what the API's parser reads, as the negotiation judges it."""
    negotiator = request.negotiator
    return negotiator is not None and bool(negotiator.select_parser(request, request.parsers or ()))


def query_of(request: Request, readers: Readers) -> dict[str, Any]:
    """Return the values of the query's parameters; raises ShapeError for any other parameter."""
    return read_query(dict(request.query_params.lists()), readers)


def json_answer(value: Any, *, status: int = 200) -> HttpResponse:
    """Return `value`, a struct or plain data, as an answer that needs no rendering any more."""
    return HttpResponse(msgspec.json.encode(value), status=status, content_type="application/json")
