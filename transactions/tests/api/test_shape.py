"""The shape of a posted transaction: each field that may be wrong is named, with what it lacks."""

from typing import Any

import msgspec
import pytest

from transactions.models import Transaction
from transactions.tests.api.merchant import (
    CVV,
    VISA,
    MerchantClient,
    expect_problem,
    new_transaction,
)

_AMOUNTS = [
    ("NaN", "invalid_value"),
    ("Infinity", "invalid_value"),
    ("1e3", "invalid_value"),
    (" 1_0", "invalid_value"),
    ("10.999", "invalid_value"),
    ("-1.00", "invalid_value"),
    ("+1.00", "invalid_value"),
    ("1,00", "invalid_value"),
    ("", "invalid_value"),
    (".5", "invalid_value"),
    ("1.", "invalid_value"),
    ("1234567890123", "invalid_value"),
    ("\u0661\u0660", "invalid_value"),
    (10.999, "invalid_value"),
    (-1, "invalid_value"),
    (1e30, "invalid_value"),
    (None, "wrong_type"),
    (True, "wrong_type"),
    ([], "wrong_type"),
    ({}, "wrong_type"),
]
_CARDS: list[tuple[dict[str, Any], str, str]] = [
    ({"number": "4111 1111 1111 1111"}, "invalid_value", "card.number"),
    ({"number": "41111111111"}, "invalid_value", "card.number"),
    ({"number": "4" * 20}, "invalid_value", "card.number"),
    ({"number": "٤١١١١١١١١١١١١١١١"}, "invalid_value", "card.number"),
    ({"number": "4111111111111111\n"}, "invalid_value", "card.number"),
    ({"number": int(VISA)}, "wrong_type", "card.number"),
    ({"holder": "M"}, "invalid_value", "card.holder"),
    ({"holder": "M" * 101}, "invalid_value", "card.holder"),
    ({"holder": "   "}, "invalid_value", "card.holder"),
    ({"holder": "MARIA\x00SILVA"}, "invalid_value", "card.holder"),
    ({"holder": "MARIA\nSILVA"}, "invalid_value", "card.holder"),
    ({"holder": "MARIA \U0001f600"}, "invalid_value", "card.holder"),
    ({"holder": "MARIA \u202e SILVA"}, "invalid_value", "card.holder"),
    ({"holder": VISA}, "invalid_value", "card.holder"),
    ({"holder": 7}, "wrong_type", "card.holder"),
    ({"expiration_month": "12"}, "wrong_type", "card.expiration_month"),
    ({"expiration_month": 12.5}, "wrong_type", "card.expiration_month"),
    ({"expiration_month": True}, "wrong_type", "card.expiration_month"),
    ({"expiration_month": -1}, "invalid_value", "card.expiration_month"),
    ({"expiration_month": 100}, "invalid_value", "card.expiration_month"),
    ({"expiration_year": 30}, "invalid_value", "card.expiration_year"),
    ({"expiration_year": 20300}, "invalid_value", "card.expiration_year"),
    ({"expiration_year": None}, "wrong_type", "card.expiration_year"),
    ({"cvv": "12"}, "invalid_value", "card.cvv"),
    ({"cvv": "1234"}, "invalid_value", "card.cvv"),
    ({"cvv": "12a"}, "invalid_value", "card.cvv"),
    ({"cvv": 123}, "wrong_type", "card.cvv"),
    ({"number": "378282246310005", "cvv": "123"}, "invalid_value", "card.cvv"),
    ({"foo": 1}, "unknown_field", "card.foo"),
]
_OTHERS: list[tuple[dict[str, Any], str, str]] = [
    ({"currency": "USD"}, "invalid_value", "currency"),
    ({"currency": "brl"}, "invalid_value", "currency"),
    ({"currency": None}, "wrong_type", "currency"),
    ({"description": "x" * 256}, "invalid_value", "description"),
    ({"description": "a\tb"}, "invalid_value", "description"),
    ({"description": f"card {VISA}"}, "invalid_value", "description"),
    ({"description": "card 4111-1111-1111-1111"}, "invalid_value", "description"),
    ({"description": 1}, "wrong_type", "description"),
    ({"metadata": {str(n): "x" for n in range(21)}}, "invalid_value", "metadata"),
    ({"metadata": {"k" * 41: "x"}}, "invalid_value", "metadata"),
    ({"metadata": {"": "x"}}, "invalid_value", "metadata"),
    ({"metadata": {"k": "x" * 501}}, "invalid_value", "metadata"),
    ({"metadata": {"k": "\x07"}}, "invalid_value", "metadata"),
    ({"metadata": {"k": VISA}}, "invalid_value", "metadata"),
    ({"metadata": {"k": 1}}, "wrong_type", "metadata.k"),
    ({"metadata": []}, "wrong_type", "metadata"),
    ({"amounts": "1"}, "unknown_field", "amounts"),
    ({VISA: "1"}, "unknown_field", "?"),
]
_TWICE = (
    b'{"amount":"1.00","amount":"2.00","card":{"number":"4111111111111111","holder":"MARIA",'
    b'"expiration_month":12,"expiration_year":2030,"cvv":"739"}}'
)


