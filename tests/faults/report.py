"""Writes docs/RELIABILITY.md from what a run measured, and from nothing else."""

import os
import platform
import statistics
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from config.launcher.plan import ROOT
from tests.canaries.run import Outcome
from tests.faults.broken import Verdict
from tests.faults.legs import Leg

TARGET = ROOT / "docs" / "RELIABILITY.md"

_HEAD = """\
# Reliability

This page is written by `bin/faults` from its last run; nobody edits it. What is promised, and which
test holds it, stands in the guides; here are the figures.

## Every process killed under traffic

The whole product runs as `bin/run` starts it, on a real Kafka and on a MariaDB whose commits reach
the disk. `manage.py simulate` sends transactions as several merchants (a tenth with a faulty card,
a twentieth out of range, a tenth sent twice under one key, some in bursts), repeats each under its
key until it is answered, and meanwhile one process after the other is killed with SIGKILL, again
and again. Then every 202 is looked up: it must have exactly one row, one decision, the decision
that its card and amount call for, one event id on `transactions` and one on `transactions_result`,
and the sums must close to the cent.

- **lost**: answered 202, and then without row, decision or event.
- **doubled**: a second row under one idempotency key, or a second event id for one transaction.
- **wrong**: another decision or amount than was called for, or another answer to the same key.
- **unresolved**: never answered, though the request was repeated for five minutes.
- **carried again**: records on the topics that came again under the same event id; at-least-once
  delivery allows them, and every consumer's inbox knows them.
- **recovery**: seconds from SIGKILL until the process, started again by the supervisor, says that
  it is ready.

"""
_TAIL = """
Not promised: exactly-once delivery (only effect); that a mail comes but once after a crash between
sending it and noting so; power loss on the one unreplicated broker of this machine; what a source
topic outside our hands contains.
"""
_BROKEN_HEAD = """
## The suite can fail

Each of these builds is broken on purpose, by a module that exists for the tests alone. The check
beside it passes on the sound build and must fail on the broken one.

| broken build | check | sound | broken |
| --- | --- | --- | --- |
"""
_COPIES_HEAD = """
## The lean copy is lean

People with ten forbidden fields each, every one with a canary in it, go through the telesales
reader while it is killed at fault points and from outside, as is its MariaDB; one record in a
hundred is poison, and the database refuses some rows. Afterwards every byte of both databases'
files, of logs, dead letters, metrics and pages is searched for the canary in two dozen forms,
compressed ones included. That the search finds what is there is shown by the allowed fields.

| databases | people | records | kills | dead letters | searched | canaries | findings |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |
"""
_COLUMNS = (
    ("fault: SIGKILL of", "---"),
    ("kills", "---:"),
    ("requests", "---:"),
    ("accepted", "---:"),
    ("lost", "---:"),
    ("doubled", "---:"),
    ("wrong", "---:"),
    ("unresolved", "---:"),
    ("carried again", "---:"),
    ("recovery median", "---:"),
    ("longest", "---:"),
)


def write(
    legs: Sequence[Leg],
    copies: Mapping[str, Outcome],
    verdicts: Sequence[Verdict],
    *,
    seed: int,
    seconds: float,
    to: Path = TARGET,
) -> None:
    """Write the page for a run of `seconds` that began with `seed`."""
    parts = [_HEAD, _facts(seed, seconds), _table(legs), _sums(legs)]
    parts += [_copies(copies), _broken(verdicts), _TAIL]
    to.write_text("".join(parts), encoding="utf-8")


def _facts(seed: int, seconds: float) -> str:
    facts = {
        "run": f"{datetime.now(UTC):%Y-%m-%d}, {seconds / 60:.0f} minutes, seed {seed}",
        "commit": _commit(),
        "machine": f"{os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB,"
        f" {platform.system()}, Python {platform.python_version()};"
        f" load average at the end {os.getloadavg()[2]:.1f}",
    }
    return "".join(f"- {name}: {value}\n" for name, value in facts.items()) + "\n"


def _commit() -> str:
    def git(*arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no")
    return (git("rev-parse", "--short", "HEAD") or "unknown") + (" with changes" if changed else "")


def _table(legs: Sequence[Leg]) -> str:
    rows = [[name for name, _ in _COLUMNS], [rule for _, rule in _COLUMNS]]
    rows += [_row(leg) for leg in legs]
    rows.append(_total(legs))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows) + "\n"


def _row(leg: Leg) -> list[str]:
    return [
        leg.fault,
        str(len(leg.recoveries)),
        *_figures(leg.figures),
        f"{statistics.median(leg.recoveries):.1f} s",
        f"{max(leg.recoveries):.1f} s",
    ]


def _total(legs: Sequence[Leg]) -> list[str]:
    names = ("sent", "accepted", "lost", "doubled", "wrong", "unresolved", "repeats")
    summed = {name: sum(leg.figures[name] for leg in legs) for name in names}
    kills = str(sum(len(leg.recoveries) for leg in legs))
    return ["**all**", kills, *_figures(summed), "", ""]


def _figures(figures: dict[str, Any]) -> list[str]:
    names = ("sent", "accepted", "lost", "doubled", "wrong", "unresolved", "repeats")
    return [str(figures[name]) for name in names]


def _sums(legs: Sequence[Leg]) -> str:
    accepted = sum(leg.figures["accepted_cents"] for leg in legs)
    decided = sum(leg.figures["decided_cents"] for leg in legs)
    rows = sum(leg.figures["rows"] for leg in legs)
    decisions = sum(leg.figures["decided"] for leg in legs)
    return (
        f"Accepted: BRL {accepted / 100:.2f}; decided: BRL {decided / 100:.2f}. Rows: {rows};"
        f" decisions: {decisions}.\n"
    )


def _copies(copies: Mapping[str, Outcome]) -> str:
    lines = [_COPIES_HEAD]
    lines += [
        f"| {name} | {each.people:,} | {each.records:,} | {each.kills} | {each.letters:,} |"
        f" {each.scanned_bytes / 2**20:,.0f} MiB | {len(each.found)} |"
        f" {'; '.join(each.findings) or 'none'} |\n"
        for name, each in copies.items()
    ]
    return "".join(lines)


def _broken(verdicts: Sequence[Verdict]) -> str:
    lines = [_BROKEN_HEAD]
    lines += [
        f"| {verdict.build.meaning} | `{verdict.build.check}` |"
        f" {'passes' if verdict.is_green_without else '**fails**'} |"
        f" {'fails' if verdict.is_red_with else '**passes**'} |\n"
        for verdict in verdicts
    ]
    return "".join(lines)
