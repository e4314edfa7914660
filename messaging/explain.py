"""Tells in words what a consumer reads, how it tries again, and what each failure does."""

from collections.abc import Iterator
from datetime import timedelta

from messaging import clients, registry
from messaging.consumer import BatchConsumer, CallingConsumer, Consumer
from messaging.topics import Topic, dead_letter_topic


def summary(consumer: type[Consumer]) -> str:
    """Return one line: name, kind, owner, topics."""
    topics = ", ".join(registry.topics_of(consumer))
    return f"{consumer.name:<20} {_kind(consumer):<8} {consumer.owner:<14} {topics}"


def explain(consumer: type[Consumer]) -> str:
    """Return a page about `consumer`."""
    return "\n".join(
        [
            f"{consumer.name}: {_first_line(consumer)}",
            f"  owner          {consumer.owner}",
            f"  kind           {_kind(consumer)}, up to {consumer.batch_size} records a batch",
            f"  group          {clients.group_id(consumer.name)}",
            f"  database       {consumer.database} (inbox and effect in one transaction)",
            "",
            "Reads",
            *_reads(consumer),
            "",
            "Tries again",
            *_retries(consumer),
            "",
            "When it fails",
            *_failures(consumer),
        ]
    )


def _kind(consumer: type[Consumer]) -> str:
    if issubclass(consumer, CallingConsumer):
        return "calling"
    return "batch" if issubclass(consumer, BatchConsumer) else "single"


def _first_line(consumer: type[Consumer]) -> str:
    return (consumer.__doc__ or "").strip().partition("\n")[0]


def _reads(consumer: type[Consumer]) -> Iterator[str]:
    for takes in consumer.takes:
        topic = takes.struct.TOPIC
        default = ", and records without a type" if takes.default else ""
        yield f"  {topic.name:<24} {takes.struct.TYPE}{default}"
        yield f"  {'':<24} {topic.partitions} partitions, kept {_kept(topic)}"
    yield "  Other types on these topics are skipped and counted."


def _kept(topic: Topic) -> str:
    if topic.retention is None:
        return "for ever"
    return f"{topic.retention.days} days" + (", compacted" if topic.compacted else "")


def _retries(consumer: type[Consumer]) -> Iterator[str]:
    retry = consumer.retry
    yield f"  after {_seconds(retry.first_delay)}, then {retry.factor:g} times as long each time,"
    yield f"  up to {_seconds(retry.longest_delay)}, half of it by chance; the partition waits,"
    yield "  the others go on, and the order of each key holds."


def _failures(consumer: type[Consumer]) -> Iterator[str]:
    policy, letters = consumer.dead_letters, dead_letter_topic(consumer.name).name
    share = f"{policy.limit_share:.0%}"
    yield "  database or broker away      every partition waits; tried again without end"
    yield "  deadlock, timeout, transient the record waits; tried again without end"
    yield f"  cannot be read (poison)      dead letter to {letters} at once"
    yield (
        f"  anything else (mostly a bug) {consumer.retry.unknown_attempts} attempts, then {letters}"
    )
    yield f"  more than {policy.limit_in_row} dead in a row, or over {share} of the last"
    yield f"  {policy.window} records: the consumer stops and builds lag instead."
    if policy.park_key:
        yield "  later records of a dead key are parked until it is redriven."


def _seconds(span: timedelta) -> str:
    return f"{span.total_seconds():g} s"
