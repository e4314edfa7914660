"""A person entered at some door, and what telesales was told, for the tests of customers."""

from typing import Any

import msgspec

from messaging.models import OutboxMessage
from messaging.whole import run_whole
from orders.models import Customer
from orders.services.customers import Person, enter
from orders.tests.kit import NOW
from orders.tests.people import a_person


def entered(person: Person | None = None, **more: Any) -> Customer:
    how = {"door": "signup", "telesales": True, "language": "en", "now": NOW, **more}
    return run_whole(lambda: enter(person or a_person(), **how))


def by_owner(person: Person, **more: Any) -> Customer:
    """Enter somebody who has proven that the record is theirs."""
    return entered(person, is_owner=lambda _: True, **more)


def told() -> list[Any]:
    rows = OutboxMessage.objects.filter(topic="customers").order_by("pk")
    return [msgspec.json.decode(bytes(row.payload)) if row.payload else None for row in rows]
