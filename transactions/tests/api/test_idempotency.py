from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from messaging.models import OutboxMessage
from transactions.models import IdempotencyKey, Status, Transaction
from transactions.tests.api.merchant import (
    MerchantClient,
    document,
    expect_problem,
    make_merchant,
)


class TestIdempotencyKey:
    def test_replays_the_first_answer_byte_for_byte(self, merchant: MerchantClient) -> None:
        first = merchant.accept(key="order-1", metadata={"b": "1", "a": "2"})
        again = merchant.accept(key="order-1", metadata={"a": "2", "b": "1"})

        assert (again.status_code, again.content) == (202, first.content)
        assert again["Location"] == first["Location"]
        assert again["Idempotent-Replayed"] == "true"
        assert "Idempotent-Replayed" not in first
        assert Transaction.objects.count() == OutboxMessage.objects.count() == 1

    def test_replays_the_first_answer_after_the_decision_too(
        self, merchant: MerchantClient
    ) -> None:
        first = merchant.accept(key="order-1")
        row = Transaction.objects.get()
        row.status, row.processed_at = Status.APPROVED, row.created_at
        row.save()

        assert merchant.accept(key="order-1").content == first.content

    def test_takes_the_same_amount_however_it_is_written(self, merchant: MerchantClient) -> None:
        first = merchant.accept(key="k", amount="10.5")

        assert merchant.accept(key="k", amount=10.50).content == first.content

    @pytest.mark.parametrize(
        ("changes", "fields"),
        [
            ({"amount": "10.51"}, ["amount"]),
            ({"card": {"number": "5555555555554444"}}, ["card.number"]),
            ({"card": {"holder": "JOANA"}}, ["card.holder"]),
            ({"card": {"expiration_month": 11}}, ["card.expiration_month"]),
            ({"card": {"expiration_year": 2031}}, ["card.expiration_year"]),
            ({"description": "", "metadata": {}}, ["description", "metadata"]),
        ],
    )
    def test_names_the_fields_that_differ(
        self, merchant: MerchantClient, changes: dict[str, object], fields: list[str]
    ) -> None:
        merchant.accept(key="k")

        problem = expect_problem(
            merchant.accept(key="k", **changes), 422, "idempotency_key_reused", "Idempotency-Key"
        )

        assert problem["fields"] == fields
        assert Transaction.objects.count() == 1

    def test_compares_nothing_of_the_cvv(self, merchant: MerchantClient) -> None:
        first = merchant.accept(key="k")

        assert merchant.accept(key="k", card={"cvv": "111"}).content == first.content

    def test_belongs_to_one_account(self, merchant: MerchantClient) -> None:
        first = document(merchant.accept(key="k"))

        other = document(make_merchant("Other").accept(key="k"))

        assert other["id"] != first["id"]

    def test_keeps_neither_the_key_nor_equal_fingerprints(self, merchant: MerchantClient) -> None:
        merchant.accept(key="secret-key")
        merchant.accept(key="other-key")

        one, two = IdempotencyKey.objects.all()
        assert "secret-key" not in {one.id, two.id}
        assert one.fingerprints != two.fingerprints

    def test_is_not_spent_by_a_request_of_the_wrong_shape(self, merchant: MerchantClient) -> None:
        merchant.accept(key="k", amount="x")

        assert merchant.accept(key="k").status_code == 202


@pytest.mark.django_db(transaction=True)
class TestTwins:
    def test_thirty_two_at_once_have_one_effect_and_one_answer(self) -> None:
        merchant = make_merchant()

        def send(number: int) -> tuple[int, bytes]:
            try:
                answer = merchant.accept(key=f"key-{number % 4}")
                return answer.status_code, answer.content
            finally:
                connections.close_all()

        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(send, range(128)))

        assert {status for status, _ in answers} == {202}
        assert len({content for _, content in answers}) == 4
        assert Transaction.objects.count() == IdempotencyKey.objects.count() == 4
        assert OutboxMessage.objects.count() == 4

    def test_waits_for_a_twin_in_another_process(self) -> None:
        if connection.vendor != "mysql":
            return  # SQLite has one writer: nothing ever waits for a key
        merchant = make_merchant()
        answer = merchant.accept(key="k")
        kept = IdempotencyKey.objects.get()
        Transaction.objects.all().delete()
        with connections["default"].cursor() as cursor:
            cursor.execute("DELETE FROM transactions_idempotency_key")
            cursor.execute("START TRANSACTION")
            cursor.execute(
                "INSERT INTO transactions_idempotency_key VALUES (%s, %s, %s, %s)",
                [kept.id, kept.transaction_id, kept.fingerprints, kept.created_at],
            )

            with ThreadPoolExecutor(1) as pool:
                late = pool.submit(merchant.accept, "k").result(timeout=30)
            cursor.execute("ROLLBACK")

        expect_problem(late, 409, "idempotency_key_in_use", "Idempotency-Key")
        assert late["Retry-After"]
        assert merchant.accept("k").status_code == 202
        assert answer.status_code == 202
