"""The bank's rules as a table: which card pays what."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bank_grpc.domain.authorisation import (
    Account,
    KnownNumber,
    Refusal,
    TypedCard,
    refusal_of_charge,
    refusal_of_plastic,
)
from bank_grpc.domain.plastic import cvv_of

KEY = b"k" * 32
NUMBER = "4000000000000002"
CVV = int(cvv_of(KEY, NUMBER, 11, 2030))
ISSUED = KnownNumber("card-1", "0002", is_current=True, expiration_month=11, expiration_year=2030)
TYPED = TypedCard(NUMBER, 11, 2030, CVV)
ACCOUNT = Account(is_active=True, limit_cents=100_000, balance_cents=0)


def refusal(on: date = date(2026, 11, 21), **changes: Any) -> Refusal | None:
    return refusal_of_plastic(ISSUED, replace(TYPED, **changes), key=KEY, on=on)


class TestRefusalOfPlastic:
    def test_the_right_card_is_not_refused(self) -> None:
        assert refusal() is None

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"cvv": (CVV + 1) % 1000}, Refusal.WRONG_CVV),
            ({"cvv": -1}, Refusal.WRONG_CVV),
            ({"cvv": 2**31 - 1}, Refusal.WRONG_CVV),
            ({"month": 12}, Refusal.WRONG_CVV),
            ({"month": 0}, Refusal.CARD_EXPIRED),
            ({"year": 2020}, Refusal.CARD_EXPIRED),
            ({"on": date(2030, 12, 1)}, Refusal.CARD_EXPIRED),
        ],
    )
    def test_a_wrong_card_is_refused(self, changes: Any, expected: Refusal) -> None:
        assert refusal(**changes) is expected

    def test_the_last_day_of_its_month_still_pays(self) -> None:
        assert refusal(on=date(2030, 11, 30)) is None

    def test_leading_zeros_of_the_cvv_may_be_lost(self) -> None:
        numbers = (f"40000000000{n:05}" for n in range(2000))
        number = next(each for each in numbers if cvv_of(KEY, each, 11, 2030).startswith("0"))

        cvv = int(cvv_of(KEY, number, 11, 2030))

        assert refusal(number=number, cvv=cvv) is None

    def test_no_text_of_it_shows_number_or_cvv(self) -> None:
        assert NUMBER not in repr(TYPED)
        assert f"{CVV}" not in repr(TYPED)


class TestRefusalOfCharge:
    def test_reaching_the_limit_exactly_is_approved(self) -> None:
        assert refusal_of_charge(ACCOUNT, 100_000) is None

    def test_one_cent_more_is_over_the_limit(self) -> None:
        assert refusal_of_charge(ACCOUNT, 100_001) is Refusal.OVER_LIMIT

    def test_credit_adds_to_what_is_available(self) -> None:
        account = ACCOUNT._replace(balance_cents=-500)

        assert refusal_of_charge(account, 100_500) is None
        assert refusal_of_charge(account, 100_501) is Refusal.OVER_LIMIT

    def test_a_blocked_card_pays_nothing(self) -> None:
        assert refusal_of_charge(ACCOUNT._replace(is_active=False), 1) is Refusal.CARD_BLOCKED
