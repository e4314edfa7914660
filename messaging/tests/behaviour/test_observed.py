"""What a handler logs can be told apart by event and trace, and its time is measured."""

from collections.abc import Sequence
from typing import Any

from prometheus_client import REGISTRY
from structlog.contextvars import get_contextvars

from messaging import trace
from messaging.consumer import BatchConsumer, Consumer, Message
from messaging.tests.behaviour.doubles import double, note
from messaging.tests.behaviour.worlds import MemoryWorld, start, turn_until


class Noting(Consumer):
    """Notes what its log lines would carry, for each message."""

    def __init__(self) -> None:
        self.noted: list[tuple[Any, Any, str | None]] = []

    def handle(self, event: Any, message: Message[Any]) -> None:
        self.noted.append((get_contextvars().get("event_id"), message.event_id, trace.current()))


class NotingBatches(BatchConsumer):
    """Notes the trace of each batch."""

    def __init__(self) -> None:
        self.noted: list[str | None] = []

    def handle_batch(self, messages: Sequence[Message[Any]]) -> None:
        self.noted.extend(trace.current() for _ in messages)


def batches_measured(consumer: str) -> float:
    return REGISTRY.get_sample_value("trilho_batch_seconds_count", {"consumer": consumer}) or 0.0


class TestHandler:
    def test_logs_under_the_events_own_id_and_within_a_trace(self, db: None) -> None:
        world = MemoryWorld()
        consumer = double(Noting, world)  # type: ignore[type-var]  # it records in its own way
        note(world, 1)
        note(world, 2)
        runtime = start(world, consumer)

        turn_until(lambda: len(consumer.noted) == 2, runtime)

        assert [bound for bound, _, _ in consumer.noted] == [own for _, own, _ in consumer.noted]
        assert all(current for _, _, current in consumer.noted)
        assert "event_id" not in get_contextvars()

    def test_of_batches_runs_within_one_trace_for_each(self, db: None) -> None:
        world = MemoryWorld()
        consumer = double(NotingBatches, world)  # type: ignore[type-var]  # as above
        note(world, 1)
        note(world, 2)
        runtime = start(world, consumer)

        turn_until(lambda: len(consumer.noted) == 2, runtime)

        assert len(set(consumer.noted)) == 1
        assert None not in consumer.noted

    def test_has_its_time_measured(self, db: None) -> None:
        world = MemoryWorld()
        consumer = double(Noting, world)  # type: ignore[type-var]  # as above
        note(world, 1)
        runtime = start(world, consumer)

        turn_until(lambda: len(consumer.noted) == 1, runtime)

        assert batches_measured(world.group) == 1
