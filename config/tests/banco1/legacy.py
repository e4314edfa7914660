"""The committed schema of the legacy bank on a real server, under names that nobody else has."""

from contextlib import closing
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import MySQLdb
from django.conf import settings

from config.banco1.access import Access

SCHEMA = settings.BASE_DIR / "deploy" / "connect" / "banco1" / "schema.sql"
USERS = ("captura", "banco1", "saude")


class House:
    """A database and three users of one test's own."""

    def __init__(self, url: str) -> None:
        """Read the schema; nothing is made yet."""
        parts = urlsplit(url)
        self.place = {"host": parts.hostname, "port": parts.port}
        self.mark = uuid4().hex[:8]
        text = SCHEMA.read_text(encoding="utf-8")
        for name in ("legado", *USERS):
            text = text.replace(f"{name}.", f"{name}{self.mark}.")
            text = text.replace(f"{name} CHAR", f"{name}{self.mark} CHAR")
            text = text.replace(f"'{name}'@'127.0.0.1'", f"'{name}{self.mark}'@'%'")
        text = text.replace("{capture_password}", "own").replace("{application_password}", "own")
        self.statements = [each for each in text.split(";\n") if each.strip()]
        self.database = f"legado{self.mark}"

    @property
    def access(self) -> Access:
        """Return what the bank's own program is told."""
        host, port = str(self.place["host"]), int(self.place["port"] or 0)
        user, database = f"banco1{self.mark}", self.database
        return Access(host=host, port=port, user=user, password="own", database=database)

    def make(self) -> None:
        """Make everything; the server reads the schema at each start, so it is read twice."""
        self.do(*self.statements, *self.statements)

    def drop(self) -> None:
        """Take everything away."""
        users = ", ".join(f"'{name}{self.mark}'@'%'" for name in USERS)
        self.do(f"DROP DATABASE {self.database}", f"DROP USER {users}")

    def connection(self, user: str = "root") -> "MySQLdb.Connection":
        given = {"user": user} if user == "root" else {"user": f"{user}{self.mark}"}
        password = {"captura": "own", "banco1": "own"}.get(user, "")
        return MySQLdb.connect(**self.place, **given, password=password, charset="utf8mb4")

    def do(self, *statements: str, user: str = "root") -> tuple[Any, ...]:
        with closing(self.connection(user)) as connection, connection.cursor() as cursor:
            for each in statements:
                cursor.execute(each)
            connection.commit()
            return tuple(cursor.fetchall())

    def rows(self) -> dict[int, tuple[Any, ...]]:
        found = self.do(f"SELECT * FROM {self.database}.clientes")
        return {row[0]: row[1:-1] for row in found}
