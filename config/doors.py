"""The doors on the start page: each part of the product, who it is for, and where it is."""

from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.context_processors import address_of

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Door:
    """One door; `view` is the name that its address is found by."""

    view: str
    icon: str
    title: Words
    who: Words
    text: Words


_DOORS: Final = (
    Door(
        "panel",
        "activity",
        _("Panel"),
        _("Operators and merchants"),
        _("Each transaction live, with its timeline, rates and refusals."),
    ),
    Door(
        "bank:cards",
        "credit-card",
        _("Bank"),
        _("Cardholders and staff"),
        _("Cards, statements with what is on its way, invoices to pay."),
    ),
    Door(
        "orders:shop",
        "store",
        _("Shop"),
        _("Buyers"),
        _("Goods, a basket, and orders that move while you watch."),
    ),
    Door(
        "bank:checkout",
        "shopping-bag",
        _("Checkout"),
        _("Buyers"),
        _("A demo shop that pays by card, over gRPC, while you wait."),
    ),
    Door(
        "orders:saga",
        "route",
        _("Orders"),
        _("Operators"),
        _("Orders by step with the stuck first, the saga drawn, reports."),
    ),
    Door(
        "televendas:customers",
        "phone-call",
        _("Telesales"),
        _("Telesales agents"),
        _("Who may be called, the next call, and what came of it."),
    ),
    Door(
        "orders:pick-lists",
        "warehouse",
        _("Warehouse"),
        _("Pickers and stock keepers"),
        _("Paid orders to pick by shelf, goods that come in, every movement."),
    ),
    Door(
        "api-docs",
        "braces",
        _("API"),
        _("Merchants' developers"),
        _("Post transactions, read decisions, set up webhooks."),
    ),
    Door(
        "admin:index",
        "shield-check",
        _("Administration"),
        _("Staff"),
        _("Accounts and secrets, users, dead letters."),
    ),
)


def doors() -> list[dict[str, Any]]:
    """Return every door with its address; one whose app is not wired in is left out."""
    return [
        {
            "title": door.title,
            "who": door.who,
            "text": door.text,
            "icon": door.icon,
            "address": address,
        }
        for door in _DOORS
        if (address := address_of(door.view)) is not None
    ]
