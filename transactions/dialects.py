"""Every branch between MySQL/MariaDB and SQLite in the SQL that the gateway writes by hand."""

from datetime import UTC, datetime
from typing import Final

from messaging import dialects

_RESULT_TABLE: Final = "transactions_transaction"
# What a result sets on a row that is still pending. MySQL assigns from left to right and sees what
# it assigned before, so the status, which the others ask for, comes last.
_DECIDED: Final = (
    "error_code",
    "error_message",
    "processed_at",
    "result_read_at",
    "status",
)


def upsert_results(vendor: str, columns: tuple[str, ...], rows: int) -> str:
    """Return the statement that writes `rows` results: rows that are new, or decisions on old ones.

    A row that is decided already stays as it is, so that no state ever goes backwards.
    """
    insert = dialects.multi_row_insert(vendor, _RESULT_TABLE, columns, rows)
    if vendor == "mysql":
        changes = ", ".join(
            f"{column} = IF(status = 'pending', VALUES({column}), {column})" for column in _DECIDED
        )
        return f"{insert} ON DUPLICATE KEY UPDATE {changes}"
    changes = ", ".join(f"{column} = excluded.{column}" for column in _DECIDED)
    return (
        f"{insert} ON CONFLICT (id) DO UPDATE SET {changes}"
        f" WHERE {_RESULT_TABLE}.status = 'pending'"
    )


def stored(moment: datetime) -> str:
    """Return the aware `moment` as Django stores it in both families: UTC, without saying so."""
    in_utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return in_utc.isoformat(" ").removesuffix("+00:00")
