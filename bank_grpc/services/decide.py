"""Decides charges in the running transaction: reads and locks, lets the bench judge, writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.db.models import Q

from bank_grpc.domain.authorisation import Account, KnownNumber
from bank_grpc.domain.charging import Bench, Charge, KnownToken, Verdict
from bank_grpc.models import CardStatus, Payment, PaymentToken
from bank_grpc.presenters import verdict_recorded
from bank_grpc.services import decided_sql
from cards import rules
from messaging import outbox

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Decided:
    """What a payment's row says of a decision, made now or long ago."""

    payment_id: str
    request_digest: str
    refusal_code: str
    balance_after_cents: int | None
    amount_cents: int
    created_at: datetime


def decide(
    charges: Sequence[Charge], now: datetime, *, traces: Mapping[str, str], looks_back: bool
) -> list[Decided]:
    """Return each charge's decision; the first of several with one key decides for all of them.

    `traces` gives each charge's traceparent by its id. Unless it `looks_back`, a key that has been
    answered before is met by the unique key: IntegrityError, and nothing is done.
    """
    decided = _decided_before(charges) if looks_back else {}
    fresh = {(each.scope, each.request_key): each for each in reversed(charges)}
    verdicts = _judge([each for key, each in reversed(fresh.items()) if key not in decided], now)
    _write(verdicts, now, traces)
    decided |= {(each.charge.scope, each.charge.request_key): _of(each, now) for each in verdicts}
    return [decided[each.scope, each.request_key] for each in charges]


def _of(verdict: Verdict, now: datetime) -> Decided:
    charge = verdict.charge
    return Decided(
        charge.id,
        charge.digest,
        str(verdict.refusal),
        verdict.balance_after_cents,
        charge.amount_cents,
        now,
    )


def _decided_before(charges: Sequence[Charge]) -> dict[Key, Decided]:
    wanted = Q()
    for each in charges:
        wanted |= Q(scope=each.scope, request_key=each.request_key)
    return {
        (each.scope, each.request_key): Decided(
            each.id,
            each.request_digest,
            each.refusal_code,
            each.balance_after_cents,
            each.amount_cents,
            each.created_at,
        )
        for each in Payment.objects.filter(wanted)
    }


def _judge(charges: Sequence[Charge], now: datetime) -> list[Verdict]:
    tokens = _tokens(charges)
    wanted = {each.fingerprint for each in charges} | {each.fingerprint for each in tokens.values()}
    numbers = {
        fingerprint: KnownNumber(card_id, last4, bool(is_current), month, year)
        for fingerprint, card_id, last4, is_current, month, year in decided_sql.numbers(
            connection, wanted - {""}
        )
    }
    bench = Bench(
        numbers=numbers,
        accounts=_accounts({each.card_id for each in numbers.values()}),
        tokens=tokens,
        key=settings.BANK_KEY,
        now=now,
        today=rules.day_in_brazil(now),
    )
    return bench.judge(charges)


def _accounts(card_ids: set[str]) -> dict[str, Account]:
    return {
        card_id: Account(status == CardStatus.ACTIVE, limit_cents, balance_cents)
        for card_id, status, limit_cents, balance_cents in decided_sql.locked_cards(
            connection, card_ids
        )
    }


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


def _write(verdicts: Sequence[Verdict], now: datetime, traces: Mapping[str, str]) -> None:
    # First, because its unique key guards whatever follows.
    decided_sql.insert_payments(connection, verdicts, now)
    approved = [each for each in verdicts if each.is_approved]
    decided_sql.enter(connection, approved, now)
    for each in approved:
        if each.charge.token_hash:
            spent = PaymentToken.objects.filter(pk=each.charge.token_hash)
            spent.update(payment_id=each.charge.id)
    outbox.publish_rows(
        [
            outbox.prepare(
                verdict_recorded(each, now),
                key=each.card_id,
                traceparent=traces[each.charge.id],
                at=now,
            )
            for each in verdicts
            if each.card_id is not None
        ]
    )
