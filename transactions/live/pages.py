"""The page of the live panel: the frame that the socket and the numbers fill."""

from functools import partial
from typing import Any

from csp.decorators import csp_update
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import selectors
from transactions.live import address, words


@require_safe
@login_required
@never_cache
def panel(request: HttpRequest) -> HttpResponseBase:
    """Show the panel: staff see every account, others the accounts that they belong to."""
    socket = address.websocket_url(request)
    allow_socket = csp_update({"connect-src": [socket]})
    return allow_socket(partial(_render, socket=socket))(request)


def _render(request: HttpRequest, socket: str) -> HttpResponse:
    accounts = selectors.named_accounts(request.user)
    context = {
        "accounts": accounts,
        "is_staff": getattr(request.user, "is_staff", False),
        "sees_nothing": not accounts and not getattr(request.user, "is_staff", False),
        "page_data": _page_data(socket, accounts),
    }
    return render(request, "transactions/panel.html", context)


def _page_data(socket: str, accounts: dict[str, str]) -> dict[str, Any]:
    """Return what the page's scripts need: addresses, the accounts' names, their phrases."""
    return {
        "socket": socket,
        "login": reverse("login"),
        "stats": "/panel/stats/",
        "history": "/panel/transactions/",
        "sheet": "/panel/transactions.csv",
        "accounts": accounts,
        "words": words.phrases(),
    }
