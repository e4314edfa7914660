"""The field for what callers name their calls by, where even a blank at the end counts."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from messaging.fields import ExactCharField


class NameField(ExactCharField):
    """An ExactCharField to which `a` and `a ` are two: callers choose these names, not we.

    MariaDB fills the shorter text up with blanks before it compares, also byte by byte, unless the
    collation says otherwise. A key with a blank at its end then met the row of the one without, and
    was not found by its own name.
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        """Return the column's parameters, with a collation that fills nothing up."""
        parameters: dict[str, Any] = super().db_parameters(connection)
        if connection.vendor == "mysql":
            is_mariadb = getattr(connection, "mysql_is_mariadb", False)
            parameters["collation"] = "utf8mb4_nopad_bin" if is_mariadb else "utf8mb4_0900_bin"
        return parameters
