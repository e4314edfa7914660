"""Makes a merchant's account from the command line, for the first one and for scripts."""

import json
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import services


class Command(BaseCommand):
    help = (
        "Make an account and print its id and secret, this once. "
        'Example: manage.py create_account --name "Padaria Central" --user ana'
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True, help="the merchant's name, up to 120 letters")
        parser.add_argument(
            "--user", action="append", default=[], help="a user who may see it; may be repeated"
        )
        parser.add_argument("--json", action="store_true", help="print one line of JSON")

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        users = [_user(name) for name in options["user"]]
        try:
            account, secret = services.create_account(options["name"])
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        for user in users:
            services.tie_user(user, account.id)
        if options["json"]:
            self.stdout.write(json.dumps({"id": account.id, "secret": secret}))
        else:
            self.stdout.write(f"id      {account.id}\nsecret  {secret}  (not shown again)")


def _user(username: str) -> Any:
    user = get_user_model().objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"no user is called {username!r}; manage.py createsuperuser makes one")
    return user
