"""The basket as it lies in the session: quantities by SKU and a coupon's code, nothing else."""

from collections.abc import Iterable
from typing import Any, Final

from django.http import HttpRequest

MOST_OF_ONE: Final = 99
MOST_LINES: Final = 40
_BASKET: Final = "basket"
_COUPON: Final = "coupon"
_ATTEMPTS: Final = "attempts"
# So many orders of a browser are remembered: enough for a double press and for who signs up later.
_MOST_ATTEMPTS: Final = 20


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


def note_order(request: HttpRequest, attempt: str, order_id: str) -> None:
    """Take everything out, now that it was ordered, and remember what the attempt has become."""
    for name in (_BASKET, _COUPON):
        request.session.pop(name, None)
    kept = {**request.session.get(_ATTEMPTS, {}), attempt: order_id}
    request.session[_ATTEMPTS] = dict(list(kept.items())[-_MOST_ATTEMPTS:])


def order_of_attempt(request: HttpRequest, attempt: str) -> str:
    """Return the id of the order that the attempt has become, empty while there is none."""
    kept: dict[str, str] = request.session.get(_ATTEMPTS, {}) if attempt else {}
    return kept.get(attempt, "")


def orders_placed(request: HttpRequest) -> list[str]:
    """Return the ids of the orders that this browser has placed."""
    return list(request.session.get(_ATTEMPTS, {}).values())
