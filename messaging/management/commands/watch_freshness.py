"""Tells, as a probe and a metric, how old the newest record of a topic is."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from messaging import logs, process
from messaging.commands import add_metrics_port, serve_probes
from messaging.freshness import Freshness
from messaging.stopping import on_stop_signal


class Command(BaseCommand):
    help = (
        "Watch the age of a topic's newest record; /readyz fails when it is older than the limit."
        " Example: manage.py watch_freshness __debezium-heartbeat.legado --metrics-port 8042"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("topic")
        parser.add_argument(
            "--limit", type=float, default=30.0, metavar="SECONDS", help="stale when older (30)"
        )
        add_metrics_port(parser, is_required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        logs.configure("freshness")
        freshness = Freshness(options["topic"], options["limit"])
        on_stop_signal(freshness.stop)
        serve_probes(options["metrics_port"], ready={options["topic"]: freshness.trouble})
        freshness.run()
        process.end(0)
