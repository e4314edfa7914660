"""Keeps telesales' agents to telesales and the warehouse's people to the warehouse.

For each there is a list of what is open, so that a page that is added one day is closed by itself.
"""

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import ResolverMatch

from accounts.selectors import may_see_payments, works_in_warehouse

AGENTS_APP: Final = "televendas"
WAREHOUSE_ROUTE: Final = "warehouse/"
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
    """Refuses members of these groups whatever is not theirs, and leads them to where it begins."""

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
        match, user = request.resolver_match, request.user
        if match is None or match.view_name in _OPEN or may_see_payments(user):
            return None
        groups = frozenset(user.groups.values_list("name", flat=True))
        if any(group in groups and is_theirs(match) for group, is_theirs in _THEIRS.items()):
            return None
        if match.view_name == _START:
            return redirect(home_of(user))
        raise PermissionDenied


def home_of(user: Any) -> str:
    """Return the view with which somebody begins who sees no payments."""
    return "orders:pick-lists" if works_in_warehouse(user) else "televendas:call"


def _is_agents(match: ResolverMatch) -> bool:
    return match.app_name == AGENTS_APP or match.view_name.startswith(_OPEN_ADMIN)


def _is_pickers(match: ResolverMatch) -> bool:
    return match.route.startswith(WAREHOUSE_ROUTE)


_THEIRS: Final[dict[str, Callable[[ResolverMatch], bool]]] = {
    settings.TELEVENDAS_GROUP: _is_agents,
    settings.WAREHOUSE_GROUP: _is_pickers,
}
