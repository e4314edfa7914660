"""One run: people on one side, SIGKILLs on the other, and what the books say at the end."""

import json
import random
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from config.launcher.plan import ROOT
from tests.faults.saga.house import VICTIMS, SagaHouse

_MOST_TEXT: Final = 6000
_LONGEST_PAUSE: Final = 0.5
_END_SECONDS: Final = 7200


class ShopError(Exception):
    """The shop did not open, or did not come to its end; the text holds what it said."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What a run came to; `recoveries` are seconds from SIGKILL until readiness."""

    recoveries: list[float]
    figures: dict[str, Any]
    seconds: float

    @property
    def is_clean(self) -> bool:
        """Tell whether everything came to its end and every book is right."""
        return self.figures["is_settled"] and not self.figures["findings"]


def run(house: SagaHouse, *, orders: int, kills: int, rate: float, seed: int) -> Ending:
    """Let so many orders be placed while processes are killed; every one of them at least once.

    Raises ShopError, and NotReadyError where a process stays away.
    """
    began = time.monotonic()
    report = house.stack.plan.var / "saga.json"
    command = ["--orders", str(orders), "--rate", str(rate), "--seed", str(seed)]
    said = house.stack.plan.var / "log" / "people.log"
    with said.open("wb") as log:
        shop = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.saga", *command, "--report", str(report)],
            cwd=ROOT,
            env=house.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        _wait_open(shop, said)
        recoveries = _kill(house, kills, random.Random(seed))
        shop.wait(_END_SECONDS)
    finally:
        shop.kill()
        shop.wait()
    if not report.exists():
        raise ShopError(_tail(said))
    figures = json.loads(report.read_text(encoding="utf-8"))
    return Ending(recoveries, figures, time.monotonic() - began)


def _kill(house: SagaHouse, kills: int, rng: random.Random) -> list[float]:
    """Kill one after the other, in rounds in which each comes once, each round in a new order."""
    recoveries: list[float] = []
    while len(recoveries) < kills:
        for victim in rng.sample(VICTIMS, len(VICTIMS))[: kills - len(recoveries)]:
            time.sleep(rng.uniform(0, _LONGEST_PAUSE))
            recoveries.append(house.kill(victim))
    return recoveries


def _wait_open(shop: "subprocess.Popen[bytes]", said: Path) -> None:
    while "open" not in said.read_text(errors="replace").splitlines():
        if shop.poll() is not None:
            raise ShopError(_tail(said))
        time.sleep(0.1)


def _tail(said: Path) -> str:
    return said.read_text(errors="replace")[-_MOST_TEXT:]
