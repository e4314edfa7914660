"""What commands that run until they are told to stop share: examples, a port for probes, rounds."""

import argparse
import threading
import time
from collections.abc import Mapping
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from messaging import health
from messaging.health import Check

_LAST_PORT: Final = 65535


class ExampleCommand(BaseCommand):
    """A command whose help ends with `examples`, line by line as they are written."""

    examples: str

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Return the parser, the examples below its options."""
        return super().create_parser(
            prog_name,
            subcommand,
            epilog=self.examples,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            **kwargs,
        )


class Rounds:
    """When the present round of a command that works again and again began."""

    def __init__(self, *, every: float, most: float) -> None:
        """Call a round stuck that takes `most` seconds more than the pause of `every` seconds."""
        self._limit = every + most
        self._began_at = time.monotonic()

    def begin(self) -> None:
        """Note that a round begins."""
        self._began_at = time.monotonic()

    def stuck(self) -> str | None:
        """Say since when the round is under way if it is too long, else None."""
        age = time.monotonic() - self._began_at
        return f"the round began {age:.0f} s ago" if age > self._limit else None


def port(text: str) -> int:
    """Return a TCP port, 0 for any free one; an argument's `type`."""
    number = int(text)
    if not 0 <= number <= _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{number} is no port: 0 to {_LAST_PORT}")
    return number


def pause(text: str) -> float:
    """Return the seconds between two rounds, more than none; an argument's `type`."""
    seconds = float(text)
    if not 0 < seconds <= threading.TIMEOUT_MAX:
        raise argparse.ArgumentTypeError(f"{text} is no pause: a number of seconds above 0")
    return seconds


def add_metrics_port(parser: CommandParser, *, is_required: bool = False) -> None:
    """Let the command be told a port to serve metrics and probes on."""
    parser.add_argument(
        "--metrics-port",
        type=port,
        required=is_required,
        metavar="PORT",
        help="serve /metrics, /healthz and /readyz on this loopback port",
    )


def serve_probes(
    port: int | None,
    *,
    alive: Mapping[str, Check] | None = None,
    ready: Mapping[str, Check] | None = None,
) -> None:
    """Serve metrics and probes where there is a port; raises CommandError where it is taken."""
    if port is None:
        return
    try:
        health.serve(port, alive=alive, ready=ready)
    except OSError as error:
        raise CommandError(f"port {port}: {error.strerror}") from error
