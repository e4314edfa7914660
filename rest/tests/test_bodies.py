"""A body that is not what it should be is told by the field's name, never by its value."""

from typing import Any

import msgspec
import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from rest import Problem, key_of, read


class Card(msgspec.Struct, forbid_unknown_fields=True):
    number: str


class Body(msgspec.Struct, forbid_unknown_fields=True):
    amount: int
    card: Card


class TestRead:
    def test_returns_the_shape(self) -> None:
        assert read({"amount": 1, "card": {"number": "4"}}, Body).card.number == "4"

    @pytest.mark.parametrize(
        ("sent", "code", "param"),
        [
            ([], "wrong_type", "body"),
            ({"amount": "4111111111111111"}, "wrong_type", "amount"),
            ({"amount": 1}, "missing_field", "card"),
            ({"amount": 1, "card": {}}, "missing_field", "card.number"),
            ({"amount": 1, "card": {"number": "4"}, "more": 1}, "unknown_field", "more"),
            ({"amount": 1, "card": {"number": "4", "4111": 1}}, "unknown_field", "?"),
            ({"amount": 1, "card": {"number": "4", "a b": 1}}, "unknown_field", "card.?"),
            # Half of a surrogate pair, which JSON can tell of and no text can bear.
            ({"\ud800": 1}, "unknown_field", "?"),
            ({"amount": 1, "card": {"number": "4", "\ud800": 1}}, "unknown_field", "card.?"),
            ({"amount": "\ud800", "card": {"number": "4"}}, "wrong_type", "amount"),
            ({"amount": 1, "card": "\ud800"}, "wrong_type", "card"),
            ({"amount": 1, "card": [{"\ud800": "\ud800"}]}, "wrong_type", "card"),
        ],
    )
    def test_blames_the_field(self, sent: Any, code: str, param: str) -> None:
        with pytest.raises(Problem) as caught:
            read(sent, Body)

        assert (caught.value.status_code, caught.value.param) == (422, param)
        assert caught.value.get_codes() == code
        assert "4111" not in str(caught.value)

    def test_names_a_field_from_where_the_caller_has_it(self) -> None:
        with pytest.raises(Problem) as caught:
            read({}, Card, at="card")

        assert caught.value.param == "card.number"


class TestKey:
    def test_may_be_left_out(self) -> None:
        assert key_of(Request(APIRequestFactory().post("/"))) is None

    @pytest.mark.parametrize("key", ["", "k" * 256, "clé", "a\tb"])
    def test_that_cannot_be_kept_is_refused(self, key: str) -> None:
        with pytest.raises(Problem) as caught:
            key_of(Request(APIRequestFactory().post("/", HTTP_IDEMPOTENCY_KEY=key)))

        assert caught.value.param == "Idempotency-Key"
