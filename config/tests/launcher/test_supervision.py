"""A real supervisor on real processes: they come back when killed and end when told."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from config.launcher import supervision
from config.launcher.plan import Program

SLEEPER = (sys.executable, "-c", "import time; time.sleep(600)")
STUBBORN = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)",
)


def wait_until(condition: Any, seconds: float = 20.0) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.05)
    raise AssertionError(f"still not so after {seconds} s")


def running(var: Any) -> Any:
    try:
        return supervision.process_ids(var)
    except OSError:
        return {}


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Any]:
    started = []

    def start(*programs: Any) -> Any:
        supervisor = supervision.start(tmp_path, programs, dict(os.environ))
        started.append(supervisor)
        wait_until(lambda: tmp_path.joinpath("supervisor.sock").exists())
        supervision.start_followers(tmp_path)
        wait_until(lambda: len(running(tmp_path)) == len(programs))
        return supervisor

    yield start
    for supervisor in started:
        if supervisor.poll() is None:
            supervision.stop(supervisor, 5)


class TestSupervision:
    def test_restarts_what_dies(self, supervised: Any, tmp_path: Path) -> None:
        supervised(Program("one", SLEEPER), Program("two", SLEEPER))
        before = running(tmp_path)

        os.kill(before["one"], signal.SIGKILL)

        after = wait_until(lambda: running(tmp_path).get("one") not in {None, before["one"]})
        assert after
        assert running(tmp_path)["two"] == before["two"]

    def test_stops_everything_in_time(self, supervised: Any, tmp_path: Path) -> None:
        supervisor = supervised(Program("kafka", SLEEPER), Program("one", SLEEPER))
        processes = [psutil.Process(each) for each in running(tmp_path).values()]

        assert supervision.stop(supervisor, 60)

        assert not any(process.is_running() for process in processes)

    def test_kills_what_does_not_end_by_itself(self, supervised: Any, tmp_path: Path) -> None:
        supervisor = supervised(Program("one", STUBBORN, stop_seconds=30))
        processes = [psutil.Process(each) for each in running(tmp_path).values()]

        assert not supervision.stop(supervisor, 1)

        _, alive = psutil.wait_procs(processes, timeout=20)
        assert alive == []


class TestWake:
    def test_has_kafka_started(self, tmp_path: Path) -> None:
        supervisor = supervision.start(tmp_path, [Program("kafka", SLEEPER)], dict(os.environ))
        try:
            supervision.wake(tmp_path)

            assert wait_until(lambda: "kafka" in running(tmp_path))
        finally:
            supervision.stop(supervisor, 5)

    def test_gives_up_where_nobody_listens(self, tmp_path: Path) -> None:
        supervision.wake(tmp_path, seconds=0.1)

        assert list(tmp_path.iterdir()) == []


class TestSettings:
    def test_keep_percent_signs(self, tmp_path: Path) -> None:
        text = supervision.render(tmp_path, [Program("one", ("echo", "100%"))])

        assert "command=echo 100%%" in text

    def test_put_the_socket_elsewhere_when_its_name_would_be_too_long(self, tmp_path: Path) -> None:
        deep = tmp_path / ("d" * 80) / ("e" * 80)

        assert len(str(supervision.socket_path(deep))) < 100
