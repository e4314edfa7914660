"""The basket as it lies in the session: quantities by SKU and a coupon's code, nothing else."""

from collections.abc import Iterable
from typing import Any, Final

from django.http import HttpRequest

MOST_OF_ONE: Final = 99
MOST_LINES: Final = 40
_BASKET: Final = "basket"
_COUPON: Final = "coupon"


def quantities(request: HttpRequest) -> dict[str, int]:
    """Return what is in the basket."""
    kept: dict[str, int] = request.session.get(_BASKET, {})
    return dict(kept)


def count(request: HttpRequest) -> int:
    """Return how many pieces are in the basket; touches no session where there is none."""
    return sum(quantities(request).values())


def put(request: HttpRequest, sku: str, quantity: int, most: int) -> int:
    """Have `quantity` of an article in the basket, `most` at most, none at 0; return how many."""
    kept = quantities(request)
    held = max(0, min(quantity, most, MOST_OF_ONE))
    if held and (sku in kept or len(kept) < MOST_LINES):
        kept[sku] = held
    else:
        held = 0
        kept.pop(sku, None)
    request.session[_BASKET] = kept
    return held


def keep_only(request: HttpRequest, skus: Iterable[str]) -> bool:
    """Take out what is not among `skus`; tell whether anything was."""
    kept, wanted = quantities(request), set(skus)
    left = {sku: quantity for sku, quantity in kept.items() if sku in wanted}
    if left != kept:
        request.session[_BASKET] = left
    return left != kept


def coupon(request: HttpRequest) -> str:
    """Return the code that a campaign has handed out, or that was typed before."""
    code: Any = request.session.get(_COUPON, "")
    return str(code)


def keep_coupon(request: HttpRequest, code: str) -> None:
    """Keep a coupon's code for the checkout."""
    request.session[_COUPON] = code


def empty(request: HttpRequest) -> None:
    """Take everything out, once it was ordered."""
    for name in (_BASKET, _COUPON):
        request.session.pop(name, None)
