"""A due message: which sender gets it, for how long, and what is written of each try."""

from datetime import datetime, timedelta

import pytest

from transactions.adapters.webhook_http import Answer
from transactions.models import WebhookAttempt, WebhookDelivery
from transactions.services.webhooks import sending, subscriptions
from transactions.services.webhooks.sending import LEASE_SECONDS
from transactions.tests.requests import NOW, decided, message
from transactions.tests.services.webhook_kit import claim, enqueue, webhook


@pytest.mark.django_db
class TestClaiming:
    def test_takes_what_is_due_and_nothing_that_is_not_yet(self) -> None:
        webhook()
        enqueue(message(decided()))
        enqueue(message(decided()), now=NOW + timedelta(hours=1))

        assert len(claim()) == 1

    def test_never_gives_the_same_message_to_two_senders(self) -> None:
        webhook()
        enqueue(*(message(decided()) for _ in range(5)))

        first, second = claim(limit=3), claim()

        assert (len(first), len(second)) == (3, 2)
        assert not {one.delivery_id for one in first} & {one.delivery_id for one in second}
        assert claim() == []

    def test_gives_a_message_again_when_its_sender_died(self) -> None:
        webhook()
        enqueue(message(decided()))
        claim()
        WebhookDelivery.objects.update(leased_until=datetime(2000, 1, 1, tzinfo=NOW.tzinfo))

        assert len(claim()) == 1

    def test_leaves_room_for_other_webhooks(self) -> None:
        slow, quick = webhook(), webhook(account_id="account-2")
        enqueue(*(message(decided()) for _ in range(6)))
        enqueue(message(decided(account_id="account-2")))

        taken = claim(limit_each=4)
        hooks = [one.webhook_id for one in taken]
        assert (hooks.count(slow.id), hooks.count(quick.id)) == (4, 1)

    def test_counts_what_the_sender_has_in_hand(self) -> None:
        hook = webhook()
        enqueue(*(message(decided()) for _ in range(6)))

        taken = sending.claim_due(
            now=NOW, limit=10, limit_each=4, under_way={hook.id: 3, "other": 4}
        )

        assert len(taken) == 1

    def test_skips_webhooks_that_were_switched_off_meanwhile(self) -> None:
        hook = webhook()
        enqueue(message(decided()))
        subscriptions.change_webhook(hook, enabled=False)

        assert claim() == []

    def test_holds_a_message_longer_than_a_post_may_take(self) -> None:
        assert LEASE_SECONDS > 10


@pytest.mark.django_db
class TestAnAttempt:
    def record(self, answer: Answer, *, now: datetime = NOW) -> WebhookAttempt:
        [claimed] = claim(now)
        attempt = sending.record_attempt(claimed, answer, at=now, duration_ms=12, now=now)
        assert attempt is not None
        return attempt

    def test_that_succeeded_is_the_last(self) -> None:
        webhook()
        enqueue(message(decided()))

        attempt = self.record(Answer(204))

        delivery = WebhookDelivery.objects.get()
        assert (attempt.response_status, attempt.error, attempt.next_at) == (204, "", None)
        assert (delivery.due_at, delivery.delivered_at) == (None, NOW)

    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            (Answer(500), "unexpected_status"),
            (Answer(302), "unexpected_status"),
            (Answer(None, "timeout"), "timeout"),
        ],
    )
    def test_that_failed_is_tried_again_later(self, answer: Answer, error: str) -> None:
        webhook()
        enqueue(message(decided()))

        attempt = self.record(answer)

        assert attempt.error == error
        assert attempt.next_at is not None
        assert NOW < attempt.next_at <= NOW + timedelta(seconds=5)
        assert claim() == []
        assert len(claim(NOW + timedelta(seconds=5))) == 1

    def test_is_given_up_after_ten_more(self) -> None:
        webhook()
        enqueue(message(decided()))
        now = NOW
        for _ in range(11):
            last = self.record(Answer(500), now=now)
            now = last.next_at or now

        assert last.next_at is None
        assert WebhookAttempt.objects.count() == 11
        assert claim(NOW + timedelta(days=30)) == []

    def test_by_a_sender_that_lost_its_lease_changes_nothing_but_the_log(self) -> None:
        webhook()
        enqueue(message(decided()))
        [late] = claim()
        WebhookDelivery.objects.update(leased_until=datetime(2000, 1, 1, tzinfo=NOW.tzinfo))
        self.record(Answer(200))

        sending.record_attempt(late, Answer(None, "timeout"), at=NOW, duration_ms=1, now=NOW)

        assert WebhookAttempt.objects.count() == 2
        assert WebhookDelivery.objects.get().due_at is None

    def test_to_a_webhook_that_is_gone_is_forgotten(self) -> None:
        hook = webhook()
        enqueue(message(decided()))
        [claimed] = claim()
        subscriptions.remove_webhook(hook)

        assert sending.record_attempt(claimed, Answer(200), at=NOW, duration_ms=1, now=NOW) is None

    def test_can_be_repeated_by_hand(self) -> None:
        webhook()
        enqueue(message(decided()))
        first = self.record(Answer(200))

        sending.resend(first.delivery, now=NOW)

        assert self.record(Answer(200)).delivery_id == first.delivery_id

    @pytest.mark.parametrize("answer", [Answer(200), Answer(500)])
    def test_in_hand_does_not_swallow_a_resend(self, answer: Answer) -> None:
        webhook()
        enqueue(message(decided()))
        [claimed] = claim()
        asked_at = NOW + timedelta(seconds=1)
        sending.resend(WebhookDelivery.objects.get(), now=asked_at)

        attempt = sending.record_attempt(claimed, answer, at=NOW, duration_ms=1, now=NOW)

        assert attempt is not None
        assert attempt.next_at == asked_at
        [again] = claim(asked_at)
        assert (again.delivery_id, again.failures) == (claimed.delivery_id, 0)
