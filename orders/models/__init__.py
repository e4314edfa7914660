"""The shop's tables: goods and their stock, customers, orders, and what the saga still owes."""

from orders.models.campaign import Campaign, Coupon
from orders.models.customer import Consent, Customer
from orders.models.order import Order, OrderEventRow, OrderLine, OrderRequest
from orders.models.owed import PersonTask, RefundDue
from orders.models.product import Product, StockMovement
from orders.models.stock import HoldLine, HoldStatus, StockHold

__all__ = [
    "Campaign",
    "Consent",
    "Coupon",
    "Customer",
    "HoldLine",
    "HoldStatus",
    "Order",
    "OrderEventRow",
    "OrderLine",
    "OrderRequest",
    "PersonTask",
    "Product",
    "RefundDue",
    "StockHold",
    "StockMovement",
]
