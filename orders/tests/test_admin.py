"""The shop in the administration: every table can be looked up, none of the books be changed."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import signals
from django.test import Client

from orders.domain.states import State
from orders.models import Coupon, Order
from orders.services import pick_lists
from orders.services.coupons import discount_of
from orders.tests.kit import NOW, made_order, made_product

pytestmark = pytest.mark.django_db
REGISTERED = sorted(
    (model._meta.model_name, model)
    for model in admin.site._registry
    if model._meta.app_label == "orders"
)
EDITABLE = {"coupon", "campaign"}


@pytest.fixture
def client(client: Client) -> Client:
    """Give the browser of somebody who may do all that there is."""
    client.force_login(User.objects.create_superuser("operator"))
    return client


def made_rows() -> Order:
    """Make an order whose pick list has begun, and all that comes with it."""
    made_product(barcode="789")
    order = made_order({"CAFE-1KG": 1}, state=State.PAID, payment_token_sealed="sealed-token")
    with transaction.atomic():
        pick_lists.start(order.id, now=NOW)
    return order


class TestTables:
    @pytest.mark.parametrize(("name", "model"), REGISTERED)
    def test_are_listed_searched_and_read(self, client: Client, name: str, model: Any) -> None:
        made_rows()

        assert client.get(f"/admin/orders/{name}/?q=x").status_code == 200
        assert client.get(f"/admin/orders/{name}/").status_code == 200
        for row in model.objects.all()[:1]:
            assert client.get(f"/admin/orders/{name}/{row.pk}/change/").status_code == 200

    @pytest.mark.parametrize("name", [name for name, _ in REGISTERED if name not in EDITABLE])
    def test_of_the_books_are_not_changed_here(self, client: Client, name: str) -> None:
        assert client.get(f"/admin/orders/{name}/add/").status_code == 403

    def test_show_no_token(self, client: Client) -> None:
        order = made_rows()

        page = client.get(f"/admin/orders/order/{order.pk}/change/").content.decode()

        assert order.pk in page
        assert "sealed-token" not in page

    def test_stand_together_in_the_sidebar(self, client: Client) -> None:
        client.cookies["django_language"] = "en"
        context = client.get("/admin/").context
        (shop,) = [each for each in context["app_list"] if str(each["name"]) == "Shop"]

        assert len(shop["models"]) == len(REGISTERED)


SENT = {
    "code": "VERAO",
    "percent": "15",
    "minimum_cents": "0",
    "valid_from_0": "2026-01-01",
    "valid_from_1": "00:00",
    "valid_until_0": "2027-01-01",
    "valid_until_1": "00:00",
    "uses": "10",
    "is_active": "on",
}


class TestCoupons:
    def test_are_made_by_staff_within_their_bounds(self, client: Client) -> None:
        refused = client.post("/admin/orders/coupon/add/", SENT | {"percent": "95"})
        client.post("/admin/orders/coupon/add/", SENT)

        assert refused.status_code == 200
        assert Coupon.objects.get().percent == 15

    def test_are_kept_as_buyers_codes_are_read(self, client: Client) -> None:
        client.post("/admin/orders/coupon/add/", SENT | {"code": " verao10 "})

        assert discount_of("VERAO10", 10_000, NOW) == 1500

    @pytest.mark.parametrize("code", ["VERAO 10", "VERÃO", "verao10"])
    def test_have_codes_that_can_be_typed_and_one_meaning(self, client: Client, code: str) -> None:
        client.post("/admin/orders/coupon/add/", SENT | {"code": "VERAO10"})

        assert client.post("/admin/orders/coupon/add/", SENT | {"code": code}).status_code == 200
        assert Coupon.objects.count() == 1

    def test_end_after_they_begin(self, client: Client) -> None:
        sent = SENT | {"valid_until_0": "2025-12-31"}

        assert client.post("/admin/orders/coupon/add/", sent).status_code == 200
        assert not Coupon.objects.exists()

    def test_keep_the_uses_that_orders_took_while_staff_changed_them(self, client: Client) -> None:
        client.post("/admin/orders/coupon/add/", SENT)

        def take_one(sender: Any, instance: Coupon, **_more: Any) -> None:
            Coupon.objects.filter(pk=instance.pk).update(used=1)

        signals.pre_save.connect(take_one, sender=Coupon)
        try:
            client.post("/admin/orders/coupon/VERAO/change/", SENT | {"uses": "20"})
        finally:
            signals.pre_save.disconnect(take_one, sender=Coupon)

        kept = Coupon.objects.get()
        assert (kept.uses, kept.used) == (20, 1)

    def test_are_not_cut_below_what_orders_have_used(self, client: Client) -> None:
        client.post("/admin/orders/coupon/add/", SENT)
        Coupon.objects.update(used=3)

        refused = client.post("/admin/orders/coupon/VERAO/change/", SENT | {"uses": "2"})
        kept = Coupon.objects.get().uses
        client.post("/admin/orders/coupon/VERAO/change/", SENT | {"uses": "3"})

        assert (refused.status_code, kept) == (200, 10)
        assert "3 orders have used it." in refused.content.decode()
        assert Coupon.objects.get().uses == 3

    def test_have_no_fewer_uses_than_none(self, client: Client) -> None:
        assert client.post("/admin/orders/coupon/add/", SENT | {"uses": "-1"}).status_code == 200
        assert not Coupon.objects.exists()
