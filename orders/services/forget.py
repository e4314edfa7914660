"""Clears what the shop knows of a person, and tells telesales to forget them for good."""

from datetime import datetime

import msgspec

from messaging.models import OutboxMessage
from messaging.outbox import prepare, publish_rows
from orders.events import CustomerChanged
from orders.models import Customer, Order
from orders.services import logins


def forget(customer: Customer, now: datetime) -> None:
    """Clear the locked row inside the running transaction; id, version and money facts stay.

    Telesales gets the order to erase, then the null value by which the log forgets, too.
    """
    for name in ("name", "phone", "phone_hash", "region"):
        setattr(customer, name, "")
    for name in ("sealed_document", "sealed_email", "sealed_address"):
        setattr(customer, name, "")
    customer.document_hash = customer.email_hash = None
    customer.telesales_opt_out = True
    customer.updated_at = customer.erased_at = now
    _scrub_login(customer)
    customer.save()
    _clear_orders(customer)
    _clear_outbox(customer)
    _tell(customer)


def _scrub_login(customer: Customer) -> None:
    """Leave a login that nobody can use and that names nobody; staff keep theirs."""
    user = customer.user
    customer.user = None
    if user is None or user.is_staff:
        return
    logins.blank(user.pk, f"erased-{customer.id}")


def _clear_orders(customer: Customer) -> None:
    # A payment that is still being settled keeps its token until it is: the bank alone knows whose.
    Order.objects.filter(customer=customer).update(
        sealed_name="", sealed_email="", sealed_address="", phone_hash="", phone_region=""
    )


def _clear_outbox(customer: Customer) -> None:
    """Empty what was told of the person before: as null values these say no more than the end."""
    told = OutboxMessage.objects.filter(topic=CustomerChanged.TOPIC.name, key=customer.id)
    told.update(payload=None)


def _tell(customer: Customer) -> None:
    gone = CustomerChanged(
        customer_id=customer.id,
        name="",
        phone=None,
        region="",
        version=customer.version,
        deleted=True,
        erased=True,
    )
    nothing = msgspec.structs.replace(prepare(gone, key=customer.id), payload=None)
    publish_rows([prepare(gone, key=customer.id), nothing])
