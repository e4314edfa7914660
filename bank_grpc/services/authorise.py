"""Authorises payments: judged under the cards' locks, written with their events, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from bank_grpc.domain.authorisation import Account, KnownNumber
from bank_grpc.domain.charging import Bench, Charge, KnownToken, Verdict
from bank_grpc.models import Card, CardNumber, CardStatus, LedgerEntry, Payment, PaymentToken
from bank_grpc.presenters import payment_recorded
from bank_grpc.services import books
from bank_grpc.services.requests import RequestReusedError
from bank_grpc.services.units import run_whole
from cards import rules
from messaging import outbox


@dataclass(frozen=True, slots=True)
class Answer:
    """What the caller is told, at the first time and at every repetition."""

    payment_id: str
    refusal_code: str
    balance_after_cents: int | None
    amount_cents: int
    created_at: datetime

    @property
    def is_approved(self) -> bool:
        """Tell whether the card pays."""
        return not self.refusal_code


def authorise(charge: Charge, *, now: datetime) -> Answer:
    """Decide `charge`, or find what its key was answered before.

    Raises RequestReusedError when the key stands for another charge, and TryAgainError when the
    database could not say; the same charge again then tells.
    """
    payment = run_whole(lambda: _authorise_all([charge], now))[0]
    if payment.request_digest != charge.digest:
        raise RequestReusedError
    return Answer(
        payment.id,
        payment.refusal_code,
        payment.balance_after_cents,
        payment.amount_cents,
        payment.created_at,
    )


def _authorise_all(charges: Sequence[Charge], now: datetime) -> list[Payment]:
    """Return each charge's payment, made now or long ago, in the running transaction."""
    decided = _decided_before(charges)
    fresh = {(each.scope, each.request_key): each for each in reversed(charges)}
    judged = _bench([each for key, each in fresh.items() if key not in decided], now)
    decided |= {(each.scope, each.request_key): each for each in judged}
    return [decided[each.scope, each.request_key] for each in charges]


def _decided_before(charges: Sequence[Charge]) -> dict[tuple[str, str], Payment]:
    wanted = Q()
    for each in charges:
        wanted |= Q(scope=each.scope, request_key=each.request_key)
    return {(each.scope, each.request_key): each for each in Payment.objects.filter(wanted)}


def _bench(charges: Sequence[Charge], now: datetime) -> list[Payment]:
    if not charges:
        return []
    tokens = _tokens(charges)
    wanted = {each.fingerprint for each in charges} | {each.fingerprint for each in tokens.values()}
    numbers = _numbers(wanted)
    bench = Bench(
        numbers=numbers,
        accounts=_locked_accounts({each.card_id for each in numbers.values()}),
        tokens=tokens,
        key=settings.BANK_KEY,
        now=now,
        today=rules.day_in_brazil(now),
    )
    return _write(bench.judge(charges), now)


def _tokens(charges: Sequence[Charge]) -> dict[str, KnownToken]:
    hashes = sorted({each.token_hash for each in charges if each.token_hash})
    found = PaymentToken.objects.select_for_update().filter(pk__in=hashes) if hashes else ()
    return {
        each.token_hash: KnownToken(
            each.card_number_id,
            each.store,
            each.order_id,
            each.amount_cents,
            each.expires_at,
            each.payment_id is not None,
        )
        for each in found
    }


def _numbers(fingerprints: set[str]) -> dict[str, KnownNumber]:
    return {
        each.fingerprint: KnownNumber(
            each.card_id,
            each.last4,
            each.replaced_at is None,
            each.expiration_month,
            each.expiration_year,
        )
        for each in CardNumber.objects.filter(pk__in=sorted(fingerprints))
    }


def _locked_accounts(card_ids: set[str]) -> dict[str, Account]:
    # In the order of their ids, so that two transactions never wait for each other in a ring.
    cards = Card.objects.select_for_update().filter(pk__in=sorted(card_ids)).order_by("pk")
    return {
        each.id: Account(each.status == CardStatus.ACTIVE, each.limit_cents, each.balance_cents)
        for each in cards
    }


def _write(verdicts: Sequence[Verdict], now: datetime) -> list[Payment]:
    payments = [_payment(each, now) for each in verdicts]
    # First, because its unique key guards whatever follows.
    Payment.objects.bulk_create(payments)
    books.enter([entry for each in verdicts if each.is_approved for entry in _entries(each, now)])
    for verdict in verdicts:
        if verdict.is_approved and verdict.charge.token_hash:
            PaymentToken.objects.filter(pk=verdict.charge.token_hash).update(
                payment_id=verdict.charge.id
            )
    outbox.publish_rows(
        [
            outbox.prepare(payment_recorded(payment, verdict.last4), key=verdict.card_id, at=now)
            for payment, verdict in zip(payments, verdicts, strict=True)
            if verdict.card_id is not None
        ]
    )
    return payments


def _payment(verdict: Verdict, now: datetime) -> Payment:
    charge = verdict.charge
    return Payment(
        id=charge.id,
        scope=charge.scope,
        request_key=charge.request_key,
        request_digest=charge.digest,
        card_id=verdict.card_id,
        store=charge.store,
        description=charge.description,
        order_id=charge.order_id,
        amount_cents=charge.amount_cents,
        instalments=charge.instalments,
        status=Payment.Status.REJECTED if verdict.refusal else Payment.Status.APPROVED,
        refusal_code=str(verdict.refusal),
        balance_after_cents=verdict.balance_after_cents,
        limit_cents=verdict.limit_cents,
        created_at=now,
    )


def _entries(verdict: Verdict, now: datetime) -> list[LedgerEntry]:
    return books.entries(
        verdict.charge.id,
        kind=LedgerEntry.Kind.PAYMENT,
        card_id=str(verdict.card_id),
        store=verdict.charge.store,
        amount_cents=verdict.charge.amount_cents,
        at=now,
    )
