"""Every invariant is green on honest books, and red once what it guards was broken by hand."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from uuid_utils.compat import uuid7

from bank_grpc.consumers.statement import Statement
from bank_grpc.domain.authorisation import TypedCard
from bank_grpc.models import InvariantResult
from bank_grpc.services.authorise import authorise
from bank_grpc.services.invariants.check import INVARIANTS, WINDOW, check_all
from bank_grpc.services.invoice_payments import InvoiceOrder, pay_invoice
from bank_grpc.services.invoices import close_some
from bank_grpc.services.refunds import RefundOrder, refund
from bank_grpc.services.verify import hash_of, verify_card
from bank_grpc.tests.services.kit import NOW, SCOPE, STORE, charge, issued, pay
from messaging.consumer import Message
from messaging.envelope import Decoder
from messaging.errors import TransientError
from messaging.testing import Drained, drain

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=60)


class TopicInMemory:
    """The records that a drain has posted."""

    def __init__(self, drained: Drained) -> None:
        decoder = Decoder(Statement.takes, lambda _: "topic")
        self._messages: dict[int, list[Message[Any]]] = {}
        for record in drained.broker.records("payments"):
            message = decoder.decode(record)
            assert message is not None
            self._messages.setdefault(record.partition, []).append(message)

    def posted(self) -> dict[int, tuple[int, int]]:
        return {number: (0, len(each)) for number, each in self._messages.items()}

    def messages(
        self, partition: int, start: int, stop: int
    ) -> Iterator[tuple[int, int, list[Message[Any]]]]:
        yield start, stop, self._messages[partition][start:stop]


class TopicAway:
    """A broker that gives no answer."""

    def posted(self) -> dict[int, tuple[int, int]]:
        raise TransientError("away")

    def messages(self, partition: int, start: int, stop: int) -> Iterator[Any]:
        raise TransientError("away")


@pytest.fixture
def topic(db: None) -> TopicInMemory:
    """Give honest books with some of everything, all of it posted, two invoices closed."""
    card, other = issued(), issued()
    first = pay(card, 10_000, instalments=3)
    pay(card, 10**9)
    pay(other, 700)
    plastic = other.plastic
    typed = TypedCard(
        plastic.number, plastic.expiration_month, plastic.expiration_year, int(plastic.cvv)
    )
    token = verify_card(typed, scope=SCOPE, order_id="order", amount_cents=250, now=NOW).token
    by_token = charge(other, 250)._replace(
        card=None, fingerprint="", token_hash=hash_of(token), order_id="order"
    )
    assert authorise(by_token, now=NOW).is_approved
    for cents in (1_000, 500):
        refund(
            RefundOrder(
                payment_id=first.payment_id,
                store=STORE,
                amount_cents=cents,
                scope=STORE,
                request_key=str(uuid7()),
            ),
            now=NOW,
        )
    pay_invoice(
        InvoiceOrder(
            card_id=card.card_id,
            month="2026-11",
            amount_cents=300,
            scope="holder",
            request_key="r",
        ),
        now=NOW,
    )
    made = TopicInMemory(drain(Statement))
    close_some(LATER)
    return made


def red(topic: Any) -> set[str]:
    return {each.invariant.name for each in check_all(topic, now=NOW) if not each.holds}


def break_by(sql: str) -> None:
    """Change the books by hand, past what the tables' own constraints would refuse."""
    with connection.cursor() as cursor:
        if connection.vendor == "mysql":
            cursor.execute("SET check_constraint_checks = 0")
            cursor.execute("SET foreign_key_checks = 0")
        else:
            cursor.execute("PRAGMA ignore_check_constraints = 1")
        cursor.execute(sql)
        if connection.vendor == "mysql":
            cursor.execute("SET check_constraint_checks = 1")
            cursor.execute("SET foreign_key_checks = 1")
        else:
            cursor.execute("PRAGMA ignore_check_constraints = 0")


