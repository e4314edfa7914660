"""`bank.v1.BankService` over a real channel: who may call what, answers and error codes."""

from typing import Any

import grpc
import pytest
from django.contrib.auth import get_user_model

from accounts.services import create_account
from bank_grpc.models import Card, InvoicePayment, LedgerEntry, Payment, Refund, StatementLine
from bank_grpc.protos import bank_pb2, bank_pb2_grpc
from bank_grpc.services import cards
from bank_grpc.tests.services.kit import NOW, issued

pytestmark = pytest.mark.django_db(transaction=True)
CODE = grpc.StatusCode
WRONG_TRIES = 10
Metadata = tuple[tuple[str, str], ...]


@pytest.fixture
def shop() -> Metadata:
    account, secret = create_account("Padaria")
    return (("account-id", account.id), ("account-secret", secret))


def person(username: str, *, is_staff: bool = False) -> Metadata:
    user = get_user_model().objects.create_user(username, password="a-long-password")
    user.is_staff = is_staff
    user.save()
    return (("username", username), ("password", "a-long-password"))


def holder_of(card: cards.IssuedCard, username: str = "ana") -> Metadata:
    told = person(username)
    user = get_user_model().objects.get(username=username)
    Card.objects.filter(pk=card.card_id).update(user=user)
    return told


def call(channel: grpc.Channel, method: str, asked: Any, who: Metadata = ()) -> tuple[Any, Any]:
    """Return code and answer, the error itself where there is none."""
    stub = bank_pb2_grpc.BankServiceStub(channel)
    try:
        return CODE.OK, getattr(stub, method)(asked, timeout=10, metadata=who)
    except grpc.RpcError as error:
        found: Any = error
        return found.code(), found


def typed(card: cards.IssuedCard, **changes: Any) -> Any:
    plastic = card.plastic
    facts = {
        "number": plastic.number,
        "expiration_month": plastic.expiration_month,
        "expiration_year": plastic.expiration_year,
        "cvv": plastic.cvv,
    }
    return bank_pb2.Card(**{**facts, **changes})


def authorise(of: cards.IssuedCard, cents: int = 10_000, **changes: Any) -> Any:
    facts = {"card": typed(of), "request_id": "r1", "order_id": "o1", "amount_cents": cents}
    return bank_pb2.AuthoriseRequest(**{**facts, **changes})


def verified(channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata) -> str:
    asked = bank_pb2.VerifyCardRequest(card=typed(card), amount_cents=10_000, order_id="o1")
    token: str = call(channel, "VerifyCard", asked, shop)[1].payment_token
    return token


class TestAuthorise:
    def test_charges_for_the_accounts_own_store(
        self, channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata
    ) -> None:
        code, answer = call(channel, "Authorise", authorise(card, instalments=3), shop)

        assert (code, answer.status, answer.balance_after_cents) == (CODE.OK, "approved", 10_000)
        payment = Payment.objects.get(pk=answer.payment_id)
        assert (payment.store, payment.request_key, payment.instalments) == ("Padaria", "r1", 3)

    def test_a_refusal_is_an_answer(
        self, channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata
    ) -> None:
        code, answer = call(channel, "Authorise", authorise(card, 100_001), shop)

        assert (code, answer.status, answer.refusal_code) == (CODE.OK, "rejected", "over_limit")

    def test_the_same_request_id_replays(
        self, channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata
    ) -> None:
        answers = [call(channel, "Authorise", authorise(card), shop)[1] for _ in range(2)]

        assert answers[0] == answers[1]
        assert Card.objects.get().balance_cents == 10_000

    def test_a_token_pays_its_order_once(
        self, channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata
    ) -> None:
        by_token: dict[str, Any] = {"card": None, "payment_token": verified(channel, card, shop)}

        answers = [
            call(channel, "Authorise", authorise(card, request_id=key, **by_token), shop)[1]
            for key in ("r1", "r1", "r2")
        ]

        assert [each.status for each in answers] == ["approved", "approved", "rejected"]
        assert answers[2].refusal_code == "token_used"

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"amount_cents": 0}, "amount_cents"),
            ({"request_id": ""}, "request_id"),
            ({"request_id": "x" * 256}, "request_id"),
            ({"order_id": "x" * 65}, "order_id"),
            ({"instalments": 25}, "instalments"),
            ({"card": None}, "card"),
            ({"store": "Another"}, "store"),
            ({"card": None, "payment_token": "x" * 200}, "payment_token"),
        ],
    )
    def test_what_is_malformed_names_its_field(
        self,
        channel: grpc.Channel,
        card: cards.IssuedCard,
        shop: Metadata,
        changes: Any,
        field: str,
    ) -> None:
        code, error = call(channel, "Authorise", authorise(card, **changes), shop)

        assert code is CODE.INVALID_ARGUMENT
        assert error.details().startswith(field)
        assert not Payment.objects.exists()


