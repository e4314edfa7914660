"""Inserts that are not waited for: nothing is lost of them, least of all their errors."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection
from uuid_utils.compat import uuid7

from messaging import bulk, pipeline
from messaging.clock import SystemClock
from messaging.consumer import BatchConsumer, Message
from messaging.failures import Failure, classify
from messaging.models import InboxEntry, Lease
from messaging.processing import TransactionProcessor, freshen, unit_of_work
from messaging.records import Record

pytestmark = pytest.mark.django_db
COLUMNS = ("name", "holder", "generation", "expires_at")


class HandlerError(Exception):
    """What a handler raises."""


class Overlapping(BatchConsumer):
    """Writes the event ids of its messages; fails by itself when it is told to."""

    name = "overlapping"
    owner = "gateway"
    takes = ()
    overlaps = True
    fails = False

    def handle_batch(self, messages: Sequence[Message[Any]]) -> None:
        if self.fails:
            raise HandlerError
        insert(*(each.event_id for each in messages))


class CutOff(Overlapping):
    """Loses its connection while the insert of its inbox is under way."""

    def handle_batch(self, messages: Sequence[Message[Any]]) -> None:
        own: Any = connection.connection
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute(f"KILL {own.thread_id()}")
        other.close()
        super().handle_batch(messages)


def insert(*names: str) -> None:
    rows = [(name, "", "0", "2026-01-01 00:00:00") for name in names]
    bulk.insert_rows(connection, "messaging_lease", COLUMNS, rows)


def work(*sent: str, fails: bool = False) -> None:
    with unit_of_work("default"), pipeline.overlapping("default"):
        for name in sent:
            insert(name)
        if fails:
            raise HandlerError


def message() -> Message[Any]:
    identity = str(uuid7())
    record = Record("topic", 0, 0, None, b"{}", 0)
    return Message(None, identity, "test.happened.v1", None, record)


def names() -> set[str]:
    return set(Lease.objects.values_list("name", flat=True))


class TestOverlapping:
    def test_what_was_sent_is_there_for_the_next_statement(self) -> None:
        with unit_of_work("default"), pipeline.overlapping("default"):
            insert("a")
            insert("b")

            assert names() == {"a", "b"}

    def test_what_was_sent_last_is_there_at_the_end(self) -> None:
        with unit_of_work("default"), pipeline.overlapping("default"):
            insert("a")

        assert names() == {"a"}

    def test_an_error_comes_at_the_latest_at_the_end(self) -> None:
        insert("a")

        with pytest.raises(IntegrityError):
            work("b", "a")

        assert names() == {"a"}

    def test_an_error_is_not_hidden_by_a_later_one_of_another_kind(self) -> None:
        insert("a")

        with pytest.raises(IntegrityError):
            work("a", fails=True)

    def test_an_error_of_the_block_undoes_what_was_sent(self) -> None:
        with pytest.raises(HandlerError):
            work("a", fails=True)

        assert names() == set()

    def test_settling_where_nothing_is_under_way_is_nothing(self) -> None:
        pipeline.settle("default")

        work("a")
        assert names() == {"a"}


class TestConsumer:
    def test_applies_what_is_new_among_what_it_has_seen(self) -> None:
        old, new = message(), message()
        applying = TransactionProcessor(Overlapping(), SystemClock())
        applying.apply([old])

        assert applying.apply([old, new]) == [new]
        assert names() == {old.event_id, new.event_id}

    def test_a_message_seen_before_is_not_handled_even_if_that_would_fail_now(self) -> None:
        seen, consumer = message(), Overlapping()
        TransactionProcessor(consumer, SystemClock()).apply([seen])
        consumer.fails = True

        assert list(TransactionProcessor(consumer, SystemClock()).apply([seen])) == []

    def test_a_handler_that_fails_leaves_no_inbox_entry(self) -> None:
        consumer = Overlapping()
        consumer.fails = True

        with pytest.raises(HandlerError):
            TransactionProcessor(consumer, SystemClock()).apply([message()])

        assert not InboxEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.on_mariadb
class TestLostConnection:
    def test_is_an_outage_that_leaves_nothing_and_passes(self) -> None:
        consumer, cut_off = CutOff(), message()

        with pytest.raises(OperationalError) as caught:
            TransactionProcessor(consumer, SystemClock()).apply([cut_off])
        freshen("default")

        assert classify(caught.value) is Failure.OUTAGE
        assert not InboxEntry.objects.exists()
        assert TransactionProcessor(Overlapping(), SystemClock()).apply([cut_off]) == [cut_off]
        assert names() == {cut_off.event_id}
