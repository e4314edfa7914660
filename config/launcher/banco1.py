"""The legacy bank beside the product: its database, what reads its changes, what makes them."""

import json
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from config.launcher.mariadb import CAPTURED, MariaDB, NoMariaDBError, binary_path
from config.launcher.plan import LOOPBACK, ROOT, Program, manage

NAME = "banco1"
SOURCE = "legado"
HEALTH_USER = "saude"
_FILES = ROOT / "deploy" / "connect" / "banco1"
_CONNECTOR = _FILES / "connector.json"
_HEARTBEATS = f"__debezium-heartbeat.{SOURCE}"
# Offsets of the ports from the page's own.
_DATABASE, _REST, _CAPTURE, _CHANGES = 40, 41, 42, 43


def ports(first: int) -> dict[str, int]:
    """Return the ports that the bank's processes need where the page has `first`."""
    return {
        "banco1-database": first + _DATABASE,
        "connect": first + _REST,
        "capture": first + _CAPTURE,
        "simulate-banco1": first + _CHANGES,
    }


def programs(first: int) -> list[Program]:
    """Return the bank's processes; `environment` has what they must be told."""
    address = {name: f"{LOOPBACK}:{port}" for name, port in ports(first).items()}
    health = {name: f"http://{each}/readyz" for name, each in address.items()}
    database = Program(
        "banco1-database",
        (sys.executable, "-m", "config.launcher.banco1"),
        f"mysql://{HEALTH_USER}@{address['banco1-database']}",
    )
    connect = Program(
        "connect",
        manage(
            *("run_connect", str(_CONNECTOR), "--port", str(first + _REST)),
            *("--wait-for", address["banco1-database"]),
        ),
        f"http://{address['connect']}/connectors/{SOURCE}/status",
    )
    capture = ("watch_freshness", _HEARTBEATS, "--metrics-port", str(first + _CAPTURE))
    changes = ("simulate_banco1", "--metrics-port", str(first + _CHANGES))
    return [
        database,
        connect,
        Program("capture", manage(*capture), health["capture"], _metrics(address["capture"])),
        Program("simulate-banco1", manage(*changes), health["simulate-banco1"]),
    ]


def _metrics(address: str) -> str:
    return f"http://{address}/metrics"


def environment(var: Path, first: int) -> dict[str, str]:
    """Return what the bank's processes are told: addresses, users, passwords of this folder's own.

    The passwords are made at the first call and kept for their owner alone.
    """
    folder = var / NAME
    passwords = _passwords(folder)
    return {
        "BANCO1_HOST": LOOPBACK,
        "BANCO1_PORT": str(ports(first)["banco1-database"]),
        "BANCO1_FOLDER": str(folder),
        "BANCO1_CAPTURE_USER": "captura",
        "BANCO1_CAPTURE_PASSWORD": passwords["capture"],
        "BANCO1_APPLICATION_USER": "banco1",
        "BANCO1_APPLICATION_PASSWORD": passwords["application"],
        "BANCO1_HISTORY_FILE": str(var / "connect" / "history.jsonl"),
    }


def _passwords(folder: Path) -> dict[str, str]:
    path = folder / "access.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = {name: secrets.token_urlsafe(18) for name in ("capture", "application")}
        path.touch(mode=0o600)
        path.write_text(json.dumps(made), encoding="utf-8")
    content: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return content


def complaint() -> str:
    """Return in one line why the bank cannot run on this machine; empty where it can."""
    try:
        binary_path()
        import MySQLdb  # noqa: F401, PLC0415 - a machine that runs on SQLite may lack it
    except NoMariaDBError as error:
        return str(error)
    except ImportError:
        return "MariaDB's driver is not installed; bin/setup says what it needs"
    return ""


def database_command(told: Mapping[str, str]) -> list[str]:
    """Make the bank's server ready to start; return its command.

    Raise NoMariaDBError where that cannot be had.
    """
    folder = Path(told["BANCO1_FOLDER"])
    server = MariaDB(folder / "mariadb", int(told["BANCO1_PORT"]), profile=CAPTURED)
    command = server.prepare()
    text = (_FILES / "schema.sql").read_text(encoding="utf-8")
    text = text.replace("{capture_password}", told["BANCO1_CAPTURE_PASSWORD"])
    text = text.replace("{application_password}", told["BANCO1_APPLICATION_PASSWORD"])
    schema = server.keep("schema.sql", text)
    return [*command, f"--init-file={schema}"]


def main() -> None:
    """Become the bank's database server."""
    try:
        command = database_command(os.environ)
    except NoMariaDBError as error:
        sys.exit(str(error))
    os.execv(command[0], command)  # noqa: S606 - our own program and arguments


if __name__ == "__main__":
    main()