BREAKS: dict[str, str] = {
    "ledger_sums_to_zero": "UPDATE bank_ledger_entry SET amount_cents = amount_cents + 1",
    "operations_sum_to_zero": (
        "UPDATE bank_ledger_entry SET amount_cents = amount_cents + 1 WHERE account LIKE 'store:%'"
    ),
    "balance_equals_ledger": "UPDATE bank_card SET balance_cents = balance_cents - 1",
    "used_within_limit": "UPDATE bank_card SET limit_cents = balance_cents - 1",
    "payment_has_two_entries": "DELETE FROM bank_ledger_entry WHERE kind = 'payment'",
    "refund_has_two_entries": (
        "UPDATE bank_ledger_entry SET amount_cents = -amount_cents WHERE kind = 'refund'"
    ),
    "invoice_payment_has_two_entries": (
        "UPDATE bank_ledger_entry SET amount_cents = 2 * amount_cents"
        " WHERE kind = 'invoice_payment'"
    ),
    "refusal_moves_nothing": (
        "UPDATE bank_payment SET status = 'rejected' WHERE status = 'approved'"
    ),
    "one_event_each": "DELETE FROM messaging_outbox",
    "refunds_within_charge": "UPDATE bank_payment SET amount_cents = 1",
    "refunded_equals_refunds": "UPDATE bank_payment SET refunded_cents = 1 WHERE amount_cents > 1",
    "token_spent_by_its_payment": "UPDATE bank_payment_token SET amount_cents = 251",
    "posted_payment_has_its_line": "DELETE FROM bank_statement_line WHERE kind = 'refund'",
    "line_has_its_payment": "UPDATE bank_statement_line SET amount_cents = amount_cents + 1",
    "balance_runs_on": (
        "UPDATE bank_statement_line SET balance_after_cents = 1 WHERE kind = 'refund'"
    ),
    "last_line_is_the_balance": "UPDATE bank_card SET balance_cents = balance_cents - 1",
    "replay_changes_nothing": "UPDATE bank_statement_line SET store = 'Banca'",
    "invoices_sum_to_lines": "UPDATE bank_invoice SET total_cents = total_cents + 1",
}


class TestInvariants:
    def test_all_hold_on_honest_books(self, topic: TopicInMemory) -> None:
        assert red(topic) == set()
        assert InvariantResult.objects.filter(broken=0).count() == len(INVARIANTS)

    @pytest.mark.parametrize("name", [each.name for each in INVARIANTS])
    def test_each_turns_red(self, topic: TopicInMemory, name: str) -> None:
        break_by(BREAKS[name])

        assert name in red(topic)
        assert InvariantResult.objects.get(pk=name).broken > 0

    def test_what_is_on_its_way_breaks_nothing(self, topic: TopicInMemory) -> None:
        pay(issued(), 5)

        assert red(topic) == set()

    def test_an_event_too_many_is_found(self, topic: TopicInMemory) -> None:
        break_by(
            "INSERT INTO messaging_outbox (event_id, topic, `key`, headers, payload, created_at)"
            " SELECT 'again', topic, `key`, headers, payload, created_at FROM messaging_outbox"
        )

        assert "one_event_each" in red(topic)

    def test_who_waited_longer_at_the_edge_of_the_time_hides_nobody(
        self, topic: TopicInMemory
    ) -> None:
        edge = NOW - WINDOW
        card = issued()
        authorise(charge(card, 5), now=edge + timedelta(milliseconds=1))
        # Asked first, written second: behind a lock that the other one held.
        authorise(charge(card, 6), now=edge - timedelta(milliseconds=1))

        assert red(topic) == set()


class TestResults:
    def test_remember_since_when_it_is_red(self, topic: TopicInMemory) -> None:
        break_by(BREAKS["used_within_limit"])
        check_all(topic, now=NOW)
        check_all(topic, now=NOW + timedelta(minutes=1))
        since = InvariantResult.objects.get(pk="used_within_limit")

        assert (since.red_since, since.checked_at) == (NOW, NOW + timedelta(minutes=1))
        assert 0 < len(since.examples) <= since.broken

    def test_what_cannot_be_checked_keeps_its_last_result(self, topic: TopicInMemory) -> None:
        check_all(topic, now=NOW)

        unchecked = {e.invariant.name for e in check_all(TopicAway(), now=LATER) if not e.holds}

        assert unchecked == {"posted_payment_has_its_line", "replay_changes_nothing"}
        kept = InvariantResult.objects.filter(pk__in=unchecked)
        assert {(each.broken, each.checked_at) for each in kept} == {(0, NOW)}


def test_the_command_fails_unless_all_was_seen_to_hold(
    topic: TopicInMemory, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.KAFKA_BOOTSTRAP_SERVERS = "127.0.0.1:1"

    with pytest.raises(CommandError):
        call_command("check_invariants")

    said = capsys.readouterr().out
    assert said.count("ok  ") == len(INVARIANTS) - 2
    assert "not checked" in said
