"""`/fraud/`: for staff alone; a doubtful order waits in sight and is decided once, with a note."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from messaging.models import OutboxMessage
from orders.domain.states import State
from orders.models import FraudAct, Order
from orders.tests.kit import NOW
from orders.tests.pages.clerk_kit import decide, lines, page_of
from orders.tests.services.fraud_kit import burst, doubtful, judged, placed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("an_hour_later")]
PAGES = ("/fraud/", "/fraud/lists/", "/fraud/rules/", "/fraud/history/")
FILES = ("/fraud/queue.csv", "/fraud/lists.csv", "/fraud/history.csv")


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

    def test_knows_an_order_by_what_its_mails_call_it(self, staff: Client) -> None:
        order = doubtful()

        assert staff.get("/fraud/", {"q": order.id[-8:].upper()}).context["count"] == 1

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

    def test_the_enter_key_in_a_field_presses_nothing(self, staff: Client) -> None:
        page = staff.get(page_of(doubtful())).content.decode()

        # The first of a form's buttons is what Enter presses.
        first = re.findall(r"<form(?:(?!</form>).)*?(<button[^>]*>)(.*?)</form>", page, re.S)
        acts = [button for button, rest in first if re.search('name="(verdict|what)"', rest)]
        assert acts == ["<button disabled hidden>"] * 2

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
