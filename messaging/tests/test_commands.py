"""What commands that run until they are told to stop share."""

import pytest
from django.core.management.base import CommandError, CommandParser

from messaging import health
from messaging.commands import Rounds, add_metrics_port, serve_probes


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
