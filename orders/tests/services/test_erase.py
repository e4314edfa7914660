"""Erasure: the person is gone everywhere, the money stays, and who comes back is new."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessLog
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from messaging.whole import run_whole
from orders.domain.states import Happening, State
from orders.models import Customer, Order, RefundDue
from orders.services.act import Act, act, locked
from orders.services.erase import OpenOrdersError, erase
from orders.services.place import place
from orders.tests.kit import NOW, made_order, made_product
from orders.tests.people import ToldBank, wanted
from orders.tests.services.customers_kit import entered, told

pytestmark = pytest.mark.django_db(transaction=True)
SIGN_INS = (AccessAttempt, AccessLog)


def erased(customer_id: str) -> Customer:
    return run_whole(lambda: erase(customer_id, NOW + timedelta(hours=1)))


class TestErase:
    def test_clears_the_person_everywhere_and_keeps_the_money(self) -> None:
        made_product("A")
        order = place(wanted({"A": 1}), ToldBank(), now=NOW).order
        Order.objects.update(state=State.PICKED, status="picked")
        with transaction.atomic():
            what = Act(happening=Happening.GOODS_DISPATCHED, now=NOW, details={"lines": []})
            act(locked(order.id), what)

        customer = erased(order.customer_id)

        customer.refresh_from_db()
        assert customer.erased_at == NOW + timedelta(hours=1)
        facts = {
            field.name: getattr(customer, field.name)
            for field in Customer._meta.concrete_fields
            if field.name not in {"id", "created_at", "updated_at", "erased_at", "language"}
        }
        assert facts.pop("version") == 1
        assert facts.pop("telesales_opt_out")
        assert set(facts.values()) == {"", None}
        order.refresh_from_db()
        assert (order.sealed_address, order.phone_hash, order.payment_token_sealed) == ("", "", "")
        assert (order.sealed_name, order.sealed_email) == ("", "")
        assert (order.total_cents, order.card_last4) == (8990, "5100")

    def test_tells_telesales_to_forget_and_the_log_too(self) -> None:
        customer = entered()

        erased(customer.id)

        before, order, tombstone = told()
        assert before is None, "what was told before is emptied"
        assert order == {
            "customer_id": customer.id,
            "name": "",
            "phone": None,
            "region": "",
            "version": 1,
            "deleted": True,
            "erased": True,
        }
        assert tombstone is None

    def test_is_done_once(self) -> None:
        customer = entered()
        erased(customer.id)

        again = run_whole(lambda: erase(customer.id, NOW + timedelta(days=9)))

        assert again.erased_at == NOW + timedelta(hours=1)
        assert len(told()) == 3

    def test_whoever_comes_back_is_somebody_new(self) -> None:
        first = entered()
        erased(first.id)

        again = entered()

        assert again.id != first.id
        assert again.version == 1

    def test_cancels_what_is_not_packed_yet(self) -> None:
        customer = entered()
        made_product()
        paid = {"charged_cents": 8990, "payment_id": "p"}
        order = made_order({"CAFE-1KG": 1}, state=State.PAID, customer=customer, **paid)

        erased(customer.id)

        order.refresh_from_db()
        assert (order.state, order.reason) == (State.REFUNDING, "customer_erased")
        assert RefundDue.objects.get().amount_cents == 8990

    def test_refuses_while_goods_are_packed(self) -> None:
        customer = entered()
        made_product()
        order = made_order({"CAFE-1KG": 1}, state=State.PICKED, customer=customer)

        with pytest.raises(OpenOrdersError) as raised:
            erased(customer.id)

        assert raised.value.order_ids == [order.id]
        customer.refresh_from_db()
        assert customer.erased_at is None

    def test_leaves_a_login_that_names_nobody(self) -> None:
        customer = entered()
        user = get_user_model().objects.create_user("maria", "maria@example.com", "x")
        Customer.objects.update(user=user)

        erased(customer.id)

        user.refresh_from_db()
        assert (user.username, user.email, user.is_active) == (f"erased-{customer.id}", "", False)
        assert not user.check_password("x")

    def test_leaves_nothing_of_when_and_from_where_they_signed_in(self) -> None:
        customer = entered()
        user = get_user_model().objects.create_user("maria", password="x")
        other = get_user_model().objects.create_user("joana", password="x")
        Customer.objects.update(user=user)
        for each in (user, other):
            AccessLog.objects.create(username=each.username, ip_address="192.0.2.7")
            AccessAttempt.objects.create(
                username=each.username, ip_address="192.0.2.7", failures_since_start=1
            )
            LogEntry.objects.create(
                user=other,
                content_type=ContentType.objects.get_for_model(each),
                object_id=str(each.pk),
                object_repr=str(each),
                action_flag=CHANGE,
            )

        erased(customer.id)

        kept = [set(model.objects.values_list("username", flat=True)) for model in SIGN_INS]
        assert kept == [{"joana"}, {"joana"}]
        told = set(LogEntry.objects.values_list("object_repr", flat=True))
        assert told == {"joana", f"erased-{customer.id}"}

    def test_needs_somebody(self) -> None:
        with pytest.raises(Customer.DoesNotExist), transaction.atomic():
            erase("nobody", NOW)
