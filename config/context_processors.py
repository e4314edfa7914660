"""What the base template needs on every page: the way around and the reader's theme."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from accounts.selectors import may_see_payments, visible_accounts, works_in_warehouse
from bank_grpc.selectors_cards import holds_card, is_staff
from orders.services.accounts import has_account

THEMES = ("system", "light", "dark")
THEME_COOKIE = "theme"
# Where else a page of an entry may lie.
_BELONGS = {"orders:shop": ("/orders/", "/account/", "/campaign/")}


def site(request: HttpRequest) -> dict[str, Any]:
    """Return `navigation` (label, address, whether it is this page) and `theme`."""
    theme = request.COOKIES.get(THEME_COOKIE, "system")
    return {
        "navigation": _navigation(request),
        "theme": theme if theme in THEMES else "system",
        "themes": [("system", _("System")), ("light", _("Light")), ("dark", _("Dark"))],
    }


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    # The API's own pages bear None where nobody has signed in.
    user = getattr(request, "user", None) or AnonymousUser()
    sees_payments = may_see_payments(user)
    has_cards = sees_payments and _has_cards(user)
    # Who only holds a card or buys has no transactions: the panel would be empty for ever.
    is_private = sees_payments and (has_cards or has_account(user))
    sees_panel = sees_payments and not (is_private and visible_accounts(user) == frozenset())
    candidates = [
        (_("Panel"), "panel", sees_panel),
        (_("Shop"), "orders:shop", sees_payments),
        (_("Bank"), "bank:cards", has_cards),
        (_("Warehouse"), "orders:pick-lists", works_in_warehouse(user)),
        (_("Fraud"), "orders:fraud", sees_payments and getattr(user, "is_staff", False)),
        (_("Orders"), "orders:saga", sees_payments and getattr(user, "is_staff", False)),
        (_("Telesales"), "televendas:customers", user.has_perm("televendas.view_customer")),
        (_("API"), "api-docs", sees_panel),
        (_("Administration"), "admin:index", getattr(user, "is_staff", False)),
    ]
    entries = []
    for label, name, is_shown in candidates:
        address = address_of(name)
        if is_shown and address:
            is_current = request.path.startswith((address, *_BELONGS.get(name, ())))
            entries.append({"label": label, "address": address, "is_current": is_current})
    return entries


def _has_cards(user: Any) -> bool:
    return user.is_authenticated and (is_staff(user) or holds_card(user))


def address_of(name: str) -> str | None:
    """Return the address of the view `name`, or None where its app is not wired in."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
