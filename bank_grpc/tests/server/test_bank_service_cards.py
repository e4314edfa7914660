"""Cards by `bank.v1.BankService`: issued by staff, read by the holder, the invoice paid."""

import grpc
import pytest

from bank_grpc.models import Card, InvoicePayment, LedgerEntry, StatementLine
from bank_grpc.protos import bank_pb2
from bank_grpc.services import cards
from bank_grpc.tests.server.calls import CODE, Metadata, authorise, call, holder_of, person
from bank_grpc.tests.services.kit import NOW, issued

pytestmark = pytest.mark.django_db(transaction=True)


class TestPayInvoice:
    def test_restores_the_limit_and_refuses_overpayment(
        self, channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata
    ) -> None:
        call(channel, "Authorise", authorise(card), shop)
        facts = {"card_id": card.card_id, "month": "2026-11"}
        paid = bank_pb2.PayInvoiceRequest(**facts, request_id="p1", amount_cents=4_000)
        over = bank_pb2.PayInvoiceRequest(**facts, request_id="p2", amount_cents=6_001)

        assert call(channel, "PayInvoice", paid, shop)[1].balance_after_cents == 6_000
        code, error = call(channel, "PayInvoice", over, shop)

        assert (code, error.details()) == (CODE.FAILED_PRECONDITION, "overpayment")
        assert InvoicePayment.objects.count() == 1
        assert sum(LedgerEntry.objects.values_list("amount_cents", flat=True)) == 0


class TestCards:
    def test_staff_issue_cards_and_see_them(self, channel: grpc.Channel, db: None) -> None:
        staff = person("boss", is_staff=True)
        asked = bank_pb2.IssueCardRequest(holder="Ana Teste", limit_cents=5_000)

        made = call(channel, "IssueCard", asked, staff)[1]

        seen = call(channel, "GetCard", bank_pb2.GetCardRequest(card_id=made.card_id), staff)[1]
        assert (seen.last4, seen.limit_cents, seen.status) == (made.number[-4:], 5_000, "active")

    @pytest.mark.parametrize("who", ["account", "holder", "nobody"])
    def test_nobody_else_issues_cards(
        self, channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata, who: str
    ) -> None:
        told = {"account": shop, "holder": holder_of(card), "nobody": ()}[who]
        asked = bank_pb2.IssueCardRequest(holder="Ana Teste", limit_cents=5_000)

        code, _ = call(channel, "IssueCard", asked, told)

        assert code is (CODE.UNAUTHENTICATED if who == "nobody" else CODE.PERMISSION_DENIED)
        assert Card.objects.count() == 1

    @pytest.mark.parametrize("method", ["GetCard", "GetStatement"])
    def test_a_holder_sees_the_own_card_and_no_other(
        self, channel: grpc.Channel, card: cards.IssuedCard, method: str
    ) -> None:
        ana, other = holder_of(card), issued()
        asked = {"GetCard": bank_pb2.GetCardRequest, "GetStatement": bank_pb2.GetStatementRequest}

        codes = [
            call(channel, method, asked[method](card_id=each.card_id), ana)[0]
            for each in (card, other)
        ]

        assert codes == [CODE.OK, CODE.NOT_FOUND]

    @pytest.mark.parametrize(
        ("changes", "field"),
        [({"from": "x"}, "from"), ({"to": "x"}, "to"), ({"cursor": "x"}, "cu")],
    )
    def test_what_no_statement_has_names_its_field(
        self, channel: grpc.Channel, card: cards.IssuedCard, changes: dict[str, str], field: str
    ) -> None:
        asked = bank_pb2.GetStatementRequest(card_id=card.card_id, **changes)

        code, error = call(channel, "GetStatement", asked, holder_of(card))

        assert code is CODE.INVALID_ARGUMENT
        assert error.details().startswith(field)

    def test_a_statement_has_its_pages_newest_first(
        self, channel: grpc.Channel, card: cards.IssuedCard
    ) -> None:
        ana = holder_of(card)
        StatementLine.objects.bulk_create(
            StatementLine(
                movement_id=f"m{number}",
                card_id=card.card_id,
                transaction_id=f"m{number}",
                kind="payment",
                amount_cents=number + 1,
                authorised_at=NOW,
                posted_at=NOW,
                balance_after_cents=0,
                partition=0,
                offset=number,
            )
            for number in range(60)
        )
        cursor, seen = "", []

        for _ in range(2):
            asked = bank_pb2.GetStatementRequest(
                card_id=card.card_id, to="2026-11-21", cursor=cursor
            )
            page = call(channel, "GetStatement", asked, ana)[1]
            cursor = page.next_cursor
            seen += [line.amount_cents for line in page.data]

        assert seen == list(range(60, 0, -1))
        assert (page.has_more, cursor) == (False, "")
        assert page.data[0].posted_at == "2026-11-21T12:00:00.000Z"
