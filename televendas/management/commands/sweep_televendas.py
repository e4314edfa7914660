"""Forgets who left a source unseen, once a full snapshot of it has been read."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from messaging.errors import TransientError
from televendas.adapters.progress import KafkaProgress
from televendas.services.scrub import scrub
from televendas.services.sweeping import Swept, sweep_due


class Command(BaseCommand):
    help = (
        "Forget people whom a full snapshot no longer mentioned; it waits until the reader is past"
        " the snapshot. Housekeeping does it too. Example: manage.py sweep_televendas"
    )

    def handle(self, **_options: Any) -> None:
        try:
            swept = sweep_due(KafkaProgress(), timezone.now())
        except TransientError as error:
            raise CommandError(str(error)) from error
        for each in swept:
            self.stdout.write(_line(each))
        if not swept:
            self.stdout.write("No snapshot waits.")
        scrub(timezone.now())


def _line(swept: Swept) -> str:
    snapshot = swept.snapshot
    told = f"{snapshot.source}, snapshot that ended {snapshot.ended_at:%Y-%m-%d %H:%M:%S} UTC"
    if not swept.is_done:
        return f"{told}: waits, for the reader is not past it."
    return f"{told}: {swept.people} people were missing and are forgotten."
