"""One person is one customer, however they enter, and telesales hears of changes alone."""

import threading
from typing import Any, ClassVar

import pytest
from django.contrib.auth import get_user_model
from django.db import connections

from orders.adapters import sealed
from orders.models import Consent, Customer
from orders.tests.people import OTHER_DOCUMENT, a_person
from orders.tests.services.customers_kit import by_owner, entered, told

pytestmark = pytest.mark.django_db(transaction=True)


class TestEnter:
    def test_keeps_the_person_and_tells_four_fields(self) -> None:
        customer = entered()

        assert told() == [
            {
                "customer_id": customer.id,
                "name": "Maria Canária",
                "phone": "+5511987654321",
                "region": "SP",
                "version": 1,
                "deleted": False,
                "erased": False,
            }
        ]
        assert sealed.document_of(customer) == "52998224725"
        assert sealed.email_of(customer) == "maria@example.com"
        assert sealed.address_of(customer) == "Rua das Flores, 10, São Paulo"
        assert len(customer.phone_hash) == 64

    def test_writes_down_what_was_agreed_to_at_which_door(self) -> None:
        entered(door="campaign:verao", telesales=False)

        consent = Consent.objects.get()
        assert (consent.door, consent.notice, consent.telesales) == (
            "campaign:verao",
            "2026-11",
            False,
        )

    def test_the_same_person_is_the_same_customer_and_nothing_is_told_again(self) -> None:
        first = entered()
        again = entered(a_person(address="Outra Rua, 11"))

        assert again.id == first.id
        assert len(told()) == 1
        assert Consent.objects.count() == 2

    def test_a_document_finds_a_person_with_a_new_email(self) -> None:
        first = entered()
        again = by_owner(a_person(email="new@example.com"))

        assert again.id == first.id
        assert sealed.email_of(again) == "new@example.com"
        assert entered(a_person(email="new@example.com", document="")).id == first.id

    def test_an_email_finds_a_person_whose_document_was_not_known(self) -> None:
        first = entered(a_person(document="", address=""))
        again = entered()

        assert again.id == first.id
        assert sealed.document_of(again) == "52998224725"

    def test_people_without_an_email_are_not_one_another(self) -> None:
        first = entered(a_person(email=""))
        second = entered(a_person(email="", document=OTHER_DOCUMENT))

        assert first.id != second.id
        assert first.email_hash is None

    def test_two_documents_of_one_mailbox_are_two_people(self) -> None:
        first = entered()
        second = entered(a_person(document=OTHER_DOCUMENT))

        assert second.id != first.id
        assert sealed.email_of(second) == "maria@example.com"
        assert entered(a_person(document=OTHER_DOCUMENT)).id == second.id
        assert entered(a_person(document="")).id == first.id

    def test_a_row_that_knew_only_the_email_goes_over_to_the_person(self) -> None:
        first = entered()
        other = entered(a_person(document="", email="new@example.com"), telesales=False)

        again = by_owner(a_person(email="new@example.com"), telesales=None)

        other.refresh_from_db()
        assert again.id == first.id
        assert again.telesales_opt_out
        assert other.erased_at is not None
        assert Consent.objects.filter(customer=again).count() == 3

    def test_a_row_with_a_login_keeps_its_email(self) -> None:
        entered()
        other = entered(a_person(document="", email="new@example.com"))
        Customer.objects.filter(pk=other.pk).update(
            user=get_user_model().objects.create_user("somebody")
        )

        again = by_owner(a_person(email="new@example.com"))

        assert again.email_hash is None
        assert entered(a_person(document="", email="new@example.com")).id == other.id

    @pytest.mark.parametrize(
        "changes", [{"name": "Maria Nova"}, {"phone": "+5521987654321"}, {"region": "RJ"}]
    )
    def test_what_telesales_may_know_is_told_with_the_next_version(self, changes: Any) -> None:
        entered()
        by_owner(a_person(**changes))

        first, second = told()
        assert (first["version"], second["version"]) == (1, 2)
        assert {**first, **changes, "version": 2} == second

    def test_an_opt_out_withholds_the_phone_until_it_is_taken_back(self) -> None:
        entered(telesales=False)
        entered(telesales=None)
        entered(telesales=True)
        by_owner(a_person(), telesales=True)

        assert [(each["version"], each["phone"]) for each in told()] == [
            (1, None),
            (2, "+5511987654321"),
        ]

    def test_what_a_door_does_not_ask_for_stays(self) -> None:
        entered()
        again = entered(a_person(document="", address="", phone="", region=""))

        assert again.phone == "+5511987654321"
        assert sealed.address_of(again) == "Rua das Flores, 10, São Paulo"

    def test_twins_of_a_newcomer_are_one_customer(self) -> None:
        together = threading.Barrier(4)
        seen: list[str] = []

        def come(number: int) -> None:
            try:
                together.wait(30)
                seen.append(by_owner(a_person(phone=f"+551198765432{number}")).id)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=come, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)

        assert len(seen) == 4
        assert set(seen) == {Customer.objects.get().id}
        assert [each["version"] for each in told()] == [1, 2, 3, 4]

    def test_says_nothing_of_a_person_in_texts(self) -> None:
        assert repr(a_person()) == "Person()"


class TestWithoutProof:
    """Somebody types the document, or the e-mail, of a person whom the shop knows."""

    STRANGER: ClassVar[Any] = {
        "name": "Outra Pessoa",
        "phone": "+5521911112222",
        "region": "RJ",
        "address": "Rua Outra, 11",
    }

    @pytest.mark.parametrize(
        "found_by", [{"email": "other@example.com"}, {"document": ""}, {}], ids=str
    )
    def test_nothing_that_is_kept_changes(self, found_by: Any) -> None:
        entered()
        kept = Customer.objects.values().get()

        again = entered(a_person(**self.STRANGER, **found_by), door="purchase", telesales=None)

        assert again.id == kept["id"]
        assert Customer.objects.values().get() == kept | {"updated_at": again.updated_at}
        assert len(told()) == 1
        assert Consent.objects.filter(customer=again).count() == 2

    def test_what_was_not_known_is_added(self) -> None:
        entered(a_person(document="", address="", region="", phone=""))

        again = entered(a_person(name="Outra Pessoa"), door="purchase", telesales=None)

        assert (again.name, again.phone, again.region) == ("Maria Canária", "+5511987654321", "SP")
        assert sealed.document_of(again) == "52998224725"
        assert [(each["version"], each["phone"]) for each in told()] == [
            (1, None),
            (2, "+5511987654321"),
        ]

    def test_nothing_is_added_to_a_record_with_a_login(self) -> None:
        first = entered(a_person(document="", address=""))
        Customer.objects.update(user=get_user_model().objects.create_user("maria"))

        again = entered(a_person(**self.STRANGER), door="purchase", telesales=None)

        assert again.id == first.id
        assert (again.document_hash, again.sealed_document, again.sealed_address) == (None, "", "")
        assert len(told()) == 1

    def test_a_no_to_calls_counts_from_anybody(self) -> None:
        entered()

        entered(a_person(**self.STRANGER), door="purchase", telesales=False)

        assert [(each["version"], each["phone"]) for each in told()][1:] == [(2, None)]

    def test_an_email_of_somebody_else_is_not_taken_over(self) -> None:
        entered()
        other = entered(a_person(document="", email="other@example.com"))

        entered(a_person(email="other@example.com"), door="purchase")

        other.refresh_from_db()
        assert other.erased_at is None
        assert entered(a_person(document="", email="other@example.com")).id == other.id
