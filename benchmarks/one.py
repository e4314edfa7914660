"""Runs one benchmark in this process, with Django set up before it is imported."""

import argparse
import importlib
import json
import os
from pathlib import Path

from benchmarks import harness


def main() -> None:
    """Print the table of the benchmark that is named; write its JSON where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--kafka", default=os.environ.get("TRILHO_TEST_KAFKA"))
    parser.add_argument("--mariadb", default=os.environ.get("TRILHO_TEST_MARIADB"))
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if not options.kafka or not options.mariadb:
        parser.error(
            "give --kafka HOST:PORT and --mariadb mysql://USER@HOST:PORT,"
            " or set TRILHO_TEST_KAFKA and TRILHO_TEST_MARIADB"
        )
    harness.set_up(options.name, options.kafka, options.mariadb)
    bench = importlib.import_module(f"benchmarks.{options.name}").benchmark()
    samples = harness.measure(bench, options.rounds or bench.rounds)
    text = harness.table(bench, samples)
    print(f"\n{bench.title}\n\n{text}\n\n{bench.notes}")
    if options.json:
        options.json.write_text(json.dumps(harness.result(bench, samples, text), indent=1))


if __name__ == "__main__":
    main()
