"""`bank.v1.BankService`: who calls says so, and a refused payment is an answer."""

from typing import Any

import grpc
from django.utils import timezone
from uuid_utils import uuid7

from accounts.callers import Merchant
from bank_grpc.domain.authorisation import TypedCard, told
from bank_grpc.domain.charging import Charge
from bank_grpc.models import Card, CardNumber
from bank_grpc.protos import bank_pb2, bank_pb2_grpc
from bank_grpc.server import fields, identity
from bank_grpc.server.endings import malformed
from bank_grpc.server.identity import Caller, denied
from bank_grpc.server.payment_service import count, deadline_of
from bank_grpc.server.statements import page_of
from bank_grpc.services import cards
from bank_grpc.services.authorise import authorise
from bank_grpc.services.invoice_payments import InvoiceOrder, pay_invoice
from bank_grpc.services.refunds import RefundOrder, refund
from bank_grpc.services.requests import digest_of
from bank_grpc.services.verify import hash_of, verify_card
from cards.installation import vault

Context = grpc.ServicerContext
_LONGEST_TOKEN = 128


class BankService(bank_pb2_grpc.BankServiceServicer):
    """The seven methods of CONTRACTS section 3; names are the wire's."""

    def VerifyCard(self, request: Any, context: Context) -> Any:  # noqa: N802
        """Give a token for one order of the shop; what is wrong with the card is code 9."""
        shop = identity.shop(context)
        _own_store(request.store, shop.name)
        found = verify_card(
            _typed(request),
            scope=_scope(shop),
            order_id=fields.order_id(request.order_id, request.card.number),
            amount_cents=fields.amount_cents(request.amount_cents),
            now=timezone.now(),
        )
        return bank_pb2.VerifyCardResponse(
            payment_token=found.token,
            card_fingerprint=found.fingerprint,
            brand=found.brand,
            last4=found.last4,
            expires_at=_time(found.expires_at),
        )

    def Authorise(self, request: Any, context: Context) -> Any:  # noqa: N802
        """Charge a card or a token; a refusal is an answer."""
        shop = identity.shop(context)
        _own_store(request.store, shop.name)
        charge = _charge(request, shop)
        answer = authorise(charge, now=timezone.now(), deadline=deadline_of(context))
        count(answer)
        return bank_pb2.AuthoriseResponse(
            payment_id=answer.payment_id,
            status="approved" if answer.is_approved else "rejected",
            refusal_code=told(answer.refusal_code),
            balance_after_cents=answer.balance_after_cents or 0,
        )

    def Refund(self, request: Any, context: Context) -> Any:  # noqa: N802
        """Give back a part or all of a payment of the shop's own."""
        shop = identity.shop(context)
        order = RefundOrder(
            payment_id=fields.id_of("payment_id", request.payment_id),
            store=shop.name,
            amount_cents=fields.amount_cents(request.amount_cents),
            scope=_scope(shop),
            request_key=fields.key("request_id", request.request_id),
        )
        made = refund(order, now=timezone.now())
        return bank_pb2.RefundResponse(
            refund_id=made.id,
            refunded_total_cents=made.refunded_total_cents,
            balance_after_cents=made.balance_after_cents,
        )

    def PayInvoice(self, request: Any, context: Context) -> Any:  # noqa: N802
        """Pay towards a card: any account, staff, or the card's own holder."""
        caller = identity.required(context)
        card_id = fields.id_of("card_id", request.card_id)
        if caller.account is None:
            _card(card_id, caller)
        order = InvoiceOrder(
            card_id=card_id,
            month=fields.month(request.month),
            amount_cents=fields.amount_cents(request.amount_cents),
            scope=caller.scope,
            request_key=fields.key("request_id", request.request_id),
        )
        made = pay_invoice(order, now=timezone.now())
        return bank_pb2.PayInvoiceResponse(
            payment_id=made.id, balance_after_cents=made.balance_after_cents
        )

    def IssueCard(self, request: Any, context: Context) -> Any:  # noqa: N802
        """Issue a card and show it, this once; staff only."""
        caller = identity.required(context)
        if not caller.is_staff:
            raise denied("for staff only")
        issued = cards.issue_card(
            holder=request.holder,
            limit_cents=request.limit_cents,
            actor=caller.name,
            now=timezone.now(),
        )
        shown: dict[str, Any] = {**issued.as_dict()}
        return bank_pb2.IssueCardResponse(**shown)

    def GetCard(self, request: Any, context: Context) -> Any:  # noqa: N802
        """Show a card to staff or to its holder."""
        card = _card(fields.id_of("card_id", request.card_id), _person(context))
        number = CardNumber.objects.get(card=card, replaced_at=None)
        return bank_pb2.GetCardResponse(
            card_id=card.id,
            holder=card.holder,
            last4=number.last4,
            status=card.status,
            limit_cents=card.limit_cents,
            used_cents=card.balance_cents,
        )

    def GetStatement(self, request: Any, context: Context) -> Any:  # noqa: N802
        """Show a page of a card's statement, newest first, to staff or to its holder."""
        card = _card(fields.id_of("card_id", request.card_id), _person(context))
        return page_of(card.id, request)


def _scope(shop: Merchant) -> str:
    # By the id: names may be alike, and change.
    return Caller(shop).scope


def _charge(request: Any, shop: Merchant) -> Charge:
    amount_cents = fields.amount_cents(request.amount_cents)
    # Empty where a token pays: whose number is behind it, nobody here can read.
    number = request.card.number
    description = fields.description(request.description, number)
    order_id = fields.order_id(request.order_id, number)
    instalments = fields.instalments(request.instalments)
    instrument = _instrument(request)
    by = instrument["token_hash"] or instrument["fingerprint"]
    return Charge(
        id=str(uuid7()),
        scope=_scope(shop),
        request_key=fields.key("request_id", request.request_id, number),
        digest=digest_of(by, amount_cents, description, order_id, instalments),
        amount_cents=amount_cents,
        store=shop.name,
        description=description,
        order_id=order_id,
        instalments=instalments,
        **instrument,
    )


def _instrument(request: Any) -> dict[str, Any]:
    if request.WhichOneof("instrument") == "payment_token":
        if not 0 < len(request.payment_token) <= _LONGEST_TOKEN:
            raise malformed("payment_token: want a token of VerifyCard")
        return {"token_hash": hash_of(request.payment_token), "fingerprint": ""}
    card = _typed(request)
    return {"card": card, "fingerprint": vault().fingerprint(card.number), "token_hash": ""}


def _typed(request: Any) -> TypedCard:
    if not request.HasField("card"):
        raise malformed("card is missing")
    card = request.card
    return TypedCard(
        fields.number("card.number", card.number),
        card.expiration_month,
        card.expiration_year,
        fields.cvv("card.cvv", card.cvv),
    )


def _own_store(given: str, own: str) -> None:
    if given not in {"", own}:
        raise malformed("store: leave it out, or give the account's own name")


def _person(context: Context) -> Caller:
    caller = identity.required(context)
    if caller.person is None:
        raise denied("for staff and holders only")
    return caller


def _card(card_id: str, caller: Caller) -> Card:
    """Return the card; another's is NOT_FOUND, as one that does not exist."""
    card = Card.objects.get(pk=card_id)
    if not caller.may_see(card):
        raise Card.DoesNotExist
    return card


def _time(moment: Any) -> str:
    text: str = moment.isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
