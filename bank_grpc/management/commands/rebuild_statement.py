"""Makes the statement anew from the topic `payments`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bank_grpc.adapters.payments_topic import PaymentsTopic, TopicGoneError
from bank_grpc.services.rebuild import digest_of, rebuild
from messaging.errors import TransientError


class Command(BaseCommand):
    help = (
        "Make statement lines anew from the topic, as far as the consumer has posted; it may run"
        " meanwhile. Says a digest of all lines before and after, which are the same where nothing"
        " was wrong. Example: manage.py rebuild_statement --card 0198f0c2-..."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--card", metavar="ID", help="this card's lines alone")

    def handle(self, **options: Any) -> None:
        card_id = options["card"]
        self.stdout.write(f"before {digest_of(card_id)}")
        try:
            with PaymentsTopic() as topic:
                done = rebuild(topic, card_id=card_id)
        except TransientError as error:
            raise CommandError(f"{error}; what was made is right, begin again") from error
        except TopicGoneError as error:
            raise CommandError("the topic is not the one that was posted") from error
        self.stdout.write(f"{done.records} records read, {done.lines} lines made anew")
        if done.strays:
            self.stdout.write(f"{done.strays} lines are on no record: see check_invariants")
        self.stdout.write(f"after  {digest_of(card_id)}")
