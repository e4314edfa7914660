"""The shop's tables: goods and their stock, customers, orders, and what the saga still owes."""

from orders.models.account import AccountOrder, ShopAccount
from orders.models.campaign import Campaign, Coupon
from orders.models.customer import Consent, Customer
from orders.models.fraud import (
    FraudAct,
    FraudListEntry,
    FraudReceipt,
    FraudRuleSet,
    FraudShadowVerdict,
)
from orders.models.goods import ProductChange
from orders.models.mail import Mail
from orders.models.order import Order, OrderEventRow, OrderLine, OrderRequest
from orders.models.owed import PersonTask, RefundDue, TaskTry
from orders.models.picking import PickLine, PickList
from orders.models.product import Product, StockMovement
from orders.models.signal import WorkerSignal
from orders.models.stock import HoldLine, HoldStatus, StockHold
from orders.models.warehouse import (
    WarehouseCustomer,
    WarehouseDate,
    WarehouseEvent,
    WarehouseGate,
    WarehouseLine,
    WarehouseOrder,
    WarehouseProduct,
    WarehouseRegion,
)

__all__ = [
    "AccountOrder",
    "Campaign",
    "Consent",
    "Coupon",
    "Customer",
    "FraudAct",
    "FraudListEntry",
    "FraudReceipt",
    "FraudRuleSet",
    "FraudShadowVerdict",
    "HoldLine",
    "HoldStatus",
    "Mail",
    "Order",
    "OrderEventRow",
    "OrderLine",
    "OrderRequest",
    "PersonTask",
    "PickLine",
    "PickList",
    "Product",
    "ProductChange",
    "RefundDue",
    "ShopAccount",
    "StockHold",
    "StockMovement",
    "TaskTry",
    "WarehouseCustomer",
    "WarehouseDate",
    "WarehouseEvent",
    "WarehouseGate",
    "WarehouseLine",
    "WarehouseOrder",
    "WarehouseProduct",
    "WarehouseRegion",
    "WorkerSignal",
]
