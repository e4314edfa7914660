"""`manage.py run_consumer`: runs consumers until told to stop."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from messaging import observers, registry
from messaging.clock import SystemClock
from messaging.errors import UnknownConsumerError
from messaging.kafka import KafkaLetterBox, KafkaMembership
from messaging.process import Loop, Process
from messaging.runtime import Runtime


class Command(BaseCommand):
    help = "Run consumers until SIGTERM."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", help="the consumer to run")
        parser.add_argument("--all", action="store_true", help="run every consumer, here")
        parser.add_argument("--metrics-port", type=int, help="serve /metrics on this port")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            names = list(registry.consumers()) if options["all"] else [options["name"]]
            Process([self._loop(name) for name in names]).run()
        except UnknownConsumerError as error:
            raise CommandError(str(error)) from error

    def _loop(self, name: str) -> Loop:
        consumer = registry.get(name)()
        runtime = Runtime(
            consumer,
            KafkaMembership(name),
            box=KafkaLetterBox(),
            observers=observers.Observers(name, observers.configured()),
            clock=SystemClock(),
        )
        return Loop(name, runtime)
