"""Picks what waits, as people in the warehouse would: for demos and simulators."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orders import selectors_staff
from orders.models import PickList
from orders.selectors_staff import LIST_SORTS, LISTS, Wanted
from orders.services.pick_lists import PickingError
from orders.services.picking import pick_all

_IDLE_SECONDS = 0.2
_AT_ONCE = 100


class Command(BaseCommand):
    help = (
        "Pick and dispatch the lists that wait, oldest first; every so often something is missing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rate", type=float, default=2.0, help="lists a second (2)")
        parser.add_argument("--actor", default="pick_orders", help="who stands in the books")
        parser.add_argument(
            "--short-every", type=int, default=0, metavar="N", help="each Nth list lacks a unit"
        )
        parser.add_argument("--forever", action="store_true", help="go on when nothing waits")

    def handle(self, **options: Any) -> None:
        if options["rate"] <= 0:
            raise CommandError("--rate must be above 0")
        done = 0
        while True:
            waiting = self._waiting(options["actor"])
            for mine in waiting:
                done += self._pick(mine, done + 1, options)
                time.sleep(1 / options["rate"])
            if not waiting and not options["forever"]:
                break
            if not waiting:
                time.sleep(_IDLE_SECONDS)
        self.stdout.write(f"{done} lists picked")

    def _waiting(self, actor: str) -> list[PickList]:
        wanted = Wanted.of({}, LISTS, LIST_SORTS)
        mine = selectors_staff.pick_lists(wanted).filter(picker__in=("", actor))
        return list(mine[:_AT_ONCE])

    def _pick(self, mine: PickList, number: int, options: dict[str, Any]) -> int:
        every, short = options["short_every"], None
        if every and number % every == 0:
            line = selectors_staff.lines_of(mine.order_id)[0]
            short = {line.sku: line.quantity - 1}
        try:
            pick_all(mine, actor=options["actor"], short=short)
        except PickingError as error:
            # Cancelled or taken meanwhile, as it happens to people, too.
            self.stdout.write(f"{mine.order_id}: {type(error).__name__}")
            return 0
        return 1
