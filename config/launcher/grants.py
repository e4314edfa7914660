"""Gives a database to a user who may do anything there and nothing anywhere else."""

from contextlib import closing
from typing import Any

# What MariaDB and MySQL answer to who may not make users or databases.
NOT_ALLOWED = frozenset({1044, 1142, 1227})


def give(maker: "dict[str, Any]", *, database: str, user: str, password: str) -> None:
    """Make `database` and `user` if they are missing, and give the one to the other.

    `maker` are the options of a connection that may do that. A user who is there keeps the
    password and all other rights. Raises MySQLdb.OperationalError, with a code of NOT_ALLOWED where
    the maker may not.
    """
    import MySQLdb  # noqa: PLC0415 - a machine that runs on SQLite may lack it

    # In a grant, an underscore in a database's name stands for any character.
    pattern = _quoted(database.replace("_", r"\_"))
    with closing(MySQLdb.connect(**maker)) as connection, connection.cursor() as cursor:
        cursor.execute(create_statement(database))
        cursor.execute("CREATE USER IF NOT EXISTS %s@'%%' IDENTIFIED BY %s", (user, password))
        cursor.execute(f"GRANT ALL PRIVILEGES ON {pattern}.* TO %s@'%%'", (user,))


def create_statement(database: str) -> str:
    """Return the SQL that makes the database where it is missing."""
    return f"CREATE DATABASE IF NOT EXISTS {_quoted(database)} CHARACTER SET utf8mb4"


def _quoted(name: str) -> str:
    escaped = name.replace("`", "``")
    return f"`{escaped}`"
