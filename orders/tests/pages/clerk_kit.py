"""The clerk's page of an order, the verdict given on it, and the lines of a file."""

import csv
from typing import Any

from django.test import Client

from orders.models import Order


def page_of(order: Order) -> str:
    return f"/fraud/orders/{order.id}/"


def decide(staff: Client, order: Order, verdict: str, note: str = "called back") -> Any:
    return staff.post(page_of(order), {"verdict": verdict, "note": note})


def lines(answer: Any) -> list[list[str]]:
    return list(csv.reader(b"".join(answer.streaming_content).decode().splitlines()))
