"""Holds an account to its rate in the REST API, by DRF's throttling hook."""

from typing import TYPE_CHECKING, Any

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.authentication import Merchant
from accounts.services import rates

if TYPE_CHECKING:
    # DRF's views import their default throttles, this module among them.
    from rest_framework.views import APIView


class AccountRateThrottle(BaseThrottle):
    """Lets ACCOUNTS_RATE_LIMIT requests of an account through per ACCOUNTS_RATE_SECONDS.

    Requests that carry no account are not counted: they are refused by permissions.
    """

    def __init__(self) -> None:
        """Start as one request's throttle, as DRF makes them."""
        self._wait: float | None = None

    def allow_request(self, request: Request, view: "APIView") -> bool:  # noqa: ARG002 - DRF's hook
        """Count the request; tell whether it may pass."""
        merchant: Any = request.auth
        if not isinstance(merchant, Merchant):
            return True
        self._wait = rates.take(merchant.account_id)
        return self._wait is None

    def wait(self) -> float | None:
        """Return the seconds until the account may call again, for Retry-After."""
        return self._wait
