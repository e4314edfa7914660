"""Looks the shop's books through and says what is wrong in them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orders.services.audit import findings, settled_by_hand, under_way


class Command(BaseCommand):
    help = (
        "Check stock, holds, charges and refunds of every order; exit code 1 where a rule is"
        " broken. Refunds that persons made without the bank are listed. It may run at any"
        " time. Example: manage.py check_orders"
    )

    def handle(self, **_options: Any) -> None:
        wrong = findings()
        if wrong:
            raise CommandError("\n".join(wrong))
        self.stdout.write(f"every book is right; {under_way().count()} orders are under way")
        by_hand = settled_by_hand()
        if by_hand:
            sums = f"{len(by_hand)} refunds, {sum(cents for _, cents in by_hand) / 100:.2f} in all"
            self.stdout.write(f"settled by hand, outside the bank: {sums}")
            for order_id, cents in by_hand:
                self.stdout.write(f"  order {order_id}: {cents / 100:.2f}")
