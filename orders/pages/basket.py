"""`/shop/basket/`: what lies in it, and every change of it, all without a script."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from orders import selectors_shop
from orders.models import Product
from orders.pages import bag
from orders.selectors_shop import BasketLine
from orders.templatetags.shop import article


@require_safe
@never_cache
def basket(request: HttpRequest) -> HttpResponse:
    """Show the basket with today's prices, and say which lines cannot be had as they stand."""
    lines = lines_in(request)
    context = {
        "lines": lines,
        "total_cents": sum(line.cents for line in lines),
        "is_short": any(line.is_short for line in lines),
        "most": bag.MOST_OF_ONE,
        "out": _taken_out(request),
        "pieces": bag.count(request),
    }
    return render(request, "orders/basket.html", context)


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Put more of an article in, and go back to where it was pressed."""
    found = _product(request)
    if found is None:
        return redirect("orders:shop")
    before = bag.quantities(request).get(found.sku, 0)
    wanted = before + max(1, _number(request.POST.get("quantity", ""), 1))
    held = bag.put(request, found.sku, wanted, found.available)
    if held == wanted:
        messages.success(request, _("%(name)s is in the basket.") % {"name": article(found)})
    elif held > before:
        messages.warning(request, _only(found))
    else:
        messages.error(request, _no_more(found, held))
    # Not `redirect`, which would take a single word for a view's name.
    return HttpResponseRedirect(_back(request, reverse("orders:product", args=[found.sku])))


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Have another quantity of an article, or none of it."""
    sku = request.POST.get("sku", "")
    before = bag.quantities(request).get(sku, 0)
    wanted = (
        0 if "remove" in request.POST else max(0, _number(request.POST.get("quantity", ""), before))
    )
    found = _product(request)
    held = bag.put(request, sku, wanted, found.available if found else 0)
    if found and held < wanted:
        messages.warning(request, _only(found))
    elif found and not held and before:
        return redirect(f"{reverse('orders:basket')}?{urlencode({'out': sku, 'pieces': before})}")
    return redirect("orders:basket")


def lines_in(request: HttpRequest) -> list[BasketLine]:
    """Return the basket's lines; what is not sold any more is taken out, and that is said."""
    lines = selectors_shop.lines_of(bag.quantities(request))
    if bag.keep_only(request, (line.product.sku for line in lines)):
        messages.info(request, _("An article that is not sold any more was taken out."))
    return lines


def _taken_out(request: HttpRequest) -> dict[str, Any] | None:
    """Return what was just taken out, which can be put back by one press."""
    found = selectors_shop.goods().filter(pk=request.GET.get("out", "")).first()
    if found is None or found.sku in bag.quantities(request):
        return None
    return {"product": found, "pieces": _number(request.GET.get("pieces", ""), 1)}


def _only(found: Product) -> str:
    facts = {"name": article(found), "n": min(found.available, bag.MOST_OF_ONE)}
    return _("Only %(n)d of %(name)s can be had; so many are in the basket.") % facts


def _no_more(found: Product, held: int) -> str:
    """Return why nothing was put in: the shop has no more, or the basket takes no more."""
    if held == bag.MOST_OF_ONE:
        facts = {"n": held, "name": article(found)}
        return _("No more than %(n)d of %(name)s fit into one order.") % facts
    if not held and found.available > 0:
        full = _("The basket is full: %(n)d different articles are in it.")
        return full % {"n": bag.MOST_LINES}
    return _("There are no more of %(name)s.") % {"name": article(found)}


def _product(request: HttpRequest) -> Product | None:
    return selectors_shop.goods().filter(pk=request.POST.get("sku", "")).first()


def _number(text: str, default: int) -> int:
    text = text.strip()
    # Nobody means more than four digits, and int() refuses some that isdigit() takes.
    is_number = text.isascii() and text.isdigit() and len(text) <= 4  # noqa: PLR2004
    return int(text) if is_number else default


def _back(request: HttpRequest, otherwise: str) -> str:
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return back if is_ours else otherwise
