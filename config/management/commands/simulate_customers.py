"""Plays Banco 1 onto the topic of customers, as an outside producer would, and checks the copy."""

import time
from argparse import ArgumentParser
from collections import Counter
from random import Random
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from config.banco1.records import FIRST_ID, Stream, Written, records_of, source_of
from messaging import clients
from televendas.domain.identity import person_hash
from televendas.events import CUSTOMERS
from televendas.models import Customer, Erasure
from televendas.services.clock import Clock, clocks

_AT_ONCE: Final = 500
_NATIONAL_DIGITS: Final = 11
_LOOK_EVERY: Final = 0.5


class Command(BaseCommand):
    help = (
        "Write invented customers of Banco 1 onto the topic, in every shape, with all that"
        " telesales may not see, and compare with the lean copy at the end."
        " Example: manage.py simulate_customers --rate 50 --count 1000"
    )

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
        # Later plays have newer versions and other people, without asking anybody.
        stream = Stream(
            Random(options["seed"]),  # noqa: S311 - nobody is protected by these dice
            first_id=FIRST_ID + int(time.time()) % 1_000_000_000 * 10,
        )
        began_at = timezone.now()
        acts = self._play(stream, options["rate"], options["count"])
        missing = self._settle(stream, options["settle"])
        self._sum_up(stream, acts, missing)
        self._tell_clock(clocks(began_at))
        if missing:
            raise CommandError(f"{'; '.join(missing[:5])} (is run_consumer televendas running?)")

    def _play(self, stream: Stream, rate: float, count: int) -> Counter[str]:
        acts: Counter[str] = Counter()
        began = time.monotonic()
        with _progress(count) as progress:
            for number, (name, records) in enumerate(records_of(stream, count)):
                time.sleep(max(0.0, began + number / rate - time.monotonic()))
                _send(records)
                acts[name] += 1
                progress.advance(progress.task_ids[0])
        if left := clients.flush():
            raise CommandError(f"{left} records did not reach the broker")
        return acts

    def _settle(self, stream: Stream, seconds: float) -> list[str]:
        deadline = time.monotonic() + seconds
        while (missing := _differences(stream)) and time.monotonic() < deadline:
            time.sleep(_LOOK_EVERY)
        return missing

    def _sum_up(self, stream: Stream, acts: Counter[str], missing: list[str]) -> None:
        told = ", ".join(f"{number} {name}" for name, number in sorted(acts.items()))
        self.stdout.write(f"{acts.total()} acts: {told}.")
        self.stdout.write(
            f"{len(stream.alive)} people are there, {len(stream.gone)} left;"
            f" the lean copy differs in {len(missing)}."
        )

    def _tell_clock(self, found: list[Clock]) -> None:
        for each in found:
            if each.cause == Erasure.Cause.EVENT:
                self.stdout.write(
                    f"{each.people} were forgotten: from the event until no SQL finds them"
                    f" {each.p50:.3f} s (median), {each.p99:.3f} s (99 of 100)."
                )


def _send(records: list[Written]) -> None:
    producer = clients.producer()
    for each in records:
        while True:
            try:
                producer.produce(CUSTOMERS.name, each.value, each.key)
            except BufferError:
                producer.poll(0.1)
            else:
                producer.poll(0)
                break


def _differences(stream: Stream) -> list[str]:
    """Return in words, without a name, whose row is not as the stream has it."""
    everybody = [*stream.alive, *stream.gone]
    found: list[str] = []
    for start in range(0, len(everybody), _AT_ONCE):
        found += _differences_among(stream, everybody[start : start + _AT_ONCE])
    return found


def _differences_among(stream: Stream, customers: list[int]) -> list[str]:
    key: bytes = settings.TELEVENDAS_KEY
    persons = {each: person_hash(key, source_of(each), str(each)) for each in customers}
    rows = Customer.objects.in_bulk(persons.values())
    wrong = []
    for customer, person in persons.items():
        row = rows.get(person)
        if customer in stream.gone:
            is_right = row is not None and row.state != Customer.State.PRESENT and not row.name
        else:
            is_right = row is not None and _is_same(row, stream.alive[customer])
        if not is_right:
            wrong.append(f"customer {customer}")
    return wrong


def _is_same(row: Customer, told: dict[str, Any]) -> bool:
    digits = "".join(filter(str.isdigit, told["telefone"] or ""))
    # As people write it: area and nine digits, with the country before them or not.
    phone = f"+55{digits[-_NATIONAL_DIGITS:]}"
    expected = (told["nome"], told["regiao"], phone if digits else None)
    return (row.name, row.region, row.phone) == expected


def _progress(count: int) -> Progress:
    console = Console(stderr=True)
    progress = Progress(
        TextColumn("acts"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    progress.add_task("acts", total=count)
    return progress
