"""Model fields for what must be compared to the byte, whatever the database's collation."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class ExactCharField(models.CharField):  # type: ignore[type-arg]
    """A CharField compared byte for byte.

    MySQL and MariaDB compare text without regard to case by default, so that two ids could be
    taken for one; SQLite needs nothing.
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        """Return the column's parameters, with a binary collation on MySQL and MariaDB."""
        parameters: dict[str, Any] = super().db_parameters(connection)
        if connection.vendor == "mysql":
            parameters["collation"] = "utf8mb4_bin"
        return parameters
