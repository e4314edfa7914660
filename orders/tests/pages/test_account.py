"""`/account/`: what a login may see is what it can prove; a form proves nothing."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client, RequestFactory

from messaging.models import OutboxMessage
from orders.adapters import bank as banks
from orders.domain.states import State, Status
from orders.links import mac_of
from orders.models import AccountOrder, Consent, Customer, Order, ShopAccount
from orders.pages import doors
from orders.tests.kit import made_product
from orders.tests.pages.test_basket import put
from orders.tests.pages.test_checkout import typed
from orders.tests.people import DOCUMENT, ToldBank

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "a long and rare phrase"


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> ToldBank:
    made = ToldBank()
    monkeypatch.setattr(banks, "bank", lambda: made)
    return made


def sign_up(client: Client, username: str = "maria", **changes: Any) -> Any:
    form = {
        "username": username,
        "password": PASSWORD,
        "name": "Maria Canária",
        "email": "maria@example.com",
        "phone": "(11) 98765-4321",
        "document": "",
        "region": "SP",
        "telesales": "on",
        **changes,
    }
    return client.post("/account/sign-up/", form, follow=True)


def buy(client: Client, **changes: Any) -> Order:
    """Buy a pack of coffee as Maria."""
    if not Order.objects.exists():
        made_product(on_hand=100)
    put(client)
    client.post("/shop/checkout/", typed(client, **changes))
    return Order.objects.latest("created_at")


def data_of(client: Client) -> str:
    return client.get("/account/data/").content.decode()


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


class TestMyData:
    def test_are_changed_and_telesales_told(self, client: Client) -> None:
        sign_up(client)

        client.post("/account/data/", {"phone": "(21) 98765-4321", "opt_out": "on"})

        customer = Customer.objects.get()
        assert (customer.phone, customer.telesales_opt_out) == ("+5521987654321", True)
        assert customer.version == 2
        assert "+5521987654321" in data_of(client)

    def test_stay_when_the_phone_is_none(self, client: Client) -> None:
        sign_up(client)

        answer = client.post("/account/data/", {"phone": "12"})

        assert answer.status_code == 422
        assert Customer.objects.get().phone == "+5511987654321"


class TestErase:
    def test_asks_first_then_clears_person_login_and_session(self, client: Client) -> None:
        sign_up(client)
        order = buy(client)

        assert b"nobody can bring it back" in client.get("/account/erase/").content
        answer = client.post("/account/erase/")

        assert b"You are erased" in answer.content
        customer = Customer.objects.get()
        assert (customer.name, customer.email_hash, customer.user_id) == ("", None, None)
        assert Order.objects.get(pk=order.pk).status == Status.CANCELLED
        assert not User.objects.get().is_active
        assert not User.objects.filter(username="maria").exists()
        assert not ShopAccount.objects.exists()
        assert not AccountOrder.objects.exists()
        assert client.get("/account/data/")["Location"].startswith("/login/")

    def test_waits_for_a_parcel_that_is_packed(self, client: Client) -> None:
        sign_up(client)
        buy(client)
        Order.objects.update(state=State.PICKED, status=Status.PICKED)

        answer = client.post("/account/erase/")

        assert answer.status_code == 409
        assert b"1 parcel is packed" in answer.content
        assert Customer.objects.get().erased_at is None
        assert ShopAccount.objects.exists()

    def test_is_not_for_logins_of_others(self, client: Client) -> None:
        client.force_login(User.objects.create_user("merchant", password="x"))

        client.post("/account/erase/")

        assert User.objects.get().is_active


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


class TestWhoMayChangeWhat:
    """Phone and name at a checkout: the owner changes what is kept, a stranger does not."""

    def test_a_strangers_order_leaves_what_is_kept_of_an_account(self, client: Client) -> None:
        sign_up(client, document=DOCUMENT)

        order = buy(Client(), name="Outra Pessoa", phone="21 91111-2222")

        kept = Customer.objects.get()
        assert order.customer_id == kept.pk
        assert (kept.name, kept.phone) == ("Maria Canária", "+5511987654321")

    def test_one_who_is_signed_in_changes_their_own(self, client: Client) -> None:
        sign_up(client, document=DOCUMENT)

        buy(client, phone="21 98765-4321")

        assert Customer.objects.get().phone == "+5521987654321"
        assert OutboxMessage.objects.filter(topic="customers").count() == 2

    def test_a_guest_changes_what_the_same_browser_wrote(self, client: Client) -> None:
        buy(client)
        buy(client, phone="21 98765-4321")
        assert Customer.objects.get().phone == "+5521987654321"

        buy(Client(), phone="31 98765-4321")

        assert Customer.objects.get().phone == "+5521987654321"
