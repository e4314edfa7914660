"""Behind `bin/faults`: kills, stops and broken builds, and the page that tells of them."""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.launcher.plan import ROOT
from tests.canaries.outcome import Outcome
from tests.canaries.run import Run
from tests.faults import page, report, statement, stops
from tests.faults.bank import DATABASES, hold
from tests.faults.broken import BUILDS, judge
from tests.faults.house import BROKER, DATABASE, House
from tests.faults.legs import Leg, run_leg
from tests.faults.saga import run as saga
from tests.faults.saga.house import SagaHouse
from tests.faults.saga.report import section

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
_TENFOLD = (
    "kills",
    "stops",
    "bank_rounds",
    "payments",
    "payment_kills",
    "orders",
    "order_kills",
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the run: its section, and whether what it is about was kept."""

    title: str
    text: Callable[[str], str]
    is_kept: bool


def main(arguments: Sequence[str]) -> int:
    """Run what is asked for, write its sections, return 1 where a promise was broken."""
    options = _options(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    (ROOT / "var").mkdir(exist_ok=True)
    is_kept = True
    for name in options.only or _PARTS:
        began = time.monotonic()
        part = _PARTS[name](options)
        facts = page.facts(options.seed, time.monotonic() - began)
        page.write({part.title: part.text(facts)}, to=options.out)
        print(f"{part.title}: {'kept' if part.is_kept else 'BROKEN'}", flush=True)
        is_kept = is_kept and part.is_kept
    print(f"written: {options.out.name}")
    return 0 if is_kept else 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/faults", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=_PARTS, help="these parts alone")
    parser.add_argument("--kills", type=int, default=20, help="of each process")
    parser.add_argument("--transactions", type=int, default=10_000, help="at least, in all")
    parser.add_argument("--rate", type=float, default=25.0, help="transactions a second")
    parser.add_argument("--stops", type=int, default=50, help="of all processes together")
    parser.add_argument("--bank-rounds", type=int, default=10, help="calm, and as many killed")
    parser.add_argument("--payments", type=int, default=1000, help="on the statement")
    parser.add_argument("--payment-kills", type=int, default=2, help="of each on their way")
    parser.add_argument("--payment-rate", type=float, default=30.0, help="payments a second")
    parser.add_argument("--orders", type=int, default=1000, help="at the shop")
    parser.add_argument("--order-kills", type=int, default=40, help="of all on their way")
    parser.add_argument("--order-rate", type=float, default=8.0, help="orders a second")
    parser.add_argument("--people", type=int, default=100_000, help="full of canaries")
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument(
        "--long", action="store_true", help="ten times kills, stops, payments, orders"
    )
    parser.add_argument("--out", type=Path, default=page.TARGET)
    options = parser.parse_args(arguments)
    for name in _TENFOLD:
        setattr(options, name, getattr(options, name) * (10 if options.long else 1))
    return options


def _kills(options: argparse.Namespace) -> Part:
    with _house() as house:
        legs = _legs(house, options)
    is_kept = all(leg.is_clean for leg in legs)
    return Part(page.KILLS, lambda facts: report.kills(legs, facts), is_kept)


def _stops(options: argparse.Namespace) -> Part:
    with _house() as house:
        done = stops.run(house, least=options.stops, rate=options.rate, seed=options.seed)
    for said in (*done.leg.figures["findings"], *done.wrong_payments):
        print(said)
    return Part(page.STOPS, lambda facts: report.stops(done, facts), done.is_clean)


def _limits(options: argparse.Namespace) -> Part:
    with ThreadPoolExecutor(len(DATABASES)) as pool:
        held = list(pool.map(lambda name: hold(name, options.bank_rounds), DATABASES))
    return Part(
        page.LIMITS,
        lambda facts: report.limits(held, facts),
        all(each.is_clean for each in held),
    )


def _statement(options: argparse.Namespace) -> Part:
    with _house() as house:
        books = statement.run(
            house,
            payments=options.payments,
            kills=options.payment_kills,
            rate=options.payment_rate,
        )
    if not books.is_clean:
        print(books.checked)
    return Part(
        page.STATEMENT,
        lambda facts: report.statement(books, options.payments, facts),
        books.is_clean,
    )


def _saga(options: argparse.Namespace) -> Part:
    with tempfile.TemporaryDirectory(dir=ROOT / "var", ignore_cleanup_errors=True) as name:
        house = SagaHouse(Path(name))
        try:
            house.start()
            ending = saga.run(
                house,
                orders=options.orders,
                kills=options.order_kills,
                rate=options.order_rate,
                seed=options.seed,
            )
        finally:
            house.stop()
    for found in ending.figures["findings"]:
        print(found)
    return Part(page.SAGA, lambda facts: section(ending, facts), ending.is_clean)


def _copies(options: argparse.Namespace) -> Part:
    found = {name: _lean_copy(name, options.people) for name in ("SQLite", "MariaDB")}
    is_kept = not any(each.findings for each in found.values())
    return Part(page.COPIES, lambda facts: report.copies(found, facts), is_kept)


def _builds(_options: argparse.Namespace) -> Part:
    verdicts = [judge(build) for build in BUILDS]
    for verdict in verdicts:
        print(f"broken build {verdict.build.name}: found out: {verdict.is_found_out}", flush=True)
    is_kept = all(each.is_found_out for each in verdicts)
    return Part(page.BUILDS, lambda facts: report.builds(verdicts, facts), is_kept)


_PARTS: dict[str, Callable[[argparse.Namespace], Part]] = {
    "kills": _kills,
    "stops": _stops,
    "limits": _limits,
    "statement": _statement,
    "saga": _saga,
    "copies": _copies,
    "builds": _builds,
}


@contextmanager
def _house() -> Iterator[House]:
    with tempfile.TemporaryDirectory(dir=ROOT / "var", ignore_cleanup_errors=True) as name:
        house = House(Path(name))
        try:
            house.start()
            yield house
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
