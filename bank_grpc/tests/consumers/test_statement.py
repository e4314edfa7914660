"""The statement holds what was approved, once, as the topic tells it."""

from typing import Any

import msgspec
import pytest
from uuid_utils.compat import uuid7

from bank_grpc.consumers.statement import Statement
from bank_grpc.events import PaymentRecorded
from bank_grpc.models import StatementLine
from bank_grpc.tests.services.kit import NOW
from messaging.testing import deliver

pytestmark = pytest.mark.django_db


def event(**changes: Any) -> PaymentRecorded:
    made = PaymentRecorded(
        transaction_id=str(uuid7()),
        credit_card_number="************0002",
        status="approved",
        amount=msgspec.Raw(b"89.70"),
        store="Padaria",
        description="bread",
        payment_date=NOW,
        card_id="card-1",
        kind="payment",
        refund_id=None,
        refusal_code=None,
        instalments=1,
        amount_cents=8970,
        balance_after_cents=8970,
    )
    return msgspec.structs.replace(made, **changes)


class TestStatement:
    def test_an_approved_payment_becomes_a_line(self) -> None:
        told = event()

        deliver(Statement, told, key="card-1")

        line = StatementLine.objects.get()
        assert line.movement_id == told.transaction_id
        assert (line.kind, line.amount_cents, line.balance_after_cents) == ("payment", 8970, 8970)
        assert line.authorised_at == NOW

    def test_a_rejected_payment_does_not(self) -> None:
        deliver(Statement, event(status="rejected", refusal_code="over_limit"), key="card-1")

        assert not StatementLine.objects.exists()

    def test_a_refund_is_a_line_of_its_own(self) -> None:
        charged = event()
        deliver(Statement, charged, key="card-1")
        refund_id = str(uuid7())

        deliver(
            Statement,
            event(
                transaction_id=charged.transaction_id,
                kind="refund",
                refund_id=refund_id,
                amount_cents=970,
                balance_after_cents=8000,
            ),
            key="card-1",
        )

        line = StatementLine.objects.get(kind="refund")
        assert (line.movement_id, line.transaction_id) == (refund_id, charged.transaction_id)

    def test_the_topic_read_again_past_the_inbox_changes_nothing(self) -> None:
        told = event()

        for _ in range(2):
            deliver(Statement, told, key="card-1", event_id=str(uuid7()))

        assert StatementLine.objects.count() == 1
