"""Placing an order with a coupon: it takes something off, and its last use is had once."""

from datetime import timedelta

import pytest

from orders.domain.coupons import Flaw
from orders.models import Coupon
from orders.services.coupons import CouponInvalidError
from orders.services.place import PlaceOrder, place
from orders.tests.kit import NOW, made_product, nothing_is_stored
from orders.tests.people import ToldBank, wanted

pytestmark = pytest.mark.django_db(transaction=True)


def made_coupon(**more: object) -> Coupon:
    facts = {
        "code": "DEZ",
        "percent": 10,
        "valid_from": NOW - timedelta(days=1),
        "valid_until": NOW + timedelta(days=1),
        "uses": 1,
    }
    return Coupon.objects.create(**{**facts, **more})


class TestCoupons:
    def order(self, **changes: object) -> PlaceOrder:
        return wanted({"A": 1}, coupon=" dez ", **changes)

    def test_take_something_off_and_are_used_up(self) -> None:
        made_product("A", price_cents=1005)
        made_coupon()

        placed = place(self.order(), ToldBank(), now=NOW)

        assert (placed.order.total_cents, placed.order.discount_cents) == (905, 100)
        with pytest.raises(CouponInvalidError) as raised:
            place(self.order(), ToldBank(), now=NOW)
        assert raised.value.flaw is Flaw.USED_UP
        assert Coupon.objects.get().used == 1

    @pytest.mark.parametrize(
        ("facts", "flaw"),
        [
            ({"valid_from": NOW + timedelta(seconds=1)}, Flaw.NOT_YET),
            ({"valid_until": NOW}, Flaw.EXPIRED),
            ({"minimum_cents": 1001}, Flaw.BELOW_MINIMUM),
            ({"percent": None, "amount_cents": 1000}, Flaw.BELOW_MINIMUM),
            ({"is_active": False}, Flaw.UNKNOWN),
            ({"code": "ANOTHER"}, Flaw.UNKNOWN),
        ],
    )
    def test_that_do_not_count_stop_the_order(self, facts: dict[str, object], flaw: Flaw) -> None:
        made_product("A", price_cents=1000)
        made_coupon(**facts)

        with pytest.raises(CouponInvalidError) as raised:
            place(self.order(), ToldBank(), now=NOW)

        assert raised.value.flaw is flaw
        assert nothing_is_stored()

    def test_the_last_use_is_had_once(self) -> None:
        made_product("A")
        coupon = made_coupon()

        class Rival(ToldBank):
            def verify(self, *args: object, **more: object):  # type: ignore[no-untyped-def]
                Coupon.objects.filter(pk=coupon.pk).update(used=1)
                return super().verify(*args, **more)  # type: ignore[arg-type]

        with pytest.raises(CouponInvalidError):
            place(self.order(), Rival(), now=NOW)

        assert nothing_is_stored()
