"""Looks the shop's books through and says what is wrong in them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orders.services.audit import findings, under_way


class Command(BaseCommand):
    help = (
        "Check stock, holds, charges and refunds of every order; exit code 1 where a rule is"
        " broken. It may run at any time. Example: manage.py check_orders"
    )

    def handle(self, **_options: Any) -> None:
        wrong = findings()
        if wrong:
            raise CommandError("\n".join(wrong))
        self.stdout.write(f"every book is right; {under_way().count()} orders are under way")
