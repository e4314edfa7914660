"""Takes a list of phones that nobody may call into telesales, hashed as it is read."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from televendas.adapters.calling_hours import business_time
from televendas.domain.optout_lines import read_lines
from televendas.services.audit import Actor
from televendas.services.optout import Imported, import_lines

_STDIN = "-"


class Command(BaseCommand):
    help = (
        "Take in phones that nobody may call: CSV with a phone, or its hash under this site's key,"
        " in each line, and perhaps a day. Example: manage.py import_opt_outs list.csv"
        " --effective-on 2026-12-01"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the list in UTF-8, or - for the standard input")
        parser.add_argument(
            "--effective-on",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="from when the phones may not be called, where a line does not say (today)",
        )
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, **options: Any) -> None:
        now = timezone.now()
        effective_on = options["effective_on"] or business_time(now).date()
        with ExitStack() as stack:
            file, size = self._opened(options["file"], stack)
            progress = stack.enter_context(_progress(size))
            steps = import_lines(
                actor=Actor(None, "import_opt_outs"),
                lines=read_lines(_counted(file, progress)),
                effective_on=effective_on,
                now=now,
                is_dry_run=options["dry_run"],
            )
            done = Imported()
            for step in steps:
                done = step
        self._tell(done, is_dry_run=options["dry_run"])

    def _opened(self, name: str, stack: ExitStack) -> tuple[IO[bytes], int | None]:
        if name == _STDIN:
            return sys.stdin.buffer, None
        path = Path(name)
        try:
            return stack.enter_context(path.open("rb")), path.stat().st_size
        except OSError as error:
            raise CommandError(f"{name} cannot be read: {error.strerror}") from error

    def _tell(self, done: Imported, *, is_dry_run: bool) -> None:
        verb = "would be" if is_dry_run else "are"
        self.stdout.write(
            f"{done.lines} lines: {done.added} phones {verb} new, {done.known} were known,"
            f" {done.unreadable_count} lines have no phone."
        )
        if done.unreadable:
            self.stdout.write(
                f"First lines without a phone: {', '.join(map(str, done.unreadable))}"
            )


def _counted(file: IO[bytes], progress: Progress) -> Iterator[str]:
    """Yield the lines as text, and say how far the file was read."""
    for line in file:
        progress.advance(progress.task_ids[0], len(line))
        yield line.decode("utf-8", errors="replace")


def _progress(size: int | None) -> Progress:
    console = Console(stderr=True)
    progress = Progress(
        TextColumn("reading"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("bytes"),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    progress.add_task("reading", total=size)
    return progress
