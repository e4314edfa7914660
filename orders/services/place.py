"""Takes an order: its key is claimed, the card verified, then all of it written in one transaction.

The bank is asked with no transaction open. A process that is killed on the way leaves a claim with
no order; the next request under the key begins anew.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from uuid_utils.compat import uuid7

from cards.installation import vault
from messaging.outbox import publish
from messaging.processing import refuse_inside_transaction
from messaging.whole import run_whole
from orders import metrics, presenter
from orders.adapters.bank import Bank, BankAwayError, BankFailedError, Card, RefusedError, Verified
from orders.adapters.sealed import seal_of_order
from orders.domain import pipeline
from orders.domain.fraud_regions import state_of_phone
from orders.domain.states import State, Status
from orders.events import OrderLine as ToldLine
from orders.models import Customer, Order, OrderEventRow, OrderLine
from orders.services import claims, coupons
from orders.services.baskets import Basket, UnableToOrderError, basket_of
from orders.services.claims import Claim, KeyReusedError
from orders.services.coupons import CouponInvalidError
from orders.services.customers import IsOwner, Person, enter, hash_of_phone, nobodys
from orders.services.gate import OPEN, Gate

DOOR: Final = "purchase"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOrder:
    """What is ordered; `account_id` orders, under the client's `key` or None.

    `lines` are quantities by SKU; the card is in the clear and lives no longer than the request.
    `telesales_opt_out` is None where nothing was said of it; `seen_cents` is the total that a page
    has shown, None where none was; `is_owner` tells what whoever orders has proven of the records
    that their data find.
    """

    account_id: str
    key: str | None
    person: Person = field(repr=False)
    lines: dict[str, int]
    card: Card = field(repr=False)
    coupon: str = ""
    telesales_opt_out: bool | None = None
    seen_cents: int | None = None
    language: str = "pt-br"
    is_owner: IsOwner = field(default=nobodys, repr=False, compare=False)

    def asked(self) -> dict[str, object]:
        """Return what is asked for by field, the CVV left out; it is only ever hashed."""
        person, card = self.person, self.card
        return {
            "customer.name": person.name,
            "customer.phone": person.phone,
            "customer.email": person.email,
            "customer.document": person.document,
            "customer.address": person.address,
            "customer.region": person.region,
            "lines": sorted(self.lines.items()),
            "card.number": card.number,
            "card.holder": card.holder,
            "card.expiration_month": card.expiration_month,
            "card.expiration_year": card.expiration_year,
            "coupon": self.coupon,
            "telesales_opt_out": self.telesales_opt_out,
        }


@dataclass(frozen=True, slots=True)
class Placed:
    """The order, and whether the same request had made it before."""

    order: Order
    is_replay: bool


class TotalChangedError(Exception):
    """The order would cost other than what was shown."""


class CardRefusedError(Exception):
    """The bank does not take the card as it was typed; `reason` is its refusal code."""

    def __init__(self, reason: str) -> None:
        """Keep why."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """An order that only has to be written."""

    id: str
    asked: PlaceOrder
    claim: Claim
    basket: Basket
    card: Verified


def place(order: PlaceOrder, bank: Bank, *, now: datetime, gate: Gate = OPEN) -> Placed:
    """Make the order, or find the one that the same key has made.

    Raises KeyReusedError, UnableToOrderError, CouponInvalidError, TotalChangedError,
    CardRefusedError, BankAwayError and what the gate raises (in all of these nothing was ordered),
    and TryAgainError (the same request under the same key tells).
    """
    taken = _claim(order, now)
    if taken.order_id:
        return Placed(Order.objects.get(pk=taken.order_id), is_replay=True)
    gate.refuse_if_locked()
    try:
        ready = _prepare(order, taken, bank, now)
        return run_whole(lambda: _write(ready, now))
    except (UnableToOrderError, CouponInvalidError, TotalChangedError):
        claims.release(taken)
        raise
    except CardRefusedError as error:
        claims.release(taken)
        gate.count_refusal(error.reason)
        raise


def _claim(order: PlaceOrder, now: datetime) -> Claim:
    if order.key is not None:
        return claims.claim(order.account_id, order.key, order.asked(), now)
    # Nobody can ask for it again: the key is settled with the order, for a lost COMMIT's sake.
    return Claim(str(uuid7()), {})


def _prepare(order: PlaceOrder, taken: Claim, bank: Bank, now: datetime) -> _Ready:
    basket = basket_of(order.lines, order.coupon, now)
    if order.seen_cents not in (None, basket.total_cents):
        raise TotalChangedError
    order_id = str(uuid7())
    refuse_inside_transaction()
    try:
        card = bank.verify(order.card, amount_cents=basket.total_cents, order_id=order_id)
    except RefusedError as error:
        raise CardRefusedError(error.reason) from None
    except BankFailedError as error:
        # The shop's account or settings are wrong: not the buyer's fault, nor the card's.
        _log.warning("the bank does not take the shop's call", extra={"cause": error.code})
        raise BankAwayError from None
    return _Ready(id=order_id, asked=order, claim=taken, basket=basket, card=card)


def _write(ready: _Ready, now: datetime) -> Placed:
    stands = claims.settle(ready.claim, ready.id, now)
    kept = Order.objects.filter(pk=stands).first()
    if kept is not None:
        # A twin's, or our own by a COMMIT whose answer was lost.
        return Placed(kept, is_replay=kept.pk != ready.id)
    order = _save(ready, now)
    if order.coupon_code:
        coupons.use(order.coupon_code)
    _tell(order, ready.basket, now)
    metrics.HAPPENINGS.labels("placed").inc()
    return Placed(order, is_replay=False)


def _save(ready: _Ready, now: datetime) -> Order:
    asked = ready.asked
    opted_out = asked.telesales_opt_out
    customer = enter(
        asked.person,
        door=DOOR,
        telesales=None if opted_out is None else not opted_out,
        language=asked.language,
        now=now,
        is_owner=asked.is_owner,
    )
    order = _row(ready, customer, now)
    order.save(force_insert=True)
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            product_id=line.sku,
            quantity=line.quantity,
            unit_price_cents=line.unit_price_cents,
        )
        for line in ready.basket.lines
    )
    return order


def _row(ready: _Ready, customer: Customer, now: datetime) -> Order:
    asked, basket, card = ready.asked, ready.basket, ready.card
    person = asked.person
    return Order(
        id=ready.id,
        account_id=asked.account_id,
        customer=customer,
        region=person.region,
        phone_hash=hash_of_phone(person.phone),
        phone_region=state_of_phone(person.phone),
        language=asked.language,
        total_cents=basket.total_cents,
        discount_cents=basket.discount_cents,
        coupon_code=basket.coupon,
        state=State.PLACED,
        status=Status.PLACED,
        state_since=now,
        payment_token_sealed=vault().seal(card.token, context=f"order:{ready.id}"),
        card_fingerprint=card.fingerprint,
        card_brand=card.brand,
        card_last4=card.last4,
        sealed_name=seal_of_order(ready.id, "name", person.name),
        sealed_email=seal_of_order(ready.id, "email", person.email),
        sealed_address=seal_of_order(ready.id, "address", person.address),
        created_at=now,
    )


def _tell(order: Order, basket: Basket, now: datetime) -> None:
    lines = [ToldLine(line.sku, line.quantity, line.unit_price_cents) for line in basket.lines]
    event_id = publish(presenter.placed(order, lines, now), key=order.id)
    OrderEventRow.objects.create(
        order=order,
        version=order.version,
        happening="placed",
        state=order.state,
        status=order.status,
        topic=pipeline.NEW,
        said="placed",
        event_id=event_id,
        actor="customer",
        at=now,
    )


__all__ = [
    "CardRefusedError",
    "CouponInvalidError",
    "KeyReusedError",
    "PlaceOrder",
    "Placed",
    "TotalChangedError",
    "UnableToOrderError",
    "place",
]
