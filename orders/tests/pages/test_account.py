"""`/account/`: what a login may see is what it can prove; a form proves nothing."""

import pytest
from django.contrib.auth.models import User
from django.test import Client, RequestFactory

from messaging.models import OutboxMessage
from orders.links import mac_of
from orders.models import Consent, Customer, Order
from orders.pages import doors
from orders.tests.pages.account_kit import PASSWORD, buy, data_of, sign_up
from orders.tests.pages.test_basket import put
from orders.tests.people import DOCUMENT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("told")]


class TestSignUp:
    def test_makes_a_login_and_enters_the_person(self, client: Client) -> None:
        answer = sign_up(client)

        assert answer.redirect_chain[-1][0] == "/account/"
        customer, consent = Customer.objects.get(), Consent.objects.get()
        assert (consent.door, consent.telesales) == ("signup", True)
        assert OutboxMessage.objects.filter(topic="customers", key=customer.id).count() == 1
        user = User.objects.get()
        assert (user.email, user.first_name, user.is_staff) == ("", "", False)
        assert "maria@example.com" in data_of(client)

    def test_says_what_is_wrong_and_keeps_the_rest(self, client: Client) -> None:
        answer = sign_up(client, "maria@example.com", password="12345678", phone="1")

        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {"username", "password", "phone"}
        assert "12345678" not in answer.content.decode()
        assert not User.objects.exists()

    def test_takes_nobodys_name(self, client: Client) -> None:
        User.objects.create_user("maria", password="x")

        assert b"Somebody has this name already" in sign_up(client).content
        assert not Customer.objects.exists()

    def test_leads_to_the_orders_and_not_to_the_panel(self, client: Client) -> None:
        sign_up(client)
        client.post("/logout/")

        answer = client.post("/login/", {"username": "maria", "password": PASSWORD}, follow=True)

        assert answer.redirect_chain[-1][0] == "/account/"
        assert "/panel/" not in answer.content.decode()

    def test_strangers_are_asked_in(self, client: Client) -> None:
        assert b"You can buy without one." in client.get("/account/").content
        assert client.get("/account/data/")["Location"].startswith("/login/")


class TestTakeover:
    def test_somebodys_email_shows_neither_their_orders_nor_their_data(self) -> None:
        order = buy(Client())
        thief = Client()

        sign_up(thief, "thief", name="Thief")

        assert thief.get("/account/").context["count"] == 0
        text = data_of(thief)
        assert "Anybody can type them" in text
        for secret in (DOCUMENT, "Rua das Flores"):
            assert secret not in text
        assert thief.get(f"/orders/{order.id}/").status_code == 404
        assert Customer.objects.count() == 1
        assert Customer.objects.get().user_id is None

    def test_who_was_there_first_does_not_see_what_others_bring_later(self) -> None:
        thief = Client()
        sign_up(thief, "thief")
        buy(Client())

        text = data_of(thief)

        assert "used your e-mail or CPF without signing in" in text
        assert "Rua das Flores" not in text
        assert DOCUMENT not in thief.get("/shop/checkout/", follow=True).content.decode()
        thief.post("/account/data/", {"phone": "(21) 98765-4321", "opt_out": "on"})
        assert Customer.objects.get().phone == "+5511987654321"
        thief.post("/account/erase/")
        assert Customer.objects.get().erased_at is None

    def test_a_link_shows_its_order_and_opens_nobodys_data(self) -> None:
        order = buy(Client())
        friend = Client()
        sign_up(friend, "friend")

        friend.get(f"/orders/{order.id}/{_mac(order)}/")

        assert friend.get("/account/").context["count"] == 1
        assert "Anybody can type them" in data_of(friend)


class TestOwnOrders:
    def test_what_the_browser_has_bought_before_comes_along(self, client: Client) -> None:
        order = buy(client)
        sign_up(client)

        assert [row["order"].pk for row in client.get("/account/").context["rows"]] == [order.pk]
        assert "Rua das Flores" in data_of(client)

    def test_what_is_bought_while_signed_in_stays_ones_own(self, client: Client) -> None:
        sign_up(client)
        buy(client)

        assert "Rua das Flores" in data_of(client)
        put(client)
        assert "Rua das Flores" in client.get("/shop/checkout/").content.decode()


def _mac(order: Order) -> str:
    return mac_of(order.id)


class TestLimit:
    def test_ten_accounts_are_made_from_one_address_in_half_an_hour(
        self, client: Client, rf: RequestFactory
    ) -> None:
        for _ in range(9):
            doors.wait_at("signup", rf.post("/"))
        tenth = sign_up(client)
        client.logout()

        answer = sign_up(client, "rui", email="rui@example.com")

        assert tenth.status_code == 200
        assert (answer.status_code, int(answer["Retry-After"]) > 1700) == (429, True)
        assert "Come back in 30 minutes" in answer.content.decode()
        assert not User.objects.filter(username="rui").exists()
        assert sign_up(Client(REMOTE_ADDR="10.9.8.7"), "rui").status_code == 200
