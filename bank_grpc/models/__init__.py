"""The bank's tables: cards and their numbers, payments, the ledger, statements and invoices."""

from bank_grpc.models.card import Card, CardNumber, CardStatus, HolderInvitation, LimitChange
from bank_grpc.models.ledger import LedgerEntry
from bank_grpc.models.payment import InvoicePayment, Payment, PaymentToken, Refund
from bank_grpc.models.statement import Invoice, StatementLine

__all__ = [
    "Card",
    "CardNumber",
    "CardStatus",
    "HolderInvitation",
    "Invoice",
    "InvoicePayment",
    "LedgerEntry",
    "LimitChange",
    "Payment",
    "PaymentToken",
    "Refund",
    "StatementLine",
]
