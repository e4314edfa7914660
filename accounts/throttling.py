"""Holds an account to its rate in the REST API, and whoever tries cards to a few refusals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.addresses import client_address
from accounts.authentication import Merchant
from accounts.services import lockouts, rates
from accounts.services.lockouts import LockedError

__all__ = ["AccountRateThrottle", "LockedError", "Tries", "client_address"]

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


@dataclass(frozen=True, slots=True)
class Tries:
    """What went wrong for some subjects: ten failures of one within half an hour lock it as long.

    `subjects` has the kind of each by its name, at most 36 characters that tell nobody anything,
    such as part of a keyed hash. They are counted where wrong secrets are.
    """

    subjects: Mapping[str, str]

    def refuse_if_locked(self) -> None:
        """Raise LockedError while one of them is locked."""
        now = datetime.now(UTC)
        for name, kind in self.subjects.items():
            lockouts.refuse_if_locked(name, kind, now)

    def count_failure(self) -> None:
        """Count one failure of each; raises LockedError where another one locked it first."""
        now = datetime.now(UTC)
        for name, kind in self.subjects.items():
            lockouts.count_failure(name, kind, now)
