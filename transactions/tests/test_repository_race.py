"""Two processors that meet the same id at the same time: one decision, and both know it."""

import threading
from collections.abc import Mapping

import pytest
from django.db import connection, transaction

from transactions.domain.decisions import Decided
from transactions.repository import DatabaseDecisions
from transactions.tests.test_repository import decision

pytestmark = pytest.mark.django_db(transaction=True)
DEADLINE_SECONDS = 30.0


def test_the_second_waits_for_the_first_and_gets_its_decision() -> None:
    first, fresh = decision(), decision()
    second = first._replace(event_id=fresh.event_id, account_id="another")
    has_inserted, is_about_to = threading.Event(), threading.Event()
    answers: list[Mapping[str, Decided]] = []

    def decide_second() -> None:
        try:
            assert has_inserted.wait(DEADLINE_SECONDS)
            is_about_to.set()
            with transaction.atomic():
                answers.append(DatabaseDecisions().begin_insert([second, fresh])())
        finally:
            connection.close()

    rival = threading.Thread(target=decide_second)
    rival.start()
    with transaction.atomic():
        assert DatabaseDecisions().begin_insert([first])() == {}
        has_inserted.set()
        assert is_about_to.wait(DEADLINE_SECONDS)
    rival.join(DEADLINE_SECONDS)

    assert answers == [{first.id: first}]
    assert DatabaseDecisions().get(first.id) == first
    assert DatabaseDecisions().get(fresh.id) == fresh
