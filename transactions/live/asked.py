"""Reads what a page asks of the history: filters, a moment to look back to, a place in the list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

from django.http import HttpRequest

from accounts.selectors import named_accounts, visible_accounts
from transactions.domain import listing
from transactions.domain.request_shape import ShapeError
from transactions.selectors_live import Accounts, Wanted

_LONGEST: Final = 64


def _text(what: str) -> Callable[[str, str], str]:
    def read(text: str, param: str) -> str:
        if not text or len(text) > _LONGEST:
            raise ShapeError("invalid_value", param, what)
        return text

    return read


# What the history may be asked for, and the column that each parameter looks at.
_COLUMNS: Final = {
    "account_id": "account_id",
    "amount_min": "amount_cents__gte",
    "amount_max": "amount_cents__lte",
    "card_last4": "card_last4",
    "after": "created_at__gte",
    "before": "created_at__lt",
}
FILTERS: Final[listing.Readers] = {
    **{name: listing.FILTERS[name] for name in ("status", "amount_min", "amount_max")},
    "card_last4": listing.FILTERS["card_last4"],
    "account_id": _text("id"),
    "account": _text("text"),
    "code": _text("code"),
    "after": listing.FILTERS["created_from"],
    "before": listing.FILTERS["created_to"],
    "as_of": listing.FILTERS["created_to"],
}
_READERS: Final[listing.Readers] = {**FILTERS, **listing.PAGING}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody may see, wants to see, and which part of it."""

    accounts: Accounts
    wanted: Wanted
    page: listing.Page
    filters: dict[str, str]

    @classmethod
    def of(cls, request: HttpRequest, readers: listing.Readers = _READERS) -> Self:
        """Read the query of `request`; raises ShapeError for the first fault."""
        query = {name: request.GET.getlist(name) for name in request.GET}
        values = listing.read_query(query, readers)
        page = {name: values[name] for name in listing.PAGING if name in values}
        filters = {name: request.GET[name] for name in values if name in FILTERS}
        return cls(
            visible_accounts(request.user),
            _wanted(request, values),
            listing.Page(**page),
            filters,
        )


def _wanted(request: HttpRequest, values: dict[str, Any]) -> Wanted:
    columns = {column: values[name] for name, column in _COLUMNS.items() if name in values}
    if "account" in values:
        columns["account_id__in"] = _accounts_like(request, values["account"])
    moment: datetime | None = values.get("as_of")
    return Wanted(columns, values.get("status"), values.get("code"), moment)


def _accounts_like(request: HttpRequest, sought: str) -> list[str]:
    """Return the ids that begin with `sought` or whose names hold it, and `sought` itself.

    The page's filter finds by the same rule.
    """
    low = sought.lower()
    named = named_accounts(request.user)
    found = [
        id_ for id_, name in named.items() if id_.lower().startswith(low) or low in name.lower()
    ]
    return [*found, sought]
