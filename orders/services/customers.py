"""One person is one customer, by whichever door they come; telesales is told four fields of them.

A person is found again by the document, else by the e-mail. Everything runs in the transaction of
whoever calls, and what is told on `customers` goes with it.
"""

from dataclasses import dataclass, field
from datetime import datetime

from orders.models import Customer


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What a person has said of themselves, as checked by `domain.customers`; no text shows it.

    `phone` is E.164, `document` eleven digits, `region` a state of Brazil such as SP. Document and
    address may be empty by the doors that do not ask for them.
    """

    name: str = field(repr=False)
    phone: str = field(repr=False)
    email: str = field(repr=False)
    region: str = field(repr=False)
    document: str = field(default="", repr=False)
    address: str = field(default="", repr=False)


def enter(person: Person, *, door: str, telesales: bool, language: str, now: datetime) -> Customer:
    """Return the person's customer, made or brought up to date, with the consent written down.

    `door` is purchase, signup or campaign:<slug>; `telesales` says whether calls are agreed to.
    Runs inside a transaction that is run whole again after a deadlock or a twin (`run_whole`). It
    proves nothing: a login may be tied only to a customer whom this very call has made
    (`created_at == now`).
    """
    raise NotImplementedError


def erase(customer_id: str, now: datetime) -> Customer:
    """Clear everything of the person in the shop, and tell telesales to forget them for good.

    Runs inside a transaction. Orders that can be cancelled are; raises OpenOrdersError where goods
    are packed and on their way, and Customer.DoesNotExist.
    """
    raise NotImplementedError


class OpenOrdersError(Exception):
    """Goods are packed for the person: they can be erased once these are dispatched."""

    def __init__(self, order_ids: list[str]) -> None:
        """Keep which orders."""
        super().__init__(f"{len(order_ids)} orders are packed and not dispatched")
        self.order_ids = order_ids
