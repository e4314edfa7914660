"""Folding an order's events: the same row whatever order they came in."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from orders.domain.reporting import Told, fold

BEGUN = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def told(version: int, topic: str, status: str, **more: object) -> Told:
    at = BEGUN + timedelta(minutes=version)
    return Told(version=version, topic=topic, status=status, reason="", at=at, **more)  # type: ignore[arg-type]  # a test's own


PAID = [
    told(1, "pedido-novo", "placed"),
    told(2, "estoque-reservado", "reserved"),
    told(3, "fraude-verificado", "clear"),
    told(4, "processo-de-pagamento", "approved", charged_cents=5000, refunded_cents=0),
]
SHORT = [
    *PAID,
    told(5, "processo-de-picking", "started"),
    told(6, "processo-de-picking", "short", picked={"A": 1}),
    told(7, "processo-de-pagamento", "partly_refunded", refunded_cents=1000),
]


class TestFold:
    def test_does_not_care_about_arrival_or_repetition(self) -> None:
        snapshots = {repr(fold([*way, *way[:2]])) for way in permutations(SHORT)}

        assert len(snapshots) == 1

    def test_knows_outcome_money_finds_and_times(self) -> None:
        snapshot = fold(SHORT)

        assert (snapshot.status, snapshot.version) == ("picking", 7)
        assert (snapshot.charged_cents, snapshot.refunded_cents) == (5000, 1000)
        assert snapshot.picked == {"A": 1}
        assert snapshot.milestones["paid_at"] == BEGUN + timedelta(minutes=4)

    @pytest.mark.parametrize(
        ("events", "status"),
        [
            (PAID[:1], "placed"),
            (PAID[:2], "placed"),
            (PAID[:3], "reserved"),
            (PAID, "paid"),
            ([*PAID[:1], told(2, "estoque-reservado", "out_of_stock")], "out_of_stock"),
            ([*PAID[:2], told(3, "fraude-verificado", "fraud")], "fraud"),
            ([*PAID[:3], told(4, "processo-de-pagamento", "rejected")], "payment_refused"),
            ([*PAID, told(5, "pedido-novo", "cancelled")], "cancelled"),
        ],
    )
    def test_tells_the_public_status(self, events: list[Told], status: str) -> None:
        assert fold(events).status == status

    def test_the_first_end_wins(self) -> None:
        cancelled_while_paying = [
            *PAID[:3],
            told(4, "pedido-novo", "cancelled"),
            told(5, "processo-de-pagamento", "approved", charged_cents=5000),
            told(6, "processo-de-pagamento", "refunded", refunded_cents=5000),
        ]

        assert fold(cancelled_while_paying).status == "cancelled"
