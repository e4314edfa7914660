"""What tests of the lean copy share: records about one person, applied as the consumer does."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from django.db import transaction

from messaging.consumer import Message
from messaging.records import Record
from televendas.domain import versions
from televendas.domain.identity import person_hash
from televendas.events import CustomerRead
from televendas.models import Customer
from televendas.services.apply import apply_records

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
READ_AT = NOW - timedelta(seconds=3)
KEY = b"k" * 32
DAYS = 30
UNTIL = date(2026, 7, 1)
USING = "televendas"


def version(number: int) -> str:
    return versions.of_number(number)


def person(customer_id: str = "1", source: str = "banco1") -> str:
    return person_hash(KEY, source, customer_id)


def wrote(
    number: int,
    customer_id: str = "1",
    *,
    source: str = "banco1",
    name: str = "Maria",
    phone: str | None = "+5511987654321",
    region: str = "SE",
    ends: bool = False,
) -> CustomerRead:
    return CustomerRead(
        origin=source,
        customer_id=customer_id,
        version=version(number),
        name=name,
        phone=phone,
        phone_problem="" if phone else "missing",
        region=region,
        snapshot_ends=ends,
    )


def left(
    number: int | None, customer_id: str = "1", *, source: str = "banco1", for_good: bool = False
) -> CustomerRead:
    return CustomerRead(
        origin=source,
        customer_id=customer_id,
        version=None if number is None else version(number),
        is_deleted=True,
        is_erased=for_good,
    )


def messages(events: Sequence[CustomerRead], *, first: int = 0) -> list[Message[CustomerRead]]:
    made = []
    for offset, event in enumerate(events, start=first):
        at = int(READ_AT.timestamp() * 1000)
        record = Record("customers", 2, offset, b"key", b"{}", at)
        made.append(Message(event, str(offset), CustomerRead.TYPE, None, record))
    return made


def apply(*events: CustomerRead, first: int = 0, now: datetime = NOW) -> None:
    """Apply the events as one batch; `first` is the first one's offset."""
    with transaction.atomic(using=USING):
        apply_records(
            messages(events, first=first), key=KEY, retention_days=DAYS, now=now, using=USING
        )


def row(customer_id: str = "1", source: str = "banco1") -> Customer:
    return Customer.objects.get(person=person(customer_id, source))


def outcome(customer_id: str = "1") -> tuple[str, int] | None:
    found = Customer.objects.filter(person=person(customer_id)).first()
    return None if found is None else (str(found.state), int(found.version))
