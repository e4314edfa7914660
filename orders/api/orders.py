"""`/orders`: place one, read it, cancel it."""

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

import rest
from messaging.whole import run_whole
from orders import selectors
from orders.adapters import bank
from orders.api import base, bodies, docs
from orders.api.tries import CallerGate
from orders.services.baskets import UnableToOrderError
from orders.services.cancel import cancel
from orders.services.place import place


class Orders(base.Operation):
    """Placing."""

    @docs.PLACE_ORDER
    def post(self, request: Request) -> HttpResponse:
        """Accept an order; stock, fraud, payment and picking follow, and GET tells how far."""
        order = bodies.read_order(
            request.data,
            account_id=base.account_of(request),
            key=rest.key_of(request),
            language=base.language_of(request),
        )
        try:
            gate = CallerGate(order.account_id, order.card.number)
            placed = place(order, bank.bank(), now=timezone.now(), gate=gate)
        except UnableToOrderError as error:
            raise bodies.line_problem(error, order.lines) from None
        answer = rest.json_answer(selectors.resource_when_placed(placed.order), status=202)
        answer["Location"] = f"/api/v1/orders/{placed.order.id}"
        if placed.is_replay:
            answer["Idempotent-Replayed"] = "true"
        return answer


class OneOrder(base.Operation):
    """One order."""

    @docs.GET_ORDER
    def get(self, request: Request, order_id: str) -> HttpResponse:
        """Return an order as it is now."""
        order = selectors.order_of(base.account_of(request), order_id)
        return rest.json_answer(selectors.resource_of(order))


class CancelOrder(base.Operation):
    """Cancelling."""

    @docs.CANCEL_ORDER
    def post(self, request: Request, order_id: str) -> HttpResponse:
        """Cancel an order until it is picked; its money comes back, and repeating changes nothing.

        The `refund` step waits until the bank has given back what was charged.
        """
        account_id = base.account_of(request)
        selectors.order_of(account_id, order_id)
        now = timezone.now()
        cancelled = run_whole(
            lambda: cancel(order_id, reason="customer", actor=f"account:{account_id}", now=now)
        )
        return rest.json_answer(selectors.resource_of(cancelled), status=202)
