"""The live panel: what an event costs per panel, and a frame against a bare socket's."""

import atexit
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final

import psutil
from django.contrib.auth.models import User
from django.core.management import call_command

from benchmarks.harness import Benchmark, Ratio, Sample, Variant
from benchmarks.support.waiting import until_listening
from messaging.confirmed import Confirmed
from messaging.events import Event
from messaging.records import Record
from transactions.events import TransactionReceived
from transactions.live.presenter import present
from transactions.tests.live import wire

SECONDS: Final = 6.0
WARM_SECONDS: Final = 2.0
FRAMES_PER_SECOND: Final = 5
DECISION_SECONDS: Final = 0.02


@dataclass(frozen=True, slots=True)
class Load:
    """How many panels watch how many events a second, served by which application."""

    application: str
    panels: int
    events_per_second: int
    settings: str = "config.settings.base"


HUB: Final = Load("config.asgi:application", 500, 1000)
BARE: Final = Load("benchmarks.support.bare_socket:application", 500, 1000)
# A tenth of the events on a tenth of the panels: more it cannot carry on one core.
GROUP_SEND: Final = Load(
    "benchmarks.support.group_send:application", 50, 100, "benchmarks.support.group_send_settings"
)

_RATIOS: Final = (
    Ratio(
        name="CPU per event and panel, the hub to group_send",
        of="the hub",
        to="group_send of every event",
        goal=0.004,
        floor=0.01,
        smaller_is_better=True,
        measure=lambda sample: sample.cpu_per_unit,
    ),
    Ratio(
        name="CPU per frame, the hub to a bare socket with the same bytes",
        of="the hub",
        to="bare socket",
        goal=1.5,
        floor=2.5,
        smaller_is_better=True,
        measure=lambda sample: sample.extra["us per frame"],
    ),
)
_NOTES: Final = (
    f"uvicorn, websockets-sansio, no compression; {HUB.panels} panels of one view,"
    f" {HUB.events_per_second:,} events/s, {FRAMES_PER_SECOND} frames/s to each; the bare"
    " socket is an application that sleeps and sends a ready text of the same size."
    f" group_send runs with {GROUP_SEND.panels} panels and {GROUP_SEND.events_per_second}"
    " events/s, and only what it delivered counts. CPU is the server's alone, tailing and"
    " decoding included."
)


def benchmark() -> Benchmark:
    """Return the comparison; each variant runs a server of its own for some seconds."""
    call_command("create_topics", verbosity=0)
    session = wire.session_of(User.objects.create_user("bench", is_staff=True))
    loads = {"group_send of every event": GROUP_SEND, "bare socket": BARE, "the hub": HUB}
    return Benchmark(
        title="Live panel: from Kafka to the frames of many panels",
        unit="events x panels",
        rounds=3,
        variants=[
            Variant(name=name, run=partial(run, load, session)) for name, load in loads.items()
        ],
        ratios=list(_RATIOS),
        notes=_NOTES,
    )


def run(load: Load, session: str) -> Sample:
    """Serve, watch and feed for some seconds; return what the server's process spent."""
    with _serving(load) as (server, port), _watching(load, port, session) as watchers:
        feeder = Feeder(load.events_per_second)
        feeder.start()
        time.sleep(WARM_SECONDS)
        cpu, frames, events = _cpu(server), _count(watchers), feeder.sent
        begin = time.perf_counter()
        time.sleep(SECONDS)
        spent, seconds = _cpu(server) - cpu, time.perf_counter() - begin
        told = {key: value - frames[key] for key, value in _count(watchers).items()}
        fed = feeder.sent - events
        feeder.stop()
    # One frame there is one event for one panel.
    units = told["frames"] if load is GROUP_SEND else fed * load.panels
    return Sample(
        units=units,
        seconds=seconds,
        cpu_seconds=spent,
        extra={
            "frames/s": told["frames"] / seconds,
            "KB per frame": told["bytes"] / 1000 / max(1, told["frames"]),
            "us per frame": spent / max(1, told["frames"]) * 1e6,
        },
    )


class Feeder(threading.Thread):
    """Produces so many events a second: requests, and each one's decision a little later."""

    def __init__(self, events_per_second: int) -> None:
        """Make nothing yet."""
        super().__init__(daemon=True)
        self.sent = 0
        self._rate = events_per_second
        self._stopping = threading.Event()
        self._sending = Confirmed()

    def run(self) -> None:
        """Produce at an even pace until stopped."""
        begin = time.perf_counter()
        undecided: deque[TransactionReceived] = deque()
        while not self._stopping.wait(0.005):
            while self.sent < (time.perf_counter() - begin) * self._rate:
                request = wire.received("bench")
                self._tell(request, request.id)
                undecided.append(request)
                if len(undecided) > self._rate * DECISION_SECONDS:
                    decided = undecided.popleft()
                    self._tell(wire.decided(decided), decided.id)
                    self.sent += 1
                self.sent += 1

    def stop(self) -> None:
        """End, with everything delivered."""
        self._stopping.set()
        self.join()
        self._sending.settle()

    def _tell(self, event: Event, key: str) -> None:
        headers = [("ce_type", event.TYPE)]
        self._sending.send(event.TOPIC.name, event.encode(), key.encode(), headers=headers)


def _frame_bytes() -> int:
    """Return the size of the hub's frame: the events of one beat, and what stands around them."""
    request = wire.received("bench")
    size = 0
    for event in (request, wire.decided(request)):
        headers = (("ce_type", event.TYPE.encode()),)
        made = present(Record(event.TOPIC.name, 0, 10_000, None, event.encode(), 0, headers))
        size += len(made.body) + 1 if made else 0
    return 120 + size * HUB.events_per_second // FRAMES_PER_SECOND // 2


@contextmanager
def _serving(load: Load) -> Iterator[tuple[psutil.Process, int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "uvicorn", load.application, "--port", str(port)]
    command += ["--ws", "websockets-sansio", "--ws-per-message-deflate", "false"]
    command += ["--no-access-log", "--log-level", "warning", "--lifespan", "auto"]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": load.settings,
        "LIVE_FRAMES_PER_SECOND": str(FRAMES_PER_SECOND),
        "BARE_FRAMES_PER_SECOND": str(FRAMES_PER_SECOND),
        "BARE_FRAME_BYTES": str(_frame_bytes()),
    }
    process = subprocess.Popen(command, env=environment)
    atexit.register(process.kill)
    try:
        until_listening(port)
        yield psutil.Process(process.pid), port
    finally:
        process.kill()
        process.wait()
        atexit.unregister(process.kill)


@contextmanager
def _watching(load: Load, port: int, session: str) -> "Iterator[subprocess.Popen[str]]":
    command = [sys.executable, "-m", "benchmarks.support.panels"]
    with subprocess.Popen(
        [*command, str(port), str(load.panels), session],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as watchers:
        try:
            if _line(watchers) != "open\n":
                raise RuntimeError("the panels could not be opened")
            yield watchers
        finally:
            watchers.kill()


def _count(watchers: "subprocess.Popen[str]") -> dict[str, int]:
    if watchers.stdin is None:
        raise RuntimeError("no pipe")
    watchers.stdin.write("\n")
    watchers.stdin.flush()
    found: dict[str, int] = json.loads(_line(watchers))
    return found


def _line(watchers: "subprocess.Popen[str]") -> str:
    return watchers.stdout.readline() if watchers.stdout else ""


def _cpu(process: psutil.Process) -> float:
    return sum(process.cpu_times()[:2])
