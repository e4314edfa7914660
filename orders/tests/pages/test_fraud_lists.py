"""`/fraud/lists/`: a press lists what an order had, and what is taken off stays in sight."""

from typing import Any

import pytest
from django.test import Client

from orders.models import FraudListEntry, FraudReceipt, Order
from orders.tests.pages.clerk_kit import decide, lines, page_of
from orders.tests.services.fraud_kit import doubtful

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("an_hour_later")]


class TestLists:
    def put(self, staff: Client, order: Order, what: str, **more: str) -> Any:
        return staff.post(f"{page_of(order)}list/", {"what": what, "days": "90", **more})

    def test_one_press_blocks_the_card(self, staff: Client) -> None:
        order = doubtful()

        assert self.put(staff, order, "block:card").url == page_of(order)

        entry = FraudListEntry.objects.get()
        assert (entry.list_name, entry.kind, entry.reason) == ("block", "card", "seen in review")
        assert entry.expires_at is not None
        assert "Blocked" in staff.get(page_of(order)).content.decode()
        assert "visa 1111" in staff.get("/fraud/lists/").content.decode()

    def test_for_good_never_ends(self, staff: Client) -> None:
        self.put(staff, doubtful(), "allow:customer", days="", reason="known")

        assert FraudListEntry.objects.get().expires_at is None
        assert "for good" in staff.get("/fraud/lists/").content.decode()

    @pytest.mark.parametrize("what", ["block:shoe", "", "burn:card"])
    def test_lists_nothing_that_it_does_not_know(self, staff: Client, what: str) -> None:
        self.put(staff, doubtful(), what)

        assert not FraudListEntry.objects.exists()

    def test_a_phone_that_the_order_lacks_is_not_there(self, staff: Client) -> None:
        assert self.put(staff, doubtful(), "block:phone").status_code == 404

    def test_an_entry_is_taken_off(self, staff: Client) -> None:
        self.put(staff, doubtful(), "block:card")
        path = f"/fraud/lists/{FraudListEntry.objects.get().pk}/remove/"

        for _ in range(2):
            assert staff.post(path).status_code == 302

        assert staff.get("/fraud/lists/").context["count"] == 0
        kinds = [line[2] for line in lines(staff.get("/fraud/history.csv"))[1:]]
        assert kinds == ["unlisted", "listed"]

    def test_what_was_taken_off_is_put_back_by_one_press(self, staff: Client) -> None:
        self.put(staff, doubtful(), "block:card", days="30")
        entry = FraudListEntry.objects.get()
        taken = staff.post(f"/fraud/lists/{entry.pk}/remove/", follow=True)

        for _ in range(2):
            back = staff.post(f"/fraud/lists/{entry.pk}/restore/", follow=True)

        assert f"/fraud/lists/{entry.pk}/restore/" in taken.content.decode()
        assert back.context["count"] == 1
        assert FraudListEntry.objects.get() == entry
        assert FraudListEntry.objects.get().expires_at == entry.expires_at
        history = lines(staff.get("/fraud/history.csv"))[1:]
        assert [line[2] for line in history] == ["relisted", "unlisted", "listed"]

    def test_what_was_taken_off_stays_in_sight(self, staff: Client) -> None:
        self.put(staff, doubtful(), "block:card")
        staff.post(f"/fraud/lists/{FraudListEntry.objects.get().pk}/remove/")

        counts = [
            staff.get("/fraud/lists/", {"show": show}).context["count"]
            for show in ("listed", "ended", "all")
        ]

        assert counts == [0, 1, 1]
        assert "clerk" in str(lines(staff.get("/fraud/lists.csv?show=ended"))[1:])

    @pytest.mark.parametrize(
        ("sort", "kinds"),
        [
            ("newest", ["phone", "card", "customer"]),
            ("oldest", ["customer", "card", "phone"]),
            ("ends", ["card", "phone", "customer"]),
            ("what", ["card", "customer", "phone"]),
            ("odd", ["phone", "card", "customer"]),
        ],
    )
    def test_is_sorted(self, staff: Client, sort: str, kinds: list[str]) -> None:
        order = doubtful(phone_hash="p" * 64)
        for what, days in (("customer", ""), ("card", "30"), ("phone", "90")):
            self.put(staff, order, f"block:{what}", days=days)

        shown = staff.get("/fraud/lists/", {"sort": sort}).context["rows"]

        assert [row["entry"].kind for row in shown] == kinds

    def test_is_narrowed_and_a_file_without_what_stands_for_people(self, staff: Client) -> None:
        order = doubtful()
        self.put(staff, order, "block:card")

        assert staff.get("/fraud/lists/", {"list": "allow"}).context["count"] == 0
        assert staff.get("/fraud/lists/", {"q": "1111"}).context["count"] == 1
        text = str(lines(staff.get("/fraud/lists.csv")))
        assert "visa 1111" in text
        assert order.card_fingerprint not in text

    def test_the_receipts_note_stays(self, staff: Client) -> None:
        order = doubtful()
        decide(staff, order, "fraud", "the holder knows nothing of it")

        assert FraudReceipt.objects.get(order=order).note == "the holder knows nothing of it"
        assert "the holder knows" in staff.get("/fraud/history/").content.decode()
