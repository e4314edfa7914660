"""`/shop/checkout/`: who buys, the card, and one order for one attempt however often it is sent."""

import math
import re
from contextlib import suppress
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from uuid_utils.compat import uuid7

from messaging.whole import TryAgainError
from orders import links
from orders.adapters import bank as banks
from orders.adapters.bank import BankAwayError, Card
from orders.api.tries import LockedError, PageGate
from orders.domain.customers import NOTICE, holds_number
from orders.models import Order
from orders.pages import bag, words
from orders.pages.basket import lines_in
from orders.pages.forms import CheckoutForm
from orders.selectors_shop import BasketLine
from orders.services import accounts, coupons
from orders.services.coupons import CouponInvalidError
from orders.services.place import (
    CardRefusedError,
    KeyReusedError,
    PlaceOrder,
    TotalChangedError,
    UnableToOrderError,
    place,
)

_TEMPLATE: Final = "orders/checkout.html"
_RETRY_SECONDS: Final = "10"
_TROUBLES: Final = (
    BankAwayError,
    CouponInvalidError,
    KeyReusedError,
    TotalChangedError,
    TryAgainError,
    UnableToOrderError,
)
_PERSONAL: Final = ("name", "email", "phone", "document", "address", "region")


@sensitive_post_parameters("number", "holder", "expiry", "cvv", *_PERSONAL)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def checkout(request: HttpRequest) -> HttpResponse:
    """Show the form; order when it is sent, once for each attempt."""
    made = bag.order_of_attempt(request, request.POST.get("attempt", ""))
    if made:
        return redirect(links.path_of(Order.objects.get(pk=made)))
    lines = lines_in(request)
    if not lines or any(line.is_short for line in lines):
        return redirect("orders:basket")
    if request.method != "POST":
        return _page(request, lines, _fresh(request))
    form = CheckoutForm(request.POST)
    if _wants_price(request):
        return _apply(request, lines)
    if not form.is_valid():
        return _page(request, lines, form, status=422)
    return _order(request, lines, form)


def _order(request: HttpRequest, lines: list[BasketLine], form: CheckoutForm) -> HttpResponse:
    given = form.cleaned_data
    gate = PageGate(given["number"], request.META)
    try:
        placed = place(_asked(request, lines, form), banks.bank(), now=timezone.now(), gate=gate)
    except CardRefusedError as error:
        return _refused(request, lines, form, error.reason)
    except LockedError as error:
        return _locked(request, lines, error)
    except _TROUBLES as error:
        return _told(request, lines, form, error)
    bag.note_order(request, given["attempt"], placed.order.id)
    accounts.keep_own(request.user, placed.order)
    return redirect(links.path_of(placed.order))


def _told(
    request: HttpRequest, lines: list[BasketLine], form: CheckoutForm, error: Exception
) -> HttpResponse:
    """Say why there is no order, and keep what can be kept for the next try."""
    if isinstance(error, UnableToOrderError):
        messages.error(request, _("The shop cannot take this order. Look at the basket again."))
        return redirect("orders:basket")
    if isinstance(error, CouponInvalidError):
        form.add_error("coupon", words.flaw(error.flaw))
        return _page(request, lines, form, status=422)
    if isinstance(error, TryAgainError):
        # Under the same attempt: it may have been ordered, and asking again tells.
        return _page(request, lines, form, status=503, trouble="unknown")
    if isinstance(error, BankAwayError):
        return _again(request, lines, trouble="away", status=503)
    if isinstance(error, TotalChangedError):
        return _again(request, lines_in(request), trouble="changed")
    return _again(request, lines, trouble="reused")


def _refused(
    request: HttpRequest, lines: list[BasketLine], form: CheckoutForm, reason: str
) -> HttpResponse:
    """Mark the field that the bank does not take."""
    form.add_error(words.field_of_refusal(reason), words.refusal(reason))
    return _page(request, lines, form, status=422, trouble="refused")


