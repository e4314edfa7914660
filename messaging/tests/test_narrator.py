"""A broker that goes away is one line in the log, and one more when it is back."""

import logging
import time
from uuid import uuid4

import pytest
from confluent_kafka import KafkaError, KafkaException
from pytest_django import Settings

from messaging import clients
from messaging.confirmed import confirmed
from messaging.narrator import REPEAT_SECONDS, Narrator
from messaging.testing import FakeClock
from messaging.tests.mock_cluster import MockCluster
from messaging.tests.outbox_kit import wait_for

REFUSED = (
    "[thrd:10.0.0.1:9092/bootstrap]: 10.0.0.1:9092/bootstrap: Connect to ipv4#10.0.0.1:9092"
    " failed: Connection refused (after %dms in state CONNECT)"
)
UP = "[thrd:10.0.0.1:9092/1]: 10.0.0.1:9092/1: Broker changed state APIVERSION_QUERY -> UP"


class Told:
    """A narrator on a clock that stands still, and what it has said above debug."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        self.clock = FakeClock()
        self._caplog = caplog
        self._name = f"narrator-{uuid4()}"
        caplog.set_level(logging.DEBUG, self._name)
        self.narrator = Narrator(logging.getLogger(self._name), self.clock.monotonic)

    def hear(self, text: str, level: int = logging.ERROR, facility: str = "FAIL") -> None:
        self.narrator.log(level, "%s [%s] %s", facility, "rdkafka#producer-1", text)

    def lines(self, at_least: int = logging.INFO) -> list[str]:
        records = [each for each in self._caplog.records if each.name == self._name]
        return [each.getMessage() for each in records if each.levelno >= at_least]


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Told:
    return Told(caplog)


class TestNarrator:
    def test_says_once_that_a_broker_is_away_and_keeps_the_rest_for_debug(self, told: Told) -> None:
        for age in range(20):
            told.hear(REFUSED % age)

        (line,) = told.lines()
        assert line.startswith("broker 10.0.0.1:9092 is away: ")
        assert "Connection refused" in line
        assert len(told.lines(logging.DEBUG)) == 20

    def test_says_that_it_is_back_and_tells_of_the_next_loss(self, told: Told) -> None:
        told.hear(REFUSED % 0)
        told.clock.advance(42)
        told.hear(UP, logging.DEBUG, "STATE")
        told.hear(UP, logging.DEBUG, "STATE")
        told.hear(REFUSED % 0)

        _, back, again = told.lines()
        assert back == "broker 10.0.0.1:9092 is back after 42 s"
        assert "is away" in again

    def test_names_another_reason_at_once_and_the_same_one_after_a_while(self, told: Told) -> None:
        told.hear(REFUSED % 0)
        told.hear("10.0.0.1:9092/bootstrap: SASL authentication error: wrong password")
        told.clock.advance(REPEAT_SECONDS)
        told.hear(REFUSED % 0)

        _, other, repeated = told.lines()
        assert "wrong password" in other
        assert "away for 300 s" in repeated

    def test_takes_a_plain_disconnect_for_no_loss(self, told: Told) -> None:
        told.hear("10.0.0.1:9092/1: Disconnected (after 9ms in state UP)", logging.INFO)

        assert told.lines() == []

    def test_passes_on_what_is_about_no_broker(self, told: Told) -> None:
        told.hear("Configuration property x is deprecated", logging.WARNING, "CONFWARN")
        told.narrator.trouble(KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED))
        told.narrator.trouble(KafkaError(KafkaError._ALL_BROKERS_DOWN))

        first, second = told.lines()
        assert "deprecated" in first
        assert "TOPIC_AUTHORIZATION_FAILED" in second

    def test_keeps_quiet_about_brokers_at_the_end(self, told: Told) -> None:
        told.narrator.hush()
        told.hear(REFUSED % 0)

        assert told.lines() == []


class TestClients:
    def test_tell_of_a_broker_that_goes_and_comes(
        self, settings: Settings, caplog: pytest.LogCaptureFixture
    ) -> None:
        cluster = MockCluster()
        settings.KAFKA_BOOTSTRAP_SERVERS = cluster.bootstrap
        cluster.make_topic("notes")
        producer = clients.producer()
        caplog.set_level(logging.INFO, "messaging.client")

        def said(words: str) -> bool:
            producer.poll(0.1)
            return any(words in line for line in caplog.messages)

        with confirmed(producer) as send:
            send("notes", b"before")
        cluster.go_down()
        wait_for(lambda: said(f"broker {cluster.bootstrap} is away"))
        # Long enough for the client to try, and to be refused, several times.
        refused_until = time.monotonic() + 2
        while time.monotonic() < refused_until:
            producer.poll(0.1)
        cluster.come_up()
        wait_for(lambda: said(f"broker {cluster.bootstrap} is back"))

        about = [line for line in caplog.messages if cluster.bootstrap in line]
        assert len(about) == 2
        clients.discard(producer)

    def test_that_only_ask_log_nothing(
        self, settings: Settings, capfd: pytest.CaptureFixture[str]
    ) -> None:
        settings.KAFKA_BOOTSTRAP_SERVERS = "127.0.0.1:1"
        asking = clients.asking("nobody")

        with pytest.raises(KafkaException):
            asking.list_topics(timeout=1)

        asking.close()
        assert capfd.readouterr().err == ""
