"""Brings orders to where the money and the stock are, for the tests of what follows."""

from typing import Any

from django.db import transaction

from cards.installation import vault
from orders.consumers.payment import Payment
from orders.domain.states import Happening, State
from orders.models import Order, OrderLine, Product
from orders.services import stock
from orders.services.act import Act, Acted, act, locked
from orders.tests.bank_double import MemoryBank
from orders.tests.kit import NOW, made_order, made_product


def payment_at(bank: MemoryBank) -> type[Payment]:
    """Return the payment consumer, asking `bank`."""

    class Paying(Payment):
        def bank(self) -> MemoryBank:
            return bank

    return Paying


def happen(order_id: str, happening: Happening, **more: Any) -> Acted:
    """Let something happen to an order, in a transaction."""
    with transaction.atomic():
        return act(locked(order_id), Act(happening=happening, now=NOW, **more))


def ordered(quantity: int = 2, *, sku: str = "CAFE-1KG", **more: Any) -> Order:
    """Return a placed order whose token can be opened; the article is made where it is missing."""
    if not Product.objects.filter(pk=sku).exists():
        made_product(sku, on_hand=100)
    order = made_order({sku: quantity}, **more)
    order.payment_token_sealed = vault().seal("token", context=f"order:{order.id}")
    order.save(update_fields=["payment_token_sealed"])
    return order


def reserved(quantity: int = 2, **more: Any) -> Order:
    """Return an order with stock held and a clear verdict."""
    order = ordered(quantity, **more)
    held(order)
    happen(order.id, Happening.FRAUD_CLEAR, details=VERDICT)
    return Order.objects.get(pk=order.id)


def held(order: Order) -> None:
    """Hold the order's stock."""
    with transaction.atomic():
        mine = locked(order.id)
        assert stock.take(mine, NOW) == []
        details = {"expires_at": stock.expiry(NOW)}
        act(mine, Act(happening=Happening.STOCK_RESERVED, now=NOW, details=details))


def missed(order: Order, picked: int) -> None:
    """Find only `picked` units of the order's one line, as the short pick does."""
    with transaction.atomic():
        OrderLine.objects.filter(order=order).update(picked=picked)
        act(
            locked(order.id),
            Act(happening=Happening.PICKED_SHORT, now=NOW, details={"lines": []}),
        )


def state_of(order: Order) -> State:
    """Return where the order stands now."""
    return State(Order.objects.values_list("state", flat=True).get(pk=order.pk))


def shelf(sku: str = "CAFE-1KG") -> tuple[int, int]:
    """Return how many lie on the shelf, and how many of them are reserved."""
    found = Product.objects.get(pk=sku)
    return found.on_hand, found.reserved


VERDICT = {"score": 0, "rules": [], "ruleset": "test"}
