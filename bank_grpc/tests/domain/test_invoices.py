"""Invoices close to the cent, whatever was bought, given back and paid."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bank_grpc.domain import invoices
from bank_grpc.domain.invoices import InvoiceStatus, Month, Movement

FIRST = Month(2026, 1)
cents = st.integers(min_value=1, max_value=10**12)
movements = st.lists(
    st.builds(
        Movement,
        id=st.uuids().map(str),
        kind=st.sampled_from(["payment", "refund", "invoice_payment"]),
        amount_cents=cents,
        instalments=st.integers(min_value=1, max_value=24),
        month=st.integers(min_value=0, max_value=11).map(FIRST.plus),
    ),
    max_size=30,
)


class TestMonths:
    @pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-1", "2026-011", "26-01"])
    def test_only_a_month_is_a_month(self, text: str) -> None:
        with pytest.raises(ValueError, match=r".+"):
            Month.parse(text)

    def test_months_are_counted_over_the_year(self) -> None:
        assert str(Month.parse("2026-11").plus(2)) == "2027-01"
        assert Month(2027, 1).minus(Month(2026, 11)) == 2


class TestInstalments:
    @given(amount=cents, parts=st.integers(min_value=1, max_value=99))
    def test_sum_to_the_amount_and_differ_by_a_cent_at_most(self, amount: int, parts: int) -> None:
        made = invoices.instalments_of(amount, parts)

        assert (len(made), sum(made)) == (parts, amount)
        assert max(made) - min(made) <= 1
        assert made == sorted(made, reverse=True)

    def test_ten_in_three(self) -> None:
        assert invoices.instalments_of(1000, 3) == [334, 333, 333]


class TestItems:
    @given(movements)
    def test_all_invoices_together_hold_what_was_bought_less_what_came_back(
        self, moved: list[Movement]
    ) -> None:
        total = sum(
            invoices.total_of(invoices.items_of(FIRST.plus(number), moved)) for number in range(40)
        )

        signs = {"payment": 1, "refund": -1, "invoice_payment": 0}
        assert total == sum(signs[each.kind] * each.amount_cents for each in moved)

    def test_an_instalment_says_which_of_how_many_it_is(self) -> None:
        bought = Movement("a", "payment", 1000, 3, FIRST)

        [item] = invoices.items_of(FIRST.plus(1), [bought])

        assert item == ("a", 333, 2, 3)
        assert invoices.items_of(FIRST.plus(3), [bought]) == []


class TestMinimum:
    @pytest.mark.parametrize(
        ("total", "minimum"),
        [(-5, 0), (0, 0), (1, 1), (4_999, 4_999), (10_000, 5_000), (33_334, 5_001), (10**6, 15e4)],
    )
    def test_is_a_share_with_a_floor(self, total: int, minimum: int) -> None:
        assert invoices.minimum_of(total) == minimum


totals = st.lists(st.integers(min_value=-(10**9), max_value=10**9), max_size=12)


class TestSettling:
    @given(totals=totals, paid=st.dictionaries(st.integers(0, 14), cents, max_size=6))
    def test_no_cent_is_lost_and_nothing_is_owed_beside_a_credit(
        self, totals: list[int], paid: dict[int, int]
    ) -> None:
        months = [(FIRST.plus(number), total) for number, total in enumerate(totals)]
        settled = invoices.settle(months, {FIRST.plus(key): each for key, each in paid.items()})

        open_cents = sum(max(t, 0) - settled.paid_cents[month] for month, t in months)
        assert open_cents - settled.credit_cents == sum(totals) - sum(paid.values())
        assert open_cents == 0 or settled.credit_cents == 0
        assert all(0 <= settled.paid_cents[month] <= max(t, 0) for month, t in months)

    def test_money_goes_where_it_was_meant_first(self) -> None:
        months = [(FIRST, 100), (FIRST.plus(1), 50)]

        settled = invoices.settle(months, {FIRST.plus(1): 50})

        assert settled.paid_cents == {FIRST: 0, FIRST.plus(1): 50}

    def test_a_credit_pays_the_next_invoice(self) -> None:
        settled = invoices.settle([(FIRST, -30), (FIRST.plus(1), 50)], {FIRST.plus(1): 20})

        assert settled.paid_cents[FIRST.plus(1)] == 50
        assert settled.credit_cents == 0


@pytest.mark.parametrize(
    ("is_closed", "paid", "status"),
    [
        (False, 100, InvoiceStatus.OPEN),
        (True, 99, InvoiceStatus.CLOSED),
        (True, 100, InvoiceStatus.PAID),
    ],
)
def test_status(is_closed: bool, paid: int, status: InvoiceStatus) -> None:
    assert invoices.status_of(is_closed=is_closed, total_cents=100, paid_cents=paid) is status
