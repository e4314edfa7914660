"""A picker, a list, and the presses of its page, for the tests of the warehouse's pages."""

import re
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.test import Client
from django.urls import reverse

from orders.domain.states import State
from orders.models import PickLine, PickList
from orders.services import pick_lists
from orders.tests.kit import NOW, made_order, made_product


def picker(name: str = "estoque") -> User:
    """Return one of the warehouse's people."""
    user = User.objects.create_user(name, password="x")
    group, _ = Group.objects.get_or_create(name=settings.WAREHOUSE_GROUP)
    user.groups.add(group)
    return user


def made_list() -> PickList:
    """Return a list of three articles on three shelves, in the wrong order of their SKUs."""
    for sku, shelf, barcode in (("A", "C-1", "111"), ("B", "A-10", "222"), ("C", "A-2", "333")):
        made_product(sku, shelf=shelf, barcode=barcode, price_cents=1000, name_en=f"Good {sku}")
    order = made_order({"A": 2, "B": 1, "C": 1}, state=State.PAID, charged_cents=4000)
    with transaction.atomic():
        made = pick_lists.start(order.id, now=NOW)
    assert made is not None
    return made


def address(name: str, mine: PickList, *more: str) -> str:
    return reverse(f"orders:{name}", args=[mine.order_id, *more])


def press(client: Client, name: str, mine: PickList, **data: Any) -> Any:
    """Press a button of the list's page and return the page that comes of it."""
    return client.post(address(name, mine), data, follow=True)


def text_of(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def found(sku: str) -> int:
    return int(PickLine.objects.get(product_id=sku).found)
