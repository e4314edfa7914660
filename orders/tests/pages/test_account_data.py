"""`/account/`: who may change what is kept of a person, and who has it erased."""

import pytest
from axes.models import AccessLog
from django.contrib.auth.models import User
from django.test import Client

from messaging.models import OutboxMessage
from orders.domain.states import State, Status
from orders.models import AccountOrder, Customer, Order, ShopAccount
from orders.tests.pages.account_kit import PASSWORD, buy, data_of, sign_up
from orders.tests.people import DOCUMENT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("told")]


class TestName:
    @pytest.mark.parametrize("typed", ["jose\u0301", "ﬁona"])
    def test_is_kept_as_signing_in_reads_it(self, client: Client, typed: str) -> None:
        sign_up(client, typed)
        client.post("/logout/")

        answer = client.post("/login/", {"username": typed, "password": PASSWORD}, follow=True)

        assert answer.redirect_chain[-1][0] == "/account/"


class TestPassword:
    def test_is_not_the_name_that_is_chosen_with_it(self, client: Client) -> None:
        answer = sign_up(client, "maria.canaria", password="Maria.Canaria1")

        assert set(answer.context["form"].errors) == {"password"}
        assert not User.objects.exists()


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
        assert not AccessLog.objects.exists()
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
