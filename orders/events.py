"""The five topics of the saga, the shop's side of `customers`, and what they carry.

No name, document, e-mail, address, card number or token is on any of them but the lean customer's.
"""

from datetime import datetime, timedelta
from typing import ClassVar, Final

import msgspec

from messaging.events import Event
from messaging.topics import FOR_EVER, Topic, declare
from orders.domain import pipeline

# Kept for ever: the warehouse is rebuilt from them.
PEDIDO_NOVO: Final = declare(Topic(name=pipeline.NEW, retention=FOR_EVER))
ESTOQUE_RESERVADO: Final = declare(Topic(name=pipeline.STOCK, retention=FOR_EVER))
FRAUDE_VERIFICADO: Final = declare(Topic(name=pipeline.FRAUD, retention=FOR_EVER))
PROCESSO_DE_PAGAMENTO: Final = declare(Topic(name=pipeline.PAYMENT, retention=FOR_EVER))
PROCESSO_DE_PICKING: Final = declare(Topic(name=pipeline.PICKING, retention=FOR_EVER))
# Read by telesales, which declares the same.
CUSTOMERS: Final = declare(
    Topic(
        name="customers",
        retention=timedelta(days=7),
        compacted=True,
        holds_personal_data=True,
    )
)


class OrderLine(msgspec.Struct, frozen=True):
    """One line as it was ordered."""

    sku: str
    quantity: int
    unit_price_cents: int


class MissingLine(msgspec.Struct, frozen=True):
    """What could not be reserved: `quantity` was asked for."""

    sku: str
    quantity: int


class PickedLine(msgspec.Struct, frozen=True):
    """What was found of a line."""

    sku: str
    quantity: int
    picked: int


class RuleReading(msgspec.Struct, frozen=True):
    """What a fraud rule saw: its value beside its threshold, as text, and its points."""

    rule: str
    value: str
    threshold: str
    points: int
    is_hit: bool


class OrderEvent(Event, frozen=True, kw_only=True):
    """What every event of the saga carries; `order_version` orders the events of one order."""

    order_id: str
    order_version: int
    status: str
    reason: str
    occurred_at: datetime


class OrderPlaced(OrderEvent, frozen=True, kw_only=True):
    """An order was accepted."""

    TOPIC: ClassVar[Topic] = PEDIDO_NOVO
    TYPE: ClassVar[str] = "orders.order_placed.v1"

    customer_id: str
    region: str
    currency: str
    total_cents: int
    discount_cents: int
    lines: list[OrderLine]


class OrderCancelled(OrderEvent, frozen=True, kw_only=True):
    """An order was cancelled by its customer, by staff, or because nothing was found."""

    TOPIC: ClassVar[Topic] = PEDIDO_NOVO
    TYPE: ClassVar[str] = "orders.order_cancelled.v1"


class StockReserved(OrderEvent, frozen=True, kw_only=True):
    """`reserved` with `expires_at`, `out_of_stock` with `missing`, `released` or `expired`."""

    TOPIC: ClassVar[Topic] = ESTOQUE_RESERVADO
    TYPE: ClassVar[str] = "orders.stock_reserved.v1"

    expires_at: datetime | None = None
    missing: list[MissingLine] = []


class FraudChecked(OrderEvent, frozen=True, kw_only=True):
    """The verdict, `clear` or `fraud`, with what each rule saw."""

    TOPIC: ClassVar[Topic] = FRAUDE_VERIFICADO
    TYPE: ClassVar[str] = "orders.fraud_checked.v1"

    score: int
    rules: list[RuleReading]
    ruleset: str


class PaymentProcessed(OrderEvent, frozen=True, kw_only=True):
    """`approved`, `rejected`, `partly_refunded`, or `refunded` when nothing is left charged."""

    TOPIC: ClassVar[Topic] = PROCESSO_DE_PAGAMENTO
    TYPE: ClassVar[str] = "orders.payment_processed.v1"

    payment_id: str
    amount_cents: int
    refund_id: str | None = None
    refunded_total_cents: int = 0


class PickingChanged(OrderEvent, frozen=True, kw_only=True):
    """`started`, `short` (with what was found), `picked` or `dispatched`."""

    TOPIC: ClassVar[Topic] = PROCESSO_DE_PICKING
    TYPE: ClassVar[str] = "orders.picking_changed.v1"

    lines: list[PickedLine]


class CustomerChanged(Event, frozen=True, kw_only=True):
    """A customer's lean fields, and nothing else of the person; a withheld phone is null."""

    TOPIC: ClassVar[Topic] = CUSTOMERS
    TYPE: ClassVar[str] = "customers.customer_changed.v1"

    customer_id: str
    name: str
    phone: str | None
    region: str
    version: int
    deleted: bool = False
    erased: bool = False
