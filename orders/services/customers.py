"""One person is one customer, by whichever door they come; telesales is told four fields of them.

A person is found again by the document, else by the e-mail. Everything runs in the transaction of
whoever calls, and what is told on `customers` goes with it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from uuid_utils.compat import uuid7

from messaging.outbox import publish
from orders.adapters.hashes import keyed_hash
from orders.adapters.sealed import seal_of_customer
from orders.domain.customers import NOTICE
from orders.events import CustomerChanged
from orders.models import Consent, Customer, Order
from orders.services.forget import forget


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What a person has said of themselves, as `persons.read_person` makes it; no text shows it.

    `phone` is E.164, `document` eleven digits, `region` a state of Brazil such as SP. What a door
    does not ask for is empty, and leaves what is known as it is.
    """

    name: str = field(repr=False)
    phone: str = field(repr=False)
    email: str = field(repr=False)
    region: str = field(repr=False)
    document: str = field(default="", repr=False)
    address: str = field(default="", repr=False)


IsOwner = Callable[[Customer], bool]
"""Tells whether whoever is at the door has proven that a record is theirs."""


def nobodys(customer: Customer) -> bool:  # noqa: ARG001 - what a form alone proves
    """Answer for whoever types a document or an e-mail and proves neither."""
    return False


def enter(
    person: Person,
    *,
    door: str,
    telesales: bool | None,
    language: str,
    now: datetime,
    is_owner: IsOwner = nobodys,
) -> Customer:
    """Return the person's customer, made or brought up to date, with the consent written down.

    `door` is purchase, signup, account or campaign:<slug>. What is kept changes by its owner alone:
    who has not proven that fills what is empty, and nothing where there is a login (record 0146).
    `telesales` says whether calls are agreed to, None is nothing said; a no counts from anybody, a
    yes takes an earlier no back only from the owner. Runs inside a transaction that is run whole
    again after a deadlock or a twin (`run_whole`).
    """
    customer = _found(person) or Customer(id=str(uuid7()), created_at=now)
    told = _lean(customer)
    is_proven = _is_new(customer) or is_owner(customer)
    writable = person if is_proven else _gaps(customer, person)
    _make_room(customer, writable, now)
    _bring_up_to_date(customer, writable)
    _follow_wishes(customer, telesales=telesales, language=language, is_proven=is_proven)
    _keep(customer, told, now)
    _write_consent(customer, door, now)
    return customer


def _is_new(customer: Customer) -> bool:
    return customer.version == 0


def _follow_wishes(
    customer: Customer, *, telesales: bool | None, language: str, is_proven: bool
) -> None:
    if telesales is False or (telesales and is_proven):
        customer.telesales_opt_out = not telesales
    if is_proven:
        customer.language = language


def _keep(customer: Customer, told: object, now: datetime) -> None:
    """Save the customer, and tell the others where what they know is no longer what was `told`."""
    is_new = _is_new(customer)
    has_changed = is_new or _lean(customer) != told
    customer.updated_at = now
    customer.version += has_changed
    customer.save(force_insert=is_new)
    if has_changed:
        _tell(customer)


def _write_consent(customer: Customer, door: str, now: datetime) -> None:
    Consent.objects.create(
        customer=customer,
        door=door,
        notice=NOTICE,
        telesales=not customer.telesales_opt_out,
        at=now,
    )


def hash_of_phone(phone: str) -> str:
    """Return the keyed hash that finds a phone again, empty for none."""
    return keyed_hash("phone", phone) if phone else ""


def _found(person: Person) -> Customer | None:
    """Return the person's row, locked; one with another document is somebody of one mailbox."""
    rows = Customer.objects.select_for_update()
    if person.document:
        known = rows.filter(document_hash=_hash_of_document(person)).first()
        if known is not None:
            return known
    known = rows.filter(email_hash=_hash_of_email(person)).first() if person.email else None
    is_another = known is not None and bool(person.document and known.document_hash)
    return None if is_another else known


def _gaps(customer: Customer, person: Person) -> Person:
    """Return what somebody who has proven nothing may add: what is not known yet, to no login's."""
    known = {
        "name": customer.name,
        "phone": customer.phone,
        "region": customer.region,
        "email": customer.sealed_email,
        "document": customer.sealed_document,
        "address": customer.sealed_address,
    }
    is_closed = customer.user_id is not None
    return Person(
        **{name: "" if is_closed or kept else getattr(person, name) for name, kept in known.items()}
    )


def _make_room(customer: Customer, person: Person, now: datetime) -> None:
    """Take the e-mail over from a row of the same person that knew nothing but the e-mail.

    One with a document of its own, or with a login, keeps it: an e-mail alone proves nobody.
    """
    if not person.email:
        return
    customer.email_hash = _hash_of_email(person)
    others = Customer.objects.select_for_update().exclude(pk=customer.pk)
    other = others.filter(email_hash=customer.email_hash).first()
    if other is None:
        return
    if other.document_hash is not None or other.user_id is not None:
        customer.email_hash = None
        return
    customer.telesales_opt_out |= other.telesales_opt_out
    Consent.objects.filter(customer=other).update(customer=customer)
    Order.objects.filter(customer=other).update(customer=customer)
    forget(other, now)


def _bring_up_to_date(customer: Customer, person: Person) -> None:
    customer.name = person.name or customer.name
    customer.region = person.region or customer.region
    customer.phone = person.phone or customer.phone
    customer.phone_hash = hash_of_phone(customer.phone)
    if person.email:
        customer.sealed_email = seal_of_customer(customer.id, "email", person.email)
    if person.document:
        customer.document_hash = _hash_of_document(person)
        customer.sealed_document = seal_of_customer(customer.id, "document", person.document)
    if person.address:
        customer.sealed_address = seal_of_customer(customer.id, "address", person.address)


def _lean(customer: Customer) -> tuple[str, str, str, bool]:
    return customer.name, customer.phone, customer.region, customer.telesales_opt_out


def _tell(customer: Customer) -> None:
    is_withheld = customer.telesales_opt_out or not customer.phone
    event = CustomerChanged(
        customer_id=customer.id,
        name=customer.name,
        phone=None if is_withheld else customer.phone,
        region=customer.region,
        version=customer.version,
    )
    publish(event, key=customer.id)


def _hash_of_document(person: Person) -> str:
    return keyed_hash("document", person.document)


def _hash_of_email(person: Person) -> str:
    return keyed_hash("email", person.email)
