"""Every metric of the runtime, named once. Labels hold names from the code, never ids."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

# Records that came from the broker, redeliveries included.
RECEIVED: Final = Counter("trilho_records_received", "Records received", ["consumer"])
# Messages whose effect was committed.
SUCCEEDED: Final = Counter("trilho_messages_succeeded", "Messages applied", ["consumer"])
# Messages that the inbox had seen before.
DUPLICATES: Final = Counter("trilho_messages_duplicate", "Messages seen before", ["consumer"])
# Records of a type that the consumer does not take.
SKIPPED: Final = Counter("trilho_records_skipped", "Records of other types", ["consumer"])
# Records that failed and will be tried again, by the class of the failure.
RETRIED: Final = Counter("trilho_records_retried", "Failures to be retried", ["consumer", "error"])
# Records that failed for good, by the class of the error.
DEAD: Final = Counter("trilho_records_dead_lettered", "Dead letters", ["consumer", "error"])
# Records that wait for a dead one of the same key.
PARKED: Final = Counter("trilho_records_parked", "Records parked behind a dead key", ["consumer"])
# Observers that raised; their failures fail no message.
OBSERVER_FAILURES: Final = Counter("trilho_observer_failures", "Observers failed", ["consumer"])
# How long one batch took from poll to stored offsets, in seconds.
BATCH_SECONDS: Final = Histogram("trilho_batch_seconds", "Time of one batch", ["consumer"])
# Records in one batch.
BATCH_RECORDS: Final = Histogram(
    "trilho_batch_records", "Records in one batch", ["consumer"], buckets=(1, 10, 100, 500, 1000)
)
# Records between the committed offset and the end of the topic.
LAG_MESSAGES: Final = Gauge("trilho_lag_messages", "Records not yet read", ["consumer", "topic"])
# Age of the oldest record that was not yet read, in seconds.
LAG_SECONDS: Final = Gauge("trilho_lag_seconds", "Age of the oldest unread", ["consumer", "topic"])
# Partitions in our hands, and those of them that wait for a retry.
PARTITIONS: Final = Gauge("trilho_partitions", "Partitions assigned", ["consumer"])
HALTED: Final = Gauge("trilho_consumer_halted", "Waits for a person", ["consumer"])
PAUSED: Final = Gauge("trilho_partitions_paused", "Partitions waiting for a retry", ["consumer"])
# Seconds since the consumer last got anywhere.
HEARTBEAT_AGE: Final = Gauge("trilho_heartbeat_age_seconds", "Since last progress", ["consumer"])
# Outbox rows that wait to be sent; those set aside are counted apart.
OUTBOX_DEPTH: Final = Gauge("trilho_outbox_depth", "Outbox rows not yet sent")
# How long the oldest of them has waited, in seconds.
OUTBOX_OLDEST_SECONDS: Final = Gauge("trilho_outbox_oldest_seconds", "Age of the oldest unsent")
# Outbox rows that Kafka can never take, and those that wait behind one of them.
OUTBOX_SET_ASIDE: Final = Gauge("trilho_outbox_set_aside", "Outbox rows set aside")
# Outbox rows that the broker confirmed.
OUTBOX_SENT: Final = Counter("trilho_outbox_sent", "Outbox rows sent")
# Outbox rows set aside since the start, by reason.
OUTBOX_REFUSED: Final = Counter("trilho_outbox_refused", "Outbox rows set aside", ["reason"])
# 1 while this process holds the lease, 0 while it waits for it.
LEASE_HELD: Final = Gauge("trilho_lease_held", "Whether this process holds it", ["lease"])
# Rows of the tables that housekeeping trims; an estimate where counting would be dear.
TABLE_ROWS: Final = Gauge("trilho_table_rows", "Rows of a trimmed table", ["database", "table"])
# Rows that housekeeping deleted.
TRIMMED: Final = Counter("trilho_rows_trimmed", "Rows deleted by age", ["database", "table"])
# Age of a watched topic's newest record, in seconds; infinite while it has none.
NEWEST_RECORD_AGE: Final = Gauge("trilho_newest_record_age_seconds", "Newest record", ["topic"])
