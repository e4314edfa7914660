"""Promise 8: a database connection that was killed while it stood idle costs nobody anything."""

import pytest
from django.db import OperationalError, connection, transaction

from messaging.processing import freshen
from messaging.tests.behaviour.doubles import RecordingConsumer, double, note
from messaging.tests.behaviour.worlds import MemoryWorld, start, turn_until


@pytest.mark.on_mariadb
@pytest.mark.django_db(transaction=True)
class TestAKilledConnection:
    def test_is_replaced_before_the_next_batch(self) -> None:
        world = MemoryWorld()
        consumer = double(RecordingConsumer, world)
        note(world, 1)
        runtime = start(world, consumer)
        turn_until(lambda: consumer.numbers() == [1], runtime)

        killed = kill_our_connection()
        note(world, 2)
        turn_until(lambda: len(consumer.handled) > 1, runtime)

        assert consumer.numbers() == [1, 2]
        # Neither was tried twice, as it would be had the batch found out.
        assert len(consumer.handled) == 2
        assert connection_id() != killed

    def test_does_not_stay_when_a_block_was_begun_on_it_meanwhile(self) -> None:
        # As a transaction leaves it whose connection dies between COMMIT and what follows.
        connection.set_autocommit(False)
        killed = kill_our_connection()
        with pytest.raises(OperationalError):
            begin()

        freshen("default")

        assert connection_id() != killed
        begin()


def begin() -> None:
    with transaction.atomic():
        connection_id()


def connection_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT CONNECTION_ID()")
        return int(cursor.fetchone()[0])


def kill_our_connection() -> int:
    """Kill it from another one, as an operator or a server's time limit would; return its id."""
    ours = connection_id()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute(f"KILL {ours}")
    finally:
        other.close()
    return ours
