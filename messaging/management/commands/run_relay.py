"""Runs the relay until it is told to stop."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from messaging import logs, process
from messaging.commands import add_metrics_port, serve_probes
from messaging.relay import Relay
from messaging.stopping import on_stop_signal


class Command(BaseCommand):
    help = (
        "Bring what the outbox promised to Kafka; a second relay waits until the first one is"
        " gone. It ends within ten seconds of SIGTERM. Example: manage.py run_relay"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--database", default="default", choices=list(connections), help="whose outbox is sent"
        )
        add_metrics_port(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        logs.configure("relay")
        relay = Relay(using=options["database"])
        on_stop_signal(relay.stop)
        serve_probes(
            options["metrics_port"], alive={"loop": relay.stalled}, ready={"relay": relay.trouble}
        )
        relay.run()
        # The interpreter's own end would wait for a client that waits for its broker.
        process.end(0)
