"""Model fields for what must be compared to the byte, whatever the database's collation."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import lookups


class ExactCharField(models.CharField):  # type: ignore[type-arg]
    """A CharField compared byte for byte, but by the lookups that say `i`, which heed no case.

    MySQL and MariaDB compare text without regard to case by default, and fill the shorter one up
    with blanks even where they do heed it, so that two ids could be taken for one; SQLite needs
    nothing.
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        """Return the column's parameters, with a binary collation on MySQL and MariaDB."""
        parameters: dict[str, Any] = super().db_parameters(connection)
        if connection.vendor == "mysql":
            is_mariadb = getattr(connection, "mysql_is_mariadb", False)
            parameters["collation"] = "utf8mb4_nopad_bin" if is_mariadb else "utf8mb4_0900_bin"
        return parameters


class _HeedsNoCase(lookups.BuiltinLookup):
    """A lookup whose name begins with `i`: Django leaves it to the column's collation."""

    def process_lhs(
        self, compiler: Any, connection: BaseDatabaseWrapper, lhs: Any = None
    ) -> tuple[str, Any]:
        """Return the column, on MySQL and MariaDB by a collation that heeds no case."""
        sql, parameters = super().process_lhs(compiler, connection, lhs)
        if connection.vendor == "mysql":
            sql = f"{sql} COLLATE utf8mb4_general_ci"
        return sql, parameters


@ExactCharField.register_lookup
class _IExact(_HeedsNoCase, lookups.IExact):
    pass


@ExactCharField.register_lookup
class _IContains(_HeedsNoCase, lookups.IContains):
    pass


@ExactCharField.register_lookup
class _IStartsWith(_HeedsNoCase, lookups.IStartsWith):
    pass


@ExactCharField.register_lookup
class _IEndsWith(_HeedsNoCase, lookups.IEndsWith):
    pass
