"""Puts a run's accounts into words: a table for people, a dictionary for programs."""

from typing import Any

from rich.table import Table

from transactions.domain.money import format_cents
from transactions.simulation.audit import Report
from transactions.simulation.ledger import Ledger


def as_dictionary(ledger: Ledger, report: Report, *, seed: int) -> dict[str, Any]:
    """Return the figures of a run; amounts in cents."""
    return {
        "seed": seed,
        "sent": ledger.sent,
        "replayed": ledger.replayed,
        "refused": dict(ledger.refused),
        "retried": dict(ledger.retried),
        "accepted": report.accepted,
        "rows": report.rows,
        "decided": report.decided,
        "approved": report.approved,
        "accepted_cents": report.accepted_cents,
        "decided_cents": report.decided_cents,
        "repeats": report.repeats,
        "lost": report.count("lost"),
        "doubled": report.count("doubled"),
        "wrong": report.count("wrong"),
        "unresolved": report.count("unresolved"),
        "findings": report.findings(),
    }


def table(ledger: Ledger, report: Report) -> Table:
    """Return the closing summary: what was sent beside what there is."""
    made = Table(title="What was sent, and what became of it", show_header=False)
    made.add_column()
    made.add_column(justify="right")
    for name, value in _lines(ledger, report):
        made.add_row(name, value)
    return made


def counts_line(ledger: Ledger) -> str:
    """Return one line of counts, for a run without comparison."""
    refused = sum(ledger.refused.values())
    return (
        f"sent {ledger.sent}, accepted {ledger.accepted}, replayed {ledger.replayed},"
        f" refused {refused}, tried again {sum(ledger.retried.values())}"
    )


def _lines(ledger: Ledger, report: Report) -> list[tuple[str, str]]:
    return [
        ("requests", str(ledger.sent)),
        ("accepted (202), by key", str(report.accepted)),
        ("  replayed answers", str(ledger.replayed)),
        *((f"refused: {code}", str(count)) for code, count in sorted(ledger.refused.items())),
        *((f"tried again: {why}", str(count)) for why, count in sorted(ledger.retried.items())),
        ("rows", str(report.rows)),
        ("decisions", str(report.decided)),
        ("  approved", str(report.approved)),
        ("  rejected", str(report.decided - report.approved)),
        ("accepted, BRL", format_cents(report.accepted_cents)),
        ("decided, BRL", format_cents(report.decided_cents)),
        ("records carried again", str(report.repeats)),
        ("lost", str(report.count("lost"))),
        ("doubled", str(report.count("doubled"))),
        ("wrong", str(report.count("wrong"))),
        ("unresolved", str(report.count("unresolved"))),
    ]
