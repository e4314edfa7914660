"""Counts dead letters, and stops a consumer rather than let it empty its topic into them."""

from collections import deque

from messaging.clock import Clock
from messaging.consumer import Consumer
from messaging.errors import TooManyDeadLettersError
from messaging.models import ConsumerHalt


class DeathToll:
    """Dead letters of one consumer against its policy: in a row, and by share of the last records.

    A consumer that was stopped is on probation when it starts again, as a breaker is half open:
    one success sets it free, one more death stops it at once. So a supervisor that starts it
    again and again does not carry the topic away in portions of the limit.
    """

    def __init__(self, consumer: Consumer, clock: Clock) -> None:
        """Start at zero, or on probation where the last run was halted."""
        self._consumer = consumer
        self._policy = consumer.dead_letters
        self._clock = clock
        self._in_row = 0
        self._recent: deque[bool] = deque(maxlen=self._policy.window)
        self._dead_among_recent = 0
        self._halts = ConsumerHalt.objects.using(consumer.database).filter(consumer=consumer.name)
        self._is_on_probation: bool | None = None

    def count_successes(self, number: int) -> None:
        """Count `number` records that were applied; the first ends a probation."""
        if self._is_on_probation is not False:
            self._halts.delete()
            self._is_on_probation = False
        self._in_row = 0
        for _ in range(min(number, self._policy.window)):
            self._remember(is_dead=False)

    def count_death(self) -> None:
        """Count a record that is about to die; raises TooManyDeadLettersError instead of it."""
        if self._is_on_probation is None:
            self._is_on_probation = self._halts.exists()
        self._in_row += 1
        self._remember(is_dead=True)
        reason = self._excess()
        if reason:
            self._halt(reason)
            raise TooManyDeadLettersError(f"{self._consumer.name} stops: {reason}")

    def _excess(self) -> str | None:
        policy = self._policy
        if self._is_on_probation:
            return "it was halted before, and still the first record fails"
        if self._in_row > policy.limit_in_row:
            return f"more than {policy.limit_in_row} dead letters in a row"
        is_full = len(self._recent) == policy.window
        if is_full and self._dead_among_recent > policy.limit_share * policy.window:
            return f"{self._dead_among_recent} dead among the last {policy.window} records"
        return None

    def _halt(self, reason: str) -> None:
        ConsumerHalt.objects.using(self._consumer.database).update_or_create(
            consumer=self._consumer.name,
            defaults={"reason": reason, "halted_at": self._clock.now()},
        )

    def _remember(self, *, is_dead: bool) -> None:
        if len(self._recent) == self._policy.window and self._recent[0]:
            self._dead_among_recent -= 1
        self._recent.append(is_dead)
        self._dead_among_recent += is_dead
