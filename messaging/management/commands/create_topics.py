"""Makes the declared topics on the cluster of the settings, or only checks them."""

from typing import Any

from confluent_kafka import KafkaException
from django.core.management.base import BaseCommand, CommandError, CommandParser

from messaging import cluster
from messaging.errors import TransientError
from messaging.topics import Topic


class Command(BaseCommand):
    help = (
        "Make the declared topics that are missing, and say which others differ."
        " Nothing is ever changed or deleted. Example: manage.py create_topics --check"
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="*", help="topics to look at; all if none is named")
        parser.add_argument(
            "--check", action="store_true", help="make nothing; end with 1 if anything differs"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        named = set(options["name"])
        topics = [topic for topic in cluster.declared() if not named or topic.name in named]
        if unknown := named - {topic.name for topic in topics}:
            raise CommandError(f"nobody declared {', '.join(sorted(unknown))}")
        try:
            faults = self._go_through(topics, only_check=options["check"])
        except TransientError as error:
            raise CommandError(str(error)) from error
        except KafkaException as error:
            raise CommandError(f"Kafka refused: {error.args[0].str()}") from error
        if faults and options["check"]:
            raise CommandError(f"topics that are not as declared: {faults}")

    def _go_through(self, topics: list[Topic], *, only_check: bool) -> int:
        """Make or check `topics`; return how many are not as declared."""
        connected = cluster.Cluster()
        found = connected.find(topics)
        missing = [topic for topic in topics if topic.name not in found]
        if not only_check:
            connected.create(missing)
        for topic in missing:
            self.stdout.write(f"{topic.name}: {'missing' if only_check else 'made'}")
        differing = [topic for topic in topics if self._differs(topic, found.get(topic.name))]
        return len(differing) + (len(missing) if only_check else 0)

    def _differs(self, topic: Topic, found: cluster.Found | None) -> bool:
        if found is None:
            return False
        said = cluster.differences(topic, found)
        for sentence in said:
            self.stdout.write(self.style.WARNING(f"{topic.name}: {sentence}"))
        if not said:
            self.stdout.write(f"{topic.name}: as declared")
        return bool(said)