class TestVerifyCard:
    def test_a_wrong_cvv_is_code_9_with_its_reason(
        self, channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata
    ) -> None:
        wrong = typed(card, cvv="999" if card.plastic.cvv != "999" else "998")
        asked = bank_pb2.VerifyCardRequest(card=wrong, amount_cents=100, order_id="o1")

        code, error = call(channel, "VerifyCard", asked, shop)

        assert code is CODE.FAILED_PRECONDITION
        assert dict(error.trailing_metadata())["refusal-code"] == "wrong_cvv"


class TestRefund:
    def refund(self, channel: grpc.Channel, payment: str, cents: int, who: Metadata) -> Any:
        asked = bank_pb2.RefundRequest(payment_id=payment, request_id="f1", amount_cents=cents)
        return call(channel, "Refund", asked, who)

    def test_gives_back_once(
        self, channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata
    ) -> None:
        payment = call(channel, "Authorise", authorise(card), shop)[1].payment_id

        answers = [self.refund(channel, payment, 4_000, shop)[1] for _ in range(2)]

        assert answers[0] == answers[1]
        assert answers[0].balance_after_cents == 6_000

    def test_more_than_is_left_is_code_9(
        self, channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata
    ) -> None:
        payment = call(channel, "Authorise", authorise(card), shop)[1].payment_id

        code, error = self.refund(channel, payment, 10_001, shop)

        assert (code, error.details()) == (CODE.FAILED_PRECONDITION, "refund_exceeds_charge")
        assert not Refund.objects.exists()

    def test_another_stores_payment_is_not_found(
        self, channel: grpc.Channel, card: cards.IssuedCard, shop: Metadata
    ) -> None:
        payment = call(channel, "Authorise", authorise(card), shop)[1].payment_id
        account, secret = create_account("Livraria")
        other = (("account-id", account.id), ("account-secret", secret))

        assert self.refund(channel, payment, 1, other)[0] is CODE.NOT_FOUND


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


class TestIdentity:
    @pytest.mark.parametrize("method", ["Authorise", "VerifyCard", "Refund", "PayInvoice"])
    def test_money_calls_need_an_account(
        self, channel: grpc.Channel, db: None, method: str
    ) -> None:
        asked = getattr(bank_pb2, f"{method}Request")()

        assert call(channel, method, asked)[0] is CODE.UNAUTHENTICATED

    def test_a_wrong_secret_is_nobody(self, channel: grpc.Channel, shop: Metadata) -> None:
        wrong = (shop[0], ("account-secret", "wrong"))

        code, _ = call(channel, "Authorise", bank_pb2.AuthoriseRequest(), wrong)

        assert code is CODE.UNAUTHENTICATED

    def test_wrong_passwords_lock_like_wrong_secrets(
        self, channel: grpc.Channel, card: cards.IssuedCard
    ) -> None:
        right = holder_of(card)
        wrong = (right[0], ("password", "wrong"))
        asked = bank_pb2.GetCardRequest(card_id=card.card_id)

        for _ in range(WRONG_TRIES):
            assert call(channel, "GetCard", asked, wrong)[0] is CODE.UNAUTHENTICATED

        assert "locked" in call(channel, "GetCard", asked, right)[1].details()
