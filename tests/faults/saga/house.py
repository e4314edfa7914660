"""Where a saga runs: its consumers, relay, sweeper and bank on a MariaDB and a Kafka of its own."""

import subprocess
import time
from pathlib import Path
from typing import Final

from config.launcher import ports
from config.launcher.mariadb import MariaDB
from tests.stack import Stack

DATABASE: Final = "mariadb"
CONSUMERS: Final = (
    "reservation",
    "fraud",
    "payment",
    "picking",
    "notification",
    "reporting",
)
VICTIMS: Final = (*CONSUMERS, "bank", "relay", "sweeper", DATABASE)
_LEFT_OUT: Final = ("web", "live", "webhook-sender", "housekeeping")
# Orders whose money or stock waits longer than this expire, and some shall.
_HOLD_MINUTES: Final = 0.5


class SagaHouse:
    """The processes of the saga alone; what is killed is started again here."""

    def __init__(self, folder: Path) -> None:
        """Plan it below `folder`; nothing runs until `start`."""
        folder.chmod(0o755)
        self._server = MariaDB(folder / DATABASE, ports.free_run(1))
        self._database: subprocess.Popen[bytes] | None = None
        self.stack = Stack(
            folder / "var",
            environment={
                "DATABASE_URL": f"{self._server.url}/trilho",
                "WAREHOUSE_DATABASE_URL": f"{self._server.url}/warehouse",
                "ORDERS_HOLD_MINUTES": str(_HOLD_MINUTES),
                "EMAIL_URL": "dummymail://",
            },
            consumers=CONSUMERS,
            leave_out=_LEFT_OUT,
        )

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment in which a command meets this very house."""
        return self.stack.plan.surroundings

    def start(self) -> None:
        """Start everything and wait until all is ready; raises NotReadyError."""
        self._database = self._server.start()
        self.stack.start()

    def stop(self) -> None:
        """End everything, politely and then by force."""
        self.stack.stop()
        if self._database is not None and self._database.poll() is None:
            self._database.kill()
            self._database.wait()

    def kill(self, *names: str) -> float:
        """Kill processes with SIGKILL; return after how many seconds they were ready again."""
        began = time.monotonic()
        others = [name for name in names if name != DATABASE]
        for name in others:
            self.stack.kill(name)
        if DATABASE in names and self._database is not None:
            self._database.kill()
            self._database.wait()
            self._database = self._server.start()
        for name in others:
            self.stack.launch(name)
        if others:
            self.stack.wait_ready(*others)
        return time.monotonic() - began

    def log_tails(self) -> str:
        """Return the end of each process's log."""
        return "\n".join(f"{name}:\n{self.stack.log_tail(name)}" for name in VICTIMS)
