"""Tries a consumer's dead letters again."""

import getpass
from datetime import UTC, datetime
from typing import Any

from confluent_kafka import KafkaException
from django.core.management.base import CommandError, CommandParser

from messaging import registry
from messaging.clock import SystemClock
from messaging.commands import ExampleCommand
from messaging.errors import TransientError, UnknownConsumerError
from messaging.kafka import KafkaLetterBox
from messaging.models import RedriveRun
from messaging.redrive import Choice, Redrive
from messaging.source import KafkaSource

_EXAMPLES = """
examples:
  manage.py redrive processor --dry-run
  manage.py redrive processor --cause unknown_version
  manage.py redrive results --key 0198f0c2-... --actor maria
  manage.py redrive results --since 2026-11-20T08:00 --until 2026-11-20T09:00

A letter may be redriven any number of times: the inbox lets it have one effect. Only the consumer
that failed gets it again. Each run is kept and shown in the admin.
"""


class Command(ExampleCommand):
    help = "Try a consumer's dead letters again, read from their topics by offset."
    examples = _EXAMPLES

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("consumer", metavar="CONSUMER", help="whose letters")
        parser.add_argument("--cause", help="start of the reason, or the error's class")
        parser.add_argument("--key", help="the records' key")
        parser.add_argument("--since", type=moment, metavar="TIME", help="died then or later")
        parser.add_argument("--until", type=moment, metavar="TIME", help="died before then")
        parser.add_argument("--again", action="store_true", help="resolved letters too")
        parser.add_argument("--dry-run", action="store_true", help="only look, and count")
        parser.add_argument("--actor", default=getpass.getuser(), help="who answers for it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            consumer = registry.get(options["consumer"])
        except UnknownConsumerError as error:
            raise CommandError(str(error)) from error
        named = {name: options[name] for name in ("cause", "key", "since", "until", "again")}
        source = KafkaSource()
        redrive = Redrive(consumer, source=source, box=KafkaLetterBox(), clock=SystemClock())
        try:
            run = redrive.run(
                Choice(**named), actor=options["actor"], is_dry_run=options["dry_run"]
            )
        except (KafkaException, TransientError) as error:
            raise CommandError(f"Kafka: {error}; what was tried before is kept") from error
        finally:
            source.close()
        self.stdout.write(told(run))


def moment(text: str) -> datetime:
    """Return an ISO 8601 time as an aware one, UTC where it names no zone."""
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def told(run: RedriveRun) -> str:
    """Return the counts in one line a fate."""
    lines = [f"{count:>8}  {fate}" for fate, count in sorted(run.fates.items())]
    return "\n".join(lines) if lines else "no letter matches"
