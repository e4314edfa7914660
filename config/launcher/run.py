"""Behind `bin/run`: from a prepared checkout to a running product, and back within ten seconds."""

import argparse
import contextlib
import importlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import IO

from config.launcher import banco1, banner, demo, health, ports, supervision
from config.launcher.orphans import die_with_parent
from config.launcher.plan import ROOT, Plan, Program, manage

_READY_SECONDS = 240.0
_SERVERS_ELSEWHERE = (
    *("DATABASE_URL", "TELEVENDAS_DATABASE_URL", "WAREHOUSE_DATABASE_URL"),
    "KAFKA_BOOTSTRAP_SERVERS",
)
_STOP_SECONDS = 9.0
_OUR_FILES = (
    *("kafka", "log", "*.sqlite3", "*.sqlite3-*", "demo.json", "supervisor.*", "relay.bell"),
    *("banco1", "connect", "mail"),
)


class Stopped(Exception):  # noqa: N818 - not an error: somebody asked us to end
    """Ctrl-C, or another polite word to end."""


class UnableToStartError(Exception):
    """What stands in the way of a start, in words for whoever typed the command."""


def main(arguments: Sequence[str]) -> int:
    """Start everything, stay until told to stop, return the exit code."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, _stop)
    try:
        plan = plan_of(arguments)
        require_quiet(plan)
        _fetch_kafka(plan)
        return _supervised(plan)
    except (UnableToStartError, ports.PortTakenError) as error:
        with contextlib.suppress(Stopped):
            say(f"Trilho did not start: {error}")
        return 1
    except Stopped:
        return 0


def say(text: str) -> None:
    """Print a line at once, also into a pipe; raises Stopped when its reader has gone."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # What is in the buffer has no reader either: at the end Python would complain of it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise Stopped from None


def plan_of(arguments: Sequence[str]) -> Plan:
    """Return the plan that the command line and the environment ask for."""
    options = _parser().parse_args(arguments)
    # Importing the settings' package reads .env, which may name the servers and the data folder.
    importlib.import_module("config.settings")
    var = Path(os.environ.get("TRILHO_VAR", ROOT / "var")).resolve()
    plan = Plan(
        var,
        port=options.port,
        kafka_port=options.kafka_port,
        bank_port=options.bank_port,
        simulate=options.simulate,
    )
    if options.beside:
        _require_mariadb()
    if options.reset:
        _require_own_data(plan)
        require_quiet(plan)
        reset(var)
    return with_banco1(plan) if banco1.NAME in options.beside else plan


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bin/run", description="Start Trilho on this machine.")
    parser.add_argument("--port", type=int, default=8000, help="web; websockets take the next one")
    parser.add_argument("--kafka-port", type=int, default=9092)
    parser.add_argument("--bank-port", type=int, default=50052, help="the bank's gRPC")
    parser.add_argument(
        "--simulate", type=float, default=0, metavar="RATE", help="transactions a second"
    )
    parser.add_argument(
        "--with",
        dest="beside",
        action="append",
        choices=[banco1.NAME],
        default=[],
        help="banco1: a legacy bank's MariaDB and the Kafka Connect that reads it",
    )
    parser.add_argument("--reset", action="store_true", help="forget all data and start afresh")
    return parser


def with_banco1(plan: Plan) -> Plan:
    """Return the plan with the legacy bank beside it, its passwords made if they are not yet."""
    return replace(
        plan,
        beside=tuple(banco1.programs(plan.port)),
        beside_ports=banco1.ports(plan.port),
        environment=plan.environment | banco1.environment(plan.var, plan.port),
    )


def _require_mariadb() -> None:
    complaint = banco1.complaint()
    if complaint:
        raise UnableToStartError(f"--with banco1 needs MariaDB: {complaint}.")


def _require_own_data(plan: Plan) -> None:
    foreign = [name for name in _SERVERS_ELSEWHERE if plan.environment.get(name)]
    if foreign:
        raise UnableToStartError(
            f"--reset forgets this folder's data only, and {' and '.join(foreign)} name others'."
        )


