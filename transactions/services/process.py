"""Processes transactions: reads a request, asks the rules, stores the decision, publishes it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from uuid_utils import uuid7

from cards import rules
from cards.vault import BrokenSealError, UnknownKeyError, Vault
from messaging import outbox, trace
from messaging.consumer import Message
from messaging.errors import PoisonError
from messaging.faultpoints import faultpoint
from transactions import presenters
from transactions.domain import decisions, money
from transactions.domain.decisions import Decided, Verdict
from transactions.domain.money import InvalidAmountError
from transactions.events import TransactionReceived, TransactionReceivedPlain, aware
from transactions.repository import DecisionRepository

Request = TransactionReceived | TransactionReceivedPlain

# So many are decided while the database stores those before them.
_SLICE: Final = 200


class _Asked(NamedTuple):
    """What the rules are asked about, whoever wrote the request."""

    number: str
    token: str
    month: int
    year: int
    amount_cents: int
    created_at: datetime


def process_transactions(
    messages: Sequence[Message[Request]],
    *,
    repository: DecisionRepository,
    vault: Vault,
    now: datetime,
) -> list[Decided]:
    """Decide the requests, store what is new, publish every answer; return the answers in order.

    An id that was decided before, here or in an earlier batch, gets that first decision published
    again under its first event id, and nothing is stored. Runs inside the caller's transaction.
    Raises PoisonError for a card that does not open, DecisionTakenError when another process
    decides one of the ids at this moment.
    """
    answers: list[Decided] = []
    for start in range(0, len(messages), _SLICE):
        part = messages[start : start + _SLICE]
        candidates = [decide_message(message, vault=vault, now=now) for message in part]
        answers += _store_and_publish(part, candidates, repository, now)
    return answers


def _store_and_publish(
    messages: Sequence[Message[Request]],
    candidates: list[Decided],
    repository: DecisionRepository,
    now: datetime,
) -> list[Decided]:
    first: dict[str, Decided] = {}
    for candidate in candidates:
        first.setdefault(candidate.id, candidate)
    faultpoint("processor.before_insert")
    standing = repository.begin_insert(list(first.values()))
    # Made while the database inserts; nearly always every id turns out to be new.
    publish = _publishing(messages, candidates, now)
    first.update(standing())
    faultpoint("processor.after_insert")
    answers = [first[candidate.id] for candidate in candidates]
    if answers != candidates:
        publish = _publishing(messages, answers, now)
    publish()
    faultpoint("processor.after_publish")
    return answers


def decide_message(message: Message[Request], *, vault: Vault, now: datetime) -> Decided:
    """Return the decision on one request, as it would be if its id were new.

    Raises PoisonError when its card cannot be opened or its time cannot be told.
    """
    event = message.event
    asked = _ask(message, vault)
    status, error_code, error_message = _judge(asked)
    return Decided(
        id=event.id,
        event_id=str(uuid7()),
        account_id=event.account_id,
        status=status,
        error_code=error_code,
        error_message=error_message,
        amount_cents=asked.amount_cents,
        currency=event.currency,
        card_brand=rules.brand_of(asked.number) or "",
        card_last4=_last4(asked.number),
        card_token=asked.token,
        created_at=asked.created_at,
        processed_at=now,
    )


def _ask(message: Message[Request], vault: Vault) -> _Asked:
    event = message.event
    if isinstance(event, TransactionReceivedPlain):
        return _Asked(
            number=event.credit_card_number,
            token=vault.fingerprint(event.credit_card_number),
            month=event.credit_card_expiration_month,
            year=event.credit_card_expiration_year,
            amount_cents=money.parse_outside_cents(bytes(event.amount)),
            created_at=_asked_at(message, event),
        )
    card = event.card
    return _Asked(
        _open(vault, card.sealed, event.id),
        card.token,
        card.expiration_month,
        card.expiration_year,
        _cents(event),
        event.created_at,
    )


def _judge(asked: _Asked) -> Verdict:
    return decisions.decide(
        number=asked.number,
        month=asked.month,
        year=asked.year,
        amount_cents=asked.amount_cents,
        on=rules.day_in_brazil(asked.created_at),
    )


def _cents(event: TransactionReceived) -> int:
    try:
        return money.parse_cents(bytes(event.amount))
    except InvalidAmountError:
        raise PoisonError("bad_amount", "not what our API writes") from None


def _asked_at(message: Message[Request], event: TransactionReceivedPlain) -> datetime:
    if event.created_at is not None:
        return aware(event.created_at)
    try:
        return message.recorded_at
    except (OverflowError, ValueError, OSError) as error:
        raise PoisonError("bad_timestamp", "the record's time is no time") from error


def _open(vault: Vault, sealed: str, transaction_id: str) -> str:
    try:
        return vault.open(sealed, context=transaction_id)
    except UnknownKeyError as error:
        raise PoisonError("unknown_card_key", str(error)) from None
    except BrokenSealError as error:
        raise PoisonError("broken_card_seal", str(error)) from None


def _last4(number: str) -> str:
    # what is not a number may be anything, so nothing of it is shown
    return rules.last4(number) if number.isascii() and number.isdigit() else ""


def _publishing(
    messages: Sequence[Message[Request]], answers: Sequence[Decided], now: datetime
) -> Callable[[], None]:
    rows = [
        outbox.prepare(
            presenters.present_decision(decided),
            key=decided.id,
            event_id=decided.event_id,
            traceparent=trace.continue_from(message.traceparent),
            at=now,
        )
        for message, decided in zip(messages, answers, strict=True)
    ]
    return outbox.publishing(rows)
