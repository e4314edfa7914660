"""Plays Banco 1, in its own table where one runs, else onto the topic, and checks the lean copy."""

import contextlib
import os
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.banco1 import access
from config.banco1.comparison import differing
from config.banco1.play import Book, Play
from config.banco1.records import FIRST_ID, OutsideProducer, Written
from config.launcher import demo
from messaging.confirmed import Confirmed
from messaging.errors import DeliveryError
from televendas.events import CUSTOMERS
from televendas.models import Erasure
from televendas.services.clock import Clock, clocks
from transactions.simulation.progress import bar_of

_LOOK_EVERY: Final = 0.5
_TOLD: Final = 5


class Command(BaseCommand):
    help = (
        "Have invented customers of Banco 1 come, change and leave, and compare with the lean copy"
        " at the end. Beside bin/run --with banco1 they are in its table, and change capture"
        " carries them; else the topic is written, in every shape, with all that telesales may not"
        " see. Example: manage.py simulate_customers --rate 50 --count 1000"
    )
    _sending: Confirmed

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rate", type=float, default=20.0, help="acts a second (20)")
        parser.add_argument("--count", type=int, default=200, help="acts in all (200)")
        parser.add_argument("--seed", type=int, default=None, help="the same dice again")
        parser.add_argument(
            "--settle", type=float, default=30.0, help="seconds to wait for the copy (30)"
        )

    def handle(self, **options: Any) -> None:
        if options["rate"] <= 0 or options["count"] <= 0:
            raise CommandError("--rate and --count must be above 0")
        bank = access.find(os.environ, demo.read(settings.VAR_DIR))
        where = (
            f"In Banco 1's own table at {bank.address}; change capture carries it."
            if bank
            else f"Onto the topic {CUSTOMERS.name}, as an outside producer; no Banco 1 runs here."
        )
        self._sending = Confirmed()
        with _book(bank, self._send) as book:
            self.stdout.write(where)
            self._live(Play(book, Random(options["seed"])), options)  # noqa: S311 - no secrets

    def _live(self, play: Play, options: dict[str, Any]) -> None:
        began_at = timezone.now()
        acts = self._act(play, options["rate"], options["count"])
        missing = self._settle(play, options["settle"])
        self._sum_up(play, acts, missing)
        self._tell_clock(clocks(began_at))
        if missing:
            who = "; ".join(f"customer {each}" for each in missing[:_TOLD])
            raise CommandError(
                f"{who} (do run_consumer televendas and, for Banco 1's table, Connect run?)"
            )

    def _act(self, play: Play, rate: float, count: int) -> Counter[str]:
        acts: Counter[str] = Counter()
        began = time.monotonic()
        with bar_of("acts", count) as progress:
            for number in range(count):
                time.sleep(max(0.0, began + number / rate - time.monotonic()))
                acts[play.act()] += 1
                progress.advance(progress.task_ids[0])
        try:
            self._sending.settle()
        except DeliveryError as error:
            raise CommandError(f"not everything reached the broker: {error}") from error
        return acts

    def _send(self, record: Written) -> None:
        self._sending.send(CUSTOMERS.name, record.value, record.key)

    def _settle(self, play: Play, seconds: float) -> list[int]:
        """Return who never was in the copy as in the book; the bank's own day may go on."""
        deadline = time.monotonic() + seconds
        missing = differing(play.book, play.everybody)
        while missing and time.monotonic() < deadline:
            time.sleep(_LOOK_EVERY)
            missing = differing(play.book, missing)
        return missing

    def _sum_up(self, play: Play, acts: Counter[str], missing: list[int]) -> None:
        told = ", ".join(f"{number} {name}" for name, number in sorted(acts.items()))
        there = len(play.book.rows(play.everybody))
        self.stdout.write(f"{acts.total()} acts: {told}.")
        self.stdout.write(
            f"{there} people are there, {len(play.everybody) - there} left;"
            f" the lean copy differs in {len(missing)}."
        )

    def _tell_clock(self, found: list[Clock]) -> None:
        for each in found:
            if each.cause == Erasure.Cause.EVENT:
                self.stdout.write(
                    f"{each.people} were forgotten: from the event until no SQL finds them"
                    f" {each.p50:.3f} s (median), {each.p99:.3f} s (99 of 100)."
                )


@contextlib.contextmanager
def _book(bank: access.Access | None, send: Callable[[Written], None]) -> Iterator[Book]:
    """Give what to write into; a Banco 1 that is said to run is never passed by."""
    if bank is None:
        # Later plays have newer versions and other people, without asking anybody.
        yield OutsideProducer(send, FIRST_ID + int(time.time()) % 1_000_000_000 * 10)
        return
    try:
        # A machine that runs on SQLite may lack the driver, and plays onto the topic all the same.
        from config.banco1.table import opened  # noqa: PLC0415
    except ImportError as error:
        raise CommandError("Banco 1 runs, and MariaDB's driver is not installed here") from error
    try:
        with opened(bank) as table:
            yield table
    except access.AwayError as error:
        raise CommandError(
            f"{error}. bin/run --with banco1 starts it; bin/run without it forgets it."
        ) from error
