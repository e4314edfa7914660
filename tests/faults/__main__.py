"""Behind `bin/faults`: the kill run and the broken builds, and the page that tells of them."""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from config.launcher.plan import ROOT
from tests.canaries.run import Outcome, Run
from tests.faults import report
from tests.faults.bank import DATABASES, hold
from tests.faults.broken import BUILDS, judge
from tests.faults.house import BROKER, DATABASE, House
from tests.faults.legs import Leg, run_leg

_NAMES = {BROKER: "broker (Kafka)", DATABASE: "database (MariaDB)"}
# Two at a time, which are as many as boot side by side on two cores; the servers alone.
_LEGS = (
    ("web", "live"),
    ("relay", "processor"),
    ("results", "webhooks"),
    ("webhook-sender", "housekeeping"),
    (BROKER,),
    (DATABASE,),
)


def main(arguments: Sequence[str]) -> int:
    """Run everything, write the page, return 1 where a promise was broken."""
    options = _options(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    began = time.monotonic()
    legs = _kill_run(options)
    copies = {name: _lean_copy(name, options.people) for name in ("SQLite", "MariaDB")}
    verdicts = [judge(build) for build in BUILDS]
    for verdict in verdicts:
        print(f"broken build {verdict.build.name}: found out: {verdict.is_found_out}", flush=True)
    limits = [hold(name, options.bank_rounds) for name in DATABASES]
    for each in limits:
        print(f"bank, {each.database}: {each.held} of {each.rounds} rounds held", flush=True)
    report.write(
        legs,
        copies,
        verdicts,
        seed=options.seed,
        seconds=time.monotonic() - began,
        to=options.out,
    )
    print(f"written: {options.out.name}")
    is_kept = (
        all(leg.is_clean for leg in legs)
        and not any(each.findings for each in copies.values())
        and all(each.is_found_out for each in verdicts)
        and all(each.is_clean for each in limits)
    )
    return 0 if is_kept else 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=20, help="of each process")
    parser.add_argument("--transactions", type=int, default=10_000, help="at least, in all")
    parser.add_argument("--rate", type=float, default=25.0, help="transactions a second")
    parser.add_argument("--people", type=int, default=100_000, help="full of canaries")
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument("--bank-rounds", type=int, default=10, help="calm, and as many killed")
    parser.add_argument("--long", action="store_true", help="ten times the kills")
    parser.add_argument("--out", type=Path, default=report.TARGET)
    options = parser.parse_args(arguments)
    options.kills *= 10 if options.long else 1
    options.bank_rounds *= 10 if options.long else 1
    return options


def _kill_run(options: argparse.Namespace) -> list[Leg]:
    parent = ROOT / "var"
    parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent, ignore_cleanup_errors=True) as name:
        house = House(Path(name))
        try:
            house.start()
            return _legs(house, options)
        finally:
            house.stop()


def _lean_copy(database: str, number: int) -> Outcome:
    with tempfile.TemporaryDirectory(dir=ROOT / "var", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        outcome = Run(
            folder,
            os.environ["TRILHO_TEST_KAFKA"],
            people=number,
            on_mariadb=database == "MariaDB",
        ).outcome()
    print(f"lean copy on {database}: {outcome.findings or 'no canary'}", flush=True)
    return outcome


def _legs(house: House, options: argparse.Namespace) -> list[Leg]:
    """Return the legs of the kill run, and one more in which all are killed beside each other."""
    plan: list[tuple[str, tuple[str, ...], int]] = [
        (_fault(each), each, options.kills) for each in _LEGS
    ]
    plan.append(("all of them at once", tuple(house.victims), max(1, options.kills // 10)))
    legs: list[Leg] = []
    for number, (fault, killed, kills) in enumerate(plan):
        missing = options.transactions - sum(leg.figures["accepted"] for leg in legs)
        is_last = number == len(plan) - 1
        leg = run_leg(
            house,
            fault,
            killed,
            kills=kills,
            rate=options.rate,
            seed=options.seed + number,
            least=missing if is_last else options.transactions // len(plan),
        )
        legs.append(leg)
        print(_line(leg), flush=True)
    return legs


def _fault(victims: Sequence[str]) -> str:
    return " and ".join(_NAMES.get(victim, victim) for victim in victims)


def _line(leg: Leg) -> str:
    kinds = ("accepted", "lost", "doubled", "wrong", "unresolved")
    figures = ", ".join(f"{kind} {leg.figures[kind]}" for kind in kinds)
    findings = "".join(f"\n  {finding}" for finding in leg.figures["findings"])
    return f"{leg.fault}: {len(leg.recoveries)} kills, {figures}{findings}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
