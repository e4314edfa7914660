"""Runs the relay until it is told to stop."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from messaging import health, logs, process
from messaging.relay import Relay
from messaging.stopping import on_stop_signal


class Command(BaseCommand):
    help = (
        "Bring what the outbox promised to Kafka; a second relay waits until the first one is"
        " gone. It ends within ten seconds of SIGTERM. Example: manage.py run_relay"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--database", default="default", help="alias whose outbox is sent")
        parser.add_argument(
            "--metrics-port",
            type=int,
            metavar="PORT",
            help="serve /metrics, /healthz and /readyz on this loopback port",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        logs.configure("relay")
        relay = Relay(using=options["database"])
        on_stop_signal(relay.stop)
        if options["metrics_port"] is not None:
            self._serve(relay, options["metrics_port"])
        relay.run()
        # The interpreter's own end would wait for a client that waits for its broker.
        process.end(0)

    def _serve(self, relay: Relay, port: int) -> None:
        try:
            health.serve(port, alive={"loop": relay.stalled}, ready={"relay": relay.trouble})
        except OSError as error:
            raise CommandError(f"port {port}: {error.strerror}") from error
