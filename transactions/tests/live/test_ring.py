"""What the ring gives for a cursor: everything after it, once, in order, or the word "too old"."""

from hypothesis import given
from hypothesis import strategies as st

from transactions.live.cursor import Cursor, Partition
from transactions.live.presenter import PanelEvent
from transactions.live.ring import Ring, Tick, View, in_order
from transactions.tests.live.events import PLACES, event, names


def filled(capacity: int, ticks: list[list[int]]) -> tuple[Ring, list[PanelEvent]]:
    """Return a ring into which ticks came, each a list of partition numbers, one per event."""
    ring, offsets, everything = Ring(capacity), dict.fromkeys(PLACES, 0), []
    for seq, choices in enumerate(ticks):
        start, events = dict(offsets), []
        for choice in choices:
            place = PLACES[choice]
            account = "a" if offsets[place] % 2 else "b"
            events.append(event(place, offsets[place], at_ms=seq, account=account))
            offsets[place] += 1
        ring.append(Tick(seq, start, dict(offsets), events, f"c{seq}", seq))
        everything += events
    return ring, everything


many_ticks = st.lists(st.lists(st.integers(0, 3), max_size=6), min_size=1, max_size=12)


class TestAfter:
    @given(many_ticks, st.data(), st.integers(1, 7), st.sampled_from([None, frozenset("a")]))
    def test_steps_through_all_that_follows_once(
        self, ticks: list[list[int]], data: st.DataObject, limit: int, view: View
    ) -> None:
        ring, everything = filled(10_000, ticks)
        ends = {place: sum(e.place == place for e in everything) for place in PLACES}
        wanted = {place: data.draw(st.integers(0, end)) for place, end in ends.items()}
        expected = [
            each
            for each in everything
            if each.place and each.offset >= wanted[each.place]
            if view is None or each.account_id in view
        ]

        told: list[PanelEvent] = []
        cursor = Cursor(wanted)
        while True:
            piece = ring.after(cursor, view, limit)
            assert piece is not None
            assert len(piece.events) <= limit
            told += piece.events
            if piece.cursor.positions == cursor.positions:
                break
            cursor = piece.cursor

        assert names(told) == names(expected)
        assert cursor.positions == ends

    def test_is_none_for_a_cursor_that_is_too_old(self) -> None:
        ring, _ = filled(3, [[0, 0], [0, 0], [0, 0]])

        assert ring.after(Cursor({PLACES[0]: 0}), None, 10) is None

    def test_is_there_again_when_the_gap_was_read(self) -> None:
        ring, everything = filled(3, [[0, 0], [0, 0], [0, 0]])
        kept = ring.start[PLACES[0]]
        ring.prepend(dict.fromkeys(PLACES, 0), everything[:kept])

        piece = ring.after(Cursor({PLACES[0]: 1}), None, 10)

        assert piece is not None
        assert names(piece.events) == names(everything[1:])

    def test_keeps_the_place_of_one_that_is_ahead(self) -> None:
        ring, _ = filled(100, [[0, 0], [1]])
        ahead: dict[Partition, int] = {PLACES[0]: 5, PLACES[1]: 0}

        piece = ring.after(Cursor(ahead), None, 10)

        assert piece is not None
        assert names(piece.events) == [(PLACES[1], 0)]
        assert piece.cursor.positions[PLACES[0]] == 5


class TestInOrder:
    def test_keeps_a_partition_in_order_though_its_clock_goes_back(self) -> None:
        events = [
            event(PLACES[0], 0, at_ms=9),
            event(PLACES[0], 1, at_ms=5),
            event(PLACES[1], 0, at_ms=7),
        ]

        assert names(in_order(events)) == [(PLACES[1], 0), (PLACES[0], 0), (PLACES[0], 1)]

    def test_puts_a_request_before_its_decision_whatever_their_clocks(self) -> None:
        events = [
            event(PLACES[2], 0, at_ms=3, identity="x"),
            event(PLACES[0], 0, at_ms=8, identity="x"),
        ]

        assert names(in_order(events)) == [(PLACES[0], 0), (PLACES[2], 0)]
