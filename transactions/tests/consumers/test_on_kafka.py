"""Each consumer once on a real broker, from the bytes on its topic to its effect."""

from uuid import uuid4

import msgspec
import pytest
from pytest_django import Settings
from uuid_utils.compat import uuid7

from messaging import outbox
from messaging.models import DeadLetter, OutboxMessage
from messaging.relay import Relay
from messaging.tail import TopicTail
from messaging.topics import Topic
from transactions.consumers.processor import Processor
from transactions.consumers.results import Results
from transactions.consumers.webhooks import Webhooks
from transactions.domain.webhooks import EVENT_TYPES
from transactions.events import TRANSACTIONS, TRANSACTIONS_RESULT
from transactions.models import Decision, Transaction, WebhookDelivery
from transactions.services.webhooks import subscriptions
from transactions.tests.consumers import kafka_kit as kit
from transactions.tests.requests import NOW, VISA, decided, plain_fields, received

pytestmark = [pytest.mark.kafka, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def broker(kafka_bootstrap: str, settings: Settings) -> None:
    settings.KAFKA_BOOTSTRAP_SERVERS = kafka_bootstrap
    settings.MESSAGING_LEASE_SECONDS = 60


@pytest.fixture
def requests() -> Topic:
    return kit.own_topic(TRANSACTIONS)


@pytest.fixture
def results() -> Topic:
    return kit.own_topic(TRANSACTIONS_RESULT)


def relay_to(topic: Topic) -> None:
    """Send what the outbox holds for the results, to a topic of the test's own."""
    OutboxMessage.objects.filter(topic=TRANSACTIONS_RESULT.name).update(topic=topic.name)
    relay = Relay()
    assert relay.lease.acquire()
    try:
        while relay.pump():
            pass
    finally:
        relay.close()


class TestTheProcessor:
    def test_answers_an_outside_record_whatever_its_key(
        self, requests: Topic, results: Topic
    ) -> None:
        fields = plain_fields()
        kit.produce(requests.name, msgspec.json.encode(fields), key=f"any-{uuid4()}")

        with kit.running(kit.reading(Processor, requests)) as runtime:
            kit.turn_until(runtime, Decision.objects.exists)
        relay_to(results)

        with TopicTail([results.name]) as tail:
            [record] = [
                record
                for (name, partition), mark in tail.watermarks().items()
                for record in tail.read_range(name, partition, mark.low, mark.high, timeout=20)
            ]
        answer = msgspec.json.decode(record.value or b"")
        assert (answer["id"], answer["status"]) == (fields["id"], "approved")
        assert (answer["error_message"], answer["card_last4"]) == ("", VISA[-4:])
        assert record.key == fields["id"].encode()
        assert record.header("ce_type") == "transactions.decided.v1"
        assert VISA.encode() not in (record.value or b"")

    def test_goes_on_after_poison(self, requests: Topic) -> None:
        for value in (b"{", b"{}", msgspec.json.encode(plain_fields(amount="1"))):
            kit.produce(requests.name, value, key="same")
        row = outbox.prepare(received(sealed="v1.dev.AAAA"), key="same")
        headers = msgspec.json.decode(row.headers, type=dict[str, str])
        kit.produce(requests.name, row.payload or b"", key="same", headers=headers)
        good = plain_fields()
        kit.produce(requests.name, msgspec.json.encode(good), key="same")

        with kit.running(kit.reading(Processor, requests)) as runtime:
            kit.turn_until(runtime, Decision.objects.exists)

        assert Decision.objects.get().id == good["id"]

    def test_buries_a_card_that_was_moved_to_another_transaction(self, requests: Topic) -> None:
        row = outbox.prepare(received(sealed=received().card.sealed), key="any")
        headers = msgspec.json.decode(row.headers, type=dict[str, str])
        kit.produce(requests.name, row.payload or b"", key="any", headers=headers)

        with kit.running(kit.reading(Processor, requests)) as runtime:
            kit.turn_until(runtime, DeadLetter.objects.exists)

        assert DeadLetter.objects.get().reason.startswith("broken_card_seal")
        assert not Decision.objects.exists()

    def test_publishes_the_first_answer_again_for_an_id_that_was_decided(
        self, requests: Topic
    ) -> None:
        fields = plain_fields()
        for amount in (100.5, 5000):
            value = msgspec.json.encode({**fields, "amount": amount})
            kit.produce(requests.name, value, key=str(uuid7()))

        with kit.running(kit.reading(Processor, requests)) as runtime:
            kit.turn_until(runtime, lambda: OutboxMessage.objects.count() == 2)

        one, two = OutboxMessage.objects.order_by("id")
        assert (one.event_id, bytes(one.payload or b"")) == (
            two.event_id,
            bytes(two.payload or b""),
        )
        assert Decision.objects.count() == 1


def produce_decision(topic: Topic, transaction_id: str, account_id: str) -> None:
    row = outbox.prepare(decided(id=transaction_id, account_id=account_id), key=transaction_id)
    headers = msgspec.json.decode(row.headers, type=dict[str, str])
    kit.produce(topic.name, row.payload or b"", key=transaction_id, headers=headers)


def test_the_results_reader_decides_the_merchants_row(results: Topic) -> None:
    Transaction.objects.create(
        id="tx-1",
        account_id="account-1",
        amount_cents=10_050,
        card_last4="1111",
        card_expiration_month=12,
        card_expiration_year=2030,
        card_holder="MARIA SILVA",
        created_at=NOW,
    )
    produce_decision(results, "tx-1", "account-1")

    with kit.running(kit.reading(Results, results)) as runtime:
        kit.turn_until(runtime, Transaction.objects.filter(status="approved").exists)

    assert Transaction.objects.get().result_read_at is not None


def test_the_webhooks_reader_makes_messages_due(results: Topic) -> None:
    subscriptions.create_webhook(
        account_id="account-1", url="http://127.0.0.1:9/", events=EVENT_TYPES, now=NOW
    )
    produce_decision(results, "tx-1", "account-1")

    with kit.running(kit.reading(Webhooks, results)) as runtime:
        kit.turn_until(runtime, WebhookDelivery.objects.exists)

    assert WebhookDelivery.objects.get().transaction_id == "tx-1"
