"""Promise 11: probes tell of progress, and observers cannot fail a message."""

from collections.abc import Sequence

import httpx

from messaging import health
from messaging.heartbeat import PATIENCE_SECONDS, Heartbeat
from messaging.observers import Observers
from messaging.records import Record
from messaging.testing import FakeClock


class TestHeartbeat:
    def test_stops_when_the_loop_turns_without_getting_anywhere(self) -> None:
        clock = FakeClock()
        heartbeat = Heartbeat(clock)
        clock.advance(PATIENCE_SECONDS + 1)

        heartbeat.beat(has_progressed=False)
        assert not heartbeat.is_alive()

        heartbeat.beat(has_progressed=True)
        assert heartbeat.is_alive()


class TestServe:
    def test_answers_metrics_and_probes_on_loopback(self) -> None:
        server = health.serve(0, alive={"loop": lambda: None}, ready={"broker": lambda: "away"})
        address = f"http://127.0.0.1:{server.server_port}"
        try:
            alive, ready = httpx.get(f"{address}/healthz"), httpx.get(f"{address}/readyz")
            scraped = httpx.get(f"{address}/metrics")
        finally:
            server.shutdown()
            server.server_close()

        assert (alive.status_code, alive.json()) == (200, {"loop": "ok"})
        assert (ready.status_code, ready.json()) == (503, {"broker": "away"})
        assert "trilho_records_received" in scraped.text


class TestObservers:
    def test_failure_of_one_neither_fails_the_message_nor_the_next_observer(self) -> None:
        told: list[int] = []

        class Broken:
            def on_received(self, consumer: str, records: Sequence[Record]) -> None:
                raise RuntimeError(consumer)

            on_succeeded = on_retried = on_dead_lettered = on_received

        class Counting:
            def on_received(self, consumer: str, records: Sequence[Record]) -> None:
                told.append(len(records))

            on_succeeded = on_retried = on_dead_lettered = on_received

        observers = Observers("c", [Broken(), Counting()])  # type: ignore[list-item]
        observers.received([])

        assert told == [0]
