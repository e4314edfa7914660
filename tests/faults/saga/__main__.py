"""The shop's day in a process of its own, in the environment of a house; writes what it came to.

`python -m tests.faults.saga --orders 150 --rate 6 --seed 1 --report FILE`
"""

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import django

_LOOK_SECONDS: Final = 0.5


def main() -> None:
    """Let everybody do their part, wait until nothing is under way, compare the books."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, required=True)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--settle", type=float, default=600)
    parser.add_argument("--report", type=Path, required=True)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    django.setup()
    # Only now can models be imported.
    from tests.faults.saga import books, goods  # noqa: PLC0415
    from tests.faults.saga.people import People, until_known  # noqa: PLC0415

    buyers = goods.open_shop(options.orders, random.Random(options.seed))
    _say("open")
    people = People(buyers, orders=options.orders, rate=options.rate, seed=options.seed)
    staff = people.work()
    people.buy()
    _say("sold")
    is_settled = _wait(lambda: until_known(books.is_settled), options.settle)
    people.go_home()
    for each in staff:
        each.join()
    told = {
        **books.figures(),
        "cancelled": people.cancelled,
        "is_settled": is_settled,
        "findings": books.findings(),
    }
    options.report.write_text(json.dumps(told), encoding="utf-8")


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def _wait(question: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not question():
        if time.monotonic() > until:
            return False
        time.sleep(_LOOK_SECONDS)
    return True


if __name__ == "__main__":
    main()
