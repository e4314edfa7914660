"""What the testing kit asks of one database alone."""

from django.db.backends.base.base import BaseDatabaseWrapper


def empty_log(connection: BaseDatabaseWrapper) -> None:
    """Move SQLite's write-ahead log into the database's file; its old frames outlive their rows."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
