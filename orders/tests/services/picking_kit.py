"""The list of a paid order, two who may pick it, and what was told of it."""

from datetime import timedelta

import msgspec
from django.db import transaction

from messaging.models import OutboxMessage
from orders.domain.states import State
from orders.models import PickList
from orders.services import pick_lists, stock
from orders.tests.kit import NOW, made_order, made_product

ANA, BIA = "ana", "bia"
LATER = NOW + timedelta(minutes=16)


def made_list(lines: dict[str, int] | None = None) -> PickList:
    """Return the list of a paid order whose stock is held."""
    wanted = lines or {"CAFE-1KG": 2}
    for number, sku in enumerate(sorted(wanted, reverse=True)):
        made_product(sku, shelf=f"A-{number}", barcode=f"789{number}", price_cents=1000)
    order = made_order(wanted, state=State.PAID, charged_cents=1000 * sum(wanted.values()))
    with transaction.atomic():
        assert stock.take(order, NOW) == []
        made = pick_lists.start(order.id, now=NOW)
    assert made is not None
    return made


def said() -> list[tuple[str, str, list[tuple[int, int]]]]:
    """Return what was told about picking: status, reason, and of each line what was picked."""
    sent = OutboxMessage.objects.filter(topic="processo-de-picking").order_by("pk")
    told = [msgspec.json.decode(bytes(each.payload or b"")) for each in sent]
    return [
        (
            each["status"],
            each["reason"],
            [(line["quantity"], line["picked"]) for line in each["lines"]],
        )
        for each in told
    ]
