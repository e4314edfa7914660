"""Every cell of the pipeline's table, and what must hold for all of them together."""

from itertools import product

import pytest

from orders.domain.pipeline import TABLE, Hold, cell_of, may_be_cancelled
from orders.domain.states import ENDED, FINAL, Happening, State, Status, status_of

CELLS = list(product(State, Happening))
_WITH_MONEY = {
    State.PAID,
    State.PICKING,
    State.PICKED,
    State.DISPATCHED,
    State.REFUNDING,
}


def reached_from(start: State) -> dict[State, list[list[Happening]]]:
    """Return every state that can come after `start`, with the loop-free ways to it."""
    ways: dict[State, list[list[Happening]]] = {}
    open_ends: list[tuple[State, list[Happening], frozenset[State]]] = [
        (start, [], frozenset({start}))
    ]
    while open_ends:
        state, way, seen = open_ends.pop()
        ways.setdefault(state, []).append(way)
        for happening in Happening:
            cell = cell_of(state, happening)
            if cell is not None and cell.then not in seen:
                open_ends.append((cell.then, [*way, happening], seen | {cell.then}))
    return ways


WAYS = reached_from(State.PLACED)


class TestTable:
    def test_every_state_can_be_reached(self) -> None:
        assert set(WAYS) == set(State)

    def test_every_happening_happens_somewhere(self) -> None:
        assert {happening for _, happening in TABLE} == set(Happening)

    @pytest.mark.parametrize(("state", "happening"), CELLS)
    def test_an_end_is_never_left_for_another(self, state: State, happening: Happening) -> None:
        cell = cell_of(state, happening)

        if cell is not None and state in FINAL:
            assert cell.then == state

    @pytest.mark.parametrize(("state", "happening"), CELLS)
    def test_the_public_word_never_moves_backwards(
        self, state: State, happening: Happening
    ) -> None:
        cell, words = cell_of(state, happening), list(Status)
        before = status_of(state)

        if cell is not None:
            assert words.index(status_of(cell.then, before)) >= words.index(before)

    @pytest.mark.parametrize("state", State)
    def test_from_everywhere_an_end_can_be_reached(self, state: State) -> None:
        assert set(reached_from(state)) & FINAL


class TestWays:
    @pytest.mark.parametrize("state", sorted(_WITH_MONEY))
    def test_nobody_pays_without_stock_and_verdict(self, state: State) -> None:
        for way in WAYS[state]:
            paid = way.index(Happening.PAYMENT_APPROVED)
            assert Happening.STOCK_RESERVED in way[:paid]
            assert Happening.FRAUD_CLEAR in way[:paid]

    @pytest.mark.parametrize("state", [State.PICKING, State.PICKED, State.DISPATCHED])
    def test_nothing_is_picked_unpaid(self, state: State) -> None:
        for way in WAYS[state]:
            assert way.index(Happening.PAYMENT_APPROVED) < way.index(Happening.PICKING_STARTED)

    def test_what_was_charged_and_cancelled_is_refunded_before_the_end(self) -> None:
        for way in WAYS[State.CANCELLED]:
            if Happening.PAYMENT_APPROVED in way:
                assert way[-1] == Happening.REFUND_MADE

    def test_stock_is_taken_once_on_every_way(self) -> None:
        for ways in WAYS.values():
            for way in ways:
                assert way.count(Happening.STOCK_RESERVED) <= 1

    @pytest.mark.parametrize("state", sorted(ENDED - {State.DISPATCHED}))
    def test_an_ended_order_takes_no_stock_and_starts_no_picking(self, state: State) -> None:
        cells = [cell_of(state, happening) for happening in Happening]

        assert not [cell for cell in cells if cell and cell.hold in (Hold.TAKE, Hold.PAY)]
        assert cell_of(state, Happening.PICKING_STARTED) is None

    def test_stock_is_given_back_only_when_the_money_is_settled(self) -> None:
        releasing = {state for (state, _), cell in TABLE.items() if cell.hold is Hold.RELEASE}

        assert releasing <= FINAL | {State.HELD, State.RESERVED}

    def test_a_hold_expires_neither_in_review_nor_once_the_bank_may_be_asked(self) -> None:
        expiring = {state for state, what in TABLE if what is Happening.HOLD_EXPIRED}

        assert expiring == {State.HELD, State.RESERVED}

    def test_cancelling_is_possible_until_the_goods_are_picked(self) -> None:
        possible = {state for state in State if may_be_cancelled(state)}

        assert possible == set(State) - ENDED - {State.PICKED}
