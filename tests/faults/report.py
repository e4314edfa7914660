"""What each part of `bin/faults` has measured, as a section of the page, and nothing else."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tests.canaries.outcome import Outcome
from tests.faults.bank import Limits
from tests.faults.broken import Verdict
from tests.faults.legs import Leg
from tests.faults.statement import Books
from tests.faults.stops import SECONDS_TO_END, Stops

_KILLS_HEAD = """\
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
_STOPS_HEAD = """\
The same product under the same traffic, and clients who pay at the bank meanwhile, each payment
repeated under its key until its outcome is known. Every process but the broker and the database is
told by SIGTERM to end, again and again, all beside each other; the last time the broker is frozen,
so that it takes connections and answers nothing. None may take longer than ten seconds, and nothing
may be lost, doubled, wrong or unresolved.

"""
_LIMITS_HEAD = """\
64 clients pay 100.00 each by one card with a limit of 1,000.00, every payment under its key until
it is known. Exactly ten may be approved: by the answers, on the card, in the ledger and in the
outbox. In half of the rounds the bank is killed with SIGKILL meanwhile, four times as many payments
are made, and every key is asked again afterwards: each must tell what it told before.

| database | rounds | held |
| --- | ---: | ---: |
"""
_STATEMENT_HEAD = """\
Clients pay at the bank while the bank, the relay, the statement's reader, the broker and the
database are killed with SIGKILL beside each other. Then the statement must have each approved
payment once, every money invariant must hold, and the statement made anew from the topic must be
the same to the byte.

| payments | kills | paid by the last one | approved | lines on statements | invariants | rebuilt |
| ---: | ---: | ---: | ---: | ---: | --- | --- |
"""
_COPIES_HEAD = """\
People with ten forbidden fields each, every one with a canary in it, go through the telesales
reader while it is killed at fault points and from outside, as is its MariaDB; one record in a
hundred is poison, and the database refuses some rows. Afterwards every byte of both databases'
files, of logs, dead letters, metrics and pages is searched for the canary in two dozen forms,
compressed ones included. That the search finds what is there is shown by the allowed fields.

| databases | people | records | kills | dead letters | searched | canaries | findings |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |
"""
_BUILDS_HEAD = """\
Each of these builds is broken on purpose, by a module that exists for the tests alone. The check
beside it passes on the sound build and must fail on the broken one.

| broken build | check | sound | broken |
| --- | --- | --- | --- |
"""
_KINDS = ("accepted", "lost", "doubled", "wrong", "unresolved")
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


def kills(legs: Sequence[Leg], facts: str) -> str:
    """Return the section on killed processes."""
    return _KILLS_HEAD + facts + _table(legs) + _sums(legs)


def stops(done: Stops, facts: str) -> str:
    """Return the section on stopped processes, with each one's time to its end."""
    by_name: dict[str, list[float]] = defaultdict(list)
    for name, seconds in done.endings:
        by_name[name].append(seconds)
    away = dict(done.while_away)
    lines = [
        f"| {name} | {len(all_)} | {statistics.median(all_):.1f} s | {max(all_):.1f} s |"
        f" {away[name]:.1f} s |\n"
        for name, all_ in by_name.items()
    ]
    table = [
        "| process | stops | median | longest | broker frozen |\n",
        "| --- | ---: | ---: | ---: | ---: |\n",
    ]
    return "".join([_STOPS_HEAD, facts, *table, *lines, _stops_sum(done)])


def _stops_sum(done: Stops) -> str:
    figures, ends = done.leg.figures, Counter(end for _, end in done.ends)
    told = {
        "Stops": len(done.endings) + len(done.while_away),
        f"later than {SECONDS_TO_END:g} s": len(done.late),
        "ends": ", ".join(f"{count} by {end}" for end, count in sorted(ends.items())),
        "ended badly": len(done.odd),
        "requests": figures["sent"],
        **{kind: figures[kind] for kind in _KINDS},
        "payments at the bank": done.payments,
        "runs of them with a false or unknown outcome": len(done.wrong_payments),
    }
    return "\n" + "; ".join(f"{name}: {value}" for name, value in told.items()) + ".\n"


def limits(held: Iterable[Limits], facts: str) -> str:
    """Return the section on the rounds on one card."""
    lines = [f"| {each.database} | {each.rounds} | {each.held} |\n" for each in held]
    return facts + _LIMITS_HEAD + "".join(lines)


def statement(books: Books, payments: int, facts: str) -> str:
    """Return the section on the statement after kills."""
    line = (
        f"| {payments:,} | {books.kills} | {books.paid_by_then:,} | {books.approved:,}"
        f" | {books.lines:,} |"
        f" {'all hold' if books.is_green else '**broken**'} |"
        f" {'the same' if books.is_alike else '**another**'} |\n"
    )
    return facts + _STATEMENT_HEAD + line


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


def copies(outcomes: Mapping[str, Outcome], facts: str) -> str:
    """Return the section on the canaries."""
    lines = [
        f"| {name} | {each.people:,} | {each.records:,} | {each.kills} | {each.letters:,} |"
        f" {each.scanned_bytes / 2**20:,.0f} MiB | {len(each.found)} |"
        f" {'; '.join(each.findings) or 'none'} |\n"
        for name, each in outcomes.items()
    ]
    return facts + _COPIES_HEAD + "".join(lines)


def builds(verdicts: Sequence[Verdict], facts: str) -> str:
    """Return the section on the broken builds."""
    lines = [
        f"| {verdict.build.meaning} | `{verdict.build.check}` |"
        f" {'passes' if verdict.is_green_without else '**fails**'} |"
        f" {'fails' if verdict.is_red_with else '**passes**'} |\n"
        for verdict in verdicts
    ]
    return facts + _BUILDS_HEAD + "".join(lines)
