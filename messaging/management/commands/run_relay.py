"""Runs the relay until it is told to stop."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from messaging.relay import Relay
from messaging.stopping import on_stop_signal


class Command(BaseCommand):
    help = "Bring what the outbox promised to Kafka. Example: manage.py run_relay"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--database", default="default", help="alias whose outbox is sent")

    def handle(self, *args: Any, **options: Any) -> None:
        relay = Relay(using=options["database"])
        on_stop_signal(relay.stop)
        relay.run()
