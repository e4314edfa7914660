"""Runs the sweeper until it is told to stop."""

import logging
import threading
import time
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error, connection
from django.utils import timezone

from messaging import health, logs, process
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
            type=float,
            default=_EVERY_SECONDS,
            metavar="SECONDS",
            help="the pause between two rounds",
        )
        parser.add_argument(
            "--metrics-port",
            type=int,
            metavar="PORT",
            help="serve /metrics, /healthz and /readyz on this loopback port",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        logs.configure("sweeper")
        stop, began_at = threading.Event(), [time.monotonic()]
        on_stop_signal(stop.set)
        if options["metrics_port"] is not None:
            _serve(options["metrics_port"], options["every"], began_at)
        while not stop.is_set():
            began_at[0] = time.monotonic()
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


def _serve(port: int, every: float, began_at: list[float]) -> None:
    def stuck() -> str | None:
        age = time.monotonic() - began_at[0]
        return f"the round began {age:.0f} s ago" if age > every + _ROUND_SECONDS else None

    try:
        health.serve(port, alive={"rounds": stuck}, ready={"rounds": stuck})
    except OSError as error:
        raise CommandError(f"port {port}: {error.strerror}") from error
