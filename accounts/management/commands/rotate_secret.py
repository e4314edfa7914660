"""Rotates an account's secret from the command line, with an overlap of the old and the new."""

import json
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from accounts import services

_YEAR_HOURS: Final = 365 * 24


class Command(BaseCommand):
    help = (
        "Give an account a new secret and print it, this once; the old one works on for a while. "
        "Example: manage.py rotate_secret 01890a5d-ac96-774b-bcce-b302099a8057 --overlap-hours 24"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("account", help="the account's id")
        parser.add_argument(
            "--overlap-hours", type=float, default=168, help="how long the old secret works on"
        )
        parser.add_argument("--json", action="store_true", help="print one line of JSON")

    def handle(self, **options: Any) -> None:
        hours = options["overlap_hours"]
        if not 0 <= hours <= _YEAR_HOURS:
            raise CommandError("--overlap-hours must be from 0 to a year's 8760")
        overlap = timedelta(hours=hours)
        try:
            _, secret = services.rotate_secret(options["account"], overlap=overlap)
        except services.UnableToIssueSecretError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps({"id": options["account"], "secret": secret}))
        else:
            self.stdout.write(f"secret  {secret}  (not shown again)")
