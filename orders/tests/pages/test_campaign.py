"""`/campaign/<slug>/`: enters the person as every door does; the coupon waits at checkout."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from orders.models import Campaign, Consent, Coupon, Customer
from orders.pages import doors
from orders.tests.kit import made_product
from orders.tests.pages.test_basket import put

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def campaign() -> Campaign:
    now = timezone.now()
    coupon = Coupon.objects.create(
        code="VERAO10",
        percent=10,
        uses=5,
        valid_from=now - timedelta(days=1),
        valid_until=now + timedelta(days=9),
    )
    return Campaign.objects.create(
        slug="verao", title_en="Summer", title_pt="Verão", coupon=coupon, created_at=now
    )


FORM = {
    "name": "Maria Canária",
    "email": "maria@example.com",
    "phone": "11 98765-4321",
    "region": "SP",
}


def enter(client: Client, **changes: Any) -> Any:
    return client.post("/campaign/verao/", FORM | changes)


class TestCampaign:
    def test_gives_the_coupon_and_has_it_ready_at_checkout(self, client: Client) -> None:
        made_product()

        answer = enter(client, telesales="on")
        put(client)
        checkout = client.get("/shop/checkout/").context

        assert b"VERAO10" in answer.content
        assert checkout["discount_cents"] == 899
        consent = Consent.objects.get()
        assert (consent.door, consent.telesales) == ("campaign:verao", True)

    def test_names_the_last_day_that_the_coupon_counts_where_the_shop_is(
        self, client: Client
    ) -> None:
        midnight = datetime(2031, 1, 1, tzinfo=ZoneInfo("America/Sao_Paulo"))
        Coupon.objects.update(valid_until=midnight)

        assert b"12/31/2030" in enter(client).content

    @pytest.mark.parametrize(
        "gone",
        [
            {"used": 5},
            {"is_active": False},
            {"valid_until": timezone.now() - timedelta(minutes=1)},
        ],
    )
    def test_promises_no_coupon_that_is_gone(self, client: Client, gone: dict[str, Any]) -> None:
        Coupon.objects.update(**gone)
        made_product()

        asked = client.get("/campaign/verao/")
        entered = enter(client)
        put(client)

        assert b"There is no coupon any more" in asked.content
        assert b"VERAO10" not in entered.content
        assert b"waits for you at checkout" not in entered.content
        assert "flaw" not in client.get("/shop/checkout/").context
        assert Customer.objects.count() == 1

    def test_calls_nobody_who_did_not_say_so(self, client: Client) -> None:
        enter(client)

        assert Customer.objects.get().telesales_opt_out

    def test_twice_is_one_customer_who_stays_as_they_were(self, client: Client) -> None:
        enter(client)
        enter(client, name="Maria C. Santos")

        assert Customer.objects.get().name == "Maria Canária"

    def test_hands_nothing_out_for_half_a_form(self, client: Client) -> None:
        answer = enter(client, phone="")

        assert answer.status_code == 422
        assert b"VERAO10" not in answer.content
        assert not Customer.objects.exists()

    def test_speaks_both_languages(self, client: Client) -> None:
        assert "Summer" in client.get("/campaign/verao/").content.decode()
        portuguese = client.get("/campaign/verao/", headers={"accept-language": "pt-br"})
        assert "Verão" in portuguese.content.decode()

    def test_is_not_there_once_it_is_over(self, client: Client) -> None:
        Campaign.objects.update(is_active=False)

        assert client.get("/campaign/verao/").status_code == 404


class TestLimit:
    def test_lets_the_same_person_in_ten_times_from_one_address(self, client: Client) -> None:
        answers = [enter(client).status_code for _ in range(10)]

        portuguese = client.post("/campaign/verao/", FORM, headers={"accept-language": "pt-br"})
        other = enter(client, email="outra@example.com")

        assert answers == [200] * 10
        assert (portuguese.status_code, int(portuguese["Retry-After"]) > 1700) == (429, True)
        assert "Volte em 30 minutos" in portuguese.content.decode()
        assert b"VERAO10" not in portuguese.content
        assert other.status_code == 200
        assert Consent.objects.count() == 11

    def test_lets_a_hundred_in_from_one_address(self, client: Client, rf: RequestFactory) -> None:
        for number in range(100):
            doors.wait_at("campaign", rf.post("/"), who=f"{number}")

        assert "Come back in 30 minutes" in enter(client).content.decode()
        assert enter(Client(REMOTE_ADDR="10.9.8.7")).status_code == 200
