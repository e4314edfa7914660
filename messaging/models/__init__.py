"""The library's tables; each module holds those of one mechanism."""

from messaging.models.inbox import InboxEntry
from messaging.models.lease import Lease
from messaging.models.outbox import OutboxMessage

__all__ = ["InboxEntry", "Lease", "OutboxMessage"]
