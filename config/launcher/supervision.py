"""Writes supervisor's settings, starts it apart from the terminal, and stops it in time."""

import contextlib
import http.client
import os
import resource
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import xmlrpc.client
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import psutil
from supervisor.xmlrpc import SupervisorTransport

from config.launcher.plan import ROOT, Program

# The kernel's limit on the name of a local socket, with room for the suffix that supervisor adds.
_LONGEST_SOCKET_NAME = 90
_GROUP = "trilho"
_MANY_FILES = 65_536
_WAKE_PAUSE_SECONDS = 0.02


def socket_path(var: Path) -> Path:
    """Return where the supervisor listens for orders: in `var`, or in /tmp if that is too long."""
    path = var / "supervisor.sock"
    if len(str(path)) <= _LONGEST_SOCKET_NAME:
        return path
    digest = sha256(str(var).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"trilho-{digest}.sock"


def render(var: Path, programs: Iterable[Program]) -> str:
    """Return supervisord's settings: Kafka starts first and stops last, the rest when told to."""
    programs = list(programs)
    followers = [program for program in programs if program.name != "kafka"]
    sections = [_head(var)]
    sections += [_program(var, program) for program in programs]
    members = ",".join(program.name for program in followers)
    sections.append(f"[group:{_GROUP}]\nprograms={members}\npriority=100\n")
    return "\n".join(sections)


def _head(var: Path) -> str:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = _MANY_FILES if hard == resource.RLIM_INFINITY else min(hard, _MANY_FILES)
    lines = [
        "[supervisord]",
        "nodaemon=true",
        "silent=true",
        f"logfile={var / 'log' / 'supervisor.log'}",
        f"pidfile={var / 'supervisor.pid'}",
        f"minfds={max(limit, soft) if soft <= limit else limit}",
        *(["user=root"] if os.geteuid() == 0 else []),
        "[unix_http_server]",
        f"file={socket_path(var)}",
        "chmod=0600",
        "[rpcinterface:supervisor]",
        "supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface",
    ]
    return _escaped("\n".join(lines)) + "\n"


def _program(var: Path, program: Program) -> str:
    is_kafka = program.name == "kafka"
    lines = [
        f"[program:{program.name}]",
        f"command={shlex.join(program.command)}",
        f"directory={ROOT}",
        f"priority={10 if is_kafka else 100}",
        f"autostart={'true' if is_kafka else 'false'}",
        "autorestart=true",
        "startsecs=2",
        # Each failed start waits a second longer than the last; nothing is ever given up.
        "startretries=1000000",
        f"stopwaitsecs={program.stop_seconds}",
        "stopasgroup=false",
        "killasgroup=true",
        "redirect_stderr=true",
        f"stdout_logfile={var / 'log' / (program.name + '.log')}",
        "stdout_logfile_maxbytes=10MB",
        "stdout_logfile_backups=2",
    ]
    return _escaped("\n".join(lines)) + "\n"


def _escaped(text: str) -> str:
    """Return the text as supervisor's settings want it, where a per cent sign opens a variable."""
    return text.replace("%", "%%")


def start(var: Path, programs: Iterable[Program], environment: dict[str, str]) -> subprocess.Popen:  # type: ignore[type-arg]
    """Start supervisord on the programs, in a session of its own.

    So Ctrl-C meets the launcher alone, which then stops them in their order.
    """
    (var / "log").mkdir(parents=True, exist_ok=True)
    socket_path(var).unlink(missing_ok=True)
    settings = var / "supervisor.conf"
    settings.write_text(render(var, programs), encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, "-m", "config.launcher.supervisord", "-c", str(settings)],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def wake(var: Path, seconds: float = 5.0) -> None:
    """Call the supervisor until it listens, at most `seconds`; then it starts Kafka at once.

    Left alone it first sleeps for a second, which every start would wait for.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError, http.client.HTTPException):
            process_ids(var)
            return
        time.sleep(_WAKE_PAUSE_SECONDS)


def start_followers(var: Path) -> None:
    """Start everything but Kafka, which runs already."""
    with _orders(var) as supervisor:
        supervisor.startProcessGroup(_GROUP, False)  # noqa: FBT003 - positional by protocol


def process_ids(var: Path) -> dict[str, int]:
    """Return the process id of every program that runs, by name."""
    with _orders(var) as supervisor:
        found = supervisor.getAllProcessInfo()
    return {each["name"]: each["pid"] for each in found if each["pid"]}


@contextlib.contextmanager
def _orders(var: Path) -> Iterator[Any]:
    """Give the running supervisor's interface; raise OSError when none listens."""
    transport = SupervisorTransport(None, None, f"unix://{socket_path(var)}")
    try:
        yield xmlrpc.client.ServerProxy("http://supervisor", transport=transport).supervisor
    finally:
        transport.close()


def stop(supervisor: "subprocess.Popen[bytes]", seconds: float) -> bool:
    """Stop everything in its order within `seconds`; tell whether force was not needed."""
    supervisor.send_signal(signal.SIGTERM)
    try:
        supervisor.wait(seconds)
    except subprocess.TimeoutExpired:
        _kill_all(supervisor)
        return False
    return True


def _kill_all(supervisor: "subprocess.Popen[bytes]") -> None:
    family = psutil.Process(supervisor.pid).children(recursive=True)
    supervisor.kill()
    for process in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    supervisor.wait()
