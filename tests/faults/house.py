"""The product as `bin/run` starts it, on a MariaDB of its own: what the faults happen to."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import MySQLdb
import psutil
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from config.launcher import health, ports, supervision
from config.launcher.mariadb import MariaDB
from config.launcher.plan import LOOPBACK, ROOT, Plan

BROKER: Final = "kafka"
DATABASE: Final = "mariadb"
_START_SECONDS: Final = 180.0
_RECOVERY_SECONDS: Final = 120.0
_STOP_SECONDS: Final = 30.0
_LOOK_EVERY: Final = 0.05
_PORTS: Final = 50
_MOST_TEXT: Final = 3000


class NotBackError(Exception):
    """A process did not come back in time."""


class House:
    """Web, live, relay, consumers and Kafka under the supervisor, MariaDB beside it.

    The supervisor restarts what is killed; MariaDB, which in production somebody else supervises,
    is started again here. Every commit reaches the disk.
    """

    def __init__(self, folder: Path) -> None:
        """Plan it below `folder`; nothing runs until `start`."""
        folder.chmod(0o755)
        first = ports.free_run(_PORTS)
        self._server = MariaDB(folder / DATABASE, first + _PORTS - 1)
        self._database: subprocess.Popen[bytes] | None = None
        self._launcher: subprocess.Popen[bytes] | None = None
        self._log = folder / "run.log"
        kept = {
            key: value
            for key, value in os.environ.items()
            if not key.endswith("DATABASE_URL") and not key.startswith(("KAFKA_B", "KAFKA_G"))
        }
        kept |= {
            "TRILHO_VAR": str(folder / "var"),
            "DATABASE_URL": f"{self._server.url}/trilho",
            "DJANGO_SETTINGS_MODULE": "config.settings.base",
        }
        self.plan = Plan(
            folder / "var",
            port=first,
            kafka_port=first + 40,
            bank_port=first + 42,
            environment=kept,
        )

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment in which a command meets this very product."""
        return self.plan.surroundings

    @property
    def victims(self) -> list[str]:
        """Return the names of all processes that can be killed."""
        return [*(each.name for each in self.plan.programs), DATABASE]

    @property
    def database_port(self) -> int:
        """Return where the house's own MariaDB listens, on the loopback."""
        return self._server.port

    def start(self) -> None:
        """Start everything and wait until all is ready; raises NotBackError."""
        self._database = self._server.start()
        command = [sys.executable, "-m", "config.launcher.run", "--port", str(self.plan.port)]
        command += ["--bank-port", str(self.plan.bank_port)]
        with self._log.open("ab") as log:
            self._launcher = subprocess.Popen(
                [*command, "--kafka-port", str(self.plan.kafka_port)],
                cwd=ROOT,
                env=self.plan.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.wait_ready(seconds=_START_SECONDS)

    def stop(self) -> None:
        """End everything, politely and then by force."""
        for process in (self._launcher, self._database):
            if process is not None and process.poll() is None:
                process.terminate()
                try:
                    process.wait(_STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()

    def wait_ready(self, *, seconds: float = _RECOVERY_SECONDS) -> None:
        """Wait until every process answers its probe, and the broker; raises NotBackError."""
        late = health.wait_for(self.plan.programs, seconds=seconds, goes_on=self._is_supervised)
        if late:
            raise NotBackError("\n".join(f"{name}: {self._tail(name)}" for name in late))
        self._wait(self._broker_answers, BROKER)

    def kill(self, name: str) -> float:
        """Kill a process with SIGKILL; return after how many seconds it was ready again."""
        began = time.monotonic()
        if name == DATABASE:
            self._kill_database()
        else:
            self._kill_supervised(name)
        return time.monotonic() - began

    def end(self, name: str) -> float:
        """Tell a process by SIGTERM to end; return after how many seconds it was gone."""
        process = psutil.Process(self._wait(lambda: self._process_id(name), name))
        began = time.monotonic()
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
            process.wait(_RECOVERY_SECONDS)
        return time.monotonic() - began

    def terminate(self, name: str) -> tuple[float, float]:
        """End a process by SIGTERM; return after how many seconds it was gone, and was back."""
        began = time.monotonic()
        gone = self.end(name)
        program = next(each for each in self.plan.programs if each.name == name)
        self._wait(lambda: self._process_id(name), name)
        self._wait(lambda: health.is_ready(program.health_url), name)
        return gone, time.monotonic() - began

    @contextlib.contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """Let a supervised process stand still: its connections stay, and nothing comes back."""
        first = psutil.Process(self._wait(lambda: self._process_id(name), name))
        whole = [first, *first.children(recursive=True)]
        for process in whole:
            process.suspend()
        try:
            yield
        finally:
            for process in whole:
                process.resume()

    def count_transactions(self) -> int:
        """Return how many rows the table of transactions has."""
        connection = MySQLdb.connect(
            host=LOOPBACK, port=self._server.port, user="root", database="trilho"
        )
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM transactions_transaction")
            return int(cursor.fetchone()[0])

    def _kill_database(self) -> None:
        if self._database is None:
            raise NotBackError("MariaDB was never started")
        self._database.kill()
        self._database.wait()
        self._database = self._server.start()

    def _kill_supervised(self, name: str) -> None:
        old = self._wait(lambda: self._process_id(name), name)
        with contextlib.suppress(ProcessLookupError):
            os.kill(old, signal.SIGKILL)
        self._wait(lambda: self._process_id(name) not in (0, old), name)
        program = next(each for each in self.plan.programs if each.name == name)
        if program.health_url:
            self._wait(lambda: health.is_ready(program.health_url), name)
        elif name == BROKER:
            self._wait(self._broker_answers, name)

    def _wait(self, question: Any, name: str) -> Any:
        deadline = time.monotonic() + _RECOVERY_SECONDS
        while not (answer := question()):
            if time.monotonic() > deadline:
                raise NotBackError(f"{name} is not back after {_RECOVERY_SECONDS:g} s")
            time.sleep(_LOOK_EVERY)
        return answer

    def _process_id(self, name: str) -> int:
        try:
            return supervision.process_ids(self.plan.var).get(name, 0)
        except (OSError, xmlrpc.client.Error):
            return 0

    def _tail(self, name: str) -> str:
        """Return the end of a process's log, or of the launcher's where it has none."""
        log = self.plan.var / "log" / f"{name}.log"
        return (log if log.exists() else self._log).read_text(errors="replace")[-_MOST_TEXT:]

    def _is_supervised(self) -> bool:
        return self._launcher is not None and self._launcher.poll() is None

    def _broker_answers(self) -> bool:
        options = {"log_level": 0, "socket.timeout.ms": 2000}
        admin = AdminClient({"bootstrap.servers": self.plan.bootstrap_servers, **options})
        try:
            return bool(admin.list_topics(timeout=2).topics)
        except KafkaException:
            return False
