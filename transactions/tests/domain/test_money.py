"""Amounts: what is read as cents, what is refused, and how cents are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transactions.domain import money


@pytest.mark.parametrize(
    ("token", "cents"),
    [
        (b"10", 1000),
        (b"10.5", 1050),
        (b"10.50", 1050),
        (b"0.01", 1),
        (b"999999999999.99", 10**14 - 1),
    ],
)
def test_an_amount_is_read_exactly(token: bytes, cents: int) -> None:
    assert money.parse_cents(token) == cents
    assert money.parse_outside_cents(token) == cents


@pytest.mark.parametrize(
    "token",
    [
        b"",
        b"-1",
        b"+1",
        b"1e3",
        b"NaN",
        b"1_0",
        b" 10",
        b"10 ",
        b"1.005",
        b".5",
        b"5.",
        b'"10"',
        b"\xd9\xa1",
    ],
)
def test_our_own_amounts_have_one_form_only(token: bytes) -> None:
    with pytest.raises(money.InvalidAmountError):
        money.parse_cents(token)


@pytest.mark.parametrize(
    ("token", "cents"),
    [
        (b"-5.00", -500),
        (b"10.500", 1050),
        (b"1.0E7", 1_000_000_000),
        (b"1e3", 100_000),
        (b"1050e-2", 1050),
        (b"-0.0", 0),
        (b"0", 0),
    ],
)
def test_others_may_write_the_same_number_otherwise(token: bytes, cents: int) -> None:
    assert money.parse_outside_cents(token) == cents


@pytest.mark.parametrize(
    "token",
    [
        b"0.30000000000000004",
        b"10.001",
        b"1e-3",
        b"1e12",
        b"1e999999999",
        b"1e-999999999",
        b"1" * 13,
        b"0." + b"1" * 100,
        b"true",
        b"null",
        b"NaN",
        b"Infinity",
        b"[1]",
        b'"10.50"',
        b"",
    ],
)
def test_what_is_no_whole_number_of_cents_is_refused(token: bytes) -> None:
    with pytest.raises(money.InvalidAmountError):
        money.parse_outside_cents(token)


@given(st.integers(0, 10**14 - 1))
def test_what_is_written_reads_the_same(cents: int) -> None:
    assert money.parse_cents(money.format_cents(cents).encode()) == cents


@given(st.integers(-(10**14) + 1, 10**14 - 1))
def test_what_is_negative_reads_the_same_from_outside(cents: int) -> None:
    assert money.parse_outside_cents(money.format_cents(cents).encode()) == cents


@given(st.binary(max_size=100))
def test_no_bytes_fail_otherwise_than_by_the_error(token: bytes) -> None:
    try:
        cents = money.parse_outside_cents(token)
    except money.InvalidAmountError:
        return
    assert money.parse_outside_cents(money.format_cents(cents).encode()) == cents
