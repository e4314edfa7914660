"""`/account/`: a customer's orders and data, signing up, and being erased."""

from functools import partial
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from messaging.whole import TryAgainError
from orders import selectors_shop
from orders.domain.customers import NOTICE
from orders.pages import bag, doors, order_words
from orders.pages.forms import MyDataForm, SignUpForm
from orders.services import accounts
from orders.services.accounts import NameTakenError, NotYoursError, SignUp, Standing
from orders.services.erase import OpenOrdersError

_BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
_PAGE_ORDERS: Final = 25


@require_safe
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """List the orders of whoever is signed in; others are asked to sign in or up."""
    if not request.user.is_authenticated:
        return render(request, "orders/welcome.html")
    found = selectors_shop.orders_of(request.user.pk)
    page = Paginator(found, _PAGE_ORDERS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "count": page.paginator.count,
        "rows": [{"order": each, "told": order_words.standing(each)} for each in page],
        "tab": "orders",
    }
    return render(request, "orders/account.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sign_up(request: HttpRequest) -> HttpResponse:
    """Make a login and enter the person behind it."""
    if request.user.is_authenticated:
        return redirect("orders:account")
    form = SignUpForm(request.POST or None)
    if request.method != "POST":
        return _sign_up_page(request, form)
    if not form.is_valid():
        return _sign_up_page(request, form, status=422)
    wait = doors.wait_at(accounts.SIGN_UP, request)
    if wait is not None:
        form.add_error(None, doors.words_of(wait))
        return doors.told_to_wait(_sign_up_page(request, form, status=429), wait)
    return _sign_up(request, form)


def _sign_up(request: HttpRequest, form: SignUpForm) -> HttpResponse:
    given = form.cleaned_data
    asked = SignUp(
        username=given["username"],
        password=given["password"],
        person=form.person,
        telesales=given["telesales"],
        language=get_language() or "en",
        placed=bag.orders_placed(request),
    )
    try:
        user = accounts.sign_up(asked, now=timezone.now())
    except NameTakenError:
        form.add_error("username", _("Somebody has this name already. Choose another one."))
    except TryAgainError:
        form.add_error(None, _("The shop cannot tell whether it was made. Send it again."))
    else:
        login(request, user, backend=_BACKEND)
        messages.success(request, _("The account is made, and you are signed in."))
        return redirect("orders:account")
    return _sign_up_page(request, form, status=422)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def my_data(request: HttpRequest) -> HttpResponse:
    """Show what is kept of the person; change phone and consent."""
    if request.method != "POST":
        return _data_page(request)
    form = MyDataForm(request.POST)
    if not form.is_valid():
        return _data_page(request, form, status=422)
    try:
        accounts.change(
            request.user,
            phone=form.person.phone,
            opt_out=form.cleaned_data["opt_out"],
            language=get_language() or "en",
            now=timezone.now(),
        )
    except NotYoursError:
        messages.error(request, _("Nothing was changed: these data are not yours to change here."))
    except TryAgainError:
        messages.error(request, _("The shop cannot tell whether it was changed. Send it again."))
    else:
        messages.success(request, _("Your data are changed."))
    return redirect("orders:my-data")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def erase(request: HttpRequest) -> HttpResponse:
    """Ask, naming what will be lost; erase when it is sent."""
    standing, _customer = accounts.standing_of(request.user)
    if request.method != "POST" or standing is Standing.NONE:
        return _erase_page(request, standing)
    now = timezone.now()
    try:
        was = accounts.erase(request.user, now=now)
    except OpenOrdersError as error:
        return _erase_page(request, standing, packed=len(error.order_ids), status=409)
    except (NotYoursError, TryAgainError):
        messages.error(request, _("Nothing was erased. Try it again in a moment."))
        return redirect("orders:erase")
    logout(request)
    context = {"at": now, "is_whole": was is Standing.OWN}
    return render(request, "orders/erased.html", context)


def _sign_up_page(request: HttpRequest, form: SignUpForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "notice": NOTICE, "placed": len(bag.orders_placed(request))}
    return render(request, "orders/sign_up.html", context, status=status)


def _data_page(
    request: HttpRequest, form: MyDataForm | None = None, *, status: int = 200
) -> HttpResponse:
    standing, customer = accounts.standing_of(request.user)
    context: dict[str, Any] = {"tab": "data", "standing": standing.value, "notice": NOTICE}
    if customer is not None:
        initial = {"phone": customer.phone, "opt_out": customer.telesales_opt_out}
        context |= {
            "customer": customer,
            "person": accounts.person_of(request.user),
            "consents": customer.consents.order_by("-at"),
            "form": form or MyDataForm(initial=initial),
        }
    return render(request, "orders/my_data.html", context, status=status)


def _erase_page(
    request: HttpRequest, standing: Standing, *, packed: int = 0, status: int = 200
) -> HttpResponse:
    show = partial(render, request, "orders/erase.html", status=status)
    return show({"standing": standing.value, "packed": packed})
