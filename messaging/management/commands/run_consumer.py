"""Runs consumers until told to stop, or tells about them."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from messaging import explain, logs, metering, observers, probes, registry
from messaging.clock import Clock, SystemClock
from messaging.commands import ExampleCommand, add_metrics_port, serve_probes
from messaging.consumer import Consumer
from messaging.errors import UnknownConsumerError
from messaging.kafka import KafkaLetterBox, KafkaMembership
from messaging.process import Process, stop_event
from messaging.runtime import Runtime

_EXAMPLES = """
examples:
  manage.py run_consumer --list
  manage.py run_consumer --explain processor
  manage.py run_consumer processor --metrics-port 9101
  manage.py run_consumer --all

It ends at SIGTERM or Ctrl-C, within ten seconds, with what it had in hand finished. Exit codes:
0 told to stop, 1 failed (start it again), 3 too many dead letters, 4 the group's offset is gone
(3 and 4 wait for a person). With --metrics-port a consumer that would end with 3 or 4 stays until
it is told to stop: /readyz says "halted" and why, and nothing starts it again in vain.
"""


class Command(ExampleCommand):
    help = "Run a consumer until SIGTERM, or tell what it does."
    examples = _EXAMPLES

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("name", nargs="?", metavar="NAME", help="the consumer to run")
        what.add_argument("--all", action="store_true", help="run every consumer in this process")
        what.add_argument("--list", action="store_true", help="list the consumers")
        what.add_argument("--explain", metavar="NAME", help="tell what a consumer does, and when")
        add_metrics_port(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["list"]:
                self.stdout.write("\n".join(map(explain.summary, registry.consumers().values())))
            elif options["explain"]:
                self.stdout.write(explain.explain(registry.get(options["explain"])))
            else:
                names = list(registry.consumers()) if options["all"] else [options["name"]]
                run([registry.get(name) for name in names], options["metrics_port"])
        except UnknownConsumerError as error:
            raise CommandError(str(error)) from error


def run(consumers: list[type[Consumer]], metrics_port: int | None) -> None:
    """Run `consumers` in this process, and end it with them."""
    logs.configure("consumer " + " ".join(each.name for each in consumers))
    ending = stop_event()
    clock = SystemClock()
    runtimes = {each.name: _runtime(each, clock) for each in consumers}
    gauges = metering.LagGauges(consumers, runtimes, clock)
    databases = {each.database for each in consumers}
    serve_probes(metrics_port, **probes.of(runtimes, gauges.trouble, databases))
    gauges.start()
    # Where probes can tell of it, a halted consumer stays to do so.
    Process(runtimes, ending, stays=metrics_port is not None).run()


def _runtime(consumer: type[Consumer], clock: Clock) -> Runtime:
    standard: list[observers.Observer] = [
        metering.MetricsObserver(consumer.name),
        metering.LogObserver(),
    ]
    return Runtime(
        consumer(),
        KafkaMembership(consumer.name),
        box=KafkaLetterBox(),
        observers=observers.Observers(consumer.name, standard + observers.configured()),
        clock=clock,
    )
