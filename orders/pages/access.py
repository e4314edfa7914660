"""Lets staff in; what they see is kept in no cache on the way."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from accounts.selectors import may_see_payments

View = Callable[..., HttpResponseBase]


def staff_only(view: View) -> View:
    """Refuse everybody but staff whom payments concern."""

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (getattr(request.user, "is_staff", False) and may_see_payments(request.user)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
