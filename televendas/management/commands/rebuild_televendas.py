"""Builds the lean copy anew from the topic."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from messaging.errors import TransientError
from televendas.adapters.progress import KafkaProgress
from televendas.adapters.topic_reading import TopicReading
from televendas.services.rebuild import RebuildRefusedError, Rebuilt, rebuild


class Command(BaseCommand):
    help = (
        "Replay the topic into a fresh table and put it in the place of the living one. The memory"
        " of who is gone is carried over; calls, audit and opt-outs stay. Stop the consumer first."
        " Example: manage.py rebuild_televendas --dry-run"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only compare")
        parser.add_argument(
            "--let-go",
            action="store_true",
            help="forget people of whom the topic says nothing, instead of refusing",
        )

    def handle(self, **options: Any) -> None:
        try:
            with TopicReading() as reading, _progress(reading.offsets) as progress:
                task = progress.task_ids[0]
                done = rebuild(
                    reading.batches(),
                    KafkaProgress(),
                    now=timezone.now(),
                    lets_go=options["let_go"],
                    is_dry_run=options["dry_run"],
                    tell=lambda records: progress.advance(task, records),
                )
        except (RebuildRefusedError, TransientError) as error:
            raise CommandError(f"nothing was changed: {error}") from error
        self.stdout.write(_words(done))


def _words(done: Rebuilt) -> str:
    verb = "is swapped in" if done.is_swapped else "would be swapped in"
    return (
        f"{done.records} records read, {done.poison} not understood. The new copy {verb}:"
        f" {done.same} people as before, {done.new} more, {done.left} left by the topic's word,"
        f" {done.unknown} of whom the topic says nothing."
    )


def _progress(offsets: int) -> Progress:
    console = Console(stderr=True)
    progress = Progress(
        TextColumn("replaying"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    progress.add_task("replaying", total=offsets)
    return progress
