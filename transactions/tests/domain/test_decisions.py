"""The rules of CONTRACTS section 2, each at its edges, and in their order."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transactions.domain import decisions

VISA = "4111111111111111"
TODAY = date(2026, 11, 30)
GOOD: dict[str, object] = {
    "number": VISA,
    "month": 11,
    "year": 2026,
    "amount_cents": 10_000,
    "on": TODAY,
}
TABLE = [
    # what differs from a good request, code, message
    ({}, "", ""),
    ({"number": "2223003122003222"}, "", ""),
    ({"number": "6362970000457013"}, "", ""),
    ({"number": "6062825624254001"}, "", ""),
    ({"number": "4111111111111112"}, "invalid_card_number", "invalid credit card number"),
    ({"number": "1111111111111117"}, "invalid_card_number", "invalid credit card number"),
    ({"number": "4111 1111 1111 1111"}, "invalid_card_number", "invalid credit card number"),
    ({"number": ""}, "invalid_card_number", "invalid credit card number"),
    ({"month": 0}, "invalid_expiration_month", "invalid expiration month"),
    ({"month": 13}, "invalid_expiration_month", "invalid expiration month"),
    ({"month": -1, "year": 1999}, "invalid_expiration_month", "invalid expiration month"),
    ({"month": 10}, "invalid_expiration_year", "invalid expiration year"),
    ({"year": 2025, "month": 12}, "invalid_expiration_year", "invalid expiration year"),
    ({"year": 26}, "invalid_expiration_year", "invalid expiration year"),
    ({"year": 2027, "month": 1}, "", ""),
    ({"amount_cents": 100}, "", ""),
    ({"amount_cents": 99}, "amount_below_minimum", "the amount must be at least 1.00"),
    ({"amount_cents": 0}, "amount_below_minimum", "the amount must be at least 1.00"),
    ({"amount_cents": -500}, "amount_below_minimum", "the amount must be at least 1.00"),
    ({"amount_cents": 100_000}, "", ""),
    ({"amount_cents": 100_001}, "amount_above_maximum", "the amount must be at most 1000.00"),
]


@pytest.mark.parametrize(("difference", "code", "message"), TABLE)
def test_every_rule_at_its_edge(difference: dict[str, object], code: str, message: str) -> None:
    verdict = decisions.decide(**{**GOOD, **difference})  # type: ignore[arg-type]

    status = "rejected" if code else "approved"
    assert verdict == (status, code, message)


def test_the_first_rule_that_fails_gives_the_reason() -> None:
    faults: list[dict[str, object]] = [
        {"number": "1"},
        {"month": 13},
        {"year": 2000},
        {"amount_cents": 1},
    ]
    codes = []
    for start in range(len(faults)):
        request = dict(GOOD)
        for fault in faults[start:]:
            request |= fault
        codes.append(decisions.decide(**request).error_code)  # type: ignore[arg-type]

    assert codes == [refusal.error_code for refusal in decisions.REFUSALS[:4]]


def test_a_card_is_good_on_the_last_day_of_its_month_and_not_after() -> None:
    request = {**GOOD, "month": 2, "year": 2028}

    on_last_day = decisions.decide(**{**request, "on": date(2028, 2, 29)})  # type: ignore[arg-type]
    a_day_later = decisions.decide(**{**request, "on": date(2028, 3, 1)})  # type: ignore[arg-type]

    assert on_last_day.status == "approved"
    assert a_day_later.error_code == "invalid_expiration_year"


@given(
    st.one_of(st.text(max_size=40), st.just(VISA)),
    st.integers(),
    st.integers(),
    st.integers(),
    st.dates(),
)
def test_whatever_has_the_right_shape_gets_one_of_two_decisions(
    number: str, month: int, year: int, amount_cents: int, on: date
) -> None:
    verdict = decisions.decide(
        number=number, month=month, year=year, amount_cents=amount_cents, on=on
    )

    assert (verdict == decisions.APPROVAL) != (verdict in decisions.REFUSALS)


@given(st.integers(100, 100_000))
def test_every_amount_within_the_bounds_is_approved(amount_cents: int) -> None:
    assert (
        decisions.decide(
            number=VISA, month=11, year=2026, amount_cents=amount_cents, on=TODAY
        ).status
        == "approved"
    )
