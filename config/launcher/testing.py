"""Behind `bin/test`: all tests on SQLite, those that meet the database again on MariaDB."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Final
from urllib.parse import urlsplit

from config.launcher import grants
from config.launcher.plan import ROOT
from config.launcher.servers import Servers, passing

# pytest's word for "nothing was collected", which a narrow choice of tests may well be.
_NO_TESTS = 5
_PRODUCTS: Final = "tests"
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
    """Run the tests of whole products beside all others; tell theirs when both are done."""
    with tempfile.TemporaryFile() as told:
        beside = _Beside(servers, [_PRODUCTS], told)
        try:
            codes = [run_pass(servers, [f"--ignore={_PRODUCTS}"], database_url="")]
            codes += _on_mariadb(servers, ())
            codes.append(beside.wait())
        finally:
            beside.stop()
        print(f"\n== Tests of the running product, beside ==\n{_text_of(told)}", flush=True)
    return codes


def _text_of(told: IO[bytes]) -> str:
    told.seek(0)
    return told.read().decode(errors="replace")


class _Beside:
    """One pass on SQLite in a process of its own, with a data folder of its own."""

    def __init__(self, servers: Servers, arguments: Sequence[str], told: IO[bytes]) -> None:
        self._var = tempfile.TemporaryDirectory(prefix="trilho-", ignore_cleanup_errors=True)
        self._process = subprocess.Popen(
            _pytest(arguments),
            cwd=ROOT,
            env=surroundings(servers, Path(self._var.name), ""),
            stdout=told,
            stderr=subprocess.STDOUT,
        )

    def wait(self) -> int:
        """Return its exit code once it has ended."""
        return self._process.wait()

    def stop(self) -> None:
        """End it, if it still runs, and forget its data."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait()
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
