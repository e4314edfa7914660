"""What the gateway's operations share: the error table, who calls, and what they ask for."""

from typing import TYPE_CHECKING, Any, cast

from rest_framework.request import Request

import rest
from transactions.api.errors import ANSWERS
from transactions.domain.listing import Readers, read_query

if TYPE_CHECKING:
    from accounts.authentication import Merchant


class Operation(rest.Operation):
    """An endpoint of the gateway's API."""

    answers = ANSWERS


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
