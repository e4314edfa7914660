"""`/orders/<id>/<mac>/`: an order's own page, its live part, and cancelling it."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, Final

from csp.decorators import csp_update
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from messaging.whole import TryAgainError, run_whole
from orders import links, selectors, selectors_shop
from orders.live.address import websocket_url
from orders.models import Order
from orders.pages import order_words
from orders.services import accounts
from orders.services.cancel import TooLateError, cancel

_STATE: Final = "orders/part/state.html"
_SURE: Final = "orders/part/cancel.html"
View = Callable[..., HttpResponseBase]


def order_page(view: View) -> View:
    """Give the view the order of its link; any other address is not there. Kept in no cache."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, order_id: str, mac: str) -> HttpResponseBase:
        try:
            found = links.order_of(order_id, mac)
        except Order.DoesNotExist:
            raise Http404 from None
        answer = view(request, found)
        answer["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return guarded


@require_safe
@order_page
def order(request: HttpRequest, found: Order) -> HttpResponseBase:
    """Show the order; its socket says when there is news."""
    accounts.keep_opened(request.user, found)
    socket = websocket_url(request, found.id)
    shown = partial(render, template_name="orders/order.html")
    context = {**_context(found), "socket": socket}
    return csp_update({"connect-src": [socket]})(partial(shown, context=context))(request)


@require_safe
@order_page
def state(request: HttpRequest, found: Order) -> HttpResponse:
    """Return the part of the page that moves."""
    return render(request, _STATE, _context(found))


@require_http_methods(["GET", "HEAD", "POST"])
@order_page
def cancelling(request: HttpRequest, found: Order) -> HttpResponse:
    """Ask, saying what happens to the money; cancel when it is sent."""
    if request.method != "POST":
        template = _SURE if request.headers.get("HX-Request") else "orders/cancel.html"
        return render(request, template, _context(found))
    now = timezone.now()
    try:
        ended = run_whole(partial(cancel, found.id, reason="customer", actor="customer", now=now))
    except TooLateError:
        messages.error(request, _("It is too late to cancel: the order has moved on."))
    except TryAgainError:
        messages.error(request, _("The shop cannot tell whether it is cancelled. Press again."))
    else:
        messages.success(request, order_words.after_cancelling(ended))
    return redirect(links.path_of(found))


@require_safe
@never_cache
@login_required
def mine(request: HttpRequest, order_id: str) -> HttpResponse:
    """Lead whoever is signed in to an order of their list."""
    if not selectors_shop.has_in_list(request.user.pk, order_id):  # type: ignore[arg-type]  # signed in
        raise Http404
    return redirect(links.path_of(Order.objects.get(pk=order_id)))


def _context(found: Order) -> dict[str, Any]:
    return {
        "order": found,
        "link": links.path_of(found),
        "told": order_words.standing(found),
        "steps": order_words.steps(found, selectors.steps_of(found)),
        "lines": selectors_shop.goods_of(found),
        "can_cancel": order_words.can_cancel(found),
        "money": order_words.if_cancelled(found),
        "subtotal_cents": found.total_cents + found.discount_cents,
    }
