"""Lets the agents of telesales in, and nobody else; what they see is kept nowhere on the way."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

PERMISSION: Final = "televendas.view_customer"
View = Callable[..., HttpResponseBase]


def agents_only(view: View) -> View:
    """Send strangers to the login and refuse everybody without the right; forbid every cache."""

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
