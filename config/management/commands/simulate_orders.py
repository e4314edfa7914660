"""Sends simulated customers to the shop, lets things go wrong, and looks every book through."""

import logging
import secrets
import signal
from argparse import ArgumentParser
from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from config.launcher import demo
from config.shop_traffic import people, summary
from config.shop_traffic.run import Day, Mix
from config.shop_traffic.shop import Shop
from transactions.simulation.progress import bar_of


class Command(BaseCommand):
    help = (
        "Order at the running demo's shop as people with cards of their own, review and pick as its"
        " staff, then compare orders, stock, bank and holds; exit code 1 where they differ."
        " Example: manage.py simulate_orders --count 200 --rate 10 --bank-away 5 --sell-out"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--count", type=int, default=100, help="how many orders")
        parser.add_argument("--rate", type=float, default=5.0, help="a second; 0: no pauses")
        parser.add_argument("--people", type=int, default=40, help="buyers, each with a new card")
        parser.add_argument("--cancelled", type=float, default=0.1, help="share cancelled later")
        parser.add_argument("--bursts", type=float, default=0.1, help="share in bursts of one card")
        parser.add_argument(
            "--bank-away", type=float, default=0, metavar="SECONDS", help="halt the bank meanwhile"
        )
        parser.add_argument(
            "--sell-out", action="store_true", help="order the scarcest article until it is gone"
        )
        parser.add_argument("--seed", type=int, help="the same seed orders the same")
        parser.add_argument("--settle", type=float, default=120.0, help="seconds to come to rest")
        parser.add_argument("--patience", type=float, default=60.0, help="seconds for one order")

    def handle(self, **options: Any) -> None:
        if not getattr(settings, "DEMO_DATA_ALLOWED", True):
            raise CommandError("simulated orders issue cards: they are for development only")
        told = demo.read(settings.VAR_DIR)
        if "shop_account" not in told:
            raise CommandError("no running demo: start bin/run first")
        # The client would log a line for every request.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        seed = options["seed"] if options["seed"] is not None else secrets.randbits(32)
        self.stdout.write(f"Ordering at {told['base_url']}; Ctrl-C ends it, seed {seed}")
        shop = Shop(told["base_url"], told["shop_account"], patience=options["patience"])
        self._live(shop, options, Random(seed))  # noqa: S311 - traffic, not secrets

    def _live(self, shop: Shop, options: dict[str, Any], rng: Random) -> None:
        buyers = people.invent(options["people"], rng, f"s{rng.randrange(10**9)}")
        day = Day(shop, buyers, _mix(options), rng)
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, lambda *_: day.stop.set())
        with bar_of("ordering", options["count"]) as progress:
            day.go(lambda done: progress.update(progress.task_ids[0], completed=done))
        with bar_of("settling", len(shop.placed)) as progress:
            left = day.settle(
                options["settle"],
                lambda done: progress.update(progress.task_ids[0], completed=done),
            )
        if options["sell_out"]:
            day.refill()
        Console().print(summary.table(shop, day.begun_at, left=left))
        wrong = summary.findings(day.begun_at)
        wrong += [f"{left} orders did not come to rest"] if left else []
        if wrong:
            raise CommandError("\n".join(["The books do not balance:", *wrong]))
        self.stdout.write("every book is right: orders, stock, holds, refunds and the bank")


def _mix(options: dict[str, Any]) -> Mix:
    return Mix(
        count=options["count"],
        rate=options["rate"],
        cancelled=options["cancelled"],
        bursts=options["bursts"],
        bank_away_seconds=options["bank_away"],
        sell_out=options["sell_out"],
    )
