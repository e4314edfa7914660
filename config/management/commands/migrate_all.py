"""Brings every database of the settings up to date; Django's own command knows one at a time."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from config import tables


class Command(BaseCommand):
    help = "Migrate every database that the settings name. Example: manage.py migrate_all"

    def handle(self, **options: Any) -> None:
        for alias in settings.DATABASES:
            if options["verbosity"]:
                self.stdout.write(f"== {alias} ==")
            call_command(
                "migrate", database=alias, interactive=False, verbosity=options["verbosity"]
            )
            if differences := tables.outdated(alias):
                raise CommandError(
                    f"the database {alias!r} was made by an earlier Trilho ({differences[0]});"
                    " until the first release tables may change in place. Start with empty"
                    " databases: bin/run --reset where they are this folder's own."
                )
