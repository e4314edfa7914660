"""The operators' board: orders by step, what is stuck, what waits, what needs a person."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from orders import selectors_saga as saga
from orders.domain import pipeline
from orders.domain.pipeline import Hold
from orders.domain.states import FINAL, Happening, State
from orders.links import path_of
from orders.models import Order
from orders.pages.access import staff_only


@require_safe
@staff_only
def board(request: HttpRequest) -> HttpResponseBase:
    """Show the lanes; a request of htmx gets them alone."""
    context = {**_board(timezone.now()), "words": lane_words()}
    is_part = request.headers.get("HX-Request") == "true"
    return render(request, f"orders/saga/{'lanes' if is_part else 'board'}.html", context)


@require_safe
@staff_only
def drawing(request: HttpRequest) -> HttpResponseBase:
    """Draw the pipeline's table: a row for each state, what can happen to it and what follows."""
    rows = [
        {
            "state": state,
            "is_final": state in FINAL,
            "cells": [
                {"happening": happening, "cell": cell, "moves": cell.then != state}
                for happening in Happening
                if (cell := pipeline.cell_of(state, happening)) is not None
            ],
        }
        for state in State
    ]
    holds = [each for each in Hold if each]
    context = {"rows": rows, "cells": len(pipeline.TABLE), "holds": holds}
    return render(request, "orders/saga/pipeline.html", context)


@require_safe
@staff_only
def order(request: HttpRequest, order_id: str) -> HttpResponseBase:
    """Show one order's way: every act, what was said, where it lies on Kafka."""
    found = Order.objects.filter(pk=order_id).first()
    if found is None:
        raise Http404
    context = {
        "order": found,
        "timeline": saga.timeline(found),
        "tasks": saga.open_tasks().filter(order=found),
        "closed": saga.closed_tasks().filter(order=found),
        "address": path_of(found),
    }
    return render(request, "orders/saga/order.html", context)


def _board(now: datetime) -> dict[str, Any]:
    lanes = saga.lanes(now)
    return {
        "lanes": lanes,
        "services": saga.services(),
        "tasks": saga.open_tasks().count(),
        "open": sum(lane.count for lane in lanes),
        "stuck": sum(lane.stuck for lane in lanes),
        "now": now,
    }


def lane_words() -> dict[str, str]:
    """Return the reader's words for the lanes."""
    return {
        "placed": _("Stock and verdict"),
        "review": _("In review"),
        "payment": _("Payment"),
        "paid": _("Paid"),
        "picking": _("Picking"),
        "picked": _("Picked"),
        "back": _("Refund"),
    }
