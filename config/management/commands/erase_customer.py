"""Erases one customer of the shop, and shows for each store when it was done.

It stands here and not with the shop, because it looks into telesales' database, too.
"""

import time
from argparse import ArgumentParser
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from messaging.models import OutboxMessage
from messaging.whole import run_whole
from orders.models import Customer
from orders.services.erase import OpenOrdersError, erase
from televendas.domain.identity import person_hash
from televendas.models import Customer as LeanCustomer
from televendas.models import Erasure

_SOURCE: Final = "shop"
_TOPIC: Final = "customers"
_PAUSE_SECONDS: Final = 0.2
_NOT_YET: Final = "not yet: run this again to see"


class Command(BaseCommand):
    help = (
        "Erase a customer of the shop for good, and show per store when it was done. A second run"
        " only shows. Example: manage.py erase_customer 01a1... --yes"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("customer_id", help="as the shop's pages and events name it")
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument(
            "--wait", type=float, default=15.0, help="seconds to wait for telesales (15)"
        )

    def handle(self, **options: Any) -> None:
        customer_id = options["customer_id"]
        if not options["yes"] and not _agrees(customer_id):
            raise CommandError("nothing was erased")
        erased_at = _erase(customer_id)
        telesales = _of_telesales(customer_id, options["wait"])
        stores = {
            "shop": f"erased at {erased_at:%Y-%m-%d %H:%M:%S} UTC",
            "topic customers": _of_topic(customer_id),
            "telesales": telesales,
            "mail log": "nothing to erase: it holds the order, the step and the language",
            "warehouse": "nothing to erase: it holds ids and the region, nothing of the person",
        }
        for store, words in stores.items():
            self.stdout.write(f"{store:<17}{words}")


def _agrees(customer_id: str) -> bool:
    return input(f"Erase {customer_id} of the shop for good? Type the id: ") == customer_id


def _erase(customer_id: str) -> Any:
    now = timezone.now()
    try:
        return run_whole(lambda: erase(customer_id, now)).erased_at
    except Customer.DoesNotExist:
        raise CommandError("the shop knows no such customer") from None
    except OpenOrdersError as error:
        orders = ", ".join(error.order_ids)
        raise CommandError(
            f"nothing was erased: goods are packed and not dispatched for {orders}"
        ) from None


def _of_topic(customer_id: str) -> str:
    """Tell when Kafka had the null value, by which the log forgets as it is compacted."""
    told = OutboxMessage.objects.filter(topic=_TOPIC, key=customer_id).order_by("pk").last()
    if told is None:
        return "told more than a week ago"
    return _since("told at", told.sent_at) if told.sent_at else _NOT_YET


def _of_telesales(customer_id: str, patience_seconds: float) -> str:
    person = person_hash(settings.TELEVENDAS_KEY, _SOURCE, customer_id)
    until = time.monotonic() + patience_seconds
    while not _is_kept_out(person):
        if time.monotonic() >= until:
            return _NOT_YET
        time.sleep(_PAUSE_SECONDS)
    done = Erasure.objects.filter(person=person).order_by("pk").last()
    if done is None:
        return "kept out for good; nothing was held"
    last_byte = _since("; last byte gone at", done.scrubbed_at) if done.scrubbed_at else ""
    return _since("not readable since", done.unreadable_at) + last_byte


def _is_kept_out(person: str) -> bool:
    return LeanCustomer.objects.filter(person=person, state=LeanCustomer.State.ERASED).exists()


def _since(words: str, moment: Any) -> str:
    return f"{words} {moment:%Y-%m-%d %H:%M:%S} UTC"
