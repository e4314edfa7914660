"""Rows that the relay cannot send: set aside with the reason, while other keys go on."""

import pytest

from messaging.backlog import Backlog
from messaging.models import OutboxMessage
from messaging.relay import Relay
from messaging.tests import outbox_kit as kit

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("broker"),
]


def reasons(topic: str) -> list[str]:
    rows = OutboxMessage.objects.filter(topic=topic).order_by("id")
    return ["sent" if row.sent_at else row.reason or "unsent" for row in rows]


class TestARowThatCannotBeSent:
    def test_is_set_aside_with_its_key_while_others_go_on(self, relay: Relay) -> None:
        topic = kit.make_topic()
        before = kit.queue(topic, 2, keys=2)
        kit.queue(topic, 1, keys=1, text="x" * 1_100_000)
        after = kit.queue(topic, 4, keys=2)

        relay.pump()

        assert reasons(topic) == ["sent", "sent", "too_large", "waits", "sent", "waits", "sent"]
        kit.check_arrived(topic, [before[0], before[1], after[1], after[3]])

    def test_holds_back_what_its_key_gets_later(self, relay: Relay) -> None:
        topic = kit.make_topic()
        kit.queue(topic, 1, text="x" * 1_100_000)
        relay.pump()

        kit.queue(topic, 2, keys=1)
        relay.pump()

        assert reasons(topic) == ["too_large", "waits", "waits"]

    def test_is_found_alone_when_the_broker_refuses_a_whole_batch(self, relay: Relay) -> None:
        topic = kit.make_topic(1, **{"max.message.bytes": "3000"})
        rows = kit.queue(topic, 20, keys=5)
        kit.queue(topic, 1, text="x" * 4000)
        rows += kit.queue(topic, 20, keys=5)

        while relay.pump():
            pass

        refused = {"too_large": 1, "waits": 4, "sent": 36}
        assert {each: reasons(topic).count(each) for each in set(reasons(topic))} == refused
        kit.check_arrived(topic, rows[:20] + [row for row in rows[20:] if row.key != "key-0"])

    def test_with_headers_that_nobody_can_read(self, relay: Relay) -> None:
        topic = kit.make_topic()
        kit.queue(topic, 2)
        first = OutboxMessage.objects.order_by("id")[0]
        OutboxMessage.objects.filter(id=first.id).update(headers="{broken")

        relay.pump()

        assert reasons(topic) == ["unreadable", "sent"]

    def test_is_tried_again_in_order_when_released(self, relay: Relay) -> None:
        topic = kit.make_topic()
        rows = kit.queue(topic, 1, text="x" * 1_100_000) + kit.queue(topic, 3, keys=1)
        relay.pump()
        OutboxMessage.objects.filter(reason="too_large").update(payload=b"{}")

        released = Backlog().release([(topic, rows[0].key)])
        relay.pump()

        assert released == 4
        assert reasons(topic) == ["sent"] * 4
        kit.check_arrived(topic, rows)


class TestAnUnknownTopic:
    def test_waits_until_the_topic_is_made(self, relay: Relay) -> None:
        other = kit.make_topic()
        kit.queue(other, 3)
        kit.queue(f"{other}-late", 3)
        relay.pump()
        before = reasons(f"{other}-late")

        kit.make_topic_called(f"{other}-late")
        relay.take_census()
        relay.pump()

        assert before == ["unknown_topic"] * 3
        assert reasons(f"{other}-late") == ["sent"] * 3
        assert reasons(other) == ["sent"] * 3
