"""`GET /transactions`, `/transactions/{id}`, its timeline, and the summary."""

from typing import Any

from django.http import HttpResponse
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

import rest
from transactions import selectors
from transactions.api import base, docs
from transactions.domain.listing import FILTERS, PAGING, Page, filter_of
from transactions.domain.money import format_cents
from transactions.models import Transaction
from transactions.services.resource import view


class ListTransactions(base.Operation):
    """Lists an account's transactions."""

    @docs.LIST
    def get(self, request: Request) -> HttpResponse:
        """List the account's transactions, newest first."""
        values = base.query_of(request, {**FILTERS, **PAGING})
        page = Page(**{name: values[name] for name in PAGING if name in values})
        listed = selectors.list_transactions(
            base.merchant_of(request).account_id, filter_of(values), page
        )
        following = listed.next_cursor
        return rest.json_answer(
            {
                "data": [view(row) for row in listed.rows],
                "has_more": following is not None,
                "next_cursor": None if following is None else following.encode(),
            }
        )


class GetTransaction(base.Operation):
    """Shows one transaction."""

    @docs.GET
    def get(self, request: Request, transaction_id: str) -> HttpResponse:
        """Return a transaction with its decision."""
        base.query_of(request, {})
        return rest.json_answer(view(_own(request, transaction_id)))


class GetTimeline(base.Operation):
    """Shows how far a transaction has come."""

    @docs.TIMELINE
    def get(self, request: Request, transaction_id: str) -> HttpResponse:
        """Return each step that a transaction has made, with its time."""
        base.query_of(request, {})
        steps = selectors.timeline(_own(request, transaction_id))
        return rest.json_answer({"data": steps})


class GetSummary(base.Operation):
    """Shows an account's totals."""

    @docs.SUMMARY
    def get(self, request: Request) -> HttpResponse:
        """Return counts and amounts; received is approved, rejected and pending together."""
        base.query_of(request, {})
        totals = selectors.summarise(base.merchant_of(request).account_id)
        return rest.json_answer({name: _total(total) for name, total in totals.items()})


def _own(request: Request, transaction_id: str) -> Transaction:
    row = selectors.get_transaction(base.merchant_of(request).account_id, transaction_id)
    if row is None:
        raise NotFound
    return row


def _total(total: selectors.Total) -> dict[str, Any]:
    return {"count": total.count, "amount": format_cents(total.amount_cents)}
