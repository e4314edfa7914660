"""The claim on a client's key: committed before the bank is asked, settled with the order.

What is kept of a request is an HMAC for each field, salted by the key, and nothing of the CVV.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from orders.adapters.hashes import keyed_hash
from orders.models import OrderRequest

_LETTERS: Final = 32


class KeyReusedError(Exception):
    """The key stands for another order; `fields` are those that differ."""

    def __init__(self, fields: list[str]) -> None:
        """Keep the names of what differs."""
        super().__init__("the key stands for another order")
        self.fields = fields


@dataclass(frozen=True, slots=True)
class Claim:
    """A key with what was asked under it; `order_id` is empty where nothing was ordered yet."""

    id: str
    digests: Mapping[str, str]
    order_id: str = ""


def claim(account_id: str, key: str, asked: Mapping[str, object], now: datetime) -> Claim:
    """Commit the key for what is `asked` by field, or find it; raises KeyReusedError."""
    identity = keyed_hash("order-request", account_id, key)
    digests = {
        name: keyed_hash("order-field", identity, name, value)[:_LETTERS]
        for name, value in asked.items()
    }
    kept = OrderRequest.objects.filter(pk=identity).first()
    if kept is None:
        try:
            with transaction.atomic():
                OrderRequest.objects.create(id=identity, digests=digests, created_at=now)
        except IntegrityError:
            # A twin came first; of the two orders only one will be settled.
            kept = OrderRequest.objects.filter(pk=identity).first()
    if kept is None:
        return Claim(identity, digests)
    _compare(kept, digests)
    return Claim(identity, digests, kept.order_id)


def release(taken: Claim) -> None:
    """Give the key back after a refusal: nothing was ordered, and what is corrected may be sent."""
    OrderRequest.objects.filter(pk=taken.id, order_id="").delete()


def settle(taken: Claim, order_id: str, now: datetime) -> str:
    """Let the key stand for the order, inside the transaction that makes it; return whose it is.

    That is `order_id`, or a twin's that was quicker. Raises KeyReusedError.
    """
    mine = OrderRequest.objects.filter(pk=taken.id, order_id="")
    if mine.update(order_id=order_id, digests=taken.digests):
        return order_id
    kept = OrderRequest.objects.filter(pk=taken.id).first()
    if kept is None:
        # Released by a twin that was refused, or a request without a client's key.
        OrderRequest.objects.create(
            id=taken.id, digests=taken.digests, order_id=order_id, created_at=now
        )
        return order_id
    _compare(kept, taken.digests)
    return str(kept.order_id)


def _compare(kept: OrderRequest, digests: Mapping[str, str]) -> None:
    differing = [
        name
        for name, digest in digests.items()
        if not hmac.compare_digest(str(kept.digests.get(name, "")), digest)
    ]
    if differing:
        raise KeyReusedError(differing)
