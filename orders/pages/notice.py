"""`/shop/notice/`: what the shop keeps of people, in the version that consents name."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from orders.domain.customers import NOTICE


@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    """Show the notice."""
    return render(request, "orders/notice.html", {"notice": NOTICE})
