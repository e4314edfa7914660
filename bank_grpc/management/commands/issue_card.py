"""Issues a card from the command line, and shows it the one time that it is shown."""

import json
import re
from argparse import ArgumentParser
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bank_grpc.domain.closing import USUAL_CLOSING_DAY
from bank_grpc.services.cards import InvalidCardError, issue_card

_AMOUNT: Final = re.compile(r"(\d{1,12})(?:\.(\d{1,2}))?", re.ASCII)


class Command(BaseCommand):
    help = (
        "Issue a card and print it as JSON, number and CVV included, this one time. "
        'Example: manage.py issue_card --holder "Ana Teste" --limit 1000.00'
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--holder", required=True, help="the name on the card")
        parser.add_argument("--limit", required=True, help="in BRL, such as 1000.00")
        parser.add_argument(
            "--closing-day",
            type=int,
            default=USUAL_CLOSING_DAY,
            help="of each month, on which invoices close: 1 to 28",
        )

    def handle(self, **options: Any) -> None:
        match = _AMOUNT.fullmatch(options["limit"])
        if match is None:
            raise CommandError("--limit: want an amount such as 1000.00")
        cents = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
        try:
            issued = issue_card(
                holder=options["holder"],
                limit_cents=cents,
                actor="issue_card",
                now=timezone.now(),
                closing_day=options["closing_day"],
            )
        except InvalidCardError as error:
            raise CommandError(f"--{error.param.replace('_', '-')}: {error}") from None
        self.stdout.write(json.dumps(issued.as_dict(), ensure_ascii=False))
