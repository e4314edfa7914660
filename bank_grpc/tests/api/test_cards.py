"""`/cards`: what staff and holders may do, and that nobody meets another's card."""

from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User

from bank_grpc.models import Card, CardChange
from bank_grpc.tests.api.people import browser_of, document, expect_problem, holder, post, staff
from bank_grpc.tests.services.kit import issued, pay

pytestmark = pytest.mark.django_db
ACTS: list[tuple[str, Any]] = [
    ("block", None),
    ("unblock", None),
    ("replace", None),
    ("limit", {"limit": "500.00"}),
    ("closing-day", {"closing_day": 10}),
]


class TestIssue:
    def test_shows_the_card_this_once(self) -> None:
        client = browser_of(staff())

        answer = post(client, "/cards", {"holder": "Ana Souza", "limit": "1000.00"})

        assert answer.status_code == 201
        card = document(answer)
        keys = {"card_id", "holder", "number", "expiration_month", "expiration_year", "cvv"}
        assert set(card) == keys
        assert Card.objects.get(pk=card["card_id"]).limit_cents == 100_000
        assert card["number"] not in client.get("/api/v1/cards").content.decode()

    def test_is_for_staff(self) -> None:
        user, _ = holder()

        answer = post(browser_of(user), "/cards", {"holder": "Ana Souza", "limit": "1000.00"})

        expect_problem(answer, 403, "forbidden")

    @pytest.mark.parametrize(
        ("body", "code", "param"),
        [
            ({"holder": "Ana"}, "missing_field", "limit"),
            ({"holder": "Ana", "limit": "1.234"}, "invalid_value", "limit"),
            ({"holder": "Ana", "limit": "-1"}, "invalid_value", "limit"),
            ({"holder": "A", "limit": "1"}, "invalid_value", "holder"),
            ({"holder": 5, "limit": "1"}, "wrong_type", "holder"),
            ({"holder": "Ana", "limit": "1", "colour": "red"}, "unknown_field", "colour"),
        ],
    )
    def test_names_what_is_wrong(self, body: Any, code: str, param: str) -> None:
        expect_problem(post(browser_of(staff()), "/cards", body), 422, code, param)
        assert not Card.objects.exists()


class TestActs:
    def test_blocks_and_unblocks(self) -> None:
        user, card = holder()
        client = browser_of(user)

        blocked = document(post(client, f"/cards/{card.card_id}/block"))
        unblocked = document(post(client, f"/cards/{card.card_id}/unblock"))

        assert (blocked["status"], unblocked["status"]) == ("blocked", "active")
        kinds = CardChange.objects.filter(actor=user.username).values_list("kind", flat=True)
        assert set(kinds) == {"blocked", "unblocked"}

    def test_a_holder_does_not_lift_what_staff_have_blocked(self) -> None:
        user, card = holder()
        post(browser_of(staff()), f"/cards/{card.card_id}/block")

        answer = post(browser_of(user), f"/cards/{card.card_id}/unblock")

        expect_problem(answer, 403, "forbidden")
        assert Card.objects.get().status == "blocked"

    def test_a_holders_block_is_the_banks_once_staff_block_the_card_too(self) -> None:
        user, card = holder()
        client, operator = browser_of(user), browser_of(staff())
        post(client, f"/cards/{card.card_id}/block")
        assert b"Block for the bank" in operator.get(f"/bank/cards/{card.card_id}/").content

        for each in (operator, operator, client):
            assert post(each, f"/cards/{card.card_id}/block").status_code == 200

        expect_problem(post(client, f"/cards/{card.card_id}/unblock"), 403, "forbidden")
        assert CardChange.objects.filter(kind="blocked").count() == 2
        assert b"Block for the bank" not in operator.get(f"/bank/cards/{card.card_id}/").content

    def test_a_replacement_keeps_card_and_limit(self) -> None:
        user, card = holder()
        pay(card)

        replaced = document(post(browser_of(user), f"/cards/{card.card_id}/replace"))

        assert replaced["card_id"] == card.card_id
        assert replaced["number"] != card.plastic.number
        [seen] = document(browser_of(user).get("/api/v1/cards"))["data"]
        assert (seen["last4"], seen["used"]) == (replaced["number"][-4:], "100.00")

    def test_tells_how_a_card_stands(self) -> None:
        user, card = holder()
        pay(card)

        [seen] = document(browser_of(user).get("/api/v1/cards"))["data"]

        assert seen == {
            "id": card.card_id,
            "holder": "Ana Teste",
            "last4": card.plastic.number[-4:],
            "status": "active",
            "limit": "1000.00",
            "used": "100.00",
            "available": "900.00",
        }

    def test_refuses_a_limit_below_what_is_used(self) -> None:
        user, card = holder()
        pay(card)

        answer = post(browser_of(user), f"/cards/{card.card_id}/limit", {"limit": "99.99"})

        expect_problem(answer, 409, "limit_below_used", "limit")

    def test_a_holder_lowers_the_limit_and_staff_raise_it(self) -> None:
        user, card = holder()
        path = f"/cards/{card.card_id}/limit"

        assert document(post(browser_of(user), path, {"limit": "400"}))["limit"] == "400.00"
        expect_problem(post(browser_of(user), path, {"limit": "400.01"}), 403, "forbidden")
        assert document(post(browser_of(staff()), path, {"limit": "900"}))["limit"] == "900.00"


