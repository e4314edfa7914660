"""Plays the legacy bank: full customer records that change by themselves, by SQL."""

import os
from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.banco1 import access
from config.launcher import demo
from messaging import logs, process
from messaging.commands import add_metrics_port, serve_probes
from messaging.stopping import on_stop_signal


class Command(BaseCommand):
    help = (
        "Keep changing the legacy bank's customers (bin/run --with banco1 starts it). The database"
        " is the running demo's, or the one that BANCO1_* name."
        " Example: manage.py simulate_banco1 --rate 2"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rate", type=float, default=1.0, help="changes a second (1)")
        parser.add_argument("--customers", type=int, default=300, help="to begin with (300)")
        parser.add_argument("--seed", type=int, help="the same dice again")
        add_metrics_port(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        # A machine that runs on SQLite may lack the driver, and lists this command all the same.
        from config.banco1 import table  # noqa: PLC0415
        from config.banco1.day import Day  # noqa: PLC0415

        logs.configure("banco1")
        if options["rate"] <= 0:
            raise CommandError("--rate must be above 0")
        bank = access.find(os.environ, demo.read(settings.VAR_DIR))
        if bank is None:
            raise CommandError("no Banco 1 runs here: bin/run --with banco1 starts one")
        day = Day(
            customers=options["customers"],
            rate=options["rate"],
            random=Random(options["seed"]),  # noqa: S311 - nobody is protected by these dice
            connected=lambda: table.connect(bank),
        )
        on_stop_signal(day.stop)
        serve_probes(options["metrics_port"], ready={"banco1": day.trouble})
        day.run()
        process.end(0)
