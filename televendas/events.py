"""What telesales reads of the `customers` topic, whoever wrote it and in whatever shape."""

from datetime import timedelta
from typing import ClassVar, Final

from messaging.events import Event
from messaging.topics import Topic, declare

# Compacted, so that erased people leave the log; a tombstone stays long enough for every reader.
CUSTOMERS: Final = declare(
    Topic(
        name="customers",
        retention=timedelta(days=7),
        compacted=True,
        holds_personal_data=True,
    )
)


class CustomerRead(Event, frozen=True, kw_only=True):
    """One record about one customer, already lean, whichever shape it came in.

    `origin` is the source by its declared name, and `version` sorts within it; None is a
    tombstone, which carries no position of its own. A `phone` is E.164, or None with the reason in
    `phone_problem`. `snapshot_ends` marks the last record of a full snapshot taken at `version`;
    one without a `customer_id` says that a table was emptied: a snapshot that nobody was in.
    """

    TOPIC: ClassVar[Topic] = CUSTOMERS
    TYPE: ClassVar[str] = "customers.customer_changed.v1"

    origin: str
    customer_id: str
    version: str | None
    name: str = ""
    phone: str | None = None
    phone_problem: str = ""
    region: str = ""
    is_deleted: bool = False
    is_erased: bool = False
    snapshot_ends: bool = False