class TestShape:
    @pytest.mark.parametrize(("amount", "code"), _AMOUNTS)
    def test_refuses_an_amount(self, merchant: MerchantClient, amount: Any, code: str) -> None:
        expect_problem(merchant.accept(amount=amount), 422, code, "amount")

    @pytest.mark.parametrize("token", [b"NaN", b"-Infinity", b"1e2", b"1.0E1", b"-0"])
    def test_refuses_a_number_that_is_written_otherwise(
        self, merchant: MerchantClient, token: bytes
    ) -> None:
        body = msgspec.json.encode(new_transaction()).replace(b'"10.50"', token)

        expect_problem(merchant.post("/transactions", body), 422, "invalid_value", "amount")

    @pytest.mark.parametrize(("card", "code", "param"), _CARDS)
    def test_refuses_a_card(
        self, merchant: MerchantClient, card: dict[str, Any], code: str, param: str
    ) -> None:
        expect_problem(merchant.accept(card=card), 422, code, param)

    @pytest.mark.parametrize(("changes", "code", "param"), _OTHERS)
    def test_refuses_a_field(
        self, merchant: MerchantClient, changes: dict[str, Any], code: str, param: str
    ) -> None:
        expect_problem(merchant.accept(**changes), 422, code, param)

    @pytest.mark.parametrize("name", ["amount", "card"])
    def test_names_a_missing_field(self, merchant: MerchantClient, name: str) -> None:
        body = new_transaction()
        del body[name]

        expect_problem(merchant.post("/transactions", body), 422, "missing_field", name)

    @pytest.mark.parametrize(
        "name", ["number", "holder", "expiration_month", "expiration_year", "cvv"]
    )
    def test_names_a_missing_field_of_the_card(self, merchant: MerchantClient, name: str) -> None:
        body = new_transaction()
        del body["card"][name]

        answer = merchant.post("/transactions", body)

        expect_problem(answer, 422, "missing_field", f"card.{name}")

    @pytest.mark.parametrize("card", ["4111", None, [], 7])
    def test_wants_a_card_to_be_an_object(self, merchant: MerchantClient, card: Any) -> None:
        answer = merchant.post("/transactions", {"amount": "1.00", "card": card})

        expect_problem(answer, 422, "wrong_type", "card")

    @pytest.mark.parametrize("body", [b"[]", b'"x"', b"1", b"null"])
    def test_wants_an_object(self, merchant: MerchantClient, body: bytes) -> None:
        expect_problem(merchant.post("/transactions", body), 422, "wrong_type", "body")

    @pytest.mark.parametrize(
        "body",
        [
            b" ",
            b"{",
            b"{}{}",
            b"\xff\xfe{}",
            b'\xef\xbb\xbf{"amount": 1}',
            b"{'amount': 1}",
            b"[" * 20_000,
            b'{"a":' * 9_000 + b"1" + b"}" * 9_000,
            b'{"amount": 01}',
        ],
    )
    def test_calls_what_is_not_json_malformed(self, merchant: MerchantClient, body: bytes) -> None:
        expect_problem(merchant.post("/transactions", body), 400, "malformed_json")

    def test_refuses_a_key_that_stands_twice(self, merchant: MerchantClient) -> None:
        expect_problem(merchant.post("/transactions", _TWICE), 422, "invalid_value", "amount")

    @pytest.mark.parametrize("field", ["holder", "description", "metadata"])
    def test_refuses_lone_surrogates(self, merchant: MerchantClient, field: str) -> None:
        body = msgspec.json.encode(
            new_transaction(
                description="SPOT" if field == "description" else "",
                metadata={"k": "SPOT"} if field == "metadata" else {},
                card={"holder": "SPOT" if field == "holder" else "MARIA"},
            )
        ).replace(b"SPOT", rb"ab\ud800")
        param = "card.holder" if field == "holder" else field

        expect_problem(merchant.post("/transactions", body), 422, "invalid_value", param)

    def test_reads_escapes_like_the_characters_they_stand_for(
        self, merchant: MerchantClient
    ) -> None:
        body = msgspec.json.encode(new_transaction()).replace(b'"10.50"', rb'"1\u0030.50"')

        assert merchant.post("/transactions", body).status_code == 202

    def test_answers_nothing_of_the_card_in_an_error(self, merchant: MerchantClient) -> None:
        answer = merchant.accept(card={"holder": "", VISA: CVV})

        assert VISA.encode() not in answer.content
        assert CVV.encode() not in answer.content
        assert not Transaction.objects.exists()

    @pytest.mark.parametrize("key", ["", "k" * 256, "ключ", "a\x7fb"])
    def test_refuses_a_key_that_is_none(self, merchant: MerchantClient, key: str) -> None:
        answer = merchant.accept(key=key)

        expect_problem(answer, 422, "invalid_value", "Idempotency-Key")
