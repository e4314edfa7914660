"""One leg of the run: traffic by `simulate` while some processes are killed again and again."""

import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from config.launcher.plan import ROOT
from tests.faults.house import House

_LONGEST: Final = 3600
_SETTLE_SECONDS: Final = 180
_PATIENCE_SECONDS: Final = 300
_LONGEST_PAUSE: Final = 0.4
_MOST_TEXT: Final = 3000


class TrafficError(Exception):
    """The simulator did not begin, or did not end; the text holds what it said."""


@dataclass(slots=True)
class Leg:
    """What happened on one leg.

    `recoveries` are seconds from SIGKILL to readiness; `figures` are the simulator's own, after
    it compared every answer with the database and the topics.
    """

    fault: str
    recoveries: list[float] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing was lost, doubled, wrong or left unresolved."""
        kinds = ("lost", "doubled", "wrong", "unresolved")
        return bool(self.figures) and not any(self.figures[kind] for kind in kinds)


def run_leg(
    house: House,
    fault: str,
    victims: Sequence[str],
    *,
    kills: int,
    rate: float,
    seed: int,
    least: int,
    strike: Callable[[str], float] | None = None,
) -> Leg:
    """Send `rate` transactions a second while each victim is killed `kills` times.

    The victims are killed beside each other, each again once it was back for a moment; `strike`
    does so (`house.kill` where none is given) and returns the seconds until that one was ready
    again. At least `least` transactions are sent. Raises TrafficError, and NotBackError where a
    process stays away.
    """
    leg = Leg(fault)
    before = house.count_transactions()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        traffic = _begin_traffic(house, rate, seed, report)
        try:
            leg.recoveries = _kill_all(strike or house.kill, victims, kills, seed)
            house.wait_ready()
            _wait_for(house, before + least, traffic)
            leg.figures = _end_traffic(traffic, report)
        finally:
            traffic.kill()
            traffic.wait()
    return leg


def _kill_all(
    strike: Callable[[str], float], victims: Sequence[str], kills: int, seed: int
) -> list[float]:
    def kill_again_and_again(victim: str) -> list[float]:
        rng = random.Random(f"{seed} {victim}")
        recoveries = []
        for _ in range(kills):
            time.sleep(rng.uniform(0, _LONGEST_PAUSE))
            recoveries.append(strike(victim))
        return recoveries

    with ThreadPoolExecutor(len(victims)) as pool:
        lists = pool.map(kill_again_and_again, victims)
        return [recovery for recoveries in lists for recovery in recoveries]


def _wait_for(house: House, rows: int, traffic: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while house.count_transactions() < rows:
        if traffic.poll() is not None or time.monotonic() > deadline:
            traffic.kill()
            raise TrafficError(traffic.communicate()[0][-_MOST_TEXT:])
        time.sleep(0.2)


def _begin_traffic(house: House, rate: float, seed: int, report: Path) -> "subprocess.Popen[str]":
    options = {
        "rate": rate,
        "duration": _LONGEST,
        "seed": seed,
        "duplicates": 0.1,
        "patience": _PATIENCE_SECONDS,
        "settle": _SETTLE_SECONDS,
        "report": report,
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    traffic = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "simulate", *arguments],
        cwd=ROOT,
        env=house.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    # A line of its own says that it has begun.
    said = ""
    while traffic.stdout and not said.startswith("Sending"):
        said = traffic.stdout.readline()
        if not said:
            break
    if not said.startswith("Sending"):
        raise TrafficError((said + traffic.communicate()[0])[-_MOST_TEXT:])
    return traffic


def _end_traffic(traffic: "subprocess.Popen[str]", report: Path) -> dict[str, Any]:
    traffic.send_signal(signal.SIGINT)
    said, _ = traffic.communicate(timeout=_PATIENCE_SECONDS + _SETTLE_SECONDS + 60)
    if not report.exists():
        raise TrafficError(said[-_MOST_TEXT:])
    figures: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return figures
