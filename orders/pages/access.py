"""Lets staff in; what they see is kept in no cache, what they could not do is to be done again."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.selectors import may_see_payments
from messaging.whole import TryAgainError

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


def again_when_locked(name: str, *kept: str) -> Callable[[View], View]:
    """Lead to the page called `name`, which takes what is `kept`, where the database stays locked.

    Nothing was changed then, and that page says so.
    """

    def wrapped(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                return view(request, *args, **kwargs)
            except TryAgainError:
                said = _("The database did not answer. Nothing is lost: do it again.")
                messages.error(request, said)
                answer: HttpResponseBase = redirect(name, **{each: kwargs[each] for each in kept})
                return answer

        return guarded

    return wrapped
