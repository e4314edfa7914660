"""What the shop's operations share: the error table, who calls and in which language."""

from typing import TYPE_CHECKING, Final, cast

from django.utils import translation
from rest_framework.request import Request

import rest
from orders.api.errors import ANSWERS

if TYPE_CHECKING:
    from accounts.authentication import Merchant

# Of a caller who does not say: the shop is in Brazil.
_LANGUAGE: Final = "pt-br"


class Operation(rest.Operation):
    """An endpoint of the shop's API."""

    answers = ANSWERS


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
