import gc
from datetime import UTC, datetime

import msgspec
import pytest
from rest_framework.request import Request
from rest_framework.views import APIView

from cards.installation import vault
from messaging.models import OutboxMessage
from transactions.events import TransactionReceived
from transactions.models import Transaction
from transactions.tests.api.merchant import VISA, MerchantClient, document, new_transaction


class TestAcceptTransaction:
    def test_answers_202_with_the_pending_resource_and_its_address(
        self, merchant: MerchantClient
    ) -> None:
        answer = merchant.accept()

        resource = document(answer)
        assert answer.status_code == 202
        assert answer["Location"] == f"/api/v1/transactions/{resource['id']}"
        assert datetime.fromisoformat(resource.pop("created_at")).tzinfo == UTC
        assert resource == {
            "id": resource["id"],
            "account_id": merchant.account_id,
            "status": "pending",
            "amount": "10.50",
            "currency": "BRL",
            "card": {
                "brand": "visa",
                "last4": "1111",
                "expiration_month": 12,
                "expiration_year": 2030,
                "holder": "MARIA DA SILVA",
            },
            "description": "Order 1001",
            "metadata": {"order": "1001"},
            "error_code": "",
            "error_message": "",
            "processed_at": None,
        }

    def test_keeps_neither_view_nor_request_in_memory(self, merchant: MerchantClient) -> None:
        """What refers to itself would stay until the garbage collector comes, card and all."""
        gc.collect()
        gc.disable()
        try:
            merchant.accept()
            # By type: asking lazy objects of other tests for their class would wake them.
            left = [each for each in gc.get_objects() if issubclass(type(each), APIView | Request)]
        finally:
            gc.enable()

        assert left == []

    def test_stores_what_it_answered(self, merchant: MerchantClient) -> None:
        resource = document(merchant.accept())

        assert document(merchant.get(f"/transactions/{resource['id']}")) == resource

    def test_promises_the_event_under_the_transactions_own_id(
        self, merchant: MerchantClient
    ) -> None:
        resource = document(merchant.accept())

        row = OutboxMessage.objects.get()
        event = msgspec.json.decode(bytes(row.payload or b""), type=TransactionReceived)
        assert (row.event_id, row.key, row.topic) == (
            resource["id"],
            resource["id"],
            "transactions",
        )
        assert bytes(event.amount) == b"10.50"
        assert vault().open(event.card.sealed, context=event.id) == VISA
        assert event.card.token == Transaction.objects.get().card_token

    def test_carries_the_callers_trace_on(self, merchant: MerchantClient) -> None:
        trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
        merchant.post(
            "/transactions", new_transaction(), traceparent=f"00-{trace_id}-00f067aa0ba902b7-01"
        )

        headers = msgspec.json.decode(OutboxMessage.objects.get().headers)
        assert headers["traceparent"].split("-")[1] == trace_id

    @pytest.mark.parametrize(
        ("sent", "answered"),
        [("10", "10.00"), ("0.5", "0.50"), (10.5, "10.50"), (7, "7.00"), ("999999999999.99",) * 2],
    )
    def test_takes_amounts_as_text_or_number(
        self, merchant: MerchantClient, sent: str | float, answered: str
    ) -> None:
        assert document(merchant.accept(amount=sent))["amount"] == answered

    @pytest.mark.parametrize(
        "card",
        [
            {"number": "4111111111111112"},
            {"expiration_month": 13},
            {"expiration_year": 2001},
            {"number": "378282246310005", "cvv": "1234"},
            {"holder": "JOSÉ D'ÁVILA-ÑANDÚ Jr."},
            {"holder": "王小明"},
        ],
    )
    def test_accepts_whatever_has_the_right_shape(
        self, merchant: MerchantClient, card: dict[str, object]
    ) -> None:
        assert merchant.accept(card=card).status_code == 202

    def test_needs_neither_currency_nor_description_nor_metadata(
        self, merchant: MerchantClient
    ) -> None:
        body = new_transaction()
        del body["currency"], body["description"], body["metadata"]

        resource = document(merchant.post("/transactions", body))

        assert (resource["currency"], resource["description"], resource["metadata"]) == (
            "BRL",
            "",
            {},
        )

    def test_echoes_the_callers_request_id(self, merchant: MerchantClient) -> None:
        answer = merchant.post("/transactions", new_transaction(), **{"X-Request-Id": "order-7"})

        assert answer["X-Request-Id"] == "order-7"
        assert Transaction.objects.get().request_id == "order-7"
