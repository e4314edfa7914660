"""From what the bank has written down to its message on `payments`: the one place that knows it."""

import msgspec

from bank_grpc.events import PaymentRecorded
from bank_grpc.models import InvoicePayment, Payment, Refund


def masked(last4: str) -> str:
    """Return the card number as the wire shows it: its last four digits alone."""
    return f"************{last4}"


def payment_recorded(payment: Payment, last4: str) -> PaymentRecorded:
    """Return the message of a payment, approved or rejected; its card must be known."""
    return PaymentRecorded(
        transaction_id=payment.id,
        credit_card_number=masked(last4),
        status=payment.status,
        amount=_amount(payment.amount_cents),
        store=payment.store,
        description=payment.description,
        payment_date=payment.created_at,
        card_id=str(payment.card_id),
        kind="payment",
        refund_id=None,
        refusal_code=payment.refusal_code or None,
        instalments=payment.instalments,
        amount_cents=payment.amount_cents,
        balance_after_cents=payment.balance_after_cents or 0,
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
