"""Makes goods, people and orders for the tests of shop and saga."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from uuid_utils.compat import uuid7

from messaging.models import OutboxMessage
from orders.domain.states import State, status_of
from orders.models import Consent, Customer, Order, OrderEventRow, OrderLine, Product

NOW: Final = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def made_product(sku: str = "CAFE-1KG", *, on_hand: int = 10, **more: Any) -> Product:
    """Return an article with stock."""
    facts = {"name_en": "Coffee", "name_pt": "Café", "price_cents": 8990, "shelf": "A-01-1"}
    return Product.objects.create(sku=sku, on_hand=on_hand, created_at=NOW, **{**facts, **more})


def made_customer(**more: Any) -> Customer:
    """Return a person whom nobody is."""
    facts = {"name": "Pessoa Teste", "phone": "+5511900000000", "region": "SP"}
    return Customer.objects.create(
        id=str(uuid7()), created_at=NOW, updated_at=NOW, **{**facts, **more}
    )


def made_order(lines: Mapping[str, int], *, state: State = State.PLACED, **more: Any) -> Order:
    """Return an order of known articles in any state, with no hold and no money moved."""
    articles = {sku: Product.objects.get(pk=sku) for sku in lines}
    facts = {
        "customer": more.pop("customer", None) or made_customer(),
        "account_id": "shop",
        "region": "SP",
        "total_cents": sum(articles[sku].price_cents * count for sku, count in lines.items()),
        "payment_token_sealed": "sealed",
        "card_fingerprint": "f" * 32,
        "card_brand": "visa",
        "card_last4": "1111",
        "state_since": NOW,
        "created_at": NOW,
    }
    order = Order.objects.create(
        id=str(uuid7()), state=state, status=status_of(state), **{**facts, **more}
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            product=articles[sku],
            quantity=count,
            unit_price_cents=articles[sku].price_cents,
        )
        for sku, count in lines.items()
    )
    return order


def nothing_is_stored() -> bool:
    """Tell whether no order, and nothing that comes with one, is kept or told."""
    tables = (Order, OrderLine, OrderEventRow, Customer, Consent, OutboxMessage)
    return not any(table.objects.exists() for table in tables)
