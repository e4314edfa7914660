"""The panel's JSON views: numbers, one transaction's way, and what was before the feed."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.selectors import visible_accounts
from transactions import selectors, selectors_live
from transactions.domain import listing
from transactions.domain.money import format_cents
from transactions.domain.request_shape import ShapeError
from transactions.live.stats import numbers_for
from transactions.models import Transaction

View = Callable[..., HttpResponse]

_encoder: Final = msgspec.json.Encoder()
_LONGEST_ID: Final = 64
_LONGEST_CODE: Final = 64


def _identity(text: str, param: str) -> str:
    if not text or len(text) > _LONGEST_ID:
        raise ShapeError("invalid_value", param, "id")
    return text


def _code(text: str, param: str) -> str:
    if not text or len(text) > _LONGEST_CODE:
        raise ShapeError("invalid_value", param, "code")
    return text


# What the history may be asked for, and the column that each parameter looks at.
_COLUMNS: Final = {
    "status": "status",
    "account_id": "account_id",
    "code": "error_code",
    "amount_min": "amount_cents__gte",
    "amount_max": "amount_cents__lte",
    "card_last4": "card_last4",
    "after": "created_at__gte",
    "before": "created_at__lt",
}
_READERS: Final[listing.Readers] = {
    **{name: listing.FILTERS[name] for name in ("status", "amount_min", "amount_max")},
    "card_last4": listing.FILTERS["card_last4"],
    "account_id": _identity,
    "code": _code,
    "after": listing.FILTERS["created_from"],
    "before": listing.FILTERS["created_to"],
    **listing.PAGING,
}


def signed_in(view: View) -> View:
    """Answer 401 in JSON to whoever is not logged in: a script cannot follow a login page."""

    @require_GET
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _refusal(HTTPStatus.UNAUTHORIZED, "authentication_failed", _("Log in."))
        return view(request, *args, **kwargs)

    return guarded


@signed_in
def stats(request: HttpRequest) -> HttpResponse:
    """Show the numbers of what the user may see; the operation's own for staff only."""
    return _answer(numbers_for(visible_accounts(request.user)))


@signed_in
def timeline(request: HttpRequest, transaction_id: str) -> HttpResponse:
    """Show the way of one transaction, as REST does; 404 also for somebody else's."""
    visible = selectors_live.of_accounts(visible_accounts(request.user))
    row = visible.filter(id=transaction_id).first()
    if row is None:
        return _refusal(HTTPStatus.NOT_FOUND, "not_found", _("There is no such transaction."))
    return _answer({"data": selectors.timeline(row)})


@signed_in
def history(request: HttpRequest) -> HttpResponse:
    """List transactions, newest first, by filters and as far back as they are kept."""
    query = {name: request.GET.getlist(name) for name in request.GET}
    try:
        values = listing.read_query(query, _READERS)
    except ShapeError as error:
        detail = _("This value cannot be searched for.")
        return _refusal(HTTPStatus.BAD_REQUEST, error.code, detail, param=error.param)
    page = listing.Page(**{name: values[name] for name in listing.PAGING if name in values})
    filters = {column: values[name] for name, column in _COLUMNS.items() if name in values}
    rows, following = selectors_live.page_of(visible_accounts(request.user), filters, page)
    return _answer(
        {
            "data": [_row(row) for row in rows],
            "has_more": following is not None,
            "next_cursor": None if following is None else following.encode(),
        }
    )


def _row(row: Transaction) -> dict[str, Any]:
    return {
        "id": row.id,
        "account_id": row.account_id,
        "amount": format_cents(row.amount_cents),
        "currency": row.currency,
        "status": row.status,
        "error_code": row.error_code,
        "card_brand": row.card_brand,
        "card_last4": row.card_last4,
        "created_at": row.created_at,
        "processed_at": row.processed_at,
    }


def _answer(document: Any, status: int = HTTPStatus.OK) -> HttpResponse:
    return HttpResponse(_encoder.encode(document), content_type="application/json", status=status)


def _refusal(status: int, code: str, detail: str, **more: str) -> HttpResponse:
    return _answer({"code": code, "detail": detail, **more}, status)
