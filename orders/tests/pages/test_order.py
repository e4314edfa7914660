"""An order's page: for whoever has its link, in plain words, and cancelled with an eye on money."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from orders.domain.states import WITHOUT_GOODS, State, status_of
from orders.links import mac_of, path_of
from orders.models import AccountOrder, Order, PersonTask, Product, RefundDue, ShopAccount
from orders.tests.kit import NOW, made_customer, made_order, made_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    made_product()
    return made_order({"CAFE-1KG": 2})


def seen(client: Client, order: Order) -> str:
    return client.get(path_of(order)).content.decode()


def moved(order: Order, state: State, **more: Any) -> Order:
    """Put the order where the saga would bring it."""
    Order.objects.filter(pk=order.pk).update(state=state, status=status_of(state), **more)
    return Order.objects.get(pk=order.pk)


class TestPage:
    def test_is_for_whoever_has_the_link_and_for_nobody_else(
        self, client: Client, order: Order
    ) -> None:
        answer = client.get(path_of(order))

        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        for wrong in ("0" * 32, mac_of("another"), mac_of(order.id)[:-1], "é"):
            assert client.get(f"/orders/{order.id}/{wrong}/").status_code == 404
            assert client.post(f"/orders/{order.id}/{wrong}/cancel/").status_code == 404

    def test_may_open_its_own_socket_alone(self, client: Client, order: Order) -> None:
        policy = client.get(path_of(order))["Content-Security-Policy"]

        assert f"connect-src 'self' ws://testserver:81/ws{path_of(order)};" in f"{policy};"

    def test_leads_to_no_article_that_is_not_sold_any_more(
        self, client: Client, order: Order
    ) -> None:
        assert 'href="/shop/CAFE-1KG/"' in seen(client, order)

        Product.objects.update(is_active=False)

        text = seen(client, order)
        assert "Coffee" in text
        assert 'href="/shop/CAFE-1KG/"' not in text

    def test_shows_goods_sums_and_steps(self, client: Client, order: Order) -> None:
        text = seen(client, order)

        assert "Your goods are being set aside." in text
        assert "R$\u00a0179.80" in text
        assert "•••• 1111" in text
        assert text.count('<li class="step waiting"') == 5

    @pytest.mark.parametrize("state", list(State))
    def test_has_words_for_every_state(self, client: Client, order: Order, state: State) -> None:
        moved(order, state, charged_cents=17_980, refunded_cents=8_990)

        for language in ("en", "pt-br"):
            answer = client.get(path_of(order), headers={"accept-language": language})
            assert answer.status_code == 200
            assert answer.context["told"].text

    @pytest.mark.parametrize("state", list(State))
    def test_says_that_a_coupon_is_free_again_once_it_is(
        self, client: Client, order: Order, state: State
    ) -> None:
        told = "The coupon may be used again."
        moved(order, state)
        assert told not in seen(client, order)

        moved(order, state, coupon_code="DEZ")

        assert (told in seen(client, order)) == (state in WITHOUT_GOODS)

    def test_says_that_a_person_looks_at_it(self, client: Client, order: Order) -> None:
        order = moved(order, State.PAYING)
        PersonTask.objects.create(
            request_id="x",
            order=order,
            step=PersonTask.Step.PAYMENT,
            reason="INTERNAL",
            created_at=NOW,
            tried_at=NOW,
        )

        text = seen(client, order)

        assert "a person looks at it" in text
        assert "INTERNAL" not in text

    def test_gives_its_moving_part_alone(self, client: Client, order: Order) -> None:
        text = client.get(f"{path_of(order)}state/").content.decode()

        assert 'id="order-state"' in text
        assert "<html" not in text


class TestSignedIn:
    def test_finds_the_orders_of_ones_list_without_the_link(self, order: Order) -> None:
        client, user = Client(), User.objects.create_user("maria", password="x")
        client.force_login(user)

        assert client.get(f"/orders/{order.id}/").status_code == 404
        AccountOrder.objects.create(user=user, order=order, is_own=True, at=NOW)
        assert client.get(f"/orders/{order.id}/")["Location"] == path_of(order)

    def test_an_opened_link_joins_the_list_of_a_customer_alone(self, order: Order) -> None:
        for name, has_account in (("maria", True), ("merchant", False)):
            client, user = Client(), User.objects.create_user(name, password="x")
            if has_account:
                ShopAccount.objects.create(user=user, known_at=NOW)
            client.force_login(user)
            client.get(path_of(order))

        assert AccountOrder.objects.get().user.username == "maria"

    def test_is_asked_to_sign_in(self, client: Client, order: Order) -> None:
        assert client.get(f"/orders/{order.id}/")["Location"].startswith("/login/")


@pytest.mark.django_db(transaction=True)
class TestCancelling:
    @pytest.mark.parametrize(
        ("state", "told", "after"),
        [
            (State.PLACED, "Nothing has been charged", "Nothing was charged."),
            (State.RESERVED, "Nothing has been charged", "Nothing was charged."),
            (State.PAYING, "all is given back", "If the bank has charged the card"),
            (State.PAID, "R$\u00a0179.80 will be given back", "R$\u00a0179.80 is on its way back"),
        ],
    )
    def test_says_before_and_after_what_becomes_of_the_money(
        self, client: Client, order: Order, state: State, told: str, after: str
    ) -> None:
        charged = 17_980 if state is State.PAID else 0
        order = moved(order, state, charged_cents=charged)
        address = f"{path_of(order)}cancel/"

        assert told in client.get(address).content.decode()
        answer = client.post(address, follow=True)

        assert after in answer.content.decode()
        assert "The order is cancelled." in answer.content.decode()
        assert Order.objects.get().status == "cancelled"
        assert RefundDue.objects.exists() == bool(charged)

    def test_comes_too_late_once_the_goods_are_packed(self, client: Client, order: Order) -> None:
        order = moved(order, State.PICKED)
        address = f"{path_of(order)}cancel/"

        assert b"It is too late to cancel" in client.get(address).content
        assert b"It is too late to cancel" in client.post(address, follow=True).content
        assert "cancel/" not in seen(client, order)
        assert Order.objects.get().state == State.PICKED

    def test_twice_is_once(self, client: Client, order: Order) -> None:
        address = f"{path_of(order)}cancel/"

        client.post(address)
        answer = client.post(address, follow=True)

        assert "The order is cancelled." in answer.content.decode()
        assert Order.objects.get().version == 2

    def test_is_asked_for_in_a_part_by_the_page_itself(self, client: Client, order: Order) -> None:
        answer = client.get(f"{path_of(order)}cancel/", headers={"hx-request": "true"})

        assert "<html" not in answer.content.decode()


def test_another_customers_order_is_in_nobodys_list(order: Order) -> None:
    client, user = Client(), User.objects.create_user("maria", password="x")
    ShopAccount.objects.create(user=user, customer=made_customer(), known_at=NOW)
    client.force_login(user)

    assert client.get("/account/").context["count"] == 0
