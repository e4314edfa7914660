"""A MariaDB of one's own from Debian's package: data folder, port and socket, nobody else's."""

import os
import pwd
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from config.launcher.plan import LOOPBACK

_SETTINGS = """\
[mysqld]
datadir={folder}/data
socket={folder}/mariadb.sock
pid-file={folder}/mariadb.pid
port={port}
bind-address=127.0.0.1
skip-name-resolve
character-set-server=utf8mb4
innodb-flush-log-at-trx-commit={durability}
performance-schema=OFF
"""
PRODUCT = """\
skip-log-bin
innodb-buffer-pool-size=128M
innodb-log-file-size=64M
max-connections=300
"""
# A small server whose changes can be read by others: whole rows, kept for a week.
CAPTURED = """\
server-id=1
log-bin=bin
binlog-format=ROW
binlog-row-image=FULL
binlog-expire-logs-seconds=604800
event-scheduler=ON
innodb-buffer-pool-size=32M
innodb-log-file-size=16M
max-connections=50
"""
_SERVER_USER = "mysql"
_START_SECONDS = 60.0


class NoMariaDBError(Exception):
    """MariaDB is not installed, or did not start; the text says which and where to look."""


@dataclass(frozen=True, slots=True)
class MariaDB:
    """One server: its folder under var/, its port, whether each commit reaches the disk.

    `profile` holds further lines of its settings.
    """

    folder: Path
    port: int
    is_durable: bool = True
    profile: str = PRODUCT

    @property
    def url(self) -> str:
        """Return the address without a database's name."""
        return f"mysql://root@{LOOPBACK}:{self.port}"

    @property
    def log(self) -> Path:
        """Return the file that the server writes its messages to."""
        return self.folder / "mariadb.log"

    def start(self) -> "subprocess.Popen[bytes]":
        """Make the data folder if it is new, start the server, return when it answers.

        Raise NoMariaDBError where that cannot be had.
        """
        command = self.prepare()
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._wait(process)
        return process

    def prepare(self) -> list[str]:
        """Make the data folder if it is new; return the server's command.

        Raise NoMariaDBError where that cannot be had.
        """
        binary = binary_path()
        settings = self._write_settings()
        if not (self.folder / "data" / "mysql").exists():
            self._install(settings)
        return [binary, f"--defaults-file={settings}", *_as_user(self.folder)]

    def _write_settings(self) -> Path:
        (self.folder / "data").mkdir(parents=True, exist_ok=True)
        settings = self.folder / "my.cnf"
        text = _SETTINGS.format(
            folder=self.folder, port=self.port, durability=1 if self.is_durable else 2
        )
        settings.write_text(text + self.profile, encoding="utf-8")
        self._hand_over(self.folder, self.folder / "data")
        return settings

    def keep(self, name: str, text: str) -> Path:
        """Write a file that the server and its owner alone can read; return its path."""
        path = self.folder / name
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
        self._hand_over(path)
        return path

    def _hand_over(self, *paths: Path) -> None:
        """Give the paths to the user that the server runs as, where that is another."""
        if _as_user(self.folder)[-1:] == [f"--user={_SERVER_USER}"]:
            for path in paths:
                shutil.chown(path, _SERVER_USER)

    def _install(self, settings: Path) -> None:
        command = ["mariadb-install-db", f"--defaults-file={settings}", *_as_user(self.folder)]
        command += ["--auth-root-authentication-method=normal", "--skip-test-db"]
        done = subprocess.run(
            [*command, "--skip-name-resolve"], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise NoMariaDBError(f"MariaDB's data folder could not be made: {done.stderr.strip()}")

    def _wait(self, process: "subprocess.Popen[bytes]") -> None:
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end and process.poll() is None:
            if self.answers():
                return
            time.sleep(0.05)
        raise NoMariaDBError(f"MariaDB did not start; see {self.log}")

    def answers(self) -> bool:
        """Tell whether the server takes a connection."""
        return answers(self.port)


def answers(port: int, user: str = "root") -> bool:
    """Tell whether a server on the loopback `port` lets `user` in without a password."""
    import MySQLdb  # noqa: PLC0415 - a machine that runs on SQLite may lack it

    try:
        MySQLdb.connect(host=LOOPBACK, port=port, user=user, connect_timeout=1).close()
    except MySQLdb.OperationalError:
        return False
    return True


def answers_at(url: str) -> bool:
    """Tell the same of `mysql://user@host:port` on loopback, as health addresses name a server."""
    parts = urlsplit(url)
    return answers(parts.port or 3306, parts.username or "root")


def binary_path() -> str:
    """Return the server's program; raise NoMariaDBError where it is not installed."""
    binary = shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if not binary or not shutil.which("mariadb-install-db"):
        raise NoMariaDBError("MariaDB is not installed (apt install mariadb-server)")
    return binary


def _as_user(folder: Path) -> list[str]:
    """Return the option that makes root's server drop its rights; nothing for ordinary users.

    MariaDB refuses to run as root unless told so; that is the way out where its own user cannot
    reach the folder.
    """
    if os.geteuid() != 0:
        return []
    is_reachable = all(parent.stat().st_mode & 0o001 for parent in folder.resolve().parents)
    try:
        pwd.getpwnam(_SERVER_USER)
    except KeyError:
        is_reachable = False
    return [f"--user={_SERVER_USER if is_reachable else 'root'}"]
