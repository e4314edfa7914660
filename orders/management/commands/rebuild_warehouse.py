"""Makes the reports' warehouse anew from the saga's topics."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from messaging.errors import TransientError
from orders.adapters.order_topics import OrderTopics
from orders.services.rebuild_report import differing, digest, rebuild


class Command(BaseCommand):
    help = (
        "Make the warehouse anew from the topics' first offset; the consumer may run meanwhile."
        " Says a digest of all rows before and after, which are the same where nothing was wrong,"
        " and which finished orders it knows otherwise. Example: manage.py rebuild_warehouse"
    )

    def handle(self, **_options: Any) -> None:
        self.stdout.write(f"before {digest()}")
        try:
            with OrderTopics() as topics:
                done = rebuild(topics)
        except TransientError as error:
            raise CommandError(f"{error}; the warehouse is as it was, begin again") from error
        self.stdout.write(f"{done.events} events read, {done.orders} orders made anew")
        self.stdout.write(f"after  {digest()}")
        strangers = differing()
        if strangers:
            self.stdout.write(f"known otherwise by the shop: {', '.join(strangers)}")
