"""How anybody of this product calls the bank: `BankClient`, its requests, and its three errors."""

from bank_grpc.client.calls import Card, Payment, Purchase, Refunded, Verified
from bank_grpc.client.client import BankClient
from bank_grpc.client.errors import BankError, BankUnavailable, PaymentRefused

__all__ = [
    "BankClient",
    "BankError",
    "BankUnavailable",
    "Card",
    "Payment",
    "PaymentRefused",
    "Purchase",
    "Refunded",
    "Verified",
]
