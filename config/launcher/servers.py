"""Behind `bin/up` and `bin/down`: MariaDB and Kafka for development, and for single commands."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from config.launcher import ports
from config.launcher.mariadb import MariaDB, NoMariaDBError
from config.launcher.plan import LOOPBACK, ROOT, manage

_STOP_SECONDS = 15.0
_UP_KAFKA_PORT = 9092
_UP_MARIADB_PORT = 33060


@dataclass(frozen=True, slots=True)
class Servers:
    """What runs: processes by name, and both addresses, empty where a server cannot be had."""

    processes: dict[str, "subprocess.Popen[bytes]"]
    mariadb_url: str
    kafka: str
    complaint: str = ""

    def stop(self) -> None:
        """End them politely, after some seconds by force."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def start(folder: Path, *, kafka_port: int, mariadb_port: int, is_durable: bool = True) -> Servers:
    """Start both servers with their data under `folder`; without MariaDB go on and say why."""
    processes = {"kafka": _start_kafka(folder, kafka_port)}
    url, complaint = "", ""
    database = MariaDB(folder / "mariadb", mariadb_port, is_durable=is_durable)
    try:
        processes["mariadb"] = database.start()
        url = database.url
    except NoMariaDBError as error:
        complaint = str(error)
    ready = subprocess.run(
        manage("run_kafka", "--ready", "--port", str(kafka_port)), capture_output=True, check=False
    )
    if ready.returncode:
        print((folder / "kafka.log").read_text(encoding="utf-8")[-2000:])
    kafka = "" if ready.returncode else f"{LOOPBACK}:{kafka_port}"
    return Servers(processes, url, kafka, complaint)


def _start_kafka(folder: Path, port: int) -> "subprocess.Popen[bytes]":
    subprocess.run(manage("run_kafka", "--fetch"), check=False)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "kafka.log").open("ab") as log:
        return subprocess.Popen(
            manage("run_kafka", "--port", str(port), "--folder", str(folder / "kafka")),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def telesales_url(servers: Servers) -> str:
    """Return the server's address as telesales' own user, who is made with its database."""
    return servers.mariadb_url.replace("//root@", "//televendas:televendas@")


@contextlib.contextmanager
def passing(*, is_durable: bool) -> Iterator[Servers]:
    """Give servers on free ports with fresh data, and take both away afterwards."""
    parent = ROOT / "var" / "passing"
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent, ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        # Kafka's controller takes the port after Kafka's own.
        first = ports.free_run(3)
        servers = start(Path(name), kafka_port=first, mariadb_port=first + 2, is_durable=is_durable)
        try:
            yield servers
        finally:
            servers.stop()


def up(folder: Path) -> int:
    """Start both for development, note their process ids, print the lines that point at them."""
    wanted = {"Kafka": _UP_KAFKA_PORT, "MariaDB": _UP_MARIADB_PORT}
    try:
        ports.require_free(wanted, "bin/down stops what bin/up started.")
    except ports.PortTakenError as error:
        print(f"Nothing was started: {error}")
        return 1
    servers = start(folder, kafka_port=_UP_KAFKA_PORT, mariadb_port=_UP_MARIADB_PORT)
    for name, process in servers.processes.items():
        (folder / f"{name}.process").write_text(str(process.pid), encoding="utf-8")
    if servers.complaint or not servers.kafka:
        print(servers.complaint or f"Kafka did not start; see {folder / 'kafka.log'}")
        down(folder)
        return 1
    print("MariaDB and Kafka are up. Point Trilho at them:\n")
    print(f"export DATABASE_URL={servers.mariadb_url}/trilho")
    print(f"export TELEVENDAS_DATABASE_URL={telesales_url(servers)}/televendas")
    print(f"export WAREHOUSE_DATABASE_URL={servers.mariadb_url}/warehouse")
    print(f"export KAFKA_BOOTSTRAP_SERVERS={servers.kafka}")
    return 0


def down(folder: Path) -> int:
    """Stop what `up` noted; their data stays."""
    for note in sorted(folder.glob("*.process")):
        with contextlib.suppress(psutil.NoSuchProcess, ValueError):
            process = psutil.Process(int(note.read_text(encoding="utf-8")))
            if process.name() in {"java", "mariadbd"}:
                process.terminate()
                process.wait(_STOP_SECONDS)
        note.unlink()
    return 0


def execute(command: Sequence[str]) -> int:
    """Run the command with servers of its own, which it finds in the environment; give its code."""
    with passing(is_durable=True) as servers:
        if servers.complaint or not servers.kafka:
            print(servers.complaint or "Kafka did not start")
            return 1
        environment = {
            **os.environ,
            "DATABASE_URL": f"{servers.mariadb_url}/trilho",
            "TELEVENDAS_DATABASE_URL": f"{telesales_url(servers)}/televendas",
            "WAREHOUSE_DATABASE_URL": f"{servers.mariadb_url}/warehouse",
            "KAFKA_BOOTSTRAP_SERVERS": servers.kafka,
            "TRILHO_TEST_KAFKA": servers.kafka,
            "TRILHO_TEST_MARIADB": servers.mariadb_url,
        }
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def main(arguments: Sequence[str]) -> int:
    """Do what the first argument says: up, down, or exec -- COMMAND."""
    folder = Path(os.environ.get("TRILHO_VAR", ROOT / "var")).resolve() / "up"
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    match list(arguments):
        case ["up"]:
            return up(folder)
        case ["down"]:
            return down(folder)
        case ["exec", "--", *command] if command:
            return execute(command)
    print("usage: up | down | exec -- COMMAND")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
