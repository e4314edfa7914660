"""Lets holders and staff in; what they see is kept in no cache on the way."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from bank_grpc.models import Card
from bank_grpc.selectors import BadCursorError
from bank_grpc.selectors_cards import card_of, is_staff

View = Callable[..., HttpResponseBase]


def card_page(view: View) -> View:
    """Give the view the card of its address; another's card is not there at all.

    Neither is a page of a list that a cursor of nobody's making asks for.
    """

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, card_id: str, **kwargs: Any) -> HttpResponseBase:
        try:
            card = card_of(request.user, card_id)
        except Card.DoesNotExist:
            raise Http404 from None
        try:
            return view(request, card, **kwargs)
        except BadCursorError:
            raise Http404 from None

    return guarded


def staff_only(view: View) -> View:
    """Refuse everybody but staff."""

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_staff(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