def require_quiet(plan: Plan) -> None:
    """Raise unless the ports differ and are free, naming who holds those that are not."""
    for name, port in plan.ports.items():
        rivals = [other for other in plan.ports if plan.ports[other] == port and other != name]
        if rivals:
            raise UnableToStartError(
                f"port {port} is meant for {name} and {rivals[0]}; "
                " choose --kafka-port or --bank-port elsewhere."
            )
    ports.require_free(
        plan.ports, "Stop that process, or choose others with --port, --kafka-port and --bank-port."
    )


def reset(var: Path) -> None:
    """Delete what a start leaves in `var`: databases, Kafka's log, logs; nothing else there."""
    for path in (path for pattern in _OUR_FILES for path in var.glob(pattern)):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _fetch_kafka(plan: Plan) -> None:
    fetch_kafka = manage("run_kafka", "--fetch")
    if plan.owns_kafka and _run_apart(fetch_kafka, plan.surroundings):
        raise UnableToStartError(
            "Kafka could not be fetched; run it again, it goes on where it broke."
        )
    if plan.beside and _run_apart(manage("run_connect", "--fetch"), plan.surroundings):
        raise UnableToStartError(
            "Kafka Connect could not be fetched; run it again, it goes on where it broke."
        )


def _run_apart(
    command: Sequence[str], environment: dict[str, str], output: IO[bytes] | None = None
) -> int:
    """Run a step that Ctrl-C does not meet: it meets us, and we end the step. Return its code."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        check=False,
        start_new_session=True,
        preexec_fn=die_with_parent,
        stdout=output,
        stderr=output,
    )
    return done.returncode


def _supervised(plan: Plan) -> int:
    started_at = time.monotonic()
    supervisor = supervision.start(plan.var, plan.programs, plan.surroundings)
    try:
        supervision.wake(plan.var)
        _bring_up(plan, supervisor)
        say(banner.render(demo.read(plan.var), seconds=time.monotonic() - started_at))
        supervisor.wait()
        raise UnableToStartError(f"the supervisor ended; see {plan.var / 'log'}")
    except Stopped:
        say("\nStopping")
        return 0
    finally:
        _ignore_signals()
        if supervisor.poll() is None and not supervision.stop(supervisor, _STOP_SECONDS):
            say("Something did not end in time and was killed; nothing confirmed is lost by that.")


def _bring_up(plan: Plan, supervisor: "subprocess.Popen[bytes]") -> None:
    say("Preparing databases, demo data and topics")
    metrics = [f"{each.name}={each.metrics_url}" for each in plan.programs if each.metrics_url]
    command = [sys.executable, "-m", "config.launcher.prepare", "--base-url", plan.base_url]
    command += ["--websocket-url", plan.websocket_url, "--metrics", *metrics]
    surroundings = {"DJANGO_SETTINGS_MODULE": "config.settings.base", **plan.surroundings}
    log = plan.var / "log" / "prepare.log"
    with log.open("wb") as file:
        code = _run_apart(command, surroundings, output=file)
    if code:
        end = log.read_text(encoding="utf-8").splitlines()[-1:]
        raise UnableToStartError(f"{''.join(end)} (more in {log})")
    supervision.start_followers(plan.var)
    _wait(plan.programs, plan.var, supervisor)


def _wait(programs: list[Program], var: Path, supervisor: "subprocess.Popen[bytes]") -> None:
    say("Waiting until every process is ready")
    late = health.wait_for(
        programs,
        seconds=_READY_SECONDS,
        on_wait=_show_waiting,
        goes_on=lambda: supervisor.poll() is None,
    )
    if late:
        raise UnableToStartError(f"not ready: {', '.join(late)}; their logs are in {var / 'log'}")


def _show_waiting(names: list[str]) -> None:
    if sys.stdout.isatty():
        text = f"  waiting for {', '.join(names)}" if names else ""
        print(f"\r\033[K{text[:100]}", end="", flush=True)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise Stopped


def _ignore_signals() -> None:
    """Let an impatient second Ctrl-C not break the orderly stop, which has its own limit."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
