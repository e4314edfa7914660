"""First starts: a group begins at the earliest record once, and never jumps there again."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from messaging.broker import Membership
from messaging.clock import Clock
from messaging.errors import MissingOffsetError
from messaging.faultpoints import faultpoint
from messaging.models import GroupStart
from messaging.partitions import Holding


def settle(
    holdings: Sequence[Holding], membership: Membership, *, clock: Clock, using: str
) -> None:
    """Record where the group starts on partitions that it takes for the first time.

    Where the group has no offset, the earliest one is committed first and recorded second: a kill
    between the two leaves a committed offset, which the next start records as it finds it.
    Raises MissingOffsetError where a start is recorded but the offset is gone.
    """
    new = list(_taken_first(holdings, membership, using))
    first = {each.partition: each.start for each in new if not each.is_committed}
    if first:
        membership.commit(first)
        faultpoint("start.committed")
    now = clock.now()
    rows = [_start(each, membership, now) for each in new]
    GroupStart.objects.using(using).bulk_create(rows, ignore_conflicts=True)
    faultpoint("start.recorded")


def _start(holding: Holding, membership: Membership, now: datetime) -> GroupStart:
    topic, number = holding.partition
    return GroupStart(
        consumer_group=membership.group,
        topic=topic,
        topic_id=membership.topic_id(topic),
        partition=number,
        offset=holding.start,
        started_at=now,
    )


def _taken_first(
    holdings: Sequence[Holding], membership: Membership, using: str
) -> Iterator[Holding]:
    """Yield those of whose start nothing is known; raise where an offset is gone."""
    known = _recorded(membership.group, using)
    for holding in holdings:
        topic, number = holding.partition
        if (membership.topic_id(topic), number) not in known:
            yield holding
        elif not holding.is_committed:
            raise MissingOffsetError(
                f"group {membership.group} has lost its offset on {topic}/{number};"
                f" set it with kafka-consumer-groups --reset-offsets, then start again"
            )


def _recorded(group: str, using: str) -> set[tuple[str, int]]:
    starts = GroupStart.objects.using(using).filter(consumer_group=group)
    return set(starts.values_list("topic_id", "partition"))
