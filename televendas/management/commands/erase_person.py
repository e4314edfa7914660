"""Erases one person from the lean copy, for good."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from televendas.management import people
from televendas.services.erase import Erased, erase
from televendas.services.scrub import scrub


class Command(BaseCommand):
    help = (
        "Erase a customer of a source and keep the id out for good. There is no way back."
        " Example: manage.py erase_person banco1 4711 --reason 'ticket 12' --yes"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        people.add_person(parser)
        parser.add_argument(
            "--reason", type=people.reason, required=True, help="for the audit; nothing personal"
        )
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, **options: Any) -> None:
        source, customer_id = options["source"], options["customer_id"]
        if not options["yes"] and not _agrees(source, customer_id):
            raise CommandError("nothing was erased")
        erased = erase(
            source,
            customer_id,
            actor=people.caller("erase_person"),
            reason=options["reason"],
            now=timezone.now(),
        )
        is_scrubbed = bool(scrub(timezone.now()))
        self.stdout.write("\n".join(_words(erased, is_scrubbed=is_scrubbed)))


def _agrees(source: str, customer_id: str) -> bool:
    return input(f"Erase {customer_id} of {source} for good? Type the id: ") == customer_id


def _words(erased: Erased, *, is_scrubbed: bool) -> list[str]:
    if not erased.is_new:
        return [f"{erased.person} was erased before; the order is in the audit."]
    held = "is erased" if erased.was_held else "was not held"
    bytes_ = (
        "Its last byte is gone from the database's files."
        if is_scrubbed
        else "Its bytes go when the engine's logs are reused: docs/guides/telesales.md."
    )
    return [f"{erased.person} {held} and is kept out for good.", bytes_]
