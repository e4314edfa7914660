"""What an order costs, and what is owed back when some of it was not found."""

from collections.abc import Iterable
from typing import Protocol


class PricedLine(Protocol):
    """A line of an order, as far as money goes; `picked` is None until it was looked for."""

    @property
    def quantity(self) -> int:
        """How many were ordered."""
        ...

    @property
    def unit_price_cents(self) -> int:
        """What one of them costs."""
        ...

    @property
    def picked(self) -> int | None:
        """How many were found."""
        ...


def subtotal_cents(lines: Iterable[PricedLine]) -> int:
    """Return the price of all that was ordered, before any discount."""
    return sum(line.quantity * line.unit_price_cents for line in lines)


def owed_back_cents(total_cents: int, lines: Iterable[PricedLine]) -> int:
    """Return what of `total_cents` is owed back for the units that were not found, in all.

    A discount lies evenly on every cent of the price; halves of a cent go to the customer.
    """
    known = list(lines)
    ordered = subtotal_cents(known)
    missing = sum(
        (line.quantity - line.picked) * line.unit_price_cents
        for line in known
        if line.picked is not None
    )
    return -(-total_cents * missing // ordered) if ordered else 0
