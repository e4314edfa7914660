"""Trims old rows, once or again and again."""

import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandParser

from messaging import logs, process
from messaging.commands import Rounds, add_metrics_port, pause, serve_probes
from messaging.housekeeping import Chore, Trimmer, chores, keep_house, trimmers
from messaging.stopping import on_stop_signal

# How long one round may take before the probe calls it stuck.
ROUND_SECONDS: Final = 900.0
_logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Delete what is older than its table keeps, in small batches."
        " Example: manage.py housekeeping --every 60"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--list", action="store_true", help="list the tables and their ages")
        parser.add_argument(
            "--every", type=pause, metavar="SECONDS", help="go on, with this pause; else once"
        )
        add_metrics_port(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["list"]:
            work: list[Trimmer | Chore] = [*trimmers(), *chores()]
            for each in work:
                self.stdout.write(f"{each.using}.{each.table}: {each.told}")
        elif options["every"] is None:
            self.stdout.write(f"{keep_house(threading.Event())} rows deleted")
        else:
            self._go_on(options["every"], options["metrics_port"])

    def _go_on(self, every: float, port: int | None) -> None:
        logs.configure("housekeeping")
        stop, rounds = threading.Event(), Rounds(every=every, most=ROUND_SECONDS)
        on_stop_signal(stop.set)
        serve_probes(port, alive={"rounds": rounds.stuck}, ready={"rounds": rounds.stuck})

        def go_on() -> None:
            while not stop.is_set():
                rounds.begin()
                keep_house(stop)
                stop.wait(every)

        # In a thread of its own, because no chore may hold up the end: what is cut off is undone by
        # the database, and the next process begins with it.
        done = ThreadPoolExecutor(1, thread_name_prefix="rounds").submit(go_on)
        done.add_done_callback(lambda _done: stop.set())
        stop.wait()
        process.end(_exit_code(done))


def _exit_code(done: "Future[None]") -> int:
    try:
        done.result(process.STOP_BUDGET_SECONDS)
    except TimeoutError:
        _logger.warning("a round was cut off; the next process does it again")
    except Exception:  # Whatever ended the thread: it is logged, and the process ends as failed.
        _logger.exception("the rounds ended")
        return process.EXIT_FAILURE
    return 0
