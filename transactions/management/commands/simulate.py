"""Sends realistic traffic over REST, and checks afterwards that nothing was lost or doubled."""

import json
import logging
import secrets
import signal
import threading
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from cards.rules import day_in_brazil
from transactions.simulation import audit, summary, topics, traffic
from transactions.simulation.ledger import Ledger
from transactions.simulation.plan import NobodyToSendAsError, Target, target_of
from transactions.simulation.progress import bar_of
from transactions.simulation.sender import Sender

_WITHOUT_END: Final = 2**62
_SHOW_EVERY: Final = 0.2


class Command(BaseCommand):
    help = (
        "Send transactions as several merchants, then compare what was answered with what the "
        "database and the topics hold; exit code 1 when they differ. "
        "Example: manage.py simulate --count 1000 --rate 50 --bad-cards 0.2"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rate", type=float, default=20.0, help="a second; 0: no pauses")
        length = parser.add_mutually_exclusive_group()
        length.add_argument("--count", type=int, help="how many orders (500), repeats apart")
        length.add_argument("--duration", type=float, help="for how many seconds")
        length.add_argument("--forever", action="store_true", help="until told to stop")
        for name, share, text in (
            ("bad-cards", 0.1, "with a faulty card"),
            ("out-of-range", 0.05, "below 1.00 or above 1000.00"),
            ("duplicates", 0.03, "sent again with the same key"),
            ("bursts", 0.1, "that come twenty at once"),
        ):
            parser.add_argument(f"--{name}", type=float, default=share, help=f"share {text}")
        parser.add_argument("--account", action="append", default=[], metavar="ID:SECRET")
        parser.add_argument("--base-url", default="", help="default: the running demo's")
        parser.add_argument("--workers", type=int, default=16, help="requests at the same time")
        parser.add_argument("--seed", type=int, help="the same seed sends the same orders")
        parser.add_argument("--patience", type=float, default=120.0, help="seconds per order")
        parser.add_argument("--settle", type=float, default=60.0, help="seconds for decisions")
        parser.add_argument("--report", type=Path, help="write the figures to this file as JSON")

    def handle(self, **options: Any) -> None:
        # The client would log a line for every request.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        run = _Run(options)
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, lambda *_: run.stop())
        start = {} if options["forever"] else topics.marks()
        self.stdout.write(f"{run.intent}; Ctrl-C ends it, seed {run.seed}")
        self.stdout.flush()
        if options["forever"]:
            run.send()
            self.stdout.write(summary.counts_line(run.ledger))
            return
        run.send()
        report = run.compare(start)
        if options["report"]:
            figures = summary.as_dictionary(run.ledger, report, seed=run.seed)
            options["report"].write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
        Console().print(summary.table(run.ledger, report))
        if not report.is_clean:
            raise CommandError("\n".join(["The books do not balance:", *report.findings()]))


class _Run:
    """One run of the simulator: what it sends, through whom, and what it remembers."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        self._count = options["count"] or (_WITHOUT_END if _has_no_count(options) else 500)
        self.seed = options["seed"] if options["seed"] is not None else secrets.randbits(32)
        self._name = secrets.token_hex(4)
        self._since = datetime.now(UTC)
        self._target = _target(options)
        self.ledger = Ledger(remembers=not options["forever"])
        self.sender = Sender(
            self._target.base_url,
            self._target.merchants,
            self.ledger,
            workers=options["workers"],
            patience=options["patience"],
        )

    @property
    def intent(self) -> str:
        """Say where this goes and as how many."""
        return f"Sending to {self._target.base_url} as {len(self._target.merchants)} merchants"

    def send(self) -> None:
        """Send everything, with a progress bar where there is a terminal."""
        rng = Random(self.seed)  # noqa: S311 - traffic, not secrets
        names = ("bad_cards", "out_of_range", "duplicates", "bursts")
        mix = traffic.Mix(**{name: self._options[name] for name in names})
        orders = traffic.orders(
            rng,
            mix,
            run=self._name,
            accounts=len(self._target.merchants),
            today=day_in_brazil(self._since),
        )
        timer = self._stop_after(self._options["duration"])
        with bar_of("sending", self._total()) as progress:
            work = threading.Thread(
                target=self.sender.send_all,
                args=(traffic.first(orders, self._count),),
                kwargs={"rate": self._options["rate"]},
            )
            work.start()
            while work.is_alive():
                work.join(_SHOW_EVERY)
                progress.update(progress.task_ids[0], completed=self.ledger.sent)
        if timer is not None:
            timer.cancel()

    def stop(self) -> None:
        """Send nothing new; told twice, or on a run without end, have no more patience either."""
        if self.sender.stop.is_set() or not self.ledger.remembers:
            self.sender.hurry.set()
        self.sender.stop.set()

    def compare(self, start: dict[Any, Any]) -> audit.Report:
        """Wait for the decisions and return the comparison."""
        expected = self.ledger.expectations()
        with bar_of("deciding", len(expected)) as progress:
            audit.wait_until_decided(
                expected,
                seconds=self._options["settle"],
                on_wait=lambda left: progress.update(
                    progress.task_ids[0], completed=len(expected) - left
                ),
            )
        return audit.compare(
            self.ledger,
            run=self._name,
            since=self._since,
            account_ids=[merchant.account_id for merchant in self._target.merchants],
            carried=topics.carried_since(start),
        )

    def _total(self) -> int | None:
        return None if self._count == _WITHOUT_END else self._count

    def _stop_after(self, seconds: float | None) -> threading.Timer | None:
        if seconds is None:
            return None
        timer = threading.Timer(seconds, self.sender.stop.set)
        timer.daemon = True
        timer.start()
        return timer


def _has_no_count(options: dict[str, Any]) -> bool:
    return bool(options["forever"] or options["duration"])


def _target(options: dict[str, Any]) -> Target:
    try:
        return target_of(options["base_url"], options["account"], settings.VAR_DIR / "demo.json")
    except NobodyToSendAsError as error:
        raise CommandError(str(error)) from error
