"""Runs benchmarks, one process each; when all were run, writes docs/PERFORMANCE.md from them."""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent
REPORT: Final = HERE.parent / "docs" / "PERFORMANCE.md"
_FRAME: Final = {"__init__", "__main__", "harness", "one"}
_INTRODUCTION: Final = """# Performance

Written by `bin/bench` from one run; do not edit it. Every benchmark runs its baseline, ours and the
limit by turns on a real Kafka and a durable MariaDB. The figures wander from machine to machine:
trust the ratios inside one table. A ratio is the median of the rounds' ratios."""


def main() -> None:
    """Run what is named, or all; end with 1 if a benchmark broke or missed its floor."""
    known = sorted(path.stem for path in HERE.glob("*.py") if path.stem not in _FRAME)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(known)}")
    parser.add_argument("--report", type=Path, help="where the report goes, also for some only")
    options, others = parser.parse_known_args()
    results = {name: _run(name, others) for name in options.names or known}
    report = options.report or (None if options.names else REPORT)
    if report is not None:
        report.parent.mkdir(exist_ok=True)
        report.write_text(_report(results))
        print(f"written: {report}")
    sys.exit(not all(_is_well(result) for result in results.values()))


def _run(name: str, others: Sequence[str]) -> dict[str, Any] | None:
    print(f"{name}:", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        command = [sys.executable, "-m", "benchmarks.one", name, "--json", str(result), *others]
        done = subprocess.run(command, check=False, cwd=HERE.parent)
        if done.returncode or not result.exists():
            return None
        found: dict[str, Any] = json.loads(result.read_text())
        return found


def _is_well(result: dict[str, Any] | None) -> bool:
    return result is not None and not any(
        "floor missed" in ratio["verdict"] for ratio in result["ratios"]
    )


def _report(results: dict[str, dict[str, Any] | None]) -> str:
    parts = [_INTRODUCTION, _machine(), _misses(results)]
    for name, result in results.items():
        if result is None:
            parts.append(f"## {name}\n\nThis benchmark broke; nothing was measured.")
        else:
            parts.append(f"## {result['title']}\n\n`python -m benchmarks {name}`")
            parts += [part for part in (result["notes"], result["table"]) if part]
    return "\n\n".join(parts) + "\n"


def _misses(results: dict[str, dict[str, Any] | None]) -> str:
    ratios = [ratio for result in results.values() if result for ratio in result["ratios"]]
    missed = [ratio for ratio in ratios if ratio["verdict"] != "goal reached"]
    if not missed:
        return f"All {len(ratios)} goals were reached."
    lines = [
        f"- {each['name']}: {each['value']:.3g}, goal {each['goal']:g}, floor {each['floor']:g}"
        for each in missed
    ]
    return "\n".join([f"Of {len(ratios)} goals, {len(missed)} were missed:", *lines])


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    facts = {
        "when": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "commit": _output("git", "rev-parse", "--short", "HEAD"),
        "processor": f"{_processor()}, {len(os.sched_getaffinity(0))} cores",
        "memory": f"{memory:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "load before the run": f"{os.getloadavg()[0]:.1f}",
    }
    rows = [f"| {name} | {value} |" for name, value in facts.items()]
    return "\n".join(["| | |", "| --- | --- |", *rows])


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _output(*command: str) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=HERE)
    return done.stdout.strip()


if __name__ == "__main__":
    main()
