"""`GET /products`: what the shop sells, and how many there are."""

from typing import Any, Final

from django.http import HttpResponse
from rest_framework.request import Request

import rest
from orders import selectors
from orders.api import base, docs
from orders.api.errors import invalid
from orders.models import Product

_PAGE: Final = 50
_LONGEST_PAGE: Final = 200
_LONGEST_SKU: Final = 32


class Products(base.Operation):
    """The goods."""

    @docs.LIST_PRODUCTS
    def get(self, request: Request) -> HttpResponse:
        """List what is sold, by SKU; names are in the language of Accept-Language."""
        size = _size(request.query_params.get("limit", str(_PAGE)))
        cursor = request.query_params.get("cursor", "")
        if len(cursor) > _LONGEST_SKU or not cursor.isprintable():
            raise invalid("cursor", "cursor")
        found = list(selectors.products().filter(pk__gt=cursor)[: size + 1])
        is_portuguese = base.language_of(request) == "pt-br"
        has_more = len(found) > size
        return rest.json_answer(
            {
                "data": [_shown(each, is_portuguese=is_portuguese) for each in found[:size]],
                "has_more": has_more,
                "next_cursor": found[size - 1].sku if has_more else None,
            }
        )


def _size(text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(_LONGEST_PAGE))
    if not is_number or not 1 <= int(text) <= _LONGEST_PAGE:
        raise invalid("limit", "limit")
    return int(text)


def _shown(product: Product, *, is_portuguese: bool) -> dict[str, Any]:
    return {
        "sku": product.sku,
        "name": product.name_pt if is_portuguese else product.name_en,
        "price": selectors.amount(product.price_cents),
        "stock": product.available,
    }
