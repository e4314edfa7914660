"""The relay inside one process, on a real broker: order, standing by, the database away."""

import threading
from typing import Any

import pytest
from django.db import OperationalError, connection

from messaging import outbox
from messaging.lease import Lease
from messaging.models import OutboxMessage
from messaging.relay import Relay
from messaging.tests import outbox_kit as kit
from messaging.tests.test_lease import away

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("broker"),
]


class TestPump:
    def test_sends_all_in_order_and_writes_down_where_it_went(self, relay: Relay) -> None:
        topic = kit.make_topic()
        rows = kit.queue(topic, 500)

        assert [relay.pump() for _ in range(4)] == [200, 200, 100, 0]

        kit.check_arrived(topic, rows)
        places = {record.header("ce_id"): record for record in kit.read_all(topic)}
        assert len(places) == 500
        for row in OutboxMessage.objects.all():
            record = places[row.event_id]
            assert (row.partition, row.offset) == (record.partition, record.offset)
            assert row.sent_at is not None
            assert record.value == b'{"text":""}'

    def test_sends_a_row_that_was_committed_late(self, relay: Relay) -> None:
        topic = kit.make_topic()
        kit.queue(topic, 1)
        late = OutboxMessage.objects.get()
        OutboxMessage.objects.update(id=late.id + 10)
        relay.pump()

        OutboxMessage.objects.create(
            id=late.id,
            event_id="late",
            topic=topic,
            key="k",
            headers="{}",
            created_at=late.created_at,
        )
        relay.pump()

        assert kit.unsent() == 0

    def test_sends_tombstones(self, relay: Relay) -> None:
        topic = kit.make_topic(1)
        [row] = kit.queue(topic, 1)
        OutboxMessage.objects.update(payload=None)

        relay.pump()

        [record] = kit.read_all(topic)
        assert (record.key, record.value) == (row.key.encode(), None)

    def test_keeps_its_reports_while_the_database_is_away(self, relay: Relay) -> None:
        topic = kit.make_topic(1)
        kit.queue(topic, 5)
        denied = DeniesUpdatesOfTheOutbox()
        with connection.execute_wrapper(denied), pytest.raises(OperationalError):
            relay.pump()
        assert kit.unsent() == 5

        relay.pump()

        assert kit.unsent() == 0
        assert len(kit.read_all(topic)) == 5


class DeniesUpdatesOfTheOutbox:
    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("UPDATE") and "messaging_outbox" in sql:
            return away(execute, sql, params, many, context)
        return execute(sql, params, many, context)


class TestASecondRelay:
    def test_stands_by_and_takes_over(self, relay: Relay) -> None:
        topic = kit.make_topic()
        second = Relay()
        rows = kit.queue(topic, 10)

        refused = second.lease.acquire()
        relay.pump()
        rows += kit.queue(topic, 10)
        relay.lease.release()
        taken = second.lease.acquire()
        second.pump()
        second.close()

        assert (refused, taken) == (False, True)
        kit.check_arrived(topic, rows)
        assert len(kit.read_all(topic)) == 20

    def test_sends_nothing_more_once_the_lease_is_lost(self, relay: Relay) -> None:
        topic = kit.make_topic()
        relay.pump()
        kit.queue(topic, 10)
        lost = Lease("relay")
        relay.lease.release()
        assert lost.acquire()

        relay.pump()

        assert kit.unsent() == 10
        assert kit.read_all(topic) == []


class TestRun:
    def test_survives_that_the_database_is_away(self) -> None:
        topic = kit.make_topic()
        relay, gone = Relay(), threading.Event()
        thread = threading.Thread(target=run_with_database_until, args=(relay, gone))
        thread.start()

        rows = kit.queue(topic, 20)
        kit.wait_for(lambda: kit.unsent() == 0)
        gone.set()
        rows += kit.queue(topic, 20)
        kit.wait_for(lambda: relay.trouble() == "OperationalError")
        gone.clear()
        kit.wait_for(lambda: kit.unsent() == 0)
        relay.stop()
        thread.join(10)

        assert relay.trouble() is None
        kit.check_arrived(topic, rows)
        assert len(kit.read_all(topic)) == 40


def run_with_database_until(relay: Relay, gone: threading.Event) -> None:
    def gate(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if gone.is_set():
            return away(execute, sql, params, many, context)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(gate):
        relay.run()
    connection.close()


class TestTheCheckItself:
    def test_sees_a_lost_row(self) -> None:
        topic = kit.make_topic(1)

        with pytest.raises(AssertionError, match="lost"):
            kit.check_arrived(topic, kit.queue(topic, 1))

    def test_sees_rows_that_changed_places(self, relay: Relay) -> None:
        topic = kit.make_topic(1)
        rows: list[outbox.OutboxRow] = kit.queue(topic, 2, keys=1)
        relay.pump()

        with pytest.raises(AssertionError, match="order"):
            kit.check_arrived(topic, rows[::-1])
