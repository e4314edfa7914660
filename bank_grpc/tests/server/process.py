"""The bank as a process of its own, on the test's database: to be killed, and started again."""

import os
import signal
import subprocess
import sys
import tempfile
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
_ENVIRONMENT: Final = {"TRILHO_BACKGROUND": "true", "PYTHONFAULTHANDLER": "1"}
# Asks anew at once: gRPC's own pauses between attempts grow to minutes.
_EAGER: Final = (("grpc.max_reconnect_backoff_ms", 500),)


class BankProcess:
    """`manage.py run_bank` on a free port; a context that leaves nothing behind."""

    def __init__(self) -> None:
        """Choose the port, which stays the same through every start."""
        self.port = ports.free_run(1)
        self.address = f"127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with this context

    def __enter__(self) -> "BankProcess":
        self.start()
        try:
            self.wait_serving()
        except BaseException:  # Raised again: no bank is left behind.
            self._leave()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._leave()

    def _leave(self) -> None:
        self.kill()
        self._said.close()

    def start(self) -> None:
        """Start it; `wait_serving` tells when it answers."""
        self._process = subprocess.Popen(
            [sys.executable, "manage.py", "run_bank", "--address", self.address],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": database_url(), **_ENVIRONMENT},
            stderr=self._said,
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
        end = time.monotonic() + _START_SECONDS
        with grpc.insecure_channel(self.address, options=_EAGER) as channel:
            stub = health_pb2_grpc.HealthStub(channel)
            while not _is_serving(stub):
                assert self._process is not None
                assert self._process.poll() is None, (
                    f"the bank ended ({self._process.returncode}):\n{self._log()}"
                )
                assert time.monotonic() < end, f"the bank does not serve:\n{self._stacks()}"
                time.sleep(0.05)

    def _stacks(self) -> str:
        """End it so that it tells where each of its threads stood."""
        assert self._process is not None
        self._process.send_signal(signal.SIGABRT)
        self._process.wait()
        return self._log()

    def _log(self) -> str:
        self._said.seek(0)
        return self._said.read().decode(errors="replace")[-4000:]


def _is_serving(stub: Any) -> bool:
    try:
        answer = stub.Check(health_pb2.HealthCheckRequest(), timeout=5)
    except grpc.RpcError:
        return False
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


def database_url() -> str:
    """Return the URL of the test's own database."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{told['NAME']}"
    user, password = told["USER"], told["PASSWORD"]
    host, port = told["HOST"] or "127.0.0.1", told["PORT"] or 3306
    return f"mysql://{user}{':' if password else ''}{password}@{host}:{port}/{told['NAME']}"
