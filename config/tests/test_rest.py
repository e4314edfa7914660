"""The API's reading of JSON says what it stumbled over only as far as that may be shown."""

import io

import pytest

from config.rest import FieldGivenTwice, StrictJsonParser


@pytest.mark.parametrize(
    ("body", "param"),
    [
        (b'{"amount": 1, "amount": 2}', "amount"),
        (b'{"4111111111111111": 1, "4111111111111111": 1}', "?"),
        # Half of a surrogate pair, which no answer could hold.
        (b'{"\\ud800": 1, "\\ud800": 2}', "?"),
    ],
)
def test_a_key_given_twice_is_named_where_it_may_be(body: bytes, param: str) -> None:
    with pytest.raises(FieldGivenTwice) as caught:
        StrictJsonParser().parse(io.BytesIO(body))

    assert caught.value.param == param
