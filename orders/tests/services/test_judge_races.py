"""Many reviewers at once, or a reviewer beside the clock: the verdict is said once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from messaging.models import OutboxMessage
from messaging.whole import run_whole
from orders.domain.fraud import Verdict
from orders.models import FraudAct, FraudReceipt, Order
from orders.services.act import locked
from orders.services.judge import OrderClosedError, review, time_out
from orders.tests.kit import NOW
from orders.tests.services.fraud_kit import doubtful
from orders.tests.services.many_hands import HANDS, insist

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(work: Callable[[int], object]) -> int:
    """Let several people do it at once; return how many found the order closed."""

    def one(number: int) -> int:
        try:
            insist(lambda: work(number))
        except OrderClosedError:
            return 1
        finally:
            connection.close()
        return 0

    with ThreadPoolExecutor(HANDS) as pool:
        return sum(pool.map(one, range(HANDS)))


class TestReview:
    def test_the_first_of_many_verdicts_counts(self) -> None:
        order = doubtful()
        verdicts = (Verdict.CLEAR, Verdict.FRAUD)

        closed = at_once(lambda n: review(order.id, verdicts[n % 2], "n", f"person {n}", NOW))

        assert closed == HANDS - 1
        assert OutboxMessage.objects.count() == FraudAct.objects.count() == 1
        decided = FraudReceipt.objects.get(order=order).decided
        assert Order.objects.get(pk=order.id).state == {"clear": "cleared"}.get(decided, decided)

    def test_a_reviewer_and_the_clock_say_it_once(self) -> None:
        order = doubtful()

        def act(number: int) -> None:
            if number % 2:
                review(order.id, Verdict.CLEAR, "n", f"person {number}", NOW)
            else:
                run_whole(lambda: time_out(locked(order.id), NOW))

        at_once(act)

        assert OutboxMessage.objects.count() == 1
