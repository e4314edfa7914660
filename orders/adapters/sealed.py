"""Seals what the shop keeps of a person, each text for its one place, and opens it where needed.

Only a mail, a packing list and the person's own page open anything.
"""

from orders.adapters.vault import vault
from orders.models import Customer, Order


def seal_of_customer(customer_id: str, kind: str, text: str) -> str:
    """Return `text` (kind: document, email or address) sealed for that customer, "" for ""."""
    return vault().seal(text, context=f"customer:{customer_id}:{kind}") if text else ""


def seal_of_order_address(order_id: str, text: str) -> str:
    """Return the address sealed for that order."""
    return vault().seal(text, context=f"order:{order_id}:address") if text else ""


def document_of(customer: Customer) -> str:
    """Return the person's document, empty where none is kept."""
    return _opened(customer, "document", customer.sealed_document)


def email_of(customer: Customer) -> str:
    """Return the person's e-mail, empty where the person was erased."""
    return _opened(customer, "email", customer.sealed_email)


def address_of(customer: Customer) -> str:
    """Return the address that the person gave last, empty where none is kept."""
    return _opened(customer, "address", customer.sealed_address)


def address_of_order(order: Order) -> str:
    """Return where the order goes, empty where the person was erased."""
    sealed = order.sealed_address
    return vault().open(sealed, context=f"order:{order.id}:address") if sealed else ""


def _opened(customer: Customer, kind: str, sealed: str) -> str:
    return vault().open(sealed, context=f"customer:{customer.id}:{kind}") if sealed else ""
