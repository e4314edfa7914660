"""Hammers a running bank with payments, and says whether any limit gave way."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from bank_grpc.client import BankClient, Card
from bank_grpc.client.hammer import Blows, Hammer, Report
from bank_grpc.models import Card as CardRow
from bank_grpc.services.cards import IssuedCard, issue_card


class Command(BaseCommand):
    help = (
        "Pay with new cards by many clients over gRPC; compare what was accepted with the limits."
        " Exit 1 where they differ. Example: manage.py hammer --clients 64 --cards 1"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--address", default=settings.BANK_ADDRESS, help="host:port")
        parser.add_argument("--clients", type=int, default=64, help="who pay at the same time")
        parser.add_argument("--cards", type=int, default=1, help="that they share")
        parser.add_argument("--payments", type=int, default=1000, help="in all")
        parser.add_argument("--limit-cents", type=int, default=100_000, help="of each card")
        parser.add_argument("--amount-cents", type=int, default=10_000, help="of each payment")
        parser.add_argument(
            "--patience", type=float, default=300.0, help="seconds to ask for one outcome"
        )

        parser.add_argument(
            "--rate", type=float, default=0.0, help="payments a second at most (as fast as they go)"
        )

    def handle(self, **options: Any) -> None:
        if not getattr(settings, "DEMO_DATA_ALLOWED", True):
            raise CommandError("hammering issues cards: it is for development only")
        if min(options["clients"], options["cards"], options["payments"]) < 1:
            raise CommandError("--clients, --cards and --payments: want 1 or more")
        cards = [_issue(number, options["limit_cents"]) for number in range(options["cards"])]
        deadlocks = _deadlocks()
        client = BankClient(options["address"])
        blows = Blows(
            cards=[_shown(each) for each in cards],
            clients=options["clients"],
            payments=options["payments"],
            amount_cents=options["amount_cents"],
            run=f"hammer:{time.time_ns()}",
            patience_seconds=options["patience"],
            rate=options["rate"],
        )
        report = Hammer(client, blows).run()
        client.close()
        self._tell(report, blows, _deadlocks() - deadlocks)
        wrong = _wrong(report, cards, options)
        if wrong:
            raise CommandError("; ".join(wrong))
        self.stdout.write("every limit held, to the cent, and none was left under-used")

    def _tell(self, report: Report, blows: Blows, deadlocks: int) -> None:
        rate = blows.payments / report.seconds
        refused = ", ".join(f"{each} {count}" for each, count in sorted(report.refused.items()))
        errors = ", ".join(f"{each} {count}" for each, count in sorted(report.errors.items()))
        cents = report.accepted.total() * blows.amount_cents
        lines = {
            "payments": f"{blows.payments} in {report.seconds:.1f} s, {rate:,.0f} a second",
            "accepted": f"{report.accepted.total()}, {cents / 100:,.2f} in all",
            "refused": refused or "none",
            "errors": errors or "none",
            "outcome unknown": str(report.unknown),
            "tried again": str(report.retried),
            "deadlocks": str(deadlocks),
            "p50, p99, worst": " ".join(
                f"{report.percentile(each) * 1000:.1f} ms" for each in (50, 99, 100)
            ),
        }
        for name, text in lines.items():
            self.stdout.write(f"{name:<18}{text}")


def _issue(number: int, limit_cents: int) -> IssuedCard:
    return issue_card(
        holder=f"Hammer {number}", limit_cents=limit_cents, actor="hammer", now=timezone.now()
    )


def _shown(card: IssuedCard) -> Card:
    plastic = card.plastic
    return Card(
        number=plastic.number,
        expiration_month=plastic.expiration_month,
        expiration_year=plastic.expiration_year,
        cvv=plastic.cvv,
    )


def _wrong(report: Report, cards: list[IssuedCard], options: dict[str, Any]) -> list[str]:
    """Return what is not as it must be, card by card; an unknown outcome may be either."""
    found = [f"{report.unknown} outcomes are unknown"] if report.unknown else []
    found += [f"{report.errors.total()} calls were errors"] if report.errors else []
    most = options["limit_cents"] // options["amount_cents"]
    for place, card in enumerate(cards):
        asked = len(range(place, options["payments"], len(cards)))
        expected = min(asked, most)
        accepted, used = report.accepted[place], CardRow.objects.get(pk=card.card_id).balance_cents
        if accepted != expected or used != accepted * options["amount_cents"]:
            found.append(
                f"card {card.card_id}: {accepted} accepted, {expected} expected, {used} cents used"
            )
    return found


def _deadlocks() -> int:
    """Return how many deadlocks the server has met, 0 where there can be none."""
    if connection.vendor != "mysql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'")
        row = cursor.fetchone()
    return int(row[1]) if row else 0
