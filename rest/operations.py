"""What every operation is: a view that answers by its app's error table and leaves no request."""

from typing import Any, ClassVar

import msgspec
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from rest_framework.views import APIView

from rest.problems import Answers


class Operation(APIView):
    """An endpoint of the API; what its services raise is answered by the error table `answers`."""

    answers: ClassVar[Answers]

    @property
    def default_response_headers(self) -> dict[str, str]:
        """Add nothing: Allow belongs to a 405, and there is one representation only."""
        return {}

    def handle_exception(self, exc: Exception) -> Any:
        """Answer a service's error by the table, anything else as DRF does."""
        make = self.answers.get(type(exc))
        return super().handle_exception(exc if make is None else make(exc))

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


def json_answer(value: Any, *, status: int = 200) -> HttpResponse:
    """Return `value`, a struct or plain data, as an answer that needs no rendering any more."""
    return HttpResponse(msgspec.json.encode(value), status=status, content_type="application/json")
