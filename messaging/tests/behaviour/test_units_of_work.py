"""Promise 7: a unit of work is done whole or not at all, also where a handler hides an error."""

import contextlib
from typing import Any

from django.db import DatabaseError, connection

from messaging.consumer import Message
from messaging.tests.behaviour.doubles import RecordingConsumer, double, note
from messaging.tests.behaviour.worlds import World, start, turn_until


class TestAHiddenDatabaseError:
    def test_undoes_the_whole_unit_which_is_then_tried_again(self, world: World) -> None:
        consumer = double(RecordingConsumer, world)

        def hide_once(message: Message[Any]) -> None:
            # As after a deadlock, of which the server has undone the unit's beginning.
            if len(consumer.handled) == 1:
                with contextlib.suppress(DatabaseError):
                    connection.cursor().execute("SELECT 1 FROM a_table_that_is_not_there")

        consumer.fault = hide_once
        note(world, 1)
        runtime = start(world, consumer)

        turn_until(lambda: consumer.numbers() == [1], runtime)

        assert len(consumer.handled) == 2
