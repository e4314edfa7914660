"""The panel's views beside its page: numbers, one transaction's way, what was before the feed."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

import msgspec
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.selectors import visible_accounts
from transactions import selectors, selectors_live
from transactions.domain.money import format_cents
from transactions.domain.request_shape import ShapeError
from transactions.live import sheets
from transactions.live.asked import FILTERS, Asked
from transactions.live.stats import numbers_for
from transactions.models import Transaction

View = Callable[..., HttpResponseBase]

_encoder: Final = msgspec.json.Encoder()


def signed_in(view: View) -> View:
    """Answer 401 in JSON to whoever is not logged in: a script cannot follow a login page."""

    @require_safe
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
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
    try:
        asked = Asked.of(request)
    except ShapeError as error:
        return _not_searchable(error)
    rows, following = selectors_live.page_of(asked.accounts, asked.wanted, asked.page)
    return _answer(
        {
            "data": [_row(row) for row in rows],
            "has_more": following is not None,
            "next_cursor": None if following is None else following.encode(),
        }
    )


@signed_in
def sheet(request: HttpRequest) -> HttpResponseBase:
    """Give what the filters want as CSV, whole; who took it, and what, is logged."""
    try:
        asked = Asked.of(request, FILTERS)
    except ShapeError as error:
        return _not_searchable(error)
    now = datetime.now(UTC)
    answer = StreamingHttpResponse(sheets.stream(asked, who=request.user, now=now))
    answer["Content-Type"] = "text/csv; charset=utf-8"
    answer["Content-Disposition"] = f'attachment; filename="{sheets.name_of(asked, now)}"'
    return answer


def _not_searchable(error: ShapeError) -> HttpResponse:
    detail = _("This value cannot be searched for.")
    return _refusal(HTTPStatus.BAD_REQUEST, error.code, detail, param=error.param)


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
