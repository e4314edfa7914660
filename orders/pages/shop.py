"""`/shop/`: the goods, and each article's own page."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from orders import selectors_shop
from orders.models import Product
from orders.pages import bag
from orders.selectors_shop import Wanted

_PAGE_GOODS = 24
_OTHERS = 4


@require_safe
@never_cache
def shop(request: HttpRequest) -> HttpResponse:
    """List the goods; search, filter and order stand in the address."""
    wanted = Wanted.of(request.GET.dict(), get_language() or "en")
    paginator = Paginator(selectors_shop.goods_as(wanted), _PAGE_GOODS)
    context = {
        "page": paginator.get_page(request.GET.get("page")),
        "count": paginator.count,
        "wanted": wanted,
        "sorts": [
            ("name", _("Name, A to Z")),
            ("price", _("Cheapest first")),
            ("-price", _("Dearest first")),
        ],
        "pieces": bag.count(request),
    }
    return render(request, "orders/shop.html", context)


@require_safe
@never_cache
def product(request: HttpRequest, sku: str) -> HttpResponse:
    """Show an article with what is said of it, and put it into the basket from there."""
    try:
        found = selectors_shop.goods().get(pk=sku)
    except Product.DoesNotExist:
        raise Http404 from None
    held = bag.quantities(request).get(sku, 0)
    context = {
        "product": found,
        "held": held,
        "most": max(0, min(found.available, bag.MOST_OF_ONE) - held),
        "others": selectors_shop.others_than(sku, _OTHERS),
        "pieces": bag.count(request),
    }
    return render(request, "orders/product.html", context)