class TestClosingDay:
    def test_is_staffs_to_change(self) -> None:
        user, card = holder()
        path = f"/cards/{card.card_id}/closing-day"

        expect_problem(post(browser_of(user), path, {"closing_day": 10}), 403, "forbidden")
        told = document(post(browser_of(staff()), path, {"closing_day": 10}))

        assert (told["id"], told["closing_day"]) == (card.card_id, 10)
        assert told["since"] == Card.objects.get().closing_day_since != ""

    @pytest.mark.parametrize("day", [0, 29, "10", None])
    def test_is_a_day_of_every_month(self, day: Any) -> None:
        _, card = holder()

        answer = post(
            browser_of(staff()), f"/cards/{card.card_id}/closing-day", {"closing_day": day}
        )

        assert answer.status_code == 422
        assert Card.objects.get().closing_day == 28


class TestIsolation:
    def test_shows_each_holder_the_own_card(self) -> None:
        people = [holder() for _ in range(4)]
        for user, card in people:
            [seen] = document(browser_of(user).get("/api/v1/cards"))["data"]
            assert seen["id"] == card.card_id
        assert len(document(browser_of(staff()).get("/api/v1/cards"))["data"]) == 4

    @pytest.mark.parametrize(("act", "body"), ACTS)
    def test_anothers_card_is_not_there(self, act: str, body: Any) -> None:
        user, _ = holder()
        _, other = holder()

        for card_id in (other.card_id, issued().card_id, "nothing"):
            expect_problem(
                post(browser_of(user), f"/cards/{card_id}/{act}", body), 404, "not_found"
            )
        assert set(CardChange.objects.values_list("kind", flat=True)) == {"issued"}

    @pytest.mark.parametrize(("act", "body"), [("", {"holder": "Ana", "limit": "1"}), *ACTS])
    def test_wants_a_session_and_the_forms_token(self, act: str, body: Any) -> None:
        user, card = holder()
        path = f"/cards/{card.card_id}/{act}" if act else "/cards"

        expect_problem(post(browser_of(), path, body), 401, "authentication_failed")
        strict = browser_of(user, enforce_csrf_checks=True)
        expect_problem(post(strict, path, body), 403, "forbidden")

    def test_takes_the_token_of_a_page(self) -> None:
        user, card = holder()
        client = browser_of(user, enforce_csrf_checks=True)
        client.get("/login/?next=/")
        token = client.cookies["csrftoken"].value

        answer = post(client, f"/cards/{card.card_id}/block", **{"X-CSRFToken": token})

        assert answer.status_code == 200, answer.content

    def test_agents_of_telesales_are_nobody_here(self) -> None:
        agent = User.objects.create_user("agente", password="x", is_staff=True)
        agent.groups.add(Group.objects.get(name=settings.TELEVENDAS_GROUP))

        answer = browser_of(agent).get("/api/v1/cards")

        expect_problem(answer, 401, "authentication_failed")
