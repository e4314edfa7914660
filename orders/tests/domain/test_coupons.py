"""Coupons leave something to pay, and never give parts of a cent away."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from orders.domain.coupons import Flaw, Terms, discount_cents, flaw_of

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)


def terms(**changes: Any) -> Terms:
    facts = {
        "percent": 10,
        "amount_cents": None,
        "minimum_cents": 0,
        "valid_from": NOW - timedelta(days=1),
        "valid_until": NOW + timedelta(days=1),
        "uses_left": 1,
        "is_active": True,
    }
    return Terms(**{**facts, **changes})


class TestFlaw:
    def test_counts_from_its_first_moment_until_its_last(self) -> None:
        assert flaw_of(terms(valid_from=NOW), 100, NOW) is None
        assert flaw_of(terms(valid_until=NOW), 100, NOW) is Flaw.EXPIRED
        assert flaw_of(terms(), 100, NOW - timedelta(days=2)) is Flaw.NOT_YET

    def test_is_used_up_after_its_last_use(self) -> None:
        assert flaw_of(terms(uses_left=0), 100, NOW) is Flaw.USED_UP

    def test_needs_its_minimum(self) -> None:
        assert flaw_of(terms(minimum_cents=100), 100, NOW) is None
        assert flaw_of(terms(minimum_cents=101), 100, NOW) is Flaw.BELOW_MINIMUM

    @given(
        subtotal=st.integers(1, 10**9),
        percent=st.integers(1, 90),
        amount=st.none() | st.integers(1, 10**9),
    )
    def test_leaves_something_to_pay(self, subtotal: int, percent: int, amount: int | None) -> None:
        coupon = terms(percent=None if amount else percent, amount_cents=amount)

        if flaw_of(coupon, subtotal, NOW) is None:
            assert 0 <= discount_cents(coupon, subtotal) < subtotal
