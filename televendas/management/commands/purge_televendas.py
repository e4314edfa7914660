"""Forgets the customers of telesales whose retention date has passed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from televendas.adapters.calling_hours import business_time
from televendas.management import people
from televendas.services.purge import BATCH, due, purge
from televendas.services.scrub import scrub


class Command(BaseCommand):
    help = (
        "Forget customers after their retention date, a few in each transaction; housekeeping does"
        " it too. Example: manage.py purge_televendas --dry-run"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count")
        parser.add_argument(
            "--batch", type=int, default=BATCH, help=f"people in a transaction ({BATCH})"
        )

    def handle(self, **options: Any) -> None:
        now = timezone.now()
        today = business_time(now).date()
        if options["dry_run"]:
            self.stdout.write(f"{due(today)} people would go: kept until a day before {today}.")
            return
        steps = purge(
            actor=people.caller("purge_televendas"), today=today, now=now, batch=options["batch"]
        )
        self.stdout.write(f"{sum(steps)} people are forgotten: kept until a day before {today}.")
        scrub(timezone.now())
