"""Tells everything that telesales holds about one person."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from televendas.management import people
from televendas.services.person_report import Report, report

_LISTS = ("queue", "claims", "calls", "erasures", "dead_letters", "audit")


class Command(BaseCommand):
    help = (
        "Tell what is held about a customer of a source: since when, from where, which calls, who"
        " looked. It is a line of the audit itself."
        " Example: manage.py person_report banco1 4711 --json"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        people.add_person(parser)
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, **options: Any) -> None:
        found = report(
            options["source"],
            options["customer_id"],
            actor=people.caller("person_report"),
            now=timezone.now(),
        )
        if options["json"]:
            self.stdout.write(json.dumps(found, indent=2, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(_lines(found)))


def _lines(found: Report) -> Iterator[str]:
    asked = found["asked_for"]
    yield f"{asked['customer_id']} of {asked['source']}: {found['state']} ({found['person']})"
    for part in ("held", "kept"):
        yield from _block(part, found[part])
    yield from _block("opt_out", found["opt_out"] or {})
    for part in _LISTS:
        yield f"{part}: {len(found[part]) or 'none'}"
        for row in found[part]:
            yield "  " + ", ".join(f"{name} {value}" for name, value in row.items() if _says(value))


def _block(name: str, values: Report) -> Iterator[str]:
    yield f"{name}:" if values else f"{name}: nothing"
    for key, value in values.items():
        if _says(value):
            yield f"  {key}: {value}"


def _says(value: Any) -> bool:
    return value not in (None, "")
