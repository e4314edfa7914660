"""The ordinary batch on MariaDB in two round trips: read and lock, write and commit.

Django's own frame takes ten for the same statements (ping, two switches of autocommit, one for
each statement), and each lets go of the GIL in a process full of threads. Whatever goes wrong here
is undone, and the long way decides anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import structlog
from django.db import Error
from django.db.backends.base.base import BaseDatabaseWrapper

from bank_grpc.domain.charging import Charge, Verdict
from bank_grpc.services import decided_sql
from bank_grpc.services.decide import (
    Decided,
    answered,
    bench_of,
    first_of_each,
    known_accounts,
    known_numbers,
    outbox_rows,
)
from messaging import bell, bulk, outbox
from messaging.whole import TryAgainError

# The server's code for a lock that was not let go in time.
_WAITED_TOO_LONG: Final = 1205
_logger = structlog.get_logger(__name__)
# The cards first: what is read of their numbers then stands until the commit.
_READ: Final = (
    "START TRANSACTION;"
    "SELECT id, status, limit_cents, balance_cents, wrong_codes, wrong_code_at FROM bank_card"
    " WHERE id IN (SELECT card_id FROM bank_card_number WHERE fingerprint IN ({0}))"
    " ORDER BY id FOR UPDATE;"
    "SELECT fingerprint, card_id, last4, replaced_at IS NULL, expiration_month, expiration_year"
    " FROM bank_card_number WHERE fingerprint IN ({0})"
)
_MOVE: Final = (
    "UPDATE bank_card SET balance_cents = balance_cents + CASE id {cases} END WHERE id IN ({ids})"
    " AND balance_cents + CASE id {cases} END <= limit_cents"
)
# An error, and with it the end of the packet before its commit, unless so many balances moved.
_ALL_MOVED: Final = "SELECT IF(ROW_COUNT() = {}, 1, (SELECT 1 UNION SELECT 2))"


class _UnpackableError(Exception):
    """A value that only a parameter can carry."""


def takes(connection: BaseDatabaseWrapper, charges: Iterable[Charge]) -> bool:
    """Tell whether the batch may go this way: MariaDB, no transaction open, no tokens."""
    return (
        connection.vendor == "mysql"
        and not connection.in_atomic_block
        and not any(each.token_hash for each in charges)
    )


def decide(
    connection: BaseDatabaseWrapper,
    charges: Sequence[Charge],
    now: datetime,
    *,
    traces: Mapping[str, str],
) -> list[Decided] | None:
    """Return each charge's decision, committed; None where nothing was, or nobody knows.

    None also for a key that has its answer already, which the long way looks up. Raises
    TryAgainError when somebody held a lock for as long as callers wait.
    """
    # A dead connection is noticed by the first packet: no ping before.
    connection.health_check_done = True  # type: ignore[attr-defined]  # Django has it, its stubs not
    try:
        connection.ensure_connection()
        with connection.wrap_database_errors:
            verdicts = _decide(connection, list(first_of_each(charges).values()), now, traces)
    except (Error, _UnpackableError) as error:
        _undo(connection)
        _logger.info("packets_gave_up", error=type(error).__name__)
        if error.args and error.args[0] == _WAITED_TOO_LONG:
            # Five seconds are what a caller is promised: another way would take as many again.
            raise TryAgainError from error
        return None
    except BaseException:  # Raised again: whatever it was, no transaction stays open.
        _undo(connection)
        raise
    bell.ring()
    return answered(charges, verdicts, now)


def _decide(
    connection: BaseDatabaseWrapper,
    charges: Sequence[Charge],
    now: datetime,
    traces: Mapping[str, str],
) -> list[Verdict]:
    driver: Any = connection.connection
    # Letters and digits of our own making: nothing in them to escape.
    wanted = ",".join(sorted({f"'{each.fingerprint}'" for each in charges}))
    _, cards, numbers = _sent(driver, _READ.format(wanted))
    bench = bench_of(known_numbers(numbers), known_accounts(cards), {}, now)
    verdicts = bench.judge(charges)
    # Few batches hold a wrong code, or end a row of them.
    guesses = decided_sql.guess_updates(bench.guesses)
    texts = [*guesses, *_inserts(connection, verdicts, now, traces), "COMMIT"]
    _sent(driver, ";".join(texts))
    return verdicts


def _inserts(
    connection: BaseDatabaseWrapper,
    verdicts: Sequence[Verdict],
    now: datetime,
    traces: Mapping[str, str],
) -> list[str]:
    """Return the statements that write the verdicts, the unique keys first, the balances last."""
    approved = [each for each in verdicts if each.is_approved]
    inserts = decided_sql.payment_rows(verdicts, now)
    if approved:
        inserts.append(decided_sql.entry_rows(approved, now))
    texts = [bulk.insert_text(connection, *each) for each in inserts]
    events = outbox_rows(verdicts, now, traces)
    if events:
        texts.append(outbox.insert_text(events, connection))
    if approved:
        texts += _moves(decided_sql.deltas_of(approved))
    found = [text for text in texts if text is not None]
    if len(found) < len(texts):
        raise _UnpackableError
    return found


def _moves(deltas: Mapping[str, int]) -> tuple[str, str]:
    # Ids are UUIDs that the database itself has just given.
    cases = " ".join(f"WHEN '{card_id}' THEN {cents}" for card_id, cents in deltas.items())
    ids = ",".join(f"'{card_id}'" for card_id in deltas)
    return _MOVE.format(cases=cases, ids=ids), _ALL_MOVED.format(len(deltas))


def _sent(driver: Any, packet: str) -> list[Any]:
    """Send the statements in one round trip; return the rows of each."""
    driver.query(packet.encode())
    found = []
    while True:
        result = driver.store_result()
        found.append(result.fetch_row(0) if result is not None else ())
        if driver.next_result() != 0:
            return found


def _undo(connection: BaseDatabaseWrapper) -> None:
    try:
        connection.connection.rollback()
    except Exception:  # noqa: BLE001 - any driver's error: the connection is gone, and so is the transaction
        connection.close()
