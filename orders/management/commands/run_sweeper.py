"""Runs the sweeper until it is told to stop."""

import logging
import threading
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, connection
from django.utils import timezone

from messaging import logs, process
from messaging.commands import Rounds, add_metrics_port, pause, serve_probes
from messaging.processing import freshen
from messaging.stopping import on_stop_signal
from orders.services.sweep import sweep

# How long one round may take before the probe calls it stuck.
_ROUND_SECONDS: Final = 300.0
_EVERY_SECONDS: Final = 5.0
_log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "End reservations that expired and reviews that nobody decided."
        " Example: manage.py run_sweeper --every 5"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--every",
            type=pause,
            default=_EVERY_SECONDS,
            metavar="SECONDS",
            help="the pause between two rounds",
        )
        add_metrics_port(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        logs.configure("sweeper")
        stop, rounds = threading.Event(), Rounds(every=options["every"], most=_ROUND_SECONDS)
        on_stop_signal(stop.set)
        look = {"rounds": rounds.stuck}
        serve_probes(options["metrics_port"], alive=look, ready=look)
        while not stop.is_set():
            rounds.begin()
            _round(stop)
            stop.wait(options["every"])
        process.end(0)


def _round(stop: threading.Event) -> None:
    freshen("default")
    try:
        sweep(stop, timezone.now)
    except Error as error:
        # The database is away, or refuses: the next round is soon enough.
        connection.close_if_unusable_or_obsolete()
        _log.warning("not swept", extra={"cause": type(error).__name__})
