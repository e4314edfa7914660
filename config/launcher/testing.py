"""Behind `bin/test`: all tests on SQLite, those that meet the database again on MariaDB."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
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
_BROWSER: Final = "tests/browser"
# What starts processes and waits for brokers more than it computes, in lanes that run beside each
# other and all else; what is in one lane runs in turn, so that the lanes are about as long.
_LANES: Final[tuple[tuple[tuple[str, ...], ...], ...]] = (
    (("tests", f"--ignore={_BROWSER}"),),
    (("messaging",), (_BROWSER,)),
)
_FAILED: Final = "TRILHO_TEST_FAILED"
"""Names the file in which a run of pytest notes what failed."""
_APART = "trilho_televendas"
_APART_USER = "televendas"


def main(arguments: Sequence[str]) -> int:
    """Run every pass, those `arguments` handed to pytest; return the first failure's exit code.

    All tests at once go side by side: what starts the whole product waits more than it computes.
    What failed, in whichever lane, is told once more at the very end.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as failed:
        os.environ[_FAILED] = failed.name
        with passing(is_durable=False) as servers:
            codes = _chosen(servers, arguments) if arguments else _everything(servers)
        codes += _complaints(servers)
        if any(codes):
            print(f"\n== What failed ==\n{failed.read() or 'No test by itself: see above.'}")
    return next((code for code in codes if code), 0)


def _complaints(servers: Servers) -> list[int]:
    """Say which server there was none of; in CI that is a failure."""
    complaints = [servers.complaint] if servers.complaint else []
    complaints += [] if servers.kafka else ["Kafka did not start"]
    for complaint in complaints:
        print(f"left out: {complaint}")
    return [1] if complaints and os.environ.get("CI") == "true" else []


def _chosen(servers: Servers, arguments: Sequence[str]) -> list[int]:
    return [run_pass(servers, arguments, database_url=""), *_on_mariadb(servers, arguments)]


def _everything(servers: Servers) -> list[int]:
    """Run what waits for processes and brokers beside all other tests; tell of it afterwards."""
    with contextlib.ExitStack() as stack:
        own, *parts = _parts_of_the_ports()
        os.environ[ports.RANGE] = own
        lanes = [
            stack.enter_context(_Lane(servers, passes, part))
            for passes, part in zip(_LANES, parts, strict=True)
        ]
        codes = [run_pass(servers, _others(), database_url=""), *_on_mariadb(servers, ())]
        for lane in lanes:
            codes += lane.wait()
            print(lane.told(), flush=True)
    return codes


def _parts_of_the_ports() -> list[str]:
    """Return a range of ports for the tests in front, and one for each lane."""
    size = (ports.LAST - ports.FIRST) // (1 + len(_LANES))
    starts = range(ports.FIRST, ports.LAST - size + 1, size)
    return [f"{start}-{start + size}" for start in starts][: 1 + len(_LANES)]


def _others() -> list[str]:
    """Return the folders of all other tests: pytest ignores no folder that it was given."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    folders: list[str] = told["tool"]["pytest"]["ini_options"]["testpaths"]
    beside = {arguments[0] for passes in _LANES for arguments in passes}
    return [folder for folder in folders if folder not in beside]


class _Lane:
    """Passes of pytest on SQLite, one after the other, each with a data folder of its own."""

    def __init__(self, servers: Servers, passes: Sequence[Sequence[str]], part: str) -> None:
        self._servers, self._passes, self._part = servers, passes, part
        self._told = tempfile.TemporaryFile()  # noqa: SIM115 - closed on leaving
        self._codes: list[int] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._is_over = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def wait(self) -> list[int]:
        """Return each pass's exit code once all have ended; one that never began has failed."""
        self._thread.join()
        return [*self._codes, *[1] * (len(self._passes) - len(self._codes))]

    def told(self) -> str:
        """Return what they have said."""
        self._told.seek(0)
        return self._told.read().decode(errors="replace")

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._is_over = True
            if self._process is not None and self._process.poll() is None:
                self._process.send_signal(signal.SIGINT)
        self._thread.join()
        self._told.close()

    def _run(self) -> None:
        for arguments in self._passes:
            self._say(f"\n== Tests in {arguments[0]}/, beside ==\n")
            began = time.monotonic()
            with tempfile.TemporaryDirectory(prefix="trilho-", ignore_cleanup_errors=True) as var:
                if not self._begin(arguments, Path(var)):
                    return
                self._codes.append(self._process.wait() if self._process else 1)
            self._say(f"{(time.monotonic() - began) / 60:.1f} minutes\n")

    def _begin(self, arguments: Sequence[str], var: Path) -> bool:
        """Start a pass; False where all is over already."""
        with self._lock:
            if self._is_over:
                return False
            self._process = subprocess.Popen(
                _pytest(arguments),
                cwd=ROOT,
                env=surroundings(self._servers, var, "") | {ports.RANGE: self._part},
                stdout=self._told,
                stderr=subprocess.STDOUT,
            )
        return True

    def _say(self, text: str) -> None:
        self._told.write(text.encode())
        self._told.flush()


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
