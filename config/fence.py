"""Keeps telesales' agents to telesales: a list of what is open to them, everything else closed.

It is a list of what is open so that a page that is added one day is closed to them by itself.
"""

from collections.abc import Callable
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import ResolverMatch

from accounts.selectors import may_see_payments

AGENTS_APP: Final = "televendas"
_OPEN: Final = frozenset(
    {
        *("login", "logout", "theme", "set_language"),
        *("admin:index", "admin:login", "admin:logout", "admin:jsi18n", "admin:search"),
        *("admin:password_change", "admin:password_change_done"),
    }
)
_OPEN_ADMIN: Final = f"admin:{AGENTS_APP}_"
_START: Final = "start"


class AgentFence:
    """Refuses agents every view that is not theirs, and leads them from the start to their own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Stand before `get_response`, after the session is known."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; the view is judged once it is known."""
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        _view: Callable[..., Any],
        _args: tuple[Any, ...],
        _kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """Judge by the view's name; raises PermissionDenied."""
        match = request.resolver_match
        if match is None or _is_open(match) or may_see_payments(request.user):
            return None
        if match.view_name == _START:
            return redirect("televendas:call")
        raise PermissionDenied


def _is_open(match: ResolverMatch) -> bool:
    name = match.view_name
    return match.app_name == AGENTS_APP or name in _OPEN or name.startswith(_OPEN_ADMIN)
