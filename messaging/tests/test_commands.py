"""What commands that run until they are told to stop share."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from pytest_django import Settings

from messaging import health
from messaging.commands import Rounds, add_metrics_port, serve_probes
from messaging.models import DeadLetter


class TestRounds:
    def test_are_stuck_when_one_takes_too_long(self) -> None:
        assert Rounds(every=0.0, most=0.0).stuck() is not None
        assert Rounds(every=5.0, most=300.0).stuck() is None


class TestMetricsPort:
    def test_may_be_left_out_and_then_nothing_is_served(self) -> None:
        parser = CommandParser()
        add_metrics_port(parser)

        assert parser.parse_args([]).metrics_port is None
        serve_probes(None)

    def test_that_is_taken_is_told_in_a_line(self) -> None:
        taken = health.serve(0)
        try:
            with pytest.raises(CommandError, match=f"port {taken.server_port}: Address already"):
                serve_probes(taken.server_port)
        finally:
            taken.shutdown()
            taken.server_close()


class TestArgument:
    @pytest.mark.parametrize(
        ("command", "words"),
        [
            (["run_relay", "--metrics-port", "70000"], "is no port"),
            (["run_consumer", "notes", "--metrics-port", "-1"], "is no port"),
            (["run_relay", "--database", "nowhere"], "invalid choice: 'nowhere'"),
            (["housekeeping", "--every", "-1"], "is no pause"),
            (["housekeeping", "--every", "0"], "is no pause"),
            (["housekeeping", "--every", "nan"], "is no pause"),
            (["startconsumer", "nowhere", "notes", "--topic", "t"], "label 'nowhere'"),
            (["startconsumer", "messaging", "return", "--topic", "t"], "'return' is no name"),
        ],
    )
    def test_that_cannot_be_is_told_in_a_line(self, command: list[str], words: str) -> None:
        with pytest.raises(CommandError, match=words):
            call_command(*command)


@pytest.mark.django_db
def test_a_redrive_without_kafka_says_so_in_a_line(settings: Settings) -> None:
    settings.KAFKA_BOOTSTRAP_SERVERS = "127.0.0.1:1"
    now = timezone.now()
    DeadLetter.objects.create(
        consumer="processor",
        topic="transactions",
        topic_id="an-id",
        partition=0,
        offset=0,
        recorded_at=now,
        died_at=now,
    )

    with pytest.raises(CommandError, match="Kafka"):
        call_command("redrive", "processor", "--dry-run")
