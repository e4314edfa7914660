"""What the gateway's topics accept: the shape is judged while decoding."""

from typing import Any

import msgspec
import pytest

from transactions.events import TransactionDecided, TransactionReceivedPlain
from transactions.tests.requests import decided, plain, plain_fields


def decode_plain(fields: dict[str, Any]) -> TransactionReceivedPlain:
    return msgspec.json.decode(msgspec.json.encode(fields), type=TransactionReceivedPlain)


class TestAnOutsideRecord:
    @pytest.mark.parametrize("cvv", ["123", 123, None, [1]])
    def test_is_taken_whatever_its_cvv_is_and_without_it(self, cvv: Any) -> None:
        event = plain(credit_card_cvv=cvv)

        assert "cvv" not in repr(event)
        assert "cvv" not in event.encode().decode()

    def test_may_carry_fields_that_nobody_knows(self) -> None:
        assert plain(store="X", currency="BRL").currency == "BRL"

    @pytest.mark.parametrize("name", [name for name in plain_fields() if name != "credit_card_cvv"])
    def test_needs_each_of_its_fields(self, name: str) -> None:
        fields = plain_fields()
        del fields[name]

        with pytest.raises(msgspec.ValidationError):
            decode_plain(fields)

    @pytest.mark.parametrize(
        "changes",
        [
            {"id": ""},
            {"id": "x" * 65},
            {"id": 7},
            {"id": " x"},
            {"id": "x\n"},
            {"id": "x\u0000y"},
            {"id": "x\u200b"},
            {"account_id": "\ta"},
            {"account_id": None},
            {"amount": "10.50"},
            {"amount": 0.1 + 0.2},
            {"amount": True},
            {"amount": None},
            {"amount": 10**12},
            {"credit_card_number": 4111111111111111},
            {"credit_card_expiration_month": "12"},
            {"credit_card_expiration_year": 2030.5},
            {"currency": "USD"},
            {"created_at": "yesterday"},
            {"created_at": 1700000000},
            {"created_at": "0001-01-01T00:00:00+05:00"},
        ],
    )
    def test_of_another_shape_is_poison(self, changes: dict[str, Any]) -> None:
        with pytest.raises(msgspec.ValidationError):
            decode_plain(plain_fields(**changes))

    @pytest.mark.parametrize("amount", [-5, 0, 1e7, 1000.01, 100.10])
    def test_may_ask_for_any_exact_amount(self, amount: float) -> None:
        assert plain(amount=amount)


class TestADecision:
    def test_is_read_as_it_was_written(self) -> None:
        event = decided()

        assert msgspec.json.decode(event.encode(), type=TransactionDecided) == event

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("status", b'"pending"'),
            ("amount_cents", b"1e30"),
            ("card_last4", b'"41111111"'),
            ("created_at", b'"0001-01-01T00:00:00+05:00"'),
        ],
    )
    def test_of_another_shape_is_poison(self, name: str, value: bytes) -> None:
        fields = msgspec.json.decode(decided().encode(), type=dict[str, msgspec.Raw])
        fields[name] = msgspec.Raw(value)

        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(msgspec.json.encode(fields), type=TransactionDecided)
