"""The loop of a consumer: poll, work, store. It never sleeps and never stores before the effect."""

import threading
from collections.abc import Sequence
from typing import Final

from messaging import backoff, metrics, registry, starts
from messaging.broker import Assignment, LetterBox, Membership, Partition
from messaging.clock import Clock
from messaging.consumer import Consumer
from messaging.deadletters import DeadLetters
from messaging.deathtoll import DeathToll
from messaging.envelope import Decoder
from messaging.errors import MissingOffsetError
from messaging.failures import Failure, classify
from messaging.faultpoints import faultpoint
from messaging.heartbeat import Heartbeat
from messaging.observers import Observers
from messaging.parking import Parking
from messaging.partitions import Holdings
from messaging.processing import freshen, processor
from messaging.records import Record
from messaging.work import Work

LONGEST_POLL_SECONDS: Final = 1.0


class Runtime:
    """Runs one consumer: its seat in the group, its partitions, one turn after the other."""

    def __init__(
        self,
        consumer: Consumer,
        membership: Membership,
        *,
        box: LetterBox,
        observers: Observers,
        clock: Clock,
    ) -> None:
        """Prepare to run `consumer`; nothing is asked of the broker yet."""
        self.heartbeat = Heartbeat(clock)
        self.holdings = Holdings()
        self.behind = 0  # Unread messages of our partitions, when somebody last measured.
        self.halted_by = ""  # What only a person can cure, once that has ended the loop.
        self._consumer = consumer
        self._membership = membership
        self._observers = observers
        self._clock = clock
        self._stopping = threading.Event()
        self._batch_seconds = metrics.BATCH_SECONDS.labels(consumer.name)
        self._settle_at, self._settle_attempts = 0.0, 0
        self._work = self._work_with(box)

    def _work_with(self, box: LetterBox) -> Work:
        consumer, clock, topic_id = self._consumer, self._clock, self._membership.topic_id
        return Work(
            consumer,
            decoder=Decoder(consumer.takes, topic_id),
            processor=processor(consumer, clock),
            dead_letters=DeadLetters(
                consumer, box=box, topic_id=topic_id, clock=clock, toll=DeathToll(consumer, clock)
            ),
            parking=Parking(consumer, topic_id=topic_id, clock=clock),
            holdings=self.holdings,
            observers=self._observers,
            clock=clock,
            is_stopping=self._stopping.is_set,
        )

    def run(self) -> None:
        """Take turns until `stop`; raises what only a restart or a person can cure."""
        self.join()
        while not self._stopping.is_set():
            self.turn()

    def join(self) -> None:
        """Ask for partitions of the consumer's topics."""
        self._membership.join(registry.topics_of(self._consumer), self)

    def leave(self) -> None:
        """Commit what is stored and leave the group; may block while the broker is away."""
        self._membership.commit()
        self._membership.leave()

    def stop(self) -> None:
        """End `run` after the turn in hand; safe to call from any thread."""
        self._stopping.set()

    def turn(self) -> None:
        """Do one round: resume what is due, poll, work, store. Waits a second at most."""
        self._resume_due()
        polled = self._membership.poll(self._consumer.batch_size, self._patience())
        faultpoint("consumer.polled")
        # Partitions may have come and gone meanwhile: only what is still ours is worked on.
        records = self.holdings.workable(polled)
        if records:
            self._go_through(records)
        if self.holdings.unsettled() and self._clock.monotonic() >= self._settle_at:
            self._settle_new()
        is_idle = not (polled or self.behind or any(each.is_paused for each in self.holdings))
        self.heartbeat.beat(has_progressed=is_idle)

    def _go_through(self, records: Sequence[Record]) -> None:
        self._observers.received(records)
        freshen(self._consumer.database)
        with self._batch_seconds.time():
            self._work.do(records)
        done = self._done(records)
        self._membership.store(done)
        faultpoint("consumer.stored")
        self.heartbeat.beat(has_progressed=bool(done))
        self._send_back(records)

    def _done(self, records: Sequence[Record]) -> dict[Partition, int]:
        """Return for each partition the offset behind the last record that is finished."""
        # Of a partition's records the last one counts, so this reads them once and judges few.
        ends = {(each.topic, each.partition): each.offset + 1 for each in records}
        starts = {(each.topic, each.partition): each.offset for each in reversed(records)}
        done = {}
        for place, end in ends.items():
            next_offset = self.holdings.stop_at(Partition(*place), end)
            if next_offset > starts[place]:
                done[Partition(*place)] = next_offset
                self.holdings.pass_by(Partition(*place), next_offset)
        return done

    def _send_back(self, records: Sequence[Record]) -> None:
        """Pause the partitions that wait, and seek them back to the record they wait for."""
        waiting = self.holdings.waiting()
        touched = {(each.topic, each.partition) for each in records} if waiting else set()
        for partition, offset in waiting:
            if partition in touched:
                self._membership.pause([partition])
                self._membership.seek(partition, offset)

    def _resume_due(self) -> None:
        due = self.holdings.due(self._clock.monotonic())
        for each in due:
            each.paused_until = None
        if due:
            self._membership.resume([each.partition for each in due])

    def _patience(self) -> float:
        """Return how long the next poll may wait: until the next retry, a second at most."""
        now = self._clock.monotonic()
        next_due = self.holdings.next_due()
        wait = LONGEST_POLL_SECONDS if next_due is None else next_due - now
        if self.holdings.unsettled():
            wait = min(wait, self._settle_at - now)
        return max(0.0, min(wait, LONGEST_POLL_SECONDS))

    def _settle_new(self) -> None:
        """Record where new partitions start, and only then let their records come."""
        new = self.holdings.unsettled()
        freshen(self._consumer.database)
        try:
            starts.settle(new, self._membership, clock=self._clock, using=self._consumer.database)
        except Exception as error:  # Classed by its type: what may pass is waited for.
            if isinstance(error, MissingOffsetError) or classify(error) is Failure.UNKNOWN:
                raise
            self._settle_attempts += 1
            wait = backoff.delay(self._consumer.retry, self._settle_attempts)
            self._settle_at = self._clock.monotonic() + wait
            return
        self._settle_attempts = 0
        for each in new:
            each.is_settled = True
        self._membership.resume([each.partition for each in new])

    def on_assigned(self, assignments: Sequence[Assignment]) -> None:
        """Take over partitions; they stay paused until the turn has settled them."""
        self.holdings.take(assignments)

    def on_revoked(self, partitions: Sequence[Partition]) -> None:
        """Forget partitions. Nothing of them is in hand: this is called while we poll."""
        self.holdings.drop(partitions)
