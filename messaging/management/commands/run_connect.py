"""Owns the local Kafka Connect: fetches its jars, writes its settings, then becomes it."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from messaging.localconnect import jars, worker

_WAIT_SECONDS = 120.0


class Command(BaseCommand):
    help = (
        "Run a standalone Kafka Connect on this machine (SIGTERM or Ctrl-C stops it). Example:"
        " manage.py run_connect deploy/connect/banco1.json --wait-for 127.0.0.1:3306"
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("connectors", nargs="*", type=Path, help="files as Connect's REST has")
        parser.add_argument("--port", type=int, default=8083, help="of its REST, on loopback")
        parser.add_argument("--folder", type=Path, default=settings.VAR_DIR / "connect")
        parser.add_argument(
            "--settings-file",
            type=Path,
            default=settings.BASE_DIR / "deploy" / "connect" / "worker.properties",
            help="the worker's settings that do not depend on the machine",
        )
        parser.add_argument("--heap", type=int, default=256, help="megabytes of Java heap")
        parser.add_argument(
            "--wait-for", nargs="*", default=[], metavar="HOST:PORT", help="start after these"
        )
        acts = parser.add_mutually_exclusive_group()
        acts.add_argument("--fetch", action="store_true", help="fetch and verify the jars")
        acts.add_argument("--relock", action="store_true", help="resolve the jars anew")

    def handle(self, **options: Any) -> None:
        if options["relock"]:
            count = jars.relock_both(settings.KAFKA_JARS_DIR / "relock")
            self.stdout.write(f"{count} jars")
            return
        files = jars.fetch(settings.KAFKA_JARS_DIR)
        if not options["fetch"]:
            self._run(options, files)

    def _run(self, options: dict[str, Any], files: list[Path]) -> None:
        if not options["connectors"]:
            raise CommandError(
                "name at least one connector's file, such as those in deploy/connect"
            )
        command = worker.Worker(
            folder=options["folder"],
            port=options["port"],
            bootstrap_servers=settings.KAFKA_BOOTSTRAP_SERVERS,
            settings=options["settings_file"],
            connectors=options["connectors"],
            jars=files,
            plugins=jars.plugins_in(settings.KAFKA_JARS_DIR),
            heap_megabytes=options["heap"],
        ).prepare()
        needed = [*settings.KAFKA_BOOTSTRAP_SERVERS.split(",")[:1], *options["wait_for"]]
        silent = worker.wait_for(needed, _WAIT_SECONDS)
        if silent:
            raise CommandError(f"nothing listens at {silent}")
        # Becoming Java leaves one process: signals meet it straight, and no orphan can stay.
        os.execv(command[0], command)  # noqa: S606
