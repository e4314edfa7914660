"""Runs the bank's gRPC server until it is told to stop."""

import gc
import logging
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from bank_grpc.server import serve
from messaging import logs, probes, process
from messaging.commands import add_metrics_port, serve_probes
from messaging.stopping import on_stop_signal

_logger = logging.getLogger(__name__)
_YOUNG_OBJECTS = 10_000


class Command(BaseCommand):
    help = (
        "Serve payment.PaymentService and bank.v1.BankService over gRPC; on SIGTERM it says"
        " NOT_SERVING and drains. Example: manage.py run_bank --address 127.0.0.1:50052"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--address", default=settings.BANK_ADDRESS, help="host:port")
        add_metrics_port(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        logs.configure("bank")
        ending = threading.Event()
        on_stop_signal(ending.set)
        try:
            bank = serve.start(options["address"])
        except OSError as error:
            raise CommandError(str(error)) from error
        serve_probes(
            options["metrics_port"],
            alive={"calls": bank.watch.stalled},
            ready={"serving": bank.trouble, "database": probes.database},
        )
        _spare_what_stays()
        _logger.info("the bank listens on port %s", bank.port)
        ending.wait()
        bank.stop()
        process.end(0)


def _spare_what_stays() -> None:
    """Keep the collector from walking through all of Django while calls wait.

    A call leaves few cycles, so that the youngest objects need no look every few calls.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS, *gc.get_threshold()[1:])
