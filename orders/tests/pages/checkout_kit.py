"""The checkout's form as a buyer fills it in, and what of it a page may hold."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from orders.models import Coupon
from orders.tests.people import NUMBER

CVV = "739"


def typed(client: Client, **changes: Any) -> dict[str, Any]:
    """Return the form as a buyer fills it in."""
    context = client.get("/shop/checkout/").context
    return {
        "attempt": context["attempt"],
        "total": context["total_cents"],
        "name": "Maria Canária",
        "email": "Maria@Example.com",
        "phone": "(11) 98765-4321",
        "document": "529.982.247-25",
        "address": "Rua das Flores, 10, São Paulo",
        "region": "SP",
        "number": f"{NUMBER[:4]} {NUMBER[4:]}",
        "holder": "MARIA CANARIA",
        "expiry": "12/31",
        "cvv": CVV,
        "coupon": "",
        **changes,
    }


def send(client: Client, form: dict[str, Any]) -> Any:
    return client.post("/shop/checkout/", form)


def made_coupon(**more: Any) -> Coupon:
    now = timezone.now()
    facts = {"valid_from": now - timedelta(days=1), "valid_until": now + timedelta(days=1)}
    return Coupon.objects.create(code="DEZ", percent=10, **{"uses": 5, **facts, **more})


def kept_fields(page: str) -> None:
    """Check that a page holds what was typed, and nothing of the card."""
    assert "Maria Canária" in page
    assert "Rua das Flores" in page
    for secret in (NUMBER[4:], NUMBER, CVV, "MARIA CANARIA", "12/31"):
        assert f'value="{secret}' not in page
