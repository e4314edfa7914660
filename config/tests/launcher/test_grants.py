"""Telesales' own user, on a real MariaDB: everything at home, nothing elsewhere."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import MySQLdb
import pytest

from config.launcher import grants, prepare

pytestmark = pytest.mark.mariadb
_DENIED = {1044, 1142, 1143, 1227}
_SYSTEM = {"information_schema"}


class Server:
    """A product's database with a secret in it, and the names of telesales' own beside it."""

    def __init__(self, url: str) -> None:
        """Choose names that nobody else has on the server."""
        parts = urlsplit(url)
        self.maker = {"host": parts.hostname, "port": parts.port, "user": parts.username}
        mark = uuid4().hex[:8]
        self.product, self.apart, self.user = f"p_{mark}", f"t_{mark}", f"u_{mark}"

    def do(self, *statements: str, user: str = "", database: str = "") -> tuple[Any, ...]:
        """Carry the statements out as `user`, else as root; return what the last one found."""
        given = {**self.maker, **({"user": user, "password": "own"} if user else {})}
        with (
            closing(MySQLdb.connect(**given, database=database)) as connection,
            connection.cursor() as cursor,
        ):
            for each in statements:
                cursor.execute(each)
            connection.commit()
            return tuple(cursor.fetchall())


@pytest.fixture
def server(mariadb_url: str) -> Iterator[Server]:
    here = Server(mariadb_url)
    here.do(
        f"CREATE DATABASE {here.product}",
        f"CREATE TABLE {here.product}.secrets (text VARCHAR(20))",
        f"INSERT INTO {here.product}.secrets VALUES ('a secret')",
        # Its name fits the other one's, read as a pattern.
        f"CREATE DATABASE {here.apart.replace('_', 'x')}",
    )
    yield here
    here.do(
        f"DROP DATABASE IF EXISTS {here.product}",
        f"DROP DATABASE IF EXISTS {here.apart}",
        f"DROP DATABASE {here.apart.replace('_', 'x')}",
        f"DROP USER IF EXISTS '{here.user}'@'%'",
    )


def databases(server: Server) -> dict[str, dict[str, Any]]:
    """Return settings that name both databases, as DATABASE_URL and its like do."""
    place = {"HOST": server.maker["host"], "PORT": server.maker["port"]}
    place |= {"ENGINE": "django_prometheus.db.backends.mysql"}
    root = {"USER": server.maker["user"], "PASSWORD": ""}
    return {
        "default": {**place, **root, "NAME": server.product},
        "televendas": {**place, "NAME": server.apart, "USER": server.user, "PASSWORD": "own"},
    }


class TestCreateDatabases:
    def test_makes_telesales_a_user_who_is_at_home_there(self, server: Server) -> None:
        prepare.create_databases(databases(server))
        prepare.create_databases(databases(server))

        found = server.do(
            "CREATE TABLE customers (name VARCHAR(20)) ENGINE=InnoDB",
            "INSERT INTO customers VALUES ('Ana')",
            "ALTER TABLE customers ADD region CHAR(2)",
            "SELECT name, region FROM customers",
            user=server.user,
            database=server.apart,
        )
        assert found == (("Ana", None),)

    @pytest.mark.parametrize(
        "statement",
        [
            "SELECT * FROM {product}.secrets",
            "SHOW TABLES FROM {product}",
            "INSERT INTO {product}.secrets VALUES ('x')",
            "DROP TABLE {product}.secrets",
            "CREATE TABLE {similar}.mine (id INT)",
            "SELECT * FROM mysql.user",
            "CREATE DATABASE {product}_more",
            "CREATE USER somebody",
            "GRANT SELECT ON {product}.* TO '{user}'@'%'",
            "SELECT LOAD_FILE('/etc/hostname') INTO OUTFILE '/tmp/never'",
            "FLUSH BINARY LOGS",
        ],
    )
    def test_lets_that_user_do_nothing_elsewhere(self, server: Server, statement: str) -> None:
        prepare.create_databases(databases(server))
        similar = server.apart.replace("_", "x")
        text = statement.format(product=server.product, similar=similar, user=server.user)

        with pytest.raises(MySQLdb.Error) as refused:
            server.do(text, user=server.user, database=server.apart)

        assert refused.value.args[0] in _DENIED | {1045}

    def test_shows_that_user_no_other_database(self, server: Server) -> None:
        prepare.create_databases(databases(server))

        found = {name for (name,) in server.do("SHOW DATABASES", user=server.user)}

        assert found - _SYSTEM == {server.apart}

    def test_leaves_it_to_others_where_the_products_user_may_not(self, server: Server) -> None:
        prepare.create_databases(databases(server))
        humble = f"h_{uuid4().hex[:8]}"
        grants.give(server.maker, database=server.product, user=humble, password="own")
        settings = databases(server)
        settings["default"] |= {"USER": humble, "PASSWORD": "own"}
        try:
            prepare.create_databases(settings)

            found = {name for (name,) in server.do("SHOW DATABASES", user=server.user)}
            assert found - _SYSTEM == {server.apart}
        finally:
            server.do(f"DROP USER '{humble}'@'%'")
