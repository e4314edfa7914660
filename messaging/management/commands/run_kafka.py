"""Owns the local broker: fetches its jars, formats its folder once, then becomes it."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from messaging.localbroker import jars, node, progress, relock


class Command(BaseCommand):
    help = "Run a one-node Kafka on this machine (SIGTERM or Ctrl-C stops it)."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=_default_port())
        parser.add_argument("--controller-port", type=int, help="the client port + 1 if not given")
        parser.add_argument("--host", default="127.0.0.1", help="the name that clients reach it by")
        parser.add_argument("--folder", type=Path, default=settings.VAR_DIR / "kafka")
        parser.add_argument("--heap", type=int, default=256, help="megabytes of Java heap")
        acts = parser.add_mutually_exclusive_group()
        acts.add_argument("--fetch", action="store_true", help="fetch and verify the jars")
        acts.add_argument("--ready", action="store_true", help="wait until the broker answers")
        acts.add_argument("--relock", action="store_true", help="resolve the jars anew")

    def handle(self, **options: Any) -> None:
        if options["ready"]:
            self._wait(options)
        elif options["relock"]:
            count = len(relock.relock(settings.KAFKA_JARS_DIR / "relock"))
            self.stdout.write(f"{jars.LOCK_FILE.name}: {count} jars")
        else:
            files = self._fetch()
            if not options["fetch"]:
                self._run(options, files)

    def _fetch(self) -> list[Path]:
        title = f"Kafka {jars.KAFKA_VERSION}"
        return progress.fetch(title, settings.KAFKA_JARS_DIR / jars.KAFKA_VERSION, jars.locked())

    def _run(self, options: dict[str, Any], files: list[Path]) -> None:
        broker = node.Node(
            folder=options["folder"],
            port=options["port"],
            controller_port=options["controller_port"] or options["port"] + 1,
            jars=files,
            host=options["host"],
            heap_megabytes=options["heap"],
        )
        try:
            command = broker.prepare()
        except node.UnableToFormatError as error:
            raise CommandError(f"Kafka's data folder could not be formatted: {error}") from error
        self.stdout.write(
            f"Kafka {jars.KAFKA_VERSION} at {broker.bootstrap_servers}: one node without fsync"
            " keeps everything through a killed process, not through a power cut."
        )
        self.stdout.flush()
        # Becoming Java leaves one process: signals meet it straight, and no orphan can stay.
        os.execv(command[0], command)  # noqa: S606

    def _wait(self, options: dict[str, Any]) -> None:
        address = f"{options['host']}:{options['port']}"
        if not node.wait_until_ready(address):
            raise CommandError(f"no Kafka answers at {address}")
        self.stdout.write(f"Kafka answers at {address}")


def _default_port() -> int:
    first = settings.KAFKA_BOOTSTRAP_SERVERS.split(",")[0]
    return int(first.rpartition(":")[2])
