"""Brings every database of the settings up to date; Django's own command knows one at a time."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Migrate every database that the settings name. Example: manage.py migrate_all"

    def handle(self, **options: Any) -> None:
        for alias in settings.DATABASES:
            if options["verbosity"]:
                self.stdout.write(f"== {alias} ==")
            call_command(
                "migrate", database=alias, interactive=False, verbosity=options["verbosity"]
            )
