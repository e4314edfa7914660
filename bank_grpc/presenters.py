"""From what the bank has written down to its message on `payments`: the one place that knows it."""

from datetime import datetime

import msgspec

from bank_grpc.domain.authorisation import told
from bank_grpc.domain.charging import Verdict
from bank_grpc.events import PaymentRecorded
from bank_grpc.models import InvoicePayment, Payment, Refund


def masked(last4: str) -> str:
    """Return the card number as the wire shows it: its last four digits alone."""
    return f"************{last4}"


def verdict_recorded(verdict: Verdict, now: datetime) -> PaymentRecorded:
    """Return the message of a decision before it is a row; its card must be known."""
    charge = verdict.charge
    return PaymentRecorded(
        transaction_id=charge.id,
        credit_card_number=masked(verdict.last4),
        status="rejected" if verdict.refusal else "approved",
        amount=_amount(charge.amount_cents),
        store=charge.store,
        description=charge.description,
        payment_date=now,
        card_id=str(verdict.card_id),
        kind="payment",
        refund_id=None,
        refusal_code=str(told(verdict.refusal)) or None,
        instalments=charge.instalments,
        amount_cents=charge.amount_cents,
        balance_after_cents=verdict.balance_after_cents or 0,
    )


def refund_recorded(refund: Refund, payment: Payment, last4: str) -> PaymentRecorded:
    """Return the message of a refund, which names the charge and itself."""
    return PaymentRecorded(
        transaction_id=payment.id,
        credit_card_number=masked(last4),
        status="approved",
        amount=_amount(refund.amount_cents),
        store=payment.store,
        description=payment.description,
        payment_date=refund.created_at,
        card_id=str(payment.card_id),
        kind="refund",
        refund_id=refund.id,
        refusal_code=None,
        instalments=1,
        amount_cents=refund.amount_cents,
        balance_after_cents=refund.balance_after_cents,
    )


def invoice_payment_recorded(paid: InvoicePayment, last4: str) -> PaymentRecorded:
    """Return the message of money paid in towards an invoice."""
    return PaymentRecorded(
        transaction_id=paid.id,
        credit_card_number=masked(last4),
        status="approved",
        amount=_amount(paid.amount_cents),
        store="",
        description=paid.month,
        payment_date=paid.created_at,
        card_id=str(paid.card_id),
        kind="invoice_payment",
        refund_id=None,
        refusal_code=None,
        instalments=1,
        amount_cents=paid.amount_cents,
        balance_after_cents=paid.balance_after_cents,
    )


def _amount(cents: int) -> msgspec.Raw:
    return msgspec.Raw(f"{cents // 100}.{cents % 100:02}".encode())
