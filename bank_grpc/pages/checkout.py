"""`/checkout/`: a demo product, a card form, and a payment over gRPC while the buyer waits."""

import math
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe
from uuid_utils.compat import uuid7

from accounts.throttling import LockedError
from bank_grpc.adapters import bank
from bank_grpc.adapters.bank import BankAwayError, MalformedError
from bank_grpc.api.tries import PageGate
from bank_grpc.pages import words
from bank_grpc.pages.forms import CheckoutForm
from bank_grpc.services.checkout import CheckoutOrder, answer_of, check_out
from bank_grpc.services.requests import RequestReusedError

# Who calls, in the bank's keys: no account has such an id.
CALLER: Final = "checkout-page"
STORE: Final = "Empório Trilho"
PRICE_CENTS: Final = 89_90
_TEMPLATE: Final = "bank/checkout.html"


@sensitive_post_parameters("number", "holder", "expiry", "cvv")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def checkout(request: HttpRequest) -> HttpResponse:
    """Show the product and the form; pay when it is sent."""
    if request.method != "POST":
        return _page(request, CheckoutForm(initial={"attempt": str(uuid7())}))
    form = CheckoutForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    return _pay(request, form)


@require_safe
@never_cache
def paid(request: HttpRequest, checkout_id: str) -> HttpResponse:
    """Show what was paid; the address is a keyed hash that nobody guesses."""
    answered = answer_of(checkout_id)
    if answered is None or not answered.is_approved:
        raise Http404
    cents = int(answered.body["amount"].replace(".", ""))
    return render(request, "bank/paid.html", {"paid": answered.body, "cents": cents})


def _pay(request: HttpRequest, form: CheckoutForm) -> HttpResponse:
    order = _order(form.cleaned_data)
    try:
        answered = check_out(order, bank.bank(), PageGate(order, request.META))
    except LockedError as error:
        return _wait(request, form, error)
    except BankAwayError:
        return _page(request, form, trouble="away", status=503)
    except RequestReusedError:
        return _page(request, form, trouble="changed", status=422)
    except MalformedError:
        return _page(request, form, trouble="malformed", status=422)
    if answered.is_approved:
        return redirect("bank:paid", checkout_id=answered.id)
    # A refusal stays with its key: what comes next is a new try.
    again = CheckoutForm({**request.POST.dict(), "attempt": str(uuid7())})
    again.full_clean()
    reason = words.refusal(answered.body["reason"])
    return _page(request, again, trouble="refused", reason=reason, status=402)


def _wait(request: HttpRequest, form: CheckoutForm, locked: LockedError) -> HttpResponse:
    """Answer a try that came after too many refusals: 429, with when to come again."""
    seconds = max(1, math.ceil((locked.until - timezone.now()).total_seconds()))
    minutes = math.ceil(seconds / 60)
    answer = _page(request, form, trouble="locked", minutes=minutes, status=429)
    answer["Retry-After"] = str(seconds)
    return answer


def _order(given: dict[str, Any]) -> CheckoutOrder:
    month, year = given["expiry"]
    return CheckoutOrder(
        caller=CALLER,
        key=given["attempt"],
        store=STORE,
        amount_cents=PRICE_CENTS * given["pieces"],
        description=_("Coffee beans, 1 kg"),
        number=given["number"],
        holder=given["holder"],
        expiration_month=month,
        expiration_year=year,
        cvv=given["cvv"],
    )


def _page(
    request: HttpRequest, form: CheckoutForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"form": form, "price_cents": PRICE_CENTS, "store": STORE, **more}
    return render(request, _TEMPLATE, context, status=status)
