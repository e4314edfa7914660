"""`/fraud/`: for staff alone; a doubtful order is decided once, with a note; a press lists."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from messaging.models import OutboxMessage
from orders.domain.states import State
from orders.models import FraudAct, FraudListEntry, FraudReceipt, Order
from orders.tests.kit import NOW
from orders.tests.services.fraud_kit import burst, doubtful, judged, placed

pytestmark = pytest.mark.django_db
PAGES = ("/fraud/", "/fraud/lists/", "/fraud/rules/", "/fraud/history/")
FILES = ("/fraud/queue.csv", "/fraud/lists.csv", "/fraud/history.csv")


@pytest.fixture(autouse=True)
def _moment() -> Iterator[None]:
    with time_machine.travel(NOW + timedelta(hours=1), tick=True):
        yield


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    return client


def page_of(order: Order) -> str:
    return f"/fraud/orders/{order.id}/"


def decide(staff: Client, order: Order, verdict: str, note: str = "called back") -> Any:
    return staff.post(page_of(order), {"verdict": verdict, "note": note})


def lines(answer: Any) -> list[list[str]]:
    return list(csv.reader(b"".join(answer.streaming_content).decode().splitlines()))


class TestAccess:
    @pytest.mark.parametrize("path", [*PAGES, *FILES])
    def test_is_staffs_alone(self, client: Client, path: str) -> None:
        assert client.get(path).status_code == 302
        client.force_login(User.objects.create_user("holder"))
        assert client.get(path).status_code == 403

    def test_nobody_else_decides(self, client: Client) -> None:
        order = doubtful()
        client.force_login(User.objects.create_user("holder"))

        assert decide(client, order, "clear").status_code == 403
        assert Order.objects.get(pk=order.id).state == State.IN_REVIEW

    @pytest.mark.parametrize("path", PAGES)
    def test_says_why_it_is_empty(self, staff: Client, path: str) -> None:
        assert "data-empty" in staff.get(path).content.decode()

    def test_staff_find_the_way(self, staff: Client) -> None:
        assert 'href="/fraud/"' in staff.get("/").content.decode()


class TestQueue:
    def test_shows_what_waits_and_for_how_long(self, staff: Client) -> None:
        order = doubtful()

        said = staff.get("/fraud/").content.decode()

        assert f'data-order="{order.id}"' in said
        assert "46 h left" in said or "47 h left" in said
        assert "Orders with this card within 10" in said

    def test_leaves_out_what_ended(self, staff: Client) -> None:
        order = doubtful()
        Order.objects.filter(pk=order.id).update(state=State.CANCELLED)

        assert order.id not in staff.get("/fraud/").content.decode()

    def test_puts_the_oldest_first(self, staff: Client) -> None:
        late, early = burst(7)[-2:]
        judged(late, NOW + timedelta(minutes=5))
        judged(early, NOW)

        rows = staff.get("/fraud/").context["rows"]

        assert [row["order"].id for row in rows] == [early.id, late.id]

    @pytest.mark.parametrize(("search", "count"), [("1111", 1), ("2222", 0), ("01", 1), ("x", 0)])
    def test_is_searched(self, staff: Client, search: str, count: int) -> None:
        doubtful()

        assert staff.get("/fraud/", {"q": search}).context["count"] == count

    def test_is_a_file_too(self, staff: Client) -> None:
        order = doubtful()

        header, row = lines(staff.get("/fraud/queue.csv"))

        assert row[header.index("order_id")] == order.id
        assert row[header.index("rules")] == "card_orders_10m"


class TestOrder:
    def test_shows_the_receipt_and_what_is_related(self, staff: Client) -> None:
        order = doubtful()

        answer = staff.get(page_of(order))

        said = answer.content.decode()
        assert "50 points" in said
        assert len(answer.context["related"]) == 5
        assert [row.value for row in answer.context["hits"]] == ["6"]
        assert "+50" in said

    def test_says_it_in_portuguese(self, staff: Client) -> None:
        said = staff.get(page_of(doubtful()), headers={"accept-language": "pt-BR"})

        assert "Pedidos com este cartão em 10" in said.content.decode()

    @pytest.mark.parametrize(("verdict", "state"), [("clear", "cleared"), ("fraud", "fraud")])
    def test_is_decided_with_a_note(self, staff: Client, verdict: str, state: str) -> None:
        order = doubtful()

        assert decide(staff, order, verdict).url == "/fraud/"

        assert Order.objects.get(pk=order.id).state == state
        assert OutboxMessage.objects.count() == 1
        assert FraudAct.objects.get().actor == "clerk"
        assert "called back" in staff.get(page_of(order)).content.decode()

    @pytest.mark.parametrize(("verdict", "note"), [("clear", ""), ("review", "x"), ("", "x")])
    def test_wants_note_and_verdict(self, staff: Client, verdict: str, note: str) -> None:
        order = doubtful()

        assert decide(staff, order, verdict, note).status_code == 422
        assert Order.objects.get(pk=order.id).state == State.IN_REVIEW

    def test_one_that_ended_meanwhile_is_closed(self, staff: Client) -> None:
        order = doubtful()
        Order.objects.filter(pk=order.id).update(state=State.CANCELLED)

        answer = decide(staff, order, "clear")

        assert answer.status_code == 409
        assert 'data-code="order_closed"' in answer.content.decode()
        assert not OutboxMessage.objects.exists()

    def test_pressed_twice_is_said_once(self, staff: Client) -> None:
        order = doubtful()

        answers = [decide(staff, order, "clear").status_code for _ in range(2)]

        assert answers == [302, 302]
        assert OutboxMessage.objects.count() == FraudAct.objects.count() == 1

    def test_one_never_judged_is_not_there(self, staff: Client) -> None:
        assert staff.get(page_of(placed())).status_code == 404

    def test_one_that_was_cleared_by_rules_shows_its_receipt(self, staff: Client) -> None:
        order = placed()
        judged(order)

        said = staff.get(page_of(order)).content.decode()

        assert "Fraud receipt" in said
        assert 'name="verdict"' not in said


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
