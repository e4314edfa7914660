"""The run behind promise P15: people through the real reader, in spite of kills and errors.

Readers are killed at fault points and from outside, one in a hundred records is poison, some rows
are refused by the database, and a database server of ours is killed too. Then every byte that is
left is looked at.
"""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

from config.launcher.mariadb import MariaDB
from config.launcher.plan import ROOT
from config.launcher.ports import free_run
from tests.canaries import people, scan
from tests.canaries.broker import Topics
from tests.canaries.outcome import Outcome

_PROFILE: Final = """\
skip-log-bin
innodb-buffer-pool-size=48M
innodb-log-file-size=16M
innodb-print-all-deadlocks=ON
max-connections=60
"""
_FAULTS: Final = (
    "televendas.after_write:2:kill",
    "consumer.committed:3:kill",
    "deadletter.confirmed:2:kill",
    "televendas.after_forget:2:raise",
)
_READERS: Final = 2
_LONGEST_SECONDS: Final = 900.0


class Run:
    """One run on databases of its own below `folder`, and topics of its own on `bootstrap`."""

    def __init__(self, folder: Path, bootstrap: str, *, people: int, on_mariadb: bool) -> None:
        """Prepare; nothing is started yet."""
        self._folder = folder
        self._people = people
        self._var, self._logs, self._evidence = (
            folder / name for name in ("var", "logs", "evidence")
        )
        for each in (self._var, self._logs, self._evidence):
            each.mkdir(parents=True)
        # The server's own user has to reach it.
        self._server = MariaDB(folder / "mariadb", free_run(1), profile=_PROFILE)
        self._on_mariadb = on_mariadb
        self._database: subprocess.Popen[bytes] | None = None
        self._name = f"canaries-{uuid4()}"
        self._topics = Topics(bootstrap, self._name)
        self._environment = self._surroundings(bootstrap)
        self._killed = 0

    def outcome(self) -> Outcome:
        """Do it all and tell what came of it."""
        began = time.monotonic()
        try:
            if self._on_mariadb:
                self._start_database()
            self._manage("migrate_all")
            self._manage("shell", "--no-imports", "-c", _REFUSE_SOME)
            sent = self._topics.fill(people.records(self._people))
            self._read_all()
            outcome = Outcome(self._people, sent, kills=self._killed)
            self._gather(outcome)
        finally:
            self._stop_database()
            self._topics.delete()
        self._scan(outcome)
        outcome.seconds = time.monotonic() - began
        return outcome

    def _surroundings(self, bootstrap: str) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if "DATABASE_URL" not in key}
        kept |= {
            "TRILHO_VAR": str(self._var),
            "KAFKA_BOOTSTRAP_SERVERS": bootstrap,
            "DJANGO_SETTINGS_MODULE": "config.settings.base",
        }
        if self._on_mariadb:
            kept["DATABASE_URL"] = f"{self._server.url}/canary"
            kept["TELEVENDAS_DATABASE_URL"] = f"{self._server.url}/canary_televendas"
            kept["WAREHOUSE_DATABASE_URL"] = f"{self._server.url}/canary_warehouse"
        return kept

    def _read_all(self) -> None:
        """Keep two readers up until the group has read everything, and be unkind to them."""
        faults = list(_FAULTS)
        ports = [free_run(1) for _ in range(_READERS)]
        readers = [self._reader(port, faults) for port in ports]
        blows = iter((0.2, 0.5, 0.8))
        next_blow = next(blows)
        deadline = time.monotonic() + _LONGEST_SECONDS
        while (share := self._topics.share_read(self._name)) < 1:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{share:.0%} read; see {self._logs}")
            for place, reader in enumerate(readers):
                if reader.poll() is not None:
                    self._killed += reader.returncode == -signal.SIGKILL
                    readers[place] = self._reader(ports[place], faults)
            if share >= next_blow:
                next_blow = next(blows, 2.0)
                readers[0].kill()
                self._strike_database()
            time.sleep(0.2)
        self._keep_metrics(ports)
        for reader in readers:
            reader.terminate()
            reader.wait(20)

    def _reader(self, port: int, faults: list[str]) -> "subprocess.Popen[bytes]":
        environment = dict(self._environment)
        if faults:
            environment["TRILHO_FAULTPOINT"] = faults.pop(0)
        command = [sys.executable, "-m", "tests.canaries.reader", self._name, self._name, str(port)]
        with (self._logs / f"reader-{port}.log").open("ab") as log:
            return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)

    def _keep_metrics(self, ports: list[int]) -> None:
        for port in ports:
            with suppress(OSError), _opened(f"http://127.0.0.1:{port}/metrics") as answer:
                (self._evidence / f"metrics-{port}").write_bytes(answer)

    def _gather(self, outcome: Outcome) -> None:
        letters = self._topics.written()
        outcome.letters = len(letters)
        for number, letter in enumerate(letters):
            (self._evidence / f"letter-{number}").write_bytes(letter)
        pages = self._evidence / "pages"
        pages.mkdir()
        self._python("-m", "tests.canaries.pages", str(pages))
        told = self._manage("shell", "--no-imports", "-c", _COUNT).split()
        outcome.rows = dict(zip(told[::2], map(int, told[1::2]), strict=True))

    def _scan(self, outcome: Outcome) -> None:
        places = [self._var, self._logs, self._evidence]
        databases = [self._var]
        if self._on_mariadb:
            places.append(self._server.folder)
            databases = [self._server.folder]
        outcome.scanned_bytes = sum(path.stat().st_size for path in scan.files(*places))
        outcome.found = scan.find_in_files(*places)
        allowed = {"a name": people.NAME.encode(), "a phone": people.phone(2)[1:].encode()}
        for what, needle in allowed.items():
            outcome.controls[f"{what} in a database's files"] = scan.holds(needle, *databases)
        pages = self._evidence / "pages"
        outcome.controls["a name on the pages"] = scan.holds(allowed["a name"], pages)
        outcome.controls["the reader's figures"] = scan.holds(
            b"trilho_televendas_read", self._evidence
        )

    def _manage(self, *arguments: str) -> str:
        return self._python("manage.py", *arguments)

    def _python(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        (self._logs / f"{uuid4()}.log").write_text(done.stdout + done.stderr, encoding="utf-8")
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        return done.stdout

    def _start_database(self) -> None:
        self._database = self._server.start()
        if not (self._server.folder / "data" / "canary").exists():
            for name in ("canary", "canary_televendas", "canary_warehouse"):
                command = [
                    "mariadb",
                    f"--port={self._server.port}",
                    "--protocol=tcp",
                    "--user=root",
                ]
                statement = f"CREATE DATABASE {name} CHARACTER SET utf8mb4"
                subprocess.run([*command, f"--execute={statement}"], check=True)

    def _strike_database(self) -> None:
        if self._database is not None:
            self._database.kill()
            self._database.wait()
            self._killed += 1
            self._database = self._server.start()

    def _stop_database(self) -> None:
        if self._database is not None and self._database.poll() is None:
            self._database.terminate()
            self._database.wait(60)


@contextmanager
def _opened(address: str) -> Iterator[bytes]:
    with urllib.request.urlopen(address, timeout=5) as answer:
        yield answer.read()


_REFUSE_SOME: Final = f"""
from django.db import connections
connection = connections["televendas"]
with connection.cursor() as cursor:
    if connection.vendor == "mysql":
        cursor.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON televendas_customer FOR EACH ROW"
            " IF NEW.name LIKE '{people.TROUBLE}%%' THEN"
            " SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'refused by the proof'; END IF"
        )
    else:
        cursor.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON televendas_customer"
            " WHEN NEW.name LIKE '{people.TROUBLE}%'"
            " BEGIN SELECT RAISE(ABORT, 'refused by the proof'); END"
        )
"""
_COUNT: Final = """
from televendas.models import Customer
from messaging.models import DeadLetter
for state in Customer.State.values:
    print(state, Customer.objects.filter(state=state).count())
print("letters", DeadLetter.objects.using("televendas").count())
"""
