"""No statement about webhooks reads the whole log of messages, which holds a month of them."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from transactions.models import WebhookDelivery
from transactions.tests.requests import decided, message
from transactions.tests.services.webhook_kit import claim, enqueue, webhook

TABLE = WebhookDelivery._meta.db_table


def scans(queries: CaptureQueriesContext) -> Iterator[str]:
    """Yield the reads of messages that no index leads to."""
    asked = [each["sql"] for each in queries.captured_queries]
    for sql in (each for each in asked if each.startswith("SELECT") and TABLE in each):
        with connection.cursor() as cursor:
            is_sqlite = connection.vendor == "sqlite"
            cursor.execute(f"EXPLAIN {'QUERY PLAN ' if is_sqlite else ''}{sql}")
            names = [column[0] for column in cursor.description or ()]
            plan = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        steps = [step for step in plan if TABLE in (step.get("table"), *_words(step))]
        if any("SCAN" in _words(step) or step.get("possible_keys", "") is None for step in steps):
            yield sql


def _words(step: dict[str, object]) -> list[str]:
    return str(step.get("detail", "")).split()


@pytest.mark.django_db
def test_finds_what_is_due_already_by_an_index() -> None:
    webhook()
    with CaptureQueriesContext(connection) as queries:
        enqueue(*(message(decided()) for _ in range(3)))

    assert list(scans(queries)) == []


@pytest.mark.django_db
def test_finds_what_it_took_by_an_index() -> None:
    webhook()
    enqueue(*(message(decided()) for _ in range(3)))
    with CaptureQueriesContext(connection) as queries:
        taken = claim()

    assert len(taken) == 3
    assert list(scans(queries)) == []
