import json
from datetime import date
from decimal import Decimal
from itertools import islice
from random import Random

from transactions.simulation.traffic import Mix, Order, first, orders

TODAY = date(2026, 11, 21)


def some(count: int, *, seed: int = 1, accounts: int = 3, **shares: float) -> list[Order]:
    mix = Mix(**{"bad_cards": 0, "out_of_range": 0, "duplicates": 0, "bursts": 0, **shares})
    planned = orders(Random(seed), mix, run="r", accounts=accounts, today=TODAY)
    return list(islice(planned, count))


class TestOrders:
    def test_are_the_same_for_the_same_seed(self) -> None:
        assert some(50, bad_cards=0.3) == some(50, bad_cards=0.3)
        assert some(50, seed=2) != some(50)

    def test_expect_approval_where_nothing_is_wrong(self) -> None:
        assert {order.expected for order in some(200)} == {""}

    def test_hold_amounts_within_the_limits_unless_told_otherwise(self) -> None:
        assert all(100 <= order.amount_cents <= 100_000 for order in some(500))
        assert all(not 100 <= order.amount_cents <= 100_000 for order in some(200, out_of_range=1))

    def test_say_in_the_body_what_they_are_worth(self) -> None:
        for order in some(50, out_of_range=0.5):
            assert Decimal(json.loads(order.body)["amount"]) * 100 == order.amount_cents

    def test_have_the_share_of_bad_cards_that_was_asked_for(self) -> None:
        refused = sum(order.expected != "" for order in some(2000, bad_cards=0.25))

        assert 400 < refused < 600

    def test_repeat_with_the_same_key_and_body(self) -> None:
        planned = some(300, duplicates=0.5)
        originals = {order.key: order.body for order in planned if not order.is_repeat}
        repeats = [order for order in planned if order.is_repeat]

        assert len(repeats) > 50
        assert all(originals[repeat.key] == repeat.body for repeat in repeats)

    def test_come_in_bursts(self) -> None:
        pauses = [order.gap for order in some(2000, bursts=0.5)]

        assert sum(pause == 0 for pause in pauses) > 500
        assert sum(pauses) / len(pauses) < 2

    def test_come_from_every_account(self) -> None:
        assert {order.account for order in some(100, accounts=4)} == {0, 1, 2, 3}


class TestFirst:
    def test_counts_orders_and_not_their_repeats(self) -> None:
        planned = orders(Random(1), Mix(duplicates=0.5), run="r", accounts=1, today=TODAY)

        taken = list(first(planned, 40))

        assert sum(not order.is_repeat for order in taken) == 40
        assert len(taken) > 45
