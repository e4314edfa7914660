"""A double becomes cents when it honestly stands for some."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bank_grpc.domain.amounts import MOST_CENTS, MalformedAmountError, cents_of_double


@pytest.mark.parametrize(
    ("amount", "cents"),
    [
        (0.01, 1),
        (1.0, 100),
        (29.90 * 3, 8970),
        (0.1 + 0.2, 30),
        (1000.00, 100_000),
        (MOST_CENTS / 100, MOST_CENTS),
    ],
)
def test_honest_amounts_are_taken(amount: float, cents: int) -> None:
    assert cents_of_double(amount) == cents


@pytest.mark.parametrize(
    "amount",
    [
        math.nan,
        math.inf,
        -math.inf,
        0.0,
        -0.0,
        -1.0,
        0.001,
        0.004,
        10.005,
        1e11,
        1e300,
        1e308,
        -1e308,
    ],
)
def test_dishonest_amounts_are_refused(amount: float) -> None:
    with pytest.raises(MalformedAmountError):
        cents_of_double(amount)


@given(st.integers(min_value=1, max_value=10**10))
def test_every_number_of_cents_comes_through_as_itself(cents: int) -> None:
    assert cents_of_double(cents / 100) == cents
