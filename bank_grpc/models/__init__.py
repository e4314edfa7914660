"""The bank's tables: cards and their numbers, payments, the ledger, statements and invoices."""

from bank_grpc.models.card import Card, CardChange, CardNumber, CardStatus, HolderInvitation
from bank_grpc.models.checkout import Checkout
from bank_grpc.models.invariant import InvariantResult
from bank_grpc.models.ledger import LedgerEntry
from bank_grpc.models.payment import InvoicePayment, Payment, PaymentToken, Refund
from bank_grpc.models.statement import Invoice, StatementLine

__all__ = [
    "Card",
    "CardChange",
    "CardNumber",
    "CardStatus",
    "Checkout",
    "HolderInvitation",
    "InvariantResult",
    "Invoice",
    "InvoicePayment",
    "LedgerEntry",
    "Payment",
    "PaymentToken",
    "Refund",
    "StatementLine",
]
