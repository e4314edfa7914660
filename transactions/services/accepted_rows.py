"""Writes accepted requests: key, transaction and outbox rows of many in one database transaction.

The unique keys are inserted first. So a batch whose commit was cut off can be written again: what
had been committed is found by its own id, what had not is written now.
"""

import time
from collections.abc import Sequence
from typing import Any, Final

from django.db import (
    DatabaseError,
    DataError,
    Error,
    IntegrityError,
    InterfaceError,
    OperationalError,
    connections,
    transaction,
)
from django.db.backends.base.base import BaseDatabaseWrapper

from messaging import bell, dialects, outbox
from messaging.faultpoints import faultpoint
from transactions.models import IdempotencyKey, Transaction
from transactions.services import accepted_sql
from transactions.services.accepted_sql import Entry, Outcome

_LOCK_WAIT: Final = 1205
# How long a batch is tried again while the database is away, in seconds.
PATIENCE: Final = 3.0
_PAUSE: Final = 0.05


def write(entries: Sequence[Entry], *, using: str = "default") -> None:
    """Commit the entries and set the outcome of each; only the guilty fall out of a batch.

    Of several with one key the first is written; the others are its duplicates.
    """
    firsts: dict[str, Entry] = {}
    twins: list[tuple[Entry, Entry]] = []
    for entry in entries:
        first = firsts.setdefault(entry.key_id or entry.id, entry)
        if first is not entry:
            twins.append((entry, first))
    # Always in the order of the keys, so that two processes cannot wait for each other.
    _write_whole([firsts[key] for key in sorted(firsts)], connections[using])
    for twin, first in twins:
        was_written = first.outcome is Outcome.COMMITTED
        twin.outcome = Outcome.DUPLICATE if was_written else first.outcome
        twin.failure = first.failure


def _write_whole(entries: list[Entry], connection: BaseDatabaseWrapper) -> None:
    deadline = time.monotonic() + PATIENCE
    left = entries
    while left:
        try:
            left = _attempt(left, connection)
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block:
                return
            before = len(left)
            left = _after_trouble(left, error, connection)
            if len(left) == before and time.monotonic() > deadline:
                return


def _attempt(entries: list[Entry], connection: BaseDatabaseWrapper) -> list[Entry]:
    """Write the entries; return those that are to be tried once more."""
    try:
        _insert(entries, connection)
    except IntegrityError as error:
        return _sort_out(entries, error, connection)
    except DataError as error:
        return _single_out(entries, error, connection)
    for entry in entries:
        entry.outcome = Outcome.COMMITTED
    return []


def _after_trouble(
    entries: list[Entry], error: Exception, connection: BaseDatabaseWrapper
) -> list[Entry]:
    if error.args and error.args[0] == _LOCK_WAIT:
        return [entry for entry in entries if not _is_locked(entry, connection)]
    # Whatever else went wrong, a fresh connection tells; the unique keys tell what was committed.
    connection.close()
    time.sleep(_PAUSE)
    return entries


def _is_locked(entry: Entry, connection: BaseDatabaseWrapper) -> bool:
    """Say whether another transaction still holds the entry's key, which it waited for."""
    if not entry.key_id:
        return False
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM transactions_idempotency_key WHERE id = %s FOR UPDATE NOWAIT",
                [entry.key_id],
            )
    except OperationalError:
        entry.outcome = Outcome.KEY_IN_USE
        return True
    return False


def _sort_out(
    entries: list[Entry], error: IntegrityError, connection: BaseDatabaseWrapper
) -> list[Entry]:
    """Find what is in the database already: an entry's own row, or another under its key."""
    written = _present(Transaction.objects, [entry.id for entry in entries], connection)
    taken = _present(IdempotencyKey.objects, [e.key_id for e in entries if e.key_id], connection)
    for entry in entries:
        if entry.id in written:
            entry.outcome = Outcome.COMMITTED
        elif entry.key_id in taken:
            entry.outcome = Outcome.DUPLICATE
    left = [entry for entry in entries if entry.outcome is Outcome.UNKNOWN]
    return left if len(left) < len(entries) else _single_out(entries, error, connection)


def _single_out(
    entries: list[Entry], error: DatabaseError, connection: BaseDatabaseWrapper
) -> list[Entry]:
    """Write each entry by itself, so that the one that no table takes fails alone."""
    if len(entries) == 1:
        entries[0].failure = error
        return []
    return [left for entry in entries for left in _attempt([entry], connection)]


def _present(manager: Any, ids: list[str], connection: BaseDatabaseWrapper) -> set[str]:
    rows = manager.using(connection.alias).filter(id__in=ids)
    return set(rows.values_list("id", flat=True))


def _insert(entries: list[Entry], connection: BaseDatabaseWrapper) -> None:
    faultpoint("accept.before_commit")
    if connection.vendor == "mysql" and not connection.in_atomic_block:
        _in_one_packet(entries, connection)
        bell.ring()
    else:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            for table, columns, rows in accepted_sql.tables(entries):
                sql = dialects.multi_row_insert(connection.vendor, table, columns, len(rows))
                cursor.execute(sql, [value for row in rows for value in row])
            cursor.execute(
                *outbox.insert_statement(accepted_sql.outbox_rows(entries), connection.vendor)
            )
            transaction.on_commit(bell.ring, using=connection.alias)
    faultpoint("accept.after_commit")


def _in_one_packet(entries: list[Entry], connection: BaseDatabaseWrapper) -> None:
    """Send the whole transaction in one round trip; the server stops at the first error."""
    # A dead connection is noticed by the write itself, which may be repeated: no ping before.
    connection.health_check_done = True  # type: ignore[attr-defined]  # Django has it, its stubs not
    connection.ensure_connection()
    driver: Any = connection.connection
    packet = "; ".join(
        ("START TRANSACTION", *accepted_sql.texts(entries, connection), "COMMIT")
    ).encode()
    try:
        # Past the cursor, which would ask for five results one by one, letting go of the GIL each
        # time: in a process full of threads that costs more than the write.
        with connection.wrap_database_errors:
            driver.query(packet)
            while driver.next_result() == 0:
                pass
    except Error:
        _undo(driver)
        raise


def _undo(driver: Any) -> None:
    try:
        driver.rollback()
    except Exception:  # noqa: BLE001 - any driver's error: the connection is gone, and so is the transaction
        return
