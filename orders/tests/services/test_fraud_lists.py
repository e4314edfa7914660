"""A subject is listed from an order, on one list at a time, until its entry expires."""

from datetime import timedelta
from typing import Any

import pytest

from orders.domain.fraud import Verdict
from orders.domain.fraud_facts import Subject
from orders.models import FraudAct, FraudListEntry
from orders.services.fraud_lists import Listing, ListName, NoSubjectError, put, put_back, take_off
from orders.tests.kit import NOW
from orders.tests.services.fraud_kit import burst, judged, placed

pytestmark = pytest.mark.django_db


def listing(order: Any, **changes: Any) -> Listing:
    told: dict[str, Any] = {"subject": Subject.CARD, "list_name": ListName.BLOCK, "days": 90}
    return Listing(order_id=order.id, reason="stolen", **(told | changes))


class TestPut:
    def test_stops_the_cards_next_order(self) -> None:
        put(listing(placed()), "ana", NOW)

        receipt = judged(placed()).receipt

        assert (receipt.verdict, receipt.score) == (Verdict.FRAUD, 100)

    def test_an_expired_entry_stops_nothing(self) -> None:
        put(listing(placed(), days=1), "ana", NOW)

        assert judged(placed(), NOW + timedelta(days=1)).receipt.verdict == Verdict.CLEAR

    def test_what_is_allowed_passes_a_burst(self) -> None:
        orders = burst(9)
        put(listing(orders[-1], list_name=ListName.ALLOW, days=None), "ana", NOW)

        receipt = judged(orders[-1], NOW + timedelta(days=999)).receipt

        assert (receipt.verdict, receipt.score) == (Verdict.CLEAR, 50)

    def test_stands_on_one_list_at_a_time(self) -> None:
        order = placed()
        for name in ListName:
            put(listing(order, list_name=name), "ana", NOW)

        entry = FraudListEntry.objects.get()
        assert (entry.list_name, entry.label) == ("allow", "visa 1111")
        assert FraudAct.objects.filter(kind="listed").count() == 2

    def test_knows_a_customer_by_the_end_of_the_id(self) -> None:
        order = placed()

        entry = put(listing(order, subject=Subject.CUSTOMER), "ana", NOW)

        assert entry.value == order.customer_id
        assert entry.label == f"…{order.customer_id[-6:]}"

    def test_an_order_without_phone_lists_none(self) -> None:
        with pytest.raises(NoSubjectError):
            put(listing(placed(), subject=Subject.PHONE), "ana", NOW)


class TestTakeOff:
    def test_lets_the_card_pass_again(self) -> None:
        entry = put(listing(placed()), "ana", NOW)

        take_off(entry.pk, "rui", NOW)

        assert judged(placed()).receipt.verdict == Verdict.CLEAR
        assert FraudAct.objects.get(kind="unlisted").actor == "rui"

    def test_twice_is_once(self) -> None:
        entry = put(listing(placed()), "ana", NOW)

        assert take_off(entry.pk, "rui", NOW) is not None
        assert take_off(entry.pk, "rui", NOW) is None

    def test_is_taken_back_as_it_was(self) -> None:
        entry = put(listing(placed()), "ana", NOW)
        take_off(entry.pk, "rui", NOW)

        assert put_back(entry.pk, "rui", NOW) == entry
        assert put_back(entry.pk, "rui", NOW) is None
        assert judged(placed()).receipt.verdict == Verdict.FRAUD
        assert FraudAct.objects.get(kind="relisted").actor == "rui"

    def test_what_is_listed_anew_counts_again(self) -> None:
        order = placed()
        entry = put(listing(order), "ana", NOW)
        take_off(entry.pk, "rui", NOW)

        again = put(listing(order, days=7), "ana", NOW)

        assert (again.pk, again.ended_at) == (entry.pk, None)
        assert judged(placed()).receipt.verdict == Verdict.FRAUD
