"""What a holder reads is theirs, in order, whole over all pages, and explained."""

from datetime import timedelta

import pytest

from bank_grpc import selectors, selectors_refused
from bank_grpc.consumers.statement import Statement
from bank_grpc.models import Card, Payment
from bank_grpc.presenter_refusals import explain
from bank_grpc.selectors import Wanted
from bank_grpc.selectors_refused import WantedRefusals
from bank_grpc.services import cards
from bank_grpc.services.authorise import authorise
from bank_grpc.services.refunds import RefundOrder, refund
from bank_grpc.tests.services.books_kit import NOW, card_made, posted
from bank_grpc.tests.services.kit import STORE, charge, issued, pay
from messaging.testing import drain

pytestmark = pytest.mark.django_db


class TestStatement:
    def test_pages_hold_every_line_once_newest_first(self) -> None:
        card, other = card_made(NOW), card_made(NOW)
        lines = [posted(card, NOW, cents).movement_id for cents in range(1, 8)]
        posted(other, NOW, 99)

        seen, cursor = [], ""
        while True:
            page = selectors.statement_of(card.id, Wanted(), cursor=cursor, limit=3)
            seen += [each.movement_id for each in page.data]
            cursor = page.next_cursor
            if not page.has_more:
                break

        assert seen == lines[::-1]

    def test_filters_and_sums(self) -> None:
        card = card_made(NOW)
        posted(card, NOW - timedelta(days=2), 1)
        posted(card, NOW, 20, store="Banca")
        posted(card, NOW, 300)
        posted(card, NOW, 50, kind="refund")
        posted(card, NOW, 7, kind="invoice_payment", store="")

        def amounts(**wanted: object) -> list[int]:
            page = selectors.statement_of(card.id, Wanted(**wanted))  # type: ignore[arg-type]
            return [each.amount_cents for each in page.data]

        assert amounts(store="Banca") == [20]
        assert amounts(search="anca") == [20]
        assert amounts(end=NOW) == [1]
        assert amounts(begin=NOW, store="Padaria") == [50, 300]
        totals = selectors.totals_of(card.id, Wanted(begin=NOW))
        assert (totals.lines, totals.charged_cents) == (4, 320)
        assert (totals.refunded_cents, totals.paid_cents) == (50, 7)

    @pytest.mark.parametrize("cursor", ["x", "-1", "1" * 30, "٣"])
    def test_a_foreign_cursor_is_refused(self, cursor: str) -> None:
        with pytest.raises(selectors.BadCursorError):
            selectors.statement_of("card", Wanted(), cursor=cursor)


class TestOnItsWay:
    def test_until_it_is_posted(self) -> None:
        card = issued()
        paid = pay(card, 500)
        order = RefundOrder(
            payment_id=paid.payment_id,
            store=STORE,
            amount_cents=100,
            scope=STORE,
            request_key="r",
        )
        refund(order, now=NOW)
        pay(card, 10**9)

        waiting = selectors.on_its_way(card.card_id)
        drain(Statement)

        assert [(each.kind, each.amount_cents, each.store) for each in waiting] == [
            ("refund", 100, STORE),
            ("payment", 500, STORE),
        ]
        assert selectors.on_its_way(card.card_id) == []
        assert len(selectors.statement_of(card.card_id, Wanted()).data) == 2

    def test_of_very_many_the_newest_are_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(selectors, "MOST_LINES", 2)
        card = issued()
        for minute in (0, 2, 1):
            authorise(charge(card, 100 + minute), now=NOW + timedelta(minutes=minute))

        waiting = selectors.on_its_way(card.card_id)

        assert [each.amount_cents for each in waiting] == [102, 101]


class TestRefused:
    def test_newest_first_over_pages(self) -> None:
        card = issued(100)
        asked = sorted(pay(card, 200 + number).payment_id for number in range(3))
        Payment.objects.update(created_at=NOW)  # all at one instant

        first = selectors_refused.refused_of(card.card_id, limit=2)
        rest = selectors_refused.refused_of(card.card_id, cursor=first.next_cursor, limit=2)

        assert [each.id for each in (*first.data, *rest.data)] == asked[::-1]
        assert (first.has_more, rest.has_more) == (True, False)

    def test_are_narrowed_by_words_and_reason(self) -> None:
        card = issued(100)
        for store, cents in (("Padaria", 200), ("Livraria", 300)):
            pay(card, cents, store=store)
        cards.block_card(card.card_id, actor="test", now=NOW)
        pay(card, 1, store="Livraria")

        def amounts(**wanted: str) -> list[int]:
            found = selectors_refused.refused_of(card.card_id, WantedRefusals(**wanted))
            return [each.amount_cents for each in found.data]

        assert sorted(amounts()) == [1, 200, 300]
        assert sorted(amounts(search="ivrar")) == [1, 300]
        assert sorted(amounts(reason="over_limit")) == [200, 300]
        assert amounts(search="livraria", reason="card_blocked") == [1]
        assert amounts(reason="wrong_cvv") == []

    def test_says_what_was_available_at_that_moment(self) -> None:
        card = issued(1000)
        pay(card, 400)
        refused = Payment.objects.get(pk=pay(card, 700).payment_id)
        Card.objects.update(balance_cents=0)

        told = explain(refused, lambda cents: f"<{cents}>")

        assert (told.amount_cents, told.limit_cents, told.available_cents) == (700, 1000, 600)
        assert "<600>" in told.text
        assert "<100>" in told.text

    @pytest.mark.parametrize("cursor", ["!", "eA", "OjA", "9" * 500])
    def test_a_foreign_cursor_is_refused(self, cursor: str) -> None:
        with pytest.raises(selectors.BadCursorError):
            selectors_refused.refused_of("card", cursor=cursor)
