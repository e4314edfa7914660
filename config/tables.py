"""Finds tables of an earlier state of the migrations: until a release one may change in place."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connections, models, router


def outdated(alias: str) -> list[str]:
    """Return a line for each table of the database `alias` that is not as its model has it."""
    return list(_differences(alias))


def _differences(alias: str) -> Iterator[str]:
    connection = connections[alias]
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        for table, wanted in _tables(alias):
            found: set[str] = set()
            if table in there:
                rows = connection.introspection.get_table_description(cursor, table)
                found = {each.name for each in rows}
            if missing := wanted - found:
                yield f"{table} lacks {', '.join(sorted(missing))}"
            elif needless := found - wanted:
                yield f"{table} has {', '.join(sorted(needless))} from before"


def _tables(alias: str) -> Iterator[tuple[str, set[str]]]:
    """Yield each table that migrations make in this database, with its columns."""
    model: type[models.Model]
    for model in apps.get_models(include_auto_created=True):
        meta: Any = model._meta  # noqa: SLF001 - Django's own name for it
        if meta.managed and not meta.proxy and router.allow_migrate_model(alias, model):
            yield meta.db_table, {field.column for field in meta.local_concrete_fields}
