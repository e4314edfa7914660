"""Closes the invoices that are due, once; housekeeping does the same all the time."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from bank_grpc.services.invoices import close_some


class Command(BaseCommand):
    help = (
        "Close the invoices whose closing day is over; repeating changes nothing."
        " Example: manage.py close_invoices"
    )

    def handle(self, **options: Any) -> None:
        now, closed = timezone.now(), 0
        while some := close_some(now):
            closed += some
        self.stdout.write(f"{closed} invoices closed")
