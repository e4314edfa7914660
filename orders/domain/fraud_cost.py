"""Weighs a verdict against what really became of the order: what a rule set costs, and saves."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from orders.domain.fraud import Verdict
from orders.domain.states import State

_S = State


class Fate(StrEnum):
    """What really became of an order, as far as its money goes."""

    PAID = "paid"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    FRAUD = "fraud"
    OUT_OF_STOCK = "out_of_stock"
    OPEN = "open"


_FATES: Final = {
    **dict.fromkeys((_S.PAID, _S.PICKING, _S.PICKED, _S.DISPATCHED), Fate.PAID),
    **dict.fromkeys((_S.CANCELLED, _S.SETTLING, _S.REFUNDING), Fate.CANCELLED),
    _S.PAYMENT_REFUSED: Fate.REFUSED,
    _S.FRAUD: Fate.FRAUD,
    _S.OUT_OF_STOCK: Fate.OUT_OF_STOCK,
}


def fate_of(state: State) -> Fate:
    """Return what became of an order in `state`; open where nothing is decided about its money."""
    return _FATES.get(state, Fate.OPEN)


@dataclass(slots=True)
class Sum:
    """Orders and the cents that they are about."""

    orders: int = 0
    cents: int = 0

    def add(self, cents: int, orders: int = 1) -> None:
        """Count orders in, with their cents in all."""
        self.orders += orders
        self.cents += cents


@dataclass(slots=True)
class Cost:
    """What a rule set would have made of orders, beside what really happened.

    `stopped_paid` is money that was earned and would not have been, `held_paid` the same made to
    wait for a person, `let_through` what was refused as fraud and would not have been. `changed`
    counts by (verdict then, verdict now).
    """

    judged: Sum = field(default_factory=Sum)
    by_verdict: dict[Verdict, Sum] = field(
        default_factory=lambda: {each: Sum() for each in Verdict}
    )
    stopped: dict[Fate, Sum] = field(default_factory=lambda: {each: Sum() for each in Fate})
    stopped_paid: Sum = field(default_factory=Sum)
    held_paid: Sum = field(default_factory=Sum)
    let_through: Sum = field(default_factory=Sum)
    changed: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(
        self, *, before: str, now: Verdict, state: State, cents: int, earned: int, orders: int = 1
    ) -> None:
        """Count orders in: the verdict that they got (empty: none), this one, and their money.

        `cents` is what they asked for, `earned` what was charged and not given back.
        """
        fate = fate_of(state)
        self.judged.add(cents, orders)
        self.by_verdict[now].add(cents, orders)
        if before != now:
            self.changed[before, now] += orders
        if now is Verdict.FRAUD:
            self.stopped[fate].add(cents, orders)
        if fate is Fate.PAID and now is not Verdict.CLEAR:
            (self.stopped_paid if now is Verdict.FRAUD else self.held_paid).add(earned, orders)
        if fate is Fate.FRAUD and now is Verdict.CLEAR:
            self.let_through.add(cents, orders)
