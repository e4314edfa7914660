"""What a month's invoice (fatura) holds: its lines, instalments, and what is due.

Which moments are a month's says `domain.closing`; what reaches the statement after the invoice is
closed is a line of the open one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple, Self

LEAST_MINIMUM_CENTS: Final = 50_00
_MINIMUM_PERCENT: Final = 15
_MONTHS: Final = 12


class InvoiceStatus(StrEnum):
    """Where an invoice stands; `paid` is a closed one of which nothing is left to pay."""

    OPEN = "open"
    CLOSED = "closed"
    PAID = "paid"


class Month(NamedTuple):
    """A calendar month; months compare by time."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the month written as YYYY-MM; raises ValueError for anything else."""
        day = date.fromisoformat(f"{text}-01")
        if text != f"{day:%Y-%m}":
            raise ValueError("want a month as YYYY-MM")
        return cls(day.year, day.month)

    def plus(self, months: int) -> Self:
        """Return the month so many later, or earlier when negative."""
        year, index = divmod(self.year * _MONTHS + self.number - 1 + months, _MONTHS)
        return type(self)(year, index + 1)

    def minus(self, other: "Month") -> int:
        """Return by how many months this one is later."""
        return (self.year - other.year) * _MONTHS + self.number - other.number

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"


class Movement(NamedTuple):
    """One line of a statement as far as invoices care; `month` is the invoice that it stands in."""

    id: str
    kind: str
    amount_cents: int
    instalments: int
    month: Month


class Item(NamedTuple):
    """One line of an invoice: a whole movement, or instalment `part` of `parts` (from 1)."""

    movement_id: str
    amount_cents: int
    part: int
    parts: int


@dataclass(frozen=True, slots=True)
class Settled:
    """What of each invoice is paid, in cents, and the credit that no invoice needed."""

    paid_cents: Mapping[Month, int]
    credit_cents: int


def instalments_of(amount_cents: int, parts: int) -> list[int]:
    """Return the instalments, which sum to the amount: the odd cents are on the first ones."""
    base, odd = divmod(amount_cents, parts)
    return [base + (number < odd) for number in range(parts)]


def items_of(month: Month, movements: Iterable[Movement]) -> list[Item]:
    """Return the lines of one invoice, in the order of the movements.

    A purchase stands there whole or by one instalment, a refund below zero and whole; payments of
    invoices are no lines but what is paid. An instalment of no cents is left out.
    """
    items = (_item(month, each) for each in movements)
    return [each for each in items if each is not None and each.amount_cents]


def _item(month: Month, movement: Movement) -> Item | None:
    number = month.minus(movement.month)
    if movement.kind == "refund" and number == 0:
        return Item(movement.id, -movement.amount_cents, 1, 1)
    if movement.kind == "payment" and 0 <= number < movement.instalments:
        parts = instalments_of(movement.amount_cents, movement.instalments)
        return Item(movement.id, parts[number], number + 1, movement.instalments)
    return None


def total_of(items: Iterable[Item]) -> int:
    """Return what an invoice asks for in cents; below zero where more came back than went out."""
    return sum(each.amount_cents for each in items)


def minimum_of(total_cents: int) -> int:
    """Return the least that has to be paid: 15 % rounded up, not under 50.00, never over all."""
    if total_cents <= 0:
        return 0
    share = -(-total_cents * _MINIMUM_PERCENT // 100)
    return min(total_cents, max(share, LEAST_MINIMUM_CENTS))


def settle(totals: Sequence[tuple[Month, int]], paid_in: Mapping[Month, int]) -> Settled:
    """Share what was paid in among the invoices; `totals` are in the order of their months.

    Money goes to the invoice that it was paid for; what that one does not need, what was paid for
    none of them, and the credit of invoices below zero, goes to the oldest that is short. So a
    holder who owes nothing has no invoice left to pay, whatever month was named.
    """
    needs = {month: max(total, 0) for month, total in totals}
    paid = {month: min(need, paid_in.get(month, 0)) for month, need in needs.items()}
    spare = sum(paid_in.values()) - sum(paid.values()) - sum(min(total, 0) for _, total in totals)
    for month, need in needs.items():
        more = min(need - paid[month], spare)
        paid[month] += more
        spare -= more
    return Settled(paid, spare)


def status_of(*, is_closed: bool, total_cents: int, paid_cents: int) -> InvoiceStatus:
    """Return where an invoice stands."""
    if not is_closed:
        return InvoiceStatus.OPEN
    return InvoiceStatus.PAID if paid_cents >= total_cents else InvoiceStatus.CLOSED
