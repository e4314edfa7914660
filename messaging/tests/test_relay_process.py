"""The relay as a process: killed anywhere, told to stop, waiting for its turn, broker away."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytest_django import Settings

from messaging import outbox
from messaging.localbroker.node import wait_until_ready
from messaging.models import Lease, OutboxMessage
from messaging.relay import FAULTPOINTS, Relay
from messaging.tests import outbox_kit as kit

pytestmark = [pytest.mark.kafka, pytest.mark.faults, pytest.mark.django_db(transaction=True)]
RELAY = ("manage.py", "run_relay")
# The long suite queues 60,000.
QUEUED = int(os.environ.get("TRILHO_QUEUED", "600"))
LEASE_GONE = 'trilho_lease_held{lease="relay"} 0.0'
BROKEN = ("-m", "messaging.tests.broken_relay")
# For those that must not lose theirs by being slow, which a second would hardly forgive.
EASY = {"MESSAGING_LEASE_SECONDS": "5"}


@pytest.fixture(autouse=True)
def broker(kafka_bootstrap: str, settings: Settings) -> str:
    settings.KAFKA_BOOTSTRAP_SERVERS = kafka_bootstrap
    settings.MESSAGING_LEASE_SECONDS = 1
    return kafka_bootstrap


def finish() -> None:
    """Take over from a relay that was killed, and send the rest, however often the lease ends."""
    relay = Relay()

    def is_done() -> bool:
        if relay.lease.acquire():
            relay.pump()
        return kit.unsent() == 0

    kit.wait_for(is_done)
    relay.close()


def kill_at(point: str, command: tuple[str, ...], broker: str) -> list[outbox.OutboxRow]:
    topic = kit.make_topic()
    rows = kit.queue(topic, 300)
    fault = f"{point}:1:kill"

    with kit.process(*command, bootstrap=broker, TRILHO_FAULTPOINT=fault) as relay:
        assert relay.wait(30) == -signal.SIGKILL

    return rows


class TestKilled:
    @pytest.mark.parametrize("point", FAULTPOINTS)
    def test_loses_nothing_and_keeps_each_key_in_order(self, point: str, broker: str) -> None:
        rows = kill_at(point, RELAY, broker)

        finish()

        assert kit.unsent() == 0
        kit.check_arrived(rows[0].topic, rows)

    def test_leaves_rows_unsent_until_the_broker_has_confirmed_them(self, broker: str) -> None:
        kill_at("relay.produced", RELAY, broker)

        assert kit.unsent() == 300

    def test_would_lose_rows_if_it_marked_them_before_the_report(self, broker: str) -> None:
        rows = kill_at("relay.produced", BROKEN, broker)

        finish()

        assert kit.unsent() == 0
        with pytest.raises(AssertionError, match="lost"):
            kit.check_arrived(rows[0].topic, rows)


class TestTwoRelays:
    def test_work_one_at_a_time_and_the_second_takes_over(self, broker: str) -> None:
        topic = kit.make_topic()
        rows = kit.queue(topic, 50)
        second = Relay()

        with kit.process(*RELAY, bootstrap=broker, **EASY):
            kit.wait_for(lambda: kit.unsent() == 0)
            refused = second.lease.acquire()
        rows += kit.queue(topic, 50)
        finish()

        assert not refused
        kit.check_arrived(topic, rows)
        assert len(kit.read_all(topic)) == 100

    def test_sends_what_comes_while_it_runs(self, broker: str) -> None:
        topic = kit.make_topic()
        rows: list[outbox.OutboxRow] = []

        with kit.process(*RELAY, bootstrap=broker):
            for _ in range(10):
                rows += kit.queue(topic, 20)
                time.sleep(0.01)
            kit.wait_for(lambda: kit.unsent() == 0)

        kit.check_arrived(topic, rows)

    def test_of_which_one_was_frozen_act_one_at_a_time_when_it_thaws(self, broker: str) -> None:
        topic, port = kit.make_topic(), str(kit.free_port())
        rows = kit.queue(topic, 20)

        with kit.process(*RELAY, "--metrics-port", port, bootstrap=broker, **EASY) as frozen:
            kit.wait_for(lambda: kit.unsent() == 0)
            frozen.send_signal(signal.SIGSTOP)
            rows += kit.queue(topic, 20)
            with kit.process(*RELAY, bootstrap=broker, **EASY):
                kit.wait_for(lambda: kit.unsent() == 0)
                frozen.send_signal(signal.SIGCONT)
                kit.wait_for(lambda: LEASE_GONE in kit.asked(port, "metrics").text)
                rows += kit.queue(topic, 20)
                kit.wait_for(lambda: kit.unsent() == 0)

        kit.check_arrived(topic, rows)
        assert len(kit.read_all(topic)) == 60
        assert Lease.objects.get(name="relay").generation == 2


class TestStopped:
    def test_ends_with_the_lease_given_on(self, broker: str) -> None:
        topic = kit.make_topic()
        rows = kit.queue(topic, 50)

        with kit.process(*RELAY, bootstrap=broker, MESSAGING_LEASE_SECONDS="3600") as relay:
            kit.wait_for(lambda: kit.unsent() == 0)
            relay.terminate()
            assert relay.wait(10) == 0

        assert Relay().lease.acquire()
        kit.check_arrived(topic, rows)

    def test_ends_in_time_with_the_broker_never_seen(self) -> None:
        kit.queue("anywhere", 50)
        port = str(kit.free_port())
        nowhere = f"127.0.0.1:{kit.free_port()}"

        with kit.process(*RELAY, "--metrics-port", port, bootstrap=nowhere) as relay:
            kit.wait_for(lambda: kit.asked(port, "readyz").status_code == 503)
            relay.terminate()
            assert relay.wait(10) == 0

        assert kit.unsent() == 50


class TestProbes:
    def test_tell_of_a_broker_that_is_away(self) -> None:
        kit.queue("anywhere", 5)
        port, nowhere = str(kit.free_port()), f"127.0.0.1:{kit.free_port()}"
        away = '{"relay": "TransientError"}'

        with kit.process(*RELAY, "--metrics-port", port, bootstrap=nowhere, **EASY):
            kit.wait_for(lambda: kit.asked(port, "readyz").text == away)
            alive, metrics = kit.asked(port, "healthz"), kit.asked(port, "metrics")

        assert (alive.status_code, alive.json()) == (200, {"loop": "ok"})
        assert "trilho_outbox_depth 5.0" in metrics.text
        assert 'trilho_lease_held{lease="relay"} 1.0' in metrics.text

    def test_say_that_all_is_well(self, broker: str) -> None:
        kit.queue(kit.make_topic(), 5)
        port = str(kit.free_port())

        with kit.process(*RELAY, "--metrics-port", port, bootstrap=broker):
            kit.wait_for(lambda: kit.unsent() == 0)
            kit.wait_for(lambda: kit.asked(port, "readyz").status_code == 200)
            kit.wait_for(lambda: "trilho_outbox_sent_total 5.0" in kit.asked(port, "metrics").text)


class TestBrokerAway:
    """On a broker of its own, which goes and comes again."""

    def test_stops_in_time_and_drains_in_order_afterwards(
        self, settings: Settings, tmp_path: Path
    ) -> None:
        address = settings.KAFKA_BOOTSTRAP_SERVERS = f"127.0.0.1:{kit.free_port()}"
        with kit.process(*RELAY, bootstrap=address) as first:
            with own_broker(address, tmp_path):
                topic = kit.make_topic()
                rows = kit.queue(topic, 20)
                kit.wait_for(lambda: kit.unsent() == 0)
            rows += kit.queue(topic, QUEUED)
            # Long enough to have them in hand; it must hold on to them, whenever that is.
            time.sleep(1)
            first.terminate()
            assert first.wait(10) == 0
        assert kit.unsent() == QUEUED

        with kit.process(*RELAY, bootstrap=address), own_broker(address, tmp_path):
            kit.wait_for(lambda: kit.unsent() == 0, 250)
            kit.check_arrived(topic, rows)

        assert OutboxMessage.objects.exclude(sent_at=None).count() == 20 + QUEUED


@contextmanager
def own_broker(address: str, folder: Path) -> Iterator[None]:
    port = address.rpartition(":")[2]
    command = [sys.executable, "manage.py", "run_kafka", "--port", port]
    command += ["--folder", str(folder)]
    with subprocess.Popen(command, cwd=kit.ROOT, stdout=subprocess.DEVNULL) as broker:
        try:
            assert wait_until_ready(address)
            yield
        finally:
            broker.kill()
