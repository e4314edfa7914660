"""Behind `bin/test`: all tests on SQLite, those that meet the database again on MariaDB."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self
from urllib.parse import urlsplit

from config.launcher import grants, ports
from config.launcher.plan import ROOT
from config.launcher.servers import Servers, passing

# pytest's word for "nothing was collected", which a narrow choice of tests may well be.
_NO_TESTS = 5
# What starts processes and waits for brokers more than it computes.
_BESIDE: Final = ("tests", "messaging")
_APART = "trilho_televendas"
_APART_USER = "televendas"


def main(arguments: Sequence[str]) -> int:
    """Run every pass, those `arguments` handed to pytest; return the first failure's exit code.

    All tests at once go side by side: what starts the whole product waits more than it computes.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with passing(is_durable=False) as servers:
        codes = _chosen(servers, arguments) if arguments else _everything(servers)
    complaints = [servers.complaint] if servers.complaint else []
    complaints += [] if servers.kafka else ["Kafka did not start"]
    for complaint in complaints:
        print(f"left out: {complaint}")
    if complaints and os.environ.get("CI") == "true":
        codes.append(1)
    return next((code for code in codes if code), 0)


def _chosen(servers: Servers, arguments: Sequence[str]) -> list[int]:
    return [run_pass(servers, arguments, database_url=""), *_on_mariadb(servers, arguments)]


def _everything(servers: Servers) -> list[int]:
    """Run what waits for processes and brokers beside all other tests; tell of it afterwards."""
    with contextlib.ExitStack() as stack:
        own, *parts = _parts_of_the_ports()
        os.environ[ports.RANGE] = own
        beside = [
            stack.enter_context(_Beside(servers, folder, part))
            for folder, part in zip(_BESIDE, parts, strict=True)
        ]
        codes = [run_pass(servers, _others(), database_url=""), *_on_mariadb(servers, ())]
        for each in beside:
            codes.append(each.wait())
            print(f"\n== Tests in {each.folder}/, beside ==\n{each.told()}", flush=True)
    return codes


def _parts_of_the_ports() -> list[str]:
    """Return a range of ports for the tests in front, and one for each that runs beside."""
    size = (ports.LAST - ports.FIRST) // (1 + len(_BESIDE))
    starts = range(ports.FIRST, ports.LAST - size + 1, size)
    return [f"{start}-{start + size}" for start in starts][: 1 + len(_BESIDE)]


def _others() -> list[str]:
    """Return the folders of all other tests: pytest ignores no folder that it was given."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    folders: list[str] = told["tool"]["pytest"]["ini_options"]["testpaths"]
    return [folder for folder in folders if folder not in _BESIDE]


class _Beside:
    """One folder's tests on SQLite in a process of their own, with a data folder of their own."""

    def __init__(self, servers: Servers, folder: str, part: str) -> None:
        self.folder = folder
        self._var = tempfile.TemporaryDirectory(prefix="trilho-", ignore_cleanup_errors=True)
        self._told = tempfile.TemporaryFile()  # noqa: SIM115 - closed on leaving
        self._process = subprocess.Popen(
            _pytest([folder]),
            cwd=ROOT,
            env=surroundings(servers, Path(self._var.name), "") | {ports.RANGE: part},
            stdout=self._told,
            stderr=subprocess.STDOUT,
        )

    def __enter__(self) -> Self:
        return self

    def wait(self) -> int:
        """Return its exit code once it has ended."""
        return self._process.wait()

    def told(self) -> str:
        """Return what it has said."""
        self._told.seek(0)
        return self._told.read().decode(errors="replace")

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait()
        self._told.close()
        self._var.cleanup()


def _on_mariadb(servers: Servers, arguments: Sequence[str]) -> list[int]:
    if not servers.mariadb_url:
        return []
    _give_telesales_its_own(servers.mariadb_url)
    chosen = ["--only-database", "-m", "not browser and not faults", *arguments]
    return [run_pass(servers, chosen, database_url=f"{servers.mariadb_url}/trilho")]


def _give_telesales_its_own(server: str) -> None:
    """Let telesales' user have its test database and no other: what needs more fails here."""
    root = urlsplit(server)
    maker = {"host": root.hostname, "port": root.port, "user": root.username}
    grants.give(maker, database=f"test_{_APART}", user=_APART_USER, password=_APART_USER)


def run_pass(servers: Servers, arguments: Sequence[str], *, database_url: str) -> int:
    """Run pytest once, on SQLite where `database_url` is empty; return its exit code."""
    print(f"\n== Tests on {'MariaDB' if database_url else 'SQLite'} ==", flush=True)
    with tempfile.TemporaryDirectory(prefix="trilho-", ignore_cleanup_errors=True) as var:
        done = subprocess.run(
            _pytest(arguments),
            cwd=ROOT,
            env=surroundings(servers, Path(var), database_url),
            check=False,
        )
    if done.returncode == _NO_TESTS and (arguments or database_url):
        return 0
    return done.returncode


def _pytest(arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "pytest", "-q", *arguments]


def surroundings(servers: Servers, var: Path, database_url: str) -> dict[str, str]:
    """Return the environment for one pass: nothing of the developer's own leaks into it."""
    kept = {key: value for key, value in os.environ.items() if not key.endswith("DATABASE_URL")}
    named = {
        "TRILHO_VAR": str(var),
        "TRILHO_TEST_KAFKA": servers.kafka,
        "TRILHO_TEST_MARIADB": servers.mariadb_url,
        "DATABASE_URL": database_url,
        "TELEVENDAS_DATABASE_URL": _apart_url(database_url),
        "WAREHOUSE_DATABASE_URL": database_url and f"{database_url}_warehouse",
        "TRILHO_TEST_BROWSER": shutil.which("chromium") or "",
    }
    # A developer's .env may name a database that tests must never meet.
    return kept | {key: value for key, value in named.items() if value} | {"TRILHO_ENV_FILE": ""}


def _apart_url(database_url: str) -> str:
    """Return the address of telesales' database on the server of the product's, as its own user."""
    server = database_url.rpartition("/")[0]
    return server.replace("root@", f"{_APART_USER}:{_APART_USER}@") + f"/{_APART}" if server else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
