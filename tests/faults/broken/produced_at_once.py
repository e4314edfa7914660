"""A broken build: the request produces its event itself, and no outbox row stands behind it."""


def pytest_sessionstart() -> None:
    """Produce it after the commit once Django is there."""
    from django.db import transaction
    from django.db.backends.base.base import BaseDatabaseWrapper

    from messaging import clients, dialects
    from transactions.services import accepted_rows, accepted_sql

    def insert(entries: list[accepted_sql.Entry], connection: BaseDatabaseWrapper) -> None:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            for table, columns, rows in accepted_sql.tables(entries):
                sql = dialects.multi_row_insert(connection.vendor, table, columns, len(rows))
                cursor.execute(sql, [value for row in rows for value in row])
        for row in accepted_sql.outbox_rows(entries):
            clients.producer().produce(row.topic, row.payload, row.key)

    accepted_rows._insert = insert


def pytest_sessionfinish() -> None:
    """Leave what no broker took, which the end of the process would wait for."""
    from messaging import clients

    clients.discard(clients.producer())
