"""Checks the money invariants, once; housekeeping does the same all the time."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bank_grpc.adapters.payments_topic import PaymentsTopic
from bank_grpc.services.invariants.check import Outcome, check_all


class Command(BaseCommand):
    help = (
        "Check every money invariant and keep the results; ends with 1 where one is broken or could"
        " not be checked. Example: manage.py check_invariants"
    )

    def handle(self, **options: Any) -> None:
        with PaymentsTopic() as topic:
            outcomes = check_all(topic, now=timezone.now())
        for each in outcomes:
            self.stdout.write(_line(each))
        if not all(each.holds for each in outcomes):
            raise CommandError("not every invariant was seen to hold", returncode=1)


def _line(outcome: Outcome) -> str:
    name, sentence = outcome.invariant.name, outcome.invariant.sentence
    if outcome.broken is None:
        return f"?    {name:32} not checked: Kafka gave no answer"
    if not outcome.broken:
        return f"ok   {name:32} {sentence}"
    some = ", ".join(outcome.broken[:3])
    return f"RED  {name:32} {sentence} {len(outcome.broken)} break it: {some}"
