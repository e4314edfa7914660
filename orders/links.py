"""An order's own page, under an address that nobody can guess: its id and a keyed hash of it."""

import hmac
from typing import Final

from orders.adapters.hashes import keyed_hash
from orders.models import Order

_LETTERS: Final = 32


def mac_of(order_id: str) -> str:
    """Return what proves that an order's link was handed out by the shop: 32 hex digits."""
    return keyed_hash("order-link", order_id)[:_LETTERS]


def path_of(order: Order) -> str:
    """Return the path of the order's page."""
    return f"/orders/{order.id}/{mac_of(order.id)}/"


def order_of(order_id: str, mac: str) -> Order:
    """Return the order of a link; raises Order.DoesNotExist, for a wrong hash too."""
    if not hmac.compare_digest(mac_of(order_id).encode(), mac.encode()):
        raise Order.DoesNotExist
    return Order.objects.select_related("customer").get(pk=order_id)
