"""The library's tables; each module holds those of one mechanism."""

from messaging.models.deadletter import ConsumerHalt, DeadLetter, ParkedRecord, RedriveRun
from messaging.models.groupstart import GroupStart
from messaging.models.inbox import InboxEntry
from messaging.models.lease import Lease
from messaging.models.outbox import OutboxMessage

__all__ = [
    "ConsumerHalt",
    "DeadLetter",
    "GroupStart",
    "InboxEntry",
    "Lease",
    "OutboxMessage",
    "ParkedRecord",
    "RedriveRun",
]
