from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from transactions.models import Decision, Transaction
from transactions.simulation.audit import Report, compare, wait_until_decided
from transactions.simulation.ledger import Ledger
from transactions.simulation.topics import Carried
from transactions.simulation.traffic import Order

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
RUN = "cafe"
CODE = "amount_above_maximum"


def order(number: int, expected: str = "") -> Order:
    return Order(0, f"simulated-{RUN}-{number}", b"", 1000, expected, 0.0)


class World:
    """A run as it should be, to be spoilt by each test in one way."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.carried: dict[str, dict[str, Carried]] = {
            "transactions": {},
            "transactions_result": {},
        }

    def accept(self, number: int, *, expected: str = "") -> str:
        """Make a transaction that was answered, stored, decided and carried."""
        transaction_id = f"t{number}"
        self.ledger.note_accepted(
            order(number, expected), transaction_id, "account", is_replay=False
        )
        status = "rejected" if expected else "approved"
        self.store(transaction_id, number, status=status, error_code=expected)
        decision = Decision(id=transaction_id, event_id="e", account_id="account", status=status)
        decision.error_code, decision.error_message = expected, expected
        decision.amount_cents, decision.created_at, decision.processed_at = 1000, NOW, NOW
        decision.save()
        self.carried["transactions"][transaction_id] = Carried({"r"}, set(), 1)
        self.carried["transactions_result"][transaction_id] = Carried(
            {"d"}, {(status, expected, 1000)}, 1
        )
        return transaction_id

    def store(self, transaction_id: str, number: int, **values: Any) -> None:
        """Make the row alone."""
        Transaction.objects.create(
            id=transaction_id,
            account_id="account",
            amount_cents=1000,
            card_last4="1111",
            card_expiration_month=1,
            card_expiration_year=2030,
            card_holder="Ana",
            metadata={"run": RUN, "number": str(number)},
            created_at=NOW,
            processed_at=None if values.get("status", "pending") == "pending" else NOW,
            **values,
        )

    def report(self) -> Report:
        """Compare."""
        return compare(
            self.ledger,
            run=RUN,
            since=NOW - timedelta(hours=1),
            account_ids=["account"],
            carried=self.carried,
        )


@pytest.fixture
def world(db: None) -> World:
    return World()


class TestCompare:
    def test_finds_nothing_where_all_is_well(self, world: World) -> None:
        world.accept(1)
        world.accept(2, expected=CODE)

        report = world.report()

        assert report.is_clean
        assert (report.accepted, report.rows, report.decided, report.approved) == (2, 2, 2, 1)
        assert report.accepted_cents == report.decided_cents == 2000

    def test_counts_an_event_that_came_again_as_repeat_only(self, world: World) -> None:
        world.carried["transactions_result"][world.accept(1)].records = 3

        report = world.report()

        assert report.is_clean
        assert report.repeats == 2

    def test_finds_a_202_without_row(self, world: World) -> None:
        Transaction.objects.filter(id=world.accept(1)).delete()

        report = world.report()

        assert "no row" in report.lost[0]
        assert report.count("lost") == 1

    def test_finds_a_202_that_was_never_decided(self, world: World) -> None:
        Transaction.objects.filter(id=world.accept(1)).update(status="pending", processed_at=None)

        assert "not decided" in world.report().lost[0]

    def test_finds_a_missing_decision(self, world: World) -> None:
        Decision.objects.filter(id=world.accept(1)).delete()

        assert "no decision" in world.report().lost[0]

    @pytest.mark.parametrize("topic", ["transactions", "transactions_result"])
    def test_finds_what_a_topic_does_not_hold(self, topic: str, world: World) -> None:
        del world.carried[topic][world.accept(1)]

        assert world.report().lost == [f"t1: not on {topic}"]

    @pytest.mark.parametrize("topic", ["transactions", "transactions_result"])
    def test_finds_a_second_event_id(self, topic: str, world: World) -> None:
        world.carried[topic][world.accept(1)].event_ids.add("another")

        assert world.report().doubled == [f"t1: 2 ids on {topic}"]

    def test_finds_two_rows_under_one_key(self, world: World) -> None:
        world.accept(1)
        world.store("t1-again", 1)

        assert "second row" in world.report().doubled[0]

    def test_finds_two_answers_under_one_key(self, world: World) -> None:
        world.accept(1)
        world.ledger.note_accepted(order(1), "t9", "account", is_replay=True)

        assert world.report().wrong

    def test_finds_a_wrong_decision(self, world: World) -> None:
        Decision.objects.filter(id=world.accept(1, expected=CODE)).update(
            error_code="invalid_card_number"
        )

        assert "invalid_card_number" in world.report().wrong[0]

    def test_finds_a_wrong_result_on_the_topic(self, world: World) -> None:
        result = world.carried["transactions_result"][world.accept(1)]
        result.says.add(("rejected", CODE, 1000))

        assert world.report().wrong

    def test_names_what_was_given_up(self, world: World) -> None:
        world.ledger.note_unknown(order(1), "given up")
        world.store("t1", 1)

        report = world.report()

        assert report.unresolved == [f"simulated-{RUN}-1: given up"]
        assert not report.doubled
        assert report.findings() == [f"unresolved: simulated-{RUN}-1: given up"]

    def test_takes_a_key_for_resolved_once_its_repeat_was_answered(self, world: World) -> None:
        world.ledger.note_unknown(order(1), "given up")
        world.accept(1)

        assert world.report().is_clean


class TestWaitUntilDecided:
    def test_returns_at_once_where_all_is_decided(self, world: World) -> None:
        assert wait_until_decided([world.accept(1)], seconds=30) == 0

    def test_says_how_many_are_not(self, world: World) -> None:
        world.store("t1", 1)

        assert wait_until_decided(["t1"], seconds=0) == 1
