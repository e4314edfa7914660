"""One behavioural suite for both homes of decisions, so that the fake cannot lie."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from uuid_utils.compat import uuid7

from transactions.domain.decisions import Decided
from transactions.repository import DatabaseDecisions, DecisionRepository, InMemoryDecisions

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture(params=["memory", "database"])
def repository(request: pytest.FixtureRequest) -> Iterator[DecisionRepository]:
    with transaction.atomic():
        yield InMemoryDecisions() if request.param == "memory" else DatabaseDecisions()


def decision(**changes: object) -> Decided:
    made = Decided(
        id=str(uuid7()),
        event_id=str(uuid7()),
        account_id="account-1",
        status="rejected",
        error_code="amount_below_minimum",
        error_message="the amount must be at least 1.00",
        amount_cents=-500,
        currency="BRL",
        card_brand="visa",
        card_last4="1111",
        card_token="token",
        created_at=AT,
        processed_at=AT + timedelta(seconds=1),
    )
    return made._replace(**changes)  # type: ignore[arg-type]


def test_what_was_stored_is_got_back_whole(repository: DecisionRepository) -> None:
    made = decision()

    assert repository.begin_insert([made])() == {}
    assert repository.get(made.id) == made


def test_what_was_never_stored_is_none(repository: DecisionRepository) -> None:
    assert repository.get("unknown") is None


def test_a_time_without_fraction_is_got_back_too(repository: DecisionRepository) -> None:
    made = decision(created_at=AT.replace(microsecond=0))
    repository.begin_insert([made])()

    assert repository.get(made.id) == made


def test_the_first_decision_stands_and_is_returned(repository: DecisionRepository) -> None:
    first, other = decision(), decision()
    repository.begin_insert([first])()
    second = decision(id=first.id, status="approved", error_code="", error_message="")

    assert repository.begin_insert([second, other])() == {first.id: first}
    assert repository.get(first.id) == first
    assert repository.get(other.id) == other


def test_ids_are_told_apart_to_the_byte(repository: DecisionRepository) -> None:
    repository.begin_insert([decision(id="Abc")])()

    assert repository.begin_insert([decision(id="abc")])() == {}
    assert repository.begin_insert([decision(id="\u00e0bc")])() == {}


def test_an_empty_batch_is_nothing(repository: DecisionRepository) -> None:
    assert repository.begin_insert([])() == {}


def test_a_large_batch_is_stored_whole(repository: DecisionRepository) -> None:
    batch = [decision() for _ in range(2500)]

    repository.begin_insert(batch)()

    assert repository.get(batch[0].id) == batch[0]
    assert repository.get(batch[-1].id) == batch[-1]


def test_the_database_refuses_a_third_decision() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DatabaseDecisions().begin_insert([decision(status="pending")])()
