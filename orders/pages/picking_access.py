"""Lets the warehouse's people and staff in, and gives a view the list of its address."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from accounts.selectors import works_in_warehouse
from orders import selectors_staff
from orders.models import PickList

View = Callable[..., HttpResponseBase]


def warehouse_only(view: View) -> View:
    """Send strangers to the login and refuse everybody whose work is elsewhere."""

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not works_in_warehouse(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def list_page(view: View) -> View:
    """Give the view the pick list of its address, with its order."""

    @warehouse_only
    @wraps(view)
    def guarded(request: HttpRequest, order_id: UUID, **kwargs: Any) -> HttpResponseBase:
        try:
            mine = selectors_staff.pick_list(str(order_id))
        except PickList.DoesNotExist:
            raise Http404 from None
        return view(request, mine, **kwargs)

    return guarded


def actor_of(request: HttpRequest) -> str:
    """Return the name under which this person's acts are kept."""
    return request.user.get_username()