def _locked(request: HttpRequest, lines: list[BasketLine], error: LockedError) -> HttpResponse:
    """Answer a try that came after too many refusals: 429, with when to come again."""
    seconds = max(1, math.ceil((error.until - timezone.now()).total_seconds()))
    answer = _again(request, lines, trouble="locked", status=429, minutes=math.ceil(seconds / 60))
    answer["Retry-After"] = str(seconds)
    return answer


def _asked(request: HttpRequest, lines: list[BasketLine], form: CheckoutForm) -> PlaceOrder:
    given = form.cleaned_data
    month, year = given["expiry"]
    account_id, _secret = banks.shop_account()
    return PlaceOrder(
        account_id=account_id,
        key=given["attempt"],
        person=form.person,
        lines={line.product.sku: line.quantity for line in lines},
        card=Card(
            number=given["number"],
            holder=given["holder"],
            expiration_month=month,
            expiration_year=year,
            cvv=given["cvv"],
        ),
        coupon=given["coupon"],
        seen_cents=given["total"],
        # Not ticked is nothing said: whoever has opted out before stays out.
        telesales_opt_out=True if given["opt_out"] else None,
        language=get_language() or "en",
        is_owner=accounts.owner_of(request.user, bag.orders_placed(request)),
    )


def _wants_price(request: HttpRequest) -> bool:
    """Tell whether a coupon is to count: by its button, or by Enter where it is not priced yet."""
    typed = coupons.code_of(request.POST.get("coupon", ""))
    is_new = typed != request.POST.get("applied", "")
    return "apply" in request.POST or ("enter" in request.POST and is_new)


def _fresh(request: HttpRequest) -> CheckoutForm:
    known = accounts.person_of(request.user)
    asked = {name: getattr(known, name) for name in _PERSONAL} if known else {}
    return CheckoutForm(initial={**asked, "coupon": bag.coupon(request)})


def _apply(request: HttpRequest, lines: list[BasketLine]) -> HttpResponse:
    """Show what a coupon takes off, keeping all that was typed but the card."""
    code = coupons.code_of(request.POST.get("coupon", ""))
    with suppress(CouponInvalidError):
        _priced(lines, code)
        bag.keep_coupon(request, code)
    return _page(request, lines, CheckoutForm(initial=_kept(request)))


def _again(
    request: HttpRequest, lines: list[BasketLine], *, status: int = 422, **more: Any
) -> HttpResponse:
    """Show the form for a new attempt: nothing was ordered under the one before."""
    return _page(request, lines, CheckoutForm(initial=_kept(request)), status=status, **more)


def _kept(request: HttpRequest) -> dict[str, str]:
    typed = {name: request.POST.get(name, "") for name in (*_PERSONAL, "coupon", "opt_out")}
    number = re.sub(r"\D", "", request.POST.get("number", ""))
    return {name: "" if holds_number(number, text) else text for name, text in typed.items()}


def _page(
    request: HttpRequest,
    lines: list[BasketLine],
    form: CheckoutForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    code = str(form["coupon"].value() or "")
    try:
        priced = _priced(lines, coupons.code_of(code))
        priced["applied"] = coupons.code_of(code)
    except CouponInvalidError as error:
        priced = _priced(lines, "")
        priced["flaw"], priced["applied"] = words.flaw(error.flaw), ""
    is_same = form.is_bound and "attempt" not in form.errors
    context = {
        "form": form,
        "lines": lines,
        "attempt": form["attempt"].value() if is_same else str(uuid7()),
        "notice": NOTICE,
        **priced,
        **more,
    }
    answer = render(request, _TEMPLATE, context, status=status)
    if status == 503:  # noqa: PLR2004 - the only one that passes by itself
        answer["Retry-After"] = _RETRY_SECONDS
    return answer


def _priced(lines: list[BasketLine], code: str) -> dict[str, Any]:
    """Return the sums with the coupon's discount; raises CouponInvalidError."""
    subtotal = sum(line.cents for line in lines)
    off = coupons.discount_of(code, subtotal, timezone.now())
    return {"subtotal_cents": subtotal, "discount_cents": off, "total_cents": subtotal - off}
