"""The whole product on free ports with data of its own, for tests that cross processes.

Use the fixture `stack` (one for the session), or `Stack(folder)` for one that may be killed.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import httpx

from config.launcher import demo, health, ports
from config.launcher.orphans import die_with_parent
from config.launcher.plan import ROOT, Plan, Program

READY_SECONDS: Final = 180.0
_STOP_SECONDS: Final = 30.0
_FREE_RUN: Final = 50
# The machine that this runs on may be a busy one: late is not lost.
_ANSWER_SECONDS: Final = 60.0


class NotReadyError(Exception):
    """Processes did not come up; the text holds the end of their logs."""


class Stack:
    """Kafka, web, live, relay and consumers as subprocesses, each to be killed and started again.

    `environment` is added to every process's own. Without `DATABASE_URL` in it the stack runs on
    a SQLite file in `folder`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        environment: Mapping[str, str] | None = None,
        consumers: Sequence[str] = ("processor", "results", "webhooks"),
        leave_out: Sequence[str] = ("housekeeping", "bank", "sweeper"),
    ) -> None:
        """Plan the stack without the programs to `leave_out`; nothing runs until `start`."""
        kept = {
            key: value
            for key, value in os.environ.items()
            if not key.endswith("DATABASE_URL") and not key.startswith("KAFKA_")
        }
        kept["DJANGO_SETTINGS_MODULE"] = "config.settings.base"
        self.plan = Plan(
            folder,
            port=ports.free_run(_FREE_RUN),
            kafka_port=ports.free_run(2),
            bank_port=ports.free_run(1),
            consumers=tuple(consumers),
            environment=kept | dict(environment or {}),
        )
        self.programs: dict[str, Program] = {
            each.name: each for each in self.plan.programs if each.name not in leave_out
        }
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def base_url(self) -> str:
        """Return the address of pages and REST."""
        return self.plan.base_url

    @property
    def demo(self) -> dict[str, Any]:
        """Return the seeded accounts (`id`, `secret`) and logins (`username`, `password`)."""
        return demo.read(self.plan.var)

    def start(self) -> None:
        """Start everything and wait until each process is ready; raises NotReadyError."""
        (self.plan.var / "log").mkdir(parents=True, exist_ok=True)
        if "kafka" in self.programs:
            self.launch("kafka")
        self._prepare()
        for name in self.programs:
            if name != "kafka":
                self.launch(name)
        self.wait_ready()

    def launch(self, name: str) -> None:
        """Start one process; it may have run, and have been killed, before."""
        with self._log(name).open("ab") as log:
            self._processes[name] = subprocess.Popen(
                self.programs[name].command,
                cwd=ROOT,
                env=self._surroundings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - one system call, takes no lock
            )

    def kill(self, name: str, with_signal: signal.Signals = signal.SIGKILL) -> None:
        """Send the process and its children the signal, and wait until the process is gone."""
        process = self._processes[name]
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, with_signal)
        process.wait(_STOP_SECONDS)

    def wait_ready(self, *names: str, seconds: float = READY_SECONDS) -> None:
        """Wait until the named processes, or all, say that they are ready."""
        wanted = [self.programs[name] for name in names or self.programs]
        late = health.wait_for(wanted, seconds=seconds, goes_on=self._is_complete)
        if late:
            raise NotReadyError("\n".join(f"{name}:\n{self.log_tail(name)}" for name in late))

    def stop(self) -> None:
        """End every process, Kafka last, politely and then by force."""
        for name in sorted(self._processes, key=lambda each: each == "kafka"):
            try:
                self.kill(name, signal.SIGTERM)
            except subprocess.TimeoutExpired:
                self.kill(name)

    def log_tail(self, name: str, size: int = 2000) -> str:
        """Return the end of a process's log."""
        log = self._log(name)
        return log.read_text(errors="replace")[-size:] if log.exists() else ""

    def post(self, body: Mapping[str, Any], *, account: int = 0, **headers: str) -> httpx.Response:
        """Post a transaction over REST as the seeded account with that index."""
        owner = self.demo["accounts"][account]
        return httpx.post(
            f"{self.base_url}/api/v1/transactions",
            json=dict(body),
            auth=(owner["id"], owner["secret"]),
            headers=headers,
            timeout=_ANSWER_SECONDS,
            trust_env=False,
        )

    def is_decided(self, id_: str, *, account: int = 0) -> bool:
        """Tell whether the account's transaction has been decided."""
        owner = self.demo["accounts"][account]
        answer = httpx.get(
            f"{self.base_url}/api/v1/transactions/{id_}",
            auth=(owner["id"], owner["secret"]),
            timeout=_ANSWER_SECONDS,
            trust_env=False,
        )
        return bool(answer.json()["status"] != "pending")

    @property
    def _surroundings(self) -> dict[str, str]:
        """Return what the plan gives its processes, with the health of those that run here."""
        told = [
            f"{each.name}={each.health_url}"
            for each in self.programs.values()
            if each.health_url and each.name != "web"
        ]
        return {**self.plan.surroundings, "HEALTH_URLS": ",".join(told)}

    def _is_complete(self) -> bool:
        return all(process.poll() is None for process in self._processes.values())

    def _log(self, name: str) -> Path:
        return self.plan.var / "log" / f"{name}.log"

    def _prepare(self) -> None:
        command = [sys.executable, "-m", "config.launcher.prepare", "--base-url", self.base_url]
        done = subprocess.run(
            [*command, "--websocket-url", self.plan.websocket_url],
            cwd=ROOT,
            env=self.plan.surroundings,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise NotReadyError(f"{done.stdout}{done.stderr}\nkafka:\n{self.log_tail('kafka')}")


def payment(amount: str = "29.90", *, number: str = "4242424242424242") -> dict[str, Any]:
    """Return the body of a transaction that is approved unless the arguments say otherwise."""
    card = {"number": number, "holder": "Ana Souza", "cvv": "123"}
    return {
        "amount": amount,
        "card": {**card, "expiration_month": 12, "expiration_year": 2040},
    }


def wait_until(is_true: Callable[[], object], *, seconds: float = 60.0, what: str = "") -> None:
    """Ask until the answer is true; fail with `what` after `seconds`."""
    end = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds:g} s: {what or is_true}")
        time.sleep(0.05)


@contextlib.contextmanager
def running(folder: Path, **options: Any) -> Iterator[Stack]:
    """Give a started stack and stop it afterwards, whatever happens between."""
    stack = Stack(folder, **options)
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()
