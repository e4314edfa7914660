"""SQL that only one database understands stands in a dialect module, and nowhere else."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from messaging import dialects
from messaging.models import InboxEntry

ROOT = Path(settings.BASE_DIR)
LIBRARIES_AND_APPS = (
    *("messaging", "cards", "accounts", "transactions", "televendas", "orders", "bank_grpc"),
    "config",
)
ONE_DATABASE_ONLY = re.compile(
    r"\bON CONFLICT\b|\bON DUPLICATE KEY\b|\bINSERT (OR|IGNORE)\b|\bREPLACE INTO\b|\bRETURNING\b"
    r"|\bUTC_TIMESTAMP\b|\bNOW\(|\bSTRFTIME\(|\bJSON_TABLE\b|\bJSON_EACH\b|\bSKIP LOCKED\b"
    r"|\bLAST_INSERT_ID\b|\bSTRAIGHT_JOIN\b|\bPRAGMA\b|\bGET_LOCK\b|\bINFORMATION_SCHEMA\b"
    r"|(SELECT|UPDATE|INSERT|DELETE)\b.*`",
    re.IGNORECASE,
)
STATEMENT = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|PRAGMA|WITH|SET)\s")


def python_files() -> Iterator[Path]:
    for name in LIBRARIES_AND_APPS:
        for path in (ROOT / name).rglob("*.py"):
            # The legacy bank is a MariaDB by its nature, and not ours.
            is_own = not {"tests", "migrations", "banco1"} & set(path.parts)
            # A connection's own set-up is settings, and each family has its own there.
            if is_own and "dialect" not in path.stem and path.name != "databases.py":
                yield path


def texts(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the string constants, f-strings joined, without docstrings."""
    for each in ast.walk(node):
        if isinstance(each, ast.JoinedStr):
            parts = (part.value for part in each.values if isinstance(part, ast.Constant))
            yield each.lineno, "?".join(map(str, parts))
        elif isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.lineno, each.value


def strays(source: str) -> list[int]:
    """Return the lines of statements that only one database understands."""
    return sorted(
        {
            line
            for line, text in texts(ast.parse(source))
            if STATEMENT.match(text) and ONE_DATABASE_ONLY.search(text)
        }
    )


class TestStrays:
    def test_stand_nowhere(self) -> None:
        found = {
            str(path.relative_to(ROOT)): lines
            for path in python_files()
            if (lines := strays(path.read_text(encoding="utf-8")))
        }

        assert found == {}

    @pytest.mark.parametrize(
        "statement",
        [
            "INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING",
            "INSERT IGNORE INTO t VALUES (1)",
            "SELECT `key` FROM t",
            "UPDATE t SET a = UTC_TIMESTAMP(6)",
        ],
    )
    def test_are_recognised(self, statement: str) -> None:
        assert strays(f"x = 1\nsql = {statement!r}") == [2]

    def test_are_not_seen_in_what_all_understand(self) -> None:
        assert not strays('sql = "UPDATE t SET a = a + 1 WHERE id = %s AND a < 5"')


class TestMultiRowInsert:
    @pytest.mark.parametrize("vendor", ["mysql", "sqlite"])
    def test_has_a_placeholder_for_each_value(self, vendor: str) -> None:
        sql = dialects.multi_row_insert(vendor, "t", ["key", "b"], 3)

        assert sql.endswith("VALUES (%s, %s), (%s, %s), (%s, %s)")

    def test_refuses_a_database_that_nobody_tried(self) -> None:
        with pytest.raises(KeyError):
            dialects.multi_row_insert("oracle", "t", ["a"], 1)


@pytest.mark.django_db
class TestEstimatedRows:
    def test_counts_or_guesses(self) -> None:
        assert dialects.estimated_rows(connection, InboxEntry._meta.db_table) >= 0


@pytest.mark.django_db
class TestMarkSent:
    def test_finds_each_row_by_its_key_however_many_wait(self) -> None:
        sql = dialects.dialect(connection.vendor).mark_sent
        with connection.cursor() as cursor:
            is_sqlite = connection.vendor == "sqlite"
            cursor.execute(f"EXPLAIN {'QUERY PLAN ' if is_sqlite else ''}{sql}", ["[[1, 2, 3]]"])
            plan = str(cursor.fetchall())

        # Walking the unsent rows for each report made a backlog of 60,000 take hours.
        assert "INTEGER PRIMARY KEY" in plan if is_sqlite else "PRIMARY" in plan
