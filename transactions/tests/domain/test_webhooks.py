"""Signatures, and how long a failed message waits."""

import hashlib
import hmac
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transactions.domain import webhooks


def test_the_signature_is_what_a_merchant_computes_by_the_contract() -> None:
    signature = webhooks.sign("whsec_x", at=1700000000, body=b'{"id":"1"}')

    expected = hmac.new(b"whsec_x", b'1700000000.{"id":"1"}', hashlib.sha256).hexdigest()
    assert signature == f"t=1700000000,v1={expected}"


@pytest.mark.parametrize(
    ("status", "success"),
    [
        (200, True),
        (204, True),
        (299, True),
        (199, False),
        (302, False),
        (500, False),
        (None, False),
    ],
)
def test_only_two_hundreds_are_success(*, status: int | None, success: bool) -> None:
    assert webhooks.is_success(status) is success


@given(st.integers(1, 50), st.floats(0, 1))
def test_a_delay_lies_between_half_and_the_whole_of_its_step(failures: int, draw: float) -> None:
    whole = webhooks.retry_delay(failures, draw=1.0)
    delay = webhooks.retry_delay(failures, draw=draw)

    assert (delay is None) == (whole is None)
    if delay is not None and whole is not None:
        assert whole / 2 <= delay <= whole


def test_delays_grow_and_end_within_the_longest_life() -> None:
    delays = [webhooks.retry_delay(failures, draw=1.0) for failures in range(1, 12)]

    kept = [delay for delay in delays if delay is not None]
    assert kept == sorted(kept)
    assert delays[-1] is None
    assert sum(kept, timedelta()) < webhooks.LONGEST_LIFE
