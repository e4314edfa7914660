"""Seals what the shop keeps of a person, each text for its one place, and opens it where needed.

Only a mail, a packing list and the person's own page open anything.
"""

from typing import Any, Protocol

from cards.installation import vault


class SealedCustomer(Protocol):
    """A customer's row, as far as its sealed texts go."""

    id: Any
    sealed_document: Any
    sealed_email: Any
    sealed_address: Any


class SealedOrder(Protocol):
    """An order's row, as far as its own delivery data go."""

    id: Any
    sealed_name: Any
    sealed_email: Any
    sealed_address: Any


def seal_of_customer(customer_id: str, kind: str, text: str) -> str:
    """Return `text` (kind: document, email or address) sealed for that customer, "" for ""."""
    return vault().seal(text, context=_customer(customer_id, kind)) if text else ""


def seal_of_order(order_id: str, kind: str, text: str) -> str:
    """Return `text` (kind: name, email or address) sealed for that order, "" for ""."""
    return vault().seal(text, context=_order(order_id, kind)) if text else ""


def document_of(customer: SealedCustomer) -> str:
    """Return the person's document, empty where none is kept."""
    return _opened(customer.sealed_document, _customer(customer.id, "document"))


def email_of(customer: SealedCustomer) -> str:
    """Return the person's e-mail, empty where the person was erased."""
    return _opened(customer.sealed_email, _customer(customer.id, "email"))


def address_of(customer: SealedCustomer) -> str:
    """Return the address that the person gave last, empty where none is kept."""
    return _opened(customer.sealed_address, _customer(customer.id, "address"))


def name_of_order(order: SealedOrder) -> str:
    """Return who gets the goods, empty where the person was erased."""
    return _opened(order.sealed_name, _order(order.id, "name"))


def email_of_order(order: SealedOrder) -> str:
    """Return where mails about the order go, empty where the person was erased."""
    return _opened(order.sealed_email, _order(order.id, "email"))


def address_of_order(order: SealedOrder) -> str:
    """Return where the order goes, empty where the person was erased."""
    return _opened(order.sealed_address, _order(order.id, "address"))


def _customer(customer_id: str, kind: str) -> str:
    return f"customer:{customer_id}:{kind}"


def _order(order_id: str, kind: str) -> str:
    return f"order:{order_id}:{kind}"


def _opened(sealed: str, context: str) -> str:
    return vault().open(sealed, context=context) if sealed else ""
