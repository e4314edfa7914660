"""Deciding: one decision for an id whatever comes, and nothing of a card but what may be kept."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from msgspec.structs import replace

from cards.installation import vault
from messaging.consumer import Message
from messaging.errors import PoisonError
from messaging.models import OutboxMessage
from transactions.domain.decisions import Decided
from transactions.models import Decision
from transactions.repository import DatabaseDecisions, InMemoryDecisions
from transactions.services import process
from transactions.tests.requests import MASTERCARD, NOW, VISA, message, plain, received

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def atomic() -> Iterator[None]:
    with transaction.atomic():
        yield


def run(*messages: Message[Any], now: datetime = NOW) -> list[Decided]:
    return process.process_transactions(
        messages, repository=DatabaseDecisions(), vault=vault(), now=now
    )


def published() -> list[dict[str, Any]]:
    rows = OutboxMessage.objects.filter(topic="transactions_result").order_by("id")
    return [
        {"key": row.key, "event_id": row.event_id, **json.loads(bytes(row.payload or b""))}
        for row in rows
    ]


class TestOurOwnRequest:
    def test_is_decided_stored_and_published(self) -> None:
        event = received()

        [answer] = run(message(event))

        stored = Decision.objects.get(id=event.id)
        assert (stored.status, stored.amount_cents) == ("approved", 10_050)
        assert (stored.card_brand, stored.card_last4) == ("visa", "1111")
        assert stored.card_token == vault().fingerprint(VISA)
        assert stored.event_id == answer.event_id

    def test_is_published_with_every_field_of_the_contract(self) -> None:
        event = received()

        [answer] = run(message(event))

        assert published() == [
            {
                "key": event.id,
                "event_id": answer.event_id,
                "id": event.id,
                "status": "approved",
                "error_message": "",
                "error_code": "",
                "account_id": "account-1",
                "amount": 100.5,
                "amount_cents": 10_050,
                "currency": "BRL",
                "card_brand": "visa",
                "card_last4": "1111",
                "created_at": "2026-11-21T12:00:00Z",
                "processed_at": "2026-11-21T12:00:00Z",
            }
        ]

    def test_that_is_rejected_is_stored_and_published_all_the_same(self) -> None:
        event = received(amount="1000.01")

        run(message(event))

        assert Decision.objects.get(id=event.id).error_code == "amount_above_maximum"
        assert published()[0]["error_message"] == "the amount must be at most 1000.00"

    @pytest.mark.parametrize(
        "sealed", ["", "4111111111111111", "v1.dev.AAAA", "v1.gone.AAAA", "v2.dev.AAAA"]
    )
    def test_whose_card_does_not_open_is_poison(self, sealed: str) -> None:
        with pytest.raises(PoisonError) as caught:
            run(message(received(sealed=sealed)))

        assert VISA not in str(caught.value)
        assert not Decision.objects.exists()

    def test_whose_card_was_sealed_for_another_transaction_is_poison(self) -> None:
        moved = received().card.sealed

        with pytest.raises(PoisonError) as caught:
            run(message(received(sealed=moved)))

        assert caught.value.reason == "broken_card_seal"
        assert not Decision.objects.exists()


class TestAnOutsideRequest:
    def test_is_decided_like_ours(self) -> None:
        event = plain(credit_card_number=MASTERCARD)

        run(message(event))

        stored = Decision.objects.get(id=event.id)
        assert (stored.status, stored.account_id) == ("approved", "outside-account")
        assert (stored.card_brand, stored.card_last4) == ("mastercard", "4444")

    def test_leaves_nothing_of_its_number(self) -> None:
        run(message(plain()))

        kept = [*Decision.objects.values_list(), *OutboxMessage.objects.values_list()]
        assert VISA not in repr(kept)
        assert VISA[:12] not in repr(kept)

    def test_whose_number_is_no_number_shows_nothing_of_it(self) -> None:
        event = plain(credit_card_number="secret words and more")

        run(message(event))

        stored = Decision.objects.get(id=event.id)
        assert stored.error_code == "invalid_card_number"
        assert (stored.card_brand, stored.card_last4) == ("", "")

    def test_may_ask_for_a_negative_amount_and_is_rejected(self) -> None:
        event = plain(amount=-5)

        run(message(event))

        assert Decision.objects.get(id=event.id).error_code == "amount_below_minimum"
        assert published()[0]["amount"] == -5.0
        assert published()[0]["amount_cents"] == -500

    @pytest.mark.parametrize("amount", [100, 100.0])
    def test_is_published_with_two_decimals(self, amount: float) -> None:
        run(message(plain(amount=amount)))

        payload = bytes(OutboxMessage.objects.get().payload or b"")
        assert b'"amount":100.00,' in payload

    def test_is_judged_at_its_own_time(self) -> None:
        long_ago = datetime(2020, 5, 31, 23, 0, tzinfo=UTC)
        event = plain(
            created_at=long_ago.isoformat(),
            credit_card_expiration_month=5,
            credit_card_expiration_year=2020,
        )

        [answer] = run(message(event))

        assert answer.status == "approved"
        assert answer.created_at == long_ago

    def test_without_a_time_is_judged_when_it_was_recorded(self) -> None:
        expiry = {"credit_card_expiration_month": 5, "credit_card_expiration_year": 2020}
        in_time = datetime(2020, 6, 1, 2, 59, tzinfo=UTC)

        [first] = run(message(plain(**expiry), at=in_time))
        [second] = run(message(plain(**expiry), at=in_time + timedelta(minutes=1)))

        assert (first.status, second.error_code) == ("approved", "invalid_expiration_year")

    def test_without_time_zone_is_read_as_utc(self) -> None:
        [answer] = run(message(plain(created_at="2026-11-21T10:00:00")))

        assert answer.created_at == datetime(2026, 11, 21, 10, tzinfo=UTC)

    def test_whose_recorded_time_is_no_time_is_poison(self) -> None:
        odd = message(plain())
        odd = replace(odd, record=replace(odd.record, timestamp_ms=10**18))

        with pytest.raises(PoisonError):
            run(odd)


class TestAnIdThatWasDecided:
    def test_keeps_its_decision_and_gets_the_same_answer_again(self) -> None:
        event = plain()
        [first] = run(message(event))
        other = plain(id=event.id, amount=5000, account_id="somebody-else")

        [again] = run(message(other), now=NOW + timedelta(hours=1))

        assert again == first
        assert Decision.objects.get().status == "approved"
        one, two = published()
        assert one == two

    def test_twice_in_one_batch_is_decided_once_by_the_first(self) -> None:
        event = plain()
        other = plain(id=event.id, amount=5000)

        answers = run(message(event), message(plain()), message(other))

        assert answers[0] == answers[2]
        assert answers[0].status == "approved"
        assert Decision.objects.count() == 2
        assert [row["event_id"] for row in published()] == [a.event_id for a in answers]

    def test_does_not_hold_up_the_rest_of_its_batch(self) -> None:
        known, fresh = plain(), plain()
        run(message(known))

        run(message(fresh), message(plain(id=known.id)))

        assert Decision.objects.filter(id__in=[known.id, fresh.id]).count() == 2


def test_the_trace_of_the_request_goes_on() -> None:
    trace_id = "0af7651916cd43dd8448eb211c80319c"
    traced = replace(message(received()), traceparent=f"00-{trace_id}-b7ad6b7169203331-01")

    run(traced)

    headers = json.loads(OutboxMessage.objects.get().headers)
    assert headers["traceparent"].split("-")[1] == trace_id


def test_the_service_needs_no_database_of_its_own() -> None:
    repository = InMemoryDecisions()
    event = received()

    process.process_transactions([message(event)], repository=repository, vault=vault(), now=NOW)

    assert repository.get(event.id) is not None
    assert not Decision.objects.exists()
