"""The bank as a process of its own, on the test's database: to be killed, and started again."""

import os
import signal
import subprocess
import sys
import time
from types import TracebackType
from typing import Any, Final

import grpc
from django.db import connection
from grpc_health.v1 import health_pb2, health_pb2_grpc

from config.launcher import ports
from config.launcher.orphans import die_with_parent
from config.launcher.plan import ROOT

_START_SECONDS: Final = 60.0


class BankProcess:
    """`manage.py run_bank` on a free port; a context that leaves nothing behind."""

    def __init__(self) -> None:
        """Choose the port, which stays the same through every start."""
        self.port = ports.free_run(1)
        self.address = f"127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "BankProcess":
        self.start()
        try:
            self.wait_serving()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Start it; `wait_serving` tells when it answers."""
        self._process = subprocess.Popen(
            [sys.executable, "manage.py", "run_bank", "--address", self.address],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": database_url(), "TRILHO_BACKGROUND": "true"},
            stderr=subprocess.DEVNULL,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - one system call, takes no lock
        )

    def kill(self) -> None:
        """End it by SIGKILL, and wait until it is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def terminate(self) -> None:
        """Ask it to end, by SIGTERM."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)

    def wait(self, seconds: float) -> int:
        """Return its exit code; raises TimeoutExpired."""
        assert self._process is not None
        return self._process.wait(seconds)

    def wait_serving(self) -> None:
        """Wait until the health service says SERVING."""
        with grpc.insecure_channel(self.address) as channel:
            grpc.channel_ready_future(channel).result(timeout=_START_SECONDS)
            stub = health_pb2_grpc.HealthStub(channel)
            end = time.monotonic() + _START_SECONDS
            while _status(stub) != health_pb2.HealthCheckResponse.SERVING:
                assert time.monotonic() < end, "the bank does not serve"
                time.sleep(0.05)


def _status(stub: Any) -> int:
    return int(stub.Check(health_pb2.HealthCheckRequest(), wait_for_ready=True, timeout=30).status)


def database_url() -> str:
    """Return the URL of the test's own database."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{told['NAME']}"
    user, password = told["USER"], told["PASSWORD"]
    host, port = told["HOST"] or "127.0.0.1", told["PORT"] or 3306
    return f"mysql://{user}{':' if password else ''}{password}@{host}:{port}/{told['NAME']}"
